"""Log lines without personal data: one JSON object per line, never content.

A log is read by people who may not read a case. An exception's text can hold what somebody typed (a database
error quotes the row), so only its type and the places in the code are written.
"""

import json
import logging
import re
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any
from uuid import UUID

#: A name in the code, such as `hub:case` or `hub.tasks.tick`. No digits: a number can be somebody's.
_NAME = re.compile(r"(?=.{1,100}\Z)[a-z]+(?:[_.:-]+[a-z]+)*")


def _name(value: object) -> bool:
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def _number(value: object) -> bool:
    """A duration or a count; an integer as long as a personnummer is none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e8


def _status(value: object) -> bool:
    return isinstance(value, int) and 100 <= value <= 599


def _random(value: object) -> bool:
    """A reference that was drawn by lot."""
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True


#: The fields of `extra=` that a line may have, and what each may hold. Whatever else is passed is not written: a field
#: is added here by whoever can say that it never names, describes or points at a person.
FIELDS: Mapping[str, Callable[[object], bool]] = {
    "count": _number,
    "request_id": _random,
    "route": _name,
    "seconds": _number,
    "status": _status,
    "task": _name,
    "task_id": _random,
}


class JsonFormatter(logging.Formatter):
    """Time (UTC), level, logger, message and, for an error, its type and where it happened."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        line |= _fields(record)
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


def _fields(record: logging.LogRecord) -> dict[str, object]:
    """What came by `extra=`, is in FIELDS and looks as it should."""
    given = {name: getattr(record, name, None) for name in FIELDS}
    kept = {name: value for name, value in given.items() if value is not None and FIELDS[name](value)}
    return {name: str(value) if isinstance(value, UUID) else value for name, value in kept.items()}


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
