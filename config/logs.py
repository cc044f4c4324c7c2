"""Logs that a machine can read and that carry no personal data: addresses, numbers and keys are masked."""

import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

QUIET = ("celery", "kombu", "django_celery_beat", "amqp", "uvicorn", "asyncio", "httpx2", "faker", "mail.log")
MASKS = (
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "<address>"),
    (re.compile(r"(?<![\w.-])\+\d[\d ()-]{6,}\d"), "<number>"),
    (re.compile(r"\b(?:loom_|SG\.|sk-|Bearer |Token )[\w.-]{8,}"), "<key>"),
)


def logging_config(form: str, level: str) -> dict[str, Any]:
    """Return Django's ``LOGGING``: one handler, JSON unless a person is watching (``LOG_FORMAT`` decides)."""
    form = form or ("console" if sys.stderr.isatty() else "json")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": "config.logs.formatter", "form": form}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {name: {"level": "WARNING"} for name in QUIET} | {"django.request": {"level": "ERROR"}},
    }


def formatter(form: str) -> structlog.stdlib.ProcessorFormatter:
    """Return the formatter for every line, ours and the libraries'."""
    last: Any = structlog.dev.ConsoleRenderer() if form == "console" else structlog.processors.JSONRenderer()
    errors = [] if form == "console" else [structlog.processors.format_exc_info]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *errors, mask, last],
    )


def configure() -> None:
    """Send structlog's lines through the standard handlers."""
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def mask(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace what identifies a person or opens a door in every text of a log line."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = masked(value)
    return event


def masked(text: str) -> str:
    """Return ``text`` without addresses, telephone numbers and keys, on one line."""
    for pattern, instead in MASKS:
        text = pattern.sub(instead, text)
    return text.replace("\r", "\\r")


def _shared() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
