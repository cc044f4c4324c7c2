"""Digests that nobody can read and every door compares with."""

import time
from typing import Any

import pytest
from django.utils.crypto import salted_hmac

from leads.models import Erasure, Tombstone
from leads.services.privacy import tombstones
from tests.factories import LeadFactory

pytestmark = pytest.mark.django_db
ANN = {"email_key": "ann@corp.example", "phone": "+442079460321", "linkedin_key": "ann-s"}


@pytest.fixture
def buried() -> Erasure:
    done = Erasure.objects.create(lead_id=1, reason="asked")
    tombstones.bury(done, tombstones.of([ANN]))
    return done


def test_a_digest_is_a_salted_hmac_of_its_kind(settings: Any) -> None:
    expected = salted_hmac("leadloom.tombstone.email", "a@b.example", algorithm="sha256").hexdigest()
    assert tombstones.digest("email", "a@b.example") == expected
    assert tombstones.digest("phone", "a@b.example") != expected
    assert tombstones.digest("email", "") == ""


def test_each_key_alone_is_known_and_burying_twice_is_once(buried: Erasure) -> None:
    tombstones.bury(buried, tombstones.of([ANN]))
    assert Tombstone.objects.count() == 3
    drafts = [{key: value} for key, value in ANN.items()]
    assert tombstones.forgotten([*drafts, {"email_key": "bob@corp.example"}, {}]) == {0, 1, 2}


def test_without_any_tombstone_a_list_costs_one_question(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert tombstones.forgotten([ANN] * 1000) == set()


def test_a_list_of_ten_thousand_is_compared_in_two_questions(
    buried: Erasure, django_assert_num_queries: Any
) -> None:
    drafts = [{"email_key": f"a{n}@x.example", "phone": f"+4477009{n:05}"} for n in range(10_000)]
    began = time.perf_counter()
    with django_assert_num_queries(2):
        assert tombstones.forgotten([*drafts, ANN]) == {10_000}
    assert time.perf_counter() - began < 3


def test_a_number_that_a_colleague_has_too_stays_free() -> None:
    from leads.services.privacy import erasing

    LeadFactory(email="bob@corp.example", phone="+442079460321")
    gone = LeadFactory(email="ann@corp.example", phone="+442079460321")
    erasing.erase(gone, "asked", None, is_logged=False)
    assert set(Tombstone.objects.values_list("kind", flat=True)) == {"email"}
