"""Load a FHIR R4 ``Questionnaire`` into a form, or refuse it and name the element.

Supported: the item types of ``ItemKind``; enableWhen on an earlier question with enableBehavior;
required; repeats for choice; answerOption with valueCoding; maxLength; the extensions below.
Everything else is refused, so that no form is ever drawn with a part left out (``architecture.md``
decision 9). Source: HL7 FHIR R4 (4.0.1), Questionnaire.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sonar_core.forms.definition import (
    NOT_ASKED,
    Answer,
    Condition,
    FormDefinition,
    FormItem,
    ItemKind,
    Operator,
    Option,
    walk,
)
from sonar_core.forms.elements import Element, FormRefused, decode_resource
from sonar_core.forms.wording import unknown_words, worded

_HL7: Final = "http://hl7.org/fhir/StructureDefinition/"
MIN_VALUE: Final = f"{_HL7}minValue"
MAX_VALUE: Final = f"{_HL7}maxValue"
MAX_DECIMALS: Final = f"{_HL7}maxDecimalPlaces"
UNIT: Final = f"{_HL7}questionnaire-unit"
ENTRY_FORMAT: Final = f"{_HL7}entryFormat"
ORDINAL_VALUE: Final = f"{_HL7}ordinalValue"
SHORT_TEXT: Final = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-shortText"
DETAIL: Final = "urn:sonar:extension:detail"
SCREEN: Final = "urn:sonar:extension:screen"
SUGGESTION: Final = "urn:sonar:extension:suggestion"
PLAN_HEADING: Final = "urn:sonar:extension:plan-heading"
PLAN_LINE: Final = "urn:sonar:extension:plan-line"

_METADATA: Final = frozenset(
    {"resourceType", "id", "language", "url", "version", "name", "title", "status"}
    | {"experimental", "subjectType", "date", "publisher", "description", "purpose", "copyright"}
    | {"item"}
)
_ITEM_KEYS: Final = frozenset(
    {"linkId", "text", "type", "required", "repeats", "enableWhen", "enableBehavior"}
    | {"answerOption", "maxLength", "extension", "item"}
)
_NUMBERS: Final = frozenset({ItemKind.INTEGER, ItemKind.DECIMAL, ItemKind.QUANTITY})
_WORDS: Final = frozenset({ItemKind.STRING, ItemKind.TEXT})
_COMPARED_AS: Final = {
    ItemKind.BOOLEAN: "answerBoolean",
    ItemKind.CHOICE: "answerCoding",
    ItemKind.STRING: "answerString",
    ItemKind.TEXT: "answerString",
    ItemKind.INTEGER: "answerInteger",
    ItemKind.DECIMAL: "answerDecimal",
    ItemKind.QUANTITY: "answerQuantity",
    ItemKind.DATE: "answerDate",
}
_ORDERED: Final = _NUMBERS | {ItemKind.DATE}
_MOST_DECIMALS: Final = 4


def load_form(source: bytes | dict[str, Any]) -> FormDefinition:
    """Check a questionnaire whole and make a form of it.

    Args:
        source: The resource's JSON, as bytes or decoded.

    Raises:
        FormRefused: Something in it is not supported or does not fit; names the element's path.
    """
    data = decode_resource(source) if isinstance(source, bytes) else source
    root = Element("Questionnaire", data)
    if not isinstance(data, dict) or data.get("resourceType") != "Questionnaire":
        raise FormRefused("Questionnaire", "This is not a Questionnaire.")
    root.allow(_METADATA)
    if root.text("status") not in {"draft", "active"}:
        root.refuse("status", "Only a draft or active form is asked.")
    elements = root.children("item")
    if not elements:
        root.refuse("item", "A form asks something.")
    items = _Items()
    return FormDefinition(
        url=root.text("url"),
        version=root.text("version"),
        title=root.text("title"),
        publisher=root.text("publisher"),
        is_experimental=root.flag("experimental"),
        items=tuple(items.load(element) for element in elements),
    )


class _Items:
    """Loads items in order and remembers them, since a condition may only look back."""

    def __init__(self) -> None:
        self._seen: dict[str, FormItem] = {}
        self._link_ids: set[str] = set()

    def load(self, element: Element) -> FormItem:
        element.allow(_ITEM_KEYS)
        link_id = self._link_id(element)
        kind = _kind(element)
        conditions = tuple(self._condition(one) for one in element.children("enableWhen"))
        extensions = _extensions(element, _ITEM_EXTENSIONS)
        text = element.text("text")
        if unknown_words(text):
            element.refuse("text", "These braces hold no word of the person.")
        item = FormItem(
            link_id=link_id,
            kind=kind,
            text=text,
            short=_string(extensions, SHORT_TEXT) or worded(text, "").rstrip("?"),
            hint=_string(extensions, ENTRY_FORMAT),
            is_required=element.flag("required"),
            repeats=element.flag("repeats"),
            is_detail=_boolean(extensions, DETAIL),
            screen=_code(extensions, SCREEN),
            options=_options(element),
            suggestions=tuple(one.text("valueString") for one in extensions.get(SUGGESTION, [])),
            conditions=conditions,
            needs_every_condition=_needs_every(element, len(conditions)),
            minimum=_bound(extensions, MIN_VALUE),
            maximum=_bound(extensions, MAX_VALUE),
            decimals=_decimals(extensions, kind),
            max_length=_max_length(element),
            unit=_unit(extensions, "display"),
            unit_code=_unit(extensions, "code"),
            items=tuple(self.load(one) for one in element.children("item")),
        )
        _check_fit(element, item, extensions)
        self._seen[link_id] = item
        return item

    def _link_id(self, element: Element) -> str:
        link_id = element.text("linkId")
        if not link_id.isascii():
            element.refuse("linkId", "A linkId is plain letters, figures and signs.")
        if link_id in self._link_ids:
            element.refuse("linkId", "This linkId stands twice.")
        self._link_ids.add(link_id)
        return link_id

    def _condition(self, element: Element) -> Condition:
        element.allow({"question", "operator", *_COMPARED_AS.values()})
        link_id = element.text("question")
        asked = self._seen.get(link_id)
        if asked is None or not asked.is_question:
            element.refuse("question", "A condition looks back at an earlier question.")
        sign = element.text("operator")
        if sign not in set(Operator):
            element.refuse("operator", "This operator is not supported.")
        operator = Operator(sign)
        if operator is Operator.EXISTS:
            return Condition(
                question=link_id, operator=operator, value=_only_answer(element, "answerBoolean")
            )
        if operator not in {Operator.EQUAL, Operator.NOT_EQUAL} and asked.kind not in _ORDERED:
            element.refuse("operator", "This question has no greater and less.")
        key = _COMPARED_AS.get(asked.kind)
        if key is None:
            element.refuse("question", "Only whether this question is answered can be asked.")
        value = _only_answer(element, key)
        if asked.kind is ItemKind.CHOICE and asked.option(value) is None:
            element.refuse(key, "The question offers no such answer.")
        if value == NOT_ASKED:
            element.refuse(key, "Not asked is no answer: ask with exists.")
        if asked.kind is ItemKind.QUANTITY:
            unit = element.child(key).optional_text("code") or ""
            if unit != asked.unit_code:
                element.refuse(key, "The unit is not that of the question.")
        return Condition(question=link_id, operator=operator, value=value)


def _only_answer(element: Element, key: str) -> Answer:
    if [name for name in element.data if name.startswith("answer")] != [key]:
        element.refuse("", f"This condition needs {key} and no other answer.")
    if key == "answerBoolean":
        return element.flag(key)
    if key == "answerCoding":
        return element.child(key).text("code")
    if key == "answerInteger":
        return element.whole(key)
    if key == "answerDecimal":
        return format(element.number(key), "f")
    if key == "answerQuantity":
        return format(element.child(key).number("value"), "f")
    value = element.text(key)
    if key == "answerDate" and not _is_date(value):
        element.refuse(key, "This must be a whole date.")
    return value


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _kind(element: Element) -> ItemKind:
    name = element.text("type")
    if name not in set(ItemKind):
        element.refuse("type", "This item type is not supported.")
    return ItemKind(name)


def _needs_every(element: Element, conditions: int) -> bool:
    behaviour = element.optional_text("enableBehavior")
    if behaviour is None and conditions > 1:
        element.refuse("enableBehavior", "With two conditions, all or any must be said.")
    if behaviour not in {None, "all", "any"}:
        element.refuse("enableBehavior", "This must be all or any.")
    return behaviour != "any"


def _max_length(element: Element) -> int | None:
    if "maxLength" not in element.data:
        return None
    length = element.whole("maxLength")
    if length < 1:
        element.refuse("maxLength", "This must be 1 or more.")
    return length


def _options(element: Element) -> tuple[Option, ...]:
    options: list[Option] = []
    for one in element.children("answerOption"):
        one.allow({"valueCoding", "extension"})
        coding = one.child("valueCoding")
        coding.allow({"system", "code", "display"})
        extensions = _extensions(one, _OPTION_EXTENSIONS)
        option = Option(
            code=coding.text("code"),
            system=coding.text("system"),
            display=_plain(coding, "display"),
            score=_score(extensions),
            plan_heading=_string(extensions, PLAN_HEADING),
            plan_line=_string(extensions, PLAN_LINE),
        )
        if any(option.code == earlier.code for earlier in options):
            coding.refuse("code", "This code stands twice in one question.")
        options.append(option)
    return tuple(options)


_ITEM_EXTENSIONS: Final = {
    MIN_VALUE: ("valueInteger", "valueDecimal"),
    MAX_VALUE: ("valueInteger", "valueDecimal"),
    MAX_DECIMALS: ("valueInteger",),
    UNIT: ("valueCoding",),
    ENTRY_FORMAT: ("valueString",),
    SHORT_TEXT: ("valueString",),
    DETAIL: ("valueBoolean",),
    SCREEN: ("valueCode",),
    SUGGESTION: ("valueString",),
}
_OPTION_EXTENSIONS: Final = {
    ORDINAL_VALUE: ("valueDecimal",),
    PLAN_HEADING: ("valueString",),
    PLAN_LINE: ("valueString",),
}

_Extensions = dict[str, list[Element]]


def _extensions(element: Element, known: Mapping[str, tuple[str, ...]]) -> _Extensions:
    found: _Extensions = {}
    for one in element.children("extension"):
        url = one.text("url")
        if url not in known:
            one.refuse("url", "This extension is not supported.")
        one.allow({"url", *known[url]})
        if len(one.data) != 2:
            one.refuse("", "An extension has one value.")
        found.setdefault(url, []).append(one)
        if len(found[url]) > 1 and url != SUGGESTION:
            one.refuse("url", "This extension stands twice.")
    return found


def _only(extensions: _Extensions, url: str) -> Element | None:
    return next(iter(extensions.get(url, [])), None)


def _string(extensions: _Extensions, url: str) -> str | None:
    one = _only(extensions, url)
    return None if one is None else _plain(one, "valueString")


def _plain(element: Element, key: str) -> str:
    text = element.text(key)
    if "{" in text or "}" in text:
        element.refuse(key, "Only the text of a question is put in the person's words.")
    return text


def _code(extensions: _Extensions, url: str) -> str | None:
    one = _only(extensions, url)
    return None if one is None else one.text("valueCode")


def _boolean(extensions: _Extensions, url: str) -> bool:
    one = _only(extensions, url)
    return one is not None and one.flag("valueBoolean")


def _bound(extensions: _Extensions, url: str) -> str | None:
    one = _only(extensions, url)
    if one is None:
        return None
    if "valueInteger" in one.data:
        return str(one.whole("valueInteger"))
    return format(one.number("valueDecimal"), "f")


def _decimals(extensions: _Extensions, kind: ItemKind) -> int:
    one = _only(extensions, MAX_DECIMALS)
    if one is None:
        return _MOST_DECIMALS if kind in {ItemKind.DECIMAL, ItemKind.QUANTITY} else 0
    places = one.whole("valueInteger")
    if not 0 <= places <= _MOST_DECIMALS:
        one.refuse("valueInteger", f"This must be 0 to {_MOST_DECIMALS}.")
    return places


def _score(extensions: _Extensions) -> int | None:
    one = _only(extensions, ORDINAL_VALUE)
    if one is None:
        return None
    number = one.number("valueDecimal")
    if number != int(number):
        one.refuse("valueDecimal", "A score is a whole number.")
    return int(number)


def _unit(extensions: _Extensions, key: str) -> str:
    one = _only(extensions, UNIT)
    if one is None:
        return ""
    coding = one.child("valueCoding")
    coding.allow({"system", "code", "display"})
    return coding.text(key)


def _check_fit(element: Element, item: FormItem, extensions: _Extensions) -> None:
    """Refuse what an item has that its type cannot have."""
    kind = item.kind
    for holds, key, reason in (
        (item.items and kind is not ItemKind.GROUP, "item", "Only a group holds items."),
        (
            kind is ItemKind.GROUP and not item.items,
            "item",
            "A group holds at least one item.",
        ),
        (item.options and kind is not ItemKind.CHOICE, "answerOption", "Only a choice has these."),
        (
            kind is ItemKind.CHOICE and not item.options,
            "answerOption",
            "A choice offers answers.",
        ),
        (item.repeats and kind is not ItemKind.CHOICE, "repeats", "Only a choice repeats."),
        (item.is_required and not item.is_question, "required", "Only a question is required."),
        (item.max_length and kind not in _WORDS, "maxLength", "Only words have a length."),
        (item.suggestions and kind is not ItemKind.STRING, "extension", "Only a string suggests."),
        (item.screen and kind is not ItemKind.GROUP, "extension", "Only a group is a screen."),
        (
            MAX_DECIMALS in extensions and kind not in {ItemKind.DECIMAL, ItemKind.QUANTITY},
            "extension",
            "Only a decimal or a quantity has places.",
        ),
        (
            {MIN_VALUE, MAX_VALUE, UNIT} & set(extensions) and kind not in _NUMBERS,
            "extension",
            "Only a number has bounds and a unit.",
        ),
        (kind is ItemKind.QUANTITY and not item.unit, "extension", "A quantity has a unit."),
        (
            item.screen and any(inner.is_question for inner in walk(item.items)),
            "item",
            "A section with a screen of its own asks nothing here.",
        ),
    ):
        if holds:
            element.refuse(key, reason)
