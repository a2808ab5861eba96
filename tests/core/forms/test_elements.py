from __future__ import annotations

from decimal import Decimal

import pytest

from sonar_core.forms.elements import Element, FormRefused, decode_resource


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff", b'{"a": NaN}', b'{"a": 1, "a": 2}', b"[" * 100_000, b"9" * 5000],
)
def test_what_is_no_json_is_refused(content):
    with pytest.raises(FormRefused) as refused:
        decode_resource(content)

    assert (refused.value.path, refused.value.reason) == ("Questionnaire", "This is not JSON.")


def test_a_number_with_a_point_is_never_a_float():
    assert decode_resource(b'{"a": 0.1}') == {"a": Decimal("0.1")}


def _refused(call):
    with pytest.raises(FormRefused) as refused:
        call()
    return str(refused.value)


def test_each_reading_names_the_path_of_what_does_not_fit():
    element = Element("Questionnaire.item[2]", {"text": " ", "flag": 1, "whole": True, "list": []})

    assert _refused(lambda: element.text("none")) == (
        "Questionnaire.item[2].none: A text is needed here."
    )
    assert _refused(lambda: element.text("text")) == (
        "Questionnaire.item[2].text: This must be text."
    )
    assert _refused(lambda: element.flag("flag")).endswith("flag: This must be true or false.")
    assert _refused(lambda: element.whole("whole")).endswith("This must be a whole number.")
    assert _refused(lambda: element.whole("none")).endswith("This must be a whole number.")
    assert _refused(lambda: element.child("none")).endswith("An object is needed here.")
    assert _refused(lambda: element.children("list")).endswith("a list that is not empty.")
    assert _refused(lambda: element.children("text")).endswith("a list that is not empty.")
    assert _refused(lambda: element.allow({"text"})) == (
        "Questionnaire.item[2].flag: This element is not supported."
    )


def test_a_list_of_something_else_than_objects_is_refused_by_its_place():
    element = Element("Questionnaire", {"item": [{}, 7]})

    assert _refused(lambda: element.children("item")) == (
        "Questionnaire.item[1]: This must be an object."
    )


@pytest.mark.parametrize(
    ("value", "number"),
    [(3, "3"), (Decimal("0.10"), "0.10"), (0.1, "0.1"), (-5, "-5")],
)
def test_a_number_keeps_the_places_it_was_written_with(value, number):
    assert str(Element("Q", {"n": value}).number("n")) == number


@pytest.mark.parametrize("value", [True, "3", None])
def test_what_is_no_number_is_refused(value):
    assert _refused(lambda: Element("Q", {"n": value}).number("n")) == (
        "Q.n: This must be a number."
    )


@pytest.mark.parametrize("value", [10**9, Decimal("1e-7"), float("nan"), float("inf")])
def test_a_number_out_of_reason_is_refused(value):
    assert _refused(lambda: Element("Q", {"n": value}).number("n")) == (
        "Q.n: This number is out of reason."
    )


def test_what_is_there_is_read():
    element = Element("Q", {"a": "x", "f": True, "w": 7, "o": {"b": "y"}, "l": [{"c": "z"}]})

    assert (element.text("a"), element.flag("f"), element.flag("g")) == ("x", True, False)
    assert (element.whole("w"), element.optional_text("none")) == (7, None)
    assert element.child("o") == Element("Q.o", {"b": "y"})
    assert element.children("l") == [Element("Q.l[0]", {"c": "z"})]
    assert element.children("none") == []
    element.allow({"a", "f", "w", "o", "l"})
