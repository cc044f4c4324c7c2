"""Rules pages: all versions, and the scoring card with figures to change and to try."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from campaigns import clock
from campaigns.views.access import StaffRequest, manager, office
from campaigns.views.answers import done, posted
from leads.forms.rules import CardForm
from leads.models import Lead, Rule, RuleKind
from leads.services import links, rulebook
from leads.services.learning import spread, versions, what_if
from leads.services.learning.groups import LABELS
from leads.services.rules import language as language


@office
def rules(request: StaffRequest) -> HttpResponse:
    """List what is in force and the versions before it."""
    rulebook.seed_rules()
    found = Rule.objects.select_related("created_by").order_by("kind", "-version")[:100]
    return render(request, "leads/rules.html", {"nav": "rules", "rules": found})


@office
def scoring(request: StaffRequest) -> HttpResponseBase:
    """Show the points card; managers may change points, which makes a new version."""
    rule = rulebook.active(RuleKind.SCORING)
    form = CardForm(posted(request), card=rule.body)
    if request.method == "POST":
        return _publish_card(request, rule, form)
    return _show_card(request, rule, form)


@manager
def _publish_card(request: StaffRequest, rule: Rule, form: CardForm) -> HttpResponseBase:
    if not form.is_valid() or _add_problems(form, rule, form.body()):
        return _show_card(request, rule, form)
    if "try" in request.POST:
        people = Lead.objects.visible_to(request.user)
        if request.POST["try"] == "person":
            return _show_card(request, rule, form, one=_on_one(request, form.body()))
        found = spread.look(rule.body, form.body(), people, clock.now())
        return _show_card(request, rule, form, found)
    return _publish(request, rule, form.body(), "leads:scoring")


@manager
def _publish(request: StaffRequest, rule: Rule, body: dict[str, Any], page: str) -> HttpResponseBase:
    made = rulebook.publish(rule.kind, rule.name, body, request.user)
    if made.kind == RuleKind.SCORING:
        versions.adopt(made, request.user)
    return done(request, f"{made} is in force", reverse(page))


def _on_one(request: StaffRequest, body: dict[str, Any]) -> dict[str, Any]:
    """Score the best person whom some words find with the edited card and the typed facts."""
    words = request.POST.get("person", "").strip()[:120]
    found = Lead.objects.visible_to(request.user).current().search(words) if words else Lead.objects.none()
    lead = found.select_related("company").order_by("-score__value", "pk").first()
    if lead is None:
        return {"person": words, "problem": "Nobody is found by these words. Type a name or an address."}
    typed = {
        name.removeprefix("f."): str(text)
        for name, text in request.POST.items()
        if name.startswith("f.") and request.POST.get("same") == str(lead.pk)
    }
    try:
        return {"person": words, "lead": lead, "guess": what_if.look(lead, typed, card=body)}
    except what_if.BadGuess as problem:
        guess = what_if.look(lead, {}, card=body)
        return {"person": words, "lead": lead, "guess": guess, "problem": str(problem)}


def _show_card(
    request: StaffRequest, rule: Rule, form: CardForm, found: spread.Spread | None = None,
    one: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    groups: dict[str, list[dict[str, Any]]] = {}
    for number, dimension in enumerate(rule.body["dimensions"]):
        bins = [
            {"text": one["text"], "when": language.sentence(one["when"]),
             "field": form[f"points-{number}-{place}"]}
            for place, one in enumerate(dimension["bins"])
        ]  # fmt: skip
        label = LABELS[dimension["group"]]
        groups.setdefault(label, []).append({"label": dimension["label"], "bins": bins})
    context = {
        "nav": "rules", "rule": rule, "form": form, "groups": groups, "spread": found, "place": "card",
        "active": rule, "is_learned": links.is_logit(rule.body), "one": one,
    }  # fmt: skip
    return render(request, "leads/scoring.html", context, status=422 if form.errors else 200)


def _add_problems(form: CardForm, rule: Rule, body: dict[str, Any]) -> list[str]:
    found = rulebook.problems(rule.kind, body)
    for problem in found:
        form.add_error(None, problem)
    return found
