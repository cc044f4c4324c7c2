"""Dates people write in answers: when they are back, when to ask again. Six languages, no library."""

import re
from datetime import date, timedelta

_MONTHS = (
    ("january", "jan", "januar", "janvier", "janv", "enero", "gennaio", "januari"),
    ("february", "feb", "februar", "février", "fevrier", "febrero", "febbraio", "februari"),
    ("march", "mar", "märz", "maerz", "mars", "marzo", "maart"),
    ("april", "apr", "avril", "abril", "aprile"),
    ("may", "mai", "mayo", "maggio", "mei"),
    ("june", "jun", "juni", "juin", "junio", "giugno"),
    ("july", "jul", "juli", "juillet", "julio", "luglio"),
    ("august", "aug", "août", "aout", "agosto", "augustus"),
    ("september", "sept", "sep", "septembre", "septiembre", "settembre"),
    ("october", "oct", "oktober", "okt", "octobre", "octubre", "ottobre"),
    ("november", "nov", "novembre", "noviembre"),
    ("december", "dec", "dezember", "dez", "décembre", "diciembre", "dicembre"),
)
_WEEKDAYS = (
    ("monday", "montag", "lundi", "lunes", "lunedì", "maandag"),
    ("tuesday", "dienstag", "mardi", "martes", "martedì", "dinsdag"),
    ("wednesday", "mittwoch", "mercredi", "miércoles", "mercoledì", "woensdag"),
    ("thursday", "donnerstag", "jeudi", "jueves", "giovedì", "donderdag"),
    ("friday", "freitag", "vendredi", "viernes", "venerdì", "vrijdag"),
    ("saturday", "samstag", "samedi", "sábado", "sabato", "zaterdag"),
    ("sunday", "sonntag", "dimanche", "domingo", "domenica", "zondag"),
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_WEEKDAY = {name: number for number, names in enumerate(_WEEKDAYS) for name in names}
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "nine": 9, "couple": 2,
            "few": 3, "ein": 1, "zwei": 2, "drei": 3, "sechs": 6, "deux": 2, "trois": 3, "six mois": 6,
            "dos": 2, "tres": 3, "seis": 6, "due": 2, "tre": 3, "sei": 6, "twee": 2, "drie": 3}  # fmt: skip
_UNIT_DAYS = {"day": 1, "tag": 1, "jour": 1, "día": 1, "week": 7, "woche": 7, "semaine": 7, "semana": 7,
              "settiman": 7, "month": 30, "monat": 30, "mois": 30, "mes": 30, "mesi": 30, "maand": 30,
              "quarter": 91, "quartal": 91, "year": 365, "jahr": 365, "año": 365, "jaar": 365}  # fmt: skip
_SEASONS = {"spring": 3, "frühjahr": 3, "frühling": 3, "summer": 6, "sommer": 6, "fall": 9, "autumn": 9,
            "herbst": 9, "rentrée": 9, "winter": 12, "new year": 1, "fiscal year": 1}  # fmt: skip
_NAMES = "|".join(sorted(_MONTH, key=len, reverse=True))
_DAY_MONTH = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?\s+(?:of\s+|de\s+)?({_NAMES})\b\.?,?\s*(\d{{4}})?"
)
_MONTH_DAY = re.compile(rf"\b({_NAMES})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)(?:,?\s*(\d{{4}}))?")
_ISO = re.compile(r"\b(20\d\d)-(\d{1,2})-(\d{1,2})\b")
_NUMERIC = re.compile(r"\b(\d{1,2})[./](\d{1,2})(?:[./](20\d\d|\d\d))?(?=\D|$)")
_IN = re.compile(
    rf"\b(?:in|for|dans|en|tra|over|next)?\s*(\d{{1,2}}|{'|'.join(_NUMBERS)}|half a|next|nächste[rsn]?)"
    rf"\s+(?:of\s+)?({'|'.join(_UNIT_DAYS)})\w{{0,2}}\b"
)
_MONTH_ALONE = re.compile(
    rf"\b(?:in|until|till|before|after|by|im|en|em|a|tot|ab|bis|jusqu'en)\s+({_NAMES})\b"
)


def find(text: str, today: date) -> date | None:
    """Return the last day a text names, or ``None``; a day without a year is the next one to come."""
    text = text.lower()[:5000]
    days = [*_full(text, today), *_worded(text, today)]
    future = [day for day in days if today - timedelta(days=3) <= day <= today + timedelta(days=800)]
    return max(future) if future else _weekday(text, today)


def find_later(text: str, today: date) -> date | None:
    """Return when somebody wants to be asked again: a day, a span such as «three months», a season."""
    text = text.lower()[:5000]
    if found := find(text, today):
        return found
    if "next year" in text or "new year" in text or "nächstes jahr" in text:
        return date(today.year + 1, 1, 10)
    if span := _IN.search(text):
        return today + timedelta(days=_number(span[1]) * _UNIT_DAYS[span[2]])
    if quarter := re.search(r"\bq([1-4])\b", text):
        return _coming(today, int(quarter[1]) * 3 - 2, 1)
    return next((_coming(today, month, 1) for name, month in _SEASONS.items() if name in text), None)


def _full(text: str, today: date) -> list[date]:
    found = [_safe(int(y), int(m), int(d)) for y, m, d in _ISO.findall(text)]
    found += [_dated(today, year, _MONTH[month], int(day)) for day, month, year in _DAY_MONTH.findall(text)]
    found += [_dated(today, year, _MONTH[month], int(day)) for month, day, year in _MONTH_DAY.findall(text)]
    for first, second, year in _NUMERIC.findall(text):
        day, month = (int(first), int(second)) if int(second) <= 12 else (int(second), int(first))
        found.append(_dated(today, f"20{year}" if len(year) == 2 else year, month, day))
    return [day for day in found if day is not None]


def _worded(text: str, today: date) -> list[date]:
    named = [_coming(today, _MONTH[name], 1) for name in _MONTH_ALONE.findall(text)]
    found = [day for day in named if day is not None]
    if re.search(r"\b(back|return\w*|until|available)\b.{0,12}\btomorrow\b|\bmorgen wieder\b", text):
        found.append(today + timedelta(days=1))
    if re.search(r"\b(back|return\w*|until|available)\b.{0,12}\bnext week\b|\bnächste woche\b", text):
        found.append(today + timedelta(days=7 - today.weekday()))
    return found


def _weekday(text: str, today: date) -> date | None:
    for name, number in _WEEKDAY.items():
        if re.search(rf"\b{name}\b", text):
            return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    return None


def _dated(today: date, year: str, month: int, day: int) -> date | None:
    return _safe(int(year), month, day) if year else _coming(today, month, day)


def _coming(today: date, month: int, day: int) -> date | None:
    this = _safe(today.year, month, day)
    return this if this and this >= today else _safe(today.year + 1, month, day)


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(word: str) -> float:
    if word == "half a":
        return 0.5
    return float(word) if word.isdecimal() else float(_NUMBERS.get(word, 1))
