"""The simulation: a campaign lived through on a virtual clock, whose books agree and whose story repeats."""

import pytest

from config.simulation import people
from tests.journeys.commands import told_together

DOZEN_DAYS = ("simulate", "--leads", 60, "--days", 12)
OUTCOMES = ("sent", "failed", "suppressed", "skipped", "uncertain")


@pytest.fixture(scope="module")
def stories():
    """What a dozen days with sixty people come to, lived through twice."""
    return told_together(DOZEN_DAYS, DOZEN_DAYS)


def test_it_ends_well_and_its_books_agree(stories):
    code, found = stories[0]
    assert (code, found["reconciled"]) == (0, True)
    assert sum(found[name] for name in OUTCOMES) == found["audience"] > 20
    assert found["audience"] >= found["delivered"] > 20
    assert found["replies"] >= found["positive"] > 0
    assert float(found["cost"]) > 0
    assert found["seconds"] < 60


def test_the_same_seed_tells_the_same_story(stories):
    first, again = ({**found, "seconds": 0} for _, found in stories)
    assert first == again


def test_another_seed_makes_other_people():
    met = [people.meet(seed, "ann@x.example", "UTC", fit=60) for seed in (7, 7, 8)]
    assert met[0] == met[1] != met[2]
