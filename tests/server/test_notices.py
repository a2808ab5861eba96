"""What server processes tell each other: on the commit, and found by looking where it was lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import psycopg
import pytest

from sonar_core.ids import to_bytes
from sonar_server import epochs
from sonar_server.scopes import ScopeKey
from sonar_server.store import notices, places
from sonar_server.store.errors import UnavailableError
from sonar_server.store.notices import Moved, Notice, Revoked
from tests.postgres import for_superuser
from tests.server.pc import NOW

NEVER = 3600.0
LONGEST_S = 30.0


def heard(url: str, act: Callable[[], object], wanted: Callable[[Notice], bool]) -> None:
    """Follow a database, act once everything that stands was told, and wait for one notice."""

    async def listen() -> None:
        came, told, is_acting = asyncio.Event(), asyncio.Event(), False

        def tell(notice: Notice) -> None:
            told.set()
            if is_acting and wanted(notice):
                came.set()

        following = asyncio.create_task(notices.follow(url, tell))
        async with asyncio.timeout(LONGEST_S):
            await told.wait()
            is_acting = True
            await asyncio.to_thread(act)
            await came.wait()
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following

    asyncio.run(listen())


@pytest.fixture
def no_looking(monkeypatch):
    monkeypatch.setattr(notices, "LOOK_SECONDS", NEVER)


def clinical(pc) -> ScopeKey:
    return ScopeKey(to_bytes(pc.enrolled.site), "clinical")


def test_a_commit_is_told_without_anybody_looking(no_looking, central, new_pc):
    pc = new_pc()
    heard(
        central.database.url,
        lambda: pc.push(*pc.wrote(*pc.admitted())),
        lambda notice: isinstance(notice, Moved) and notice.key == clinical(pc) and notice.seq == 2,
    )


def test_a_device_taken_out_of_use_is_told(no_looking, central, pc):
    device = pc.enrolled.device
    heard(
        central.database.url,
        lambda: central.database.run(lambda t: places.set_revoked(t, device, NOW)),
        lambda notice: notice == Revoked(device=device),
    )


def test_a_new_epoch_lets_everybody_look(no_looking, fresh_central):
    heard(
        fresh_central.database.url,
        lambda: epochs.begin(fresh_central),
        lambda notice: isinstance(notice, Moved) and notice.epoch > 1,
    )


def test_what_a_newer_server_says_is_a_reason_to_look(no_looking, central, pc):
    def say() -> None:
        with psycopg.connect(for_superuser(central.database.url), autocommit=True) as connection:
            connection.execute("SELECT pg_notify('sonar_notices', '{\"type\":\"weather\"}')")

    heard(central.database.url, say, lambda notice: isinstance(notice, Moved))


def test_a_notice_that_was_lost_is_found_by_looking(monkeypatch, central, new_pc):
    monkeypatch.setattr(notices, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(notices, "_read", lambda _payload: Revoked(device="another"))
    pc = new_pc()
    heard(
        central.database.url,
        lambda: pc.push(*pc.wrote(*pc.admitted())),
        lambda notice: isinstance(notice, Moved) and notice.key == clinical(pc) and notice.seq == 2,
    )


def test_a_database_that_is_away_cannot_be_followed():
    with pytest.raises(UnavailableError):
        asyncio.run(notices.follow("postgresql://127.0.0.1:1/nobody", lambda _notice: None))
