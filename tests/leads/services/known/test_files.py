"""Files: what they are is read off their bytes; hostile names and paths lead nowhere (uploads, 32)."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from campaigns import clock
from campaigns.models import User
from leads.models import Activity, Attachment, Lead
from leads.services.known import files, filetypes
from tests.factories import LeadFactory

pytestmark = pytest.mark.django_db
PDF, PNG = b"%PDF-1.7 offer", b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def lead(rep: User) -> Lead:
    return LeadFactory(owner=rep, team=rep.team)


def sent(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/html")


def office(*names: str) -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return found.getvalue()


def test_a_file_is_kept_under_a_random_name_and_read_back(rep: User, lead: Lead, tmp_path: Path) -> None:
    kept = files.add(lead, sent("offer.pdf", PDF), rep)
    place = tmp_path / "media" / kept.path
    assert (kept.name, kept.content_type, kept.size) == ("offer.pdf", "application/pdf", len(PDF))
    assert ("offer" in kept.path, place.read_bytes(), oct(place.stat().st_mode & 0o777)) == (
        False,
        PDF,
        "0o600",
    )
    with files.opened(kept) as found:
        assert found.read() == PDF
    assert Activity.objects.get().kind == "file"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<html><script>"), ("run.exe", b"MZ\x90\x00"), ("offer.pdf", b"MZ\x90\x00"),
        ("photo.png", PDF), ("photo.svg", b"<svg onload=alert(1)>"), ("a.pdf.exe", PDF), ("noending", PDF),
        ("list.txt", b"\x00\x01\x02"), ("macro.docx", office("[Content_Types].xml", "word/vbaProject.bin")),
        ("archive.docx", office("a.txt")), ("broken.docx", b"PK\x03\x04broken"), ("empty.pdf", b""),
    ],
)  # fmt: skip
def test_what_is_not_what_it_says_is_refused_and_nothing_is_left(
    name: str, content: bytes, rep: User, lead: Lead, tmp_path: Path
) -> None:
    with pytest.raises(files.FileRefused):
        files.add(lead, sent(name, content), rep)
    assert (Attachment.objects.count(), [p for p in tmp_path.rglob("*") if p.is_file()]) == (0, [])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", PNG), ("a.docx", office("[Content_Types].xml", "word/document.xml")),
        ("a.xlsx", office("[Content_Types].xml", "xl/workbook.xml")), ("a.csv", "Größe;1\n".encode()),
        ("a.txt", ("x" * 4095 + "ü").encode()), ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"),
    ],
)  # fmt: skip
def test_honest_files_of_the_office_are_kept(name: str, content: bytes, rep: User, lead: Lead) -> None:
    assert files.add(lead, sent(name, content), rep).size == len(content)


def test_more_than_ten_megabytes_are_refused(rep: User, lead: Lead) -> None:
    with pytest.raises(files.FileRefused, match="10 MB is the most"):
        files.add(lead, sent("big.pdf", PDF + b"0" * files.LARGEST), rep)


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("../../etc/passwd.txt", "passwd.txt"), ("..\\..\\boot.txt", "boot.txt"),
        (".htaccess.txt", "htaccess.txt"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie x.txt"), ("evil\u202efdp.txt", "evilfdp.txt"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"), ("", "file"), ("C:|con?.txt", "Ccon.txt"),
    ],
)  # fmt: skip
def test_a_name_is_only_a_name(raw: str, safe: str) -> None:
    assert filetypes.safe_name(raw) == safe


@pytest.mark.parametrize(
    "path", ["../secret", "files/../../secret", "/etc/passwd", "", "other/file", "files"]
)
def test_a_path_that_leads_out_of_the_folder_is_not_opened(path: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s")
    with pytest.raises(FileNotFoundError):
        files.opened(Attachment(path=path))


def test_a_removed_file_comes_back_for_a_day_and_then_its_bytes_go(
    rep: User, lead: Lead, tmp_path: Path
) -> None:
    kept = files.add(lead, sent("offer.pdf", PDF), rep)
    assert (files.remove(kept, rep), files.remove(kept, rep), files.of(lead).count()) == (True, False, 0)
    assert (files.put_back(kept), files.of(lead).count()) == (True, 1)
    files.remove(kept, rep)
    assert files.drain(clock.now()) == 0
    assert files.drain(clock.now() + timedelta(days=2)) == 1
    assert not (tmp_path / "media" / kept.path).exists()
    kept.refresh_from_db()
    assert (files.put_back(kept) if kept.path else False, files.drain(clock.now() + timedelta(days=3))) == (
        False,
        0,
    )


def test_a_file_whose_row_is_not_kept_leaves_no_bytes(
    rep: User, lead: Lead, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise OSError("the disk of the database is full")

    monkeypatch.setattr(files.timeline, "record", broken)
    with pytest.raises(OSError, match="disk"):
        files.add(lead, sent("offer.pdf", PDF), rep)
    assert (Attachment.objects.count(), [p for p in tmp_path.rglob("*") if p.is_file()]) == (0, [])
