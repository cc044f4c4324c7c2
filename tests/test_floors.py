"""The house holds its shape: floors, file and function sizes, words on every module, migrations in step."""

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("config", "analytics", "conversations", "outreach", "leads", "campaigns")
LONGEST_FILE, LONGEST_FUNCTION = 300, 50
ONE_LIST = {"config/settings.py": 400}  # read from top to bottom like a letter, so it stays one file
WALL_CLOCKS = {("timezone", "now"), ("datetime", "now"), ("datetime", "utcnow"), ("date", "today")}
MAY_READ_THE_WALL_CLOCK = {"campaigns/clock.py"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources() -> list[Path]:
    files = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return [path for path in files if "migrations" not in path.parts]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def length(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_every_floor_imports_only_floors_below_it(capsys):
    broken = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)
    assert not broken, capsys.readouterr().out


def test_no_migration_is_missing():
    command = [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run", "--skip-checks"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_files_and_functions_fit_in_the_mind(capsys):
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    sizes = {f"{name(path)}:{node.name}": length(node) for path in sources() for node in functions(path)}
    with capsys.disabled():
        print(f"\n{mirror('file', list(lines.values()))}; {mirror('function', list(sizes.values()))}")
    assert {name(path): n for path, n in lines.items() if n > ONE_LIST.get(name(path), LONGEST_FILE)} == {}
    assert {place: n for place, n in sizes.items() if n > LONGEST_FUNCTION} == {}


def mirror(kind: str, sizes: list[int]) -> str:
    p90 = statistics.quantiles(sizes, n=10)[-1]
    middle = statistics.median(sizes)
    return f"{len(sizes)} {kind}s, median {middle:.0f}, p90 {p90:.0f}, longest {max(sizes)} lines"


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_says_why_it_exists(package):
    mine = (path for path in sources() if name(path).startswith(f"{package}/"))
    silent = [name(path) for path in mine if not ast.get_docstring(tree(path))]
    assert silent == []


def test_only_the_clock_reads_the_time_of_day():
    readers = [
        f"{name(path)}:{call.lineno}"
        for path in sources()
        if name(path) not in MAY_READ_THE_WALL_CLOCK
        for call in ast.walk(tree(path))
        if isinstance(call, ast.Call) and _called(call) in WALL_CLOCKS
    ]
    assert readers == []


def _called(call: ast.Call) -> tuple[str, str]:
    target = call.func
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
        return target.value.id, target.attr
    return "", ""
