"""Makes a field of the house's own out of a column that we had no field for, typed after what is in it."""

from collections.abc import Iterable, Mapping, Sequence

from campaigns.models import User
from campaigns.services import audit
from leads.models import CustomField
from leads.services.rules import customfields, definitions
from leads.services.rules.customfields import BadValue

Kind = CustomField.Kind
#: the narrowest type that all values fit is taken
_NARROW = (Kind.FLAG, Kind.NUMBER, Kind.DATE, Kind.URL)
_PREFIX = "custom."


def missing(mapping: Mapping[str, str]) -> dict[str, str]:
    """Return the columns that would become own data without a field that describes it: column → key."""
    known = CustomField.objects.filter(entity=CustomField.Entity.LEAD).values_list("key", flat=True)
    taken = {key.lower() for key in known}
    keys = {column: target.removeprefix(_PREFIX) for column, target in mapping.items() if _is_own(target)}
    return {column: key for column, key in keys.items() if key not in taken}


def make(
    mapping: Mapping[str, str], samples: Mapping[str, Sequence[str]], by: User | None
) -> list[CustomField]:
    """Add a field for every column of a mapping that has none yet; return them."""
    made = []
    for column, key in missing(mapping).items():
        field, is_new = CustomField.objects.get_or_create(
            entity=CustomField.Entity.LEAD, key=key,
            defaults={"label": column[:80], "kind": kind_of(samples.get(column, ()))},
        )  # fmt: skip
        if is_new:
            audit.record(by, "create", field)
            made.append(field)
    definitions.forget()
    return made


def kind_of(values: Iterable[str]) -> str:
    """Return the narrowest type that every value fits; text when there are none, or 007 would become 7."""
    found = [value.strip() for value in values if value.strip()]
    if not found or any(len(value) > 1 and value[0] == "0" and value.isdigit() for value in found):
        return Kind.TEXT
    return next((kind for kind in _NARROW if all(_fits(kind, value) for value in found)), Kind.TEXT)


def _fits(kind: str, value: str) -> bool:
    if kind == Kind.FLAG and value.lower() in ("0", "1"):
        return False
    if kind == Kind.URL and "://" not in value:
        return False
    try:
        customfields.clean(CustomField(kind=kind, label="Column"), value)
    except BadValue:
        return False
    return True


def _is_own(target: str) -> bool:
    return target.startswith(_PREFIX)
