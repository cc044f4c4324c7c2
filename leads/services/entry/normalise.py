"""One spelling for every key: addresses, phones, profiles and companies are compared only in this form."""

import re
import unicodedata
from functools import lru_cache

import phonenumbers
from django.conf import settings

from leads.services.entry.geography import region_of
from leads.services.rules.wordlists import COMPANY_SUFFIXES, FREE_MAIL

DOTLESS = frozenset({"gmail.com", "googlemail.com"})
_USER = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)
_E164 = re.compile(r"\+[1-9][0-9]{7,14}")
_LINKEDIN = re.compile(r"linkedin\.com/(?:in|pub)/([^/?#\s]+)", re.IGNORECASE)
_WORDS = re.compile(r"[^0-9a-z]+")


def is_address(text: str) -> bool:
    """Whether ``text`` is exactly one mail address, safe to stand in a header."""
    user, _, domain = text.rpartition("@")
    return len(text) <= 254 and len(user) <= 64 and _is_domain(domain) and _USER.fullmatch(user) is not None


@lru_cache(maxsize=20_000)
def _is_domain(text: str) -> bool:
    return _DOMAIN.fullmatch(text) is not None


def email_key(address: str) -> str:
    """Return the key under which an address is known once; empty when it is not an address."""
    address = address.strip()
    return key_of(address) if is_address(address) else ""


def key_of(address: str) -> str:
    """Return the key of an address that is known to be one."""
    user, _, domain = address.lower().partition("@")
    if "+" in user:
        user = user.partition("+")[0] or user
    if domain in DOTLESS:
        user, domain = user.replace(".", ""), "gmail.com"
    return f"{user}@{domain}"


def mail_domain(address: str) -> str:
    """Return the part after the @, in lower case."""
    return address.rpartition("@")[2].strip().lower()


def work_domain(address: str) -> str:
    """Return the domain of a company's own address; empty for free mail."""
    domain = mail_domain(address) if "@" in address else ""
    return "" if domain in FREE_MAIL else domain


def site_domain(url: str) -> str:
    """Return the bare host of a web address or domain name."""
    host = re.sub(r"^[a-z][a-z0-9+.-]*://", "", url.strip().lower()).partition("/")[0].partition(":")[0]
    host = host.removeprefix("www.").rstrip(".")
    return host if "." in host and " " not in host else ""


@lru_cache(maxsize=20_000)
def phone(text: str, country: str = "") -> str:
    """Return a phone number as E.164; empty when it cannot be one. ``country`` helps with local numbers."""
    bare = re.sub(r"[\s().\-/]", "", text)
    bare = "+" + bare[2:] if bare.startswith("00") else bare
    if _E164.fullmatch(bare):
        return bare
    try:
        number = phonenumbers.parse(bare, region_of(country) or settings.PHONE_REGION)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def linkedin_key(url: str) -> str:
    """Return the profile name inside a LinkedIn address; empty when there is none."""
    found = _LINKEDIN.search(url)
    return found.group(1).lower().rstrip("/")[:120] if found else ""


@lru_cache(maxsize=20_000)
def company_key(name: str) -> str:
    """Return a company's name without accents, case, punctuation and legal form."""
    words = _WORDS.split(plain(name).replace("&", " and "))
    kept = [word for word in words if word]
    while len(kept) > 1 and (kept[-1] in COMPANY_SUFFIXES or kept[-1] == "and"):
        kept.pop()
    return " ".join(kept)[:160]


def plain(text: str) -> str:
    """Return text in lower case, without accents."""
    if text.isascii():
        return text.lower()
    flat = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in flat if not unicodedata.combining(letter)).lower()


def slug(name: str) -> str:
    """Return the name of a column as a custom field's key: small letters, digits and underscores."""
    return _WORDS.sub("_", plain(name)).strip("_")[:60] or "column"
