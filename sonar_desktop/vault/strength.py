"""Rules for new passwords and PINs: length and a list of what is guessed first, nothing else.

No rules about kinds of characters (OWASP ASVS 5.0, 6.2). The list is our own: words of the place
and patterns, from which the variants with years, digits and look-alike characters follow.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterable
from typing import Final

from sonar_desktop.vault.errors import (
    PasswordTooCommon,
    PasswordTooShort,
    PinNotDigits,
    PinTooEasy,
)

LEAST_PASSWORD: Final = 12
MOST_PASSWORD: Final = 256
LEAST_PIN, MOST_PIN = 6, 12
# What is left of a password when all that is guessable is taken away must be this long.
LEAST_OWN_CHARACTERS: Final = 5
DIGITS_OF_A_DATE: Final = 8
LEAST_DIFFERENT: Final = 5

_LOOK_ALIKE: Final = str.maketrans("013457@$!", "oieastasi")
_WORD_LIST: Final = """
    password passwort passphrase passcode secret letmein welcome login signin default changeme
    temp temporary admin administrator manager guest test testing user account access open
    sonar custody police station suite detainee prison officer sergeant constable inspector
    nhs nurse nursing paramedic doctor medic medical health healthcare hospital pharmacy clinic
    ambulance london manchester birmingham liverpool leeds glasgow edinburgh cardiff belfast
    england scotland wales britain united kingdom arsenal chelsea everton celtic rangers spurs
    january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday spring summer autumn winter
    qwertyuiop qwerty asdfghjkl asdfgh zxcvbnm azerty qwertz abcdefghijklmnopqrstuvwxyz abcdef
    abcdefg abc iloveyou love sunshine princess monkey dragon football cricket rugby liverpoolfc
    computer internet windows desktop keyboard superman batman starwars master hello please
    christmas holiday family mother father children coffee cheese banana
    the and our for one two three
"""
# Longest first, so that what a long word covers does not leave its tail standing.
_WORDS: Final = tuple(sorted(_WORD_LIST.split(), key=len, reverse=True))
_KEYPAD_LIST: Final = """
    159753 357159 951753 753951 147258 258147 258369 369258 147369 369147 741852 852741 852963
    963852 456789 987654 789456 456123 123789 789123 123654 321654 456852 159357 357951 147852
    112358 314159 271828 142536 696969 420420 999000 000999 100200 102030 010203 020304 246810
    135790 135791 999111 999112 112911 911999 191919 202020 007007
"""
_KEYPAD: Final = frozenset(_KEYPAD_LIST.split())


def check_password(password: str, *, about: Iterable[str] = ()) -> None:
    """Refuse a new password that is short or among the first guesses.

    `about` are words tied to the person: name, initials, site. Paste is fine, spaces are fine.

    Raises:
        PasswordTooShort: under 12 characters (or over 256, which is a slip of the clipboard).
        PasswordTooCommon: common words, names, sequences or repetitions and little else.
    """
    text = unicodedata.normalize("NFC", password)
    if not LEAST_PASSWORD <= len(text) <= MOST_PASSWORD:
        raise PasswordTooShort
    folded = text.casefold()
    if len(set(folded)) < LEAST_DIFFERENT or _repeats(folded) or _runs(folded):
        raise PasswordTooCommon
    names = tuple(part for word in about for part in word.casefold().split() if len(part) > 2)  # noqa: PLR2004
    for reading in (folded, folded.translate(_LOOK_ALIKE)):
        if _own_characters(reading, names) < LEAST_OWN_CHARACTERS:
            raise PasswordTooCommon


def check_pin(pin: str) -> None:
    """Refuse a new PIN that is no PIN or that anyone would try first.

    Raises:
        PinNotDigits: not 6 to 12 digits.
        PinTooEasy: one digit, a run up or down, a repetition, doubled runs, a keypad figure.
    """
    if not (LEAST_PIN <= len(pin) <= MOST_PIN and pin.isascii() and pin.isdecimal()):
        raise PinNotDigits
    doubled = pin[1::2] == pin[::2] and _runs(pin[::2])
    if _runs(pin) or _repeats(pin) or doubled or pin in _KEYPAD:
        raise PinTooEasy


def _runs(text: str) -> bool:
    """Whether the text is digits at one and the same distance, as 123456, 987654 or 000000."""
    if not (text.isascii() and text.isdecimal()):
        return False
    return len({(int(b) - int(a)) % 10 for a, b in itertools.pairwise(text)}) == 1


def _repeats(text: str) -> bool:
    """Whether the text is one shorter piece over and over, the last one perhaps cut."""
    return any(
        (text[:size] * len(text))[: len(text)] == text for size in range(1, len(text) // 2 + 1)
    )


def _own_characters(text: str, names: tuple[str, ...]) -> int:
    """Count what is left when guessable words, signs and a date's worth of digits are gone."""
    for word in (*names, *_WORDS):
        # A space in its place, so that what stood before and after does not make a new word.
        text = text.replace(word, " ")
    letters = sum(letter.isalpha() for letter in text)
    digits = sum(letter.isdecimal() for letter in text)
    return letters + max(0, digits - DIGITS_OF_A_DATE)
