"""Tags of the duplicates pages."""

from django import template

register = template.Library()


@register.filter
def surely(probability: float) -> str:
    """Say how sure it is that two records are one person, never surer than it can be."""
    if probability >= 0.9995:
        return "Over 99.9 % sure"
    if probability < 0.01:
        return "Under 1 % sure"
    return f"{probability:.1%} sure".replace("%", " %")


@register.filter
def odds(weight: float) -> str:
    """Write a weight of evidence with its sign."""
    return f"{weight:+.1f}".replace("-", "\u2212")
