"""What every house needs before anybody works in it: roles, prices, language models, rules, a mailbox."""

from campaigns.services import estimates, language, roles
from leads.services import rulebook
from outreach.services import defaults


def seed() -> None:
    """Create what is missing; run again, it changes nothing."""
    roles.seed_roles()
    estimates.seed_prices()
    language.seed_models()
    rulebook.seed_rules()
    defaults.ensure_sender()
