"""A signed questionnaire as a FHIR R4 ``QuestionnaireResponse``.

Source: HL7 FHIR R4 (4.0.1), QuestionnaireResponse. Pure: the resource is a plain structure.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

import msgspec

from sonar_core.forms.answers import answered_moment
from sonar_core.forms.definition import Answer, FormDefinition, FormItem, ItemKind
from sonar_core.forms.relevance import Answers, relevant_items
from sonar_core.forms.wording import worded
from sonar_core.moments import Moment, Precision, iso_text

NOT_RELEVANT: Final = "urn:sonar:extension:not-relevant"
PRECISION: Final = "urn:sonar:extension:precision"
_ABSENT: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_UCUM: Final = "http://unitsofmeasure.org"
_encoder: Final = msgspec.json.Encoder(decimal_format="number", order="sorted")


class ResponseStatus(StrEnum):
    """FHIR R4 questionnaire-answers-status, as far as it is used here."""

    COMPLETED = "completed"
    AMENDED = "amended"
    ENTERED_IN_ERROR = "entered-in-error"


def questionnaire_response(
    form: FormDefinition,
    answers: Answers,
    *,
    response_id: str,
    status: ResponseStatus,
    subject: str,
    author: str,
    authored: Moment,
) -> dict[str, Any]:
    """The answers as a resource, in the order and nesting of the form.

    Args:
        form: The version of the form that was asked.
        answers: The signed answers, hidden ones included: they are exported and marked.
        response_id: Id of the assessment.
        status: Completed, amended or entered in error.
        subject: Id of the patient.
        author: Id of the practitioner who asked.
        authored: When the answers were given; its zone is that of the place.

    Returns:
        Plain dicts, lists and ``Decimal``; ``response_bytes`` writes it.
    """
    relevant = relevant_items(form, answers)

    def export(items: tuple[FormItem, ...]) -> list[dict[str, Any]]:
        exported = [_item(item, answers, relevant, authored.zone, export) for item in items]
        return [one for one in exported if "answer" in one or "item" in one]

    return {
        "resourceType": "QuestionnaireResponse",
        "id": response_id,
        "questionnaire": f"{form.url}|{form.version}",
        "status": status.value,
        "subject": {"reference": f"Patient/{subject}"},
        "authored": iso_text(authored),
        "author": {"reference": f"Practitioner/{author}"},
        "item": export(form.items),
    }


def response_bytes(resource: dict[str, Any]) -> bytes:
    """The resource as JSON; decimals keep their places and never pass through a float."""
    return _encoder.encode(resource)


def _item(
    item: FormItem,
    answers: Answers,
    relevant: frozenset[str],
    zone: str,
    export: Callable[[tuple[FormItem, ...]], list[dict[str, Any]]],
) -> dict[str, Any]:
    out: dict[str, Any] = {"linkId": item.link_id, "text": worded(item.text, "unknown")}
    if item.link_id not in relevant:
        out["extension"] = [{"url": NOT_RELEVANT, "valueBoolean": True}]
    values = answers.get(item.link_id, ())
    if item.is_question and values:
        out["answer"] = [_value(item, value, zone) for value in values]
    inner = export(item.items)
    if inner:
        out["item"] = inner
    return out


def _value(item: FormItem, value: Answer, zone: str) -> dict[str, Any]:
    if item.kind is ItemKind.CHOICE:
        option = item.option(value)
        if option is None:
            return {"valueString": str(value)}
        coding = {"system": option.system, "code": option.code, "display": option.display}
        return {"valueCoding": coding}
    if item.kind is ItemKind.QUANTITY:
        quantity = {"value": Decimal(value), "unit": item.unit}
        return {"valueQuantity": quantity | {"system": _UCUM, "code": item.unit_code}}
    if item.kind is ItemKind.DATE_TIME:
        return _date_time(str(value), zone)
    if item.kind is ItemKind.DECIMAL:
        return {"valueDecimal": Decimal(value)}
    name = {
        ItemKind.BOOLEAN: "valueBoolean",
        ItemKind.INTEGER: "valueInteger",
        ItemKind.DATE: "valueDate",
    }.get(item.kind, "valueString")
    return {name: value}


def _date_time(value: str, zone: str) -> dict[str, Any]:
    moment = answered_moment(value, zone)
    if moment is None:
        return {"_valueDateTime": {"extension": [{"url": _ABSENT, "valueCode": "unknown"}]}}
    out: dict[str, Any] = {"valueDateTime": iso_text(moment)}
    if moment.precision is Precision.APPROX:
        mark = {"url": PRECISION, "valueCode": Precision.APPROX.value}
        out["_valueDateTime"] = {"extension": [mark]}
    return out
