"""Keys are shown once, stored as a digest, dated, scoped and revoked at once."""

from datetime import timedelta

import pytest
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.test import APIRequestFactory

from campaigns import clock
from campaigns.models import AccessToken, AuditEntry, User
from campaigns.services import tokens

pytestmark = pytest.mark.django_db


def authenticate(header: str) -> object:
    request = APIRequestFactory().get("/", headers={"Authorization": header} if header else {})
    return tokens.ScopedTokenAuthentication().authenticate(request)


def test_a_key_opens_with_bearer_or_token_before_it(partner: User) -> None:
    token, plain = tokens.issue(partner, ["leads:read"], name="Zapier")
    assert authenticate(f"Bearer {plain}") == (partner, token)
    assert authenticate(f"token {plain}") == (partner, token)
    assert authenticate("Basic abc") is None


def test_only_the_digest_is_stored(partner: User) -> None:
    token, plain = tokens.issue(partner, ["leads:read"])
    row = AccessToken.objects.filter(pk=token.pk).values().get()
    assert all(plain not in str(value) for value in row.values())
    assert plain.startswith(token.token_key)
    assert len(plain) >= 64


def test_several_keys_of_one_person_live_side_by_side(partner: User) -> None:
    keys = [tokens.issue(partner, ["leads:read"])[1] for _ in range(3)]
    assert all(tokens.find(key) for key in keys)


@pytest.mark.parametrize("header", ["Bearer loom_nonsense", "Bearer", "Bearer a b", "Bearer é"])
def test_a_wrong_key_is_refused(header: str) -> None:
    with pytest.raises(AuthenticationFailed):
        authenticate(header)


def test_a_revoked_key_is_refused_at_once_and_the_act_is_written_down(partner: User, admin: User) -> None:
    token, plain = tokens.issue(partner, ["leads:read"], name="Zapier", by=admin)
    tokens.revoke(token, by=admin, reason="left the company")
    assert tokens.find(plain) is None
    entry = AuditEntry.objects.latest("pk")
    assert (entry.actor, entry.verb, entry.reason) == (admin, "revoke key", "left the company")
    assert plain not in str(AuditEntry.objects.values_list("before", "after"))


def test_an_expired_key_and_the_key_of_a_disabled_person_are_refused(partner: User) -> None:
    _, plain = tokens.issue(partner, ["leads:read"], expires_in=timedelta(days=1))
    with clock.at(clock.now() + timedelta(days=1, seconds=1)):
        assert tokens.find(plain) is None
    assert tokens.find(plain)
    User.objects.filter(pk=partner.pk).update(is_active=False)
    assert tokens.find(plain) is None


def test_the_last_use_is_noted_at_most_once_a_minute(partner: User) -> None:
    token, plain = tokens.issue(partner, ["leads:read"])
    start = clock.now()
    seen = []
    for seconds in (0, 30, 90):
        with clock.at(start + timedelta(seconds=seconds)):
            tokens.find(plain)
        token.refresh_from_db()
        seen.append((token.last_used_at - start).total_seconds())
    assert seen == [0, 0, 90]


@pytest.mark.parametrize(
    ("scopes", "days", "sentence"),
    [
        (["leads:delete"], 30, "no scope leads:delete"),
        ([], 30, "at least one scope"),
        (["leads:read"], 366, "at most a year"),
        (["leads:read"], 0, "at most a year"),
    ],
)
def test_a_key_that_cannot_be_is_refused_with_a_reason(
    partner: User, scopes: list[str], days: int, sentence: str
) -> None:
    with pytest.raises(tokens.TokenRefused, match=sentence):
        tokens.issue(partner, scopes, expires_in=timedelta(days=days))
    assert not AccessToken.objects.exists()
