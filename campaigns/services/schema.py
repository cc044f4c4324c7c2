"""What the OpenAPI document says beyond the views themselves: the keys, and the one shape of errors."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from campaigns.models.token import SCOPES

ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "fields", "request_id"],
            "properties": {
                "code": {"type": "string", "description": "A short word for programs."},
                "message": {"type": "string", "description": "What happened and what to do, for people."},
                "fields": {
                    "type": "object",
                    "additionalProperties": {"type": "array", "items": {"type": "string"}},
                },
                "request_id": {"type": "string"},
            },
        }
    },
}
BLANK = {"type": "string", "maxLength": 0}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "Send the same key with a repeated POST: it acts once and is answered alike for a day.",
}


class ScopedTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the keys."""

    target_class = "campaigns.services.tokens.ScopedTokenAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the scheme as OpenAPI spells it."""
        return {"type": "http", "scheme": "bearer", "description": f"Scopes: {', '.join(SCOPES)}."}


def complete(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """Add the error answer to every operation and the ``Idempotency-Key`` to every POST (a hook)."""
    _let_blank_be(result.get("components", {}))
    result.setdefault("components", {}).setdefault("schemas", {})["Error"] = ERROR
    answer = {
        "description": "Anything that did not work out.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    for operations in result["paths"].values():
        for method, operation in operations.items():
            operation["responses"].setdefault("default", answer)
            if method == "post":
                operation.setdefault("parameters", []).append(KEY)
    return result


def _let_blank_be(part: Any) -> None:
    """Say «any of» where a text is of a format or blank: formats are notes, so a blank text is both."""
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        _let_blank_be(inner)
    if isinstance(part, dict) and BLANK in part.get("oneOf", ()):
        part["anyOf"] = part.pop("oneOf")
