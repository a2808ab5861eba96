from __future__ import annotations

import pytest

from sonar_core.records.medication_administration import DoseOutcome
from sonar_core.records.medication_request import RequestStatus
from sonar_desktop.ui.viewmodels.chart_faces import Group, SlotKind
from sonar_desktop.ui.viewmodels.medicines import MedicinesModel, Span
from sonar_desktop.usecases.record_allergy import AllergyEntry, record_allergy
from tests.ui.disputes import drain
from tests.ui.medicine_story import MedicineStory


@pytest.fixture
def story(seed):
    return MedicineStory(seed)


@pytest.fixture
def chart(qtbot, workplace, background):
    opened = []

    def open_(episode) -> MedicinesModel:
        model = MedicinesModel(workplace, episode)
        opened.append(model)
        model.refresh()
        qtbot.waitUntil(lambda: model.is_loaded)
        return model

    yield open_
    for model in opened:
        model.close()
    drain(qtbot, background)


def slots(model, request):
    return [(one.kind, one.time, one.word) for one in model.row(request).slots]


def test_rows_stand_in_their_groups_with_name_strength_and_limits(chart, story):
    regular, needed = story.regular(), story.needed()
    once = story.order("Vitamin B1")
    model = chart(story.episode)
    assert [(row.group, row.request) for row in model.rows] == [
        (Group.REGULAR, regular.id),
        (Group.WHEN_NEEDED, needed.id),
        (Group.ONCE, once.id),
    ]
    row = model.row(regular.id)
    assert row.name == "Dihydrocodeine 30 mg tablet"
    assert row.detail == "30 mg by mouth · 4hr apart · at most 60 mg in 24hr · PGD, 014 v3"
    assert (row.taken, row.per_mille) == ("0", 0)


def test_what_is_due_is_late_from_the_moment_after_and_the_next_is_later(chart, story):
    order = story.regular()
    assert slots(chart(story.episode), order.id) == [
        (SlotKind.LATE, "14:30", "late"),
        (SlotKind.LATER, "20:30", "later"),
    ]


def test_a_dose_due_within_the_quarter_hour_is_due_now(chart, story):
    order = story.regular(due_times=("14:40",))
    assert slots(chart(story.episode), order.id)[0] == (SlotKind.DUE, "14:40", "due now")


def test_every_outcome_has_its_own_kind_and_word(chart, story):
    made = {}
    for code, kind, dose, word in (
        (DoseOutcome.GIVEN, SlotKind.GIVEN, "30", "30 mg RO"),
        (DoseOutcome.GIVEN_BY_CUSTODY, SlotKind.CUSTODY, "30", "30 mg"),
        (DoseOutcome.REFUSED, SlotKind.REFUSED, None, "refused"),
        (DoseOutcome.WITHHELD, SlotKind.WITHHELD, None, "withheld"),
        (DoseOutcome.NOT_AVAILABLE, SlotKind.NOT_AVAILABLE, None, "not available"),
        (DoseOutcome.ASLEEP, SlotKind.ASLEEP, None, "asleep"),
        (DoseOutcome.NOT_IN_SUITE, SlotKind.NOT_IN_SUITE, None, "not in suite"),
    ):
        order = story.order(f"Medicine{kind}", as_needed=True)
        story.give(
            order,
            code,
            dose=dose,
            reason="As asked",
            given_by_custody="PC Hall" if code is DoseOutcome.GIVEN_BY_CUSTODY else "",
        )
        made[order.id] = (kind, "13:32", word)
    model = chart(story.episode)
    for request, expected in made.items():
        assert slots(model, request) == [expected]


def test_a_dose_counts_against_the_most_and_shows_when_the_next_is_free(chart, story):
    order = story.needed()
    story.give(order, ago=60)
    model = chart(story.episode)
    row = model.row(order.id)
    assert (row.taken, row.per_mille) == ("30 mg", 500)
    assert slots(model, order.id)[-1] == (SlotKind.LATER, "17:32", "from then")


def test_a_dose_long_after_its_time_is_marked_late(chart, story, seed):
    order = story.regular(due_times=("12:45",))
    story.give(order, ago=5, due_at=seed.moment(107))
    assert slots(chart(story.episode), order.id)[0] == (SlotKind.GIVEN, "14:27", "30 mg RO late")


def test_an_entry_in_error_stays_struck_out_and_does_not_count(chart, story, qtbot, signing):
    order = story.needed()
    entry = story.give(order)
    model = chart(story.episode)
    assert model.entry_face(order.id, entry.id).can_strike
    model.strike(entry.id, "Other detainee’s dose")
    qtbot.waitUntil(lambda: model.row(order.id).taken == "0")
    assert slots(model, order.id) == [(SlotKind.ERROR, "13:32", "error")]
    face = model.entry_face(order.id, entry.id)
    assert not face.can_strike
    assert ("Struck out", "Other detainee’s dose. Rhona Okafor, nurse") in face.lines
    assert signing.asked == 1


def test_a_dose_vomited_after_still_counts(chart, story, qtbot):
    order = story.needed()
    entry = story.give(order)
    model = chart(story.episode)
    assert model.entry_face(order.id, entry.id).can_vomit
    model.vomited(order.id, entry.id)
    qtbot.waitUntil(lambda: slots(model, order.id)[0][0] is not SlotKind.GIVEN)
    kinds = {one.kind for one in model.row(order.id).slots}
    assert SlotKind.VOMITED in kinds
    assert model.row(order.id).taken == "30 mg"


def test_a_stopped_order_moves_down_and_nothing_is_due_under_it(chart, story, qtbot):
    order = story.regular()
    model = chart(story.episode)
    model.stop(order.id, "Written for another detainee", in_error=True)
    qtbot.waitUntil(lambda: model.row(order.id).group is Group.STOPPED)
    row = model.row(order.id)
    assert row.is_struck
    assert row.detail == "Entered in error: Written for another detainee"
    assert row.slots == ()
    assert model.line(order.id).order.status is RequestStatus.ENTERED_IN_ERROR


def test_allergies_nobody_asked_about_are_said(chart, seed):
    story = MedicineStory(seed, allergies=False)
    assert not chart(story.episode).allergies_recorded


def test_emergency_medicines_on_order_are_known_by_what_they_are_made_of(chart, story):
    order = story.naloxone()
    model = chart(story.episode)
    assert model.emergency_on_order == {"naloxone": order.id}


def test_the_hours_shown_begin_and_end_with_whole_hours(chart, story):
    model = chart(story.episode)
    window = model.window
    assert window.start_ms % 3_600_000 == 0
    assert [text for _, text in window.ticks][:3] == ["06:00", "08:00", "10:00"]
    model.set_span(Span.THREE_DAYS)
    assert model.window.ticks[0][1].startswith("12-Nov")


def test_time_that_passes_makes_a_dose_late(chart, story, hand_clock):
    order = story.regular(due_times=("14:40",))
    model = chart(story.episode)
    hand_clock.let_pass(minutes=9)
    model.tick()
    assert slots(model, order.id)[0] == (SlotKind.LATE, "14:40", "late")
    hand_clock.let_pass(minutes=70)
    model.tick()
    assert slots(model, order.id)[0] == (SlotKind.LATE, "14:40", "1hr 11min late")


def test_a_dose_that_breaks_a_rule_is_marked_and_the_order_says_which(chart, story, seed):
    order, other = story.needed(interval_minutes=None), story.regular()
    dose = story.give(order, ago=30)
    earlier = story.give(order, ago=100)
    record_allergy(seed.desk, story.admitted.patient, AllergyEntry(substance="Paracetamol"))
    model = chart(story.episode)
    row = model.row(order.id)
    assert row.to_check == (
        "Check: Paracetamol is ordered. Allergy to Paracetamol.",
        "Check: Paracetamol given 12:52. Allergy to Paracetamol.",
        "Check: Paracetamol given 14:02. Allergy to Paracetamol.",
    )
    marked = {one.entry: (one.to_check, one.word) for one in row.slots if one.entry}
    assert marked == {dose.id: (True, "30 mg RO, check"), earlier.id: (True, "30 mg RO, check")}
    assert row.slots[0].spoken.endswith(", to be checked")
    assert row.spoken.endswith("Allergy to Paracetamol.")
    assert model.entry_face(order.id, dose.id).to_check == (
        "Paracetamol given 14:02. Allergy to Paracetamol.",
    )
    untouched = model.row(other.id)
    assert (untouched.to_check, any(one.to_check for one in untouched.slots)) == ((), False)
