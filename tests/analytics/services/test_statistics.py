import pytest

from analytics.services import statistics


@pytest.mark.parametrize(
    ("spend", "wins", "chance"), [(500, 2, 0.938), (500, 4, 0.715), (500, 8, 0.153), (300, 0, 0.982)]
)
def test_the_chance_of_loss_is_the_published_one(spend, wins, chance):
    assert statistics.chance_of_loss(wins, spend, 100) == pytest.approx(chance, abs=5e-4)


@pytest.mark.parametrize(
    ("shape", "value", "known"),
    [
        (1, 1, 0.6321205588),
        (0.5, 0.5, 0.6826894921),
        (10, 3, 0.0011024881),
        (3, 12, 0.9994777419),
        (100, 110, 0.8417213299),
    ],
)
def test_the_gamma_distribution_matches_tables(shape, value, known):
    assert statistics.gamma_cdf(shape, value) == pytest.approx(known, abs=1e-9)


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718), (20, 20, 0.8389, 1.0)],
)
def test_the_wilson_interval_matches_newcombes_table(hits, trials, low, high):
    assert statistics.wilson(hits, trials) == pytest.approx((low, high), abs=1e-4)


def test_nothing_tried_says_nothing():
    assert statistics.wilson(0, 0) == (0.0, 1.0)
    assert statistics.Rate(0, 0).value is None


def test_the_interval_of_a_difference_matches_newcombes_example():
    assert statistics.newcombe((48, 80), (56, 70)) == pytest.approx((0.0524, 0.3339), abs=1e-4)


def test_two_equal_arms_are_equally_likely_to_be_best():
    assert statistics.chance_of_best([(10, 100), (10, 100)]) == pytest.approx([0.5, 0.5])


def test_the_chance_of_best_matches_the_closed_form():
    exact = sum(  # P(B > A) for Beta(3, 9) against Beta(6, 6), summed exactly
        _beta(3 + i, 9 + 6) / ((6 + i) * _beta(1 + i, 6) * _beta(3, 9)) for i in range(6)
    )
    assert statistics.chance_of_best([(2, 10), (5, 10)])[1] == pytest.approx(exact, abs=1e-4)


def test_an_arm_without_sends_is_open_and_the_chances_sum_to_one():
    chances = statistics.chance_of_best([(0, 0), (50, 1000), (70, 1000)])
    assert sum(chances) == pytest.approx(1.0)
    assert chances[0] > 0.8


def _beta(a, b):
    from math import gamma

    return gamma(a) * gamma(b) / gamma(a + b)
