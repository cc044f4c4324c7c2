"""What the shell of every page is told."""

from django.test import RequestFactory

from campaigns.models import PipelineRun, RunStatus, StageRun
from config import context
from conversations.models import ConversationStatus
from tests.factories import CampaignFactory, ConversationFactory, LeadFactory, TaskFactory


def shell_of(person):
    request = RequestFactory().get("/")
    request.user = person
    return context.shell(request)


def test_it_counts_what_waits_for_this_person(rep, stranger, django_assert_num_queries):
    lead = LeadFactory(owner=rep)
    ConversationFactory(lead=lead, assignee=rep, status=ConversationStatus.OPEN)
    ConversationFactory(lead=lead, assignee=rep, status=ConversationStatus.WAITING)
    ConversationFactory(lead=LeadFactory(owner=stranger), assignee=stranger)
    TaskFactory(lead=lead, owner=rep)
    with django_assert_num_queries(1):
        assert context.nav_counts(rep) == {"inbox": 1, "today": 1, "mentions": 0}


def test_the_engine_card_follows_the_run_at_work(rep, django_assert_num_queries):
    run = PipelineRun.objects.create(campaign=CampaignFactory(), status=RunStatus.RUNNING)
    StageRun.objects.create(run=run, name="harvest", position=0, status=RunStatus.DONE, total=10, done=10)
    StageRun.objects.create(run=run, name="score", position=1, status=RunStatus.RUNNING, total=10, done=4)
    with django_assert_num_queries(1):
        card = context.engine()
    assert (card["detail"], card["done"], card["total"]) == ("Score", 14, 20)


def test_a_quiet_engine_says_so(db):
    assert context.engine()["label"] == "All quiet"


def test_a_page_that_shows_no_shell_asks_nothing(rep, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert shell_of(rep)["demo_mode"] is True
