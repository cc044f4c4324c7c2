"""Mails that no person wrote: bounces, complaints and automatic answers, told by headers first.

RFC 3464 (delivery status), RFC 3834 (automatic responses), RFC 5965 (feedback reports); the rest are the
many mail servers that follow none of them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from outreach.services.mails import Mail
from outreach.services.phrases import any_of

Kind = Literal["bounce", "complaint", "auto_reply"]


@dataclass(frozen=True)
class Machine:
    """A mail by a machine: what kind, about which address, for good or for now, and why."""

    kind: Kind
    is_lasting: bool = False
    address: str = ""
    status: str = ""
    reason: str = ""


_DAEMON = any_of(
    r"mailer-?daemon|mail-daemon|mdaemon|double-bounce|post[_-]?master",
)
_DAEMON_NAME = any_of(
    r"mail (delivery|deliver)|delivery (subsystem|system|service)|mailer.daemon|postmaster|mail system",
    r"system administrator|mail administrator|microsoft outlook",
)
#: What no person writes into a subject: enough even when the sender looks like anybody.
_CLEAR_SUBJECT = any_of(
    r"undeliver|non-?delivery|delivery (status notif|fail|report|error|unsuccess|incom)|failure notice",
    r"(mail|message) delivery (fail|error|system)|returned (mail|to sender)|returning message",
    r"mail (system )?error|could ?n.t be delivered|unzustellbar",
    r"message you sent.{0,40}(blocked|rejected)|email not accepted|delivery has failed",
    r"mail status report|error sending|could not send|user unknown",
)
_FAILED_SUBJECT = any_of(
    r"undeliver|undelivered|non.?deliver|not deliver",
    r"delivery (status|fail|report|notif|error|unsuccess|incom)",
    r"fail(ed|ure)\b.{0,20}(deliver|notice|mail)|(deliver|mail|notice|message).{0,20}fail",
    r"returned (mail|to sender)|returning message|(mail|message) (system )?error",
    r"could ?n.t be delivered|could not (be )?(send|deliver)|unable to deliver|not be delivered",
    r"delayed|delay|unzustellbar|zustellung|warning: (could not|message)",
    r"adresse de messagerie inconnue|nondelivery|user unknown|no such user|rejected|mail status report",
    r"dsn|配信|エラー|недостав|message you sent.{0,40}(blocked|rejected)|email not accepted|no delivery",
    r"undeliv|could not send|there was an error sending|cannot be sent|problem|informe",
)
_FAILED_BODY = any_of(
    r"5\d\d[ -](#?5\.\d+\.\d+|.{0,60}(unknown|reject|denied|no such|not (found|exist)|unavailable|full|"
    r"disabled))",
    r"#?\b5\.[0-7]\.\d{1,3}\b|user unknown|unknown user|no such user",
    r"mailbox (is )?(full|unavailable|not found)",
    r"(could ?n.t|could not|cannot|was not|unable to|can.t|failed to)\b.{0,60}\bdeliver",
    r"does ?n.t exist|does not exist|delivery to the following|following (address|recipient|message)",
    r"permanent(ly)? (fatal )?(err|fail)|returned (to sender|mail)|the original message|undeliver",
    r"over quota|quota exceed|mail loop|invalid (user|recipient|address|mailbox)|not (be )?delivered",
    r"recipients? (address )?(rejected|unknown)|unrouteable",
    r"host (or domain )?(name )?(unknown|not found)|connection (refused|timed out)",
    r"this message was created automatically|blocked",
)
_RE = re.compile(r"^re: ?", re.IGNORECASE)
_AUTO_SUBJECT = any_of(
    r"out of (the )?office|automatic (reply|response)|auto(matic)?[- ]?(reply|response|answer|:)",
    r"autoreply|away (from|until)|on (vacation|holiday|leave)|vacation|abwesend|abwesenheit",
    r"automatische antwort|réponse automatique|absence|respuesta automática|fuera de la oficina",
    r"risposta automatica|fuori ufficio|automatisch antwoord|afwezig|i am (away|out)|ooo\b",
)
_LASTING = re.compile(r"\b5\.(?!2\.2|3\.1|7\.28)\d+\.\d+\b")
_PASSING = any_of(
    r"\b4\.\d+\.\d+\b|\b5\.2\.2\b|full|quota|delayed|will keep trying|temporar|try again",
)
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_STATUS = re.compile(r"\b[45]\.\d{1,3}\.\d{1,3}\b")


def detect(mail: Mail) -> Machine | None:
    """Say whether a machine wrote this mail, and which; ``None`` is a person."""
    if notice := _notice(mail):
        return notice
    if _is_complaint(mail):
        return Machine("complaint", True, _complainer(mail), reason="feedback report")
    if _is_bounce(mail):
        return _bounce(mail)
    if reason := automatic_mark(mail.headers):
        return Machine("auto_reply", reason=reason)
    return None


def _notice(mail: Mail) -> Machine | None:
    """Read Amazon's notices, which are JSON in a mail."""
    if not mail.text.startswith("{") or "notificationType" not in mail.text[:200]:
        return None
    kind = re.search(r'"notificationType"\s*:\s*"(\w+)"', mail.text)
    named = re.search(r'"emailAddress"\s*:\s*"([^"]{3,254})"', mail.text)
    address = named[1].lower() if named else ""
    match kind[1] if kind else "":
        case "Bounce":
            return Machine("bounce", '"Permanent"' in mail.text, address, reason="Amazon SES: bounce")
        case "Complaint":
            return Machine("complaint", True, address, reason="Amazon SES: complaint")
    return Machine("auto_reply", reason="Amazon SES notice")


def _is_complaint(mail: Mail) -> bool:
    if mail.report.get("report-type") == "feedback-report" or "feedback-report" in mail.header(
        "content-type"
    ):
        return True
    return (
        mail.subject.lower().startswith("complaint about message from")
        and "message/rfc822" in mail.part_types
    )


def automatic_mark(headers: Mapping[str, str]) -> str:
    """Name the header (names in lower case) that says nobody wrote this by hand; empty: none does."""
    submitted = headers.get("auto-submitted", "").lower()
    if submitted and not submitted.startswith("no"):
        return f"Auto-Submitted: {submitted[:40]}"
    for name in ("x-autoreply", "x-autorespond", "x-apple-action", "x-autoreply-from"):
        if headers.get(name):
            return f"{name}: {headers[name][:40]}"
    if headers.get("precedence", "").lower() in ("auto_reply", "auto-reply"):
        return "Precedence: auto_reply"
    return "subject" if _AUTO_SUBJECT.match(_RE.sub("", headers.get("subject", "").strip())) else ""


def _is_bounce(mail: Mail) -> bool:
    content_type = mail.header("content-type").lower()
    if mail.report.get("report-type") == "delivery-status" or "delivery-status" in content_type:
        return mail.report.get("action", "").lower() not in ("delivered", "relayed", "expanded")
    returned = "message/rfc822" in mail.part_types and re.match(r"no-?reply", mail.from_address)
    if mail.header("x-failed-recipients") or returned:
        return True
    null_path = mail.envelope_from == "" or mail.header("return-path") == "<>"
    body = _FAILED_BODY.search(mail.text[:20_000])
    if _DAEMON.search(mail.from_address) or _DAEMON_NAME.search(mail.from_name) or null_path:
        return bool("daemon" in mail.from_address or _FAILED_SUBJECT.search(mail.subject) or body)
    return bool(_CLEAR_SUBJECT.search(mail.subject) and (body or not mail.text))


def _bounce(mail: Mail) -> Machine:
    text = mail.text[:20_000]
    named = _STATUS.search(mail.report.get("status", "")) or _STATUS.search(text)
    status = named[0] if named else ""
    reason = mail.report.get("diagnostic-code", "") or _sentence(text, status)
    lasting = (
        bool(_LASTING.search(status)) if status else not _PASSING.search(f"{mail.subject} {text[:2000]}")
    )
    delayed = mail.report.get("action", "").lower() == "delayed"
    return Machine("bounce", lasting and not delayed, _failed_address(mail, text), status, reason[:200])


def _failed_address(mail: Mail, text: str) -> str:
    own = {mail.from_address, *mail.recipients}
    fields = (mail.report.get("original-recipient", ""), mail.report.get("final-recipient", ""),
              mail.header("x-failed-recipients"))  # fmt: skip
    for value in fields:
        if found := _ADDRESS.search(value):
            return found[0].lower()
    return next((a for a in map(str.lower, _ADDRESS.findall(text)) if a not in own), "")


def _complainer(mail: Mail) -> str:
    found = _ADDRESS.search(
        mail.report.get("original-rcpt-to", "") or mail.report.get("removal-recipient", "")
    )
    return found[0].lower() if found else ""


def _sentence(text: str, status: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if (status and status in line) or _FAILED_BODY.search(line)), "")


def _all_text(mail: Mail) -> str:
    return mail.text[:20_000]
