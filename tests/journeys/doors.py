"""The three doors by which a list comes in: each takes a file and returns everything that was said."""

import json
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from leads.models import ImportJob
from tests.clients import as_person
from tests.doors import everything
from tests.journeys.lists import Wizard, work_off
from tests.pages import text

IMPORTS = "/api/v1/imports/"


@contextmanager
def nothing_changes():
    """Hold every row of the house against what it was before."""
    before = everything()
    yield
    after = everything()
    assert [name for name in before if before[name] != after[name]] == []


class Page:
    """The import wizard."""

    def __init__(self, user, folder):
        self.wizard = Wizard(user)

    def take(self, data):
        said = text(self.wizard.upload(data))
        job = ImportJob.objects.last()
        if job is None:
            return said
        self.wizard.start(job)
        work_off()
        return said + self.wizard.look(job)


class Api:
    """The address of a partner system."""

    def __init__(self, user, folder):
        self.client = as_person(user)

    def take(self, data):
        file = SimpleUploadedFile("list.csv", data)
        answer = self.client.post(IMPORTS, {"file": file}, format="multipart")
        if answer.status_code == 400:
            return answer.json()["error"]["message"]
        work_off()
        address = f"{IMPORTS}{answer.json()['id']}/"
        job, problems = self.client.get(address).json(), self.client.get(f"{address}errors/").json()
        return json.dumps([job, problems], ensure_ascii=False)


class Command:
    """The command line."""

    def __init__(self, user, folder):
        self.file = folder / "list.csv"

    def take(self, data):
        self.file.write_bytes(data)
        out, err = StringIO(), StringIO()
        try:
            call_command("import_leads", str(self.file), "--json", stdout=out, stderr=err)
        except CommandError as refusal:
            return str(refusal)
        errors = json.loads(out.getvalue())["errors_file"]
        return out.getvalue() + err.getvalue() + (Path(errors).read_text() if errors else "")


DOORS = (Page, Api, Command)
