from __future__ import annotations

import threading

from sonar_core.sync.healing import FoundBy
from sonar_desktop.db.writer import Priority
from tests.db.centre import Centre, with_history
from tests.db.clinic import CLINICAL
from tests.db.spoiling import behind_its_back, repair_for


def test_a_look_over_the_rows_gives_way_to_a_persons_look(desk):
    release, order = threading.Event(), []
    desk.database._reader.submit(Priority.USER, lambda _: release.wait(10))
    sweep = threading.Thread(
        target=lambda: (desk.sync.healing.look_over(None), order.append("sweep"))
    )
    sweep.start()
    while not desk.database._reader._queue.queue:
        pass
    asked = desk.database._reader.submit(Priority.USER, lambda _: order.append("person"))
    release.set()
    asked.result(10)
    sweep.join(10)
    assert order == ["person", "sweep"]


def test_a_repair_says_what_changed_and_counts_the_records(desk, other_desk):
    centre = Centre()
    patient, episode = with_history(centre, desk, count=1)[0]
    centre.pull(other_desk)
    behind_its_back(other_desk.database, "UPDATE record SET body = x'7b7d'")
    healing = other_desk.sync.healing
    healing.suspect(CLINICAL, FoundBy.DIGEST)
    (at,) = other_desk.sync.cursors()
    changed = healing.repair(at, repair_for(other_desk, centre.rows))
    assert {patient} <= changed.patients
    assert {("Patient", patient), ("CustodyEpisode", episode)} <= changed.records
    last = healing.last_incident()
    assert last is not None
    assert (last.records, last.healed_ms) == (3, None)


def test_when_the_rows_were_looked_over_is_remembered(desk):
    assert desk.sync.healing.last_check() is None
    desk.sync.healing.note_check()
    desk.sync.healing.note_check()
    noted = desk.clock.ms
    desk.reopen()
    assert desk.sync.healing.last_check() == noted
