"""The log: event codes, ids and counts in one size-capped file, and nothing anyone typed.

Our own code logs with structlog, `structlog.get_logger("sync").info("sync.pushed", count=3)`.
Lines of libraries are kept by level, logger and place in the source only: their text may quote
anything. Exceptions are kept as types and lines of source, never with their text.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
import time
from enum import Enum
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Final

import structlog
from structlog.typing import EventDict

LARGEST_FILE: Final = 1024 * 1024
OLDER_FILES: Final = 3

EVENT_CODE: Final = re.compile(r"[a-z]+(?:[._][a-z0-9]+){1,6}")
"""An event's name: at least two lower-case words. Anything else is dropped as free text."""

FIELDS: Final = frozenset(
    {
        "attempt",
        "bytes",
        "commit_no",
        "conflicts",
        "count",
        "device",
        "drafts",
        "episode",
        "error",
        "kind",
        "ms",
        "op_id",
        "op_seq",
        "ops",
        "pending",
        "place",
        "platform",
        "reason",
        "record",
        "rows",
        "schema_v",
        "scope",
        "seconds",
        "seq",
        "site",
        "state",
        "status",
        "txn_id",
        "user",
        "version",
    }
)
"""The only fields written, each an int, a bool, an id, or a member of an enumeration of ours."""

_ID: Final = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32,64}"
)
_QUIET_LIBRARIES: Final = ("keyring", "jeepney", "asyncio")


class RedactingFormatter(logging.Formatter):
    """Writes what is on the lists above, whatever the caller passed."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line: time in UTC, level, logger, event code, fields, exception."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        parts = [f"{stamp}.{int(record.msecs):03d}Z", record.levelname, _safe_name(record.name)]
        message = record.msg if isinstance(record.msg, str) and not record.args else ""
        if EVENT_CODE.fullmatch(message):
            parts.append(message)
            parts.extend(
                f"{name}={written}"
                for name, value in sorted(record.__dict__.items())
                if name in FIELDS and (written := _written(value)) is not None
            )
        else:
            parts.append(f"text_dropped at={_source(record.pathname)}:{record.lineno}")
        if record.exc_info and record.exc_info[0] is not None:
            parts.append(described(record.exc_info[0], record.exc_info[1], record.exc_info[2]))
        return " ".join(parts)


class _CappedFile(RotatingFileHandler):
    def _open(self) -> TextIOWrapper:
        """Open each new file for this account only."""
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return TextIOWrapper(os.fdopen(handle, "ab"), encoding=self.encoding)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Drop a line that a full disk refuses: logging itself would print it with its text."""


def described(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> str:
    """Return an exception as types and places of source: no text, no values, no locals."""
    lines = []
    while trace is not None:
        code = trace.tb_frame.f_code
        lines.append(f"{_source(code.co_filename)}:{trace.tb_lineno}")
        trace = trace.tb_next
    words = f"raised={kind.__name__} by={'>'.join(lines) or 'unknown'}"
    cause = error.__cause__ if error is not None else None
    return words if cause is None else f"{words} cause={type(cause).__name__}"


class EventLog:
    """The log of a running program: from here on every line and uncaught exception goes to it."""

    def __init__(self, path: Path) -> None:
        """Open the file, whose folder exists (`paths.prepare`).

        Raises:
            OSError: the file cannot be written.
        """
        self._handler = _CappedFile(
            path, maxBytes=LARGEST_FILE, backupCount=OLDER_FILES, encoding="utf-8"
        )
        self._handler.setFormatter(RedactingFormatter())
        root = logging.getLogger()
        root.addHandler(self._handler)
        root.setLevel(logging.INFO)
        for name in _QUIET_LIBRARIES:
            logging.getLogger(name).setLevel(logging.WARNING)
        structlog.configure(
            processors=[
                structlog.stdlib.filter_by_level,
                _only_known_fields,
                structlog.stdlib.render_to_log_kwargs,
            ],
            logger_factory=structlog.stdlib.LoggerFactory(),
            wrapper_class=structlog.stdlib.BoundLogger,
            cache_logger_on_first_use=False,
        )
        self._hooks = sys.excepthook, threading.excepthook
        sys.excepthook = _uncaught
        threading.excepthook = _uncaught_in_thread

    def stop(self) -> None:
        """Close the file and give the hooks back."""
        logging.getLogger().removeHandler(self._handler)
        self._handler.close()
        structlog.reset_defaults()
        sys.excepthook, threading.excepthook = self._hooks


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.stderr.write("interrupted\n")
        return
    logging.getLogger("sonar").critical("error.uncaught", exc_info=(kind, error, trace))
    sys.stderr.write(described(kind, error, trace) + "\n")


def _uncaught_in_thread(happened: threading.ExceptHookArgs) -> None:
    if happened.exc_value is not None:
        _uncaught(happened.exc_type, happened.exc_value, happened.exc_traceback)


def _only_known_fields(_: object, __: str, event: EventDict) -> EventDict:
    known = {name: value for name, value in event.items() if name in FIELDS}
    # `exc_info` is structlog's way to hand an exception on; it is written as types and lines.
    return known | {name: event[name] for name in ("event", "exc_info") if name in event}


def _written(value: object) -> str | None:
    """Return how a field is written, or None for what might be somebody's words."""
    if isinstance(value, Enum):
        # By its name in our source, so that an enumeration cannot carry a value of data.
        return value.name.lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, type) and issubclass(value, BaseException):
        return value.__name__
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    return None


def _safe_name(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_.]{1,60}", name) else "unnamed"


def _source(file: str) -> str:
    """Return the last two parts of a source path: enough to find it, without anyone's account."""
    return "/".join(Path(file).parts[-2:])
