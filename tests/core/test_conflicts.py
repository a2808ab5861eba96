from __future__ import annotations

from sonar_core.conflicts import (
    acted_on,
    disputed_facts,
    end_of_chain,
    open_conflicts,
    set_aside,
    standing_facts,
)
from sonar_core.records.base import Replacement
from sonar_core.records.conflict import ConflictStatus
from tests.core.board.custody import allergy, care, conflict, note, order, patient, resolution, side

STRUCK = {"replaces": "n1", "replacement": Replacement.ENTERED_IN_ERROR}


def test_an_undisputed_record_is_acted_on_as_it_is():
    found = acted_on(care(), [conflict("CareLevel", "another", "level", side("a", level=4))])
    assert (found.versions, found.is_provisional, found.must_stop) == ((care(),), False, False)


def test_of_two_levels_the_higher_is_acted_on_until_somebody_decides():
    sides = (
        side("a", level=2, check_every_minutes=30, rouse=True),
        side("b", level=3, check_every_minutes=None, rouse=False),
    )
    found = acted_on(care(), [conflict("CareLevel", "care", "level", *sides)])
    assert found.first.level == 3
    assert found.first.check_every_minutes is None
    assert (len(found.versions), found.is_provisional, found.must_stop) == (1, True, False)


def test_a_decided_conflict_changes_nothing_any_more():
    sides = (side("a", level=4, check_every_minutes=None, rouse=False),)
    decided = conflict("CareLevel", "care", "level", *sides, status=ConflictStatus.RESOLVED)
    assert acted_on(care(), [decided]).first.level == 2
    assert open_conflicts([decided]) == ()


def test_two_substances_both_apply():
    sides = (
        side("a", status="active", severity="mild", substance="Penicillin"),
        side("b", status="active", severity="mild", substance="Aspirin"),
    )
    found = acted_on(allergy(), [conflict("AllergyIntolerance", "al", "allergy", *sides)])
    assert [one.substance for one in found.versions] == ["Penicillin", "Aspirin"]


def test_of_two_orders_neither_is_acted_on_before_somebody_asked():
    sides = (side("a", dose="30"), side("b", dose="60"))
    record = order()
    found = acted_on(record, [conflict("MedicationRequest", record.id, "order", *sides)])
    assert found.must_stop
    assert [one.dose for one in found.versions] == ["30", "60"]


def test_a_version_that_this_program_cannot_read_stops_rather_than_being_left_out():
    sides = (side("a", pregnancy="pregnant"), side("b", pregnancy="surrogate"))
    found = acted_on(patient(), [conflict("Patient", "p1", "pregnancy", *sides)])
    assert found.must_stop
    only = conflict("Patient", "p1", "pregnancy", side("b", pregnancy="surrogate"))
    assert acted_on(patient(), [only]).versions == (patient(),)


def test_an_amended_note_gives_way_and_a_struck_out_one_leaves_none():
    amended = note("n2", replaces="n1", replacement=Replacement.AMENDED)
    assert standing_facts([note("n1"), amended]) == [amended]
    assert standing_facts([note("n1"), note("n2", **STRUCK)]) == []


def test_what_a_person_set_aside_does_not_stand_and_does_not_push_out_what_it_replaced():
    second, third = note("n2", replaces="n1"), note("n3", replaces="n1")
    dispute = conflict("Note", "n1", "replaces", side("a", "n2"), side("b", "n3"), resolution="res")
    lost = set_aside([dispute], [resolution("n2")])
    assert lost == {"n3"}
    assert standing_facts([note("n1"), second, third], lost) == [second]
    assert standing_facts([note("n1"), third], lost) == [note("n1")]


def test_a_resolution_that_has_not_come_or_names_no_fact_sets_nothing_aside():
    dispute = conflict("Note", "n1", "replaces", side("a", "n2"), resolution="res")
    unresolved = conflict("Note", "n1", "replaces", side("a", "n2"), side("b"))
    assert set_aside([dispute], []) == frozenset()
    assert set_aside([dispute, unresolved], [resolution(None)]) == frozenset()


def test_the_next_decision_takes_the_place_of_the_last_even_a_struck_out_one():
    struck = note("n2", 5, **STRUCK)
    assert end_of_chain([]) is None
    assert end_of_chain([note("n1"), struck]) == struck
    assert end_of_chain([note("n1", 30), note("n2", 20)], frozenset({"n2"})) == note("n1", 30)


def test_facts_that_wait_for_a_person_are_those_of_open_disputes_over_one_place():
    mine = conflict("Note", "n1", "replaces", side("a", "n2"), side("b"))
    level = conflict("CareLevel", "care", "level", side("c", "n9"))
    assert disputed_facts([mine, level]) == {"n2"}


def test_one_that_was_corrected_for_being_held_back_does_not_stand_either():
    held, corrected = note("n1"), note("n2", 5, corrects="n1", replaces="n0")
    assert standing_facts([note("n0"), held, corrected]) == [corrected]
    assert end_of_chain([note("n0"), held, corrected]) == corrected
