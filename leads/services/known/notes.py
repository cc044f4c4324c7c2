"""Notes: written, mended by their author for a day, pinned on top; the timeline says that one was written."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Prefetch, QuerySet

from campaigns import clock
from campaigns.models import User
from campaigns.services import audit
from leads.models import Lead, Mention, Note
from leads.services import timeline
from leads.services.known import mentions
from leads.services.known.places import Place, at

MENDED_FOR = timedelta(days=1)
LONGEST = 10_000


class NoteRefused(Exception):
    """A note that cannot be written or mended as asked."""

    code = "note_refused"
    status = 409


def write(place: Place, body: str, by: User) -> Note:
    """Keep a note on a page, tell whom it names, and say so in the timeline of a lead."""
    text = _checked(body)
    with transaction.atomic():
        note = Note.objects.create(**at(place), author=by, body=text)
        mentions.tell(note, place)
        if isinstance(place, Lead):
            facts = {"text": text, "note": note.pk}
            timeline.record(place.pk, "note", f"{by} wrote a note", actor=by, data=facts)
    return note


def mend(note: Note, body: str, by: User) -> Note:
    """Change one's own note within a day; what stood there before is kept in the log."""
    if not may_mend(note, by):
        raise NoteRefused("A note can be changed by its author for one day. Write another one instead.")
    text, before = _checked(body), note.body
    if text == before:
        return note
    with transaction.atomic():
        Note.objects.filter(pk=note.pk).update(body=text, edited_at=clock.now())
        audit.record(by, "change", note, before={"body": before}, after={"body": text})
        note.refresh_from_db()
        mentions.tell(note, place_of(note))
    return note


def pin(note: Note, *, is_pinned: bool) -> None:
    """Put a note on top of its page, or back among the others."""
    Note.objects.filter(pk=note.pk).update(pinned_at=clock.now() if is_pinned else None)


def may_mend(note: Note, by: User) -> bool:
    """Whether this person may still change a note."""
    return note.author_id == by.pk and clock.now() - note.created_at < MENDED_FOR


def of(place: Place) -> QuerySet[Note]:
    """Return the notes of a page: pinned ones first, then the newest, with whom they name."""
    named = Prefetch("mentions", Mention.objects.select_related("user").order_by("pk"))
    found = Note.objects.filter(**at(place)).select_related("author").prefetch_related(named)
    return found.order_by(F("pinned_at").desc(nulls_last=True), "-pk")


def pinned(place: Place) -> list[Note]:
    """Return the pinned notes of a page, the last pinned first."""
    found = Note.objects.filter(**at(place)).exclude(pinned_at=None).select_related("author")
    return list(found.order_by("-pinned_at")[:5])


def place_of(note: Note) -> Place:
    """Return the lead or the company on whose page a note stands."""
    place = note.lead or note.company
    if place is None:
        raise LookupError(f"note {note.pk} stands nowhere")
    return place


def _checked(body: str) -> str:
    text = body.replace("\x00", "").strip()
    if not text:
        raise NoteRefused("The note is empty.")
    if len(text) > LONGEST:
        raise NoteRefused(f"A note has {LONGEST:,} letters at most; this one has {len(text):,}.")
    return text
