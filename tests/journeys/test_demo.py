"""The demo shows every room with something in it, made through the doors that people use."""

import pytest
from django.core.management import call_command

from campaigns.models import User
from leads.models import (
    CustomField,
    ImportJob,
    Lead,
    MatchCandidate,
    Mention,
    Prospect,
    ResearchReport,
    SavedView,
    Segment,
    WebForm,
)


@pytest.mark.django_db
def test_a_newcomer_finds_something_in_every_room(settings, tmp_path):
    settings.VAR, settings.MEDIA_ROOT = tmp_path, str(tmp_path / "media")
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    call_command("demo", leads=40, days=7)
    job = ImportJob.objects.get()
    maya = User.objects.get(username="maya")
    assert Prospect.objects.filter(stage="replied").exists()
    assert (job.status, job.created > 3, job.problems.exists()) == ("done", True, True)
    assert MatchCandidate.objects.filter(status="open").exists()
    assert ResearchReport.objects.filter(status="done").exists()
    assert Mention.objects.filter(user=maya, seen_at=None).exists()
    assert CustomField.objects.count() == 4
    assert Lead.objects.exclude(custom={}).exists()
    assert {row.objects.count() > 0 for row in (SavedView, Segment, WebForm)} == {True}
