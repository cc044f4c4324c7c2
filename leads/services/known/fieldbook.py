"""The book of the house's own fields: added, named anew, ordered, put away; the key never changes."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from campaigns.models import Campaign, CampaignStatus, User
from campaigns.services import audit, bulk
from leads.models import CustomField, Rule, Segment
from leads.services.entry.normalise import slug
from leads.services.rules import customfields
from leads.services.rules import language as rules

Kind = CustomField.Kind
MOST, CHOICES, SAMPLE = 60, 50, 300
_TABLES = {"lead": "leads_lead", "company": "leads_company"}


class FieldRefused(ValueError):
    """A field that cannot be defined so; ``field`` names what to mend."""

    code = "field_refused"
    status = 400

    def __init__(self, message: str, field: str = "") -> None:
        self.field = field
        super().__init__(message)


def add(
    entity: str, label: str, kind: str, by: User | None, *,
    key: str = "", choices: Sequence[str] = (), help_text: str = "",
) -> CustomField:  # fmt: skip
    """Define a field; raise FieldRefused for one that exists, has no list, or breaks a rule in use."""
    wanted = key or slug(label)
    if not re.fullmatch(r"[a-z0-9][a-z0-9_]{0,59}", wanted):
        raise FieldRefused("Use letters, digits and underscores in the name.", "label")
    if CustomField.objects.filter(entity=entity).count() >= MOST:
        raise FieldRefused(f"{MOST} fields are the most. Archive one first.")
    listed = _choices(kind, choices)
    last = CustomField.objects.filter(entity=entity).aggregate(last=Max("position"))["last"] or 0
    try:
        with transaction.atomic():
            made = CustomField.objects.create(
                entity=entity, key=wanted, label=label.strip()[:80], kind=kind, choices=listed,
                help_text=help_text.strip()[:200], position=last + 10,
            )  # fmt: skip
            _refuse_broken_rules(made)
            audit.record(by, "add field", made, after=_facts(made))
    except IntegrityError as error:
        raise FieldRefused(
            f"There is a field «{wanted}» already, perhaps an archived one.", "label"
        ) from error
    return made


def change(
    field: CustomField, by: User, *, label: str, choices: Sequence[str], help_text: str
) -> CustomField:
    """Name a field anew and change its list; stored values stay what they are."""
    before = _facts(field)
    if not label.strip():
        raise FieldRefused("Give the field a name.", "label")
    with transaction.atomic():
        field.label, field.help_text = label.strip()[:80], help_text.strip()[:200]
        field.choices = _choices(field.kind, choices)
        field.save(update_fields=["label", "help_text", "choices"])
        _refuse_broken_rules(field)
        audit.record(by, "change field", field, before=before, after=_facts(field))
    return field


def archive(field: CustomField, by: User, *, is_archived: bool) -> None:
    """Put a field away (its values stay readable), or take it out again."""
    with transaction.atomic():
        field.is_archived = is_archived
        field.save(update_fields=["is_archived"])
        _refuse_broken_rules(field)
        audit.record(by, "archive field" if is_archived else "restore field", field)


def move(field: CustomField, by: int) -> None:
    """Move a field up (−1) or down (+1) on its page."""
    found = list(
        CustomField.objects.filter(entity=field.entity, is_archived=False).order_by("position", "label")
    )
    at = next((n for n, one in enumerate(found) if one.pk == field.pk), None)
    if at is None or not 0 <= at + by < len(found):
        return
    found[at], found[at + by] = found[at + by], found[at]
    with transaction.atomic():
        for place, one in enumerate(found, 1):
            one.position = place * 10
            one.save(update_fields=["position"])


def adopt(entity: str, key: str, by: User) -> CustomField:
    """Make a field of a fact that came in without one; its type is read off the values that are there."""
    kind, choices = guess(_values(entity, key))
    return add(entity, key.replace("_", " ").capitalize(), kind, by, key=key, choices=choices)


def guess(values: Sequence[Any]) -> tuple[str, list[str]]:
    """Return the narrowest type that holds every one of some values, and its list when it has one."""
    known = [value for value in values if value not in (None, "")]
    if not known:
        return Kind.TEXT, []
    for kind in (Kind.FLAG, Kind.NUMBER, Kind.DATE, Kind.URL):
        if all(_fits(kind, value) for value in known):
            return kind, []
    words = sorted({str(value) for value in known})
    if len(known) >= 20 and len(words) <= 8 and all(len(word) <= 40 for word in words):
        return Kind.CHOICE, words
    return Kind.TEXT, []


def _fits(kind: str, value: Any) -> bool:
    """Whether a value is stored in this type already: a text of digits stays a text in rules."""
    if kind == Kind.FLAG or isinstance(value, bool):
        return kind == Kind.FLAG and isinstance(value, bool)
    if kind == Kind.NUMBER:
        return isinstance(value, int | float)
    if kind == Kind.URL and "://" not in str(value):
        return False
    try:
        return bool(customfields.clean(CustomField(kind=kind, label=""), value) == value)
    except customfields.BadValue:
        return False


def _values(entity: str, key: str) -> list[Any]:
    """Return the values that some rows have under a key."""
    from leads.models import Company, Lead

    rows: Any = Lead.objects if entity == "lead" else Company.objects
    found = rows.filter(custom__has_key=key).order_by("-pk").values_list("custom", flat=True)[:SAMPLE]
    return [custom.get(key) for custom in found]


def _choices(kind: str, choices: Sequence[str]) -> list[str]:
    """Return the list of a choice field without doubles and blanks."""
    if kind not in Kind.values:
        raise FieldRefused("Choose what the field holds.", "kind")
    if kind != Kind.CHOICE:
        return []
    found = {" ".join(str(one).split()).lower(): " ".join(str(one).split()) for one in reversed(choices)}
    listed = [one for one in reversed(found.values()) if one]
    if len(listed) < 2:
        raise FieldRefused("List at least two choices, one a line.", "choices")
    if len(listed) > CHOICES or any(len(one) > 80 for one in listed):
        raise FieldRefused(f"At most {CHOICES} choices of 80 letters each.", "choices")
    return listed


def _refuse_broken_rules(field: CustomField) -> None:
    """Refuse a definition under which a card, tree, segment or campaign in use asks what cannot be asked."""
    key = ("custom." if field.entity == "lead" else "company_custom.") + field.key
    rows = [(f"the rule «{one}»", one.body) for one in Rule.objects.filter(is_active=True)]
    rows += [
        (f"the segment «{one.name}»", one.criteria) for one in Segment.objects.filter(criteria__icontains=key)
    ]
    over = (CampaignStatus.STOPPED, CampaignStatus.ARCHIVED)
    living = Campaign.objects.filter(audience__icontains=key).exclude(status__in=over)
    rows += [(f"the campaign «{one.name}»", one.audience) for one in living]
    for name, body in rows:
        for leaf in _leaves(body, key):
            if problems := rules.validate({"field": key, "op": leaf.get("op"), "value": leaf.get("value")}):
                raise FieldRefused(f"{name[0].upper()}{name[1:]} uses this field: {problems[0]}", "kind")


def _leaves(tree: Any, key: str) -> Iterator[dict[str, Any]]:
    """Yield every question about a key inside a rule, however it is nested."""
    if isinstance(tree, dict):
        if tree.get("field") == key and not isinstance(tree.get("value"), dict):
            yield tree
        for part in tree.values():
            yield from _leaves(part, key)
    elif isinstance(tree, list):
        for part in tree:
            yield from _leaves(part, key)


def filled(entity: str) -> dict[str, int]:
    """Return how many rows have a value under each key, defined or not."""
    table = _TABLES[entity]
    if bulk.is_postgres():
        sql = f"SELECT k, COUNT(*) FROM {table} t, jsonb_object_keys(t.custom) k WHERE t.custom <> '{{}}'"  # noqa: S608
    else:
        sql = f"SELECT x.key, COUNT(*) FROM {table} t, json_each(t.custom) x WHERE t.custom <> '{{}}'"  # noqa: S608
    return {str(key): int(number) for key, number in bulk.fetch(f"{sql} GROUP BY 1")}


def _facts(field: CustomField) -> dict[str, Any]:
    names = ("entity", "key", "label", "kind", "choices", "help_text", "is_archived")
    return {name: getattr(field, name) for name in names}
