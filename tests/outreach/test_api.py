import pytest

from campaigns import clock
from leads.models import Lead
from outreach.models import Message
from outreach.services import versions
from tests.clients import as_person, with_key
from tests.factories import CampaignFactory, LeadFactory, MessageFactory, SenderFactory
from tests.outreach import world
from tests.outreach.world import MONDAY

pytestmark = pytest.mark.django_db
TONES = ("professional", "friendly", "direct")


def steps(body="Hi {{first_name|there}}"):
    return {"steps": [{"texts": {tone: {"subject": "No-shows", "body": body} for tone in TONES}}]}


def test_a_sequence_is_made_edited_published_and_previewed(manager):
    api = as_person(manager)
    made = api.post("/api/v1/sequences/", {"name": "Dentists"}).json()
    url = f"/api/v1/sequences/{made['id']}/"
    assert api.put(f"{url}steps/", steps()).status_code == 200
    assert api.post(f"{url}publish/").json()["number"] == 1
    assert api.get(f"{url}steps/").json()["steps"][0]["texts"]["direct"]["subject"] == "No-shows"
    lead = LeadFactory(owner=manager)
    assert "Hi Elena" in api.get(f"{url}preview/?lead={lead.pk}").json()[0]["text"]


def test_a_bad_token_is_explained_and_changes_nothing(manager):
    api = as_person(manager)
    made = api.post("/api/v1/sequences/", {"name": "Dentists"}).json()
    answer = api.put(f"/api/v1/sequences/{made['id']}/steps/", steps("Hi {{firstname}}"))
    assert answer.status_code == 400
    assert "Did you mean {{first_name}}?" in answer.json()["error"]["message"]
    assert api.get(f"/api/v1/sequences/{made['id']}/steps/").json() == {"steps": []}


def test_reps_read_sequences_and_do_not_change_them(rep):
    world.sequence()
    api = as_person(rep)
    assert len(api.get("/api/v1/sequences/").json()["results"]) == 1
    assert api.post("/api/v1/sequences/", {"name": "Mine"}).status_code == 403


def test_foreign_campaigns_sequences_are_not_there(stranger, team):
    sequence = world.sequence(campaign=CampaignFactory(team=team))
    assert as_person(stranger).get(f"/api/v1/sequences/{sequence.pk}/").status_code == 404


def test_messages_of_ones_own_leads_are_listed_and_no_others(rep, stranger):
    mine = MessageFactory(lead=LeadFactory(owner=rep, team=rep.team))
    theirs = MessageFactory(lead=LeadFactory(owner=stranger, team=stranger.team))
    api = as_person(rep)
    assert [row["id"] for row in api.get("/api/v1/messages/").json()["results"]] == [mine.pk]
    assert api.get(f"/api/v1/messages/{theirs.pk}/status/").status_code == 404


def test_the_list_of_messages_takes_a_fixed_number_of_queries(admin, django_assert_max_num_queries):
    MessageFactory.create_batch(12)
    api = as_person(admin)
    with django_assert_max_num_queries(5):
        assert len(api.get("/api/v1/messages/?status=sent&limit=10").json()["results"]) == 10


def test_a_message_shows_its_three_texts_and_what_is_in_its_way(admin):
    world.planned(people=1, status="active")
    message = Message.objects.get()
    api = as_person(admin)
    assert len(api.get(f"/api/v1/messages/{message.pk}/variants/").json()) == 3
    message.campaign.status = "paused"
    message.campaign.save()
    found = api.get(f"/api/v1/messages/{message.pk}/status/").json()
    assert found["status"] == "queued"
    assert "The campaign is paused. Start it to send." in found["hindrances"]


def test_a_push_plans_what_is_due_and_tells_the_outbox(manager):
    campaign = world.campaign(people=2, team=manager.team)
    with clock.at(MONDAY):
        answer = as_person(manager).post(f"/api/v1/campaigns/{campaign.pk}/send/")
    assert answer.status_code == 202
    assert answer.json()["queued"] == 2


def test_reps_neither_push_a_whole_campaign_nor_have_it_written(rep):
    campaign = world.campaign(people=1, team=rep.team)
    url, api = f"/api/v1/campaigns/{campaign.pk}/", as_person(rep)
    with clock.at(MONDAY):
        for verb in ("send", "generate-messages"):
            assert api.post(f"{url}{verb}/").status_code == 403
    assert Message.objects.count() == 0
    assert api.get(f"{url}send/").status_code == 200


def test_support_agents_do_not_read_a_campaigns_outbox(agent):
    campaign = world.campaign(people=1, team=agent.team)
    assert as_person(agent).get(f"/api/v1/campaigns/{campaign.pk}/send/").status_code == 403


def test_a_campaigns_messages_are_those_to_people_one_may_see(manager):
    campaign = world.planned(people=2, team=manager.team)
    mine = Message.objects.first()
    Lead.objects.filter(pk=mine.lead_id).update(team=manager.team)
    found = as_person(manager).get(f"/api/v1/campaigns/{campaign.pk}/messages/").json()["results"]
    assert [row["id"] for row in found] == [mine.pk]


def test_a_paused_campaign_cannot_be_pushed(manager):
    campaign = world.campaign(people=1, team=manager.team, status="paused")
    answer = as_person(manager).post(f"/api/v1/campaigns/{campaign.pk}/send/")
    assert answer.status_code == 409
    assert answer.json()["error"]["message"].startswith("The campaign is paused.")
    assert Message.objects.count() == 0


def test_a_key_needs_the_scope(partner):
    MessageFactory()
    assert with_key(partner, "messages:read").get("/api/v1/messages/").status_code == 200
    assert with_key(partner, "leads:read").get("/api/v1/messages/").status_code == 403


def test_only_admins_change_senders(admin, manager):
    sender = SenderFactory()
    url = f"/api/v1/senders/{sender.pk}/"
    assert as_person(manager).patch(url, {"daily_cap": 5}).status_code == 403
    assert as_person(admin).patch(url, {"daily_cap": 5}).json()["daily_cap"] == 5
    assert as_person(admin).patch(url, {"name": "A\nBcc: x@y.example"}).status_code == 400
    assert as_person(admin).patch(url, {"rested_until": None}).status_code == 400


def test_migration_is_counted_before_it_happens(manager):
    campaign = world.campaign(people=2, team=manager.team)
    sequence = campaign.sequences.get()
    versions.publish(versions.draft(sequence))
    api, url = as_person(manager), f"/api/v1/sequences/{sequence.pk}/migration/"
    assert api.get(url).json() == {"moving": 2, "staying": 0}
    assert api.post(url).json() == {"moving": 2, "staying": 0}
    assert api.get(url).json() == {"moving": 0, "staying": 0}


def test_texts_are_written_reviewed_and_approved(manager):
    campaign = world.planned(people=1, team=manager.team)
    Lead.objects.update(team=manager.team)
    api, message = as_person(manager), Message.objects.get()
    found = api.post(f"/api/v1/campaigns/{campaign.pk}/generate-messages/", {"notes": "reminders"}).json()
    assert found["written"] == 1
    texts = api.get(f"/api/v1/messages/{message.pk}/variants/").json()
    assert sorted(text["tone"] for text in texts) == sorted(TONES)
    words = "Hi Elena, would a call on Thursday suit you and your team?"
    wish = {"variant": texts[0]["id"], "subject": "A better subject", "body": words}
    answer = api.post(f"/api/v1/messages/{message.pk}/approve/", wish).json()
    assert (answer["status"], answer["subject"]) == ("queued", "A better subject")


def test_a_foreign_variant_cannot_be_approved(manager):
    world.planned(people=1, team=manager.team)
    Lead.objects.update(team=manager.team)
    message = Message.objects.get()
    foreign = message.texts().first()
    answer = as_person(manager).post(f"/api/v1/messages/{message.pk}/approve/", {"variant": foreign.pk})
    assert answer.status_code == 404
