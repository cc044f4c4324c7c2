"""Texts with tokens, written by people and therefore hostile: Liquid in a cage, and a fast path.

Only plain strings go in, never an object. A text without logic, nearly every text, skips Liquid: it is cut
once into a pattern and rendered in microseconds.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from liquid.exceptions import LiquidError

from outreach.services import cage
from outreach.services.cage import FILTERS

MAX_SOURCE = 20_000
NAME = r"[a-z_]\w*(?:\.\w+)*"
SHORT_DEFAULT = re.compile(r"\{\{\s*(" + NAME + r")\s*\|\s*([^{}|:\"']*?)\s*\}\}")
SLOT = re.compile(r"\{\{-?\s*(" + NAME + r")\s*(?:\|\s*default:\s*(\"[^\"{}]*\"|'[^'{}]*')\s*)?-?\}\}")
GREETING_NOBODY = re.compile(r"(?i)^\s*(?:hi|hey|hello|dear|good (?:morning|afternoon|day))\s*[,!:]", re.M)


class TemplateRefused(ValueError):
    """The text cannot be used; the message tells its author why."""


class MissingToken(Exception):
    """The person has no value for a token that the text needs."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__(f"Nothing known for {', '.join(names)}.")


class Text(Protocol):
    """A compiled text."""

    @property
    def tokens(self) -> frozenset[str]:
        """Every token it mentions."""
        ...

    @property
    def required(self) -> frozenset[str]:
        """The tokens it cannot do without."""
        ...

    def render(self, values: Mapping[str, str]) -> str:
        """Fill the text with one person's values."""
        ...


@lru_cache(maxsize=4096)
def compiled(source: str) -> Text:
    """Compile a text once; raise ``TemplateRefused`` when it is no good."""
    if len(source) > MAX_SOURCE:
        raise TemplateRefused(f"A text may have {MAX_SOURCE:,} characters; this one has {len(source):,}.")
    full = SHORT_DEFAULT.sub(_long_form, source)
    return _plain(full) or _with_logic(full)


@dataclass(frozen=True)
class _Plain:
    """A text of words and tokens only: one ``%`` operation."""

    pattern: str
    slots: tuple[tuple[str, str | None], ...]
    tokens: frozenset[str]
    required: frozenset[str]

    def render(self, values: Mapping[str, str]) -> str:
        get = values.get
        found = tuple([get(name) or fallback for name, fallback in self.slots])
        if None in found:
            raise MissingToken(sorted(name for name in self.required if not get(name)))
        return self.pattern % found


@dataclass(frozen=True)
class _Logical:
    """A text with conditions, loops or filters: Liquid renders it."""

    template: Any
    tokens: frozenset[str]
    required: frozenset[str]

    def render(self, values: Mapping[str, str]) -> str:
        if missing := sorted(name for name in self.required if not values.get(name)):
            raise MissingToken(missing)
        try:
            text = str(self.template.render(_nested(values)))
        except LiquidError as error:
            raise TemplateRefused(f"The text cannot be filled: {_first_line(error)}.") from error
        if GREETING_NOBODY.search(text):
            raise MissingToken(sorted(name for name in self.tokens if not values.get(name)))
        return text


def _long_form(match: re.Match[str]) -> str:
    """``{{first_name|there}}`` is short for ``{{ first_name | default: "there" }}``."""
    name, word = match.groups()
    return match[0] if word in FILTERS else f'{{{{ {name} | default: "{word}" }}}}'


def _plain(source: str) -> _Plain | None:
    pieces = SLOT.split(source)
    words = [_literal(piece) for piece in pieces[::3]]
    if any("{{" in word or "{%" in word for word in words) or "{{-" in source or "-}}" in source:
        return None
    slots = [
        (name, quoted[1:-1] if quoted else None)
        for name, quoted in zip(pieces[1::3], pieces[2::3], strict=True)
    ]
    return _Plain(
        "%s".join(words),
        tuple(slots),
        frozenset(name for name, _ in slots),
        frozenset(name for name, fallback in slots if fallback is None),
    )


def _literal(piece: str) -> str:
    return piece.replace("%", "%%")


def _with_logic(source: str) -> _Logical:
    try:
        template = cage.parse(source)
        found = template.analyze(include_partials=False)
    except LiquidError as error:
        raise TemplateRefused(f"The text has a mistake: {_first_line(error)}.") from error
    if unknown := sorted(set(found.filters) - FILTERS):
        raise TemplateRefused(f"There is no filter called {unknown[0]}. Known: {', '.join(sorted(FILTERS))}.")
    tokens = frozenset(str(variable) for places in found.globals.values() for variable in places)
    conditions = " ".join(re.findall(r"\{%-?\s*(?:if|elsif|unless|case|when|for)\b(.*?)%\}", source, re.S))
    asked = set(re.findall(NAME, conditions))
    written = {name for name, rest in re.findall(r"\{\{-?\s*(" + NAME + r")([^}]*)\}\}", source)
               if "default" not in rest}  # fmt: skip
    return _Logical(template, tokens, frozenset((written & tokens) - asked))


def _first_line(error: LiquidError) -> str:
    return str(error).partition("\n")[0]


def _nested(values: Mapping[str, str]) -> dict[str, Any]:
    """Turn ``custom.size`` keys into the nested shape that Liquid looks for.

    What is empty is left out: Liquid takes an empty text for true, and ``{% if city %}`` asks for a city.
    """
    nested: dict[str, Any] = {"custom": {}}
    for name, value in values.items():
        if not value:
            continue
        head, _, tail = name.partition(".")
        if tail:
            nested.setdefault(head, {})[tail] = value
        else:
            nested[name] = value
    return nested
