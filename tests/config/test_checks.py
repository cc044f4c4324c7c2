"""The porter at the door of the settings."""

import pytest

from config import checks


@pytest.fixture
def no_seams(settings):
    """Settings that name nothing yet."""
    for name in ("PIPELINES", "DRAINS", "CHANNELS", "LEAD_SOURCES", "CAMPAIGN_HOOKS"):
        setattr(settings, name, {})
    settings.PREFLIGHT_CHECKS = []
    return settings


def test_every_entry_of_the_seams_can_be_imported():
    assert checks.seams_resolve(None) == []


def test_a_typo_in_a_drain_is_named_with_its_place(no_seams):
    no_seams.DRAINS = {"send": ("outreach.services.sendnig.drain", 2)}
    problem = checks.seams_resolve(None)[0]
    assert 'DRAINS["send"]' in problem.msg
    assert "config/settings.py" in problem.hint


def test_a_stage_that_is_no_function_is_refused(no_seams):
    no_seams.PIPELINES = {"prospecting": [("harvest", "config.version.VERSION")]}
    assert [problem.id for problem in checks.seams_resolve(None)] == ["leadloom.E002"]


def test_real_mail_without_a_transport_is_noticed_at_deployment(settings):
    settings.OFFLINE_PROVIDERS = False
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    assert [problem.id for problem in checks.mail_is_real(None)] == ["leadloom.W001"]
