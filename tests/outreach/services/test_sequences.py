from datetime import timedelta

import pytest

from outreach.models import Enrollment, Message, SequenceVersion
from outreach.services import defaults, enrollments, nurture, preflight, routing, sequences, versions
from outreach.services.sequences import StepDraft, TextDraft
from outreach.services.versions import SequenceRefused
from tests.factories import CampaignFactory, LeadFactory, SenderFactory
from tests.outreach import world
from tests.outreach.world import MONDAY

pytestmark = pytest.mark.django_db


def step(
    body="Hi {{first_name|there}}", subject="No-shows", tones=("professional", "friendly", "direct"), **facts
):
    return StepDraft(texts={tone: TextDraft(subject, body) for tone in tones}, **facts)


def published(*steps, **facts):
    sequence = sequences.create("Dentists", steps or (step(),), **facts)
    versions.publish(versions.draft(sequence))
    return sequence


def test_a_deployed_campaign_gets_a_complete_sequence_once():
    campaign = CampaignFactory()
    sequence = defaults.ensure_for_campaign(campaign)
    version = versions.current(sequence)
    assert defaults.ensure_for_campaign(campaign) == sequence
    assert version.steps.count() == 3
    assert versions.problems(version) == []
    assert preflight.check_sequence(campaign) == []


def test_the_default_letters_need_nothing_to_be_known_about_a_person():
    version = versions.current(defaults.ensure_for_campaign(CampaignFactory()))
    nobody = LeadFactory(first_name="", last_name="", company=None)
    found = sequences.preview(version, nobody, MONDAY, SenderFactory())
    assert [preview.problem for preview in found] == ["", "", ""]
    assert not any("{{" in preview.text or "Hi ," in preview.text for preview in found)


def test_a_preview_shows_text_html_and_dates():
    lead = LeadFactory(first_name="Ann <b>", time_zone="Europe/Berlin")
    version = versions.current(published(step(), step(delay_hours=72)))
    first, second = sequences.preview(version, lead, MONDAY, SenderFactory(signature="Maya"))
    assert first.due_at == MONDAY
    assert second.due_at == MONDAY + timedelta(hours=72)
    assert "Hi Ann <b>" in first.text
    assert "Hi Ann &lt;b&gt;" in first.html
    assert "Unsubscribe" in first.text


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (step(body="Hi {{firstname}}"), "Step 1: professional: {{firstname}} is not a token."),
        (step(subject="a\nb"), "the subject must be one line"),
        (step(channel="pigeon"), "there is no channel called pigeon"),
        (step(window_start=18, window_end=9), "the hours must lie between 0 and 24"),
    ],
)
def test_a_bad_step_is_refused_and_nothing_is_saved(bad, words):
    version = versions.draft(sequences.create("Dentists", (step(),)))
    with pytest.raises(SequenceRefused, match=words):
        sequences.replace_steps(version, [step(), bad][::-1])
    assert version.steps.count() == 1


def test_publishing_says_everything_that_is_missing():
    sequence = sequences.create("Dentists", (step(tones=("direct",)),))
    with pytest.raises(SequenceRefused) as refused:
        versions.publish(versions.draft(sequence))
    assert refused.value.problems == [
        "Step 1: the professional text is missing.",
        "Step 1: the friendly text is missing.",
    ]


def test_a_published_version_does_not_change():
    sequence = published()
    with pytest.raises(SequenceRefused, match="Edit a draft"):
        sequences.replace_steps(versions.current(sequence), [step()])
    with pytest.raises(SequenceRefused, match="published already"):
        versions.publish(versions.current(sequence))


def test_a_draft_starts_as_a_copy_and_the_diff_says_what_changed():
    sequence = published(step(), step(delay_hours=48))
    draft = versions.draft(sequence)
    assert (draft.number, draft.steps.count()) == (2, 2)
    assert versions.draft(sequence) == draft
    assert versions.diff(versions.current(sequence), draft) == []
    sequences.replace_steps(draft, [step(), step(delay_hours=72), step()])
    assert versions.diff(versions.current(sequence), draft) == [
        "Step 3 is new.",
        "Step 2: delay hours was «48», is «72».",
    ]


def test_people_finish_the_version_they_started_or_are_moved():
    SenderFactory()
    campaign = CampaignFactory()
    sequence = published(step(), step(delay_hours=48), campaign=campaign)
    world.qualified(2, campaign)
    routing.stage(campaign, limit=10, now=MONDAY)
    nurture.stage(campaign, limit=10, now=MONDAY)
    second = versions.publish(versions.draft(sequence))
    assert set(Enrollment.objects.values_list("version__number", flat=True)) == {1}
    assert enrollments.migration_preview(second) == {"moving": 2, "staying": 0}
    assert enrollments.migrate(second, MONDAY) == 2
    Message.objects.update(status="sent")
    nurture.stage(campaign, limit=10, now=MONDAY + timedelta(days=3))
    assert Message.objects.filter(step__version=second, step__position=2).count() == 2


def test_one_draft_at_a_time_is_a_promise_of_the_database():
    sequence = published()
    versions.draft(sequence)
    with pytest.raises(Exception, match=r"(?i)unique"):
        SequenceVersion.objects.create(sequence=sequence, number=9)


def test_preflight_names_what_is_missing():
    campaign = CampaignFactory()
    assert [p.code for p in preflight.check_sender(campaign)] == ["sender"]
    assert [p.code for p in preflight.check_sequence(campaign)] == ["sequence"]
    published(step(body="Hi {{first_name}}, {{city}}"), campaign=campaign)
    world.qualified(2, campaign, first_name="", city="Graz")
    assert [p.message for p in preflight.check_tokens(campaign)] == [
        "2 people have no value for {{first_name}} in «Dentists». Give it a default, such as"
        " {{first_name|there}}."
    ]
