"""What each bulk act needs to know: checked against the house and said in words."""

from collections.abc import Callable
from typing import Any, cast

from django.db.models import CharField

from campaigns.models import Campaign, User
from leads.models import Lead, Lifecycle
from leads.services.grouped import columns
from leads.services.grouped.verbs import Verb
from leads.services.rules import customfields, definitions
from leads.services.transfer import exports


class ActRefused(Exception):
    """An act that cannot be asked for; the message says why."""

    code = "act_refused"
    status = 409


class MayNot(ActRefused):
    """An act that a role does not allow."""

    code = "may_not"
    status = 403


def checked(verb: Verb, params: dict[str, Any], actor: User) -> dict[str, Any]:
    """Return the parameters of an act, with ``what`` in words; raise ``ActRefused`` when one is wrong."""
    check = _CHECKS.get(verb.key)
    return check(params, actor) if check else {}


def _tag(params: dict[str, Any], actor: User) -> dict[str, Any]:
    word = " ".join(str(params.get("tag", "")).split())
    if not 0 < len(word) <= 60:
        raise ActRefused("Type a tag of 60 letters at most.")
    return {"tag": word, "what": word}


def _owner(params: dict[str, Any], actor: User) -> dict[str, Any]:
    if params.get("owner") in (None, ""):
        return {"owner": None, "team": actor.team_id, "what": "the pool"}
    staff = User.objects.filter(is_active=True).exclude(role="partner")
    found = staff if actor.sees_all else staff.filter(team_id=actor.team_id or 0)
    person = found.filter(pk=_number(params["owner"])).first()
    if person is None:
        raise ActRefused("Choose somebody of your team.")
    return {"owner": person.pk, "team": person.team_id, "what": str(person)}


def _lifecycle(params: dict[str, Any], actor: User) -> dict[str, Any]:
    if params.get("lifecycle") not in Lifecycle.values:
        raise ActRefused(f"The lifecycle is one of {', '.join(Lifecycle.values)}.")
    value = Lifecycle(params["lifecycle"])
    return {"field": "lifecycle", "value": value.value, "what": f"«{value.label}»"}


def _field(params: dict[str, Any], actor: User) -> dict[str, Any]:
    name, value = str(params.get("field", "")), params.get("value", "")
    own = columns.OWN.fullmatch(name)
    if own is None and name not in columns.PLAIN:
        names = ", ".join((*columns.PLAIN, "custom.<key>"))
        raise ActRefused(f"This field cannot be set on many; these can: {names}.")
    if own is None:
        longest = cast("CharField[str, str]", Lead._meta.get_field(name)).max_length or 250
        if not isinstance(value, str) or len(value.strip()) > longest:
            raise ActRefused(f"Type {longest} letters at most.")
        text = value.strip()
        return {"field": name, "value": text, "what": f"{name.replace('_', ' ')} to «{text}»"}
    key = own.group(1)
    try:
        ready = customfields.checked(definitions.LEAD, {key: value})[key]
    except customfields.BadValues as error:
        raise ActRefused(str(error)) from error
    label = definitions.living()[key].label
    return {"field": name, "value": ready, "what": f"{label} to «{customfields.said(ready)}»"}


def _campaign(params: dict[str, Any], actor: User) -> dict[str, Any]:
    visible = Campaign.objects.visible_to(actor).exclude(status__in=("stopped", "archived"))
    found = visible.filter(pk=_number(params.get("campaign"))).first()
    if found is None:
        raise ActRefused("Choose a campaign that is still going.")
    return {"campaign": found.pk, "what": found.name}


def _reason(params: dict[str, Any], actor: User) -> dict[str, Any]:
    reason = " ".join(str(params.get("reason", "")).split())
    if not 0 < len(reason) <= 40:
        raise ActRefused("Say why nobody may write to them, in 40 letters at most.")
    return {"reason": reason, "what": reason}


def _form(params: dict[str, Any], actor: User) -> dict[str, Any]:
    form = str(params.get("format") or "csv")
    if form not in exports.KINDS:
        raise ActRefused(f"The format is one of {', '.join(exports.KINDS)}.")
    return {"format": form, "what": form}


def _number(value: Any) -> int:
    text = str(value)
    return int(text) if text.isdigit() and len(text) < 19 else 0


_CHECKS: dict[str, Callable[[dict[str, Any], User], dict[str, Any]]] = {
    "tag": _tag, "untag": _tag, "assign": _owner, "lifecycle": _lifecycle, "set": _field,
    "campaign": _campaign, "suppress": _reason, "export": _form,
}  # fmt: skip
