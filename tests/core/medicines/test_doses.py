from __future__ import annotations

from decimal import Decimal

import pytest

from sonar_core.medicines.doses import amount, doses_taken, entries
from sonar_core.records.base import Replacement
from sonar_core.records.medication_administration import DoseOutcome
from tests.core.board.custody import dose


@pytest.mark.parametrize(
    ("code", "counts"),
    [
        (DoseOutcome.GIVEN, True),
        (DoseOutcome.GIVEN_BY_CUSTODY, True),
        (DoseOutcome.PARTLY_GIVEN, True),
        (DoseOutcome.VOMITED, True),
        (DoseOutcome.REFUSED, False),
        (DoseOutcome.WITHHELD, False),
        (DoseOutcome.NOT_AVAILABLE, False),
        (DoseOutcome.ASLEEP, False),
        (DoseOutcome.NOT_IN_SUITE, False),
        (DoseOutcome.ENTERED_IN_ERROR, False),
    ],
)
def test_only_what_was_swallowed_counts_as_a_dose(code, counts):
    assert bool(doses_taken([dose("a", 5, code)])) is counts


def test_struck_out_amended_and_set_aside_entries_are_left_out_and_the_rest_is_oldest_first():
    struck = dose(
        "b",
        5,
        DoseOutcome.ENTERED_IN_ERROR,
        replaces="a",
        replacement=Replacement.ENTERED_IN_ERROR,
    )
    found = entries(
        [struck, dose("a", 5), dose("c", 10), dose("d", 60), dose("x", 7)], frozenset({"x"})
    )
    assert [one.id for one in found] == ["d", "c"]


def test_two_entries_of_one_place_both_count_until_somebody_decides():
    rivals = [dose("b", 5, replaces="a"), dose("c", 5, replaces="a")]
    assert len(doses_taken([dose("a", 5), *rivals])) == 2


@pytest.mark.parametrize(
    ("text", "number"),
    [("7.5", Decimal("7.5")), ("1000", Decimal(1000)), ("", None), (None, None), ("two", None)],
)
def test_an_amount_is_decimal_text_or_nothing(text, number):
    assert amount(text) == number
    assert amount("Infinity") is None
