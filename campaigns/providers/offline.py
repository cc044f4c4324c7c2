"""The offline writer: the same door with no key and no network, and the same words for the same question.

Whoever asks brings along how a careful person would answer (``Prompt.offline``); the dice that choose
among phrases are thrown from the seed and the question, so a rehearsal can be repeated.
"""

import hashlib
import math
from dataclasses import dataclass
from random import Random
from typing import Any

from pydantic import BaseModel

from campaigns.providers.llm import Answer, BadAnswer, Check, Prompt, Shape, Usage

TYPICAL_MS, CHARACTERS_PER_TOKEN = 633, 4


@dataclass(frozen=True)
class OfflineWriter:
    """Answers at once; the latency it reports is what a real model would have taken."""

    seed: int = 1
    model: str = "offline"
    is_simulated: bool = True

    def ask(
        self, prompt: Prompt, shape: type[Shape], *, check: Check | None = None, max_tokens: int = 2_000
    ) -> Answer[Shape]:
        """Return the answer that the asker prepared, checked like any other."""
        dice = Random(self._number(prompt))  # noqa: S311 - dice, not secrets
        values = prompt.offline(dice) if prompt.offline else _filled(shape.model_json_schema(), dice)
        value = shape.model_validate(values)
        usage = self._usage(prompt, value, dice)
        if problems := check(value) if check else []:
            raise BadAnswer(f"The answer cannot be used: {problems[0]}", usage)
        return Answer(value, usage, self.model)

    def _number(self, prompt: Prompt) -> int:
        text = f"{self.seed}\n{prompt.system}\n{prompt.user}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")

    def _usage(self, prompt: Prompt, value: BaseModel, dice: Random) -> Usage:
        asked, answered = len(prompt.system) + len(prompt.user), len(value.model_dump_json())
        return Usage(
            math.ceil(asked / CHARACTERS_PER_TOKEN),
            math.ceil(answered / CHARACTERS_PER_TOKEN),
            round(TYPICAL_MS * dice.uniform(0.7, 1.4)),
        )


def _filled(schema: dict[str, Any], dice: Random) -> Any:
    """Return a value that fits a schema, for questions without a prepared answer."""
    definitions = schema.get("$defs", {})

    def fill(node: dict[str, Any]) -> Any:
        if "$ref" in node:
            return fill(definitions[node["$ref"].rpartition("/")[2]])
        if "enum" in node or "const" in node:
            return dice.choice(node.get("enum") or [node["const"]])
        if "anyOf" in node:
            return fill(node["anyOf"][0])
        match node.get("type"):
            case "object":
                return {name: fill(part) for name, part in node.get("properties", {}).items()}
            case "array":
                return [fill(node.get("items", {})) for _ in range(max(1, node.get("minItems", 1)))]
            case "integer" | "number":
                return node.get("minimum", 0)
            case "boolean":
                return False
        return "Nothing is known about this."

    return fill(schema)
