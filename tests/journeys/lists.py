"""The real list of leads beside the project (test only), and the sample that ships in its place."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from campaigns import clock
from leads.models import ImportJob
from leads.services import imports
from tests.pages import signed_in, text, url

FOLDER = Path(settings.BASE_DIR).parent / "shared" / "data" / "leads"
LEADS = FOLDER / "x_education_leads_dev.csv"
CONTACTS = FOLDER / "x_education_demo_contacts_synthetic.csv"
SAMPLE = Path(settings.BASE_DIR) / "docs" / "sample-leads.csv"
REAL = LEADS if LEADS.exists() else SAMPLE
PEOPLE = CONTACTS if CONTACTS.exists() else SAMPLE

beside = pytest.mark.skipif(not CONTACTS.exists(), reason="the real list is not beside the project")


def by_command(path, **options):
    """Import a file with the command; return its one JSON object and what it said beside it."""
    out, err = StringIO(), StringIO()
    call_command("import_leads", str(path), "--json", stdout=out, stderr=err, **options)
    return json.loads(out.getvalue()), err.getvalue()


class Wizard:
    """A person at the import pages: upload, mapping, start, progress, result."""

    def __init__(self, user):
        self.browser = signed_in(user)

    def upload(self, data, name="list.csv"):
        """Choose a file; return the page that follows."""
        file = SimpleUploadedFile(name, data, "text/csv")
        return self.browser.post(url("leads:import"), {"file": file}, follow=True)

    def start(self, job):
        """Take the mapping as proposed; return the page that shows the progress."""
        chosen = {f"column-{number}": target for number, target in enumerate(job.mapping.values())}
        page = url("leads:start_import", job.pk)
        return self.browser.post(page, {**chosen, "update_existing": "on"}, follow=True)

    def look(self, job):
        """Open the import's page."""
        return text(self.browser.get(url("leads:import_job", job.pk)))


def by_page(user, path):
    """Walk a file through the wizard, as the worker works it off; return the job and the last page."""
    wizard = Wizard(user)
    wizard.upload(path.read_bytes(), path.name)
    job = ImportJob.objects.latest("id")
    wizard.start(job)
    work_off()
    job.refresh_from_db()
    return job, wizard.look(job)


def work_off():
    """Let the worker store everything that waits."""
    while imports.drain(clock.now()):
        pass
