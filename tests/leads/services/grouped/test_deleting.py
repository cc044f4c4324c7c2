"""Deleting many for good: only those with whom nothing happened, and only after the number was repeated."""

from typing import Any

import pytest
from openpyxl import load_workbook

from campaigns.models import AuditEntry, User
from leads.models import BulkAction, Lead, Note, Prospect, Suppression
from leads.services import contactability
from leads.services.grouped import asking, running, sheets
from leads.services.grouped.asking import Chosen
from leads.services.grouped.params import ActRefused, MayNot
from tests.clients import as_person
from tests.factories import (
    ConversationFactory,
    DealFactory,
    LeadFactory,
    MessageFactory,
    ProspectFactory,
)
from tests.pages import signed_in

pytestmark = pytest.mark.django_db
EVERYBODY = Chosen()


def delete(by: User, confirm: Any, chosen: Chosen = EVERYBODY) -> BulkAction:
    return running.run_now(asking.ask("delete", {"confirm": confirm}, chosen, by))


@pytest.fixture
def plain(manager: User) -> Lead:
    """Somebody with whom nothing happened, though somebody wrote a note."""
    lead = LeadFactory(owner=manager, team=manager.team)
    ProspectFactory(lead=lead)
    Note.objects.create(lead=lead, author=manager, body="Met at the fair")
    return lead


@pytest.mark.parametrize("factory", [MessageFactory, DealFactory, ConversationFactory])
def test_people_with_whom_something_happened_stay(factory: Any, manager: User, plain: Lead) -> None:
    known = LeadFactory(owner=manager, team=manager.team)
    factory(lead=known)

    action = delete(manager, 2)

    assert list(Lead.objects.all()) == [known]
    assert (action.status, action.total, action.cursor, action.changed) == ("done", 2, 2, 1)
    assert not Note.objects.exists()
    assert not Prospect.objects.filter(lead=plain.pk).exists()
    assert AuditEntry.objects.get(verb="leads deleted").after == {"leads": [plain.pk]}


@pytest.mark.parametrize("confirm", ["", "2", "one", None])
def test_nobody_is_deleted_before_the_number_is_repeated(confirm: Any, manager: User, plain: Lead) -> None:
    with pytest.raises(ActRefused, match="confirm with the number 1"):
        delete(manager, confirm)

    assert Lead.objects.filter(pk=plain.pk).exists()
    assert not BulkAction.objects.exists()


def test_reps_do_not_delete(rep: User) -> None:
    LeadFactory(owner=rep, team=rep.team)

    with pytest.raises(MayNot):
        delete(rep, 1)


def test_a_foreign_person_is_not_deleted(manager: User, stranger: User, plain: Lead) -> None:
    foreign = LeadFactory(owner=stranger, team=stranger.team)

    delete(manager, 1, Chosen(ids=(plain.pk, foreign.pk)))

    assert list(Lead.objects.all()) == [foreign]


def test_a_no_outlives_the_person(manager: User, plain: Lead) -> None:
    contactability.suppress_lead(plain, reason="asked", by=manager)

    delete(manager, 1)

    kept = Suppression.objects.filter(level="address", value=plain.email_key, lifted_at=None)
    assert kept.exists()


def test_it_cannot_be_taken_back_and_says_so_before(manager: User, plain: Lead) -> None:
    DealFactory(lead=LeadFactory(owner=manager, team=manager.team))

    asked = asking.preview("delete", {}, EVERYBODY, manager)

    assert asked.text == "Delete 2 leads for good"
    assert asked.notes[0].startswith("One lead with a message")
    assert asked.notes[1] == "This cannot be taken back."
    with pytest.raises(ActRefused, match="cannot be taken back"):
        asking.undo(delete(manager, 2), manager)


def test_ticked_rows_are_asked_about_once_more(manager: User, plain: Lead) -> None:
    client, form = signed_in(manager), {"action": "delete", "ids": [plain.pk]}

    page = client.post("/leads/bulk/", form).content.decode()

    assert f'name="ids" value="{plain.pk}"' in page
    assert 'data-must-equal="1"' in page
    assert Lead.objects.filter(pk=plain.pk).exists()
    client.post("/leads/bulk/", {**form, "sure": "1", "confirm": "1"})
    assert not Lead.objects.filter(pk=plain.pk).exists()


def test_programs_repeat_the_number_too(manager: User, plain: Lead) -> None:
    client, body = as_person(manager), {"verb": "delete", "ids": [plain.pk]}

    refused = client.post("/api/v1/bulk-actions/", {**body, "params": {}}, format="json")
    asked = client.post("/api/v1/bulk-actions/", {**body, "params": {"confirm": 1}}, format="json")

    assert (refused.status_code, asked.status_code) == (409, 202)


def test_many_leave_as_a_workbook(manager: User, plain: Lead, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path

    action = running.run_now(asking.ask("export", {"format": "xlsx"}, EVERYBODY, manager))

    rows = list(load_workbook(sheets.path(action)).active.iter_rows(values_only=True))
    assert (action.status, action.changed, len(rows)) == ("done", 1, 2)
    assert plain.email in rows[1]
