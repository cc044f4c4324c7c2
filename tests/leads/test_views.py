"""The leads' pages: lists that stay quick, one person with everything, imports that explain themselves."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from campaigns import clock
from campaigns.models import Revenue, User
from leads.forms import builder
from leads.models import (
    Activity,
    BulkAction,
    Deal,
    ImportJob,
    Lead,
    LeadScore,
    Note,
    Override,
    Prospect,
    Rule,
    Segment,
    Suppression,
    Task,
)
from leads.services import imports, rulebook, scoring
from tests.factories import (
    CampaignFactory,
    DealFactory,
    EnrollmentFactory,
    LeadFactory,
    ProspectFactory,
    StepFactory,
    TaskFactory,
)
from tests.leads.forms.test_builder import posted
from tests.pages import CAP, committed, queries, signed_in, text, url

pytestmark = pytest.mark.django_db
CSV = (
    "Email,First Name,Last Name,Company,Shoe size\n"
    "ann@clinic.example,Ann,Lee,Lee Dental,38\nnot-an-address,Bob,Ray,,40\n"
)


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def lead(rep: User) -> Lead:
    return LeadFactory(first_name="Elena", last_name="Vasquez", owner=rep, team=rep.team, title="Director")


def upload(user: User, content: bytes, name: str = "list.csv") -> Any:
    file = SimpleUploadedFile(name, content, "text/csv")
    return signed_in(user).post(url("leads:import"), {"file": file}, follow=True)


def score(lead: Lead, value: int) -> None:
    card = rulebook.active("scoring")
    LeadScore.objects.create(lead=lead, card=card, value=value)


# -- the list


def test_people_see_their_own_leads_and_the_pool_of_their_team(
    rep: User, other_rep: User, stranger: User
) -> None:
    LeadFactory(last_name="Mine", owner=rep, team=rep.team)
    LeadFactory(last_name="Pool", owner=None, team=rep.team)
    LeadFactory(last_name="Theirs", owner=other_rep, team=rep.team)
    page = text(signed_in(rep).get(url("leads:index")))
    assert [name in page for name in ("Mine", "Pool", "Theirs")] == [True, True, False]
    assert "Mine" not in text(signed_in(stranger).get(url("leads:index")))


def test_a_row_shows_sequence_stage_task_and_reach(rep: User, lead: Lead) -> None:
    score(lead, 86)
    enrollment = EnrollmentFactory(prospect=ProspectFactory(lead=lead, stage="routed"), lead=lead, position=2)
    for position in (1, 2, 3):
        StepFactory(version=enrollment.version, position=position)
    TaskFactory(lead=lead, title="Call about the quote")
    page = text(signed_in(rep).get(url("leads:index")))
    assert enrollment.version.sequence.name in page
    assert "step 2 of 3" in page
    assert "Routed" in page
    assert "Call about the quote" in page
    assert "86" in page


def test_a_suppressed_address_shows_why_it_is_not_written_to(rep: User, lead: Lead) -> None:
    Suppression.objects.create(level="person", value=f"lead:{lead.pk}", reason="asked")
    assert "on the suppression list" in text(signed_in(rep).get(url("leads:index")))


def test_scored_leads_come_first_and_the_rest_follow_over_pages(admin: User) -> None:
    for number in range(70):
        made = LeadFactory(last_name=f"L{number}")
        if number < 40:
            score(made, number)
    client = signed_in(admin)
    first = client.get(url("leads:index")).context["page"]
    second = client.get(url("leads:index") + f"?after={first.after}").context["page"]
    back = client.get(url("leads:index") + f"?before={second.before}").context["page"]
    values = [row.score.value for row in first if hasattr(row, "score")]
    assert (values, len(first), len(second)) == (list(range(39, -1, -1)), 50, 20)
    assert len({row.pk for row in [*first, *second]}) == 70
    assert [row.pk for row in back] == [row.pk for row in first]


def test_words_and_filters_narrow_the_list_and_a_pill_takes_one_away(rep: User, lead: Lead) -> None:
    LeadFactory(first_name="Marcus", last_name="Brandt", owner=rep, team=rep.team, city="Boston")
    client = signed_in(rep)
    assert "Marcus" not in text(client.get(url("leads:index") + "?q=elena"))
    answer = client.get(url("leads:index") + "?f=city:eq:boston&f=first_name:eq:Marcus")
    page = text(answer)
    assert ("Brandt" in page, "Vasquez" in page) == (True, False)
    assert answer.context["pills"][0]["remove_url"] == "?f=first_name%3Aeq%3AMarcus"


def test_a_filter_is_added_by_field_operator_and_value(rep: User, lead: Lead) -> None:
    answer = signed_in(rep).get(url("leads:index") + "?field=score&op=gte&value=70&f=city:eq:Austin")
    assert (answer.status_code, answer.url) == (302, "?f=city%3Aeq%3AAustin&f=score%3Agte%3A70")


def test_a_filter_that_makes_no_sense_says_so_and_keeps_the_list(rep: User, lead: Lead) -> None:
    page = text(signed_in(rep).get(url("leads:index") + "?field=score&op=gte&value=many"))
    assert ("needs a number" in page, "Vasquez" in page) == (True, True)


@pytest.mark.parametrize(
    "query", ["?f=nothing", "?f=score:gte:;drop", "?view=999999999999999999999", "?after=%27", "?sort=x"]
)
def test_a_broken_link_still_shows_the_list(query: str, rep: User, lead: Lead) -> None:
    assert "Vasquez" in text(signed_in(rep).get(url("leads:index") + query))


def test_an_empty_result_offers_to_loosen_it(rep: User, lead: Lead) -> None:
    assert "No lead fits" in text(signed_in(rep).get(url("leads:index") + "?q=nobody"))


def test_counts_of_tabs_come_after_the_page_and_are_kept(rep: User, lead: Lead) -> None:
    made = Segment.objects.create(
        name="Directors", criteria={"field": "title", "op": "eq", "value": "director"}, is_pinned=True
    )
    client = signed_in(rep)
    assert 'hx-get="/leads/tabs/"' in text(client.get(url("leads:index")))
    assert '<span class="count">1</span>' in text(client.get(url("leads:tabs") + f"?view={made.pk}"))
    assert 'hx-get="/leads/tabs/"' not in text(client.get(url("leads:index")))
    assert text(client.get(url("leads:count") + f"?view={made.pk}")) == "1"


def test_a_private_segment_of_somebody_else_is_no_view(rep: User, other_rep: User, lead: Lead) -> None:
    made = Segment.objects.create(
        name="Secret", criteria={}, owner=other_rep, is_shared=False, is_pinned=True
    )
    client = signed_in(rep)
    assert "Secret" not in text(client.get(url("leads:index") + f"?view={made.pk}"))
    assert client.get(url("leads:segment", made.pk)).status_code == 404


# -- acts on many


def test_chosen_leads_are_handed_over_and_taken_back(manager: User, rep: User, lead: Lead) -> None:
    other = LeadFactory(owner=None, team=manager.team)
    client = signed_in(manager)
    data = {"action": "assign", "owner": manager.pk, "ids": [lead.pk, other.pk]}
    page = text(client.post(url("leads:bulk"), data, follow=True))
    assert Lead.objects.filter(owner=manager).count() == 2
    undo = url("leads:undo_action", BulkAction.objects.get().pk)
    assert ("2 leads handed to" in page, undo in page) == (True, True)
    assert "2 leads taken back" in text(client.post(undo, follow=True))
    lead.refresh_from_db()
    other.refresh_from_db()
    assert (lead.owner, other.owner) == (rep, None)


def test_all_of_the_view_means_the_filtered_leads_only(admin: User) -> None:
    LeadFactory.create_batch(3, city="Austin")
    LeadFactory(city="Boston")
    data = {"action": "assign", "owner": admin.pk, "all": "1"}
    client, here = signed_in(admin), url("leads:bulk") + "?f=city:eq:Austin"
    assert "Hand 3 leads to admin?" in text(client.post(here, data))
    assert not BulkAction.objects.exists()
    client.post(here, data | {"sure": "1"})
    assert Lead.objects.filter(owner=admin).count() == 3


def test_foreign_rows_in_a_bulk_act_are_left_alone(rep: User, stranger: User, lead: Lead) -> None:
    signed_in(stranger).post(url("leads:bulk"), {"action": "assign", "owner": stranger.pk, "ids": [lead.pk]})
    lead.refresh_from_db()
    assert lead.owner == rep


def test_an_analyst_can_neither_change_nor_export(analyst: User, lead: Lead) -> None:
    client = signed_in(analyst)
    assert client.post(url("leads:bulk"), {"action": "rescore", "ids": [lead.pk]}).status_code == 403
    assert "figures, not people" in text(
        client.post(url("leads:bulk"), {"action": "export", "ids": [lead.pk]}, follow=True)
    )


def test_an_export_streams_and_disarms_formulas(rep: User) -> None:
    made = LeadFactory(last_name="=cmd|' /C calc'!A0", owner=rep, team=rep.team)
    answer: Any = signed_in(rep).post(url("leads:bulk"), {"action": "export", "ids": [made.pk]})
    content = b"".join(answer.streaming_content).decode()
    assert ("attachment" in answer["Content-Disposition"], "'=cmd" in content) == (True, True)


def test_many_are_suppressed_with_a_reason(rep: User, lead: Lead) -> None:
    signed_in(rep).post(url("leads:bulk"), {"action": "suppress", "reason": "asked", "ids": [lead.pk]})
    assert Suppression.objects.get(level="person").value == f"lead:{lead.pk}"


# -- one lead


def test_a_foreign_lead_is_not_found_by_any_door(stranger: User, lead: Lead) -> None:
    client = signed_in(stranger)
    assert {client.get(url(f"leads:{name}", lead.pk)).status_code for name in ("lead", "edit")} == {404}
    posts = ("note", "assign", "suppress", "add_task", "open_deal", "rescore")
    User.objects.filter(pk=stranger.pk).update(role="manager")
    stranger.refresh_from_db()
    stranger.save()
    data = {"body": "x", "reason": "asked", "title": "x", "value": "1"}
    assert {client.post(url(f"leads:{name}", lead.pk), data).status_code for name in posts} == {404}
    assert (Note.objects.count(), Suppression.objects.count(), Task.objects.count()) == (0, 0, 0)


def test_a_merged_lead_leads_to_the_one_it_became(rep: User, lead: Lead) -> None:
    old = LeadFactory(merged_into=lead, owner=rep, team=rep.team)
    assert signed_in(rep).get(url("leads:lead", old.pk)).url == url("leads:lead", lead.pk)


def test_the_page_shows_words_score_and_what_speaks_for_it(rep: User, lead: Lead) -> None:
    Activity.objects.create(
        lead=lead,
        kind="replied",
        channel="email",
        summary="Elena replied",
        data={"text": "What does it cost?"},
    )
    scoring.score_leads([lead.pk])
    answer = signed_in(rep).get(url("leads:aside", lead.pk), headers={"HX-Request": "true"})
    page, judgement = text(signed_in(rep).get(url("leads:lead", lead.pk))), answer.context["judgement"]
    assert ("What does it cost?" in page, "Address" in text(answer)) == (
        True,
        True,
    )
    assert (
        judgement.would_be
        == judgement.value
        == max(0, min(100, judgement.start + judgement.plus + judgement.minus))
    )


def test_the_timeline_filters_by_channel_and_pages_back(rep: User, lead: Lead) -> None:
    now = clock.now()
    for number in range(45):
        Activity.objects.create(
            lead=lead,
            kind="sent",
            channel="email",
            summary=f"Mail {number:02}",
            occurred_at=now - timedelta(hours=number),
        )
    Activity.objects.create(lead=lead, kind="note", channel="system", summary="A note")
    client = signed_in(rep)
    answer = client.get(url("leads:lead", lead.pk) + "?channel=email")
    assert ("A note" in text(answer), "Mail 39" in text(answer), "Mail 40" in text(answer)) == (
        False,
        True,
        False,
    )
    older = client.get(
        url("leads:lead", lead.pk), {"channel": "email", "after": answer.context["timeline"].after}
    )
    assert "Mail 44" in text(older)


def test_an_analyst_sees_no_addresses(analyst: User, lead: Lead) -> None:
    page = text(signed_in(analyst).get(url("leads:lead", lead.pk)))
    assert (lead.email in page, "•••" in page, "Write a note" in page) == (False, True, False)


def test_a_note_is_kept_and_shown(rep: User, lead: Lead) -> None:
    page = text(
        signed_in(rep).post(url("leads:note", lead.pk), {"body": "Prefers <b>mornings</b>"}, follow=True)
    )
    assert (Note.objects.get().author, "Prefers &lt;b&gt;mornings" in page) == (rep, True)


def test_an_empty_note_is_refused(rep: User, lead: Lead) -> None:
    page = text(signed_in(rep).post(url("leads:note", lead.pk), {"body": "  "}, follow=True))
    assert ("The note is empty" in page, Note.objects.count()) == (True, 0)


def test_a_new_lead_belongs_to_who_added_it(rep: User) -> None:
    data = {"first_name": "Ann", "email": "Ann@Clinic.example", "company_name": "Lee Dental", "title": "CEO"}
    signed_in(rep).post(url("leads:new"), data)
    made = Lead.objects.get()
    assert (made.owner, made.team, made.email_key, str(made.company)) == (
        rep,
        rep.team,
        "ann@clinic.example",
        "Lee Dental",
    )
    assert (made.seniority, made.origin) == ("executive", "form")


def test_a_known_address_is_refused_with_a_link_to_the_person(rep: User, lead: Lead) -> None:
    answer = signed_in(rep).post(url("leads:new"), {"last_name": "Other", "email": lead.email.upper()})
    page = text(answer)
    assert (answer.status_code, Lead.objects.count()) == (422, 1)
    assert ("is here already" in page, url("leads:lead", lead.pk) in page, 'value="Other"' in page) == (
        True,
        True,
        True,
    )


def test_a_known_address_of_a_foreign_lead_does_not_give_the_person_away(stranger: User, lead: Lead) -> None:
    page = text(signed_in(stranger).post(url("leads:new"), {"last_name": "Other", "email": lead.email}))
    assert ("is here already" in page, "Vasquez" in page) == (True, False)


@pytest.mark.parametrize(("field", "value", "said"), [
    ("email", "nonsense@", "not an e-mail address"), ("phone", "12", "not a phone number"),
    ("linkedin_url", "x y", "valid URL"),
])  # fmt: skip
def test_a_wrong_value_is_named_under_its_field(field: str, value: str, said: str, rep: User) -> None:
    answer = signed_in(rep).post(url("leads:new"), {"last_name": "Lee", field: value})
    assert (answer.status_code, said in text(answer), Lead.objects.count()) == (422, True, 0)


def test_an_edit_on_an_old_version_shows_both_and_changes_nothing(rep: User, lead: Lead) -> None:
    client, form = signed_in(rep), {"last_name": "Mine", "email": lead.email, "version": lead.version}
    Lead.objects.filter(pk=lead.pk).update(last_name="Theirs", version=lead.version + 1)
    answer = client.post(url("leads:edit", lead.pk), form)
    page = text(answer)
    lead.refresh_from_db()
    assert (answer.status_code, lead.last_name) == (409, "Theirs")
    assert ("Theirs" in page, 'name="pick_last_name" value="mine"' in page) == (True, True)
    client.post(url("leads:edit", lead.pk), {**form, "version": lead.version, "pick_last_name": "mine"})
    lead.refresh_from_db()
    assert lead.last_name == "Mine"


def test_a_hand_over_outside_the_team_is_refused(rep: User, stranger: User, lead: Lead) -> None:
    page = text(signed_in(rep).post(url("leads:assign", lead.pk), {"owner": stranger.pk}, follow=True))
    lead.refresh_from_db()
    assert ("Choose somebody of your team" in page, lead.owner) == (True, rep)


def test_a_task_is_planned_done_and_taken_back(rep: User, lead: Lead) -> None:
    client = signed_in(rep)
    client.post(url("leads:add_task", lead.pk), {"title": "Call Elena", "kind": "call"})
    task = Task.objects.get()
    page = text(client.post(url("leads:finish_task", task.pk), follow=True))
    task.refresh_from_db()
    assert (task.owner, task.status, url("leads:reopen_task", task.pk) in page) == (rep, "done", True)
    client.post(url("leads:reopen_task", task.pk))
    task.refresh_from_db()
    assert task.status == "open"


def test_a_snoozed_task_comes_back_in_the_morning(rep: User, lead: Lead) -> None:
    task = TaskFactory(lead=lead)
    signed_in(rep).post(url("leads:snooze_task", task.pk), {"for": "week"})
    task.refresh_from_db()
    assert (task.due_at.hour, (task.due_at.date() - clock.now().date()).days) == (8, 7)


def test_a_lead_without_task_and_sequence_says_so(rep: User, lead: Lead) -> None:
    assert "No next step" in text(signed_in(rep).get(url("leads:aside", lead.pk)))


def test_a_deal_is_opened_won_once_and_booked(rep: User, lead: Lead) -> None:
    campaign = CampaignFactory()
    ProspectFactory(campaign=campaign, lead=lead)
    client = signed_in(rep)
    client.post(url("leads:open_deal", lead.pk), {"value": "1200", "campaign": campaign.pk})
    deal = Deal.objects.get()
    client.post(url("leads:close_deal", deal.pk, "win"))
    again = text(client.post(url("leads:close_deal", deal.pk, "win"), follow=True))
    assert (Revenue.objects.get().amount, "closed already" in again) == (Decimal("1200"), True)


def test_losing_a_deal_needs_a_reason(rep: User, lead: Lead) -> None:
    deal = DealFactory(lead=lead)
    page = text(signed_in(rep).post(url("leads:close_deal", deal.pk, "lose"), follow=True))
    deal.refresh_from_db()
    assert ("Say why the deal is lost" in page, deal.stage) == (True, "open")


def test_a_manager_decides_by_hand_and_the_reason_is_shown(manager: User, rep: User, lead: Lead) -> None:
    prospect = ProspectFactory(lead=lead, stage="rejected", campaign=CampaignFactory(team=manager.team))
    data = {"decision": "qualified", "reason": "Met her at the fair"}
    page = text(signed_in(manager).post(url("leads:override", prospect.pk), data, follow=True))
    prospect.refresh_from_db()
    assert (prospect.stage, "Met her at the fair" in page, Override.objects.get().by) == (
        "qualified",
        True,
        manager,
    )


def test_a_rep_cannot_override_and_nobody_can_without_reason(manager: User, rep: User, lead: Lead) -> None:
    prospect = ProspectFactory(lead=lead, stage="rejected")
    data = {"decision": "qualified"}
    assert signed_in(rep).post(url("leads:override", prospect.pk), data).status_code == 403
    page = text(signed_in(manager).post(url("leads:override", prospect.pk), data, follow=True))
    assert ("and why" in page, Override.objects.count()) == (True, 0)


# -- imports


def test_a_file_is_looked_at_mapped_and_previewed_before_anything_is_stored(rep: User) -> None:
    page = text(upload(rep, CSV.encode()))
    assert ("2 rows, CSV, separated by commas" in page, "Lee Dental" in page, Lead.objects.count()) == (
        True,
        True,
        0,
    )
    assert ("New: shoe size" in page, "not-an-address" in page) == (True, True)
    assert "Import 2 rows" in page


def test_a_started_import_shows_progress_then_its_result_and_errors_file(rep: User) -> None:
    upload(rep, CSV.encode())
    job, client = ImportJob.objects.get(), signed_in(rep)
    fields = {f"column-{n}": target for n, target in enumerate(job.mapping.values())}
    page = text(client.post(url("leads:start_import", job.pk), {**fields, "mode": "both"}, follow=True))
    assert ("every 2s" in page, "Waiting for a worker" in page) == (True, True)
    imports.drain(clock.now())
    page = text(client.get(url("leads:import_job", job.pk)))
    assert ("every 2s" in page, "New people" in page, Lead.objects.get().owner) == (False, True, rep)
    assert "not every row is in" in page
    assert ">Stored<" not in page
    answer: Any = client.get(url("leads:import_errors", job.pk))
    assert "not-an-address" in b"".join(answer.streaming_content).decode()


def test_a_mapping_can_be_tried_and_a_bad_one_does_not_start(rep: User) -> None:
    upload(rep, CSV.encode())
    job, client = ImportJob.objects.get(), signed_in(rep)
    nothing = {f"column-{n}": "" for n in range(5)}
    tried = text(client.post(url("leads:import_job", job.pk), nothing))
    answer = client.post(url("leads:start_import", job.pk), nothing)
    job.refresh_from_db()
    assert ("must be recognised by something" in tried, answer.status_code, job.status) == (
        True,
        422,
        "draft",
    )


def test_the_same_file_twice_is_noticed(rep: User) -> None:
    upload(rep, CSV.encode())
    imports.run_now(imports.confirm(ImportJob.objects.get()))
    assert "This very file came in" in text(upload(rep, CSV.encode()))


@pytest.mark.parametrize(("content", "said"), [
    (b"", "The file is empty"),
    (b"\x89PNG\r\n\x1a\n" + bytes(200), "cannot be read"),
    (b"Email\n", "no rows"),
    (b'Email,Name\n"ann@x.example,Ann\nbob@x.example,Bob\n', "never closed"),
    (b"ann@x.example,Ann\nbob@x.example,Bob\n", "column names"),
])  # fmt: skip
def test_a_bad_file_is_refused_in_clear_words_and_nothing_is_kept(
    content: bytes, said: str, rep: User, tmp_path: Path
) -> None:
    answer = upload(rep, content)
    assert (answer.status_code, ImportJob.objects.count()) == (422, 0)
    assert said in text(answer)
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


def test_no_file_at_all_says_so(rep: User) -> None:
    answer = signed_in(rep).post(url("leads:import"), {})
    assert (answer.status_code, "Choose a file first" in text(answer)) == (422, True)


def test_an_analyst_reads_no_row_of_an_import(analyst: User, rep: User) -> None:
    upload(rep, CSV.encode())
    job, client = ImportJob.objects.get(), signed_in(analyst)
    names = ("import_job", "import_errors")
    assert {client.get(url(f"leads:{name}", job.pk)).status_code for name in names} == {403}


def test_an_import_of_somebody_else_is_hidden(rep: User, stranger: User) -> None:
    upload(rep, CSV.encode())
    job, client = ImportJob.objects.get(), signed_in(stranger)
    assert client.get(url("leads:import_job", job.pk)).status_code == 404
    assert client.post(url("leads:start_import", job.pk)).status_code == 404


# -- campaign, companies, rules, segments, palette


def test_a_campaign_s_people_are_listed_by_stage_with_the_reason(
    manager: User, rep: User, lead: Lead
) -> None:
    campaign = CampaignFactory(team=manager.team)
    rule = rulebook.active("qualification")
    ProspectFactory(
        campaign=campaign, lead=lead, stage="rejected", path="score:no", rule_id=rule.pk, score=12
    )
    page = text(signed_in(manager).get(url("leads:campaign", campaign.pk) + "?stage=rejected"))
    assert (
        "Vasquez" in page,
        "below the campaign&#x27;s minimum" in page,
        "score is at least 60: <b>no</b>" in page,
    ) == (
        True,
        True,
        True,
    )
    assert "Vasquez" not in text(signed_in(manager).get(url("leads:campaign", campaign.pk) + "?stage=won"))


def test_a_company_shows_only_people_one_may_see(rep: User, other_rep: User, lead: Lead) -> None:
    LeadFactory(last_name="Hidden", company=lead.company, owner=other_rep, team=rep.team)
    page = text(signed_in(rep).get(url("leads:company", lead.company.pk)))
    assert ("Vasquez" in page, "Hidden" in page) == (True, False)
    assert lead.company.name in text(
        signed_in(rep).get(url("leads:companies") + "?q=" + lead.company.name[:6])
    )


def test_changed_points_make_a_new_version_and_the_old_one_stays(manager: User) -> None:
    old = rulebook.active("scoring")
    client = signed_in(manager)
    form = client.get(url("leads:scoring")).context["form"]
    data = {name: field.initial for name, field in form.fields.items()}
    client.post(url("leads:scoring"), {**data, "points-0-0": "9"})
    new = rulebook.active("scoring")
    old.refresh_from_db()
    assert (new.version, new.body["dimensions"][0]["bins"][0]["points"], old.is_active) == (2, 9, False)
    assert old.body["dimensions"][0]["bins"][0]["points"] != 9


def test_a_rep_reads_the_card_but_cannot_publish(rep: User) -> None:
    client = signed_in(rep)
    form = client.get(url("leads:scoring")).context["form"]
    data = {name: field.initial for name, field in form.fields.items()}
    assert (client.post(url("leads:scoring"), data).status_code, Rule.objects.filter(version=2).count()) == (
        403,
        0,
    )


def rows(*leaves: tuple[str, str, str], **also: str) -> dict[str, Any]:
    data: dict[str, Any] = {"g-0": "all", "page": "p", **also}
    for number, (field, op, value) in enumerate(leaves):
        name = f"c-0.{number}"
        data |= {f"{name}-field": field, f"{name}-op": op, f"{name}-value": value.split(" to ")}
    return data


def test_a_segment_is_counted_while_it_is_typed(rep: User, lead: Lead) -> None:
    data = rows(("title", "eq", "director"), ("first_name", "eq", "elena"))
    page = text(signed_in(rep).post(url("leads:count_segment"), data))
    assert "job title is «director» and first name is «elena»" in page.lower()
    for leaf, said in (
        (("score", "gte", "many"), "needs a number"),
        (("", "eq", ""), "at least one condition"),
    ):
        assert said in text(signed_in(rep).post(url("leads:count_segment"), rows(leaf)))


def test_a_saved_segment_becomes_a_view(rep: User, lead: Lead) -> None:
    data = rows(
        ("employees", "between", "5 to 50"), ("do_not_email", "is", "no"), name="Small", is_pinned="on"
    )
    answer = signed_in(rep).post(url("leads:new_segment"), data)
    made = Segment.objects.get()
    size = {"field": "employees", "op": "between", "value": [5, 50]}
    assert made.criteria == {"all": [size, {"field": "do_not_email", "op": "is", "value": False}]}
    assert (answer.url, made.owner, made.is_shared) == (f"{url('leads:index')}?view={made.pk}", rep, False)


def test_only_its_owner_or_a_manager_changes_a_segment(rep: User, other_rep: User, manager: User) -> None:
    made = Segment.objects.create(name="Mine", criteria={}, owner=other_rep)
    data = rows(("score", "gte", "70"), name="Taken")
    assert signed_in(rep).post(url("leads:segment", made.pk), data).status_code == 422
    signed_in(rep).post(url("leads:delete_segment", made.pk))
    assert Segment.objects.get().name == "Mine"
    signed_in(manager).post(url("leads:segment", made.pk), data)
    assert Segment.objects.get().name == "Taken"


def test_a_nested_segment_keeps_its_rule_when_it_is_renamed(rep: User) -> None:
    rule = {
        "any": [
            {"all": [{"field": "score", "op": "gte", "value": 70}]},
            {"field": "city", "op": "eq", "value": "Austin"},
        ]
    }
    made = Segment.objects.create(name="Nested", criteria=rule, owner=rep)
    client = signed_in(rep)
    assert "c-0.0.0-field" in text(client.get(url("leads:segment", made.pk)))
    group = builder.from_tree(rule)
    client.post(url("leads:segment", made.pk), {"name": "Renamed", **posted(group)})
    made.refresh_from_db()
    assert (made.name, made.criteria) == ("Renamed", rule)
    assert client.get(url("leads:index") + f"?view={made.pk}").status_code == 200


def test_the_command_menu_finds_people_campaigns_places_and_acts(
    manager: User, rep: User, lead: Lead
) -> None:
    CampaignFactory(name="Austin dental", team=manager.team, status="active")
    client = signed_in(manager)
    assert "Elena Vasquez" in text(client.get(url("leads:palette") + "?q=elena"))
    assert "Pause campaign" in text(client.get(url("leads:palette") + "?q=pau"))
    page = text(client.get(url("leads:palette") + "?q=%23austin"))
    assert ("Austin dental" in page, "Elena" in page) == (True, False)
    assert "Import leads" in text(client.get(url("leads:palette") + "?q=%3Eimport"))
    assert "Nothing found" in text(client.get(url("leads:palette") + "?q=zzzz"))


def test_the_command_menu_shows_nobody_else_s_people_and_no_acts_of_managers(
    stranger: User, lead: Lead
) -> None:
    client = signed_in(stranger)
    assert "Vasquez" not in text(client.get(url("leads:palette") + "?q=vasquez"))
    assert "New campaign" not in text(client.get(url("leads:palette") + "?q=new"))


# -- how many statements


@pytest.mark.parametrize(
    "name", ["leads:index", "leads:companies", "leads:segments", "leads:import", "leads:rules"]
)
def test_a_list_needs_its_committed_number_of_queries(name: str, manager: User) -> None:
    campaign = CampaignFactory(team=manager.team)
    for number in range(8):
        made = LeadFactory(owner=manager, team=manager.team)
        score(made, number)
        prospect = ProspectFactory(lead=made, campaign=campaign, stage="routed")
        EnrollmentFactory(prospect=prospect, lead=made, campaign=campaign)
        TaskFactory(lead=made, owner=manager)
        Activity.objects.create(lead=made, kind="sent", channel="email", summary="Sent")
        Segment.objects.create(name=f"S{number}", criteria={}, owner=manager)
        ImportJob.objects.create(file_name="x.csv", owner=manager, team=manager.team)
    assert queries(manager, url(name)) == committed(name) <= CAP


def test_a_campaign_s_people_need_the_committed_number_of_queries(manager: User) -> None:
    campaign = CampaignFactory(team=manager.team)
    for _ in range(8):
        ProspectFactory(campaign=campaign, lead=LeadFactory(owner=manager, team=manager.team))
    assert queries(manager, url("leads:campaign", campaign.pk)) == committed("leads:campaign") <= CAP


def test_the_committed_file_names_only_pages_that_exist() -> None:
    file = Path(__file__).parents[1] / "query_counts.json"
    names = {"leads:campaign", "leads:lead", "leads:aside", "leads:company", "leads:submissions"}
    assert all(
        url(name, *([1] if name in names else []))
        for name in json.loads(file.read_text())
        if name.startswith("leads:")
    )


def test_prospects_are_counted_only_where_visible(rep: User, other_rep: User) -> None:
    campaign = CampaignFactory(team=rep.team)
    ProspectFactory(campaign=campaign, lead=LeadFactory(owner=other_rep, team=rep.team))
    assert len(signed_in(rep).get(url("leads:campaign", campaign.pk)).context["page"]) == 0
    assert Prospect.objects.count() == 1
