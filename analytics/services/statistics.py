"""The few distributions that the figures need, in plain Python, tested against known numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, lgamma, log, log1p, sqrt

Z95 = 1.959963984540054
GRID = 2000
TINY = 1e-300


@dataclass(frozen=True)
class Rate:
    """A share with its Wilson 95 % interval; without a sample there is nothing to say."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """Return the share itself."""
        return self.count / self.of if self.of else None

    @property
    def low(self) -> float:
        """Return the lower end of the interval."""
        return wilson(self.count, self.of)[0]

    @property
    def high(self) -> float:
        """Return the upper end of the interval."""
        return wilson(self.count, self.of)[1]


def wilson(successes: int, trials: int, z: float = Z95) -> tuple[float, float]:
    """Return the Wilson score interval of a share; the whole range when nothing was tried."""
    if trials <= 0:
        return 0.0, 1.0
    share = min(1.0, successes / trials)
    base = 1 + z * z / trials
    centre = (share + z * z / (2 * trials)) / base
    half = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / base
    return max(0.0, centre - half), min(1.0, centre + half)


def newcombe(first: tuple[int, int], second: tuple[int, int]) -> tuple[float, float]:
    """Return the 95 % interval of the difference second − first of two shares, each (successes, trials)."""
    (low_1, high_1), (low_2, high_2) = wilson(*first), wilson(*second)
    share_1, share_2 = first[0] / max(1, first[1]), second[0] / max(1, second[1])
    difference = share_2 - share_1
    below = sqrt((share_2 - low_2) ** 2 + (high_1 - share_1) ** 2)
    above = sqrt((high_2 - share_2) ** 2 + (share_1 - low_1) ** 2)
    return difference - below, difference + above


def gamma_cdf(shape: float, value: float) -> float:
    """Return the regularised lower incomplete gamma function P(shape, value)."""
    if value <= 0:
        return 0.0
    front = exp(shape * log(value) - value - lgamma(shape))
    if value < shape + 1:
        return front * _gamma_series(shape, value)
    return 1.0 - front * _gamma_fraction(shape, value)


def chance_of_best(arms: Sequence[tuple[int, int]]) -> list[float]:
    """Return for each arm (successes, trials) the chance that its true rate is the highest of all.

    Beta(1, 1) priors, integrated on a grid: the same figures give the same answer every time.
    """
    posteriors = [(1 + hits, 1 + max(0, trials - hits)) for hits, trials in arms]
    if len(posteriors) < 2:
        return [1.0] * len(posteriors)
    points = _grid(posteriors)
    masses = [_normed([_beta_log(point, *posterior) for point in points]) for posterior in posteriors]
    below = [_below(mass) for mass in masses]
    chances = [
        sum(mass * _others(below, arm, place) for place, mass in enumerate(masses[arm]))
        for arm in range(len(posteriors))
    ]
    return [chance / sum(chances) for chance in chances]


def chance_of_loss(wins: int, spend: float, value: float) -> float:
    """Return P(ROI < 0) after ``wins`` worth ``value`` each for ``spend``.

    Wins per money ~ Gamma(1 + wins, rate value + spend): the prior is one win at exactly break-even.
    """
    return gamma_cdf(1 + wins, 1 + spend / value) if value > 0 else (1.0 if spend > 0 else 0.0)


def _gamma_series(shape: float, value: float) -> float:
    term = total = 1 / shape
    step = shape
    while abs(term) > abs(total) * 1e-15:
        step += 1
        term *= value / step
        total += term
    return total


def _gamma_fraction(shape: float, value: float) -> float:
    """Evaluate the continued fraction of Q(shape, value) by Lentz's method."""
    bottom = value + 1 - shape
    c, d = 1 / TINY, 1 / (bottom or TINY)
    result = d
    for n in range(1, 500):
        factor = -n * (n - shape)
        bottom += 2
        d = 1 / ((factor * d + bottom) or TINY)
        c = (bottom + factor / c) or TINY
        result *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return result


def _grid(posteriors: Sequence[tuple[int, int]]) -> list[float]:
    """Return the middles of equal cells over the part of 0…1 where any arm can be."""
    edges = [_span(*posterior) for posterior in posteriors]
    low, high = min(edge[0] for edge in edges), max(edge[1] for edge in edges)
    width = (high - low) / GRID
    return [low + (n + 0.5) * width for n in range(GRID)]


def _span(alpha: int, beta: int) -> tuple[float, float]:
    mean = alpha / (alpha + beta)
    spread = 9 * sqrt(mean * (1 - mean) / (alpha + beta + 1))
    return max(0.0, mean - spread), min(1.0, mean + spread)


def _beta_log(point: float, alpha: int, beta: int) -> float:
    return (alpha - 1) * log(point) + (beta - 1) * log1p(-point) if 0 < point < 1 else -inf


def _normed(logs: list[float]) -> list[float]:
    top = max(logs)
    weights = [exp(value - top) for value in logs]
    total = sum(weights)
    return [weight / total for weight in weights]


def _below(masses: list[float]) -> list[float]:
    passed, found = 0.0, []
    for mass in masses:
        found.append(passed + mass / 2)
        passed += mass
    return found


def _others(below: Sequence[Sequence[float]], arm: int, place: int) -> float:
    product = 1.0
    for other, chances in enumerate(below):
        if other != arm:
            product *= chances[place]
    return product
