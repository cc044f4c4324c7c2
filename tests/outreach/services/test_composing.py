import re

import pytest

from outreach.models import Link
from outreach.services import composing, signing
from tests.factories import SenderFactory

pytestmark = pytest.mark.django_db


def compose(body, **facts):
    sender = SenderFactory(signature="Maya Okafor\nBrightdesk")
    words = composing.Words("a" * 32, "ann@customer.example", "No-shows", body, 7, sender.pk, **facts)
    return composing.compose([words], {sender.pk: sender}, {7: "1 Market Street\nAustin <TX>"})[0]


def test_links_are_replaced_by_signed_ones_and_the_target_stays_in_our_rows():
    letter = compose("See https://brightdesk.example/a?b=1&c=2. Or (https://brightdesk.example/x)!")
    first, second = Link.objects.order_by("pk")
    assert {first.url, second.url} == {"https://brightdesk.example/a?b=1&c=2", "https://brightdesk.example/x"}
    assert "https://brightdesk.example" not in letter.text
    for token in re.findall(r"/t/c/([^/]+)/", letter.html):
        uid, link_id = signing.read_click(token)
        assert uid == "a" * 32
        assert link_id in (first.pk, second.pk)


def test_known_links_cost_one_query(django_assert_num_queries):
    compose("See https://brightdesk.example/a")
    sender = SenderFactory()
    words = composing.Words("b" * 32, "x@y.example", "s", "https://brightdesk.example/a", 7, sender.pk)
    with django_assert_num_queries(1):
        composing.compose([words] * 50, {sender.pk: sender}, {})


def test_text_and_html_carry_signature_address_and_unsubscribe():
    letter = compose("Hi Ann,\n\nshall we talk?")
    for part in (letter.text, letter.html):
        assert "Brightdesk" in part
        assert "1 Market Street" in part
        assert signing.unsubscribe_url("a" * 32) in part
    assert "Austin &lt;TX&gt;" in letter.html
    assert "<p>Hi Ann,</p><p>shall we talk?</p>" in letter.html
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert signing.open_url("a" * 32) in letter.html


def test_words_of_a_person_are_never_html():
    letter = compose('<img src=x onerror=alert(1)> "quoted" & https://x.example/"><script>')
    assert "<img src=x" not in letter.html
    assert "<script>" not in letter.html


def test_an_answer_of_a_person_is_not_tracked():
    letter = compose("See https://brightdesk.example/a", is_answer=True, in_reply_to="<m@x>")
    assert "https://brightdesk.example/a" in letter.text
    assert "/t/o/" not in letter.html
    assert letter.headers == {"In-Reply-To": "<m@x>", "References": "<m@x>"}
