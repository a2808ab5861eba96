"""What this PC sent of a stay that left before a first sync: over here, and nothing is lost."""

from __future__ import annotations

import msgspec
import pytest

from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.sync.messages import Holding, Phase
from sonar_desktop.usecases.ports import Standing
from sonar_desktop.usecases.sync_ports import Compared, Departed
from tests.db.centre import Centre, part, taken
from tests.db.clinic import CLINICAL, NURSE, Desk, board_of, standing
from tests.db.spoiling import behind_its_back
from tests.db.test_acknowledged import DAY_MS, MONTH

MEDICINES = CLINICAL.replace("clinical", "medicines")


class Newcomer:
    """A PC that has sent a stay and a note, and fetched all that counts: of the stay, nothing."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.centre = desk, Centre()
        self.patient, self.stay = desk.arrival()
        self.note = desk.note(self.patient, self.stay, "slept")
        desk.sync.settle(self.centre.push(desk))
        self.sent = self.sent_of()
        self.centre.retire(self.patient, self.stay)
        person = [row for row in self.centre.rows if row.kind == "Patient"]
        holding = Holding(person[0].patient, 0, len(person))
        manifest = msgspec.structs.replace(self.centre.manifest(), holdings=(holding,))
        desk.sync.begin_snapshots([manifest])
        desk.sync.take_snapshot([part(taken(person), Phase.OTHER, 1)])
        desk.sync.end_snapshots([CLINICAL])
        assert desk.sync.digest(CLINICAL) == self.centre.digest

    def sent_of(self) -> tuple[int, ...]:
        return self.desk.sync.position().awaited

    def let_go(self, *, safe: int = 1000, awaited: tuple[int, ...] | None = None) -> Departed:
        numbers = self.desk.sync.position().awaited if awaited is None else awaited
        self.desk.sync.settle((), {CLINICAL: safe})
        return self.desk.sync.let_go(Compared({CLINICAL: self.centre.head.seq}, numbers))

    def is_shown(self) -> bool:
        rows = self.desk.database.read(
            lambda connection: connection.exec_driver_sql(
                "SELECT (SELECT count(*) FROM op_effect), (SELECT count(*) FROM pending), "
                "(SELECT count(*) FROM board_row)"
            ).one()
        )
        seen = self.desk.store.read(lambda look: look.seen("Note", self.note))
        assert {bool(count) for count in rows} == {seen is not None}
        return seen is not None

    @property
    def store(self):
        return self.desk.store


@pytest.fixture
def newcomer(desk) -> Newcomer:
    return Newcomer(desk)


def test_it_is_shown_as_sent_until_the_server_cannot_lose_it_and_then_over(newcomer):
    assert newcomer.sent == (1, 2, 3)
    assert newcomer.sent_of() == (2, 3), "the person's row has come"
    assert standing(newcomer.desk, "Note", newcomer.note) is Standing.CENTRAL
    at = newcomer.centre.head.seq
    assert newcomer.let_go(safe=at - 1).waits_for_horizon
    assert newcomer.is_shown()
    newcomer.desk.reopen()
    gone = newcomer.let_go(safe=at)
    assert not newcomer.is_shown()
    assert (gone.changed.patients, gone.changed.outbox) == ({newcomer.patient}, True)
    assert newcomer.stay in gone.changed.episodes
    assert newcomer.store.read(lambda look: look.seen("Patient", newcomer.patient))
    assert newcomer.sent_of() == ()


def test_its_operations_go_a_month_later_like_any_other(newcomer):
    def kept() -> int:
        return newcomer.desk.database.read(
            lambda connection: connection.exec_driver_sql("SELECT count(*) FROM own_op").scalar()
        )

    newcomer.desk.sync.settle((), {CLINICAL: 1000})
    for is_over in (False, True):
        if is_over:
            newcomer.let_go()
        for passed in (DAY_MS, MONTH):
            newcomer.desk.clock.ms += passed
            newcomer.desk.sync.purge(newcomer.desk.clock.ms)
        assert kept() == (0 if is_over else 2), "the person's, whose row has come, in any case"


def test_nothing_is_over_that_was_not_asked_about_after_its_verdict(newcomer):
    """As what was sent while the horizon was asked for: its row is still to be fetched."""
    newcomer.let_go(awaited=())
    assert newcomer.is_shown()
    newcomer.let_go(awaited=(2,))
    assert newcomer.is_shown(), "the stay goes whole"
    newcomer.let_go(awaited=(1, 2, 3))
    assert not newcomer.is_shown()


@pytest.mark.parametrize("agreed", [{}, {CLINICAL: 1}, {"another/clinical": 5}])
def test_nothing_is_over_before_both_sides_are_equal(newcomer, agreed):
    newcomer.desk.sync.settle((), {CLINICAL: 1000})
    newcomer.desk.sync.let_go(Compared(agreed, newcomer.sent_of()))
    assert newcomer.is_shown()


def test_an_entry_that_waits_keeps_all_of_the_stay(newcomer):
    newcomer.desk.move(newcomer.stay, "M2")
    newcomer.let_go()
    assert newcomer.is_shown()


def test_a_draft_keeps_all_of_the_stay(newcomer):
    draft = newcomer.desk.draft_in(newcomer.stay)
    newcomer.let_go()
    assert newcomer.is_shown()
    newcomer.desk.store.discard_draft(NURSE.user, draft.record)
    newcomer.let_go()
    assert not newcomer.is_shown()


@pytest.mark.parametrize("is_revoked", [False, True])
def test_what_the_server_lost_of_it_keeps_all_of_the_stay_unless_it_was_revoked(
    newcomer, is_revoked
):
    copied = (
        "INSERT INTO unheld SELECT kind, randomblob(16), 1, ?, 9, 9, patient, episode, at_ms, "
        "body, provenance, randomblob(16), 'somebody else' FROM pending WHERE kind = 'Note'"
    )
    newcomer.desk.database.write(
        2, lambda connection: connection.exec_driver_sql(copied, (MEDICINES,)).close()
    )
    if is_revoked:
        behind_its_back(
            newcomer.desk.database,
            f"INSERT INTO revoked_scope VALUES ('{MEDICINES}', 'gone')",  # noqa: S608
        )
    newcomer.let_go()
    assert newcomer.is_shown() is not is_revoked


def test_what_a_first_sync_brought_is_not_over(desk):
    centre = Centre()
    patient, stay = desk.arrival()
    note = desk.note(patient, stay, "slept")
    desk.sync.settle(centre.push(desk), {CLINICAL: 1000})
    awaited = desk.sync.position().awaited
    centre.pull(desk)
    desk.sync.let_go(Compared({CLINICAL: centre.head.seq}, awaited))
    assert standing(desk, "Note", note) is Standing.CENTRAL
    assert desk.store.read(lambda look: look.seen(CustodyEpisode.__name__, stay)) is not None
    assert len(board_of(desk.store)) == 1


def test_what_is_of_no_stay_or_of_a_record_that_is_here_is_still_to_come(desk):
    """Both sides would differ; whoever says otherwise hides nothing that was entered here."""
    centre = Centre()
    patient, stay = desk.arrival(cell="M1")
    centre.exchange(desk)
    desk.move(stay, "M2")
    note = desk.note(patient, None, "of no stay")
    desk.sync.settle(centre.push(desk), {CLINICAL: 1000})
    (at,) = desk.sync.cursors()
    desk.sync.let_go(Compared({CLINICAL: at.seq}, desk.sync.position().awaited))
    assert standing(desk, "Note", note) is Standing.CENTRAL
    assert [line["cell"] for line in board_of(desk.store)] == ["M2"]
