"""Reads rank and department out of a job title, once, when a person is stored: rules compare the codes."""

import re
from functools import lru_cache

#: rank by the words that give it away, the highest first
SENIORITY = (
    ("founder", r"founder|owner|proprietor|businessman|businesswoman|entrepreneur"),
    ("executive", r"ceo|cto|cfo|coo|cmo|cio|cro|chief|president|managing director|partner|principal"),
    ("vp", r"vp|svp|evp|vice president"),
    ("director", r"director|head"),
    ("manager", r"manager|lead|supervisor|team leader"),
    ("student", r"student|intern|trainee|apprentice"),
    ("senior", r"senior|sr|expert|specialist|architect|consultant"),
)
DEPARTMENTS = (
    ("marketing", r"marketing|brand|growth|content|communications|cmo"),
    ("sales", r"sales|account executive|business development|revenue|cro"),
    ("engineering", r"engineer|engineering|developer|software|technology|technical|cto|architect|data|it"),
    ("finance", r"finance|financial|accounting|accountant|controller|cfo|treasurer"),
    ("operations", r"operations|operational|logistics|supply chain|procurement|coo"),
    ("people", r"hr|human resources|people|talent|recruiting|recruiter"),
    ("product", r"product"),
    (
        "management",
        r"founder|owner|ceo|chief executive|president|managing director|general manager|principal",
    ),
)
SENIORITIES = ("founder", "executive", "vp", "director", "manager", "senior", "staff", "student")


def _compiled(table: tuple[tuple[str, str], ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((code, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for code, words in table)


_SENIORITY, _DEPARTMENTS = _compiled(SENIORITY), _compiled(DEPARTMENTS)


@lru_cache(maxsize=20_000)
def seniority(title: str) -> str:
    """Return the rank a title speaks of: ``founder`` … ``student``, ``staff`` for any other title."""
    if not title.strip():
        return ""
    if re.search(r"\bvice president\b", title, re.IGNORECASE):
        return "vp"
    return next((code for code, words in _SENIORITY if words.search(title)), "staff")


@lru_cache(maxsize=20_000)
def department(title: str) -> str:
    """Return the department a title speaks of; empty when it does not say."""
    return next((code for code, words in _DEPARTMENTS if words.search(title)), "")
