"""The offline reader: whole sentences, dates, software and office addresses, each from its page."""

from leads.services.research import offline_reader, sentences
from leads.services.research.claims import believe
from tests.leads.services.research.sites import page, visit

SITE = visit(
    page(
        "Firm is a dental practice in Leith.",
        "Our biggest problem is missed appointments.",
        description="Firm is a dental practice.",
        marks=("server: nginx/1.2", "/wp-content/x.css", "WordPress 6.8"),
        links=(("LinkedIn", "https://www.linkedin.com/company/firm"), ("me", "https://linkedin.com/in/ann")),
    ),
    page("We are hiring: join us as receptionist.", "Ann Lee runs the desk.", url="https://firm.example/jobs",
         kind="careers"),
    page("12 May 2026", "Firm opens new rooms in Leith", "Firm wins a prize (June 3, 2026).",
         "2026-13-45 no day", url="https://firm.example/news", kind="news"),
    page("Call 020 7946 0530, write to hello@firm.example or ann.lee@firm.example.", "info@other.example",
         url="https://firm.example/contact", kind="contact"),
)  # fmt: skip


def told(section: str, person: str = "") -> list[str]:
    found = believe(offline_reader.read(SITE, person), SITE.pages).claims
    return [claim.text for claim in found if claim.section == section]


def test_it_says_what_the_firm_is_and_what_troubles_it() -> None:
    assert told("summary") == ["Firm is a dental practice.", "Firm is a dental practice in Leith."]
    assert told("pain_points") == ["Our biggest problem is missed appointments."]
    assert told("buying_signals") == ["We are hiring: join us as receptionist."]


def test_news_have_their_own_date_newest_first() -> None:
    found = [claim for claim in offline_reader.read(SITE) if claim.section == "news"]
    assert [claim.date for claim in found] == ["2026-06-03", "2026-05-12"]
    assert "Firm opens new rooms in Leith" in told("news")


def test_software_is_told_by_its_marks_with_the_mark_as_proof() -> None:
    found = [claim for claim in offline_reader.read(SITE) if claim.section == "technologies"]
    assert {claim.text: claim.quote for claim in found} == {
        "WordPress": "/wp-content/x.css", "nginx": "server: nginx/1.2"
    }  # fmt: skip


def test_only_office_addresses_and_company_profiles_are_offered() -> None:
    assert told("contact") == ["hello@firm.example", "020 7946 0530", "https://www.linkedin.com/company/firm"]


def test_a_person_is_told_about_only_by_their_full_name() -> None:
    assert told("person", "Ann Lee") == ["Ann Lee runs the desk."]
    assert told("person", "Lee") == []


def test_dates_are_read_in_the_usual_spellings() -> None:
    for text in ("3 May 2026", "May 3rd, 2026", "2026-05-03", "3.5.2026", "3rd May 2026", "May 3, 2026"):
        assert str(sentences.date_in(f"On {text} we met.")) == "2026-05-03", text
    assert sentences.date_in("31 February 2026") is None
