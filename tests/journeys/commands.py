"""Commands as people type them: processes of their own, in a scratch world of their own."""

import json
import os
import subprocess
import sys

from django.conf import settings


def told(*words):
    """Run a command of the house with ``--json``; return its exit code and the object it printed."""
    (answer,) = told_together(words)
    return answer


def told_together(*commands, timeout=110):
    """Run commands side by side; return the answer of each."""
    running = [_start(words) for words in commands]
    try:
        return [_answer(process, timeout) for process in running]
    finally:
        for process in running:
            process.kill()


def _start(words):
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *map(str, words), "--json"]
    env = {**os.environ, "LEADLOOM_NO_BOOTSTRAP": "1"}
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _answer(process, timeout):
    out, complaints = process.communicate(timeout=timeout)
    assert out.strip(), complaints
    return process.returncode, json.loads(out.splitlines()[-1])
