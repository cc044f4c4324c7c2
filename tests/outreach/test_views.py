"""Sequences, messages and mailboxes as people see and change them."""

from typing import Any

import pytest

from campaigns import clock
from campaigns.models import Campaign, User
from outreach.models import Message, Sequence, Step, Variant
from outreach.services import versions
from tests import factories
from tests.outreach.world import sequence as published
from tests.pages import CAP, committed, queries, signed_in, text, url

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
TEXT = {
    "tone": "direct", "subject": "Empty chairs at {{company}}",
    "body": "Hi {{first_name|there}}, shall we talk?",
    "weight": "2", "name": "Opener", "wait": "2", "unit": "days", "window_start": "9", "window_end": "16",
    "business_days": "on",
}  # fmt: skip


@pytest.fixture
def campaign(manager: User) -> Campaign:
    return factories.CampaignFactory(name="Austin dental", owner=manager, team=manager.team)


@pytest.fixture
def sequence(campaign: Campaign) -> Sequence:
    """Two steps in three tones, live."""
    return published(2, campaign, name="Recall-gap opener")


def lead_of(campaign: Campaign, rep: User, **facts: Any) -> Any:
    lead = factories.LeadFactory(owner=rep, team=rep.team, **facts)
    factories.ProspectFactory(campaign=campaign, lead=lead, stage="qualified")
    return lead


def save(user: User, found: Sequence, position: int = 1, **changes: str) -> Any:
    return signed_in(user).post(url("outreach:save_step", found.pk, position), {**TEXT, **changes})


def arrange(user: User, found: Sequence, verb: str, **data: Any) -> str:
    return text(signed_in(user).post(url("outreach:arrange", found.pk, verb), data, follow=True))


def test_the_list_shows_ours_with_state_and_results(rep: User, stranger: User, sequence: Sequence) -> None:
    step = Step.objects.filter(version__sequence=sequence).first()
    factories.TallyFactory(step_id=step.pk, sent=40, replied=4)
    page = text(signed_in(rep).get(url("outreach:sequences")))
    assert all(word in page for word in ("Recall-gap opener", "Live, version 1", "10.0\u00a0%"))
    assert "Recall-gap opener" not in text(signed_in(stranger).get(url("outreach:sequences")))


def test_an_empty_list_teaches(manager: User) -> None:
    assert "No sequence yet" in text(signed_in(manager).get(url("outreach:sequences")))


def test_agents_are_told_why_sequences_are_not_theirs(agent: User, sequence: Sequence) -> None:
    for name, args in (("sequences", []), ("sequence", [sequence.pk]), ("messages", [])):
        answer = signed_in(agent).get(url(f"outreach:{name}", *args))
        assert (answer.status_code, "Support agents work in the inbox" in text(answer)) == (403, True)


def test_the_builder_shows_steps_texts_and_checks(manager: User, sequence: Sequence) -> None:
    page = text(signed_in(manager).get(url("outreach:sequence", sequence.pk) + "?step=2&tone=friendly"))
    assert "Step 2, email" in page
    assert "Wait 2 days, working days" in page
    assert "No-shows at {{company}}" in page
    assert "Unsubscribe link and postal address are added" in page


def test_checks_name_the_token_some_people_lack(
    manager: User, rep: User, campaign: Campaign, sequence: Sequence
) -> None:
    lead_of(campaign, rep, first_name="")
    lead_of(campaign, rep)
    page = text(signed_in(manager).get(url("outreach:sequence", sequence.pk)))
    assert "{{first_name}} is empty for 1 of 2 people" in page


def test_a_missing_postal_address_is_said_beside_the_text(manager: User, sequence: Sequence) -> None:
    type(sequence.campaign).objects.update(postal_address="")
    assert "no postal address" in text(signed_in(manager).get(url("outreach:sequence", sequence.pk)))


def test_editing_what_is_live_makes_a_draft_and_leaves_it_alone(manager: User, sequence: Sequence) -> None:
    assert save(manager, sequence).status_code == 302
    draft = sequence.versions.get(published_at=None)
    step = draft.steps.get(position=1)
    kept = step.variants.get(tone="direct")
    assert (kept.subject, kept.weight, step.delay_hours, step.window_start) == (TEXT["subject"], 2, 48, 9)
    live = versions.current(sequence)
    assert live is not None
    assert (
        Variant.objects.get(step__version=live, step__position=1, tone="direct").subject
        == "No-shows at {{company}}"
    )


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("body", "Hi {{frist_name}}", "is not a token. Did you mean {{first_name}}?"),
        ("subject", "{{password}}", "is not a token"),
        ("body", "{% if %}", "The text has a mistake"),
        ("subject", "", "Write a subject"),
        ("window_end", "7", "must come after the first"),
        ("wait", "-1", "greater than or equal to 0"),
    ],
)
def test_a_wrong_text_is_refused_in_words_and_kept(
    field: str, value: str, why: str, manager: User, sequence: Sequence
) -> None:
    answer = save(manager, sequence, **{field: value})
    assert answer.status_code == 422
    assert why in text(answer).replace("&#x27;", "'")
    assert "shall we talk?" in text(answer) or field == "body"
    assert not sequence.versions.filter(published_at=None).exists()


def test_a_step_that_is_gone_says_so(manager: User, sequence: Sequence) -> None:
    assert "There is no step 9 any more" in text(save(manager, sequence, 9))


def test_steps_are_added_ordered_and_removed_in_the_draft(manager: User, sequence: Sequence) -> None:
    assert "Step 3 is added" in arrange(manager, sequence, "add")
    draft = sequence.versions.get(published_at=None)
    first, second, third = draft.steps.values_list("pk", flat=True)
    arrange(manager, sequence, "order", order=f"{third},{first},{second}")
    assert [step.variants.count() for step in draft.steps.all()] == [0, 3, 3]
    arrange(manager, sequence, "remove", position="1")
    assert draft.steps.count() == 2
    assert "order them again" in arrange(manager, sequence, "order", order="1,2")


def test_a_draft_can_be_thrown_away(manager: User, sequence: Sequence) -> None:
    save(manager, sequence)
    assert "thrown away" in arrange(manager, sequence, "discard")
    assert sequence.versions.count() == 1


def test_publishing_lists_the_differences_and_moves_people_if_asked(
    manager: User, rep: User, campaign: Campaign, sequence: Sequence
) -> None:
    lead = lead_of(campaign, rep)
    walk = factories.EnrollmentFactory(
        prospect=lead.prospects.get(), version=versions.current(sequence), position=1
    )
    save(manager, sequence)
    client, address = signed_in(manager), url("outreach:publish", sequence.pk)
    page = text(client.get(address, headers=HTMX))
    assert "direct subject was" in page
    assert "Move the 1 who are on their way" in page
    client.post(address, {"move": "1"})
    walk.refresh_from_db()
    assert walk.version.number == 2
    assert versions.current(sequence).number == 2  # type: ignore[union-attr]


def test_an_incomplete_draft_is_not_published(manager: User, sequence: Sequence) -> None:
    arrange(manager, sequence, "add")
    answer = signed_in(manager).post(url("outreach:publish", sequence.pk))
    assert (answer.status_code, "Step 3: the professional text is missing." in text(answer)) == (422, True)
    assert versions.current(sequence).number == 1  # type: ignore[union-attr]


def test_a_rep_reads_sequences_but_does_not_change_them(rep: User, sequence: Sequence) -> None:
    page = text(signed_in(rep).get(url("outreach:sequence", sequence.pk)))
    assert "Managers and admins change sequences" in page
    refused = save(rep, sequence)
    assert (refused.status_code, "Ask one of yours" in text(refused)) == (403, True)
    assert signed_in(rep).post(url("outreach:publish", sequence.pk)).status_code == 403


def test_a_foreign_sequence_is_not_there(stranger: User, sequence: Sequence) -> None:
    for name in ("sequence", "enrolled", "versions", "preview"):
        assert signed_in(stranger).get(url(f"outreach:{name}", sequence.pk)).status_code == 404


def test_the_preview_fills_a_real_person_s_words_with_dates(
    rep: User, manager: User, campaign: Campaign, sequence: Sequence
) -> None:
    lead = lead_of(campaign, rep, first_name="Grace", time_zone="America/Chicago")
    page = text(signed_in(manager).get(url("outreach:preview", sequence.pk), headers=HTMX))
    assert "Hi <mark>Grace</mark>" in page
    assert lead.email in page
    assert "Chicago time" in page
    assert page.count("<time") == 2


def test_the_preview_shows_what_is_being_typed_and_never_runs_it(
    rep: User, manager: User, campaign: Campaign, sequence: Sequence
) -> None:
    lead_of(campaign, rep, first_name="<b>Grace</b>")
    typed = {"subject": "New", "body": "Hey {{first_name}}, <i>quick</i> one {{nonsense}}"}
    address = url("outreach:preview", sequence.pk)
    assert "is not a token" in text(signed_in(manager).post(address, typed, headers=HTMX))
    typed["body"] = "Hey {{first_name}}, <i>quick</i> one"
    page = text(signed_in(manager).post(address, typed, headers=HTMX))
    assert "Hey <mark>&lt;b&gt;Grace&lt;/b&gt;</mark>, &lt;i&gt;quick&lt;/i&gt; one" in page


def test_the_preview_says_when_a_person_would_be_passed_over(
    rep: User, manager: User, campaign: Campaign, sequence: Sequence
) -> None:
    lead_of(campaign, rep, first_name="")
    page = text(signed_in(manager).get(url("outreach:preview", sequence.pk), headers=HTMX))
    assert "would not get it" in page
    assert "Nothing known for first_name" in page


def test_brackets_step_through_the_people_one_may_see(
    rep: User, other_rep: User, campaign: Campaign, sequence: Sequence
) -> None:
    first, hidden, last = lead_of(campaign, rep), lead_of(campaign, other_rep), lead_of(campaign, rep)
    page = text(signed_in(rep).get(url("outreach:preview", sequence.pk) + f"?lead={first.pk}", headers=HTMX))
    assert f"lead={last.pk}" in page
    assert f"lead={hidden.pk}" not in page


def test_without_people_the_preview_says_what_will_be_there(manager: User, sequence: Sequence) -> None:
    page = text(signed_in(manager).get(url("outreach:preview", sequence.pk)))
    assert "nobody to try it on yet" in page


@pytest.mark.parametrize(("start", "steps"), [("letters", 3), ("empty", 1)])
def test_a_new_sequence_starts_as_a_draft(start: str, steps: int, manager: User, campaign: Campaign) -> None:
    data = {"name": "Winter", "campaign": campaign.pk, "exclusivity": "lead", "start": start}
    page = text(signed_in(manager).post(url("outreach:new_sequence"), data, follow=True))
    made = Sequence.objects.get(name="Winter")
    assert "Draft, version 1" in page
    assert made.versions.get().steps.count() == steps


def test_a_new_sequence_without_a_name_or_for_a_foreign_campaign_is_refused(manager: User) -> None:
    foreign = factories.CampaignFactory(team=factories.TeamFactory())
    data = {"name": "", "campaign": foreign.pk, "exclusivity": "lead", "start": "empty"}
    answer = signed_in(manager).post(url("outreach:new_sequence"), data)
    assert answer.status_code == 422
    assert not Sequence.objects.exists()


def test_versions_and_people_have_their_own_tabs(
    manager: User, rep: User, campaign: Campaign, sequence: Sequence
) -> None:
    lead = lead_of(campaign, rep, first_name="Grace")
    factories.EnrollmentFactory(prospect=lead.prospects.get(), version=versions.current(sequence))
    save(manager, sequence)
    client = signed_in(manager)
    assert "Grace" in text(client.get(url("outreach:enrolled", sequence.pk)))
    page = text(client.get(url("outreach:versions", sequence.pk)))
    assert page.index("Version 2") < page.index("direct subject was") < page.index(">Version 1</a>")
    assert page.index(">Version 1</a>") < page.index("The first version.")
    client.post(url("outreach:publish", sequence.pk))
    assert "Live, version 2" in text(client.get(url("outreach:sequences")))


def test_messages_show_state_and_reason_and_filter(rep: User, stranger: User, campaign: Campaign) -> None:
    lead = lead_of(campaign, rep)
    factories.MessageFactory(campaign=campaign, lead=lead, subject="Gone out")
    factories.MessageFactory(
        campaign=campaign, lead=lead, subject="Held back", status="suppressed", reason="asked for no e-mail"
    )
    address = url("outreach:messages") + f"?campaign={campaign.pk}"
    page = text(signed_in(rep).get(address + "&status=suppressed"))
    assert ("Held back" in page, "Gone out" in page, "asked for no e-mail" in page) == (True, False, True)
    assert signed_in(stranger).get(address).status_code == 404
    assert "Gone out" not in text(signed_in(stranger).get(url("outreach:messages")))


def test_opens_of_machines_do_not_count_as_opened(rep: User, campaign: Campaign) -> None:
    lead = lead_of(campaign, rep)
    for subject, origin in (("By a person", "human"), ("By a machine", "bot")):
        message = factories.MessageFactory(campaign=campaign, lead=lead, subject=subject)
        message.events.create(kind="opened", provider="t", provider_event_id=subject, origin=origin)
    page = text(signed_in(rep).get(url("outreach:messages") + "?event=opened"))
    assert ("By a person" in page, "By a machine" in page) == (True, False)


def test_a_campaign_s_messages_are_a_panel_with_what_is_in_the_way(
    manager: User, rep: User, campaign: Campaign
) -> None:
    factories.MessageFactory(campaign=campaign, lead=lead_of(campaign, rep), subject="Gone out")
    client, address = signed_in(manager), url("outreach:campaign_messages", campaign.pk)
    fragment = text(client.get(address, headers=HTMX))
    assert ("Gone out" in fragment, "<html" in fragment) == (True, False)
    Campaign.objects.update(status="paused")
    assert "The campaign is paused" in text(client.get(address))


def test_a_message_shows_what_was_sent_what_became_of_it_and_its_three_texts(
    rep: User, stranger: User, analyst: User, campaign: Campaign, sequence: Sequence
) -> None:
    step = Step.objects.filter(version__sequence=sequence).first()
    lead = lead_of(campaign, rep, first_name="Grace")
    message = factories.MessageFactory(
        campaign=campaign, lead=lead, step=step, tone="direct", body="Hi Grace, sent so."
    )
    message.events.create(kind="delivered", provider="t", provider_event_id="1")
    factories.CostFactory(campaign=campaign, message_id=message.pk)
    address = url("outreach:message", message.pk)
    page = text(signed_in(rep).get(address))
    assert all(
        word in page for word in ("Hi Grace, sent so.", "Delivered", "Chosen", "Professional", "Friendly")
    )
    assert message.to_address not in text(signed_in(analyst).get(address))
    assert signed_in(stranger).get(address).status_code == 404


def test_mailboxes_show_what_left_and_who_rests(manager: User, rep: User, campaign: Campaign) -> None:
    sender = factories.SenderFactory(email="maya@tired.example", rested_until=clock.now().replace(year=2099))
    factories.MessageFactory(sender=sender, campaign=campaign, status="bounced")
    page = text(signed_in(manager).get(url("outreach:senders")))
    assert all(word in page for word in ("maya@tired.example", "Rests", "100.0\u00a0%"))
    assert signed_in(rep).get(url("outreach:senders")).status_code == 403


@pytest.mark.parametrize("name", ["sequences", "messages", "senders"])
def test_a_list_keeps_its_number_of_queries(name: str, manager: User, rep: User, campaign: Campaign) -> None:
    for n in range(4):
        published(2, campaign, name=f"Sequence {n}")
        factories.MessageFactory(campaign=campaign, lead=lead_of(campaign, rep))
    assert queries(manager, url(f"outreach:{name}")) == committed(f"outreach:{name}") <= CAP


@pytest.mark.parametrize("name", ["sequence", "enrolled", "versions", "preview"])
def test_a_sequence_s_pages_keep_their_number_of_queries(
    name: str, manager: User, rep: User, campaign: Campaign, sequence: Sequence
) -> None:
    for _ in range(4):
        lead = lead_of(campaign, rep)
        factories.EnrollmentFactory(prospect=lead.prospects.get(), version=versions.current(sequence))
    save(manager, sequence)
    assert queries(manager, url(f"outreach:{name}", sequence.pk)) == committed(f"outreach:{name}")


def test_no_message_is_made_by_looking(manager: User, sequence: Sequence) -> None:
    signed_in(manager).get(url("outreach:sequence", sequence.pk))
    assert (Message.objects.count(), sequence.versions.count()) == (0, 1)
