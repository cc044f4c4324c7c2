"""Pages of the API: a cursor instead of an offset, because page 10,000 must cost what page 1 costs."""

from typing import Any

from rest_framework.pagination import CursorPagination


class Pages(CursorPagination):
    """Newest first; ``?limit=`` up to 100 rows, ``next`` and ``previous`` carry the cursor."""

    ordering = "-pk"
    page_size_query_param = "limit"
    max_page_size = 100

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe a page as OpenAPI 3.1 spells it."""
        link = {"type": ["string", "null"], "format": "uri"}
        shape = {"next": link, "previous": link, "results": schema}
        return {"type": "object", "required": list(shape), "properties": shape}
