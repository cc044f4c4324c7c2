"""The commands of the ground floor answer as the specification says."""

import json
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from campaigns import clock
from campaigns.models import AccessToken, Price, User
from campaigns.services import tokens

pytestmark = pytest.mark.django_db


def run(*words: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command(*words, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_fifty_prospects_cost_5_42_on_an_empty_database() -> None:
    told = json.loads(run("estimate", "--count", "50", "--json")[0])
    assert told["total"] == "5.42"
    assert sum(Decimal(item["amount"]) for item in told["items"]) == Decimal("5.42")


def test_an_edited_price_is_kept_and_counts() -> None:
    run("estimate", "--count", "50")
    Price.objects.filter(operation="send").update(amount="0.101")
    assert "$10.42" in run("estimate", "--count", "50", "--vertical", "dentists", "--location", "Austin")[0]


@pytest.mark.parametrize("count", ["0", "-1", "1000001"])
def test_a_count_out_of_range_is_refused(count: str) -> None:
    with pytest.raises(CommandError, match="between 1 and"):
        run("estimate", "--count", count)


def test_a_key_is_printed_once_and_alone(partner: User) -> None:
    words = ("--scope", "leads:read", "leads:write", "--scope", "events:write", "--expires", "30")
    out, err = run("create_token", "partner", *words)
    token = tokens.find(out.strip())
    assert token is not None
    assert (token.user, token.scopes) == (partner, ["events:write", "leads:read", "leads:write"])
    assert timedelta(days=29) < token.expiry - clock.now() <= timedelta(days=30)
    assert out.strip() not in err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nobody", "--scope", "leads:read"], "no user nobody"),
        (["partner", "--scope", "everything"], "no scope everything"),
        (["partner"], "at least one scope"),
        (["partner", "--scope", "leads:read", "--expires", "366"], "at most a year"),
    ],
)
def test_a_key_that_cannot_be_is_refused(partner: User, words: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        run("create_token", *words)
    assert not AccessToken.objects.exists()
