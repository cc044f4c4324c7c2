"""Which version of a row a change is based on: said in the body or by ``If-Match``, told by ``ETag``."""

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response


def based_on(request: Request, facts: dict[str, Any]) -> int:
    """Return the version named by the body or by ``If-Match``; refuse a change that names none."""
    sent = facts.pop("version", None)
    if sent is None:
        sent = _header(request)
    if sent is None:
        raise ValidationError({"version": ["Send the version that you read, here or as If-Match."]})
    return int(sent)


def marked(answer: Response, version: int) -> Response:
    """Tell the version of the row in the answer's ``ETag``."""
    answer["ETag"] = f'"{version}"'
    return answer


def _header(request: Request) -> int | None:
    text = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    return int(text) if text.isdecimal() and len(text) < 10 else None
