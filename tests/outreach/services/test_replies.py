from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from outreach.services import bounces, mails, replies, signing
from tests.factories import LeadFactory, MessageFactory

EML = Path(__file__).parents[4] / "shared" / "data" / "mail" / "eml"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def mail(body="Yes, let us talk.", **headers):
    message = EmailMessage()
    given = {"From": "Lea D <lea@customer.example>", "To": "maya@mail.example", "Subject": "Re: Hello"}
    for name, value in {**given, **{key.replace("_", "-"): value for key, value in headers.items()}}.items():
        message[name] = value
    message.set_content(body)
    return message.as_bytes()


def returned(message, address="gone@customer.example"):
    return (
        "From: MAILER-DAEMON@mx.example\nTo: maya@mail.example\nSubject: Undelivered Mail Returned\n"
        "Return-Path: <>\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; "
        f'boundary="b"\n\n--b\n\nNo such user.\n--b\nContent-Type: message/delivery-status\n\n'
        f"Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; {address}\nAction: failed\n"
        "Status: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 unknown\n\n--b\nContent-Type: message/rfc822\n\n"
        f"Message-ID: <{message.uid}@mail.example>\nSubject: Hi\n\nHi\n--b--\n"
    ).encode()


@pytest.mark.django_db
class TestTheLadder:
    def test_the_reply_address_wins_over_everything(self):
        message, other = MessageFactory(), MessageFactory()
        to = signing.reply_address(message.uid, "reply.mail.example").upper()
        assert replies.match(mail(To=to, In_Reply_To=f"<{other.uid}@mail.example>")) == message

    def test_the_envelope_counts_as_an_address(self):
        message = MessageFactory()
        read = mails.read(mail(), envelope_to=(signing.reply_address(message.uid, "r.example"),))
        assert replies.match(read) == message

    def test_a_forged_reply_address_is_no_proof(self):
        message = MessageFactory()
        assert replies.match(mail(To=f"reply+{message.uid}.{'0' * 20}@reply.mail.example")) is None

    @pytest.mark.parametrize("header", ["In_Reply_To", "References"])
    def test_the_message_id_is_the_second_rung(self, header):
        message = MessageFactory()
        assert replies.match(mail(**{header: f"<x@y> <{message.uid}@mail.example>"})) == message

    def test_a_message_id_that_the_service_gave_is_found(self):
        message = MessageFactory(provider_id="<esp-1@mail.example>")
        assert replies.match(mail(In_Reply_To="<esp-1@mail.example>")) == message

    def test_a_returned_mail_is_about_the_message_inside(self):
        message = MessageFactory()
        assert replies.match(returned(message)) == message

    def test_a_bounce_without_our_mail_goes_by_the_address(self):
        message = MessageFactory(to_address="gone@customer.example")
        raw = mail("550 5.1.1 <gone@customer.example> user unknown", From="mailer-daemon@mx.example",
                   Subject="failure notice")  # fmt: skip
        assert replies.match(raw) == message

    def test_a_person_is_found_by_address_last(self):
        lead = LeadFactory(email="lea@customer.example", email_key="lea@customer.example")
        assert replies.match(mail(From="Lea <LEA+crm@customer.example>")) == lead

    def test_a_stranger_is_nobody(self):
        assert replies.match(mail()) is None


def test_mail_to_the_unsubscribe_address_needs_no_words():
    address = signing.unsubscribe_address("ab" * 16, "r.example")
    assert replies.classify("", {"to": f"<{address}>"}).label == "unsubscribe"
    assert replies.classify("", {"to": f"unsub+{'ab' * 16}.{'0' * 20}@r.example"}).label != "unsubscribe"


class TestReading:
    @pytest.mark.parametrize(
        "history",
        [
            "On Fri, 20 Nov 2026 at 10:00, Maya <maya@mail.example> wrote:\n> Stop by!",
            "Am 20.11.2026 um 10:00 schrieb Maya <maya@mail.example>:\n> Hallo",
            "Le ven. 20 nov. 2026 à 10:00, Maya a écrit :\n> Bonjour",
            "El vie, 20 nov 2026, Maya escribió:\n> Hola",
            "-----Original Message-----\nFrom: Maya\nSent: Friday\n\nunsubscribe here",
            "From: Maya <maya@mail.example>\nSent: Friday, November 20, 2026\nTo: Lea\n\nunsubscribe here",
            "________________________________\nVon: Maya\n\nunsubscribe here",
            "> quoted without a head\n> unsubscribe",
        ],
    )
    def test_history_is_cut_off(self, history):
        assert mails.read(mail(f"Yes, let us talk.\n\n{history}\n")).said == "Yes, let us talk."

    @pytest.mark.parametrize("sign", ["-- \nLea Dubois\nCEO", "Sent from my iPhone", "Get Outlook for iOS"])
    def test_the_signature_is_cut_off(self, sign):
        assert mails.read(mail(f"Sounds good.\n\n{sign}\n")).said == "Sounds good."

    def test_html_becomes_text_without_its_scripts(self):
        raw = (
            mail()
            .replace(b"text/plain", b"text/html")
            .replace(
                b"Yes, let us talk.", b"<p>Yes &amp; no<script>alert(1)</script></p><p onclick=x>Bye</p>"
            )
        )
        assert mails.read(raw).said == "Yes & no\n\nBye"

    def test_quoted_html_is_cut_off(self):
        html = "<div>Yes!</div><blockquote>unsubscribe</blockquote>"
        assert mails.said(mails.text_of_html(html)) == "Yes!"

    def test_a_sanitizer_bomb_is_read_as_text(self):
        assert mails.text_of_html("<div>" * 32_000 + "hello").strip() == "hello"
        assert len(mails.text_of_html("<b>" + "x" * 400_000)) <= mails.MAX_TEXT

    @pytest.mark.parametrize(
        "raw",
        [
            b"", b"\x00\xff\xfe", b"From: " + b"(" * 50_000 + b"\n\nhi", b"To: " + b'"(' * 50_000 + b"\n\nhi",
            b"Subject: " + b"=?utf-8?q?a?= " * 5_000 + b"\n\nhi", b"Subject: =?x-none?b?////?=\n\nhi",
            b"Content-Type: text/plain; charset=klingon\n\nhi",
            b"".join(b"Content-Type: multipart/x; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5_000)),
            b"Content-Transfer-Encoding: base64\n\n" + b"A" * 999_999,
            b"\n" + b"On x\n" * 9_000, b"\n" + b"From: x\n" * 6_000, b"\n" + b"<a " * 90_000,
        ],
    )  # fmt: skip
    def test_hostile_mail_is_read_quickly(self, raw):
        import time

        started = time.process_time()
        bounces.detect(mails.read(raw))
        assert time.process_time() - started < 1.0


class TestMachines:
    def test_a_lasting_bounce_names_address_status_and_reason(self):
        found = bounces.detect(mails.read(returned(MessageFactory.build(uid="ab" * 16))))
        assert (found.kind, found.is_lasting, found.status) == ("bounce", True, "5.1.1")
        assert (found.address, found.reason) == ("gone@customer.example", "smtp; 550 5.1.1 unknown")

    @pytest.mark.parametrize("status", ["4.4.1", "5.2.2"])
    def test_a_full_or_silent_mailbox_is_no_lasting_bounce(self, status):
        raw = returned(MessageFactory.build(uid="ab" * 16)).replace(
            b"Status: 5.1.1", f"Status: {status}".encode()
        )
        assert bounces.detect(mails.read(raw)).is_lasting is False

    @pytest.mark.parametrize(
        ("subject", "body"),
        [
            (
                "Re: problem with delivery notes",
                "Our delivery was blocked by customs, does not exist in your system?",
            ),
            ("Re: your message", "I could not open the attachment, the original message was cut off."),
            ("Re: rejected invoices", "Invalid address on invoice 550, please fix."),
            ("Returned goods", "We returned the goods yesterday."),
        ],
    )
    def test_a_person_who_writes_about_trouble_is_a_person(self, subject, body):
        for sender in ("admin@customer.example", "mail@customer.example", "lea@customer.example"):
            raw = mail(body, From=sender, Subject=subject, Return_Path=f"<{sender}>")
            assert bounces.detect(mails.read(raw)) is None

    @pytest.mark.parametrize(
        "headers",
        [{"Auto_Submitted": "auto-replied"}, {"X_Autoreply": "yes"}, {"Precedence": "auto_reply"},
         {"Subject": "Out of office: Re: Hello"}, {"Subject": "Automatische Antwort: Hallo"}],
    )  # fmt: skip
    def test_automatic_answers_are_told_by_their_headers(self, headers):
        assert bounces.detect(mails.read(mail(**headers))).kind == "auto_reply"


@pytest.mark.skipif(not EML.is_dir(), reason="the development mails are not here")
def test_real_bounces_complaints_and_auto_replies_are_told_apart():
    found = {"arf": [], "rfc3834": [], "bounce": []}
    for file in sorted(EML.glob("*.eml")):
        machine = bounces.detect(mails.read(file.read_bytes()))
        kind = file.name.partition("-")[0]
        found[kind if kind in found else "bounce"].append(machine.kind if machine else "person")
    assert found["arf"].count("complaint") / len(found["arf"]) == 1.0
    assert found["rfc3834"].count("auto_reply") / len(found["rfc3834"]) == 1.0
    assert found["bounce"].count("bounce") / len(found["bounce"]) >= 0.98
