"""``learn_check``: honest figures beside their goals, and an exit code that means it."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as house
from django.core.management import call_command

from leads.services.learning import lists

DATA = Path(house.LEARN_DATA)
pytestmark = pytest.mark.django_db


def check(folder: Path, **options: Any) -> tuple[int, dict[str, Any]]:
    out, code = StringIO(), 0
    try:
        call_command("learn_check", "--json", data=str(folder), stdout=out, **options)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, json.loads(out.getvalue())


def test_without_data_nothing_is_claimed(tmp_path: Path, settings: Any) -> None:
    settings.LEARN_CHECKS = ["leads.services.learning.check.figures"]
    code, told = check(tmp_path)
    assert (code, told["passed"], told["figures"]) == (1, False, [])


def test_a_missed_goal_is_a_miss(tmp_path: Path, settings: Any) -> None:
    settings.LEARN_CHECKS = ["leads.services.learning.check.figures"]
    (tmp_path / "churn").mkdir()
    with (tmp_path / "churn" / "telco_dev.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["customerID", "gender", "tenure", "Contract", "Churn"])
        rows.writerows(
            [n, "x", n % 60, "ab"[n % 2], "Yes" if n * 7919 % 10 < 3 else "No"] for n in range(600)
        )
    code, told = check(tmp_path)
    auc = next(one for one in told["figures"] if one["name"] == "churn: auc")
    assert (code, auc["passed"], auc["goal"]) == (1, False, ">= 0.845")


@pytest.mark.skipif(not (DATA / "leads").exists(), reason="the development data is not beside the project")
@pytest.mark.timeout(300)
def test_the_real_lists_reach_what_they_reached(settings: Any) -> None:
    settings.LEARN_CHECKS = ["leads.services.learning.check.figures"]
    _, told = check(DATA)
    found = {one["name"]: one["value"] for one in told["figures"]}
    assert found["leak guard: columns missed"] == 0
    assert found["lead score: auc"] >= 0.900
    assert found["lead score: ap"] >= 0.865
    assert found["lead score: brier"] <= 0.123
    assert found["lead score: ece"] <= 0.04
    assert found["churn: auc"] >= 0.840
    assert found["cold start, 50 labels: auc"] > found["… card alone, 50 labels"] + 0.02


@pytest.mark.skipif(not (DATA / "leads").exists(), reason="the development data is not beside the project")
def test_the_list_is_cut_by_time_and_says_which_columns_came_late() -> None:
    earlier, later = lists.x_education(DATA)
    assert (len(earlier), len(later)) == (4527, 1941)
    assert set(earlier.stamps) == {lists.key(name) for name in lists.X_LATE}
