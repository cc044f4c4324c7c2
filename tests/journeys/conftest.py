"""What every journey begins with: a furnished house in a state folder of its own, and hands that work."""

import pytest

from campaigns.services import estimates, language
from leads.services import scoring
from tests.factories import SenderFactory
from tests.journeys.postbox import Postbox


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    """Uploads, error files and the offline post office's book belong to one journey."""
    settings.VAR, settings.MEDIA_ROOT = tmp_path, str(tmp_path / "media")
    settings.INBOUND_SECRET = "open-sesame"


@pytest.fixture
def house(db, manager, rep):
    """A team with its mailbox, prices, rules and models: ready to plan a campaign."""
    estimates.seed_prices()
    scoring.seed_rules()
    language.seed_models()
    SenderFactory(email="rep@mail.example", reply_domain="in.mail.example")
    return manager.team


@pytest.fixture
def postbox(settings):
    """A real mail server on this machine; mail leaves by SMTP while it is open."""
    with Postbox() as box:
        settings.OFFLINE_PROVIDERS = False
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        yield box
