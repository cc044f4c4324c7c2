"""What a file is by its first bytes; its name and what the browser says of it are never believed."""

import unicodedata
import zipfile
from typing import IO

HEAD = 4096
#: (first bytes, where) → kind
SIGNATURES = (
    (b"%PDF-", 0, "pdf"), (b"\x89PNG\r\n\x1a\n", 0, "png"), (b"\xff\xd8\xff", 0, "jpg"),
    (b"GIF87a", 0, "gif"), (b"GIF89a", 0, "gif"), (b"WEBP", 8, "webp"), (b"PK\x03\x04", 0, "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "ole"), (b"{\\rtf", 0, "rtf"), (b"ID3", 0, "mp3"),
    (b"ftyp", 4, "mp4"),
)  # fmt: skip
#: ending → the kinds its bytes may be, and the type under which it is handed out
ENDINGS: dict[str, tuple[tuple[str, ...], str]] = {
    "pdf": (("pdf",), "application/pdf"),
    "png": (("png",), "image/png"),
    "jpg": (("jpg",), "image/jpeg"),
    "jpeg": (("jpg",), "image/jpeg"),
    "gif": (("gif",), "image/gif"),
    "webp": (("webp",), "image/webp"),
    "docx": (("docx",), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (("xlsx",), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pptx": (("pptx",), "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "odt": (("odf",), "application/vnd.oasis.opendocument.text"),
    "ods": (("odf",), "application/vnd.oasis.opendocument.spreadsheet"),
    "doc": (("ole",), "application/msword"),
    "xls": (("ole",), "application/vnd.ms-excel"),
    "msg": (("ole",), "application/vnd.ms-outlook"),
    "rtf": (("rtf",), "application/rtf"),
    "txt": (("text",), "text/plain"),
    "md": (("text",), "text/plain"),
    "csv": (("text",), "text/csv"),
    "eml": (("text",), "message/rfc822"),
    "ics": (("text",), "text/calendar"),
    "vcf": (("text",), "text/vcard"),
    "mp3": (("mp3",), "audio/mpeg"),
    "m4a": (("mp4",), "audio/mp4"),
    "mp4": (("mp4",), "video/mp4"),
}
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_PARTS = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
LONGEST_NAME = 150


def kind_of(file: IO[bytes]) -> str:
    """Return what the bytes are: one of the kinds above, ``text``, or nothing known."""
    file.seek(0)
    head = file.read(HEAD)
    for mark, place, kind in SIGNATURES:
        if head[place : place + len(mark)] == mark:
            return _inside(file) if kind == "zip" else kind
    return "text" if _is_text(head) else ""


def type_for(name: str, kind: str) -> str:
    """Return the type under which a file is handed out; nothing when its ending and its bytes disagree."""
    kinds, content_type = ENDINGS.get(name.rpartition(".")[2].lower(), ((), ""))
    return content_type if kind in kinds else ""


def safe_name(raw: str) -> str:
    """Return a file's name without path, control and direction characters, short enough to store."""
    name = unicodedata.normalize("NFC", raw).replace("\\", "/").rpartition("/")[2]
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    name = " ".join(name.split()).lstrip(".").strip()
    stem, dot, ending = name.rpartition(".")
    if not dot:
        return name[:LONGEST_NAME] or "file"
    return f"{stem[: LONGEST_NAME - len(ending) - 1] or 'file'}.{ending[:10]}"


def _inside(file: IO[bytes]) -> str:
    """Tell the office formats apart by the table of contents of their archive; nothing is unpacked."""
    try:
        names = zipfile.ZipFile(file).namelist()[:2000]
    except (zipfile.BadZipFile, ValueError, OSError, EOFError):
        return ""
    if "mimetype" in names and "META-INF/manifest.xml" in names:
        return "odf"
    if "[Content_Types].xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
        return ""
    found = [kind for part, kind in _PARTS.items() if any(name.startswith(part) for name in names)]
    return found[0] if len(found) == 1 else ""


def _is_text(head: bytes) -> bool:
    """Whether these bytes are text of our time: UTF-8 (a cut-off last letter is forgiven), no NUL."""
    if not head or b"\x00" in head:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4 and error.reason == "unexpected end of data"
    return True
