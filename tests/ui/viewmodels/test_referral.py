"""Who waits for healthcare, and for how long."""

from __future__ import annotations

import pytest

from sonar_core.records.referral import ReferralReason, Urgency
from sonar_desktop.ui.viewmodels.face_rows import FACE_ROLE
from sonar_desktop.ui.viewmodels.referral import ReferralRows, ReferralsModel
from sonar_desktop.ui.viewmodels.workplace import Page, Tab
from sonar_desktop.usecases.refer_detainee import Referring, refer_detainee


@pytest.fixture
def model(workplace):
    made = ReferralsModel(workplace)
    yield made
    made.close()


def loaded(qtbot, model, count):
    model.refresh()
    qtbot.waitUntil(lambda: model.is_loaded and len(model.shown) == count)
    return model.shown


def test_nobody_waits(qtbot, model):
    assert loaded(qtbot, model, 0) == ()
    assert model.waiting == 0


def test_who_waits_longest_is_first_and_who_was_seen_last(qtbot, model, seed):
    seed.admit("M1", "Ash", minutes_ago=20)
    seed.admit("M2", "Birch", minutes_ago=75)
    seed.admit("M3", "Cedar", minutes_ago=90)
    cedar = next(one for one in loaded(qtbot, model, 3) if one.cell == "M3")
    model.see(cedar)
    qtbot.waitUntil(lambda: model.waiting == 2)
    assert [one.cell for one in model.shown] == ["M2", "M1", "M3"]
    late, soon, seen = model.shown
    assert (late.clock, late.is_late, late.per_mille) == ("1hr 15min of 1hr", True, 1000)
    assert (soon.clock, soon.is_late) == ("20min of 1hr", False)
    assert seen.seen == "Seen 14:32, Rhona Okafor, nurse"
    assert seen.is_accepted


def test_an_emergency_comes_before_everybody(qtbot, model, seed, workplace):
    seed.admit("M1", "Ash", minutes_ago=50)
    admitted = seed.admit("M2", "Birch", minutes_ago=50)
    refer_detainee(
        workplace.desk,
        Referring(
            episode=admitted.episode,
            requested_at=seed.moment(1),
            requested_by="Sgt Marsh",
            reasons=(ReferralReason.INJURY, ReferralReason.INTOXICATION),
            urgency=Urgency.EMERGENCY,
        ),
    )
    model.refresh()
    qtbot.waitUntil(lambda: bool(model.shown) and model.shown[0].urgency is Urgency.EMERGENCY)
    first = model.shown[0]
    assert (first.reasons, first.clock, first.per_mille) == ("Injury, Intoxication", "1min", None)
    assert "Emergency" in first.spoken()


def test_accepting_stops_no_clock(qtbot, model, seed, hand_clock):
    seed.admit("M1", "Ash", minutes_ago=20)
    model.accept(loaded(qtbot, model, 1)[0])
    qtbot.waitUntil(lambda: model.shown[0].is_accepted)
    hand_clock.let_pass(minutes=5)
    model.tick()
    assert model.shown[0].clock == "25min of 1hr"
    assert model.waiting == 1


def test_a_referral_nobody_has_seen_is_closed_only_with_a_reason(qtbot, model, seed):
    seed.admit("M1", "Ash", minutes_ago=20)
    face = loaded(qtbot, model, 1)[0]
    model.close_case(face, " ")
    qtbot.waitUntil(lambda: model.problem == "1 answer needs you.")
    model.close_case(face, "Went to hospital")
    qtbot.waitUntil(lambda: model.shown == ())


def test_enter_leads_to_the_record(qtbot, model, seed, visited):
    admitted = seed.admit("M1", "Ash", minutes_ago=20)
    model.open_record(loaded(qtbot, model, 1)[0], Tab.ASSESSMENT)
    assert (visited.last.page, visited.last.episode, visited.last.tab) == (
        Page.RECORD,
        admitted.episode,
        Tab.ASSESSMENT,
    )


def test_a_tick_keeps_the_choice(qtbot, model, seed, hand_clock):
    seed.admit("M1", "Ash", minutes_ago=20)
    rows = ReferralRows()
    rows.set_faces(loaded(qtbot, model, 1))
    hand_clock.let_pass(minutes=1)
    model.tick()
    with qtbot.assertNotEmitted(rows.modelReset), qtbot.waitSignal(rows.dataChanged):
        rows.set_faces(model.shown)
    assert rows.index(0).data(FACE_ROLE).clock == "21min of 1hr"
    assert "ASH" in rows.index(0).data()
    assert rows.row_of("nobody") is None
