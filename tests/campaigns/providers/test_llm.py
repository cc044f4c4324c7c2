import copy
import json
import time
from pathlib import Path

import pytest
from pydantic import BaseModel, Field
from werkzeug import Response

from campaigns.providers.base import ProviderError
from campaigns.providers.llm import BadAnswer, ChatModel, Prompt

PAYLOADS = Path(__file__).parents[2] / "payloads" / "llm"
SUCCESS = json.loads((PAYLOADS / "success.json").read_text())
ERRORS = json.loads((PAYLOADS / "errors.json").read_text())
PROMPT = Prompt("You write.", "Write.")


class Words(BaseModel):
    subject: str = Field(max_length=60)
    words: list[str] = Field(min_length=2, max_length=2)
    note: str | None = None


@pytest.fixture
def waits():
    return []


@pytest.fixture
def model(httpserver, waits):
    return ChatModel("gpt-oss-120b", "key-1", httpserver.url_for("/v1"), timeout=5, pause=waits.append)


@pytest.fixture
def answers(httpserver):
    """Serve these answers one after another; a number is a status, a text the content of a message."""
    seen = []

    def serve(*script):
        left = list(script)

        def handler(request):
            seen.append(request.get_json())
            step = left.pop(0) if len(left) > 1 else left[0]
            return step if isinstance(step, Response) else step(request)

        httpserver.expect_request("/v1/chat/completions", method="POST").respond_with_handler(handler)
        return seen

    return serve


def content(text, finish="stop", refusal=None):
    body = copy.deepcopy(SUCCESS)
    choice = body["choices"][0]
    choice["finish_reason"], choice["message"]["content"], choice["message"]["refusal"] = (
        finish,
        text,
        refusal,
    )
    return Response(json.dumps(body), content_type="application/json")


def error(name, **headers):
    status, body = ERRORS[name]
    return Response(json.dumps(body), status=status, headers=headers, content_type="application/json")


GOOD = json.dumps({"subject": "Hi", "words": ["a", "b"], "note": None})


def test_a_recorded_answer_is_read_with_its_usage(model, answers):
    seen = answers(Response(json.dumps(SUCCESS), content_type="application/json"))
    answer = model.ask(PROMPT, Words, max_tokens=900)
    assert answer.value == Words(subject="No-shows", words=["one", "two"])
    assert (answer.usage.tokens_in, answer.usage.tokens_out, answer.was_mended) == (812, 640, False)
    assert answer.usage.latency_ms >= 0
    assert seen[0]["max_completion_tokens"] == 900
    assert "temperature" not in seen[0]


def test_the_schema_that_is_sent_is_strict(model, answers):
    seen = answers(content(GOOD))
    model.ask(PROMPT, Words)
    wanted = seen[0]["response_format"]["json_schema"]
    assert wanted["strict"] is True
    assert wanted["schema"]["required"] == ["subject", "words", "note"]
    assert wanted["schema"]["additionalProperties"] is False
    assert "default" not in json.dumps(wanted)


@pytest.mark.parametrize(
    "bad",
    [
        content('{"subject": "Hi"}'),
        content("Sure! Here you go: {}"),
        content('{"subject": "Hi", "words": ["a", "b", "c"]}'),
        content(json.dumps({"subject": "x" * 61, "words": ["a", "b"]})),
        content('{"subject": "Hi", "wor', finish="length"),
        content("", finish="content_filter"),
        content(None, refusal="I cannot help with that."),
        content("x" * 70_000),
        content(""),
    ],
)
def test_a_bad_answer_is_mended_once_and_both_calls_are_paid(model, answers, bad):
    seen = answers(bad, content(GOOD))
    answer = model.ask(PROMPT, Words)
    assert answer.was_mended
    assert (answer.usage.tokens_in, answer.usage.tokens_out) == (1624, 1280)
    assert len(seen) == 2
    assert "cannot be used" in seen[1]["messages"][-1]["content"]


def test_an_answer_that_stays_bad_is_given_up_and_paid(model, answers):
    seen = answers(content("no"))
    with pytest.raises(BadAnswer) as caught:
        model.ask(PROMPT, Words)
    assert (len(seen), caught.value.usage.tokens_out, caught.value.permanent) == (2, 1280, True)


def test_the_askers_own_check_is_part_of_the_shape(model, answers):
    seen = answers(content(GOOD), content(GOOD.replace("Hi", "Hello")))
    answer = model.ask(PROMPT, Words, check=lambda value: ["too curt"] if value.subject == "Hi" else [])
    assert answer.value.subject == "Hello"
    assert "too curt" in seen[1]["messages"][-1]["content"]


def test_a_rate_limit_is_waited_out_at_least_as_long_as_asked(model, answers, waits):
    slow, slower = ({"retry-after-ms": "700"}, {"Retry-After": "2"})
    seen = answers(error("rate_limit", **slower), error("rate_limit", **slow), content(GOOD))
    model.ask(PROMPT, Words)
    assert len(seen) == 3
    assert 2 <= waits[0] < 2.2
    assert 0.7 <= waits[1] < 0.9


def test_a_long_wait_goes_back_to_the_row_instead_of_sleeping(model, answers, waits):
    seen = answers(error("rate_limit", **{"Retry-After": "90"}))
    with pytest.raises(ProviderError) as caught:
        model.ask(PROMPT, Words)
    assert (caught.value.retry_after, caught.value.permanent, len(seen), waits) == (90.0, False, 1, [])


@pytest.mark.parametrize(
    ("name", "code"),
    [("quota", "quota"), ("payment", "quota"), ("retired", "model_not_found"), ("key", "key"),
     ("too_long", "context_length_exceeded")],
)  # fmt: skip
def test_what_cannot_get_better_is_not_repeated(model, answers, waits, name, code):
    seen = answers(error(name))
    with pytest.raises(ProviderError) as caught:
        model.ask(PROMPT, Words)
    assert (caught.value.permanent, caught.value.code, len(seen), waits) == (True, code, 1, [])


def test_a_server_in_trouble_is_asked_three_times(model, answers, waits):
    seen = answers(error("server"))
    with pytest.raises(ProviderError) as caught:
        model.ask(PROMPT, Words)
    assert (len(seen), len(waits), caught.value.permanent, caught.value.code) == (3, 2, False, "server_error")
    assert waits[0] < waits[1] * 3


def test_silence_ends_in_a_timeout(httpserver, answers):
    def sleep(request):
        time.sleep(0.4)
        return content(GOOD)

    answers(sleep)
    model = ChatModel("m", "k", httpserver.url_for("/v1"), timeout=0.1, tries=1)
    with pytest.raises(ProviderError) as caught:
        model.ask(PROMPT, Words)
    assert (caught.value.code, caught.value.permanent) == ("timeout", False)


def test_nobody_at_home_is_a_timeout_too():
    model = ChatModel("m", "k", "http://127.0.0.1:9/v1", tries=1)
    with pytest.raises(ProviderError, match="did not answer"):
        model.ask(PROMPT, Words)


def test_a_key_is_never_shown():
    assert "secret" not in repr(ChatModel("m", "secret"))
