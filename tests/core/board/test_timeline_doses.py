from __future__ import annotations

import pytest

from sonar_core.board.severity import Severity
from sonar_core.board.timeline_doses import DOSE_WORDS, said_of_dose, said_of_order
from sonar_core.board.timeline_said import Category
from sonar_core.records.medication_administration import DoseOutcome
from sonar_core.records.medication_request import RequestStatus, SupplyRoute
from tests.core.board.custody import at, dose, in_, order


def test_a_dose_says_how_much_by_which_route_and_for_which_slot():
    said = said_of_dose(dose("a", 5, due_at=at(7)))
    assert (said.title, said.text) == ("Given: Dihydrocodeine 30 mg", "30 mg · oral · Due 14:25")
    assert (said.category, said.severity) == (Category.MEDICINES, Severity.OK)


def test_a_dose_not_given_says_why_and_when_it_is_offered_again():
    said = said_of_dose(
        dose("a", 5, DoseOutcome.WITHHELD, dose=None, unit="", reason="Sedated", again_at=in_(28))
    )
    assert (said.title, said.text) == (
        "Withheld: Dihydrocodeine 30 mg",
        "oral · Sedated · Offer again 15:00",
    )
    assert said.severity is Severity.SOON


@pytest.mark.parametrize("code", list(DoseOutcome))
def test_every_code_of_the_chart_has_its_word(code):
    said = said_of_dose(dose("a", 5, code))
    assert said.title.startswith(DOSE_WORDS[code])
    assert said.is_struck_out is (code is DoseOutcome.ENTERED_IN_ERROR)


def test_an_order_says_dose_times_authority_and_why():
    said = said_of_order(
        order(due_times=("08:00", "20:00"), indication="Withdrawal", authority=SupplyRoute.PSD)
    )
    assert (said.title, said.text) == (
        "Ordered: Dihydrocodeine 30 mg",
        "30 mg · oral · 08:00, 20:00 · patient specific direction · Withdrawal",
    )
    assert said.at == at(120)
    assert "when needed" in said_of_order(order(as_needed=True)).text
    assert "once" in said_of_order(order()).text


@pytest.mark.parametrize(
    ("route", "words"),
    [
        (SupplyRoute.PGD, "patient group direction"),
        (SupplyRoute.PSD, "patient specific direction"),
        (SupplyRoute.PRESCRIPTION, "prescription"),
        (SupplyRoute.OWN_MEDICINE, "own medicine"),
        (SupplyRoute.GENERAL_SALE, "general sale"),
    ],
)
def test_an_order_says_under_what_it_is_supplied_as_a_clinician_would(route, words):
    assert words in said_of_order(order(authority=route)).text.split(" · ")


def test_a_stopped_order_says_so_when_it_was_stopped_and_one_in_error_is_struck():
    stopped = said_of_order(order(status=RequestStatus.STOPPED, status_reason="Liver"))
    assert (stopped.title, stopped.at) == ("Stopped: Dihydrocodeine 30 mg", None)
    assert stopped.text.endswith("Liver")
    assert said_of_order(order(status=RequestStatus.ENTERED_IN_ERROR)).is_struck_out
