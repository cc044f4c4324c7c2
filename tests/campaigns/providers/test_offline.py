from typing import Literal

import pytest
from pydantic import BaseModel

from campaigns.providers.llm import BadAnswer, Prompt
from campaigns.providers.offline import OfflineWriter


class Verdict(BaseModel):
    mood: Literal["good", "bad"]
    score: int
    reasons: list[str]
    note: str | None = None


def test_the_same_question_gets_the_same_answer():
    prompt = Prompt(
        "s", "u", offline=lambda dice: {"mood": "good", "score": dice.randint(0, 999), "reasons": []}
    )
    first, again = (OfflineWriter(seed=1).ask(prompt, Verdict) for _ in range(2))
    assert first == again
    assert OfflineWriter(seed=2).ask(prompt, Verdict).value != first.value


def test_an_unprepared_question_still_gets_its_shape():
    answer = OfflineWriter().ask(Prompt("s", "u"), Verdict)
    assert answer.value.mood in ("good", "bad")
    assert answer.value.reasons == ["Nothing is known about this."]


def test_tokens_and_latency_look_like_a_models():
    usage = OfflineWriter().ask(Prompt("s" * 400, "u" * 400), Verdict).usage
    assert usage.tokens_in == 200
    assert usage.tokens_out > 10
    assert 400 <= usage.latency_ms <= 900


def test_its_answers_are_checked_like_any_other():
    with pytest.raises(BadAnswer, match="too dull"):
        OfflineWriter().ask(Prompt("s", "u"), Verdict, check=lambda value: ["too dull"])
