"""What a rule may ask about sequences: the fields this floor adds to ``settings.RULE_FIELDS``."""

from leads.services.rules.fields import Field, Kind, row_field
from outreach.models import EnrollmentStatus

_NEWEST = "(SELECT x.{0} FROM outreach_enrollment x WHERE x.lead_id = l.id{scope} ORDER BY x.id DESC LIMIT 1)"
_IN = (
    "y.sequence_id",
    "outreach_enrollment x JOIN outreach_sequenceversion y ON y.id = x.version_id WHERE x.lead_id = l.id",
)
_LIVING = (_IN[0], f"{_IN[1]} AND x.status IN ('active', 'paused')")


def fields() -> list[Field]:
    """Return the fields about sequences and messages of a lead."""
    state = f"COALESCE({_NEWEST.replace('{0}', 'status')}, '')"
    states = tuple(EnrollmentStatus.values)
    return [
        row_field("in_sequence", "sequence", "sequences", _LIVING, "outreach.Sequence"),
        row_field("was_in_sequence", "sequence ever", "sequences", _IN, "outreach.Sequence"),
        Field("sequence_state", "state of the sequence", Kind.CHOICE, "sequences", state, choices=states,
              scope="campaign"),
        Field("sequence_step", "steps of the sequence done", Kind.NUMBER, "sequences",
              _NEWEST.replace("{0}", "position"), scope="campaign"),
        Field("days_since_sequence_ended", "days since the sequence ended", Kind.DAYS, "sequences",
              _NEWEST.replace("{0}", "ended_at").replace("{scope}", "")),
    ]  # fmt: skip
