"""The tree on screen: edited in a draft, undone, tried, published; reps read, managers change."""

from typing import Any

import pytest

from campaigns.models import User
from leads.models import Rule
from leads.services import rulebook
from leads.services.qualifying import editing, versions
from leads.services.trees import DEFAULT_TREE
from tests.factories import ProspectFactory
from tests.pages import signed_in, text, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(manager: User) -> Any:
    rulebook.seed_rules()
    return signed_in(manager)


def act(client: Any, verb: str, **data: Any) -> Any:
    return client.post(url("leads:tree_act"), {"act": verb, **data}, follow=True)


def draft(client: Any) -> Any:
    return client.session["tree_draft"]["tree"]


def test_a_question_of_two_conditions_is_asked_undone_and_published(client: Any, manager: User) -> None:
    typed = {"field": ["employees", "may_email"], "op": ["between", "is"], "value": ["5 to 500", "yes"],
             "against": ["", ""], "match": "any", "name": "size", "place": "y"}  # fmt: skip
    page = act(client, "before", **typed)
    made = editing.at(draft(client), "y")
    assert made["rule"] == {"any": [{"field": "employees", "op": "between", "value": [5, 500]},
                                    {"field": "may_email", "op": "is", "value": True}]}  # fmt: skip
    assert (made["node"], made["yes"]["node"]) == ("size 2", "email")
    assert "1 difference from the tree in force" in text(page)
    act(client, "undo")
    assert draft(client) == DEFAULT_TREE
    act(client, "before", **typed)
    act(client, "publish", name="With size")
    rule = rulebook.active("qualification")
    assert (rule.version, rule.name, rule.created_by, "tree_draft" in client.session) == (
        2,
        "With size",
        manager,
        False,
    )


def test_a_campaigns_own_figure_can_be_compared_with(client: Any) -> None:
    act(client, "ask", place="", name="score", field="score", op="gt", value="", against="minimum_score")
    rule = editing.at(draft(client), "")["rule"]
    assert rule == {"field": "score", "op": "gt", "value": {"setting": "minimum_score"}}


def test_a_question_may_start_from_a_preset(client: Any) -> None:
    act(client, "before", place="", preset="budget", name="")
    assert editing.at(draft(client), "")["rule"] == {"field": "budget", "op": "gte", "value": 1000}


@pytest.mark.parametrize(
    ("field", "op", "value", "problem"),
    [("employees", "gte", "many", "needs a number"), ("", "", "", "at least one condition"),
     ("lifecycle", "eq", "maybe", "is never"), ("nothing", "is", "x", "There is no field")],
)  # fmt: skip
def test_a_condition_that_makes_no_sense_is_shown_again_with_what_is_wrong(
    client: Any, field: str, op: str, value: str, problem: str
) -> None:
    page = act(client, "ask", place="", name="score", field=field, op=op, value=value, against="")
    assert (page.status_code, problem in text(page), "tree_draft" in client.session) == (422, True, False)


def test_every_move_of_a_question_changes_only_the_draft(client: Any) -> None:
    for verb in ("duplicate", "earlier", "later", "swap", "keep_yes"):
        assert act(client, verb, place="y").status_code == 200
    act(client, "end", place="n", decision="review", reason="Somebody looks")
    assert editing.at(draft(client), "n") == {"decision": "review", "reason": "Somebody looks"}
    assert rulebook.active("qualification").body == DEFAULT_TREE
    act(client, "discard")
    assert "tree_draft" not in client.session


def test_an_edit_that_is_refused_says_why(client: Any) -> None:
    assert "first question already" in text(act(client, "earlier", place=""))
    assert "Say what is decided" in text(act(client, "end", place="n", decision="review", reason=""))
    assert "no such act" in text(act(client, "explode", place=""))


def test_a_condition_row_offers_what_fits_its_field(client: Any) -> None:
    row = text(client.get(url("leads:tree_condition"), {"field": "lifecycle", "op": "between", "value": ""}))
    assert ('<option value="customer">' in row, '<option value="between"' in row) == (True, False)
    number = text(client.get(url("leads:tree_condition"), {"field": "score", "op": "gte", "value": "5"}))
    assert ('type="number"' in number, "minimum score" in number) == (True, True)
    assert "no value" not in text(client.get(url("leads:tree_condition")))


def test_a_version_is_kept_compared_and_put_in_force_with_a_reason(client: Any, manager: User) -> None:
    act(client, "end", place="n", decision="review", reason="Look")
    kept = act(client, "save", name="Softer")
    made = Rule.objects.get(name="Softer")
    assert (made.is_active, "score no: review, Look" in text(kept)) == (False, True)
    page = url("leads:activate_rule", made.pk)
    assert "Say why" in text(client.post(page, follow=True))
    client.post(page, {"reason": "Fewer lost"})
    assert rulebook.active("qualification") == made


def test_a_rep_reads_the_tree_and_changes_nothing(rep: User) -> None:
    rulebook.seed_rules()
    client = signed_in(rep)
    page = client.get(url("leads:qualification"))
    assert (page.status_code, "Ask earlier" in text(page)) == (200, False)
    assert client.get(url("leads:qualification"), {"edit": "y"}).status_code == 403
    assert client.get(url("leads:tree_condition")).status_code == 403
    rule = versions.draft("Draft", DEFAULT_TREE, None)
    for place in (url("leads:tree_act"), url("leads:activate_rule", rule.pk)):
        assert client.post(place, {"act": "duplicate", "place": "", "reason": "x"}).status_code == 403
    assert "tree_draft" not in client.session
    assert not Rule.objects.get(pk=rule.pk).is_active


def test_the_page_reads_the_same_few_rows_however_many_people(
    client: Any, django_assert_max_num_queries: Any
) -> None:
    ProspectFactory.create_batch(20, stage="rejected")
    with django_assert_max_num_queries(14):
        client.get(url("leads:qualification"))
