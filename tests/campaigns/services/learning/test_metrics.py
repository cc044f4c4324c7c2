"""The figures, against worked examples and known properties."""

import pytest

from campaigns.services.learning import curves, metrics

LABELS = [False, False, True, False, True, True]
CHANCES = [0.1, 0.3, 0.35, 0.4, 0.8, 0.9]


def test_auc_counts_the_pairs_in_the_right_order() -> None:
    assert metrics.auc(LABELS, CHANCES) == pytest.approx(8 / 9)
    assert metrics.auc(LABELS, [0.5] * 6) == 0.5
    assert metrics.auc([True, True], [0.1, 0.2]) == 0.5


def test_average_precision_and_brier_follow_their_formulas() -> None:
    assert metrics.average_precision(LABELS, CHANCES) == pytest.approx((1 + 1 + 3 / 4) / 3)
    assert metrics.brier([True, False], [0.8, 0.4]) == pytest.approx((0.04 + 0.16) / 2)


def test_calibration_error_is_nought_for_honest_and_large_for_loud_chances() -> None:
    labels = [True] * 30 + [False] * 70
    assert metrics.ece(labels, [0.3] * 100) == pytest.approx(0)
    assert metrics.ece(labels, [0.9] * 100) == pytest.approx(0.6)
    assert metrics.ece_beyond_luck(labels, [0.9] * 100) > 0.5
    assert metrics.ece_beyond_luck(labels, [0.35] * 100) == 0.0


def test_luck_makes_more_of_few_rows() -> None:
    assert metrics.ece_by_chance([0.3] * 30) > 3 * metrics.ece_by_chance([0.3] * 3000)


def test_an_equal_model_has_no_advantage_and_a_better_one_has() -> None:
    labels = [n % 2 == 0 for n in range(200)]
    good = [0.9 if label else 0.1 for label in labels]
    noise = [(n * 37 % 101) / 101 for n in range(200)]
    assert metrics.auc_advantage(labels, noise, noise) == 0.0
    assert metrics.auc_advantage(labels, good, noise) > 0.3
    assert metrics.auc_advantage(labels, noise, good) < -0.3


def test_stability_index_is_nought_for_the_same_shape_and_grows_with_distance() -> None:
    assert metrics.psi([10, 20, 30], [100, 200, 300]) == pytest.approx(0)
    assert metrics.psi([50, 50], [60, 40]) == pytest.approx(0.0405, abs=1e-3)
    assert metrics.psi([50, 50], [90, 10]) > 0.2
    assert metrics.psi([50, 50, 0], [50, 50, 30]) > 0.2


def test_curves_end_where_they_must() -> None:
    found = curves.all_of(LABELS * 20, CHANCES * 20)
    assert found["roc"][-1] == {"x": 1.0, "y": 1.0}
    assert found["precision"][-1]["y"] == pytest.approx(0.75)
    assert found["thresholds"][0]["recall"] == 1.0
    assert sum(band["rows"] for band in found["lift"]) == 120
    at_40 = next(row for row in found["thresholds"] if row["limit"] == 40)
    assert (at_40["precision"], at_40["recall"]) == (
        pytest.approx(2 / 3, abs=1e-3),
        pytest.approx(2 / 3, abs=1e-3),
    )
