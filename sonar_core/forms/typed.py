"""What was typed in a field of a form, as the answer it is kept as.

The typed text itself is kept by the caller, whatever this says. A dateTime field is read by
``typed_time.read_time`` and kept by ``answers.moment_answer``; choices are never typed.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

import msgspec

from sonar_core.forms.answers import check_item
from sonar_core.forms.definition import Answer, FormItem, ItemKind
from sonar_core.typed_time import read_date

_NUMBER: Final = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,9})?")


class TypedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer, or why there is none; both None where nothing was typed."""

    value: Answer | None
    text: str | None


def read_typed_answer(item: FormItem, typed: str, *, today: date) -> TypedAnswer:
    """Read what was typed in a string, text, number or date field.

    Args:
        item: The question.
        typed: The text in the field.
        today: The date on the wall's calendar, for ``today`` and ``yesterday``.

    Raises:
        ValueError: The item is of a kind that is not typed.
    """
    words = typed.strip()
    if not words:
        return TypedAnswer(value=None, text=None)
    value = _value(item, words, today)
    if value is None:
        return TypedAnswer(value=None, text=_sentence(item))
    problem = check_item(item, (value,))
    return TypedAnswer(value=value if problem is None else None, text=problem)


def _value(item: FormItem, words: str, today: date) -> Answer | None:
    if item.kind in {ItemKind.STRING, ItemKind.TEXT}:
        return words
    if item.kind is ItemKind.DATE:
        day = read_date(words, today)
        return None if day is None else day.isoformat()
    if item.kind in {ItemKind.INTEGER, ItemKind.DECIMAL, ItemKind.QUANTITY}:
        if _NUMBER.fullmatch(words) is None:
            return None
        if item.kind is not ItemKind.INTEGER:
            return words
        return None if "." in words else int(words)
    raise ValueError("this kind of question is not typed")


def _sentence(item: FormItem) -> str:
    if item.kind is ItemKind.DATE:
        return f"{item.short} must be a date, as 14-Nov-2026."
    whole = "whole " if item.kind is ItemKind.INTEGER else ""
    return f"{item.short} must be a {whole}number."
