from __future__ import annotations

from typing import Any

HL7 = "http://hl7.org/fhir/StructureDefinition/"


def questionnaire(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Questionnaire",
        "url": "urn:test:form",
        "version": "1",
        "title": "A form",
        "status": "active",
        "publisher": "Tests",
        "item": list(items),
    } | more


def question(link_id: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {"linkId": link_id, "type": kind, "text": link_id.capitalize()} | more


def choice(link_id: str, *codes: str, **more: Any) -> dict[str, Any]:
    options = [
        {"valueCoding": {"system": "urn:test", "code": code, "display": code.capitalize()}}
        for code in codes or ("yes", "no", "not-asked")
    ]
    return question(link_id, "choice", answerOption=options, **more)


def group(link_id: str, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return question(link_id, "group", item=list(items), **more)


def when(link_id: str, operator: str, **answer: Any) -> dict[str, Any]:
    return {"question": link_id, "operator": operator} | answer


def coded(code: str) -> dict[str, Any]:
    return {"answerCoding": {"code": code}}


def extension(url: str, **value: Any) -> dict[str, Any]:
    return {"url": url} | value
