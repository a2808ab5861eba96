from __future__ import annotations

import pytest

from sonar_desktop.vault.errors import (
    PasswordTooCommon,
    PasswordTooShort,
    PinNotDigits,
    PinTooEasy,
)
from sonar_desktop.vault.strength import check_password, check_pin


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "trombone-lichen-otter",
        "zo\u00eb's blue kayak",
        "7391582044162093",
        "\u0645\u0631\u062d\u0628\u0627 \u0643\u062a\u0627\u0628 \u0642\u0645\u0631",
        "kvwzrnthplqx",
        "x" + "trombone lichen " * 15,
    ],
)
def test_a_long_unguessable_password_is_taken_whatever_its_characters(password):
    check_password(password, about=("Priya Sharma",))


@pytest.mark.parametrize("password", ["", "eleven char", "x" * 257, "e\u0301" * 6])
def test_a_short_password_is_refused(password):
    with pytest.raises(PasswordTooShort):
        check_password(password)


@pytest.mark.parametrize(
    "password",
    [
        "Password12345",
        "P@ssw0rd2024!",
        "Custody2024!!",
        "NurseNurse12",
        "qwertyuiop12",
        "liverpool1892!",
        "Sunshine12345",
        "September2025",
        "aaaaaaaaaaaaaa",
        "abcabcabcabc",
        "123456789012",
        "1234567890123456",
        "9876543210987654",
        "Priya Sharma 1990",
        "!!!!!!!!!!!!!!",
    ],
)
def test_a_password_that_anyone_would_try_first_is_refused(password):
    with pytest.raises(PasswordTooCommon):
        check_password(password, about=("Priya Sharma", "user-priya"))


@pytest.mark.parametrize("pin", ["739158", "48290617", "806931742558", "110364"])
def test_a_pin_without_a_pattern_is_taken(pin):
    check_pin(pin)


@pytest.mark.parametrize(
    "pin",
    ["", "12345", "7391582044162", "73915a", " 739158", "\u0661\u0662\u0663\u0667\u0665\u0666"],
)
def test_what_is_not_six_to_twelve_digits_is_no_pin(pin):
    with pytest.raises(PinNotDigits):
        check_pin(pin)


@pytest.mark.parametrize(
    "pin",
    [
        "000000",
        "123456",
        "654321",
        "890123",
        "135791",
        "121212",
        "123123",
        "1231231",
        "112233",
        "332211",
        "159753",
        "147258",
        "246802",
    ],
)
def test_a_pin_that_anyone_would_try_first_is_refused(pin):
    with pytest.raises(PinTooEasy):
        check_pin(pin)
