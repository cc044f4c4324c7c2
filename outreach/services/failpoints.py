"""Named places where a crash test may kill the process for real: off unless an environment variable says so.

``LEADLOOM_FAILPOINT=after_accept:0.05`` kills the process with 5 % probability each time it gets there.
"""

import os
import random
import signal

POINTS = ("after_claim", "after_compose", "after_accept", "before_mark", "after_mark")


def hit(point: str) -> None:
    """Die here, without a word to anybody, if this place was chosen."""
    name, _, chance = os.environ.get("LEADLOOM_FAILPOINT", "").partition(":")
    if point == name and random.random() < float(chance or 1):  # noqa: S311
        os.kill(os.getpid(), signal.SIGKILL)
