"""The server, that kills itself at one numbered place of the exchange it is told of by a file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

import psycopg
from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from sonar_core.sync.messages import End, Frame
from sonar_server import cli
from sonar_server.api import answering, app
from sonar_server.gate import Gate
from sonar_server.service import DeviceService
from sonar_server.store import log, operations
from sonar_server.store.database import Database
from tests.journeys.fault_points import Points
from tests.journeys.nursery import say

T = TypeVar("T")
POINTS: Final = Points(say)
_here: Final = threading.local()
_WRITES: Final = ("INSERT INTO", "UPDATE scope", "UPDATE op", "DELETE FROM")


def _at(place: str) -> None:
    step = getattr(_here, "step", None)
    if step is not None:
        POINTS.pass_by(step, place)


def _first(place: str) -> None:
    been = getattr(_here, "been", None)
    if been is not None and place not in been:
        been.add(place)
        _at(place)


def _named(owner: Any, method: str, step: Callable[..., str]) -> None:
    """Let a method's transactions be called so."""
    original = getattr(owner, method)

    def call(*given: Any, **named: Any) -> Any:
        _here.step = step(*given)
        try:
            return original(*given, **named)
        finally:
            _here.step = None

    setattr(owner, method, call)


def _watch_transactions() -> None:
    run, execute = Database.run, psycopg.Cursor.execute

    def watched(database: Database, work: Callable[[Connection], T]) -> T:
        def begun(transaction: Connection) -> T:
            _here.been = set()
            return work(transaction)

        _at("before BEGIN")
        try:
            answer = run(database, begun)
        finally:
            _here.been = None
        _at("after COMMIT")
        return answer

    def executed(cursor: Any, query: Any, *given: Any, **named: Any) -> Any:
        done = execute(cursor, query, *given, **named)
        _first("after BEGIN")
        if any(word in str(query) for word in _WRITES):
            _first("first write")
        return done

    Database.run = watched  # type: ignore[method-assign, assignment]
    psycopg.Cursor.execute = executed  # type: ignore[method-assign]
    event.listen(Engine, "commit", lambda _: _at("before COMMIT"))
    for module in (log, operations):
        _watch_copies(module)


def _watch_copies(module: Any) -> None:
    copy = module.write_all

    def watched(transaction: Connection, *appended: Any) -> None:
        for table, rows in appended:
            copy(transaction, (table, rows))
            _at(f"{table.name} is written")

    module.write_all = watched


def _watch_answers() -> None:
    answer, pull = answering.answered_with, DeviceService.pull

    def answered(request: Any, message: Any) -> Any:
        POINTS.pass_by(request.url.path.rpartition("/")[2], "before the answer")
        return answer(request, message)

    def frames(service: DeviceService, asked: Any) -> Iterator[Frame]:
        for frame in pull(service, asked):
            POINTS.pass_by(
                "pull", "the End is sent" if isinstance(frame, End) else "a frame is sent"
            )
            yield frame

    answering.answered_with = answered
    DeviceService.pull = frames  # type: ignore[method-assign]


def _arm(file: Path) -> None:
    """From the greeting on that finds the file, pass by points: its text is where to end."""
    hello = app.hello

    def greeted(*given: Any) -> Any:
        if file.exists():
            POINTS.count_from_here(file.read_text() or None)
            file.unlink()
        return hello(*given)

    app.hello = greeted


def work(task: dict[str, Any]) -> None:
    _named(Gate, "device", lambda *given: f"{given[3].rpartition('/')[2]}'s sender")
    _named(DeviceService, "push", lambda *_: "push")
    _named(DeviceService, "begin_anew", lambda *_: "begin_anew")
    _named(DeviceService, "_checked", lambda *_: "pull's heads")
    _named(DeviceService, "_page", lambda *_: "pull's page")
    _watch_transactions()
    _watch_answers()
    _arm(Path(task["arm"]))
    cli.main(task["arguments"])
