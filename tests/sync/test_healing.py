"""Healing on a real store, with a server in memory that can be made to lie."""

from __future__ import annotations

import msgspec
import pytest

from sonar_core.sync import buckets
from sonar_core.sync.healing import FoundBy, Sums
from sonar_core.sync.messages import End, SnapshotFrame
from sonar_core.sync.rows import EMPTY_DIGEST
from sonar_desktop.db.incidents import FIRST_PAUSE_MS
from sonar_desktop.sync import healing as healing_module
from sonar_desktop.sync.errors import DivergedError, OfflineError, RefusedError, RubbishError
from sonar_desktop.sync.healing import Healing
from tests.db.clinic import CLINICAL
from tests.db.spoiling import CentrePort, behind_its_back

SPOIL = "UPDATE record SET body = x'7b7d' WHERE kind = 'Note'"


@pytest.fixture
def port(centre):
    return CentrePort(centre)


def settle(desk, port, *, unlike=True) -> list:
    """One comparison as the exchange makes it; returns what was told of changes."""
    changed = []
    healing = Healing(port=port, store=desk.sync.healing, changed=changed.append)
    at = desk.sync.position()
    cursors = {cursor.scope: cursor for cursor in at.cursors}
    wrong = {CLINICAL} if unlike else set()
    healing.run(cursors, {CLINICAL: port.head}, wrong, at.suspicions)
    return changed


def is_right(desk, centre) -> bool:
    recomputed = desk.sync.recomputed_digest(CLINICAL)
    return desk.sync.digest(CLINICAL) == recomputed == centre.digest


def test_a_spoilt_row_is_put_right_and_the_server_told(desk, centre, port):
    behind_its_back(desk.database, SPOIL)
    changed = settle(desk, port)
    assert is_right(desk, centre)
    assert port.asked == ["sums", "rows of 3"]
    (report,) = port.reports
    (told,) = report.incidents
    assert (told.found_by, told.records, told.healed_ms is None) == (FoundBy.DIGEST, 3, False)
    assert any(("Note", row) for one in changed for row in one.records)
    assert desk.sync.position().suspicions == ()
    settle(desk, port, unlike=False)
    assert len(port.reports) == 1, "told once"


def test_a_kept_sum_that_was_wrong_is_put_right_without_fetching(desk, centre, port):
    behind_its_back(desk.database, "UPDATE cursor SET digest = zeroblob(16)")
    settle(desk, port)
    assert is_right(desk, centre)
    assert port.asked == ["sums"]
    assert port.reports[0].incidents[0].records == 0


def test_a_suspicion_is_looked_into_although_the_digests_agree(desk, centre, port):
    behind_its_back(desk.database, SPOIL)
    desk.sync.healing.suspect(CLINICAL, FoundBy.SELF_CHECK)
    settle(desk, port, unlike=False)
    assert is_right(desk, centre)


def test_a_suspicion_about_a_scope_that_is_no_longer_this_pcs_stops_nothing(desk, port):
    desk.sync.healing.suspect("elsewhere/clinical", FoundBy.SELF_CHECK)
    settle(desk, port, unlike=False)
    assert port.asked == []


class Liar(CentrePort):
    """Answers in form, and not what is true."""

    sums = None
    rows = None

    def bucket_sums(self, asked):
        told = super().bucket_sums(asked)
        return told if self.sums is None else Sums(sums=self.sums(told.sums), server_ms=1)

    def bucket_rows(self, asked):
        for frame in super().bucket_rows(asked):
            if isinstance(frame, End) or self.rows is None:
                yield frame
            else:
                yield SnapshotFrame(rows=self.rows(frame.rows), patients=0)


LIES = {
    "no sums": {"sums": lambda _: ()},
    "a sum too few": {"sums": lambda sums: sums[:-1]},
    "a sum too many": {"sums": lambda sums: (*sums, EMPTY_DIGEST)},
    "short sums": {"sums": lambda sums: tuple(one[1:] for one in sums)},
    "another digest": {"sums": lambda sums: (*reversed(sums[:-1]), b"\1" * 16)},
    "no rows": {"rows": lambda _: []},
    "each row twice": {"rows": lambda rows: rows * 2},
    "other rows": {
        "rows": lambda rows: [
            type(row)(*msgspec.structs.astuple(row)[:-2], b"", b"") for row in rows
        ]
    },
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_a_lie_changes_no_row_and_is_asked_about_ever_more_seldom(desk, centre, port, lie):
    behind_its_back(desk.database, SPOIL)
    before = desk.sync.recomputed_digest(CLINICAL)
    liar = Liar(centre)
    vars(liar).update(lie)
    with pytest.raises(DivergedError):
        settle(desk, liar)
    questions = len(liar.asked)
    for _ in range(5):
        with pytest.raises(DivergedError):
            settle(desk, liar)
    assert len(liar.asked) == questions, "not asked again at once"
    assert desk.sync.recomputed_digest(CLINICAL) == before
    assert liar.reports[0].incidents[0].healed_ms is None
    desk.clock.ms += FIRST_PAUSE_MS
    settle(desk, port)
    assert is_right(desk, centre)
    assert port.reports[0].incidents[0].id == liar.reports[0].incidents[0].id


@pytest.mark.parametrize("limit", ["MOST_BUCKETS", "MOST_REPAIRED"])
def test_a_difference_in_too_much_is_not_healed(desk, centre, port, limit, monkeypatch):
    monkeypatch.setattr(healing_module, limit, 2)
    behind_its_back(desk.database, SPOIL)
    with pytest.raises(DivergedError):
        settle(desk, port)
    with pytest.raises(DivergedError):
        settle(desk, port)
    assert port.asked == (["sums"] if limit == "MOST_BUCKETS" else ["sums", "rows of 3"])
    assert not is_right(desk, centre)
    assert (
        desk.database.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM spoilt").scalar()) == 0
    )


def test_rows_without_end_are_left(desk, centre, port, monkeypatch):
    monkeypatch.setattr(buckets, "MOST_BYTES", 10)
    behind_its_back(desk.database, SPOIL)
    with pytest.raises(DivergedError):
        settle(desk, port)


def test_a_repair_after_which_the_copy_still_differs_leaves_it_frozen(
    desk, centre, port, monkeypatch
):
    behind_its_back(desk.database, SPOIL)
    store = desk.sync.healing
    plain = type(store).repair

    def spoilt_again(self, at, repair):
        changed = plain(self, at, repair)
        behind_its_back(desk.database, SPOIL)
        return changed

    monkeypatch.setattr(type(store), "repair", spoilt_again)
    with pytest.raises(DivergedError):
        settle(desk, port)
    assert not desk.sync.position().suspicions[0].is_due
    incident = store.last_incident()
    assert incident is not None
    assert incident.healed_ms is None


@pytest.mark.parametrize(
    ("error", "is_due"), [(OfflineError(), True), (RubbishError("x"), False)], ids=repr
)
def test_an_answer_that_does_not_come_or_cannot_be_read_ends_the_exchange(
    desk, centre, port, error, is_due
):
    behind_its_back(desk.database, SPOIL)

    def fail(_asked):
        raise error

    port.bucket_sums = fail
    with pytest.raises(type(error)):
        settle(desk, port)
    assert desk.sync.position().suspicions[0].is_due is is_due


def refusing(code: str):
    def refuse(_asked):
        raise RefusedError(code)

    return refuse


def test_an_older_server_that_knows_no_buckets_leaves_the_scope_frozen(desk, centre, port):
    behind_its_back(desk.database, SPOIL)
    port.bucket_sums = port.report = refusing("bad_request")
    with pytest.raises(DivergedError):
        settle(desk, port)
    assert not desk.sync.position().has_untold, "told in an hour"


def test_any_other_refusal_is_the_exchanges_to_answer(desk, centre, port):
    behind_its_back(desk.database, SPOIL)
    port.bucket_sums = refusing("cursor_unknown")
    with pytest.raises(RefusedError):
        settle(desk, port)
    assert desk.sync.position().suspicions[0].is_due
    port.report = refusing("clock")
    with pytest.raises(RefusedError):
        settle(desk, port)
