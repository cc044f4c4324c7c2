"""The editor of the tree: every act is a form of its own, so it works by keyboard and without scripts."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns import clock
from campaigns.views.access import StaffRequest, manager, office
from campaigns.views.answers import done, refused
from leads.forms import tree as forms
from leads.models import Prospect, Rule, RuleKind
from leads.services import rulebook
from leads.services.qualifying import curve, editing, presets, trying, versions
from leads.services.qualifying.editing import EditRefused
from leads.services.trees import Tree
from leads.views.qualifying import draft

MOVES = {
    "earlier": editing.earlier,
    "later": editing.later,
    "duplicate": editing.duplicate,
    "swap": editing.swap_answers,
}


@office
def qualification(request: StaffRequest) -> HttpResponseBase:
    """Show the tree in force, or one's own draft of it with what it would change on the last 500."""
    rule = rulebook.active(RuleKind.QUALIFICATION)
    place = request.GET.get("edit")
    if place is not None and not request.user.can_manage:
        raise PermissionDenied("Managers and admins change the tree. Ask one of yours.")
    return _show(request, rule, place)


@manager
def condition(request: StaffRequest) -> HttpResponse:
    """Return one row of a question, with the operators and the value widget of its field."""
    rows = forms.read_rows(request.GET) or [forms.Row("")]
    row = rows[0]
    if row.field and row.op not in dict(row.operators):
        allowed = dict(row.operators)
        row = forms.Row(row.key, "gte" if "gte" in allowed else next(iter(allowed)))
    return render(request, "leads/tree/condition.html", {"row": row, "groups": forms.groups()})


@manager
@require_POST
def act(request: StaffRequest) -> HttpResponseBase:
    """Change the draft: a question or an ending, undo, discard, keep as a version, publish."""
    rule, place = rulebook.active(RuleKind.QUALIFICATION), request.POST.get("place", "")
    verb = request.POST.get("act", "")
    here = reverse("leads:qualification")
    found = draft.of(request, rule)
    tree = found.tree if found else rule.body
    if verb in ("undo", "discard"):
        return _step_back(request, rule, verb)
    if verb in ("publish", "save"):
        return _finish(request, rule, tree, verb)
    if verb in ("ask", "before"):
        return _ask(request, rule, tree, place, verb)
    try:
        changed = _changed(request, tree, place, verb)
    except EditRefused as refusal:
        return refused(request, str(refusal), here)
    draft.keep(request, rule, changed)
    return redirect(here)


def _changed(request: StaffRequest, tree: Tree, place: str, verb: str) -> Tree:
    if verb in MOVES:
        return MOVES[verb](tree, place)
    if verb in ("keep_yes", "keep_no"):
        return editing.remove(tree, place, keep=verb.removeprefix("keep_"))
    if verb == "end":
        form = forms.EndingForm(request.POST)
        if not form.is_valid():
            raise EditRefused("Say what is decided, and why: the reason is shown with every such person.")
        return editing.end(tree, place, form.cleaned_data["decision"], form.cleaned_data["reason"])
    raise EditRefused("There is no such act.")


def _ask(request: StaffRequest, rule: Rule, tree: Tree, place: str, verb: str) -> HttpResponseBase:
    """Put what was typed as a question into the tree, or show it again with what is wrong."""
    name, preset = request.POST.get("name", ""), presets.PRESETS.get(request.POST.get("preset", ""))
    rows = forms.read_rows(request.POST)
    wrong = [] if preset else forms.problems(rows)
    if not wrong:
        try:
            asked = (
                preset[1]
                if preset
                else editing.joined(request.POST.get("match", "all"), [r.leaf() for r in rows])
            )
            title = name or (preset[0] if preset else rows[0].key.replace("_", " "))
            below = "no" if request.POST.get("below") == "no" else "yes"
            changed = (
                editing.change(tree, place, title, asked)
                if verb == "ask"
                else editing.insert(tree, place, title, asked, below=below)
            )
            draft.keep(request, rule, changed)
            return redirect("leads:qualification")
        except EditRefused as refusal:
            wrong = [str(refusal)]
    return _show(request, rule, place, rows=rows or [forms.Row("")], problems=wrong, name=name, verb=verb)


def _step_back(request: StaffRequest, rule: Rule, verb: str) -> HttpResponseBase:
    here = reverse("leads:qualification")
    if verb == "discard":
        draft.discard(request)
        return done(request, "The draft is gone; the tree in force stays as it was", here)
    draft.undo(request, rule)
    return redirect(here)


def _finish(request: StaffRequest, rule: Rule, tree: Tree, verb: str) -> HttpResponseBase:
    name = request.POST.get("name", "").strip() or rule.name
    here = reverse("leads:qualification")
    try:
        made = versions.draft(name, tree, request.user)
        if verb == "publish":
            versions.activate(made, request.user)
    except rulebook.BadBody as bad:
        return refused(request, " ".join(bad.problems), here)
    draft.discard(request)
    if verb == "publish":
        return done(request, f"{made} is in force", here)
    return done(request, f"{made} is kept as a draft", reverse("leads:rule_version", args=[made.pk]))


def _show(request: StaffRequest, rule: Rule, place: str | None, **typed: Any) -> HttpResponse:
    found = draft.of(request, rule)
    tree = found.tree if found else rule.body
    prospects = Prospect.objects.visible_to(request.user)
    trial = trying.run(tree, rule.body, prospects, clock.now())
    shown = curve.of(prospects)
    context = {
        "nav": "rules", "rule": rule, "draft": found, "tree": editing.readable(tree, counts=trial.counts),
        "trial": trial, "differences": versions.differences(rule.body, tree) if found else [],
        "curve": shown, "curve_lines": _lines(shown), "may_edit": request.user.can_manage,
        "is_outdated": bool(found and found.base != rule.version), **_panel(request, tree, place, typed),
    }  # fmt: skip
    return render(request, "leads/tree/page.html", context, status=422 if typed.get("problems") else 200)


def _panel(request: StaffRequest, tree: Tree, place: str | None, typed: dict[str, Any]) -> dict[str, Any]:
    """Return what the form beside the tree needs for the node that is being edited."""
    if place is None:
        return {}
    try:
        node = editing.at(tree, place)
    except EditRefused:
        return {}
    is_new = typed.get("verb", request.GET.get("new") and "before") == "before"
    base = {"editing": True, "place": place, "groups": forms.groups(), "presets": presets.LABELS, **typed}
    if is_new:
        return {**base, "is_new": True, "rows": typed.get("rows") or [forms.Row("")], "match": "all"}
    if "decision" in node:
        return {**base, "ending": forms.EndingForm.of(node)}
    rows = forms.rows_of(node["rule"])
    known = editing.conditions(node["rule"])
    return {
        **base, "node": node, "rows": typed.get("rows") or rows or [forms.Row("")],
        "name": typed.get("name") or node["node"], "match": known[0] if known else "all",
        "is_nested": rows is None,
    }  # fmt: skip


def _lines(found: curve.Curve | None) -> list[dict[str, Any]]:
    if found is None:
        return []
    precise = [(point.threshold, point.precision) for point in found.points if point.precision is not None]
    recalled = [(point.threshold, point.recall) for point in found.points]
    return [
        {"label": "Precision", "points": precise, "tone": "teal"},
        {"label": "Recall", "points": recalled, "tone": "madder", "style": "dashed"},
    ]
