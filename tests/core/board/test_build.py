from __future__ import annotations

import msgspec
import pytest

from sonar_core.board.build import board_row_bytes, row_with_copies
from sonar_core.board.rows import decode, encode
from sonar_core.board.views import BOARD_KINDS, CopyState
from sonar_core.records.allergy_intolerance import AllergyStanding
from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_core.records.custody_episode import EpisodeStatus
from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from sonar_core.records.flag import FlagStanding
from sonar_core.records.referral import Urgency
from sonar_core.records.task import TaskKind, TaskStatus
from tests.core.board.custody import (
    MINUTE,
    NOW,
    ZONE,
    allergy,
    at,
    care,
    conflict,
    flag,
    in_,
    note,
    outcome,
    patient,
    records,
    referral,
    resolution,
    row,
    seen_referral,
    side,
    status,
    stay,
    task,
    told,
    view,
)


def test_a_row_says_who_it_is_and_where():
    found = row()
    assert (found.family, found.given, found.title) == ("Barrow", "Connor", "Mr")
    assert (found.cell, found.custody_record_number, found.site) == ("M4", "NF/3417", "s1")
    assert (found.zone, found.arrived_ms) == (ZONE, NOW - 120 * MINUTE)
    assert (found.care, found.referral, found.outcomes, found.orders) == (None, None, (), ())


def test_the_bytes_of_a_row_are_the_row():
    found = records(seen_referral(), care(), outcome(), told(), flag(), task(in_(5)))
    raw = board_row_bytes(found)
    assert raw is not None
    assert decode(raw) == row(seen_referral(), care(), outcome(), told(), flag(), task(in_(5)))


def test_a_kept_row_is_told_where_its_records_are_and_says_nothing_else_anew():
    disputed = conflict("CustodyEpisode", "e1", "custody", side("a"), side("b"))
    for copies, conflicts in (
        ((), ()),
        ((CopyState.LOCAL, CopyState.HELD), ()),
        ((CopyState.SENDING, CopyState.UNHELD), ()),
        ((CopyState.LOCAL,), (disputed,)),
    ):
        views = tuple(view(note(), standing=copy) for copy in copies)
        whole = board_row_bytes(records(records=views, conflicts=conflicts))
        before = tuple(view(note()) for _ in copies)
        told_otherwise = board_row_bytes(records(records=before, conflicts=conflicts))
        assert row_with_copies(told_otherwise, copies) == whole


def test_a_row_that_holds_less_than_the_stay_is_to_be_made_anew():
    partial = msgspec.structs.replace(row(), is_complete=False)
    assert row_with_copies(encode(partial), ()) is None
    assert row_with_copies(b"of another program", ()) is None


def test_who_has_left_custody_has_no_row():
    assert board_row_bytes(records(episode=stay(status=EpisodeStatus.RELEASED))) is None


def test_while_one_version_says_the_person_is_here_the_row_stays():
    sides = (side("a", status="released"), side("b", status="open"))
    disputed = records(
        episode=stay(status=EpisodeStatus.RELEASED),
        conflicts=(conflict("CustodyEpisode", "e1", "custody", *sides),),
    )
    assert board_row_bytes(disputed) is not None


def test_urgent_markers_come_first_and_ended_ones_are_gone():
    found = row(
        flag("Asthma"), flag("Weapon", is_urgent=True), flag("Old", status=FlagStanding.INACTIVE)
    )
    assert [marker.text for marker in found.markers] == ["Weapon", "Asthma"]


def test_the_check_is_counted_from_the_last_one_done_or_from_when_the_level_was_set():
    assert row(care()).care.checked_ms == NOW - 22 * MINUTE
    done = task(at(10), "Rouse", kind=TaskKind.CHECK, status=TaskStatus.DONE, done_at=at(8))
    other = task(at(5), "Ring GP", status=TaskStatus.DONE, done_at=at(2))
    assert row(care(), done, other).care.checked_ms == NOW - 8 * MINUTE


def test_a_disputed_level_shows_the_higher_marked_provisional():
    sides = (
        side("a", level=2, check_every_minutes=30, rouse=True),
        side("b", level=3, check_every_minutes=None, rouse=False),
    )
    dispute = conflict("CareLevel", "care", "level", *sides)
    found = row(care(review_at=in_(60)), conflicts=(dispute,))
    assert (found.care.level, found.care.is_provisional) == (3, True)
    assert found.care.review_ms == NOW + 60 * MINUTE
    assert [(one.kind, one.group, one.sides) for one in found.conflicts] == [
        ("CareLevel", "level", 2)
    ]
    assert found.standing is CopyState.DECISION


def test_allergies_nobody_asked_about_are_not_recorded():
    assert row().allergies is AllergyKnowledge.NOT_RECORDED
    assert row(status()).allergies is AllergyKnowledge.NONE_KNOWN


def test_an_allergy_that_stands_makes_them_known_whatever_the_status_says():
    assert row(status(), allergy()).allergies is AllergyKnowledge.KNOWN
    struck = allergy(status=AllergyStanding.ENTERED_IN_ERROR)
    assert row(status(), struck).allergies is AllergyKnowledge.NONE_KNOWN


def test_none_known_against_known_shows_known_and_provisional():
    sides = (side("a", status="none_known"), side("b", status="known"))
    found = row(status(), conflicts=(conflict("AllergyStatus", "as", "status", *sides),))
    assert (found.allergies, found.allergies_provisional) == (AllergyKnowledge.KNOWN, True)


def test_a_disputed_single_allergy_is_provisional_too():
    sides = (
        side("a", status="entered_in_error", severity="mild", substance="Penicillin"),
        side("b", status="active", severity="mild", substance="Penicillin"),
    )
    dispute = conflict("AllergyIntolerance", "al", "allergy", *sides)
    struck = allergy(status=AllergyStanding.ENTERED_IN_ERROR)
    found = row(status(), struck, conflicts=(dispute,))
    assert (found.allergies, found.allergies_provisional) == (AllergyKnowledge.KNOWN, True)


def test_open_tasks_stand_by_due_time_and_done_ones_are_gone():
    done = task(at(30), "Done", status=TaskStatus.DONE, done_at=at(20))
    found = row(task(in_(30), "Second"), done, task(in_(5), "First", cause="o1"))
    assert [(one.what, one.cause) for one in found.tasks] == [("First", "o1"), ("Second", None)]


def test_decisions_not_told_come_first_then_the_worst():
    detained = outcome("o2", purpose=FitnessPurpose.DETAINED, outcome=Fitness.FIT)
    found = row(outcome(valid_until=in_(60), review_at=in_(30)), told(), detained)
    assert [one.id for one in found.outcomes] == ["o2", "o1"]
    first, second = found.outcomes
    assert (first.told_to, first.told_ms, first.read_back) == ("", None, False)
    assert (second.told_to, second.told_ms) == ("Sgt Marsh", NOW - 20 * MINUTE)
    assert (second.valid_until_ms, second.review_ms) == (NOW + 60 * MINUTE, NOW + 30 * MINUTE)


def test_a_fitness_decision_set_aside_by_a_person_is_not_on_the_board():
    fit = outcome("o2", outcome=Fitness.FIT)
    dispute = conflict(
        "FitnessOutcome",
        "place",
        "replaces",
        side("a", "o1"),
        side("b", "o2"),
        status="resolved",
        resolution="res",
    )
    found = row(outcome(), fit, resolution("o2"), conflicts=(dispute,))
    assert [(one.id, one.is_provisional) for one in found.outcomes] == [("o2", False)]


def test_of_several_referrals_the_one_whose_target_ends_first_is_shown():
    late = referral(id="r2", requested_at=at(10), target_minutes=15)
    without = referral(id="r3", requested_at=at(90), target_minutes=None)
    found = row(without, referral(), late, seen_referral())
    assert found.referral.id == "r2"


def test_an_emergency_that_waits_is_not_hidden_behind_an_older_routine_referral():
    overdue = referral(id="r2", requested_at=at(300), target_minutes=60)
    urgent = referral(id="r3", requested_at=at(20), urgency=Urgency.URGENT)
    emergency = referral(
        id="r4", requested_at=at(1), target_minutes=None, urgency=Urgency.EMERGENCY
    )
    found = row(overdue, seen_referral(), urgent, emergency)
    assert [one.id for one in found.waiting] == ["r4", "r3", "r2"]
    assert found.referral.id == "r4"


def test_a_referral_whose_target_is_disputed_waits_once_and_against_the_shorter():
    sides = (side("a", target_minutes=60), side("b", target_minutes=15))
    found = row(referral(), conflicts=(conflict("Referral", "r1", "request", *sides),))
    assert [(one.id, one.target_minutes) for one in found.waiting] == [("r1", 15)]


def test_somebody_whom_nobody_asks_to_see_waits_for_nothing():
    assert row().waiting == ()
    assert row(seen_referral()).waiting == ()


def test_with_all_referrals_seen_the_newest_is_shown():
    older = referral(id="r0", requested_at=at(100), seen_at=at(90))
    found = row(older, seen_referral())
    assert (found.referral.id, found.referral.seen_by) == ("r1", "okafor")


@pytest.mark.parametrize(
    ("standings", "worst", "unsent"),
    [
        ([], CopyState.CENTRAL, 0),
        ([CopyState.CENTRAL, CopyState.SENDING], CopyState.SENDING, 1),
        ([CopyState.SENDING, CopyState.LOCAL, CopyState.CENTRAL], CopyState.LOCAL, 2),
        ([CopyState.LOCAL, CopyState.HELD], CopyState.HELD, 2),
    ],
)
def test_the_worst_copy_is_shown_and_what_is_not_held_centrally_is_counted(
    standings, worst, unsent
):
    views = tuple(view(flag(str(n)), one) for n, one in enumerate(standings))
    found = row(records=views)
    assert (found.standing, found.unsent) == (worst, unsent)


def test_mine_are_those_i_accepted_saw_or_recorded_something_about():
    accepted = referral(accepted_by="shah")
    found = row(accepted, outcome(performed_by="perry", recorded_by="gray"), care())
    assert found.staff == ("gray", "perry", "shah")


def test_whose_a_person_is_does_not_change_when_a_note_has_been_sent():
    assert row(note(performed_by="perry")).staff == ()


def test_a_disputed_identity_leaves_the_name_as_it_is_and_says_that_it_waits():
    sides = (side("a", family="Farrow"), side("b", family="Harrow"))
    found = row(conflicts=(conflict("Patient", "p1", "identity", *sides),))
    assert found.standing is CopyState.DECISION
    assert found.family in {"Farrow", "Harrow"}


def test_resolutions_are_among_what_a_row_is_built_from():
    assert {"ConflictResolution", "Conflict", "MedicationAdministration"} <= BOARD_KINDS
    assert "AccessEvent" not in BOARD_KINDS


def test_an_incomplete_row_says_so():
    assert row().is_complete
    assert not row(is_complete=False, patient=patient(given="")).is_complete


def test_a_row_is_on_the_board_of_each_suite_that_a_version_of_the_stay_names():
    assert row().sites == ("s1",)
    elsewhere = side("b", site="s2", status="open")
    disputed = conflict("CustodyEpisode", "e1", "custody", side("a", site="s1"), elsewhere)
    found = row(conflicts=(disputed,))
    assert found.sites == ("s1", "s2")
    assert [found.is_at(site) for site in ("s1", "s2", "s3")] == [True, True, False]


def test_a_row_stays_on_the_board_where_the_server_has_the_person():
    found = row(episode=stay(site="s2"), held_at="s1")
    assert found.sites == ("s1", "s2")
    assert found.is_at("s1")
