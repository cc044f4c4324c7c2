"""Leads on their way out, as the rest of the house calls it; ``transfer.writers`` does the writing."""

from leads.services.transfer.cells import safe
from leads.services.transfer.columns import COLUMNS
from leads.services.transfer.writers import FORMATS, KINDS, MOST_IN_BOOK, TYPES, book, lines, write

__all__ = ["COLUMNS", "FORMATS", "KINDS", "MOST_IN_BOOK", "TYPES", "book", "lines", "safe", "write"]
