"""Which items of a form matter, given the answers so far (FHIR R4 enableWhen).

An item that does not matter now keeps its answers: they are shown as "not relevant now" and come
back with the answer that hid them. While hidden they answer no condition.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sonar_core.forms.definition import (
    NOT_ASKED,
    Answer,
    Condition,
    FormDefinition,
    FormItem,
    ItemKind,
    Operator,
)

Answers = Mapping[str, tuple[Answer, ...]]
"""Values of each linkId. A linkId that is absent, or holds only "not asked", was not asked."""


def relevant_items(form: FormDefinition, answers: Answers) -> frozenset[str]:
    """The linkIds of everything that matters now, groups and remarks included."""
    found: dict[str, FormItem] = {}
    items = {item.link_id: item for item in form.walk()}
    _collect(form.items, items, answers, found)
    return frozenset(found)


def given(answers: Answers, link_id: str) -> tuple[Answer, ...]:
    """What was truly answered: "not asked" is no answer."""
    return tuple(value for value in answers.get(link_id, ()) if value != NOT_ASKED)


def _collect(
    level: tuple[FormItem, ...],
    items: Mapping[str, FormItem],
    answers: Answers,
    found: dict[str, FormItem],
) -> None:
    for item in level:
        results = [
            _holds(condition, items[condition.question], answers, found)
            for condition in item.conditions
        ]
        if not results or (all(results) if item.needs_every_condition else any(results)):
            found[item.link_id] = item
            _collect(item.items, items, answers, found)


def _holds(
    condition: Condition, asked: FormItem, answers: Answers, found: Mapping[str, FormItem]
) -> bool:
    # The loader lets a condition look back only, so that what it asks about is settled by now.
    values = given(answers, condition.question) if condition.question in found else ()
    if condition.operator is Operator.EXISTS:
        return bool(values) == condition.value
    if condition.operator is Operator.NOT_EQUAL:
        return not any(_compare(asked, value, condition.value) == 0 for value in values)
    return any(
        _satisfies(condition.operator, _compare(asked, value, condition.value)) for value in values
    )


def _satisfies(operator: Operator, order: int) -> bool:
    return {
        Operator.EQUAL: order == 0,
        Operator.GREATER: order > 0,
        Operator.LESS: order < 0,
        Operator.GREATER_OR_EQUAL: order >= 0,
        Operator.LESS_OR_EQUAL: order <= 0,
    }[operator]


def _compare(asked: FormItem, left: Answer, right: Answer) -> int:
    if asked.kind in {ItemKind.INTEGER, ItemKind.DECIMAL, ItemKind.QUANTITY}:
        a, b = Decimal(left), Decimal(right)
        return (a > b) - (a < b)
    # Codes and words are only ever compared for being the same; ISO dates sort as text.
    x, y = str(left), str(right)
    return (x > y) - (x < y)
