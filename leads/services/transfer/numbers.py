"""Reads numbers, money and yes/no as people and systems write them."""

import re
from decimal import Decimal, InvalidOperation

MOST = 2_000_000_000
_LOOSE = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?")
_PLAIN = re.compile(r"\d{1,9}(?:\.\d{1,20})?")
_RANGE = re.compile(r"(\d[\d,]*)\s*(?:-|–|to)\s*\d[\d,]*|(\d[\d,]*)\s*\+")
_CURRENCY = re.compile(r"[\s$€£¥₹]|USD|EUR|GBP|INR")
_YES = frozenset({"yes", "y", "true", "t", "1", "x", "on"})
_NO = frozenset({"no", "n", "false", "f", "0", "off", "-"})


def loose(text: str) -> str | int | float:
    """Return a plain number as a number and everything else (also «007») as text."""
    if not text[:1].isdigit() and text[:1] != "-":
        return text
    if not _LOOSE.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def whole(text: str) -> int | None:
    """Return a whole number from 0; «51-200» and «10,000+» count as their lower end."""
    if text.isdecimal() and len(text) < 10:
        return int(text)
    span = _RANGE.fullmatch(text)
    number = _decimal(span.group(1) or span.group(2) if span else text)
    return int(number) if number is not None and 0 <= number <= MOST else None


def decimal(text: str) -> float | None:
    """Return a number from 0."""
    if _PLAIN.fullmatch(text):
        return float(text)
    number = _decimal(text)
    return float(number) if number is not None and 0 <= number <= MOST else None


def money(text: str) -> Decimal | None:
    """Return an amount of money from 0 with two places, whatever its currency sign."""
    number = _decimal(_CURRENCY.sub("", text))
    return round(number, 2) if number is not None and 0 <= number < 10**9 else None


def year(text: str) -> int | None:
    """Return a year in which a company can have been founded."""
    number = whole(text)
    return number if number is not None and 1000 <= number <= 2200 else None


def flag(text: str) -> bool | None:
    """Return yes or no."""
    word = text.lower()
    return True if word in _YES else False if word in _NO else None


def _decimal(text: str) -> Decimal | None:
    """Read «1,234.5», «1.234,5» and «1234.5»."""
    bare = text.replace(" ", "").replace("\u00a0", "").replace("'", "")
    if re.search(r",\d{1,2}$", bare) and bare.count(",") == 1:
        bare = bare.replace(".", "").replace(",", ".")
    try:
        number = Decimal(bare.replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
