import pytest

from conversations.services import understanding
from outreach.services.reply_classes import ReplyClass


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("Thanks, this is great, I love it!", "positive"),
        ("This is spam and I am really annoyed.", "negative"),
        ("We meet at ten.", "neutral"),
        ("Not good at all.", "negative"),
        ("No problem, sounds good.", "positive"),
        ("Great idea, terrible service.", "unsure"),
        ("", "neutral"),
    ],
)
def test_the_mood_is_read_from_words_and_their_negation(text, mood):
    assert understanding.mood(text)[0] == mood


def test_the_more_is_said_the_surer_it_is():
    faint, strong = understanding.mood("good"), understanding.mood("excellent, perfect, awesome")
    assert faint[1] < strong[1] <= 0.95


def test_a_guess_below_half_is_called_unsure(monkeypatch):
    monkeypatch.setattr(understanding.replies, "classify", lambda *_: ReplyClass("interested", 0.4))
    reading = understanding.read("hm")
    assert (reading.intent, reading.is_positive) == ("unsure", False)


def test_interest_and_questions_may_lead_to_a_sale():
    assert understanding.read("Sounds good. Send me a calendar link please.").is_positive
    assert not understanding.read("We are not interested, thanks.").is_positive
