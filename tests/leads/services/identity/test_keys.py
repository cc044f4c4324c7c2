"""Further keys: spelt one way, owned by one person, shared once too many claim them."""

import pytest

from leads.models import LeadKey, MatchRun
from leads.services.identity import keys
from leads.services.identity.keys import Claim
from tests.factories import LeadFactory

pytestmark = pytest.mark.django_db


def test_a_key_is_found_in_any_spelling() -> None:
    lead = LeadFactory()
    assert keys.remember(lead.pk, "email", "J.Smith+news@Gmail.com", "chat") == lead.pk

    assert keys.find("email", "jsmith@googlemail.com") == lead
    assert keys.find("email", "nobody@gmail.com") is None


def test_remembering_twice_keeps_one_row_seen_again() -> None:
    lead = LeadFactory()
    keys.remember(lead.pk, "visitor", "cookie-1")
    first = LeadKey.objects.get()

    keys.remember(lead.pk, "visitor", "cookie-1")

    again = LeadKey.objects.get()
    assert (again.first_seen_at, again.last_seen_at > first.last_seen_at) == (first.first_seen_at, True)


def test_what_is_no_key_is_passed_over() -> None:
    assert keys.remember_many([Claim(1, "email", "not an address"), Claim(1, "phone", "12")]) == {}
    assert keys.find("email", "not an address") is None


def test_the_second_to_claim_a_key_is_put_to_the_matcher() -> None:
    one, other = LeadFactory(), LeadFactory()
    keys.remember(one.pk, "email", "both@home.example")
    MatchRun.objects.all().delete()

    assert keys.remember(other.pk, "email", "both@home.example") == one.pk
    assert MatchRun.objects.get().lead_ids == [other.pk]
    assert keys.find("email", "both@home.example") == one


def test_a_cookie_that_four_names_use_names_nobody() -> None:
    people = [LeadFactory(first_name=name) for name in ("Ann", "Bob", "Carl", "Dora")]

    for lead in people:
        keys.remember(lead.pk, "visitor", "lobby")

    assert keys.find("visitor", "lobby") is None
    assert set(LeadKey.objects.values_list("is_shared", flat=True)) == {True}


def test_an_office_address_is_shared_from_the_start() -> None:
    keys.remember(LeadFactory().pk, "email", "info@firm.example")

    assert LeadKey.objects.get().is_shared
    assert keys.find("email", "info@firm.example") is None


def test_many_keys_are_kept_in_a_fixed_number_of_statements(django_assert_max_num_queries: object) -> None:
    people = [LeadFactory() for _ in range(8)]
    claims = [Claim(lead.pk, "click", f"gclid-{lead.pk}-{n}", "ad") for lead in people for n in range(4)]

    with django_assert_max_num_queries(16):  # type: ignore[operator]
        owners = keys.remember_many(claims)

    assert len(owners) == 32
    assert keys.find("click", f"gclid-{people[3].pk}-2") == people[3]
