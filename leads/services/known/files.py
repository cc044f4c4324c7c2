"""Files of leads and companies: checked by their bytes, kept under random names, handed out safe."""

import hashlib
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any, TypeAlias, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet

from campaigns import clock
from campaigns.models import User
from campaigns.services import audit
from leads.models import Attachment, Lead
from leads.services import timeline
from leads.services.known import filetypes
from leads.services.known.places import Place, at

Upload: TypeAlias = "UploadedFile[Any]"
LARGEST = 10_000_000  # bytes
MOST = 200  # files a page
KEPT_FOR = timedelta(days=1)
FOLDER = "files"


class FileRefused(Exception):
    """A file that is not taken, and why."""

    code = "file_refused"
    status = 400


def add(place: Place, file: Upload, by: User | None) -> Attachment:
    """Keep an uploaded file on a page; raise FileRefused for what is too large or not what it says it is."""
    name = filetypes.safe_name(file.name or "")
    content_type = _checked(place, name, file)
    path, sha = _write(file)
    try:
        with transaction.atomic():
            kept = Attachment.objects.create(
                **at(place), name=name, path=path, size=file.size or 0, content_type=content_type, sha256=sha,
                added_by=by,
            )  # fmt: skip
            if isinstance(place, Lead):
                facts = {"file": kept.pk, "size": kept.size}
                timeline.record(place.pk, "file", f"{by or 'API'} added {name}", actor=by, data=facts)
    except BaseException:
        _erase(path)
        raise
    return kept


def of(place: Place) -> QuerySet[Attachment]:
    """Return the files of a page, the newest first."""
    return Attachment.objects.filter(**at(place), removed_at=None).select_related("added_by")


def opened(file: Attachment) -> IO[bytes]:
    """Open a kept file for reading; raise FileNotFoundError when its bytes are gone."""
    return _place(file.path).open("rb")


def is_picture(file: Attachment) -> bool:
    """Whether a browser may show it in the page."""
    return file.content_type in filetypes.PICTURES


def remove(file: Attachment, by: User) -> bool:
    """Take a file off its page; its bytes go a day later, until then it can be put back."""
    with transaction.atomic():
        gone = Attachment.objects.filter(pk=file.pk, removed_at=None).update(removed_at=clock.now())
        if gone:
            audit.record(by, "remove", file, before={"name": file.name})
            if file.lead_id:
                timeline.record(file.lead_id, "file_removed", f"{by} removed {file.name}", actor=by)
    return bool(gone)


def put_back(file: Attachment) -> bool:
    """Take a removal back while the bytes are still there."""
    if not _place(file.path).exists():
        return False
    return bool(Attachment.objects.filter(pk=file.pk).exclude(removed_at=None).update(removed_at=None))


def drain(now: datetime, *, limit: int = 500) -> int:
    """Erase the bytes of files that were removed more than a day ago; return how many."""
    gone = Attachment.objects.filter(removed_at__lt=now - KEPT_FOR).exclude(path="")
    rows = list(gone.order_by("pk").values_list("pk", "path")[:limit])
    for _, path in rows:
        _erase(path)
    Attachment.objects.filter(pk__in=[pk for pk, _ in rows]).update(path="")
    return len(rows)


def _checked(place: Place, name: str, file: Upload) -> str:
    """Return the type of a file that may be kept."""
    size = file.size or 0
    if not size:
        raise FileRefused("This file is empty.")
    if size > LARGEST:
        raise FileRefused(f"This file has {size / 1e6:.1f} MB; 10 MB is the most.")
    content_type = filetypes.type_for(name, filetypes.kind_of(cast("IO[bytes]", file)))
    if not content_type:
        raise FileRefused(
            "This file is not kept: it may carry programs, or its content does not match its name."
            f" Kinds are: {', '.join(sorted(filetypes.ENDINGS))}."
        )
    if Attachment.objects.filter(**at(place), removed_at=None).count() >= MOST:
        raise FileRefused(f"There are {MOST} files on this page already. Remove one first.")
    return content_type


def _write(file: Upload) -> tuple[str, str]:
    """Store the bytes under a random name; return where, and their digest."""
    path = f"{FOLDER}/{clock.now():%Y/%m}/{secrets.token_hex(16)}"
    place, digest = _place(path), hashlib.sha256()
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.seek(0)
    with place.open("xb") as kept:
        place.chmod(0o600)
        for chunk in file.chunks():
            digest.update(chunk)
            kept.write(chunk)
    return path, digest.hexdigest()


def _place(path: str) -> Path:
    """Return where a file lies; a path that leads out of our folder is refused."""
    root = (Path(settings.MEDIA_ROOT) / FOLDER).resolve()
    place = (Path(settings.MEDIA_ROOT) / path).resolve()
    if not path or root not in place.parents:
        raise FileNotFoundError(path)
    return place


def _erase(path: str) -> None:
    with suppress(FileNotFoundError):
        _place(path).unlink()
