"""Keys: one spelling for one thing."""

import pytest

from leads.services.entry import normalise
from leads.services.rules import roles
from leads.services.transfer import numbers


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Ann@Corp.Example", "ann@corp.example"),
        ("ann+news@corp.example", "ann@corp.example"),
        ("a.n.n+x@googlemail.com", "ann@gmail.com"),
        ("a.n.n@corp.example", "a.n.n@corp.example"),
        ("ann@@corp.example", ""),
        ("ann@corp", ""),
        ("ann lee@corp.example", ""),
        ("ann@corp.example\nBcc: all@x.example", ""),
        ("ann@corp.example, bob@corp.example", ""),
        ("<ann@corp.example>", ""),
        (".ann@corp.example", ""),
        ("a" * 65 + "@corp.example", ""),
    ],
)
def test_addresses(text: str, key: str) -> None:
    assert normalise.email_key(text) == key


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("+44 7700 900123", "", "+447700900123"),
        ("0044 (7700) 900-123", "", "+447700900123"),
        ("07700 900123", "United Kingdom", "+447700900123"),
        ("(512) 555-0123", "USA", "+15125550123"),
        ("98765 43210", "India", "+919876543210"),
        ("call me", "", ""),
        ("12", "", ""),
    ],
)
def test_phones(text: str, country: str, number: str) -> None:
    assert normalise.phone(text, country) == number


def test_companies_and_profiles() -> None:
    assert normalise.company_key("Café Müller GmbH & Co. KG") == "cafe muller"
    assert normalise.company_key("ACME, Inc.") == normalise.company_key("Acme")
    assert normalise.linkedin_key("https://www.linkedin.com/in/Ann-Lee/?x=1") == "ann-lee"
    assert normalise.work_domain("ann@gmail.com") == ""
    assert normalise.site_domain("https://www.Corp.example/about") == "corp.example"


@pytest.mark.parametrize(
    ("title", "rank", "department"),
    [
        ("Founder & CEO", "founder", "management"),
        ("Vice President Marketing", "vp", "marketing"),
        ("Head of Finance", "director", "finance"),
        ("Sales Manager", "manager", "sales"),
        ("Receptionist", "staff", ""),
        ("", "", ""),
    ],
)
def test_titles(title: str, rank: str, department: str) -> None:
    assert (roles.seniority(title), roles.department(title)) == (rank, department)


@pytest.mark.parametrize(
    ("text", "number"), [("1,200", 1200), ("51-200", 51), ("10,000+", 10000), ("-4", None), ("many", None)]
)
def test_whole_numbers(text: str, number: int | None) -> None:
    assert numbers.whole(text) == number


@pytest.mark.parametrize(
    ("text", "amount"),
    [("$1,234.50", "1234.50"), ("1.234,5 €", "1234.50"), ("free", "None"), ("1e99", "None")],
)
def test_money(text: str, amount: str) -> None:
    assert str(numbers.money(text)) == amount


def test_custom_values_keep_leading_zeros() -> None:
    assert [numbers.loose(text) for text in ("007", "7", "7.5", "+7", "1-2")] == ["007", 7, 7.5, "+7", "1-2"]
