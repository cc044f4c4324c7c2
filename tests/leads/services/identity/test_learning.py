"""The matcher learns without labels, is examined on people's answers, and on lists whose truth is known."""

import random
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from leads.models import Lead, MatchCandidate
from leads.services import rulebook
from leads.services.identity import check, learning, parameters
from leads.services.identity.clusters import clusters
from leads.services.identity.evaluating import quality
from tests.factories import CompanyFactory, LeadFactory, UserFactory

NAMES = ["Ann", "Ben", "Carla", "Deepak", "Elena", "Femi", "Grace", "Hugo", "Ines", "Jonas"]


@pytest.mark.django_db
def test_too_few_pairs_teach_nothing() -> None:
    LeadFactory()
    with pytest.raises(CommandError, match="0 pairs"):
        call_command("match_leads", "--train")


@pytest.mark.django_db
def test_learned_weights_wait_until_they_are_let_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "ENOUGH", 20)
    monkeypatch.setattr(learning, "RANDOM_PAIRS", 500)
    town(60)
    one, other = Lead.objects.order_by("pk")[:2]
    MatchCandidate.objects.create(
        left=one, right=other, probability=0.9, status="distinct", decided_by=UserFactory()
    )

    made = learning.train()

    assert (made.status, made.metrics["reviewed"]) == ("shadow", 1)
    assert parameters.current()[1] == "shipped"
    learning.promote()
    model, name = parameters.current()
    assert name == f"v{made.version}"
    by_name = dict(zip([f.name for f in model.fields], model.weights, strict=True))
    assert by_name["phone"][3] > 5 > 0 > by_name["first_name"][0]


@pytest.mark.django_db
def test_the_command_compares_everybody() -> None:
    rulebook.active("scoring")
    town(10)

    call_command("match_leads")

    assert Lead.objects.exclude(merged_into=None).count() == 10


def town(number: int) -> None:
    """Make people who are each here twice: once with a slip in the name, both with the same phone."""
    chance = random.Random(3)
    firms = [CompanyFactory() for _ in range(5)]
    for n in range(number):
        first, last = chance.choice(NAMES), f"{chance.choice(NAMES)}son{n}"
        facts = {"last_name": last, "phone": f"+4477009{n:05}", "company": chance.choice(firms)}
        LeadFactory(first_name=first, **facts)
        LeadFactory(first_name=first[:2] + first[1:], email="", **facts)


def test_groups_refuse_what_contradicts_and_what_grows() -> None:
    chain = [(n, n + 1) for n in range(30)]

    assert max(len(group) for group in clusters(chain)) <= 20
    assert clusters([(1, 2), (2, 3)], may_join=lambda a, b: {a, b} != {1, 3}) == [[1, 2]]


def test_quality_counts_pairs() -> None:
    found = quality([(0, 1), (2, 3)], ["a", "a", "b", "c", "c"])

    assert (found.precision, found.recall) == (0.5, 0.5)


@pytest.mark.skipif(not Path(settings.LEARN_DATA).exists(), reason="the lists are not here")
def test_lists_whose_truth_is_known_reach_their_goals() -> None:
    missed = [one for one in check.figures(settings.LEARN_DATA) if not one["passed"]]

    assert missed == []


def test_a_folder_without_lists_has_no_figures(tmp_path: Path) -> None:
    assert check.figures(tmp_path) == []
