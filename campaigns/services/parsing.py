"""Reads JSON bodies with limits: too big, too deep or with NUL in it is refused at the door."""

import json
from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

SUSPECT = (b"\\u0000", b"\\ud")


class CappedJSONParser(JSONParser):
    """JSON up to ``DATA_UPLOAD_MAX_MEMORY_SIZE`` bytes and to the depth Python can follow."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return what the body says, or say why it cannot be read."""
        cap = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(cap + 1)
        if len(raw) > cap:
            raise RequestDataTooBig
        try:
            found = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError(f"This is not JSON we can read: {str(error)[:200]}") from error
        if any(part in raw.lower() for part in SUSPECT) and not all(map(_is_text, _strings(found))):
            raise ParseError("Text may contain neither the character NUL nor half a character.")
        return found


def _strings(found: Any) -> Iterator[str]:
    """Walk all keys and values, however deep."""
    waiting = [found]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting.extend([*value.keys(), *value.values()])
        elif isinstance(value, list):
            waiting.extend(value)


def _is_text(value: str) -> bool:
    """Whether every database can hold the text: no NUL, no lone surrogate."""
    return "\x00" not in value and not any("\ud800" <= sign <= "\udfff" for sign in value)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")
