from __future__ import annotations

import asyncio
from http import HTTPStatus

import pytest

from sonar_core.sync.messages import Hint
from sonar_server import noticeboard
from sonar_server.errors import RefusedError
from sonar_server.noticeboard import Noticeboard, Watcher
from sonar_server.scopes import ScopeKey
from sonar_server.store.notices import LookAgain, Moved, Revoked

KEY, OTHER = ScopeKey(b"s" * 16, "clinical"), ScopeKey(b"t" * 16, "clinical")
NEVER = 60.0


def moved(seq: int, *, key: ScopeKey = KEY, epoch: int = 1) -> Moved:
    return Moved(key=key, epoch=epoch, seq=seq)


def hint(seq: int, epoch: int = 1) -> Hint:
    return Hint(scope="s/clinical", epoch=epoch, seq=seq)


def watcher(told: tuple[int, int] | None = None, device: str = "pc") -> Watcher:
    return Watcher(
        device=device,
        names={KEY: "s/clinical"},
        told={} if told is None else {"s/clinical": told},
    )


@pytest.fixture
def board():
    made = Noticeboard()
    made.hear(moved(5))
    return made


def news(board: Noticeboard, waiting: Watcher, seconds: float = NEVER):
    return asyncio.run(board.news(waiting, seconds))


def test_who_knows_nothing_is_told_at_once_where_the_scopes_stand(board):
    pc = watcher()
    board.enter(pc)
    assert news(board, pc) == (hint(5),)
    assert news(board, pc, 0) == ()


def test_who_knows_where_the_scopes_stand_is_told_nothing(board):
    pc = watcher(told=(1, 5))
    board.enter(pc)
    assert news(board, pc, 0) == ()


def test_a_move_ends_the_waiting_and_many_moves_are_one_hint(board):
    pc = watcher(told=(1, 5))
    board.enter(pc)

    async def wait() -> object:
        waiting = asyncio.create_task(board.news(pc, NEVER))
        await asyncio.wait([waiting], timeout=0)
        for seq in (6, 7, 8):
            board.hear(moved(seq))
        return await waiting

    assert asyncio.run(wait()) == (hint(8),)


def test_another_sites_move_wakes_nobody(board):
    pc = watcher(told=(1, 5))
    board.enter(pc)
    board.hear(moved(9, key=OTHER))
    assert not pc.stirred.is_set()


def test_what_is_heard_late_does_not_take_a_scope_back(board):
    pc = watcher(told=(1, 5))
    board.enter(pc)
    board.hear(moved(7))
    board.hear(moved(6))
    assert news(board, pc) == (hint(7),)


def test_a_new_epoch_is_news_though_its_numbers_are_lower(board):
    pc = watcher(told=(1, 5))
    board.enter(pc)
    board.hear(moved(3, epoch=1_795_000_000))
    assert news(board, pc) == (hint(3, epoch=1_795_000_000),)


def test_a_device_taken_out_of_use_waits_no_longer(board):
    pc, other = watcher(), watcher(device="other")
    board.enter(pc)
    board.enter(other)
    board.hear(Revoked(device="pc"))
    board.hear(Revoked(device="not here"))
    board.hear(LookAgain())
    assert news(board, pc) is None
    assert news(board, other) == (hint(5),)


def test_a_device_waits_in_one_place_the_last(board):
    first, second = watcher(), watcher()
    board.enter(first)
    board.enter(second)
    assert news(board, first) is None
    board.leave(first)
    assert board.count == 1
    assert news(board, second) == (hint(5),)
    board.leave(second)
    assert board.count == 0
    board.hear(moved(6))
    assert not board._by_scope


def test_when_nothing_is_heard_of_the_database_nobody_is_left_to_wait_in_vain(board):
    pc, late = watcher(), watcher(device="late")
    board.enter(pc)
    board.fall_silent()
    assert news(board, pc) is None
    with pytest.raises(RefusedError) as refused:
        board.require_room(late)
    assert refused.value.status == HTTPStatus.SERVICE_UNAVAILABLE
    board.enter(late)
    assert news(board, late) is None


def test_only_so_many_devices_wait_at_once_but_who_waits_may_come_again(board, monkeypatch):
    monkeypatch.setattr(noticeboard, "MOST_WATCHERS", 1)
    board.enter(watcher())
    board.require_room(watcher())
    with pytest.raises(RefusedError):
        board.require_room(watcher(device="other"))
