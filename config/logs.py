"""Log lines without personal data: one JSON object per line, never content.

A log is read by people who may not read a case. An exception's text can hold what somebody typed (a database
error quotes the row), so only its type and the places in the code are written.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any


class JsonFormatter(logging.Formatter):
    """Time (UTC), level, logger, message and, for an error, its type and where it happened."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        request_id = getattr(record, "request_id", None)
        if request_id:
            line["request_id"] = str(request_id)
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _places(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False)


def _message(record: logging.LogRecord) -> str:
    """The message, without what a person or a page put into it.

    A failed task is written without the exception's text and the task's arguments; an answer that Django logs (a page
    not found, a form refused) with its route, since its address can name whom it is about or hold what was typed.
    """
    data = getattr(record, "data", None)
    if record.name == "celery.app.trace" and isinstance(data, dict):
        return f"Task {data.get('name')}[{data.get('id')}] {data.get('description', 'done')}"
    status = getattr(record, "status_code", None)
    if status is not None:
        request = getattr(record, "request", None)
        route = getattr(getattr(request, "resolver_match", None), "view_name", None) or "no route"
        return f"{getattr(request, 'method', None) or '-'} {route}: {status}"
    if record.name.startswith("django.security"):
        return "refused as unsafe"
    return record.getMessage()


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]


def to_stderr(*, level: str) -> dict[str, Any]:
    """Everything goes to standard error, one line of JSON each."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "config.logs.JsonFormatter"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # Only what failed; a log of every address would say who was read.
            "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
        },
    }
