"""The door to language models: any service that speaks OpenAI's chat completions (Cerebras, OpenAI, …).

The library is imported on first use (it costs 1.6 s) and never repeats a call by itself: its own retry
would wait two minutes inside a worker and repeat «quota is used up». An answer is data: it must fit the
shape, is validated here, mended once, and can do nothing but be returned.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from campaigns.providers.base import ProviderError, retried, retry_after

Shape = TypeVar("Shape", bound=BaseModel)
TIMEOUT, TRIES, PATIENCE = 30.0, 3, 5.0
MAX_ANSWER = 60_000


@dataclass(frozen=True)
class Prompt:
    """What is asked. ``offline`` is the answer the offline writer gives instead, from its dice."""

    system: str
    user: str
    offline: Callable[[Random], dict[str, Any]] | None = None


@dataclass(frozen=True)
class Usage:
    """What a call used, mending included."""

    tokens_in: int = 0
    tokens_out: int = 0
    latency_ms: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        """Add two calls up."""
        return Usage(
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            self.latency_ms + other.latency_ms,
        )


@dataclass(frozen=True)
class Answer(Generic[Shape]):
    """A valid answer and what it took."""

    value: Shape
    usage: Usage
    model: str
    was_mended: bool = False


class BadAnswer(ProviderError):
    """The model answered, was paid, and its answer is of no use even after mending."""

    def __init__(self, message: str, usage: Usage, code: str = "bad_answer") -> None:
        super().__init__(message, permanent=True, code=code)
        self.usage = usage


Check = Callable[[Any], list[str]]


class Writer(Protocol):
    """A language model, real or offline."""

    @property
    def model(self) -> str:
        """The model's name."""
        ...

    @property
    def is_simulated(self) -> bool:
        """Whether nobody outside is asked."""
        ...

    def ask(
        self, prompt: Prompt, shape: type[Shape], *, check: Check | None = None, max_tokens: int = 2_000
    ) -> Answer[Shape]:
        """Return an answer of the wanted shape or raise ``ProviderError``."""
        ...


@dataclass
class ChatModel:
    """One model behind one address."""

    model: str
    key: str = field(repr=False)
    base_url: str = ""
    timeout: float = TIMEOUT
    tries: int = TRIES
    reasoning_effort: str = ""
    pause: Callable[[float], None] = field(default=time.sleep, repr=False)
    is_simulated: bool = False

    def ask(
        self, prompt: Prompt, shape: type[Shape], *, check: Check | None = None, max_tokens: int = 2_000
    ) -> Answer[Shape]:
        """Ask, check the answer's shape and content, and let the model mend it once."""
        messages = [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}]
        text, usage = self._complete(messages, shape, max_tokens)
        value, problems = _read(text, shape, check)
        if value is not None:
            return Answer(value, usage, self.model)
        messages += [
            {"role": "assistant", "content": text[:MAX_ANSWER]},
            {"role": "user", "content": _mend(problems)},
        ]
        try:
            text, more = self._complete(messages, shape, 2 * max_tokens)
        except ProviderError as error:
            raise BadAnswer(f"{problems[0]}; mending failed: {error}", usage, error.code) from error
        value, problems = _read(text, shape, check)
        if value is None:
            raise BadAnswer(f"The answer cannot be used: {problems[0]}", usage + more)
        return Answer(value, usage + more, self.model, was_mended=True)

    def _complete(
        self, messages: list[dict[str, str]], shape: type[BaseModel], max_tokens: int
    ) -> tuple[str, Usage]:
        return retried(
            lambda: self._call(messages, shape, max_tokens),
            tries=self.tries,
            patience=PATIENCE,
            pause=self.pause,
        )

    def _call(
        self, messages: list[dict[str, str]], shape: type[BaseModel], max_tokens: int
    ) -> tuple[str, Usage]:
        import openai

        started = time.monotonic()
        extra: dict[str, Any] = {"reasoning_effort": self.reasoning_effort} if self.reasoning_effort else {}
        try:
            done = _client(self.base_url, self.key, self.timeout).chat.completions.create(
                model=self.model,
                messages=messages,
                response_format=_format(shape),
                max_completion_tokens=max_tokens,
                **extra,
            )
        except openai.OpenAIError as error:
            raise _translated(error) from error
        used = done.usage
        usage = Usage(
            used.prompt_tokens if used else 0,
            used.completion_tokens if used else 0,
            round(1000 * (time.monotonic() - started)),
        )
        return _content(done), usage


@lru_cache(maxsize=8)
def _client(base_url: str, key: str, timeout: float) -> Any:
    """Return one client per address and key: it keeps its connections open and serves all threads."""
    import openai

    return openai.OpenAI(api_key=key, base_url=base_url or None, timeout=timeout, max_retries=0)


def _content(done: Any) -> str:
    """Return the text of an answer; an answer cut short or refused reads as nothing and is mended."""
    choice = done.choices[0] if done.choices else None
    if choice is None or choice.message.refusal or choice.finish_reason not in ("stop", None):
        return ""
    return choice.message.content or ""


def _read(text: str, shape: type[Shape], check: Check | None) -> tuple[Shape | None, list[str]]:
    """Validate an answer; return it, or what is wrong with it."""
    if not text.strip():
        return None, ["The answer was empty or cut short"]
    if len(text) > MAX_ANSWER:
        return None, [f"The answer has {len(text)} characters, at most {MAX_ANSWER} are read"]
    try:
        value = shape.model_validate_json(text)
    except ValidationError as error:
        return None, [f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()[:8]]
    problems = check(value) if check else []
    return (None, problems) if problems else (value, [])


def _mend(problems: list[str]) -> str:
    listed = "\n".join(f"- {problem}" for problem in problems[:8])
    return f"That answer cannot be used:\n{listed}\nAnswer again, complete, as JSON of the given schema only."


def _format(shape: type[BaseModel]) -> dict[str, Any]:
    schema = _strict(shape.model_json_schema())
    return {"type": "json_schema", "json_schema": {"name": shape.__name__, "strict": True, "schema": schema}}


def _strict(node: Any) -> Any:
    """Make a schema strict: every property required, none beyond them, no defaults."""
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {name: _strict(value) for name, value in node.items() if name != "default"}
    if made.get("type") == "object" and "properties" in made:
        made |= {"additionalProperties": False, "required": list(made["properties"])}
    return made


def _translated(error: Any) -> ProviderError:
    """Say what an error of the library means for us."""
    import openai

    if isinstance(error, openai.APIConnectionError):  # timeouts are among them
        return ProviderError("The language model did not answer in time.", code="timeout")
    if not isinstance(error, openai.APIStatusError):
        return ProviderError(f"The language model failed: {error}"[:250], permanent=True, code="library")
    code, status = str(error.code or ""), error.status_code
    if code == "insufficient_quota" or status == 402:
        return ProviderError("The language model's quota is used up.", permanent=True, code="quota")
    if status == 404:
        return ProviderError(f"There is no such model (any more): {error.message}"[:250], permanent=True,
                             code="model_not_found")  # fmt: skip
    if status in (401, 403):
        return ProviderError("The language model's key was refused.", permanent=True, code="key")
    if status == 429 or status >= 500:
        wait = retry_after(dict(error.response.headers))
        name = "rate_limit" if status == 429 else "server_error"
        return ProviderError(f"The language model is busy ({status}).", retry_after=wait, code=name)
    return ProviderError(
        f"The language model refused: {error.message}"[:250], permanent=True, code=code or "refused"
    )
