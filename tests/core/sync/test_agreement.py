from __future__ import annotations

from operator import attrgetter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sonar_core.sync.agreement import Search, StrangePlaceError
from sonar_core.sync.messages import Cursor
from sonar_core.sync.rows import FIRST_CHAIN

PLACE = attrgetter("seq", "chain")


def places(count: int) -> list[Cursor]:
    return [
        Cursor(
            scope="s",
            epoch=1,
            seq=2 * number,
            commit_no=number,
            chain=FIRST_CHAIN if number == 0 else bytes([number % 251]) * 32,
        )
        for number in range(count + 1)
    ]


@given(st.integers(0, 3000), st.data(), st.integers(2, 100))
def test_the_last_common_place_is_found_in_few_questions(count, data, most):
    mine = places(count)
    common = data.draw(st.integers(0, count))
    search = Search(mine, PLACE)
    rounds = 0
    found = mine[0]
    while not search.is_done:
        asked = search.ask(most)
        assert len(asked) <= most
        found = max((one for one in asked if one.commit_no <= common), key=lambda one: one.seq)
        search.learn(msgspec.structs.replace(found, epoch=9))
        rounds += 1
        assert rounds <= 13
    assert search.ask(most) == (mine[common],) == (search.found,)


def test_an_answer_that_was_not_asked_for_is_not_believed():
    search = Search(places(3), PLACE)
    search.ask(100)
    with pytest.raises(StrangePlaceError):
        search.learn(msgspec.structs.replace(places(3)[3], chain=bytes(32)))
