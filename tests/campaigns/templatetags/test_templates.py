"""Every page and part compiles, keeps to the content security policy and to the first-load budget."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted(path.relative_to(ROOT / "templates") for path in (ROOT / "templates").rglob("*.html"))
FORBIDDEN = re.compile(
    r"<style|\son[a-z]+=\"|hx-on|javascript:|<script(?![^>]*\b(src=|type=\"application/json\"))"
)


#: opened from a folder on somebody's own machine, where no style sheet of ours can be reached
SAVED = {Path("leads/privacy/export.html")}


@pytest.mark.parametrize("name", TEMPLATES, ids=str)
def test_a_template_compiles_and_needs_no_inline_code(name):
    get_template(str(name))
    assert name in SAVED or not FORBIDDEN.search((ROOT / "templates" / name).read_text())


def test_the_first_load_stays_under_ninety_kilobytes():
    base = (ROOT / "templates" / "base.html").read_text()
    files = {*re.findall(r"{% static '([^']+)' %}", base), "vendor/icons.svg"}
    size = sum(_weight(ROOT / "static" / name) for name in files)
    assert len(files) > 10
    assert size < 90_000


def test_every_vendored_file_has_its_licence_and_checksum():
    import hashlib

    folder = ROOT / "static" / "vendor"
    table = (folder / "VERSIONS.txt").read_text()
    vendored = [path for path in folder.iterdir() if path.suffix not in {".txt"}]
    assert vendored
    assert not [p.name for p in vendored if hashlib.sha256(p.read_bytes()).hexdigest() not in table]


def _weight(path):
    data = path.read_bytes()
    return len(data) if path.suffix == ".woff2" else len(gzip.compress(data))
