"""What must be right before a campaign's mail may leave; listed in ``settings.PREFLIGHT_CHECKS``."""

from campaigns.models import Campaign
from campaigns.services.preflight import Problem
from outreach.models import Sender, Sequence, SequenceVersion
from outreach.services import tokens, versions


def check_sender(campaign: Campaign) -> list[Problem]:
    """Somebody must send."""
    if Sender.objects.filter(is_active=True).exists():
        return []
    return [Problem("sender", "Add an active sender: nobody can send yet.", fix_url_name="outreach:senders")]


def check_sequence(campaign: Campaign) -> list[Problem]:
    """There must be something to say, published and complete."""
    found = published(campaign)
    if not found:
        text = "Publish a sequence for this campaign: there is nothing to send yet."
        return [Problem("sequence", text, fix_url_name="outreach:sequences")]
    return [
        Problem("sequence_text", f"«{version.sequence}»: {text}", fix_url_name="outreach:sequences")
        for version in found
        for text in versions.problems(version)
    ]


def check_tokens(campaign: Campaign) -> list[Problem]:
    """Nobody may get «Hi ,»: people who lack a token would be passed over, so it is said before."""
    return [
        Problem(
            "missing_token",
            f"{count} {'person has' if count == 1 else 'people have'} no value for {{{{{name}}}}} in"
            f" «{version.sequence}». Give it a default, such as {{{{{name}|there}}}}.",
            fix_url_name="outreach:sequences",
        )
        for version in published(campaign)
        for name, count in tokens.missing_tokens(version, campaign)
    ]


def published(campaign: Campaign) -> list[SequenceVersion]:
    """Return the versions that new people of the campaign may get."""
    own = list(campaign.sequences.filter(is_active=True))
    shared = [] if own else list(Sequence.objects.filter(campaign=None, is_active=True))
    return [version for sequence in own or shared if (version := versions.current(sequence))]
