"""Analysts tell people apart without being able to write to them."""

import pytest

from campaigns.models import User
from campaigns.services import masking


@pytest.mark.parametrize(
    ("value", "shown"),
    [("elena@customer.example", "e•••@•••.example"), ("+15125550142", "+1•••42"), ("12345", "•••"), ("", "")],
)
def test_an_address_or_number_keeps_too_little_to_be_used(value: str, shown: str) -> None:
    assert masking.mask(value) == shown


def test_only_analysts_see_masks(analyst: User, rep: User) -> None:
    assert masking.shown_to(analyst, "elena@x.com") == "e•••@•••.com"
    assert masking.shown_to(rep, "elena@x.com") == "elena@x.com"
