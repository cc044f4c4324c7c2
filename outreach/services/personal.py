"""Where the third floor keeps facts of people: letters, events and raw deliveries (``PERSONAL_FIELDS``)."""

from leads.services.privacy.people import Person
from leads.services.privacy.registry import Personal
from outreach.providers import mailfiles, post_office

GONE = "Forgotten on request"


def rows() -> list[Personal]:
    """Return the tables of this floor in which people stand."""
    return [
        Personal("outreach.Message", "Messages", plain=("reason", "uid", "in_reply_to"),
                 empty={"to_address": "", "subject": "", "body": "", "provider_id": ""}),
        Personal("outreach.Event", "Opens, clicks and bounces", ("message__lead",), empty={"data": {}},
                 plain=("origin_reason", "provider_event_id")),
        Personal("outreach.Variant", "Texts written for one person", ("message__lead",),
                 empty={"subject": "", "body": "", "claims": []}),
        Personal("outreach.Enrollment", "Sequences", plain=("stop_reason", "exclusivity_key")),
        Personal("outreach.RoutingDecision", "Routing", ("prospect__lead",), empty={"reason": GONE},
                 plain=("rule",)),
        Personal("outreach.RawDelivery", "Raw deliveries", (), search=("body", "error"), found="row",
                 empty={"body": "", "error": "", "status": "done"}, plain=("key",)),
    ]  # fmt: skip


def forget_letters(person: Person) -> dict[str, int]:
    """Take a person's letters out of the offline post office's book and out of mail kept as files."""
    return {
        "letters in the offline book": post_office.forget(person.is_named_in),
        "letters in files": mailfiles.forget(person.is_named_in),
    }
