"""Stage 3: an editable tree of questions says yes or no to every prospect and keeps the path it took.

The tree becomes one SQL CASE over all ways through it, so that any number of prospects is decided by one
UPDATE. A person's override stands above the tree until it expires.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from campaigns import clock
from campaigns.models import Campaign, User
from campaigns.services import audit, bulk
from campaigns.services.pipeline import StageReport
from leads.models import Override, Prospect, ProspectStage, Rule, RuleKind
from leads.services import rulebook, slices, timeline, trees, verdicts
from leads.services.rules import facts
from leads.services.rules import language as rules
from leads.services.rules.fields import TABLES, fence
from leads.services.trees import Tree

Where = tuple[str, list[Any]]
BY_HAND = ("qualified", "rejected")
DECIDED = (ProspectStage.QUALIFIED, ProspectStage.REJECTED, ProspectStage.REVIEW)
OPEN = (ProspectStage.NEW, ProspectStage.SCORED, *DECIDED)


class OverrideRefused(Exception):
    """A decision that comes too late, or without a reason."""

    code = "override_refused"
    status = 409


@dataclass(frozen=True)
class Step:
    """One question of the tree and the answer of a prospect; the last one is the decision."""

    node: str
    question: str
    answer: str


def stage(campaign: Campaign, *, limit: int, now: datetime) -> StageReport:
    """Decide about up to ``limit`` scored prospects of a campaign."""
    piece = slices.take(campaign, ProspectStage.SCORED, limit)
    if not piece.size:
        return StageReport(0)
    done = _decide(campaign, piece.where, piece.ids("p"), now)
    is_last = piece.size < limit
    return StageReport(done, left=0 if is_last else slices.waiting(campaign, ProspectStage.SCORED))


def decide_again(campaign: Campaign, prospect_ids: Sequence[int], now: datetime) -> int:
    """Let the tree decide anew about some people who are not yet routed; return how many."""
    stages = ", ".join(f"'{stage}'" for stage in OPEN)

    def where(alias: str) -> Where:
        among, ids = bulk.among(f"{alias}.id", prospect_ids)
        sql = f"{alias}.campaign_id = %s AND {alias}.stage IN ({stages}) AND {among}"
        return sql, [campaign.pk, *ids]

    return _decide(campaign, where, bulk.among("p.id", prospect_ids), now)


def override(
    prospect: Prospect, decision: str, reason: str, by: User, expires_at: datetime | None = None
) -> Override:
    """Decide by hand; refused once the prospect was routed, without a reason, or with an end in the past."""
    if decision not in BY_HAND or not reason.strip():
        raise OverrideRefused("Say «qualified» or «rejected», and why.")
    if expires_at is not None and expires_at <= clock.now():
        raise OverrideRefused("The decision would have ended already; choose a later day.")
    before = prospect.stage
    with transaction.atomic():
        made = Override.objects.create(
            prospect=prospect, decision=decision, reason=reason[:250], by=by, expires_at=expires_at
        )
        changed = Prospect.objects.filter(pk=prospect.pk, stage__in=OPEN).update(
            stage=decision, path=f"override:{decision}", decided_at=clock.now()
        )
        if not changed:
            raise OverrideRefused("This prospect is in a sequence already; stop the sequence instead.")
        stages = {"before": {"stage": before}, "after": {"stage": decision}}
        audit.record(by, "overrode", prospect, reason=reason, **stages)
        timeline.record(
            prospect.lead_id,
            "override",
            f"{by} set this person to {decision}: {reason}",
            campaign_id=prospect.campaign_id,
            actor=by,
            data={"decision": decision, "expires_at": expires_at.isoformat() if expires_at else None},
        )
    prospect.refresh_from_db()
    return made


def reopen(campaign: Campaign) -> int:
    """Let the next run decide again about everybody who is decided but not yet routed."""
    decided = Prospect.objects.filter(campaign=campaign, stage__in=DECIDED)
    return decided.update(stage=ProspectStage.SCORED, path="", decided_at=None)


def explain(prospect: Prospect) -> list[Step]:
    """Return the questions this prospect was asked, its answers and the decision, in words."""
    return explain_all([prospect])[prospect.pk]


def explain_all(prospects: Sequence[Prospect]) -> dict[int, list[Step]]:
    """Return the explanation of each prospect, reading every rule and override once."""
    bodies = dict(Rule.objects.filter(pk__in={p.rule_id for p in prospects}).values_list("pk", "body"))
    by_hand = dict(
        Override.objects.filter(prospect__in=prospects).order_by("pk").values_list("prospect_id", "reason")
    )
    return {one.pk: _explained(one, bodies.get(one.rule_id or 0), by_hand.get(one.pk)) for one in prospects}


def reason(prospect: Prospect) -> str:
    """Return in one sentence why the prospect was taken or not."""
    steps = explain(prospect)
    return steps[-1].answer if steps else ""


def preview(tree: Tree, campaign: Campaign, lead_id: int, now: datetime | None = None) -> trees.Ending:
    """Return how a tree would end for one lead: the Python side, for tests of a tree before it is saved."""
    bound = rules.bind(tree, settings_of(campaign))
    known = facts.load([lead_id], set().union(*(rules.fields_in(rule) for rule in _questions(bound))))
    node, path = bound, ""
    while "decision" not in node:
        answer = "yes" if rules.compile_python(node["rule"], now or clock.now())(known[lead_id]) else "no"
        path = f"{path}/{node['node']}:{answer}" if path else f"{node['node']}:{answer}"
        node = node[answer]
    return trees.Ending(path, node["decision"], node.get("reason", ""))


def settings_of(campaign: Campaign) -> dict[str, Any]:
    """Return the campaign's own figures that a rule may name."""
    return {name: getattr(campaign, name) for name in rules.SETTINGS}


def _decide(campaign: Campaign, where: Callable[[str], Where], ids: Where, now: datetime) -> int:
    """Decide about the prospects called ``p`` that meet a condition, and note it on their timelines."""
    rule = rulebook.active(RuleKind.QUALIFICATION)
    with transaction.atomic():
        done = bulk.run(*_decision(rule, campaign, where, now))
        verdicts.write(rule, campaign, ids, now)
    return done


def _decision(
    rule: Rule, campaign: Campaign, where: Callable[[str], Where], now: datetime
) -> tuple[str, list[Any]]:
    tree = rules.bind(rule.body, settings_of(campaign))
    ways = list(trees.endings(tree))
    case, case_params = _case(tree, iter(range(len(ways))), now)
    (inner, params), (outer, _) = where("p"), where("leads_prospect")
    chosen = (
        f"SELECT p.id, o.decision AS forced, {case} AS way FROM leads_prospect p"  # noqa: S608
        f" JOIN ({TABLES}) ON l.id = p.lead_id {_OVERRIDES} WHERE {inner} {fence()}"
    )
    stages = " ".join(f"WHEN {number} THEN '{way.decision}'" for number, way in enumerate(ways))
    paths = " ".join(f"WHEN {number} THEN %s" for number, _ in enumerate(ways))
    sql = (
        f"UPDATE leads_prospect SET stage = COALESCE(d.forced, CASE d.way {stages} END),"  # noqa: S608
        f" path = CASE WHEN d.forced IS NULL THEN CASE d.way {paths} END ELSE 'override:' || d.forced END,"
        f" rule_id = %s, decided_at = %s FROM ({chosen}) d"
        f" WHERE leads_prospect.id = d.id AND {outer}"  # again, or every prospect is read for each slice
    )
    return sql, [*(way.path for way in ways), rule.pk, now, *case_params, now, *params, *params]


#: the newest override of each prospect that has not expired
_OVERRIDES = (
    "LEFT JOIN (SELECT prospect_id, MAX(id) AS id FROM leads_override"
    " WHERE expires_at IS NULL OR expires_at > %s GROUP BY prospect_id) n ON n.prospect_id = p.id"
    " LEFT JOIN leads_override o ON o.id = n.id"
)


def _case(node: Tree, numbers: Any, now: datetime) -> tuple[str, list[Any]]:
    """Nest the questions in the order of ``trees.endings``, so that each ending gets its number."""
    if "decision" in node:
        return str(next(numbers)), []
    sql, params = rules.compile_sql(node["rule"], now)
    yes, yes_params = _case(node["yes"], numbers, now)
    no, no_params = _case(node["no"], numbers, now)
    return f"CASE WHEN {sql} THEN {yes} ELSE {no} END", [*params, *yes_params, *no_params]


def _questions(node: Tree) -> list[Tree]:
    if "decision" in node:
        return []
    return [node["rule"], *_questions(node["yes"]), *_questions(node["no"])]


def _explained(prospect: Prospect, body: Tree | None, by_hand: str | None) -> list[Step]:
    if not prospect.path:
        return []
    if prospect.path.startswith("override:"):
        return [Step("override", "Decided by hand", by_hand or prospect.path)]
    if body is None:
        return [Step("rule", "Decided by", prospect.path)]
    return _steps(rules.bind(body, settings_of(prospect.campaign)), prospect.path)


def _steps(tree: Tree, path: str) -> list[Step]:
    steps, node = [], tree
    for part in path.split("/"):
        name, _, answer = part.partition(":")
        if node.get("node") != name:
            break
        steps.append(Step(name, rules.sentence(node["rule"]), answer))
        node = node[answer]
    code = node.get("reason", "")
    return [*steps, Step(node.get("decision", ""), "Decision", trees.say(str(code)))]
