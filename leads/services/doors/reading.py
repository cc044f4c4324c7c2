"""Reads what somebody typed into a form: a draft of a person, or what is wrong field by field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from leads.models import WebForm
from leads.services.doors import catalogue
from leads.services.doors.catalogue import KEYS, MESSAGE, Question
from leads.services.entry import normalise
from leads.services.rules import customfields, definitions
from leads.services.transfer import converting, numbers

NOBODY = "Give at least one way to recognise you, such as an e-mail address."


@dataclass
class Reading:
    """What was typed: the draft, the answers in words for the timeline, problems by field key."""

    draft: dict[str, Any] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def problem(self) -> str:
        """All problems in one line."""
        return " ".join(self.problems.values())[:200]


class Unreadable(ValueError):
    """A value that does not fit its question, in words for the person who typed it."""


def read(form: WebForm, values: Mapping[str, str]) -> Reading:
    """Return what was typed; bad values are left out of the draft and named in ``problems``."""
    found = Reading()
    needed = catalogue.required(form.fields)
    custom: dict[str, Any] = {}
    for question in catalogue.chosen(form.fields):
        try:
            value = _value(question, clean(values.get(question.key, ""), long=question.kind == "long"))
        except Unreadable as problem:
            found.problems[question.key] = str(problem)
            continue
        if value in (None, ""):
            if question.key in needed:
                found.problems[question.key] = f"{question.label} is needed."
            continue
        found.said[question.label] = customfields.said(value)
        if question.key.startswith("custom."):
            custom[question.key.removeprefix("custom.")] = value
        elif question.key != MESSAGE:
            found.draft[question.key] = value
    found.draft["custom"] = custom
    _finish(found)
    return found


def clean(text: object, *, long: bool = False) -> str:
    """Return text without control signs; one line, unless it is a long answer."""
    whole = "".join(c for c in str(text) if c.isprintable() or c in "\n\t ")
    return whole.strip() if long else " ".join(whole.split())


def _finish(found: Reading) -> None:
    if not any(found.draft.get(key) for key in KEYS):
        if not any(key in found.problems for key in KEYS):
            found.problems[""] = NOBODY
        return
    converting.finish(found.draft)


def _value(question: Question, text: str) -> Any:
    if len(text) > question.most:
        raise Unreadable(f"{question.label} is longer than {question.most:,} letters.")
    if not text:
        return None
    if question.key.startswith("custom."):
        return _own(question, text)
    reader = _READERS.get(question.kind)
    return reader(question, text) if reader else text


def _own(question: Question, text: str) -> Any:
    defined = definitions.living().get(question.key.removeprefix("custom."))
    if defined is None:
        return None
    try:
        return customfields.clean(defined, text)
    except customfields.BadValue as problem:
        raise Unreadable(str(problem)) from problem


def _email(question: Question, text: str) -> str:
    if not normalise.is_address(text):
        raise Unreadable("This is not one valid e-mail address, such as ann@example.com.")
    return text


def _phone(question: Question, text: str) -> str:
    number = normalise.phone(text)
    if not number:
        raise Unreadable("This is not a phone number. Start it with + and the country code.")
    return number


def _linkedin(question: Question, text: str) -> str:
    if not normalise.linkedin_key(text):
        raise Unreadable("This is not a LinkedIn profile, such as linkedin.com/in/ann-smith.")
    return text if text.lower().startswith("http") else f"https://{text}"


def _site(question: Question, text: str) -> str:
    if not normalise.site_domain(text):
        raise Unreadable(f"{question.label} is a web address, such as example.com.")
    return f"https://{normalise.site_domain(text)}"


def _whole(question: Question, text: str) -> int:
    number = numbers.whole(text)
    if number is None:
        raise Unreadable(f"{question.label} is a number, such as 50.")
    return number


_READERS: dict[str, Callable[[Question, str], Any]] = {
    "email": _email, "phone": _phone, "linkedin": _linkedin, "site": _site, "whole": _whole,
}  # fmt: skip
