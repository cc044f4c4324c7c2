"""What a list of leads can show: its columns, its orders, and how a saved view keeps both."""

from collections.abc import Sequence
from dataclasses import dataclass

from leads.services.rules import definitions

DEFAULT_ORDER = "-score"
#: order of the list → order of the rows; each stands on an index, so that a page of a million costs as a page
ORDERS = {
    "score": "score__value", "added": "id", "name": "last_name", "company": "company__name_key",
    "touch": "last_contacted_at", "engaged": "last_engaged_at",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column: its key, its heading, and the order a press on the heading asks for (empty: none)."""

    key: str
    label: str
    order: str = ""

    @property
    def custom(self) -> str:
        """The key of the house's own field it shows; empty for any other."""
        return self.key.removeprefix("custom.") if self.key.startswith("custom.") else ""


_ALL = (
    Column("company", "Company", "company"), Column("score", "Score", "score"), Column("stage", "Stage"),
    Column("sequence", "Sequence"), Column("reach", "Reach"), Column("touch", "Last touch", "touch"),
    Column("next", "Next step"), Column("owner", "Owner"), Column("email", "E-mail"),
    Column("phone", "Phone"), Column("lifecycle", "Lifecycle"), Column("city", "City"),
    Column("country", "Country"), Column("industry", "Industry"), Column("employees", "Employees"),
    Column("source", "Source"), Column("tags", "Tags"), Column("engaged", "Last answer", "engaged"),
    Column("added", "Added", "added"),
)  # fmt: skip
USUAL = tuple(column.key for column in _ALL[:8])


def columns() -> dict[str, Column]:
    """Return every column by its key: ours, then the house's own fields."""
    own = [Column(f"custom.{key}", field.label) for key, field in definitions.living().items()]
    return {column.key: column for column in (*_ALL, *own)}


def chosen(keys: Sequence[str]) -> list[Column]:
    """Return the named columns in their order; the usual ones when none of the names is known."""
    known = columns()
    found = [known[key] for key in dict.fromkeys(keys) if key in known]
    return found or [known[key] for key in USUAL]


def order(sort: str) -> str:
    """Return the order of rows behind an order of the list such as ``-score``; the usual one if unknown."""
    wanted = sort if sort.removeprefix("-") in ORDERS else DEFAULT_ORDER
    return ("-" if wanted.startswith("-") else "") + ORDERS[wanted.removeprefix("-")]


def is_order(sort: str) -> bool:
    """Whether the list can be put in this order."""
    return sort.removeprefix("-") in ORDERS
