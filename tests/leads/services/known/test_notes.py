"""Notes and whom they name: only who may see the page is told, once; mended for a day."""

from datetime import timedelta

import pytest

from campaigns import clock
from campaigns.models import AuditEntry, User
from leads.models import Activity, Lead, Mention, Note
from leads.services.known import mentions, notes
from leads.templatetags.known import note_html
from tests.factories import CompanyFactory, LeadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(rep: User) -> Lead:
    return LeadFactory(owner=rep, team=rep.team)


def test_only_who_may_see_the_lead_is_told(
    rep: User, manager: User, other_rep: User, stranger: User, lead: Lead
) -> None:
    body = "@manager @Manager @other_rep @stranger @rep @nobody mail x@manager.example"
    note = notes.write(lead, body, rep)
    assert [mention.user for mention in note.mentions.all()] == [manager]
    assert list(mentions.unread(manager).values_list("note", flat=True)) == [note.pk]
    assert mentions.unread(stranger).count() == 0


def test_colleagues_are_offered_by_the_beginning_of_their_name(
    rep: User, manager: User, other_rep: User, stranger: User, lead: Lead
) -> None:
    User.objects.filter(pk=manager.pk).update(first_name="Maya", last_name="Okafor")
    assert [person.username for person in mentions.candidates(lead, "oka")] == ["manager"]
    offered = {person.username for person in mentions.candidates(lead)}
    assert ("manager" in offered, "stranger" in offered, "other_rep" in offered) == (True, False, False)


def test_looking_at_the_page_reads_the_mention(rep: User, manager: User, lead: Lead) -> None:
    notes.write(lead, "@manager look", rep)
    assert (mentions.look(manager, note__lead=lead), mentions.look(manager, note__lead=lead)) == (1, 0)
    assert mentions.unread(manager).count() == 0


def test_a_mention_on_a_page_that_was_taken_away_is_not_shown(rep: User, other_rep: User, lead: Lead) -> None:
    Lead.objects.filter(pk=lead.pk).update(owner=None)
    notes.write(lead, "@other_rep look", rep)
    assert mentions.unread(other_rep).count() == 1
    Lead.objects.filter(pk=lead.pk).update(owner=rep)
    assert mentions.unread(other_rep).count() == 0


def test_a_note_is_mended_for_a_day_and_the_log_keeps_what_stood_there(
    rep: User, manager: User, lead: Lead
) -> None:
    note = notes.write(lead, "First words", rep)
    notes.mend(note, "Second words, @manager", rep)
    entry = AuditEntry.objects.get(object_type="leads.note")
    assert (entry.before["body"], Note.objects.get().body) == ("First words", "Second words, @manager")
    assert Mention.objects.get().user == manager
    with pytest.raises(notes.NoteRefused):
        notes.mend(note, "Not mine", manager)
    Note.objects.update(created_at=clock.now() - timedelta(days=2))
    note.refresh_from_db()
    with pytest.raises(notes.NoteRefused):
        notes.mend(note, "Too late", rep)


def test_the_timeline_of_a_lead_says_that_a_note_was_written(rep: User, lead: Lead) -> None:
    notes.write(lead, "Prefers mornings", rep)
    entry = Activity.objects.get()
    assert (entry.kind, entry.data["text"], entry.actor) == ("note", "Prefers mornings", rep)


def test_pinned_notes_come_first(rep: User) -> None:
    company = CompanyFactory()
    first, second = notes.write(company, "First", rep), notes.write(company, "Second", rep)
    assert list(notes.of(company)) == [second, first]
    notes.pin(first, is_pinned=True)
    assert list(notes.of(company)) == [first, second]
    assert notes.pinned(company) == [first]


@pytest.mark.parametrize("body", ["", "  \n ", "\x00"])
def test_an_empty_note_is_refused(body: str, rep: User, lead: Lead) -> None:
    with pytest.raises(notes.NoteRefused, match="empty"):
        notes.write(lead, body, rep)


def test_a_note_is_read_marked_up_and_harmless(rep: User, manager: User, lead: Lead) -> None:
    body = (
        "**Bold** and *slanted* `code` @manager @ghost\n\n- one\n- two\n\n"
        '<script>alert(1)</script> https://a.example/?x="><img src=x onerror=alert(1)>'
        "\n\n[x](javascript:alert(1))"
    )
    html = note_html(notes.write(lead, body, rep))
    assert "<b>Bold</b> and <em>slanted</em> <code>code</code>" in html
    assert '<b class="mention">@manager</b> @ghost' in html
    assert "<ul><li>one</li><li>two</li></ul>" in html
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert 'href="https://a.example/?x=' in html
