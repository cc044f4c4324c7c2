"""Set the project up on a machine that has nothing but Python: a private environment, filled once.

Standard library only, and readable by older Pythons, so that they can be told what is missing.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".venv"
PYTHON = HOME / "bin" / "python"
LOCK = ROOT / "requirements" / "lock.txt"
INSTALLER = "uv==0.13.8"
SETS = {
    "run": ROOT / "requirements.txt",
    "scale": ROOT / "requirements" / "scale.txt",
    "dev": ROOT / "requirements" / "dev.txt",
}


def ensure(argv: list[str]) -> None:
    """Return inside an environment that holds every needed package, making it first if need be."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the very case that this line is for
        sys.exit(f"Leadloom needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    inside = os.path.realpath(sys.prefix) == os.path.realpath(str(HOME))
    foreign = sys.prefix != sys.base_prefix and not inside
    if foreign or os.environ.get("LEADLOOM_NO_BOOTSTRAP"):
        return
    missing = [name for name in _wanted(argv) if not _is_installed(name)]
    if missing:
        _install(missing)
    if not inside:
        sys.stdout.flush()
        os.execv(str(PYTHON), [str(PYTHON), *argv])  # noqa: S606


def _wanted(argv: list[str]) -> list[str]:
    """Name the requirement sets that this command needs."""
    names = ["run"]
    if os.environ.get("REDIS_URL") or _dotenv_names("REDIS_URL"):
        names.append("scale")
    if argv[1:2] == ["test"]:
        names.append("dev")
    return names


def _dotenv_names(variable: str) -> bool:
    """Whether the ``.env`` file sets ``variable``."""
    file = ROOT / ".env"
    return file.exists() and any(line.startswith(variable + "=") for line in file.read_text().splitlines())


def _stamp(name: str) -> Path:
    return HOME / (".installed" if name == "run" else ".installed-" + name)


def _fingerprint(name: str) -> str:
    """Digest what the installed set depends on: its two lists and the Python they were built for."""
    digest = hashlib.sha256(sys.version.encode())
    for file in (SETS[name], LOCK):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _is_installed(name: str) -> bool:
    try:
        return _stamp(name).read_text() == _fingerprint(name)
    except OSError:
        return False


def _install(names: list[str]) -> None:
    """Make the environment if it is not there and put the named sets into it, one process at a time."""
    started = time.monotonic()
    HOME.mkdir(exist_ok=True)
    with (HOME / ".bootstrap.lock").open("w") as lock:
        _hold(lock)
        names = [name for name in names if not _is_installed(name)]
        if not names:
            return
        _make_environment()
        _say(f"installing packages ({', '.join(names)}), about half a minute the first time")
        _install_packages([str(SETS[name]) for name in names])
        for name in names:
            _stamp(name).write_text(_fingerprint(name))
    _say(f"packages ready after {time.monotonic() - started:.0f} s")


def _hold(lock: TextIO) -> None:
    import fcntl

    fcntl.flock(lock, fcntl.LOCK_EX)


def _make_environment() -> None:
    """Create ``.venv``, or say what the system lacks for it."""
    if (HOME / "bin" / "pip").exists() and _runs(PYTHON, "-c", "import pip"):
        return
    _say("making a private Python environment in .venv")
    if not _runs(sys.executable, "-m", "venv", HOME):
        sys.exit(
            "Leadloom could not make its Python environment. On Debian and Ubuntu the module for it is a\n"
            "package of its own: apt-get install python3-venv, then start the same command again."
        )


def _install_packages(files: list[str]) -> None:
    """Install with uv, in a third of the time; with plain pip where uv cannot (it reads no pip.conf)."""
    lists = [word for file in files for word in ("-r", file)] + ["-c", str(LOCK)]
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "-q")
    uv = (HOME / "bin" / "uv", "pip", "install", "-q", "--python", PYTHON, "--compile-bytecode")
    if _runs(*pip, INSTALLER) and _runs(*uv, *lists):
        return
    _say("uv is not available here, going on with pip (about a minute)")
    if not _runs(*pip, *lists, quiet=False):
        sys.exit(
            "The packages could not be installed; the lines above say why. Usual reasons: no connection to\n"
            "a package index, or a proxy that pip does not know (PIP_INDEX_URL, HTTPS_PROXY)."
        )


def _runs(*words: object, quiet: bool = True) -> bool:
    """Run a command and tell whether it succeeded."""
    output = subprocess.DEVNULL if quiet else None
    try:
        done = subprocess.run([str(word) for word in words], stdout=output, stderr=output)  # noqa: S603
        return done.returncode == 0
    except OSError:
        return False


def _say(text: str) -> None:
    sys.stderr.write(f"Leadloom: {text}\n")
    sys.stderr.flush()


if __name__ == "__main__":  # python3 config/bootstrap.py dev: what `make check` calls
    chosen = [name for name in ["run", *sys.argv[1:]] if not _is_installed(name)]
    if chosen:
        _install(chosen)
