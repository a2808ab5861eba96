from __future__ import annotations

import msgspec
import pytest

from sonar_core.records.patient import Patient
from sonar_core.records.registry import REGISTRY
from sonar_core.sync.rows import provenance_of
from sonar_desktop.db.engine import driver_connection
from sonar_desktop.db.errors import NewerRecordError
from sonar_desktop.db.shown import pending_provenance, readable, record_of, shown_one, shown_where
from sonar_desktop.usecases.errors import BugError
from tests.db.centre import Centre


def test_a_record_is_shown_once_with_this_pcs_change_on_top(desk):
    patient, episode = desk.arrival(cell="M1")
    before = desk.database.read(lambda c: shown_where(c, patient=patient))
    Centre().exchange(desk)
    confirmed = desk.database.read(lambda c: shown_where(c, patient=patient))
    desk.move(episode, "M2")
    after = desk.database.read(lambda c: shown_where(c, patient=patient))

    def states(rows):
        return {row.kind: (row.version, row.is_pending) for row in rows}

    assert states(before) == {"Patient": (0, True), "CustodyEpisode": (0, True)}
    assert states(confirmed) == {"Patient": (1, False), "CustodyEpisode": (1, False)}
    assert states(after) == {"Patient": (1, False), "CustodyEpisode": (1, True)}
    assert {row.id: row.body for row in before} == {row.id: row.body for row in confirmed}


def test_conditions_narrow_what_is_shown(desk):
    patient, episode = desk.arrival()
    desk.arrival()

    def look(connection):
        return (
            shown_one(connection, patient),
            shown_one(connection, desk.ids.new()),
            [row.id for row in shown_where(connection, patient=patient, episode=None)],
            [row.id for row in shown_where(connection, episode=episode)],
            len(shown_where(connection, kind=["Patient", "CustodyEpisode"])),
            shown_where(connection, kind=[]),
        )

    one, nothing, of_person, of_stay, both, none = desk.database.read(look)
    assert isinstance(record_of(one), Patient)
    assert nothing is None
    assert (of_person, of_stay, both, none) == ([patient], [episode], 4, [])


def test_one_persons_records_of_a_kind_are_found_by_the_person(desk):
    patient, episode = desk.arrival()
    asked = []

    def look(connection):
        raw = driver_connection(connection)
        raw.set_trace_callback(asked.append)
        try:
            for whose in ({"patient": {patient}}, {"patient": patient}, {"episode": episode}):
                for kind in ("Patient", ["CustodyEpisode"]):
                    shown_where(connection, **whose, kind=kind)
        finally:
            raw.set_trace_callback(None)
        return [
            step[3]
            for statement in asked
            for step in raw.execute(f"EXPLAIN QUERY PLAN {statement}")
        ]

    steps = [step for step in desk.database.read(look) if step.startswith("SEARCH record ")]
    assert len(steps) == len(asked) == 6
    assert not [step for step in steps if "record_kind" in step]


def test_a_kind_that_is_no_word_is_not_asked_for(desk):
    with pytest.raises(BugError):
        desk.database.read(lambda connection: shown_where(connection, kind="Note' OR '1"))


def test_a_body_of_no_kind_is_not_guessed_at():
    with pytest.raises(NewerRecordError):
        readable(REGISTRY["Note"], b"{}")


def test_marks_of_the_centre_stay_while_a_change_waits(desk):
    _, episode = desk.arrival()
    shown = desk.database.read(lambda c: shown_one(c, episode))
    written = provenance_of(shown.provenance)
    marked = msgspec.structs.replace(written, marks=("late_contact",))
    assert provenance_of(pending_provenance(marked, written)).marks == ("late_contact",)
    assert provenance_of(pending_provenance(None, marked)).marks == ()
