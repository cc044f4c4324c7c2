"""Liquid in a cage: few tags, few filters, hard limits.

Liquid's own limits stop neither ``replace`` chains nor a ``join`` of a huge range (measured: 4 GB and 144 s),
so every filter is wrapped in a size check here; what grows too large is an error within a millisecond.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, ClassVar

from liquid import Environment
from liquid.exceptions import LiquidError

MAX_STRING, MAX_SEQUENCE, MAX_BITS = 20_000, 1_000, 256
TAGS = {"content", "literal", "output", "illegal", "if", "unless", "case", "for", "break", "continue",
        "assign", "capture", "comment", "#"}  # fmt: skip
FILTERS = {"default", "upcase", "downcase", "capitalize", "strip", "squish", "append", "prepend", "replace",
           "remove", "truncate", "truncatewords", "split", "first", "last", "join", "size", "plus", "minus",
           "times", "divided_by", "round", "floor", "ceil"}  # fmt: skip


def parse(source: str) -> Any:
    """Return a text as a Liquid template that can only do what a letter needs."""
    return _cage().from_string(source)


class Cage(Environment):
    """Liquid with few tags, few filters and hard limits."""

    block_nesting_limit: ClassVar[int] = 5
    context_depth_limit: ClassVar[int] = 5
    loop_iteration_limit: ClassVar[int | None] = 1_000
    output_stream_limit: ClassVar[int | None] = 100_000
    local_namespace_limit: ClassVar[int | None] = 50_000

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        """Keep what a letter needs and wrap every filter in a size check."""
        super().setup_tags_and_filters(extra=False)
        self.tags = {name: tag for name, tag in self.tags.items() if name in TAGS}
        self.filters = {
            name: _guarded(name, self.filters[name]) for name in sorted(FILTERS) if name in self.filters
        }


def _guarded(name: str, apply: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(apply)
    def guarded(value: Any, *args: Any, **options: Any) -> Any:
        for given in (value, *args):
            _check_size(given)
        if name == "replace" and len(args) > 1:
            times = str(value).count(str(args[0]))
            _check_length(len(str(value)) + times * len(str(args[1])), MAX_STRING)
        result = apply(value, *args, **options)
        _check_size(result)
        return result

    return guarded


def _check_size(value: Any) -> None:
    if isinstance(value, str):
        _check_length(len(value), MAX_STRING)
    elif isinstance(value, list | tuple | range | dict):
        _check_length(len(value), MAX_SEQUENCE)
    elif isinstance(value, int):
        _check_length(value.bit_length(), MAX_BITS)


def _check_length(length: int, limit: int) -> None:
    if length > limit:
        raise LiquidError("a value in the text grows too large", token=None)


@lru_cache(maxsize=1)
def _cage() -> Cage:
    return Cage()
