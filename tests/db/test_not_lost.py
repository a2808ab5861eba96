"""Rows of a stay that came back, taken for lost by a PC that went back: the server has them."""

from __future__ import annotations

import msgspec
import pytest

from sonar_core.records.custody_episode import CustodyEpisode, EpisodeStatus
from sonar_core.sync.healing import LostRow
from sonar_core.sync.operations import FIRST_PREV_HASH
from sonar_core.sync.retirement import RETIREMENT
from sonar_core.sync.rows import provenance_of
from sonar_desktop.usecases.ports import Standing
from sonar_desktop.usecases.sync_ports import Compared, Departed, Resumption
from tests.db.centre import Centre
from tests.db.clinic import CLINICAL, NURSE, Desk, standing


class Returned:
    """A PC that took a stay for lost which the server still has at its first places, and retired.

    The stay left and came back; the server lost all after its first places; the PC, which had read
    on, went back to there; then the server let the stay leave again.
    """

    def __init__(self, author: Desk, desk: Desk) -> None:
        self.desk, self.centre = desk, Centre()
        self.patient, self.stay = author.arrival()
        self.note = author.note(self.patient, self.stay, "slept")
        author.store.write(
            NURSE,
            "release",
            lambda write: write.edit(CustodyEpisode, self.stay, {"status": EpisodeStatus.RELEASED}),
        )
        self.centre.exchange(author)
        known = len(self.centre.cursors)
        self.centre.retire(self.patient, self.stay)
        self.centre.bring_back(self.stay)
        self.centre.pull(desk)
        self.put_back(known)
        self.centre.retire(self.patient, self.stay)
        self.centre.pull(desk)
        assert desk.sync.digest(CLINICAL) == self.centre.digest

    def put_back(self, known: int) -> None:
        centre = self.centre
        centre.epoch = 9
        centre.cursors = [msgspec.structs.replace(one, epoch=9) for one in centre.cursors[:known]]
        centre.rows = centre.rows[: centre.head.seq]
        to = Resumption(common=(centre.head,), op_seq=0, header_hash=FIRST_PREV_HASH)
        self.desk.sync.go_back(to)

    @property
    def operations(self) -> frozenset[str]:
        return frozenset(
            provenance_of(row.provenance).operation
            for row in self.centre.rows
            if row.episode is not None and row.kind != RETIREMENT
        )

    def let_go(self, *, held: frozenset[str] | None = None, safe: int = 1000) -> Departed:
        self.desk.sync.settle((), {CLINICAL: safe})
        named = self.operations if held is None else held
        at = {CLINICAL: self.centre.head.seq}
        return self.desk.sync.let_go(Compared(at, held=named))

    def asked(self) -> set[str]:
        return {row.operation for row in self.desk.sync.healing.lost()}

    def is_shown(self) -> bool:
        return self.desk.store.read(lambda look: look.seen("Note", self.note)) is not None


@pytest.fixture
def returned(desk, other_desk) -> Returned:
    return Returned(desk, other_desk)


def test_what_the_server_holds_after_all_leaves_like_its_stay(returned):
    desk = returned.desk
    assert standing(desk, "Note", returned.note) is Standing.UNHELD
    assert desk.sync.position().has_lost
    assert returned.asked() == returned.operations
    at = returned.centre.head.seq
    assert returned.let_go(safe=at - 1).waits_for_horizon
    assert returned.is_shown(), "the server may lose it still, and this may be the only copy"
    desk.reopen()
    gone = returned.let_go(safe=at)
    assert not returned.is_shown()
    assert gone.changed.patients == {returned.patient}
    assert gone.changed.episodes == {returned.stay}
    position = desk.sync.position()
    assert not position.has_lost
    assert position.digests[CLINICAL] == returned.centre.digest
    assert desk.sync.healing.unheld() == 0
    assert desk.store.read(lambda look: look.seen("Patient", returned.patient)) is not None


def test_what_the_server_does_not_name_stays_in_sight_as_lost(returned):
    returned.let_go(held=frozenset({"another operation"}))
    assert standing(returned.desk, "Note", returned.note) is Standing.UNHELD
    returned.let_go(held=returned.operations - {min(returned.operations)})
    assert returned.asked() == returned.operations, "a stay is in sight whole or not at all"
    assert not returned.let_go(held=frozenset()).waits_for_horizon


def test_nothing_is_concluded_where_both_sides_were_not_found_equal(returned):
    returned.desk.sync.settle((), {CLINICAL: 1000})
    at = returned.centre.head.seq
    for agreed in ({}, {CLINICAL: at - 1}):
        returned.desk.sync.let_go(Compared(agreed, held=returned.operations))
        assert standing(returned.desk, "Note", returned.note) is Standing.UNHELD


def test_a_draft_about_the_stay_keeps_it(returned):
    desk = returned.desk
    draft = desk.draft_in(returned.stay)
    assert returned.asked() == set()
    returned.let_go()
    assert returned.is_shown()
    desk.store.discard_draft(NURSE.user, draft.record)
    returned.let_go()
    assert not returned.is_shown()


@pytest.mark.parametrize("is_new", [True, False])
def test_an_entry_about_the_stay_that_is_not_sent_keeps_it(returned, is_new):
    desk = returned.desk
    if is_new:
        desk.note(returned.patient, returned.stay, "late")
    else:
        desk.move(returned.stay, "M9")
    assert returned.asked() == set()
    returned.let_go()
    assert returned.is_shown()


def test_the_server_is_asked_again_about_what_it_lacks_when_its_log_has_grown(returned):
    healing = returned.desk.sync.healing
    every = healing.lost()
    assert all(isinstance(row, LostRow) for row in every)
    lacked, *rest = sorted(returned.operations)
    healing.lacking({lacked})
    assert returned.asked() == set(rest)
    healing.lacking(rest)
    assert returned.asked() == set()
    returned.desk.note(returned.patient, None, "of no stay")
    returned.centre.exchange(returned.desk)
    assert returned.asked() == returned.operations
