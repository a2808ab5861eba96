from __future__ import annotations

import enum
import logging
import stat
import sys
import threading
from types import SimpleNamespace

import pytest
import structlog

from sonar_desktop.platform import redacting_log as module
from sonar_desktop.platform.redacting_log import OLDER_FILES, EventLog

CANARY = "Zephyrine Quillfeather"
RECORD = "0192d3a4-0000-7000-8000-000000000001"


class Reason(enum.StrEnum):
    NO_NETWORK = CANARY


class Log:
    def __init__(self, path):
        self.path = path
        self.events = EventLog(path)

    def text(self):
        return "".join(
            file.read_text(encoding="utf-8") for file in sorted(self.path.parent.iterdir())
        )

    def last(self):
        return self.text().splitlines()[-1]


@pytest.fixture
def log(tmp_path):
    level = logging.getLogger().level
    started = Log(tmp_path / "sonar.log")
    yield started
    started.events.stop()
    logging.getLogger().setLevel(level)


def test_an_event_is_one_line_with_its_ids_and_counts(log):
    structlog.get_logger("sync").info(
        "sync.pushed", count=3, record=RECORD, pending=True, reason=Reason.NO_NETWORK
    )
    stamp, rest = log.last().split(" ", 1)
    assert stamp.endswith("Z")
    assert rest == f"INFO sync sync.pushed count=3 pending=True reason=no_network record={RECORD}"


@pytest.mark.parametrize(
    "fields",
    [
        {"name": CANARY},
        {"note": CANARY},
        {"count": CANARY},
        {"reason": CANARY},
        {"record": CANARY},
        {"user": "smith"},
        {"error": ValueError(CANARY)},
        {"msg": CANARY, "args": CANARY},
        {"seconds": 1.5},
    ],
)
def test_a_field_that_might_hold_somebodys_words_is_not_written(log, fields):
    structlog.get_logger("ui").info("ui.opened", **fields)
    assert log.last().endswith(" INFO ui ui.opened")


def test_the_type_of_an_error_may_be_written(log):
    structlog.get_logger("ui").info("ui.failed", error=ValueError)
    assert log.last().endswith("ui.failed error=ValueError")


@pytest.mark.parametrize(
    ("message", "args"),
    [
        (CANARY, ()),
        ("patient %s", (CANARY,)),
        ("sync.pushed %s", (CANARY,)),
        (CANARY.lower().replace(" ", "-"), ()),
        (f"opened.{CANARY}", ()),
    ],
)
def test_free_text_of_anyone_is_dropped_and_its_place_kept(log, expect_log, message, args):
    expect_log("library.of.others")
    logging.getLogger("library.of.others").warning(message, *args)
    assert "Quillfeather" not in log.text()
    assert "quillfeather" not in log.text()
    assert "WARNING library.of.others text_dropped at=platform/test_redacting_log.py:" in log.last()


def test_a_logger_named_after_somebody_is_unnamed(log):
    logging.getLogger(CANARY).info("a.line")
    assert " INFO unnamed a.line" in log.last()


def test_an_exception_is_written_as_types_and_lines_only(log, expect_log):
    expect_log("db.failed")

    def find():
        cell = CANARY
        raise ValueError(f"no such patient: {cell}")

    def fail():
        try:
            find()
        except ValueError as error:
            raise KeyError(CANARY) from error

    try:
        fail()
    except KeyError:
        structlog.get_logger("db").exception("db.failed")
    assert "Quillfeather" not in log.text()
    assert "raised=KeyError by=platform/test_redacting_log.py:" in log.last()
    assert log.last().endswith("cause=ValueError")


def test_an_uncaught_exception_shows_neither_text_nor_locals(log, capsys, expect_log):
    expect_log("error.uncaught")

    def fail():
        raise ValueError(CANARY)

    try:
        fail()
    except ValueError:
        sys.excepthook(*sys.exc_info())
    shown = capsys.readouterr().err
    assert shown.startswith("raised=ValueError by=platform/test_redacting_log.py:")
    assert "CRITICAL sonar error.uncaught raised=ValueError" in log.last()
    assert "Quillfeather" not in shown + log.text()


def test_an_uncaught_exception_of_a_thread_shows_no_text_either(log, capsys, expect_log):
    expect_log("error.uncaught")

    def fail():
        raise OSError(CANARY)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert "raised=OSError" in log.last()
    assert "Quillfeather" not in capsys.readouterr().err + log.text()


def test_stopping_by_hand_is_no_error(log, capsys):
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert capsys.readouterr().err == "interrupted\n"
    assert log.text() == ""


def test_the_log_is_for_this_account_only_and_its_size_is_capped(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LARGEST_FILE", 4096)
    events = EventLog(tmp_path / "sonar.log")
    line = logging.LogRecord("busy", logging.INFO, __file__, 1, "busy.line", None, None)
    for _ in range(1000):
        events._handler.handle(line)
    events.stop()
    files = list(tmp_path.iterdir())
    assert len(files) == OLDER_FILES + 1
    assert max(file.stat().st_size for file in files) <= 4096
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_line_that_a_full_disk_refuses_is_not_printed_instead(log, capsys, monkeypatch):
    def full(_text):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(log.events._handler, "stream", SimpleNamespace(write=full))
        patch.setattr(log.events._handler, "shouldRollover", lambda _: False)
        logging.getLogger("ui").info(CANARY)
    assert capsys.readouterr().err == ""
    assert log.text() == ""


def test_stopping_gives_the_hooks_back(tmp_path):
    before = sys.excepthook, threading.excepthook
    events = EventLog(tmp_path / "other.log")
    assert sys.excepthook is not before[0]
    events.stop()
    assert (sys.excepthook, threading.excepthook) == before
