import pytest

from outreach.services import formats


@pytest.mark.parametrize(
    ("text", "characters", "segments", "encoding"),
    [
        ("a" * 160, 160, 1, "GSM-7"),
        ("a" * 161, 161, 2, "GSM-7"),
        ("a" * 306, 306, 2, "GSM-7"),
        ("a" * 307, 307, 3, "GSM-7"),
        ("€" * 80, 160, 1, "GSM-7"),
        ("€" * 81, 162, 2, "GSM-7"),
        ("ж" * 70, 70, 1, "UCS-2"),
        ("ж" * 71, 71, 2, "UCS-2"),
        ("😀" * 35, 70, 1, "UCS-2"),
        ("Grüße aus Köln!", 15, 1, "GSM-7"),
    ],
)
def test_an_sms_is_counted_the_way_operators_count(text, characters, segments, encoding):
    found = formats.count("sms", text)
    assert (found.characters, found.segments, found.encoding) == (characters, segments, encoding)


@pytest.mark.parametrize(
    ("channel", "subject", "body", "words"),
    [
        ("sms", "", "a" * 161, "2 SMS"),
        ("sms", "", "ж" * 71, "UCS-2"),
        ("linkedin", "", "a" * 501, "500 are allowed"),
        ("linkedin_note", "", "a" * 301, "300 are allowed"),
        ("email", "", "a" * 100, "subject is empty"),
        ("email", "x" * 121, "a" * 100, "120 are allowed"),
        ("email", "a\nBcc: b@c.example", "a" * 100, "line break"),
        ("email", "Hi", "short", "too short"),
        ("email", "Hi", "a" * 60 + "\u200b", "ZERO WIDTH SPACE"),
        ("email", "Hi", "a" * 60 + "\U000e0041", "invisible"),
        ("email", "Hi", "a" * 60 + "\x07", "invisible"),
    ],
)
def test_what_does_not_fit_is_said_in_words(channel, subject, body, words):
    assert words in " ".join(formats.problems(channel, subject, body))


def test_what_fits_has_no_problems():
    assert (
        formats.problems("email", "A question", "Dear Ann,\n\n\tmay I ask you something short?\r\n" * 2) == []
    )
    assert formats.problems("sms", "", "See you at 5?") == []
    assert formats.count("linkedin", "a" * 480).left == 20
