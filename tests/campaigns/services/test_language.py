import json
import threading
from decimal import Decimal

import pytest
from pydantic import BaseModel
from werkzeug import Response

from campaigns.models import Cost, Hold, LanguageModel
from campaigns.providers.base import ProviderError
from campaigns.providers.llm import Answer, BadAnswer, Prompt, Usage
from campaigns.services import language
from campaigns.services.language import Question
from campaigns.services.ledger import BudgetExceeded
from tests.factories import CampaignFactory

pytestmark = pytest.mark.django_db


class Line(BaseModel):
    text: str


def question(number=1, **facts):
    return Question(
        Prompt("Write.", f"Line {number}"), Line, reference=f"line:{number}", max_tokens=100, **facts
    )


class Scripted:
    """A writer that says what it was told to; a threading barrier proves that calls run side by side."""

    model, is_simulated = "scripted", False

    def __init__(self, *script, barrier=None):
        self.script, self.barrier = list(script), barrier

    def ask(self, prompt, shape, *, check=None, max_tokens=0):
        if self.barrier:
            self.barrier.wait(timeout=5)
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        return Answer(shape(text=step), Usage(1000, 500, 600), self.model)


def test_without_any_key_the_offline_writer_answers_and_the_cost_is_marked_as_simulated():
    language.seed_models()
    campaign = CampaignFactory()
    answer = language.ask(campaign, question(lead_id=7), operation="generation")
    cost = Cost.objects.get()
    assert (answer.model, cost.provider, cost.is_simulated, cost.lead_id) == ("offline", "offline", True, 7)
    assert cost.amount > 0
    campaign.refresh_from_db()
    assert (campaign.spent, campaign.held) == (cost.amount, 0)


def test_the_default_model_needs_its_key(settings):
    language.seed_models()
    assert language.current().provider == "offline"
    settings.LLM_KEYS = {"openai": "k"}
    assert language.current().name == "gpt-6-luna"
    settings.LLM_KEYS = {"openai": "k", "cerebras": "k"}
    assert language.current().name == "gpt-oss-120b"


def test_seeding_again_keeps_what_staff_changed():
    language.seed_models()
    LanguageModel.objects.filter(name="gpt-6-luna").update(price_in=Decimal("0.2"))
    language.seed_models()
    assert LanguageModel.objects.get(name="gpt-6-luna").price_in == Decimal("0.2")
    assert LanguageModel.objects.filter(is_default=True).count() == 1


def test_cost_follows_the_tokens():
    language.seed_models()
    model = LanguageModel.objects.get(name="gpt-oss-120b")
    asked = [question()]
    language.ask_many(CampaignFactory(), asked, operation="generation", model=model, writer=Scripted("hello"))
    cost = Cost.objects.get()
    assert cost.amount == Decimal("0.000725")  # 1000 × 0.35 + 500 × 0.75 per million
    assert (cost.tokens_in, cost.tokens_out, cost.is_simulated) == (1000, 500, False)


def test_a_bad_answer_is_paid_and_returned_as_an_error():
    language.seed_models()
    model = LanguageModel.objects.get(name="gpt-oss-120b")
    bad = BadAnswer("useless", Usage(2000, 1000, 0))
    [outcome] = language.ask_many(
        CampaignFactory(), [question()], operation="generation", model=model, writer=Scripted(bad)
    )
    assert outcome is bad
    assert Cost.objects.get().tokens_in == 2000


def test_an_outage_costs_nothing_and_holds_nothing():
    language.seed_models()
    campaign, model = CampaignFactory(), LanguageModel.objects.get(name="gpt-oss-120b")
    writer = Scripted(ProviderError("down"))
    [outcome] = language.ask_many(campaign, [question()], operation="generation", model=model, writer=writer)
    assert isinstance(outcome, ProviderError)
    assert not Cost.objects.exists()
    assert not Hold.objects.filter(closed_at=None).exists()


def test_a_small_budget_refuses_before_anything_is_asked():
    language.seed_models()
    model = LanguageModel.objects.get(name="gpt-oss-120b")
    writer = Scripted("never said")
    with pytest.raises(BudgetExceeded):
        language.ask_many(
            CampaignFactory(budget=Decimal("0.000001")), [question()], operation="generation", model=model,
            writer=writer,
        )  # fmt: skip
    assert writer.script == ["never said"]


def test_calls_run_side_by_side():
    language.seed_models()
    model = LanguageModel.objects.get(name="gpt-oss-120b")
    writer = Scripted(*["x"] * 4, barrier=threading.Barrier(4))
    questions = [question(n) for n in range(4)]
    found = language.ask_many(
        CampaignFactory(), questions, operation="generation", model=model, writer=writer
    )
    assert [answer.value.text for answer in found] == ["x"] * 4


def test_beyond_the_rate_nothing_is_asked(settings):
    language.seed_models()
    settings.LLM_CALLS_PER_MINUTE = 12
    model = LanguageModel.objects.get(name="gpt-oss-120b")
    questions = [question(n) for n in range(3)]
    found = language.ask_many(
        CampaignFactory(), questions, operation="generation", model=model, writer=Scripted("a", "b", "c")
    )
    refused = [outcome for outcome in found if isinstance(outcome, ProviderError)]
    assert len(refused) == 2
    assert refused[0].retry_after > 0


def test_a_retired_model_is_taken_out_and_the_next_one_asked(settings, httpserver):
    language.seed_models()
    settings.LLM_KEYS = {"cerebras": "k", "openai": "k"}
    LanguageModel.objects.update(base_url=httpserver.url_for("/v1"))
    gone = {"error": {"message": "gone", "type": "x", "param": None, "code": "model_not_found"}}
    message = {"role": "assistant", "content": '{"text":"hi"}'}
    said = {"id": "1", "object": "chat.completion", "created": 1, "model": "m",
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
            "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}}  # fmt: skip

    def handler(request):
        is_gone = request.get_json()["model"] == "gpt-oss-120b"
        return Response(
            json.dumps(gone if is_gone else said), 404 if is_gone else 200, content_type="application/json"
        )

    httpserver.expect_request("/v1/chat/completions").respond_with_handler(handler)
    answer = language.ask(CampaignFactory(), question(), operation="generation")
    assert (answer.value.text, answer.model) == ("hi", "gpt-6-luna")
    assert LanguageModel.objects.get(name="gpt-oss-120b").retired_at is not None
