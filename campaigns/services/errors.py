"""One shape for every error of the API, whatever went wrong below.

``{"error": {"code": "launch_refused", "message": "…", "fields": {"budget": ["…"]}, "request_id": "…"}}``

Expected trouble is any exception with a ``code`` and a ``status`` (as the services' own have), or a class
registered here. Everything else is a 500 whose text says nothing but the request's id.
"""

import logging
import uuid
from collections.abc import Mapping
from typing import Any

from django.core import exceptions as django
from django.core.signals import got_request_exception
from django.http import Http404
from django.utils.encoding import force_str
from rest_framework import exceptions as drf
from rest_framework.response import Response

logger = logging.getLogger(__name__)
_registered: dict[type[Exception], tuple[int, str]] = {
    Http404: (404, "not_found"),
    django.PermissionDenied: (403, "forbidden"),
    django.RequestDataTooBig: (413, "too_large"),
    django.SuspiciousOperation: (400, "bad_request"),
    django.BadRequest: (400, "bad_request"),
}
CODES = {
    400: "invalid", 401: "not_authenticated", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
    406: "not_acceptable", 409: "conflict", 413: "too_large", 415: "unsupported_media_type",
    422: "unprocessable", 429: "throttled",
}  # fmt: skip
WORDS = {
    "invalid": "Some values need another look.",
    "not_found": "There is nothing here that you may see.",
    "forbidden": "You may not do this.",
}


class Conflict(Exception):
    """What was asked does not fit the present state; reading again and repeating may help."""

    code = "conflict"
    status = 409


class Unprocessable(Exception):
    """The request is well formed and still cannot be meant; ``code`` may say more."""

    code = "unprocessable"
    status = 422


def register(error: type[Exception], status: int, code: str) -> None:
    """Give an exception without ``code`` and ``status`` of its own an answer."""
    _registered[error] = (status, code)


def api_error(error: Exception, context: Mapping[str, Any]) -> Response:
    """Answer any exception of an API view in the one shape (``REST_FRAMEWORK["EXCEPTION_HANDLER"]``)."""
    request = context.get("request")
    status, code, message, fields = describe(error)
    if status >= 500 and not isinstance(error, drf.APIException):
        logger.error("unexpected error in the API", exc_info=error)
        got_request_exception.send(sender=api_error, request=getattr(request, "_request", request))
    return Response(body(code, message, fields, request_id(request)), status=status, headers=_headers(error))


def body(code: str, message: str, fields: Mapping[str, Any], request: str) -> dict[str, Any]:
    """Return the error document."""
    return {"error": {"code": code, "message": message, "fields": dict(fields), "request_id": request}}


def describe(error: Exception) -> tuple[int, str, str, dict[str, list[str]]]:
    """Return status, code, message and fields of an exception."""
    if isinstance(error, drf.APIException):
        return _of_framework(error)
    if isinstance(error, django.ValidationError):
        return _of_framework(drf.ValidationError(drf_detail(error)))
    status, code = getattr(error, "status", None), getattr(error, "code", None)
    if isinstance(status, int) and isinstance(code, str):
        return status, code, str(error), _fields_of(error)
    for known, (status, code) in _registered.items():
        if isinstance(error, known):
            return status, code, WORDS.get(code) or str(error) or "This request cannot be read.", {}
    return 500, "internal", "Something broke on our side; the request id leads us to it.", {}


def drf_detail(error: django.ValidationError) -> Any:
    """Return a model's validation error as the framework's detail."""
    return error.message_dict if hasattr(error, "error_dict") else error.messages


def request_id(request: Any) -> str:
    """Return the id under which this request is logged, making one where no middleware did."""
    found = getattr(getattr(request, "_request", request), "request_id", "")
    return str(found or uuid.uuid4().hex)


def _of_framework(error: drf.APIException) -> tuple[int, str, str, dict[str, list[str]]]:
    status = error.status_code
    if isinstance(error, drf.ValidationError):
        fields = dict(_flatten(error.detail))
        general = [text for name in ("", "non_field_errors", "__all__") for text in fields.pop(name, [])]
        return status, "invalid", " ".join(general) or _summary(fields), fields
    code = CODES.get(status, "error")
    if isinstance(error, drf.NotFound) and error.detail == drf.NotFound.default_detail:
        return status, code, WORDS["not_found"], {}
    return status, code, force_str(error.detail), {}


def _flatten(detail: Any, prefix: str = "") -> list[tuple[str, list[str]]]:
    """Turn nested details into ``("steps.0.delay", ["…"])`` pairs."""
    if isinstance(detail, Mapping):
        children = [(str(name), value) for name, value in detail.items()]
    elif isinstance(detail, list) and any(isinstance(part, Mapping) for part in detail):
        children = [(str(number), value) for number, value in enumerate(detail) if value]
    else:
        texts = detail if isinstance(detail, list | tuple) else [detail]
        return [(prefix, [force_str(text) for text in texts])]
    return [pair for name, value in children for pair in _flatten(value, f"{prefix}.{name}".strip("."))]


def _summary(fields: Mapping[str, list[str]]) -> str:
    if not fields:
        return WORDS["invalid"]
    return " ".join(f"{name}: {texts[0]}" for name, texts in list(fields.items())[:3])


def _fields_of(error: Exception) -> dict[str, list[str]]:
    """Collect what a domain error says about single values, such as the problems of a refused launch."""
    fields: dict[str, list[str]] = {}
    for problem in getattr(error, "problems", ()):
        if hasattr(problem, "code"):
            fields.setdefault(problem.code, []).append(problem.message)
    name = getattr(error, "field", "")
    if name:
        fields[name] = [str(error)]
    return fields or dict(getattr(error, "fields", {}))


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = str(error.auth_header)  # type: ignore[attr-defined]
    wait = getattr(error, "wait", None)
    if isinstance(error, drf.Throttled) and wait:
        headers["Retry-After"] = str(int(wait))
    return headers
