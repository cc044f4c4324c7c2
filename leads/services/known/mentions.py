"""Colleagues named in a note with an @: found on the server, told once, unread until they looked."""

import re
from typing import Any

from django.db.models import Q, QuerySet

from campaigns import clock
from campaigns.models import User
from campaigns.models.user import Role
from leads.models import Company, Lead, Mention, Note
from leads.services.known.places import Place, seen_by

HANDLE = re.compile(r"(?<![\w.@])@([\w][\w.+-]{0,149})")
MOST, OFFERED = 20, 8


def candidates(place: Place, words: str = "") -> list[User]:
    """Return colleagues whose name begins so and who may see the place; the first eight."""
    people = User.objects.filter(is_active=True).exclude(role=Role.PARTNER)
    for word in words.split()[:3]:
        people = people.filter(
            Q(username__istartswith=word) | Q(first_name__istartswith=word) | Q(last_name__istartswith=word)
        )
    return seen_by(place, list(people.order_by("first_name", "username")[: 3 * OFFERED]))[:OFFERED]


def named(body: str, place: Place) -> list[User]:
    """Return the colleagues a text names, of those who may see the place."""
    handles = {handle.rstrip(".").lower() for handle in HANDLE.findall(body)}
    if not handles:
        return []
    wanted = Q()
    for handle in sorted(handles)[:MOST]:
        wanted |= Q(username__iexact=handle)
    people = User.objects.filter(wanted, is_active=True).exclude(role=Role.PARTNER)
    return seen_by(place, list(people.order_by("pk")))


def tell(note: Note, place: Place) -> list[User]:
    """Keep who is named in a note, nobody twice and never its author; return those told now."""
    before = set(note.mentions.values_list("user_id", flat=True))
    fresh = [person for person in named(note.body, place) if person.pk not in before]
    fresh = [person for person in fresh if person.pk != note.author_id]
    now = clock.now()
    rows = [Mention(note=note, user=person, created_at=now) for person in fresh]
    Mention.objects.bulk_create(rows, ignore_conflicts=True)
    return fresh


def of(person: User) -> QuerySet[Mention]:
    """Return where a person is named, on pages they may still see, the newest first."""
    seen = Q(note__lead__in=Lead.objects.visible_to(person)) | Q(
        note__company__in=Company.objects.visible_to(person)
    )
    joined = ("note__author", "note__lead__company", "note__company")
    return Mention.objects.filter(seen, user=person).select_related(*joined)


def unread(person: User) -> QuerySet[Mention]:
    """Return what a person has not looked at yet."""
    return of(person).filter(seen_at=None)


def look(person: User, **where: Any) -> int:
    """Note that a person looked at what they were told (``note__lead=…``); return how many were unread."""
    return Mention.objects.filter(user=person, seen_at=None, **where).update(seen_at=clock.now())
