from __future__ import annotations

import uuid
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sonar_core.medicines.checks import CheckLevel, DoseAsked, check_dose
from sonar_core.medicines.recheck import (
    BrokenRule,
    Charted,
    broken_rules,
    review_of,
    still_to_answer,
)
from sonar_core.moments import Precision
from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_core.records.medication_administration import CheckShown, DoseOutcome
from sonar_core.records.medication_request import RequestStatus
from sonar_core.records.task import TaskKind, TaskOwner, TaskStatus
from tests.core.board.custody import HOUR, MINUTE, ZONE, allergy, at, dose, order, stay
from tests.core.medicines.judged import JUDGED, asked_by

LIMITED = {"interval_minutes": 240, "maximum_24h": "180"}
ELSEWHERE = {"recorded_by": "adeyemi", "performed_by": "adeyemi"}


TWO_HOURS_APART = "Dihydrocodeine 12:22, 2hr apart. The order says 4hr at least."


def charted(*taken, orders=None, allergies=()):
    versions = ((order(**LIMITED),),) if orders is None else tuple((one,) for one in orders)
    return Charted(orders=versions, taken=tuple(taken), allergies=tuple(allergies))


def said(found):
    return [(one.rule, one.about, one.text) for one in found]


def with_checks(record, of, *before, allergies=()):
    """The dose as its giver signed it: with the checks shown, knowing the doses before it."""
    shown = check_dose(
        DoseAsked(
            order=of,
            dose=record.dose,
            at_ms=record.performed_at.utc_ms,
            zone=ZONE,
            taken=before,
            allergy_knowledge=AllergyKnowledge.KNOWN,
            allergies=tuple(allergies),
        )
    )
    return msgspec.structs.replace(
        record,
        checks=tuple(
            CheckShown(rule=one.rule.value, level=one.level.value, text=one.text) for one in shown
        ),
    )


@pytest.mark.parametrize("vector", JUDGED, ids=lambda vector: vector["id"])
def test_a_dose_given_unseen_comes_out_as_the_domain_expert_judges_it_before(vector):
    asked = asked_by(vector)
    unseen = dose(
        "now",
        0,
        performed_at=msgspec.structs.replace(at(), utc_ms=asked.at_ms),
        request=asked.order.id,
        medicine=asked.order.medicine,
        ingredients=asked.order.ingredients,
        dose=asked.dose,
    )
    found = broken_rules(
        charted(*asked.taken, unseen, orders=[asked.order], allergies=asked.allergies)
    )
    # Two people's doses of one time are asked about whatever the order says.
    of_it = [one for one in found if one.about[0] == "now" and one.rule is not BrokenRule.TWICE]
    assert bool(of_it) is (not vector["expected"].startswith("allow"))


def test_a_dose_of_another_pc_within_the_interval_is_found_at_the_later_one():
    found = broken_rules(charted(dose("b", 10), dose("a", 130, **ELSEWHERE)))
    assert said(found) == [
        (
            BrokenRule.INTERVAL,
            ("b", "a"),
            f"Dihydrocodeine given 14:22. {TWO_HOURS_APART}",
        )
    ]
    assert found[0].at == at(10)


def test_a_dose_of_the_same_ingredient_under_another_order_counts_too():
    other = dose("a", 130, request="m Other", medicine="Other", strength="60 mg")
    found = broken_rules(charted(other, dose("b", 10)))
    assert [one.about for one in found] == [("b", "a")]


def test_on_the_minute_of_the_interval_nothing_is_broken():
    assert broken_rules(charted(dose("a", 240), dose("b", 0))) == ()


def test_what_the_giver_was_shown_and_overruled_is_not_asked_again():
    first = dose("a", 130)
    overruled = with_checks(dose("b", 10), order(**LIMITED), first)
    assert any(one.level == CheckLevel.STOP.value for one in overruled.checks)
    assert broken_rules(charted(first, overruled)) == ()
    # Another PC's dose between the two is not what they were shown.
    between = dose("c", 60)
    assert [one.about for one in broken_rules(charted(first, between, overruled))] == [
        ("c", "a"),
        ("b", "c"),
    ]


def test_whoever_wrote_an_earlier_dose_down_afterwards_was_shown_the_later_one():
    later = dose("b", 10)
    backdated = with_checks(dose("a", 130, recorded_at=at(0)), order(**LIMITED), later)
    assert broken_rules(charted(backdated, later)) == ()
    # Given under an order that is not here, nobody can say what they were shown.
    elsewhere = msgspec.structs.replace(backdated, request="m Other")
    assert [one.about for one in broken_rules(charted(elsewhere, later))] == [("b", "a")]


def test_two_pcs_together_pass_the_maximum():
    day = [dose(f"{place}", 60 * place, dose="60") for place in (5, 10, 15)]
    late = dose("b", 0, dose="30", **ELSEWHERE)
    found = broken_rules(charted(*day, late))
    assert said(found) == [
        (
            BrokenRule.MAXIMUM,
            ("b", "10", "15", "5"),
            "Dihydrocodeine given 14:32. 210 mg in 24hr with this dose, of 180 mg.",
        )
    ]


def test_the_dose_a_whole_day_ago_counts_no_more():
    assert broken_rules(charted(dose("a", 24 * 60, dose="160"), dose("b", 0))) == ()


def test_a_dose_whose_amount_nobody_wrote_breaks_no_maximum():
    assert broken_rules(charted(dose("a", 0, dose=None))) == ()


def test_an_allergy_recorded_elsewhere_is_found_for_the_doses_and_for_the_order():
    penicillin = order("Amoxicillin", id="m", strength="")
    given_before = dose("a", 60, request="m", medicine="Amoxicillin", ingredients=("amoxicillin",))
    found = broken_rules(charted(given_before, orders=[penicillin], allergies=[allergy()]))
    assert said(found) == [
        (
            BrokenRule.ALLERGY,
            ("m", "al"),
            "Amoxicillin is ordered. Allergy to Penicillin: anaphylaxis.",
        ),
        (
            BrokenRule.ALLERGY,
            ("a", "al"),
            "Amoxicillin given 13:32. Allergy to Penicillin: anaphylaxis.",
        ),
    ]
    other = allergy(id="other", substance="Latex")
    assert broken_rules(charted(given_before, orders=[penicillin], allergies=[other])) == ()


def test_an_order_against_an_allergy_is_not_asked_about_once_it_is_stopped_or_overruled():
    asked = order("Amoxicillin", id="m", strength="")
    given_before = dose("a", 60, request="m", medicine="Amoxicillin")
    stopped = msgspec.structs.replace(asked, status=RequestStatus.STOPPED, stop_at=at(5))
    found = broken_rules(charted(given_before, orders=[stopped], allergies=[allergy()]))
    assert [one.about for one in found] == [("a", "al")]
    shown = with_checks(given_before, asked, allergies=[allergy()])
    known = broken_rules(charted(shown, orders=[asked], allergies=[allergy()]))
    assert [one.about for one in known] == [("m", "al")], "custody gave it; nobody was asked"
    overruled = msgspec.structs.replace(shown, override_reason="Dr Shah, telephone, read back: no")
    assert broken_rules(charted(overruled, orders=[asked], allergies=[allergy()])) == ()


@pytest.mark.parametrize(
    ("status", "ended", "text"),
    [
        (RequestStatus.STOPPED, at(60), "The order ended at 13:32."),
        (RequestStatus.ACTIVE, at(60), "The order ended at 13:32."),
        (RequestStatus.ENTERED_IN_ERROR, at(0), "The order was entered in error."),
    ],
)
def test_a_dose_given_after_its_order_had_ended_elsewhere_is_found(status, ended, text):
    over = order(status=status, stop_at=ended)
    found = broken_rules(charted(dose("a", 10), orders=[over]))
    assert said(found) == [
        (BrokenRule.ORDER, ("a", over.id), f"Dihydrocodeine given 14:22. {text}")
    ]
    known = with_checks(dose("a", 10), over)
    assert broken_rules(charted(known, orders=[over])) == ()


def test_a_dose_before_its_order_ended_breaks_nothing():
    over = order(status=RequestStatus.STOPPED, stop_at=at(5))
    assert broken_rules(charted(dose("a", 10), orders=[over])) == ()


@pytest.mark.parametrize(
    ("one", "two", "is_asked"),
    [
        ({"minutes_ago": 14}, {"minutes_ago": 0, **ELSEWHERE}, True),
        ({"minutes_ago": 15}, {"minutes_ago": 0, **ELSEWHERE}, True),
        ({"minutes_ago": 16}, {"minutes_ago": 0, **ELSEWHERE}, False),
        ({"minutes_ago": 14}, {"minutes_ago": 0}, False),
        ({"minutes_ago": 90, "due_at": at(90)}, {"minutes_ago": 0, "due_at": at(90)}, True),
        ({"minutes_ago": 9, "due_at": at(90)}, {"minutes_ago": 0, "due_at": at(9)}, False),
        (
            {"minutes_ago": 9, "code": DoseOutcome.VOMITED},
            {"minutes_ago": 0, **ELSEWHERE},
            False,
        ),
        (
            {"minutes_ago": 9, "request": "m Other"},
            {"minutes_ago": 0, **ELSEWHERE},
            False,
        ),
    ],
)
def test_one_dose_charted_twice_or_given_twice_is_asked_about(one, two, is_asked):
    found = broken_rules(charted(dose("a", **one), dose("b", **two), orders=[order()]))
    assert [one.rule for one in found] == [BrokenRule.TWICE] * is_asked
    if is_asked:
        assert found[0].about == ("b", "a")
        assert "One dose or two?" in found[0].text


def test_an_emergency_medicine_is_given_again_without_a_question():
    naloxone = order("Naloxone", id="m")
    doses = [dose(name, ago, request="m", **ELSEWHERE) for name, ago in (("a", 5), ("c", 1))]
    assert broken_rules(charted(*doses, dose("b", 3, request="m"), orders=[naloxone])) == ()


def test_two_versions_of_one_entry_are_not_measured_against_each_other():
    one, two = (dose(name, 10, replaces="first") for name in ("a", "b"))
    assert broken_rules(charted(one, two)) == ()


def test_of_an_order_in_dispute_every_version_is_asked():
    versions = (order(interval_minutes=60), order(interval_minutes=240))
    found = broken_rules(
        Charted(orders=(versions,), taken=(dose("a", 130), dose("b", 10, **ELSEWHERE)))
    )
    assert [one.about for one in found] == [("b", "a")]
    assert "4hr at least" in found[0].text


def test_an_interval_longer_than_a_day_reaches_as_far_back():
    weekly = order(interval_minutes=7 * 24 * 60)
    found = broken_rules(charted(dose("a", 3 * 24 * 60), dose("b", 0), orders=[weekly]))
    assert [one.about for one in found] == [("b", "a")]


def test_a_dose_at_an_unknown_time_is_named_as_such():
    unknown = msgspec.structs.replace(at(60), precision=Precision.UNKNOWN)
    found = broken_rules(charted(dose("a", 60, performed_at=unknown), dose("b", 0)))
    assert "at a time that is not known" in found[0].text


def test_a_broken_rule_is_one_task_for_healthcare_with_the_same_id_on_every_pc():
    (broken,) = broken_rules(charted(dose("b", 10), dose("a", 130)))
    task = review_of(broken, stay())
    assert uuid.UUID(task.id).version == 5
    assert task == review_of(broken, stay(cell="M9"))
    assert task.what == f"Check: {broken.text}"
    assert (task.kind, task.owner, task.status) == (
        TaskKind.REASSESS,
        TaskOwner.HEALTHCARE,
        TaskStatus.OPEN,
    )
    assert (task.due_at, task.cause, task.created_by) == (at(10), "b", "")


def test_an_answer_settles_one_broken_rule_and_no_other():
    known = charted(dose("a", 130), dose("b", 70), dose("c", 10))
    (first, task), (second, _) = still_to_answer(known, stay(), ())
    answered = msgspec.structs.replace(task, status=TaskStatus.DONE)
    assert [one for one, _ in still_to_answer(known, stay(), [answered])] == [second]
    assert first.about == ("b", "a")


@st.composite
def days(draw):
    """Doses of a day on two PCs, some under an order of their own with the same ingredient."""
    count = draw(st.integers(0, 7))
    ages = draw(st.lists(st.integers(0, 30 * 60), min_size=count, max_size=count))
    return [
        dose(
            f"d{place}",
            age,
            draw(st.sampled_from([DoseOutcome.GIVEN, DoseOutcome.PARTLY_GIVEN])),
            request=draw(st.sampled_from(["m Dihydrocodeine", "m Other"])),
            dose=draw(st.sampled_from(["30", "60", "15"])),
            recorded_by=draw(st.sampled_from(["okafor", "adeyemi"])),
        )
        for place, age in enumerate(ages)
    ]


@given(days(), st.randoms())
def test_every_pc_that_knows_the_same_says_the_same(taken, random):
    orders = [order(**LIMITED), order(id="m Other", interval_minutes=60)]
    allergies = [allergy(substance="Dihydrocodeine"), allergy(id="x", substance="Latex")]
    known = charted(*taken, orders=orders, allergies=allergies)
    for some in (taken, orders, allergies):
        random.shuffle(some)
    assert broken_rules(charted(*taken, orders=orders, allergies=allergies)) == broken_rules(known)


@given(days())
def test_what_one_pc_wrote_in_turn_with_its_checks_is_never_asked_about_again(taken):
    """Except for one dose that two people wrote at nearly the same time."""
    orders = {one.id: one for one in (order(**LIMITED), order(id="m Other", interval_minutes=60))}
    signed = []
    for record in sorted(taken, key=lambda one: (one.performed_at.utc_ms, one.id)):
        signed.append(with_checks(record, orders[record.request], *signed))
    found = broken_rules(charted(*signed, orders=orders.values()))
    assert {one.rule for one in found} <= {BrokenRule.TWICE}


@given(days())
def test_no_dose_above_the_maximum_goes_unsaid(taken):
    """Against sums by hand: whatever doses nobody was shown pass it, the last of them is named."""
    limited = order(maximum_24h="180")
    mine = [msgspec.structs.replace(one, request=limited.id) for one in taken]
    found = {
        one.about[0]
        for one in broken_rules(charted(*mine, orders=[limited]))
        if one.rule is BrokenRule.MAXIMUM
    }
    expected = set()
    in_turn = sorted(
        mine, key=lambda one: (one.performed_at.utc_ms, one.recorded_at.utc_ms, one.id)
    )
    for place, one in enumerate(in_turn):
        total = sum(
            int(other.dose)
            for other in in_turn[: place + 1]
            if one.performed_at.utc_ms - other.performed_at.utc_ms < 24 * HOUR
        )
        if total > 180:
            expected.add(one.id)
    assert found == expected


@given(days())
def test_no_two_doses_within_the_interval_go_unsaid(taken):
    limited = order(interval_minutes=240)
    mine = [msgspec.structs.replace(one, request=limited.id) for one in taken]
    found = {
        one.about
        for one in broken_rules(charted(*mine, orders=[limited]))
        if one.rule is BrokenRule.INTERVAL
    }
    in_turn = sorted(
        mine, key=lambda one: (one.performed_at.utc_ms, one.recorded_at.utc_ms, one.id)
    )
    expected = {
        (two.id, one.id)
        for one, two in pairwise(in_turn)
        if two.performed_at.utc_ms - one.performed_at.utc_ms < 240 * MINUTE
    }
    assert found == expected
