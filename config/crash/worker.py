"""One worker of the crash harness: the command ``work`` in a process of its own.

The processes come from a fork server that has loaded the product once, so that a successor is there at once;
no connection and no thread is inherited.
"""

import multiprocessing
import os

import django
from django.core.management import call_command

django.setup()

Worker = multiprocessing.context.ForkServerProcess
#: Short leases, so that a dead worker's rows are free soon, and small batches, so that there is a middle.
HASTE = {"LEASE_SECONDS": "2", "LEADLOOM_POST_OFFICE_BATCH": "20"}
_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload([__name__])


def start(failpoint: str = "") -> Worker:
    """Start a worker; the first call starts the fork server with the environment as it is then."""
    os.environ.update(HASTE)
    worker = _server.Process(target=_work, args=(failpoint,), daemon=True)
    worker.start()
    return worker


def _work(failpoint: str) -> None:
    os.environ["LEADLOOM_FAILPOINT"] = failpoint
    call_command("work", pause=0.1)
