"""The timeline is only added to: only merges, undone imports and erasures touch a row."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("config", "analytics", "conversations", "outreach", "leads", "campaigns")
#: whose work it is to move or to take away: leads/services/<room>
ROOMS = ("identity", "privacy", "transfer")
VERBS = {"update", "delete", "bulk_update", "update_or_create"}
SQL = re.compile(r"(UPDATE|DELETE\s+FROM)\s+leads_activity", re.IGNORECASE)


def sources() -> list[Path]:
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return [path for path in found if "migrations" not in path.parts and not is_allowed(path)]


def is_allowed(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return parts[:2] == ("leads", "services") and parts[2] in ROOMS


def touches(source: str) -> list[int]:
    """Return the lines that change or take away rows of the timeline."""
    tree = ast.parse(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and names_timeline(node)]
    texts = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and SQL.search(str(n.value))]
    return [node.lineno for node in [*calls, *texts]]


def names_timeline(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in VERBS:
        return False
    said = ast.unparse(call.func.value)
    return "Activity.objects" in said or ".activities" in said


def test_nobody_changes_what_happened() -> None:
    found = {str(path.relative_to(ROOT)): touches(path.read_text()) for path in sources()}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_the_guard_sees_every_way_to_touch_a_row() -> None:
    for line in (
        "Activity.objects.filter(pk=1).update(summary='')", "lead.activities.all().delete()",
        "bulk.run('UPDATE leads_activity SET kind = 1')", "run(f'DELETE FROM leads_activity WHERE {x}')",
    ):  # fmt: skip
        assert touches(line) == [1], line
    assert touches("Activity.objects.filter(lead=lead).count()") == []
