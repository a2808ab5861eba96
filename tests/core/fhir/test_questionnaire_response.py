from __future__ import annotations

import json

from sonar_core.fhir.questionnaire_response import (
    NOT_RELEVANT,
    PRECISION,
    ResponseStatus,
    questionnaire_response,
    response_bytes,
)
from sonar_core.forms.answers import complete_answers
from sonar_core.forms.loader import UNIT, load_form
from sonar_core.moments import moment_from_iso
from tests.core.forms.forms_for_tests import (
    choice,
    coded,
    extension,
    group,
    question,
    questionnaire,
    when,
)

FORM = load_form(
    questionnaire(
        group(
            "first",
            choice("drugs", text="{Has} {he} taken drugs?"),
            question("what", enableWhen=[when("drugs", "=", **coded("yes"))]),
            question("remark", "display"),
        ),
        group(
            "second",
            question("well", "boolean"),
            question("units", "integer"),
            question("litres", "decimal"),
            question(
                "size",
                "quantity",
                extension=[extension(UNIT, valueCoding={"code": "mm", "display": "mm"})],
            ),
            question("day", "date"),
            question("exact", "dateTime"),
            question("approx", "dateTime"),
            question("unknown", "dateTime"),
            question("words", "text"),
        ),
    )
)
AT = moment_from_iso("2026-06-14T14:49:31+01:00", "Europe/London")


def _response(answers, status=ResponseStatus.COMPLETED):
    resource = questionnaire_response(
        FORM,
        answers,
        response_id="assessment-1",
        status=status,
        subject="patient-1",
        author="nurse-1",
        authored=AT,
    )
    return json.loads(response_bytes(resource))


def test_the_resource_says_which_version_of_which_form_about_whom_by_whom_and_when():
    resource = _response({}, ResponseStatus.ENTERED_IN_ERROR)

    assert resource == {
        "resourceType": "QuestionnaireResponse",
        "id": "assessment-1",
        "questionnaire": "urn:test:form|1",
        "status": "entered-in-error",
        "subject": {"reference": "Patient/patient-1"},
        "author": {"reference": "Practitioner/nurse-1"},
        "authored": "2026-06-14T14:49:31+01:00",
        "item": [],
    }


def test_every_type_of_answer_has_its_fhir_value():
    answers = {
        "drugs": ("yes",),
        "what": ("heroin",),
        "well": (False,),
        "units": (12,),
        "litres": ("1.50",),
        "size": ("4",),
        "day": ("2026-01-31",),
        "exact": ("2026-06-14T11:30:00+01:00",),
        "approx": ("2026-06-14T11:30:00+01:00~",),
        "unknown": ("unknown",),
        "words": ("two\nlines",),
    }

    first, second = _response(answers)["item"]

    values = {item["linkId"]: item["answer"] for item in [*first["item"], *second["item"]]}
    assert values == {
        "drugs": [{"valueCoding": {"system": "urn:test", "code": "yes", "display": "Yes"}}],
        "what": [{"valueString": "heroin"}],
        "well": [{"valueBoolean": False}],
        "units": [{"valueInteger": 12}],
        "litres": [{"valueDecimal": 1.5}],
        "size": [
            {
                "valueQuantity": {
                    "value": 4,
                    "unit": "mm",
                    "system": "http://unitsofmeasure.org",
                    "code": "mm",
                }
            }
        ],
        "day": [{"valueDate": "2026-01-31"}],
        "exact": [{"valueDateTime": "2026-06-14T11:30:00+01:00"}],
        "approx": [
            {
                "valueDateTime": "2026-06-14T11:30:00+01:00",
                "_valueDateTime": {"extension": [{"url": PRECISION, "valueCode": "approx"}]},
            }
        ],
        "unknown": [
            {
                "_valueDateTime": {
                    "extension": [
                        {
                            "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
                            "valueCode": "unknown",
                        }
                    ]
                }
            }
        ],
        "words": [{"valueString": "two\nlines"}],
    }


def test_a_decimal_keeps_its_places_on_the_wire():
    resource = questionnaire_response(
        FORM,
        {"litres": ("1.50",)},
        response_id="a",
        status=ResponseStatus.AMENDED,
        subject="p",
        author="n",
        authored=AT,
    )

    assert b'{"valueDecimal":1.50}' in response_bytes(resource)


def test_a_question_is_written_out_in_words_that_fit_anybody():
    first = _response({"drugs": ("no",)})["item"][0]

    assert first["item"][0]["text"] == "Have they taken drugs?"


def test_a_hidden_answer_is_exported_and_marked_as_not_relevant():
    first = _response({"drugs": ("no",), "what": ("heroin",)})["item"][0]

    drugs, what = first["item"]
    assert "extension" not in drugs
    assert what["extension"] == [{"url": NOT_RELEVANT, "valueBoolean": True}]
    assert what["answer"] == [{"valueString": "heroin"}]


def test_a_blank_coded_question_is_exported_as_not_asked_and_other_blanks_are_left_out():
    (first,) = _response(complete_answers(FORM, {}))["item"]

    assert [item["linkId"] for item in first["item"]] == ["drugs"]
    assert first["item"][0]["answer"][0]["valueCoding"]["code"] == "not-asked"


def test_a_code_the_form_does_not_offer_is_exported_as_the_text_it_is():
    first = _response({"drugs": ("of a newer version",)})["item"][0]

    assert first["item"][0]["answer"] == [{"valueString": "of a newer version"}]
