from __future__ import annotations

from sonar_core.clinical.safety import SaferRule
from sonar_core.records.fitness_outcome import Fitness
from sonar_core.records.patient import Patient
from sonar_desktop.usecases.acting import Amending
from sonar_desktop.usecases.read_conflicts import read_conflict, read_conflicts
from sonar_desktop.usecases.record_fitness_outcome import record_fitness_outcome
from sonar_desktop.usecases.resolve_conflict import Choice, resolve_conflict
from sonar_desktop.usecases.set_care_level import CareSetting, set_care_level
from sonar_desktop.usecases.write_note import Noting, write_note
from tests.usecases.clinic import admitted, not_fit
from tests.usecases.fakes import DOCTOR, Server, clock_of, make_desk, signing, sync


def apart():
    server, nurse = Server(), make_desk("pc1")
    doctor = make_desk("pc2", actor=DOCTOR, clock=clock_of(nurse))
    found = admitted(nurse)
    sync(server, nurse, doctor)
    return server, nurse, doctor, found


def set_level(desk, episode, level, minutes):
    set_care_level(
        desk,
        CareSetting(
            episode=episode, level=level, check_every_minutes=minutes, rouse=True, reason="Opioids"
        ),
    )


def test_a_level_changed_in_two_places_is_shown_with_both_sides_and_the_one_in_use():
    server, nurse, doctor, found = apart()
    set_level(nurse, found.episode, 1, 60)
    sync(server, nurse, doctor)
    set_level(nurse, found.episode, 2, 30)
    set_level(doctor, found.episode, 3, None)
    sync(server, nurse, doctor)
    (one,) = read_conflicts(nurse)
    assert (one.title, one.cell, one.name) == ("Level differs", "M4", "BARROW, Connor (Mr)")
    assert [side.is_in_use for side in one.sides] == [False, True]
    assert one.sides[0].who == "R Okafor, nurse"
    assert set(one.differing) == {"level", "check_every_minutes", "set_by"}
    assert "reason" in one.same
    assert (one.safer.rule, one.is_safety, one.is_about_facts) == (SaferRule.USE_ONE, True, False)
    assert read_conflict(nurse, one.conflict.id) == one


def test_two_decisions_are_compared_by_what_they_say_and_not_fit_is_in_use():
    server, nurse, doctor, found = apart()
    record_fitness_outcome(nurse, not_fit(nurse, found.episode))
    fit = not_fit(doctor, found.episode, outcome=Fitness.FIT, reason="")
    record_fitness_outcome(doctor, fit)
    sync(server, nurse, doctor)
    (one,) = read_conflicts(doctor)
    assert one.is_about_facts
    assert one.sides[0].values["outcome"] == "not_fit"
    assert [side.is_in_use for side in one.sides] == [True, False]
    assert {"outcome", "reason"} <= set(one.differing)
    assert "id" not in one.differing


def test_safety_items_come_before_a_note():
    server, nurse, doctor, found = apart()
    set_level(nurse, found.episode, 1, 60)
    one = Noting(signing=signing(nurse, found.episode), text="Slept")
    note, _ = write_note(nurse, one)
    sync(server, nurse, doctor)
    for desk, level in ((nurse, 2), (doctor, 3)):
        set_level(desk, found.episode, level, 30)
        amending = Amending(of=note.id, reason="Left out the time")
        again = Noting(signing=signing(desk, found.episode, amending=amending), text=f"{level}")
        write_note(desk, again)
    sync(server, nurse, doctor)
    assert [one.title for one in read_conflicts(nurse)] == ["Level differs", "Note differs"]


def test_a_decided_conflict_is_no_longer_listed():
    server, nurse, doctor, found = apart()
    record_fitness_outcome(nurse, not_fit(nurse, found.episode))
    record_fitness_outcome(doctor, not_fit(doctor, found.episode))
    sync(server, nurse, doctor)
    (one,) = read_conflicts(nurse)
    seen = tuple(side.alternative.operation for side in one.sides)
    resolve_conflict(
        nurse, Choice(conflict=one.conflict.id, seen=seen, side=0, reason="Both say the same")
    )
    assert read_conflicts(nurse) == ()
    assert read_conflict(nurse, one.conflict.id) is None
    assert read_conflict(nurse, "never was") is None


def test_a_side_whose_entry_has_not_come_yet_is_shown_empty():
    server, nurse, doctor, found = apart()
    mine, _ = record_fitness_outcome(nurse, not_fit(nurse, found.episode))
    record_fitness_outcome(doctor, not_fit(doctor, found.episode))
    sync(server, nurse, doctor)
    confirmed = nurse.store.state.confirmed
    del confirmed["FitnessOutcome", mine.id]
    del confirmed[Patient.__name__, found.patient]
    del confirmed["CustodyEpisode", found.episode]
    (one,) = read_conflicts(nurse)
    assert one.sides[0].values == {}
    assert (one.name, one.cell) == ("", "")
