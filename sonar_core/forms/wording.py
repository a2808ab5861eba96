"""Questions in the words of the person they are about: he, she or they.

A questionnaire writes ``{Has} {he} taken any drugs?``; the record's gender fills the braces.
"""

from __future__ import annotations

import re
from typing import Final

_BRACES: Final = re.compile(r"\{([^{}]*)\}|[{}]")
_WORDS: Final = ("he", "him", "his", "has", "is", "does", "was")
_MALE: Final = _WORDS
_FEMALE: Final = ("she", "her", "her", "has", "is", "does", "was")
_OTHER: Final = ("they", "them", "their", "have", "are", "do", "were")


def worded(text: str, gender: str) -> str:
    """The question as it is asked about this person.

    Args:
        text: The item's text, checked by the loader.
        gender: FHIR administrative gender; anything but male and female is worded "they".
    """
    words = {"male": _MALE, "female": _FEMALE}.get(gender, _OTHER)
    table = dict(zip(_WORDS, words, strict=True))

    def fill(match: re.Match[str]) -> str:
        name = match[1]
        word = table[name.lower()]
        return word.capitalize() if name[0].isupper() else word

    return _BRACES.sub(fill, text)


def unknown_words(text: str) -> bool:
    """Whether the text has braces that hold no word of a person."""
    return any(
        match[1] is None or match[1] not in {*_WORDS, *(word.capitalize() for word in _WORDS)}
        for match in _BRACES.finditer(text)
    )
