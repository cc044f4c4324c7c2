"""``manage.py import_leads FILE``: people from CSV, Excel or JSON Lines; what is left out gets its own file.

``import_leads --undo JOB`` takes an import back.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from campaigns.models import Team, User
from leads.models import ImportJob
from leads.services import imports
from leads.services.transfer import previews, undo


class Command(BaseCommand):
    """Import a list of people."""

    help = "Import people from a CSV, Excel or JSON Lines file, or take an import back."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument("file", nargs="?", default="", help="A CSV, .xlsx or JSON Lines file.")
        parser.add_argument("--undo", type=int, metavar="JOB", help="Take back the import of this number.")
        parser.add_argument("--sheet", default="", help="Of a workbook: which sheet; the first if left out.")
        parser.add_argument("--mapping", help="JSON object {column: field}, or a file that holds one.")
        parser.add_argument("--create-only", action="store_true", help="Leave known people as they are.")
        parser.add_argument("--update-only", action="store_true", help="Add nobody, update known people.")
        parser.add_argument(
            "--new-fields", action="store_true", help="Add a typed field for each column that has none."
        )
        parser.add_argument("--owner", help="User name of the person these leads belong to.")
        parser.add_argument("--team", help="Team whose pool these leads fill.")
        parser.add_argument("--encoding", default="", help="Such as cp1252 (found out if left out).")
        parser.add_argument("--delimiter", default="", help="Such as ; (found out if left out).")
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen, store nothing.")
        parser.add_argument("--json", action="store_true", help="Answer with one JSON object.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file, or say why not."""
        if bool(options["file"]) == bool(options["undo"]):
            raise CommandError("Name a file to import, or an import to take back with --undo.")
        try:
            if options["undo"]:
                self._take_back(options)
                return
            answer = self._import(options)
        except (imports.BadFile, imports.BadMapping, undo.CannotUndo) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(answer))
            return
        said = ", ".join(
            f"{answer[name]:,} {name}" for name in ("created", "updated", "unchanged", "rejected")
        )
        self.stdout.write(f"{answer['rows']:,} rows: {said}.")
        if answer["errors_file"]:
            self.stdout.write(f"What was left out, and why: {answer['errors_file']}")

    def _take_back(self, options: dict[str, Any]) -> None:
        job = ImportJob.objects.filter(pk=options["undo"]).first()
        if job is None:
            raise CommandError(f"There is no import {options['undo']}.")
        if job.status != ImportJob.Status.UNDOING:
            undo.begin(job)
        job = undo.run_now(job)
        facts = {"removed": job.removed, "restored": job.restored, "kept": job.kept}
        said = f"{job.removed:,} removed, {job.restored:,} restored, {job.kept:,} kept."
        self.stdout.write(json.dumps(facts) if options["json"] else said)

    def _import(self, options: dict[str, Any]) -> dict[str, Any]:
        chosen, owner = _mapping(options["mapping"]), _user(options["owner"])
        team = _team(options["team"]) or (owner.team if owner else None)
        job = imports.start(
            str(Path(options["file"]).resolve()), owner=owner, team=team,
            encoding=options["encoding"], delimiter=options["delimiter"], sheet=options["sheet"],
        )  # fmt: skip
        try:
            wanted = {**job.mapping, **chosen} if chosen else None
            imports.confirm(
                job, wanted, update_existing=not options["create_only"],
                create_new=not options["update_only"], new_fields=options["new_fields"], by=owner,
            )  # fmt: skip
        except imports.BadMapping:
            job.delete()
            raise
        if job.encoding not in ("utf-8", "utf-8-sig"):
            self.stderr.write(f"The file is not UTF-8; it was read as {job.encoding}.")
        if earlier := imports.twin(job):
            self.stderr.write(
                f"This very file was imported before (job {earlier.pk}, {earlier.finished_at:%F})."
            )
        return self._dry_run(job) if options["dry_run"] else self._run(job)

    def _run(self, job: ImportJob) -> dict[str, Any]:
        imports.run_now(job)
        if job.status != ImportJob.Status.DONE:
            raise CommandError(job.error or f"The import ended as «{job.get_status_display()}».")
        file = _write_errors(job.path, previews.errors_csv(job)) if job.problems.exists() else ""
        return _answer(job.cursor, job.created, job.updated, job.unchanged, job.rejected, file)

    def _dry_run(self, job: ImportJob) -> dict[str, Any]:
        found = previews.forecast(job)
        job.delete()
        return _answer(found.rows, found.created, found.updated, found.unchanged, found.rejected, "")


def _answer(
    rows: int, created: int, updated: int, unchanged: int, rejected: int, file: str
) -> dict[str, Any]:
    return {
        "rows": rows, "created": created, "updated": updated, "unchanged": unchanged, "rejected": rejected,
        "errors_file": file,
    }  # fmt: skip


def _write_errors(path: str, lines: Iterator[str]) -> str:
    """Write the errors where the state lives; the folder of the import may be read-only."""
    folder = Path(settings.VAR) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{Path(path).stem}-errors.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        file.writelines(lines)
    return str(target)


def _mapping(text: str | None) -> dict[str, str] | None:
    if not text:
        return None
    try:
        source = Path(text).read_text(encoding="utf-8") if Path(text).is_file() else text
        found = json.loads(source)
    except (OSError, ValueError) as error:
        raise CommandError(
            f"--mapping is neither a JSON object nor a file that holds one: {error}"
        ) from error
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise CommandError('--mapping must look like {"Column": "field", …}.')
    return found


def _user(name: str | None) -> User | None:
    user = User.objects.filter(username=name).first() if name else None
    if name and user is None:
        raise CommandError(f"There is no user called {name}.")
    return user


def _team(name: str | None) -> Team | None:
    return Team.objects.get_or_create(name=name)[0] if name else None
