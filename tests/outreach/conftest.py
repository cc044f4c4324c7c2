"""Tests of outreach have a post office of their own."""

import pytest

from outreach.providers import post_office


@pytest.fixture
def office(tmp_path, settings):
    """The offline post office with an empty book."""
    settings.VAR, settings.OFFLINE_PROVIDERS = tmp_path, True
    return post_office
