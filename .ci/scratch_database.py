"""Run a command with ``DATABASE_URL`` naming a new, empty PostgreSQL database, dropped afterwards."""

import os
import subprocess
import sys
import uuid

import psycopg


def main() -> int:
    """Create the database, run the command given as arguments, drop the database."""
    base = os.environ["DATABASE_URL"]
    name = f"leadloom_ci_{uuid.uuid4().hex[:8]}"
    own = f"{base.rpartition('/')[0]}/{name}"
    with psycopg.connect(base, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            env = {**os.environ, "DATABASE_URL": own}
            return subprocess.run(sys.argv[1:], env=env, check=False).returncode  # noqa: S603
        finally:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


if __name__ == "__main__":
    sys.exit(main())
