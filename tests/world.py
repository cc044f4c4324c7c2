"""A world of its own for each test process, chosen before Django reads its settings (``-p tests.world``)."""

import atexit
import os
import re
import shutil
import tempfile

BASE = "LEADLOOM_TEST_BASE"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")

if BASE not in os.environ:
    os.environ[BASE] = tempfile.mkdtemp(prefix="leadloom-tests-")
    atexit.register(shutil.rmtree, os.environ[BASE], ignore_errors=True)

os.environ["LEADLOOM_VAR"] = os.path.join(os.environ[BASE], WORKER or "alone")
os.environ["OFFLINE_PROVIDERS"] = "true"
os.environ.setdefault("LOG_LEVEL", "WARNING")
if WORKER and os.environ.get("REDIS_URL"):  # a Redis database each: one must not empty the other's cache
    number = 1 + int(re.sub(r"\D", "", WORKER))
    os.environ["REDIS_URL"] = re.sub(r"/\d*$", "", os.environ["REDIS_URL"]) + f"/{number}"
