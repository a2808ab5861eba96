from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sonar_core.clinical.identifiers import (
    ChiMethod,
    NhsNumberRange,
    NumberProblem,
    Sex,
    check_chi_number,
    check_nhs_number,
    chi_date_differs,
)

DIGITS = st.text("0123456789", min_size=10, max_size=10)


@pytest.mark.parametrize(
    "typed",
    ["9434765919", "943 476 5919", " 943-476-5919 ", "943.476.5919", "943\u00a0476\u20115919"],
)
def test_an_nhs_number_is_kept_as_ten_digits_and_shown_3_3_4(typed):
    check = check_nhs_number(typed)

    assert (check.stored, check.display) == ("9434765919", "943 476 5919")
    assert check.problem is None
    assert check.is_test_range


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("9434765919", NhsNumberRange.TEST),
        ("0101011237", NhsNumberRange.CHI),
        ("3200000007", NhsNumberRange.NORTHERN_IRELAND),
        ("4010232137", NhsNumberRange.ENGLAND_WALES_ISLE_OF_MAN),
        ("1234567881", NhsNumberRange.UNALLOCATED),
    ],
)
def test_a_number_says_who_gives_it_out(number, expected):
    check = check_nhs_number(number)

    assert check.stored == number
    assert check.range is expected
    assert check.is_test_range == (expected is NhsNumberRange.TEST)


@pytest.mark.parametrize(
    ("typed", "problem", "digits"),
    [
        ("", NumberProblem.MISSING, 0),
        (" - ", NumberProblem.MISSING, 0),
        ("943476591", NumberProblem.WRONG_LENGTH, 9),
        ("94347659199", NumberProblem.WRONG_LENGTH, 11),
        ("943476591O", NumberProblem.INVALID_CHARACTERS, 9),
        ("٩٤٣٤٧٦٥٩١٩", NumberProblem.INVALID_CHARACTERS, 0),
        ("9434765910", NumberProblem.INVALID_CHECKSUM, 10),
        ("1000000000", NumberProblem.INVALID_CHECKSUM, 10),
    ],
)
def test_what_is_no_nhs_number_says_why_and_is_not_kept(typed, problem, digits):
    check = check_nhs_number(typed)

    assert (check.problem, check.digits) == (problem, digits)
    assert (check.stored, check.display, check.range) == (None, None, None)
    assert not check.is_test_range


@given(DIGITS, st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(number, place, change):
    wrong = str((int(number[place]) + change) % 10)
    other = number[:place] + wrong + number[place + 1 :]

    assert not (check_nhs_number(number).stored and check_nhs_number(other).stored)


@given(DIGITS)
def test_the_display_is_read_back_as_the_same_number(number):
    check = check_nhs_number(number)

    if check.stored is not None:
        assert check_nhs_number(check.display) == check


@pytest.mark.parametrize(
    ("typed", "method", "sex"),
    [
        ("1904851231", ChiMethod.MOD_11, Sex.MALE),
        ("010101 1237", ChiMethod.BOTH, Sex.MALE),
        ("2902200175", ChiMethod.MOD_10, Sex.MALE),
    ],
)
def test_a_chi_number_is_good_by_either_check_digit(typed, method, sex):
    check = check_chi_number(typed)

    assert (check.method, check.sex_digit, check.problem) == (method, sex, None)
    assert check.display == f"{check.stored[:6]} {check.stored[6:]}"
    assert check.ddmmyy == check.stored[:6]


def test_an_even_ninth_digit_is_female():
    found = [check_chi_number(f"010101122{last}").sex_digit for last in range(10)]

    assert Sex.FEMALE in found
    assert Sex.MALE not in found


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", NumberProblem.MISSING),
        ("a123456789", NumberProblem.INVALID_CHARACTERS),
        ("12345678900", NumberProblem.WRONG_LENGTH),
        ("3201209999", NumberProblem.INVALID_DATE),
        ("2902210000", NumberProblem.INVALID_DATE),
        ("0101201233", NumberProblem.INVALID_CHECKSUM),
    ],
)
def test_what_is_no_chi_number_says_why(typed, problem):
    check = check_chi_number(typed)

    assert check.problem is problem
    assert (check.stored, check.display, check.method) == (None, None, None)
    assert (check.sex_digit, check.ddmmyy) == (None, None)


def test_29_february_2000_and_1904_are_days_though_1900_had_none():
    assert check_chi_number("2902000000").problem is not NumberProblem.INVALID_DATE
    assert check_chi_number("2902040000").problem is not NumberProblem.INVALID_DATE


def test_a_chi_date_other_than_the_date_of_birth_is_only_a_warning():
    good, bad = check_chi_number("1904851231"), check_chi_number("0101201233")

    assert chi_date_differs(good, date(1985, 4, 20))
    assert not chi_date_differs(good, date(1985, 4, 19))
    assert not chi_date_differs(bad, date(1985, 4, 20))
