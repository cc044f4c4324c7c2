"""Fields for segments beside the plain facts: what happened lately, reach, consent, campaigns, origin."""

from leads.models import ProspectStage
from leads.services import contactability
from leads.services.rules import fields
from leads.services.rules.fields import Field, Kind, happened, row_field

CHANNELS = {"email": "e-mailed", "linkedin": "written to", "sms": "sent an SMS", "call": "called"}
CONSENTS = {"email": "e-mail", "sms": "SMS", "call": "calls", "linkedin": "LinkedIn"}
_STAGE = (
    "COALESCE((SELECT x.stage FROM leads_prospect x WHERE x.lead_id = l.id{scope}"
    " ORDER BY x.id DESC LIMIT 1), '')"
)
_OWNER = "COALESCE(l.owner_id, 0) = %s"
_KEPT = ("x.snapshot_id", "leads_snapshotlead x WHERE x.lead_id = l.id")
_IMPORTED = ("x.job_id", "leads_importedlead x WHERE x.lead_id = l.id")


def offered() -> list[Field]:
    """Return every field an editor offers: the catalogue, what other rooms add, the house's own fields."""
    from leads.services.rules import customfields

    return [*fields.CATALOGUE.values(), *fields.contributed().values(), *customfields.fields()]


def extra() -> list[Field]:
    """Return the fields that this floor adds to the catalogue (``settings.RULE_FIELDS``)."""
    return [*_activity(), *_places(), *map(_reachable, CHANNELS), *map(_allowed, CONSENTS), *_company()]


def _activity() -> list[Field]:
    return [
        happened("messages", "messages sent", "sent"),
        happened("visits", "visits seen", "visited", "page_viewed", "clicked"),
        happened("forms", "forms submitted", "form", "form_submitted", "submitted"),
        happened("calls", "calls", "call", "called"),
        happened("notes", "notes", "note"),
        happened("bounces", "bounces", "bounced"),
        happened("unsubscribes", "unsubscribes", "unsubscribed"),
        Field("score_rise", "rise of score", Kind.NUMBER, "score",
              "CASE WHEN s.value > s.previous THEN s.value - s.previous END"),
        Field("score_fall", "fall of score", Kind.NUMBER, "score",
              "CASE WHEN s.value < s.previous THEN s.previous - s.value END"),
        Field("days_since_changed", "days since changed", Kind.DAYS, "activity", "l.updated_at"),
    ]  # fmt: skip


def _places() -> list[Field]:
    stages = tuple(ProspectStage.values)
    return [
        Field("stage", "stage", Kind.CHOICE, "campaigns", _STAGE, choices=stages, scope="campaign"),
        Field("owner", "owner", Kind.ROW, "person", _OWNER, model="campaigns.User", naming="username",
              rows=("x.owner_id", "leads_lead x WHERE x.id = l.id")),
        Field("team", "team", Kind.ROW, "person", "COALESCE(l.team_id, 0) = %s", model="campaigns.Team",
              rows=("x.team_id", "leads_lead x WHERE x.id = l.id")),
        row_field("imported_by", "import", "origin", _IMPORTED, "leads.ImportJob", "file_name"),
        row_field("in_snapshot", "snapshot", "campaigns",
                  _KEPT, "leads.Snapshot", "sentence"),
        Field("phone", "phone", Kind.TEXT, "person", "l.phone"),
        Field("linkedin", "LinkedIn profile", Kind.TEXT, "person", "l.linkedin_key"),
    ]  # fmt: skip


def _reachable(channel: str) -> Field:
    sql, _ = contactability.blocked_sql(channel)
    blocked = sql.replace("%s", f"'{channel}'")
    return Field(f"may_{channel}", f"may be {CHANNELS[channel]}", Kind.FLAG, "consent", f"NOT {blocked}")


def _allowed(channel: str) -> Field:
    newest = (
        "COALESCE((SELECT x.is_granted FROM leads_consent x WHERE x.lead_id = l.id"  # noqa: S608 - our words
        f" AND x.channel = '{channel}' ORDER BY x.id DESC LIMIT 1), "
    )
    words = f"allowed {CONSENTS[channel]}"
    return Field(f"allowed_{channel}", words, Kind.FLAG, "consent", f"{newest}0)", f"{newest}false)")


def _company() -> list[Field]:
    texts = {"city": "city", "region": "region", "country": "country", "industry": "industry"}
    asked = [
        Field(f"company_{key}", f"company's {word}", Kind.TEXT, "company", f"COALESCE(c.{key}, '')")
        for key, word in texts.items()
    ]
    return [*asked, Field("company_tags", "company's tags", Kind.LIST, "company", "COALESCE(c.tags, '[]')")]
