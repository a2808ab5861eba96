from __future__ import annotations

import json

import pytest

from sonar_core.forms.definition import Condition, ItemKind, Operator, Option
from sonar_core.forms.elements import FormRefused
from sonar_core.forms.loader import (
    DETAIL,
    ENTRY_FORMAT,
    MAX_DECIMALS,
    MAX_VALUE,
    MIN_VALUE,
    ORDINAL_VALUE,
    PLAN_HEADING,
    PLAN_LINE,
    SCREEN,
    SHORT_TEXT,
    SUGGESTION,
    UNIT,
    load_form,
)
from tests.core.forms.forms_for_tests import (
    choice,
    coded,
    extension,
    group,
    question,
    questionnaire,
    when,
)

MILLIMETRES = extension(UNIT, valueCoding={"code": "mm", "display": "mm"})


def _refused(*items, **more):
    with pytest.raises(FormRefused) as refused:
        load_form(questionnaire(*items, **more))
    return refused.value.path.removeprefix("Questionnaire."), refused.value.reason


def test_a_form_says_its_name_version_and_that_it_is_experimental():
    form = load_form(json.dumps(questionnaire(question("a"), experimental=True)).encode())

    assert (form.url, form.version, form.title, form.publisher) == (
        "urn:test:form",
        "1",
        "A form",
        "Tests",
    )
    assert form.is_experimental


def test_every_supported_type_is_loaded_as_itself():
    special = {
        "choice": choice("choice"),
        "group": group("group", question("inner")),
        "quantity": question("quantity", "quantity", extension=[MILLIMETRES]),
    }
    items = [special.get(kind, question(kind.value, kind)) for kind in ItemKind]

    form = load_form(questionnaire(*items))

    assert [item.kind for item in form.items] == list(ItemKind)
    assert [item.link_id for item in form.walk() if not item.is_question] == ["group", "display"]


def test_an_item_carries_all_that_is_said_about_it():
    form = load_form(
        questionnaire(
            question(
                "size",
                "quantity",
                text="How big {is} {he}?",
                required=True,
                extension=[
                    extension(SHORT_TEXT, valueString="Size"),
                    extension(ENTRY_FORMAT, valueString="Longest side"),
                    extension(DETAIL, valueBoolean=True),
                    extension(MIN_VALUE, valueInteger=1),
                    extension(MAX_VALUE, valueDecimal=2000.5),
                    extension(MAX_DECIMALS, valueInteger=1),
                    MILLIMETRES,
                ],
            ),
            question("where", maxLength=40, extension=[
                extension(SUGGESTION, valueString="Left"),
                extension(SUGGESTION, valueString="Right"),
            ]),
            group("obs", question("remark", "display"), extension=[
                extension(SCREEN, valueCode="observations")
            ]),
        )
    )  # fmt: skip
    size, where, obs = form.items

    assert (size.text, size.short, size.hint) == ("How big {is} {he}?", "Size", "Longest side")
    assert (size.is_required, size.is_detail, size.decimals) == (True, True, 1)
    assert (size.minimum, size.maximum, size.unit, size.unit_code) == ("1", "2000.5", "mm", "mm")
    assert (where.suggestions, where.max_length) == (("Left", "Right"), 40)
    assert (obs.screen, obs.items[0].kind) == ("observations", ItemKind.DISPLAY)


def test_without_a_short_name_the_question_itself_is_the_name():
    form = load_form(questionnaire(question("a", text="{Has} {he} eaten?")))

    assert form.items[0].short == "Have they eaten"


def test_an_answer_carries_its_score_and_its_local_plan():
    item = choice("a", "yes", "no", repeats=True)
    item["answerOption"][0]["extension"] = [
        extension(ORDINAL_VALUE, valueDecimal=3),
        extension(PLAN_HEADING, valueString="Act"),
        extension(PLAN_LINE, valueString="Call 999."),
    ]

    loaded = load_form(questionnaire(item)).item("a")

    assert loaded.repeats
    assert loaded.option("yes") == Option(
        code="yes",
        system="urn:test",
        display="Yes",
        score=3,
        plan_heading="Act",
        plan_line="Call 999.",
    )
    assert loaded.option("no").score is None
    assert loaded.option("perhaps") is None


def test_an_item_that_is_not_in_the_form_is_not_found():
    with pytest.raises(KeyError):
        load_form(questionnaire(question("a"))).item("b")


@pytest.mark.parametrize(
    ("asked", "operator", "answer", "value"),
    [
        (choice("q"), "=", coded("yes"), "yes"),
        (choice("q"), "exists", {"answerBoolean": False}, False),
        (question("q", "boolean"), "!=", {"answerBoolean": True}, True),
        (question("q", "string"), "=", {"answerString": "x"}, "x"),
        (question("q", "text"), "!=", {"answerString": "x"}, "x"),
        (question("q", "integer"), ">", {"answerInteger": 4}, 4),
        (question("q", "decimal"), "<=", {"answerDecimal": 4.5}, "4.5"),
        (question("q", "date"), ">=", {"answerDate": "2026-01-31"}, "2026-01-31"),
        (question("q", "dateTime"), "exists", {"answerBoolean": True}, True),
        (
            question("q", "quantity", extension=[MILLIMETRES]),
            "<",
            {"answerQuantity": {"value": 5, "code": "mm"}},
            "5",
        ),
    ],
)
def test_a_condition_compares_with_an_answer_of_the_questions_type(asked, operator, answer, value):
    shown = question("shown", enableWhen=[when("q", operator, **answer)])

    condition = load_form(questionnaire(asked, shown)).item("shown").conditions[0]

    assert condition == Condition(question="q", operator=Operator(operator), value=value)


def test_two_conditions_are_both_needed_or_any_one_of_them():
    both = [when("q", "=", **coded("yes")), when("q", "exists", answerBoolean=True)]

    form = load_form(
        questionnaire(
            choice("q"),
            question("a", enableWhen=both, enableBehavior="all"),
            question("b", enableWhen=both, enableBehavior="any"),
        )
    )

    assert form.item("a").needs_every_condition
    assert not form.item("b").needs_every_condition


@pytest.mark.parametrize(
    ("change", "path", "reason"),
    [
        ({"status": "retired"}, "status", "Only a draft or active form is asked."),
        ({"item": None}, "item", "A form asks something."),
        ({"url": None}, "url", "A text is needed here."),
        ({"experimental": "no"}, "experimental", "This must be true or false."),
        ({"contained": []}, "contained", "This element is not supported."),
        ({"modifierExtension": []}, "modifierExtension", "This element is not supported."),
    ],
)
def test_a_form_with_something_unsupported_is_refused_by_its_path(change, path, reason):
    assert _refused(question("a"), **change) == (path, reason)


@pytest.mark.parametrize("source", [b"[]", b"7", b'{"resourceType": "Patient"}', {}])
def test_what_is_no_questionnaire_is_refused(source):
    with pytest.raises(FormRefused, match="Questionnaire: This is not a Questionnaire"):
        load_form(source)


def _option(code="yes", **more):
    return {"valueCoding": {"system": "urn:test", "code": code, "display": "Yes"}} | more


@pytest.mark.parametrize(
    ("item", "path", "reason"),
    [
        (question("a", "open-choice"), "type", "This item type is not supported."),
        (question("a", "attachment"), "type", "This item type is not supported."),
        (question("a", initial=[]), "initial", "This element is not supported."),
        (question("a", answerValueSet="urn:x"), "answerValueSet", "This element is not supported."),
        (question("a", readOnly=True), "readOnly", "This element is not supported."),
        (question(" "), "linkId", "This must be text."),
        (question("ä"), "linkId", "A linkId is plain letters, figures and signs."),
        (question("a", text="Is {she} well?"), "text",
         "These braces hold no word of the person."),
        (question("a", text="Is {he well?"), "text", "These braces hold no word of the person."),
        (question("a", item=[question("b")]), "item", "Only a group holds items."),
        (question("a", "group"), "item", "A group holds at least one item."),
        (question("a", answerOption=[_option()]), "answerOption", "Only a choice has these."),
        (question("a", "choice"), "answerOption", "A choice offers answers."),
        (question("a", repeats=True), "repeats", "Only a choice repeats."),
        (question("a", "display", required=True), "required", "Only a question is required."),
        (question("a", "integer", maxLength=4), "maxLength", "Only words have a length."),
        (question("a", maxLength=0), "maxLength", "This must be 1 or more."),
        (question("a", "quantity"), "extension", "A quantity has a unit."),
        (question("a", enableBehavior="some"), "enableBehavior", "This must be all or any."),
        (question("a", "choice", answerOption=[{"valueString": "x"}]),
         "answerOption[0].valueString", "This element is not supported."),
        (question("a", "choice", answerOption=[_option(), _option()]),
         "answerOption[1].valueCoding.code", "This code stands twice in one question."),
        (question("a", "choice", answerOption=[
            {"valueCoding": {"system": "urn:test", "code": "a", "display": "To {him}"}}]),
         "answerOption[0].valueCoding.display",
         "Only the text of a question is put in the person's words."),
        (question("a", "choice", answerOption=[
            _option(extension=[extension(ORDINAL_VALUE, valueDecimal=1.5)])]),
         "answerOption[0].extension[0].valueDecimal", "A score is a whole number."),
        (question("a", "choice", answerOption=[_option(initialSelected=True)]),
         "answerOption[0].initialSelected", "This element is not supported."),
        (question("a", extension=[extension("urn:other", valueString="x")]),
         "extension[0].url", "This extension is not supported."),
        (question("a", extension=[extension(SHORT_TEXT, valueCode="x")]),
         "extension[0].valueCode", "This element is not supported."),
        (question("a", extension=[extension(SHORT_TEXT)]),
         "extension[0]", "An extension has one value."),
        (question("a", extension=[extension(SHORT_TEXT, valueString="x")] * 2),
         "extension[1].url", "This extension stands twice."),
        (question("a", "text", extension=[extension(SUGGESTION, valueString="x")]),
         "extension", "Only a string suggests."),
        (question("a", extension=[extension(SCREEN, valueCode="x")]),
         "extension", "Only a group is a screen."),
        (question("a", "integer", extension=[extension(MAX_DECIMALS, valueInteger=1)]),
         "extension", "Only a decimal or a quantity has places."),
        (question("a", "decimal", extension=[extension(MAX_DECIMALS, valueInteger=9)]),
         "extension[0].valueInteger", "This must be 0 to 4."),
        (question("a", extension=[extension(MIN_VALUE, valueInteger=1)]),
         "extension", "Only a number has bounds and a unit."),
        (group("a", question("b"), extension=[extension(SCREEN, valueCode="x")]),
         "item", "A section with a screen of its own asks nothing here."),
    ],
)  # fmt: skip
def test_an_item_with_something_unsupported_is_refused_by_its_path(item, path, reason):
    assert _refused(item) == (f"item[0].{path}", reason)


def test_the_path_leads_into_groups():
    assert _refused(question("a"), group("g", question("b"), question("c", "url"))) == (
        "item[1].item[1].type",
        "This item type is not supported.",
    )


def test_a_link_id_stands_once_in_the_whole_form():
    assert _refused(question("a"), group("g", question("a"))) == (
        "item[1].item[0].linkId",
        "This linkId stands twice.",
    )


@pytest.mark.parametrize(
    ("condition", "path", "reason"),
    [
        (when("none", "exists", answerBoolean=True), "question",
         "A condition looks back at an earlier question."),
        (when("shown", "exists", answerBoolean=True), "question",
         "A condition looks back at an earlier question."),
        (when("later", "exists", answerBoolean=True), "question",
         "A condition looks back at an earlier question."),
        (when("group", "exists", answerBoolean=True), "question",
         "A condition looks back at an earlier question."),
        (when("q", "~", **coded("yes")), "operator", "This operator is not supported."),
        (when("q", ">", **coded("yes")), "operator", "This question has no greater and less."),
        (when("time", ">", answerDateTime="2026"), "answerDateTime",
         "This element is not supported."),
        (when("time", "=", answerString="x"), "question",
         "Only whether this question is answered can be asked."),
        (when("q", "=", **coded("perhaps")), "answerCoding",
         "The question offers no such answer."),
        (when("q", "=", **coded("not-asked")), "answerCoding",
         "Not asked is no answer: ask with exists."),
        (when("q", "=", answerString="yes"), "",
         "This condition needs answerCoding and no other answer."),
        (when("q", "=", answerString="yes", **coded("yes")), "",
         "This condition needs answerCoding and no other answer."),
        (when("day", "=", answerDate="2026-01"), "answerDate", "This must be a whole date."),
        (when("day", "=", answerDate="20260131"), "answerDate", "This must be a whole date."),
        (when("size", "=", answerQuantity={"value": 5, "code": "cm"}), "answerQuantity",
         "The unit is not that of the question."),
    ],
)  # fmt: skip
def test_a_condition_that_cannot_be_settled_is_refused(condition, path, reason):
    items = [
        choice("q"),
        question("time", "dateTime"),
        question("day", "date"),
        question("size", "quantity", extension=[MILLIMETRES]),
        group("group", question("inner")),
        question("shown", enableWhen=[condition]),
        question("later"),
    ]

    assert _refused(*items) == (f"item[5].enableWhen[0].{path}".rstrip("."), reason)


def test_with_two_conditions_the_form_says_all_or_any():
    twice = [when("q", "=", **coded("yes")), when("q", "=", **coded("no"))]

    assert _refused(choice("q"), question("a", enableWhen=twice)) == (
        "item[1].enableBehavior",
        "With two conditions, all or any must be said.",
    )
