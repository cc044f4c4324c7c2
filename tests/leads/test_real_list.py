"""A real list of leads with known outcomes: it comes in whole, and the points card tells who will buy.

The list is test-only data beside the project; without it these tests are skipped.
"""

import json
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from leads.models import Lead
from leads.services import scoring

FOLDER = Path(settings.BASE_DIR).parent / "shared" / "data" / "leads"
LEADS = FOLDER / "x_education_leads_dev.csv"
CONTACTS = FOLDER / "x_education_demo_contacts_synthetic.csv"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not LEADS.exists(), reason="the development data is not beside the project"),
]


def take_in(path: Path) -> dict[str, Any]:
    out = StringIO()
    call_command("import_leads", str(path), "--json", stdout=out, stderr=StringIO())
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def auc(outcomes: list[tuple[int, int]]) -> float:
    """Return the chance that a buyer has the higher score; equal scores count half."""
    yes, no = (Counter(score for score, bought in outcomes if bought == one) for one in (1, 0))
    wins = sum(
        mine * theirs * (1.0 if score > other else 0.5 if score == other else 0.0)
        for score, mine in yes.items()
        for other, theirs in no.items()
    )
    return wins / (yes.total() * no.total())


def test_the_whole_list_comes_in_and_meets_its_contacts(tmp_path: Path, settings: Any) -> None:
    settings.VAR = tmp_path
    facts = take_in(LEADS)
    assert (facts["rows"], facts["created"], facts["rejected"]) == (6468, 6468, 0)
    contacts = take_in(CONTACTS)
    assert contacts["rows"] == 6668
    assert contacts["created"] < 20
    assert Lead.objects.exclude(email_key="").count() > 6350
    assert Lead.objects.exclude(email_key="").exclude(external_id="").count() > 6350
    for path in (LEADS, CONTACTS):
        again = take_in(path)
        assert (again["created"], again["updated"]) == (0, 0)


def test_the_default_card_separates_buyers_from_others(tmp_path: Path, settings: Any) -> None:
    settings.VAR = tmp_path
    take_in(LEADS)
    scoring.score_leads(None)
    rows = Lead.objects.values_list("score__value", "custom__converted")
    outcomes = [(score, bought) for score, bought in rows if bought in (0, 1)]
    assert auc(outcomes) > 0.82
    chosen = [bought for score, bought in outcomes if score >= 60]
    assert sum(chosen) / len(chosen) > 0.70
