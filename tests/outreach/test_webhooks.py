import base64
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from campaigns import clock
from outreach.models import Event, RawDelivery
from outreach.services import inbox, mailroom
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db
PAYLOADS = Path(__file__).parent.parent / "payloads" / "sendgrid"
EVENTS, INBOUND = "/webhooks/email/events/", "/webhooks/email/inbound/"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MAIL = b"From: lead@ex.com\r\nTo: maya@mail.example\r\nMessage-ID: <m1@ex.com>\r\n\r\nYes please.\r\n"
PRIVATE = ec.generate_private_key(ec.SECP256R1())
PUBLIC = base64.b64encode(
    PRIVATE.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
).decode()


@pytest.fixture(autouse=True)
def keys(settings):
    settings.ANYMAIL = {**settings.ANYMAIL, "SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY": PUBLIC}
    settings.INBOUND_SECRET = "open-sesame"
    with clock.at(NOW):
        yield


def signed(body, timestamp=None, private=PRIVATE):
    timestamp = timestamp or str(int(NOW.timestamp()))
    signature = private.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    return {
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
    }


def post(client, body, headers=None):
    return client.post(EVENTS, body, content_type="application/json", headers=headers or signed(body))


def basic(password="open-sesame"):
    return {"Authorization": "Basic " + base64.b64encode(f"crm:{password}".encode()).decode()}


def payload(name, uid):
    return (PAYLOADS / f"{name}.json").read_text().replace("{uid}", uid).encode()


def test_recorded_events_pass_the_door_and_become_events(client):
    message = MessageFactory(sent_at=NOW - timedelta(days=1))
    assert post(client, payload("engagement", message.uid)).status_code == 200
    inbox.drain(NOW)
    found = dict(Event.objects.values_list("provider_event_id", "origin"))
    assert found == {
        "ZGVsaXZlcmVk": "unknown",
        "b3Blbg-machine": "bot",
        "b3Blbg-person": "human",
        "Y2xpY2s": "human",
    }


def test_trouble_keeps_its_kinds_apart(client):
    message = MessageFactory(sent_at=NOW)
    post(client, payload("trouble", message.uid))
    inbox.drain(NOW)
    kinds = sorted(Event.objects.values_list("kind", flat=True))
    assert kinds == ["blocked", "bounced", "complained", "deferred", "dropped", "unsubscribed"]


def test_the_real_signature_of_the_vector_is_accepted(client, settings):
    vector = json.loads((PAYLOADS / "signed.json").read_text())
    settings.ANYMAIL = {**settings.ANYMAIL, "SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY": vector["key"]}
    headers = {
        "X-Twilio-Email-Event-Webhook-Signature": vector["signature"],
        "X-Twilio-Email-Event-Webhook-Timestamp": vector["timestamp"],
    }
    with clock.at(datetime.fromtimestamp(1600112510, UTC)):
        assert post(client, vector["body"].encode(), headers).status_code == 200
    assert post(client, vector["body"].encode(), headers).status_code == 403  # six years later


def test_a_repeated_post_is_one_row(client):
    body = payload("engagement", "u" * 32)
    for _ in range(5):
        assert post(client, body).status_code == 200
    assert RawDelivery.objects.count() == 1


def test_mutated_signatures_are_all_refused_and_nothing_is_stored(client):
    body, chance = payload("engagement", "u" * 32), random.Random(7)
    for _ in range(150):
        headers = signed(body)
        name = chance.choice(list(headers))
        text = headers[name]
        place = chance.randrange(len(text) - 3)  # the last digits of base64 may hold no bits
        other = "7" if text[place] != "7" else "8"
        headers[name] = text[:place] + other + text[place + 1 :]
        assert post(client, body, headers).status_code == 403
    assert not RawDelivery.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Twilio-Email-Event-Webhook-Timestamp": "1795262400"},
        {
            "X-Twilio-Email-Event-Webhook-Signature": "MEUC",
            "X-Twilio-Email-Event-Webhook-Timestamp": "1795262400",
        },
        {"X-Twilio-Email-Event-Webhook-Signature": "ü", "X-Twilio-Email-Event-Webhook-Timestamp": "x"},
    ],
)
def test_a_missing_or_cut_signature_is_refused(client, headers):
    assert post(client, b"[]", headers).status_code == 403


def test_an_old_body_cannot_be_replayed(client):
    body = payload("engagement", "u" * 32)
    old = str(int(NOW.timestamp()) - 301)
    assert post(client, body, signed(body, old)).status_code == 403


def test_another_key_is_refused_but_both_keys_of_a_rotation_are_read(client, settings):
    body, other = b"[]", ec.generate_private_key(ec.SECP256R1())
    assert post(client, body, signed(body, private=other)).status_code == 403
    public = base64.b64encode(
        other.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    ).decode()
    settings.ANYMAIL = {"SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY": f"{PUBLIC} {public}"}
    assert post(client, body, signed(body, private=other)).status_code == 200


@pytest.mark.parametrize("keys", [{}, {"SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY": ""}])
def test_without_a_key_the_door_is_closed(client, settings, keys):
    settings.ANYMAIL = keys
    assert post(client, b"[]").status_code == 403


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[1]", b"\xff\xfe", b"[" * 100_000, b'[{"event":"open"}]',
     b'[{"event":"open","timestamp":"x"}]', b'[{"event":"open","timestamp":1e999}]'],
)  # fmt: skip
def test_garbage_is_refused_with_a_reason_and_not_stored(client, body):
    answer = post(client, body)
    assert answer.status_code == 400
    assert "not a list of events" in answer.json()["detail"]
    assert not RawDelivery.objects.exists()


def test_a_giant_body_is_refused_before_it_is_parsed(client):
    assert post(client, b"[" + b" " * 1_000_001 + b"]").status_code == 413


def test_a_post_costs_at_most_three_statements(client, django_assert_max_num_queries):
    body = json.dumps(json.loads(payload("engagement", "u" * 32)) * 200).encode()
    with django_assert_max_num_queries(3):
        assert post(client, body).status_code == 200


def test_a_raw_mail_is_taken_once(client):
    for _ in range(2):
        answer = client.post(INBOUND, MAIL, content_type="message/rfc822", headers=basic())
        assert answer.status_code == 200
    row = RawDelivery.objects.get()
    assert (row.kind, row.key, row.status) == ("reply", "m1@ex.com", "new")
    assert mailroom.raw_mail(row) == MAIL


def test_a_raw_form_keeps_mail_and_envelope(client):
    envelope = json.dumps({"to": ["reply+x@in.example"], "from": ""})
    client.post(INBOUND, {"email": MAIL.decode(), "envelope": envelope}, headers=basic())
    row = RawDelivery.objects.get()
    assert b"Yes please." in mailroom.raw_mail(row)
    assert mailroom.envelope(row) == (["reply+x@in.example"], "")


def test_a_mail_taken_apart_is_put_together_again(client):
    client.post(INBOUND, json.loads((PAYLOADS / "inbound_parsed.json").read_text()), headers=basic())
    row = RawDelivery.objects.get()
    raw = mailroom.raw_mail(row).decode()
    assert row.key == "CAF1@mail.ex.com"
    assert "In-Reply-To: <uid1@mail.example>" in raw
    assert "let us talk on Tuesday" in raw


def test_a_mail_larger_than_a_web_form_is_taken(client):
    big = MAIL + b"x" * 3_000_000
    assert client.post(INBOUND, {"email": big.decode()}, headers=basic()).status_code == 200


def test_eight_bit_mail_and_null_bytes_survive_the_row(client):
    odd = MAIL + bytes(range(256))
    client.post(INBOUND, odd, content_type="message/rfc822", headers=basic())
    assert mailroom.raw_mail(RawDelivery.objects.get()) == odd


@pytest.mark.parametrize(
    "headers", [{}, basic("wrong"), {"Authorization": "Basic ???"}, {"Authorization": "Bearer x"}]
)
def test_mail_without_the_secret_is_refused(client, headers):
    answer = client.post(INBOUND, MAIL, content_type="message/rfc822", headers=headers)
    assert answer.status_code == 403
    assert not RawDelivery.objects.exists()


def test_without_a_secret_the_mail_door_is_closed(client, settings):
    settings.INBOUND_SECRET = ""
    assert client.post(INBOUND, MAIL, content_type="message/rfc822", headers=basic("")).status_code == 403


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"", "message/rfc822"), (b"no headers here", "message/rfc822"), (b"{}", "application/json"),
     (b"Subject: nobody\n\nhi", "message/rfc822"), (b"--x", "multipart/form-data; boundary=zzz")],
)  # fmt: skip
def test_what_is_no_mail_is_refused_with_a_reason(client, body, content_type):
    answer = client.post(INBOUND, body, content_type=content_type, headers=basic())
    assert answer.status_code == 400
    assert "There is no mail in this" in answer.json()["detail"]
    assert not RawDelivery.objects.exists()


def test_a_broken_envelope_is_refused(client):
    answer = client.post(INBOUND, {"email": MAIL.decode(), "envelope": "[["}, headers=basic())
    assert answer.status_code == 400


def test_a_giant_mail_is_refused_by_its_announced_size(client):
    headers = {**basic(), "Content-Length": str(31 * 1024 * 1024)}
    assert client.post(INBOUND, MAIL, content_type="message/rfc822", headers=headers).status_code == 413


def test_reports_of_any_service_come_through_anymail():
    from anymail.signals import AnymailTrackingEvent, tracking

    message = MessageFactory(sent_at=NOW)
    event = AnymailTrackingEvent(
        event_type="bounced", timestamp=NOW, event_id="e1", message_id="pm-1", metadata={"uid": message.uid},
        mta_response="550 gone", esp_event={},
    )  # fmt: skip
    for _ in range(2):
        tracking.send(sender=None, event=event, esp_name="Postmark")
    assert RawDelivery.objects.count() == 1
    inbox.drain(NOW)
    assert (Event.objects.get().kind, Event.objects.get().provider) == ("bounced", "postmark")


def test_mail_of_any_service_comes_through_anymail():
    from anymail.inbound import AnymailInboundMessage
    from anymail.signals import AnymailInboundEvent, inbound

    mail = AnymailInboundMessage.parse_raw_mime_bytes(MAIL)
    mail.envelope_recipient = "reply+x@in.example"
    event = AnymailInboundEvent(
        event_type="inbound", timestamp=None, event_id=None, esp_event={}, message=mail
    )
    inbound.send(sender=None, event=event, esp_name="Postmark")
    assert mailroom.envelope(RawDelivery.objects.get())[0] == ["reply+x@in.example"]
