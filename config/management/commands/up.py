"""``python3 manage.py up``: the one command. It prepares what is missing and serves the whole product."""

import os
import secrets
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from campaigns.models import User
from campaigns.models.user import Role
from config import embedded, static_files
from config.seeding import seed
from config.simulation import workspace
from leads.services.privacy import replaying

LOOPBACK = ("127.0.0.1", "::1")
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared, not bound


class Command(BaseCommand):
    """Migrate, fill an empty workspace, then serve web, worker and scheduler in one process."""

    help = "Start Leadloom: web, worker and scheduler in one process. Ctrl-C stops it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--host", default="127.0.0.1", help="Address to listen on (default 127.0.0.1).")
        parser.add_argument("--port", type=int, default=8000, help="Port to listen on (default 8000).")
        parser.add_argument("--no-demo", action="store_true", help="Start empty, with one admin only.")

    def handle(self, *args: str, **options: Any) -> None:
        """Take the lock and the port, prepare, serve."""
        lock = self._lock() if settings.EMBEDDED_WORKER else None
        listener = self._listen(options["host"], options["port"])
        self._name_links(listener.getsockname()[1])
        self._prepare(demo=not options["no_demo"])
        embedded.serve(listener, lambda: self._welcome(*listener.getsockname()[:2]))
        del lock

    def _lock(self) -> Any:
        try:
            return embedded.only_one()
        except embedded.AlreadyRunning as other:
            raise CommandError(
                f"Leadloom already runs on {settings.VAR} (process {other}). Stop that one first, or give "
                "this one a state folder of its own with LEADLOOM_VAR=/another/folder."
            ) from other

    def _listen(self, host: str, port: int) -> Any:
        try:
            return embedded.listen(host, port)
        except embedded.PortTaken as error:
            raise CommandError(f"Cannot listen on {host}:{port} ({error}). Try --port {port + 1}.") from error

    def _name_links(self, port: int) -> None:
        """Let forms and letters link to the port that is served, unless PUBLIC_URL says where that is."""
        if "PUBLIC_URL" not in os.environ:
            settings.PUBLIC_URL = os.environ["PUBLIC_URL"] = f"http://localhost:{port}"

    def _prepare(self, *, demo: bool) -> None:
        """Bring tables, static files and first people up to date."""
        call_command("migrate", interactive=False, verbosity=0)
        replaying.catch_up()  # an older copy of the data may hold people who asked to be forgotten
        static_files.collect_if_changed()
        if User.objects.exists():
            return
        if demo:
            self._fill()
        else:
            seed()
            self._make_first_admin()

    def _fill(self) -> None:
        """Let a process of its own live the demo's weeks, so that the server starts with clean memory."""
        sys.stdout.flush()
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "demo"]
        if subprocess.run(command, check=False).returncode:  # noqa: S603
            raise CommandError("The demo could not be loaded; see above. «up --no-demo» starts empty.")

    def _make_first_admin(self) -> None:
        password = secrets.token_urlsafe(12)
        User.objects.create_superuser("admin", "admin@localhost", password, role=Role.ADMIN)
        self._say(
            f"First sign-in: admin / {password}  (shown once; change it under /accounts/password/change/)"
        )

    def _welcome(self, host: str, port: int) -> None:
        """Say where the product is, and who can sign in as long as the demo people keep their password."""
        names = [username for username, *_ in workspace.STAFF]
        person = User.objects.filter(username__in=names, is_active=True).first()
        if person and person.check_password(workspace.PASSWORD):
            self._say(f"Demo sign-ins, all with password {workspace.PASSWORD}: {', '.join(names)}")
            if host not in LOOPBACK:
                self._say(
                    "Everybody who reaches this machine can use them: start with --no-demo for real work."
                )
        name = "localhost" if host in (*LOOPBACK, *EVERYWHERE) else host
        self._say(f"Leadloom is ready at http://{name}:{port}/ (Ctrl-C stops it)")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        sys.stdout.flush()
