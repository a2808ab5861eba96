"""A form as the renderer knows it: a closed set of item types, already checked.

Made from a FHIR R4 ``Questionnaire`` by ``loader``; what is not here, no form may ask for.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

import msgspec

NOT_ASKED: Final = "not-asked"
"""The code of the answer that every coded question offers and that blank is stored as."""

Answer = str | int | bool
"""One value; its meaning is the item's: a code, text, whole number, decimal text, ISO date, ISO
date and time (see ``moment_answer``), or true and false."""


class ItemKind(StrEnum):
    """FHIR R4 item types that are supported; the values are FHIR's."""

    GROUP = "group"
    DISPLAY = "display"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    STRING = "string"
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    DATE_TIME = "dateTime"
    QUANTITY = "quantity"


class Operator(StrEnum):
    """FHIR R4 enableWhen operators."""

    EXISTS = "exists"
    EQUAL = "="
    NOT_EQUAL = "!="
    GREATER = ">"
    LESS = "<"
    GREATER_OR_EQUAL = ">="
    LESS_OR_EQUAL = "<="


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """One enableWhen: the question asked, how its answer is compared, and with what."""

    question: str
    operator: Operator
    value: Answer


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One answer that may be chosen.

    Attributes:
        code: Unique within its item; what is stored.
        system: The code's system.
        display: The words shown.
        score: Ordinal weight, or None where the answer is not scored.
        plan_heading: Headline of the block a safety answer opens, or None.
        plan_line: The local plan in that block, or None.
    """

    code: str
    system: str
    display: str
    score: int | None = None
    plan_heading: str | None = None
    plan_line: str | None = None


class FormItem(msgspec.Struct, frozen=True, kw_only=True):
    """One element of a form.

    Attributes:
        link_id: Unique within the form.
        kind: Group, display or a sort of question.
        text: The question, heading or remark; words in braces are the person's, see ``wording``.
        short: What the thing is called in a sentence or a summary.
        hint: A second line under the question, or None.
        is_required: Signing waits for an answer while the question is relevant.
        repeats: More than one choice may be given.
        is_detail: Belongs to the question before it and is not counted by itself.
        screen: A hand-written screen stands in the place of this section, or None.
        options: What may be chosen.
        suggestions: Texts offered for a string; anything else may be typed.
        conditions: When it is relevant; always if there are none.
        needs_every_condition: All of the conditions, or any one of them.
        minimum: Lowest number, decimal text, or None.
        maximum: Highest number, decimal text, or None.
        decimals: Most places after the point of a decimal or a quantity.
        max_length: Most characters of a string or text, or None.
        unit: Unit of a number as shown, empty for none.
        unit_code: Its UCUM code, empty for none.
        items: What stands in a group.
    """

    link_id: str
    kind: ItemKind
    text: str
    short: str
    hint: str | None = None
    is_required: bool = False
    repeats: bool = False
    is_detail: bool = False
    screen: str | None = None
    options: tuple[Option, ...] = ()
    suggestions: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    needs_every_condition: bool = True
    minimum: str | None = None
    maximum: str | None = None
    decimals: int = 0
    max_length: int | None = None
    unit: str = ""
    unit_code: str = ""
    items: tuple[FormItem, ...] = ()

    @property
    def is_question(self) -> bool:
        """True for everything but a group and a display."""
        return self.kind not in {ItemKind.GROUP, ItemKind.DISPLAY}

    def option(self, code: Answer) -> Option | None:
        """The option of that code, or None."""
        return next((option for option in self.options if option.code == code), None)


class FormDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """A whole form; ``url`` and ``version`` together name it for ever."""

    url: str
    version: str
    title: str
    publisher: str
    is_experimental: bool
    items: tuple[FormItem, ...]

    def walk(self) -> Iterator[FormItem]:
        """Every item, in the order of asking, each group before what stands in it."""
        return walk(self.items)

    def item(self, link_id: str) -> FormItem:
        """The item of that linkId.

        Raises:
            KeyError: The form has no such item.
        """
        for item in self.walk():
            if item.link_id == link_id:
                return item
        raise KeyError(link_id)


def walk(items: tuple[FormItem, ...]) -> Iterator[FormItem]:
    """Every item in order, each group before what stands in it."""
    for item in items:
        yield item
        yield from walk(item.items)
