from __future__ import annotations

import pytest

from sonar_core.medicines.checks import (
    CheckLevel,
    DoseAsked,
    Rule,
    Unreadable,
    check_dose,
    is_blocked,
)
from sonar_core.moments import Precision, moment_at
from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_core.records.medication_administration import DoseOutcome
from sonar_core.records.medication_request import RequestStatus
from tests.core.board.custody import MINUTE, NOW, ZONE, allergy, at, dose, in_, order
from tests.core.medicines.judged import JUDGED, asked_by

LIMITED = {"interval_minutes": 240, "maximum_24h": "180"}


def asked(*taken, **other):
    given = {
        "order": order(**LIMITED),
        "dose": "30",
        "at_ms": NOW,
        "zone": ZONE,
        "taken": taken,
        "allergy_knowledge": AllergyKnowledge.NONE_KNOWN,
    }
    return DoseAsked(**(given | other))


def of(rule, checks):
    return [(check.level, check.text) for check in checks if check.rule is rule]


@pytest.mark.parametrize("vector", JUDGED, ids=lambda vector: vector["id"])
def test_the_judged_cases_come_out_as_the_domain_expert_says(vector):
    assert is_blocked(check_dose(asked_by(vector))) is (not vector["expected"].startswith("allow"))


def test_allergies_nobody_recorded_stop_a_dose():
    checks = check_dose(asked(allergy_knowledge=AllergyKnowledge.NOT_RECORDED))
    assert (checks[0].rule, checks[0].level, checks[0].blocks) == (
        Rule.ALLERGIES_RECORDED,
        CheckLevel.STOP,
        True,
    )


def test_unavailable_allergies_are_something_to_think_about():
    checks = check_dose(asked(allergy_knowledge=AllergyKnowledge.UNAVAILABLE))
    assert of(Rule.ALLERGIES_RECORDED, checks) == [
        (CheckLevel.THINK, "Allergies unavailable: nobody could say.")
    ]
    assert not is_blocked(checks)


def test_a_matching_allergy_stops_with_its_reaction_and_another_does_not():
    known = {"allergy_knowledge": AllergyKnowledge.KNOWN}
    mine = allergy(substance="Dihydrocodeine", reaction="wheeze")
    checks = check_dose(asked(allergies=(mine, allergy()), **known))
    assert of(Rule.ALLERGY, checks) == [(CheckLevel.STOP, "Allergy to Dihydrocodeine: wheeze.")]
    bare = check_dose(asked(allergies=(allergy(substance="Dihydrocodeine", reaction=""),), **known))
    assert of(Rule.ALLERGY, bare) == [(CheckLevel.STOP, "Allergy to Dihydrocodeine.")]
    assert of(Rule.ALLERGIES_RECORDED, bare) == [(CheckLevel.CLEAR, "Known allergies.")]


def test_nothing_blocks_an_emergency_medicine_but_its_allergy_is_still_shown_in_red():
    naloxone = order(
        "Naloxone",
        route="intramuscular",
        strength="400 micrograms/mL",
        interval_minutes=60,
        maximum_24h="1",
    )
    checks = check_dose(
        asked(
            dose("a", 1, request=naloxone.id),
            order=naloxone,
            allergy_knowledge=AllergyKnowledge.NOT_RECORDED,
            allergies=(allergy(substance="naloxone"),),
        )
    )
    assert not is_blocked(checks)
    stops = {check.rule for check in checks if check.level is CheckLevel.STOP}
    assert stops == {Rule.ALLERGIES_RECORDED, Rule.ALLERGY, Rule.INTERVAL, Rule.MAXIMUM}


def test_a_dose_a_minute_early_is_stopped_and_on_the_minute_is_clear():
    early = check_dose(asked(dose("a", 239)))
    assert of(Rule.INTERVAL, early) == [
        (
            CheckLevel.STOP,
            "Dihydrocodeine 10:33, 3hr 59min apart. The order says 4hr at least.",
        )
    ]
    clear = check_dose(asked(dose("a", 240)))
    assert of(Rule.INTERVAL, clear) == [(CheckLevel.CLEAR, "Dihydrocodeine 10:32, 4hr apart.")]
    assert of(Rule.INTERVAL, check_dose(asked())) == [
        (CheckLevel.CLEAR, "No earlier dose is on the chart.")
    ]


def test_a_dose_written_later_for_an_earlier_time_is_measured_both_ways():
    checks = check_dose(asked(dose("a", 0), at_ms=NOW - 60 * MINUTE))
    assert of(Rule.INTERVAL, checks)[0][0] is CheckLevel.STOP


def test_a_dose_at_an_unknown_time_counts_from_when_it_was_written():
    unknown = dose("a", 0, performed_at=moment_at(NOW - 60 * MINUTE, ZONE, Precision.UNKNOWN))
    assert of(Rule.INTERVAL, check_dose(asked(unknown))) == [
        (
            CheckLevel.STOP,
            "Dihydrocodeine was given at a time that is not known. The order says 4hr at least.",
        )
    ]


def test_an_order_without_interval_or_maximum_is_not_measured_against_one():
    checks = check_dose(asked(dose("a", 1), order=order()))
    assert [check.rule for check in checks] == [Rule.ALLERGIES_RECORDED]


def test_a_day_is_a_rolling_one_and_the_dose_a_whole_day_ago_no_longer_counts():
    doses = [dose(str(n), n * 240) for n in range(1, 7)]
    checks = check_dose(asked(*doses))
    assert of(Rule.MAXIMUM, checks) == [
        (CheckLevel.CLEAR, "180 mg in 24hr with this dose, of 180 mg.")
    ]
    sooner = check_dose(asked(*doses, at_ms=NOW - MINUTE))
    assert of(Rule.MAXIMUM, sooner) == [
        (CheckLevel.STOP, "210 mg in 24hr with this dose, of 180 mg.")
    ]


def test_halves_are_added_as_they_are_written():
    checks = check_dose(
        asked(
            dose("a", 300, dose="7.5"),
            dose="7.5",
            order=order(interval_minutes=240, maximum_24h="15.0"),
        )
    )
    assert of(Rule.MAXIMUM, checks) == [
        (CheckLevel.CLEAR, "15.0 mg in 24hr with this dose, of 15.0 mg.")
    ]


def test_another_product_with_the_same_ingredient_counts_for_the_interval_and_is_named():
    cocodamol = dose(
        "a",
        120,
        request="another order",
        medicine="Co-dydramol",
        ingredients=("Dihydrocodeine", "paracetamol"),
        dose="2",
        unit="tablets",
    )
    unsaid = dose("b", 300, dose=None)
    checks = check_dose(asked(cocodamol, unsaid))
    assert of(Rule.INTERVAL, checks)[0][0] is CheckLevel.STOP
    assert (
        CheckLevel.UNKNOWN,
        "Co-dydramol, Dihydrocodeine holds the same ingredient and is not in this sum.",
    ) in of(Rule.MAXIMUM, checks)


def test_another_medicine_altogether_does_not_count():
    other = dose("a", 5, request="another", ingredients=("sertraline",))
    assert {check.level for check in check_dose(asked(other))} == {CheckLevel.CLEAR}


@pytest.mark.parametrize("amount", ["", "two", "0", "-5"])
def test_a_dose_that_is_no_number_is_stopped(amount):
    assert of(Rule.DOSE, check_dose(asked(dose=amount))) == [
        (CheckLevel.STOP, "Enter the dose as a number above 0.")
    ]


def test_a_maximum_that_is_no_number_is_asked_about():
    checks = check_dose(asked(order=order(maximum_24h="a few")))
    assert of(Rule.MAXIMUM, checks) == [
        (CheckLevel.STOP, "The order's most in 24hr is not a number. Ask a prescriber.")
    ]


@pytest.mark.parametrize(
    ("other", "text"),
    [
        (
            {"must_ask_first": True},
            "There are two versions of this order. Ask a prescriber first.",
        ),
        ({"order": order(status=RequestStatus.STOPPED)}, "This order was stopped."),
        ({"order": order(start_at=in_(28))}, "This order starts at 15:00."),
        ({"order": order(stop_at=at(2))}, "This order ended at 14:30."),
    ],
)
def test_an_order_that_does_not_hold_now_stops_the_dose(other, text):
    assert of(Rule.ORDER, check_dose(asked(**other))) == [(CheckLevel.STOP, text)]


def test_an_order_that_ends_later_holds():
    assert of(Rule.ORDER, check_dose(asked(order=order(stop_at=in_(5))))) == []


def test_offline_the_doses_of_other_pcs_are_unknown_and_the_lines_stand_worst_first():
    checks = check_dose(
        asked(
            dose("a", 60),
            allergy_knowledge=AllergyKnowledge.UNAVAILABLE,
            unseen_since_ms=NOW - 192 * MINUTE,
        )
    )
    assert [check.level for check in checks] == [
        CheckLevel.STOP,
        CheckLevel.THINK,
        CheckLevel.UNKNOWN,
        CheckLevel.CLEAR,
    ]
    assert checks[2].text == "Doses given elsewhere since 11:20 are not known here."


def test_what_was_swallowed_and_vomited_counts():
    assert is_blocked(check_dose(asked(dose("a", 60, DoseOutcome.VOMITED))))


def test_allergies_that_cannot_be_read_are_asked_about_and_never_called_none():
    checks = check_dose(asked(unreadable=Unreadable(allergies=1)))
    text = (
        "1 entry about allergies cannot be read here: a newer version of SONAR wrote it."
        " Look on a PC that has the update, or ask a prescriber."
    )
    assert of(Rule.UNREADABLE, checks) == [(CheckLevel.STOP, text)]
    assert is_blocked(checks)
    assert of(Rule.ALLERGIES_RECORDED, checks) == []


def test_doses_that_cannot_be_read_need_a_prescribers_word_and_what_is_not_known_is_said():
    checks = check_dose(asked(unreadable=Unreadable(medicines=2)))
    (stop,) = [check for check in checks if check.rule is Rule.UNREADABLE]
    assert (stop.level, stop.blocks) == (CheckLevel.STOP, True)
    assert stop.text.startswith("2 entries about medicines cannot be read here")
    assert of(Rule.INTERVAL, checks) == [
        (CheckLevel.UNKNOWN, "As far as can be read here: No earlier dose is on the chart.")
    ]
    assert [level for level, _ in of(Rule.MAXIMUM, checks)] == [CheckLevel.UNKNOWN]
    over = check_dose(asked(dose="200", unreadable=Unreadable(medicines=1)))
    assert [level for level, _ in of(Rule.MAXIMUM, over)] == [CheckLevel.STOP]
    unknown = check_dose(asked(unreadable=Unreadable(unknown=1)))
    assert [level for level, _ in of(Rule.UNREADABLE, unknown)] == [CheckLevel.UNKNOWN]
    assert not is_blocked(unknown)


def test_nothing_that_cannot_be_read_holds_up_an_emergency_medicine():
    naloxone = order("Naloxone", ingredients=("naloxone",), route="intramuscular")
    hidden = Unreadable(allergies=1, medicines=3, unknown=1)
    checks = check_dose(asked(order=naloxone, unreadable=hidden))
    assert len(of(Rule.UNREADABLE, checks)) == 3
    assert not is_blocked(checks)
