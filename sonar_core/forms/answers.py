"""Check answers, count them, and complete them for signing.

Problems are plain sentences (``ux.md`` 9.3). What was typed is kept by the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final

import msgspec

from sonar_core.forms.definition import (
    NOT_ASKED,
    Answer,
    FormDefinition,
    FormItem,
    ItemKind,
    walk,
)
from sonar_core.forms.relevance import Answers, given, relevant_items
from sonar_core.moments import Moment, Precision, iso_text, moment_from_iso

UNKNOWN_TIME: Final = "unknown"
_APPROX_MARK: Final = "~"


class AnswerProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with the answer to one question, as a sentence beside it."""

    link_id: str
    text: str


class AnswerCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many of the questions that matter now are answered."""

    answered: int
    relevant: int

    @property
    def unanswered(self) -> int:
        """How many will be stored as "not asked"."""
        return self.relevant - self.answered


class AnswerState(StrEnum):
    """How one question stands."""

    ANSWERED = "answered"
    NOT_ASKED = "not_asked"
    NOT_RELEVANT = "not_relevant"


def check_answers(form: FormDefinition, answers: Answers) -> tuple[AnswerProblem, ...]:
    """All problems of the relevant questions, in the order of asking; hidden answers wait."""
    relevant = relevant_items(form, answers)
    asked = {item.link_id: item for item in form.walk() if item.is_question}
    problems = [
        AnswerProblem(link_id=link_id, text="This form has no such question.")
        for link_id in sorted(set(answers) - set(asked))
    ]
    for link_id, item in asked.items():
        if link_id in relevant:
            text = check_item(item, answers.get(link_id, ()))
            if text is not None:
                problems.append(AnswerProblem(link_id=link_id, text=text))
    return tuple(problems)


def check_item(item: FormItem, values: Sequence[Answer]) -> str | None:
    """The problem of one question's values, or None."""
    if not [value for value in values if value != NOT_ASKED]:
        verb = "Choose" if item.kind in {ItemKind.CHOICE, ItemKind.BOOLEAN} else "Enter"
        return f"{verb} {_lower(item.short)}." if item.is_required else None
    if len(values) > 1 and not item.repeats:
        return f"{item.short} takes one answer."
    if len(set(values)) != len(values) or (len(values) > 1 and NOT_ASKED in values):
        return f"{item.short} has answers that do not go together."
    return next((text for value in values if (text := _value_problem(item, value))), None)


def answer_states(form: FormDefinition, answers: Answers) -> dict[str, AnswerState]:
    """How each question stands, by linkId."""
    relevant = relevant_items(form, answers)
    states = {}
    for item in form.walk():
        if item.is_question:
            state = AnswerState.ANSWERED if given(answers, item.link_id) else AnswerState.NOT_ASKED
            states[item.link_id] = state if item.link_id in relevant else AnswerState.NOT_RELEVANT
    return states


def count_answers(
    form: FormDefinition, answers: Answers, section: FormItem | None = None
) -> AnswerCount:
    """Count the whole form or one of its sections; details of a question are not counted."""
    relevant = relevant_items(form, answers)
    counted = [
        item
        for item in walk(form.items if section is None else section.items)
        if item.is_question and not item.is_detail and item.link_id in relevant
    ]
    return AnswerCount(
        answered=sum(bool(given(answers, item.link_id)) for item in counted),
        relevant=len(counted),
    )


def complete_answers(form: FormDefinition, answers: Answers) -> dict[str, tuple[Answer, ...]]:
    """The answers as they are signed: every relevant coded question left blank says "not asked".

    Other questions without an answer stay absent, which means the same; hidden answers stay.
    """
    relevant = relevant_items(form, answers)
    complete = {link_id: tuple(values) for link_id, values in answers.items() if values}
    for item in form.walk():
        if item.link_id in relevant and item.option(NOT_ASKED) is not None:
            complete.setdefault(item.link_id, (NOT_ASKED,))
    return complete


def moment_answer(moment: Moment) -> str:
    """A moment as the value of a dateTime question: ISO 8601 with offset, ``~`` for approx."""
    if moment.precision is Precision.UNKNOWN:
        return UNKNOWN_TIME
    mark = _APPROX_MARK if moment.precision is Precision.APPROX else ""
    return iso_text(moment) + mark


def answered_moment(value: str, zone: str) -> Moment | None:
    """The moment of a dateTime answer, or None where the time is not known.

    Raises:
        ValueError: The value is none of ``moment_answer``.
    """
    if value == UNKNOWN_TIME:
        return None
    moment = moment_from_iso(value.removesuffix(_APPROX_MARK), zone)
    if value.endswith(_APPROX_MARK):
        return msgspec.structs.replace(moment, precision=Precision.APPROX)
    return moment


def _value_problem(item: FormItem, value: Answer) -> str | None:
    if item.kind is ItemKind.BOOLEAN:
        return None if isinstance(value, bool) else f"{item.short} is yes or no."
    if item.kind is ItemKind.INTEGER:
        if not isinstance(value, int) or isinstance(value, bool):
            return f"{item.short} must be a whole number."
        return _range_problem(item, Decimal(value))
    if not isinstance(value, str) or not value.strip():
        return f"{item.short} must be text."
    return _text_problem(item, value)


def _text_problem(item: FormItem, value: str) -> str | None:
    if item.kind is ItemKind.CHOICE:
        return None if item.option(value) else f"{item.short} offers no such answer."
    if item.kind in {ItemKind.DECIMAL, ItemKind.QUANTITY}:
        return _decimal_problem(item, value)
    if item.kind is ItemKind.DATE:
        return None if _is_date(value) else f"{item.short} must be a date, as 14-Nov-2026."
    if item.kind is ItemKind.DATE_TIME:
        return None if _is_moment(value) else f"{item.short} must be a date and time."
    if item.max_length is not None and len(value) > item.max_length:
        return (
            f"{item.short} holds {item.max_length} characters."
            f" Take {len(value) - item.max_length} away."
        )
    return None


def _decimal_problem(item: FormItem, value: str) -> str | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return f"{item.short} must be a number."
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent > 0 or not value.isascii():
        return f"{item.short} must be a number."
    if -exponent > item.decimals:
        places = "no decimals" if item.decimals == 0 else f"at most {item.decimals} decimals"
        return f"{item.short} must have {places}."
    return _range_problem(item, number)


def _range_problem(item: FormItem, number: Decimal) -> str | None:
    low, high = item.minimum, item.maximum
    if (low is None or number >= Decimal(low)) and (high is None or number <= Decimal(high)):
        return None
    if low is None:
        bounds = f"{high} or less"
    elif high is None:
        bounds = f"{low} or more"
    else:
        bounds = f"{low} to {high}"
    return f"{item.short} must be {bounds}{f' {item.unit}' if item.unit else ''}."


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_moment(value: str) -> bool:
    try:
        answered_moment(value, "UTC")
    except ValueError:
        return False
    return True


def _lower(text: str) -> str:
    # "GP", "NHS" and the like keep their capitals.
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
