"""``manage.py create_token USER --scope S…``: a key for another system, printed once."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from campaigns.models import User
from campaigns.models.token import SCOPES
from campaigns.services import tokens


class Command(BaseCommand):
    """Print the key alone on the standard output, everything else beside it."""

    help = "Make a key of the REST API for a user and print it once; only its digest is stored."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read the user, the scopes, the days and the name."""
        parser.add_argument("user", help="user name or e-mail address")
        parser.add_argument(
            "--scope", nargs="+", action="extend", default=[], help=f"one or more of: {', '.join(SCOPES)}"
        )
        parser.add_argument("--expires", type=int, default=365, metavar="DAYS", help="days, at most 365")
        parser.add_argument("--name", default="", help="what the key is for")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the key."""
        user = _find(options["user"])
        life = timedelta(days=options["expires"])
        try:
            token, plain = tokens.issue(user, options["scope"], name=options["name"], expires_in=life)
        except tokens.TokenRefused as error:
            raise CommandError(str(error)) from error
        self.stderr.write(
            f"Key of {user.username} for {', '.join(token.scopes)} until {token.expiry:%Y-%m-%d}."
        )
        self.stderr.write("It is shown only now; send it as «Authorization: Bearer KEY».")
        self.stdout.write(plain)


def _find(name: str) -> User:
    field = "email__iexact" if "@" in name else "username"
    found = list(User.objects.filter(**{field: name})[:2]) or list(User.objects.filter(username=name))
    if len(found) != 1:
        raise CommandError(f"There {'is no' if not found else 'is more than one'} user {name}.")
    return found[0]
