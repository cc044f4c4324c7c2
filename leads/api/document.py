"""What the OpenAPI document says of merged leads: their old numbers answer 308 with the new address."""

from typing import Any

PLACE = "/api/v1/leads/{id}/"
MOVED = {
    "description": "Merged into another lead: send the same call to the address in Location.",
    "headers": {
        "Location": {
            "description": "The same call on the lead that stayed.",
            "required": True,
            "schema": {"type": "string", "format": "uri-reference"},
        }
    },
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
}


def old_numbers(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """Add the answer to every call on one lead (a hook)."""
    for path, operations in result["paths"].items():
        if path.startswith(PLACE):
            for operation in operations.values():
                operation["responses"].setdefault("308", MOVED)
    return result
