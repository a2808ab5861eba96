"""NHS number and CHI number: check digits, how they are kept and how they are shown.

A number is text: a leading zero must survive. Sources: NHS Data Dictionary, NHS NUMBER (modulus
11); NHS Common User Interface NUM-0001 to 0018 (3 3 4, other separators dropped); ranges as in
uk-fci nhs-number 2.2.0; CHI modulus 10 besides modulus 11: Public Health Scotland, phsmethods
issue 147 (approved May 2025). A number that fails is a warning for a person, never a refusal.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

_LENGTH: Final = 10
_DIGITS: Final = frozenset("0123456789")
_SEPARATORS: Final = str.maketrans("", "", " \t\r\n\u00a0\u2009\u202f-\u2010\u2011\u2013._/")


class NumberProblem(StrEnum):
    """Why a number is not one."""

    MISSING = "missing"
    INVALID_CHARACTERS = "invalid characters"
    WRONG_LENGTH = "wrong length"
    INVALID_DATE = "invalid date"
    INVALID_CHECKSUM = "invalid checksum"


class NhsNumberRange(StrEnum):
    """Who gives out numbers of this range."""

    CHI = "CHI range"
    NORTHERN_IRELAND = "Northern Ireland H&C range"
    ENGLAND_WALES_ISLE_OF_MAN = "England, Wales and Isle of Man range"
    TEST = "test range"
    UNALLOCATED = "no known range"


class NhsNumberCheck(msgspec.Struct, frozen=True, kw_only=True):
    """What was found about a number that somebody typed.

    Attributes:
        stored: Ten digits as text, or None where it is no number.
        display: ``943 476 5919``, or None with it.
        range: Who gives out such numbers, or None with it.
        problem: What is wrong, or None.
        digits: How many digits were typed.
    """

    stored: str | None
    display: str | None
    range: NhsNumberRange | None
    problem: NumberProblem | None
    digits: int

    @property
    def is_test_range(self) -> bool:
        """True for 9xx: made up, and marked as such wherever it is shown."""
        return self.range is NhsNumberRange.TEST


class ChiMethod(StrEnum):
    """Which check digits agree."""

    MOD_11 = "mod11"
    MOD_10 = "mod10"
    BOTH = "both"


class Sex(StrEnum):
    """What the ninth digit of a CHI number says: odd is male, even is female."""

    MALE = "male"
    FEMALE = "female"


class ChiCheck(msgspec.Struct, frozen=True, kw_only=True):
    """What was found about a CHI number that somebody typed.

    Attributes:
        stored: Ten digits as text, or None where it is no number.
        display: ``190485 1231``, or None with it.
        method: Which check agrees, or None where there is a problem.
        sex_digit: What the ninth digit says, or None with ``stored``.
        ddmmyy: The six digits of the date, or None with ``stored``.
        problem: What is wrong, or None.
    """

    stored: str | None
    display: str | None
    method: ChiMethod | None
    sex_digit: Sex | None
    ddmmyy: str | None
    problem: NumberProblem | None


def check_nhs_number(typed: str) -> NhsNumberCheck:
    """Check an NHS number by modulus 11 and say how it is kept and shown."""
    text = typed.translate(_SEPARATORS)
    problem = _shape_problem(text)
    if problem is None and not _passes_mod_11(text):
        problem = NumberProblem.INVALID_CHECKSUM
    if problem is not None:
        count = sum(character in _DIGITS for character in text)
        return NhsNumberCheck(stored=None, display=None, range=None, problem=problem, digits=count)
    return NhsNumberCheck(
        stored=text,
        display=f"{text[:3]} {text[3:6]} {text[6:]}",
        range=_range_of(text),
        problem=None,
        digits=_LENGTH,
    )


def check_chi_number(typed: str) -> ChiCheck:
    """Check a CHI number: a real date, then modulus 11 or modulus 10 (Luhn), either is enough."""
    text = typed.translate(_SEPARATORS)
    problem = _shape_problem(text)
    if problem is None and not _has_real_date(text):
        problem = NumberProblem.INVALID_DATE
    method = None if problem else _chi_method(text)
    if problem is None and method is None:
        problem = NumberProblem.INVALID_CHECKSUM
    if problem is not None:
        return ChiCheck(
            stored=None, display=None, method=None, sex_digit=None, ddmmyy=None, problem=problem
        )
    return ChiCheck(
        stored=text,
        display=f"{text[:6]} {text[6:]}",
        method=method,
        sex_digit=Sex.MALE if int(text[8]) % 2 else Sex.FEMALE,
        ddmmyy=text[:6],
        problem=None,
    )


def chi_date_differs(check: ChiCheck, born: date) -> bool:
    """Whether a good CHI number holds another date than the date of birth.

    A warning only: 164 of 19,520 real patients differ (uk-fci/nhs-number issue 61).
    """
    return check.ddmmyy is not None and check.ddmmyy != f"{born:%d%m%y}"


def _shape_problem(text: str) -> NumberProblem | None:
    if not text:
        return NumberProblem.MISSING
    if not _DIGITS.issuperset(text):
        return NumberProblem.INVALID_CHARACTERS
    return None if len(text) == _LENGTH else NumberProblem.WRONG_LENGTH


def _passes_mod_11(text: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(text, range(10, 1, -1), strict=False))
    return (11 - total % 11) % 11 == int(text[9])


def _passes_mod_10(text: str) -> bool:
    doubled = (int(digit) * 2 for digit in text[0:9:2])
    total = sum(value - 9 if value > 9 else value for value in doubled)
    total += sum(int(digit) for digit in text[1:9:2])
    return (10 - total % 10) % 10 == int(text[9])


def _chi_method(text: str) -> ChiMethod | None:
    mod_11, mod_10 = _passes_mod_11(text), _passes_mod_10(text)
    if mod_11 and mod_10:
        return ChiMethod.BOTH
    if mod_11:
        return ChiMethod.MOD_11
    return ChiMethod.MOD_10 if mod_10 else None


def _has_real_date(text: str) -> bool:
    day, month, year = int(text[0:2]), int(text[2:4]), int(text[4:6])
    return any(_is_date(century + year, month, day) for century in (1900, 2000))


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _range_of(text: str) -> NhsNumberRange:
    if text[0] == "9":
        return NhsNumberRange.TEST
    if _has_real_date(text):
        return NhsNumberRange.CHI
    if "3200000000" <= text <= "3999999999":
        return NhsNumberRange.NORTHERN_IRELAND
    if text[0] in "467":
        return NhsNumberRange.ENGLAND_WALES_ISLE_OF_MAN
    return NhsNumberRange.UNALLOCATED
