from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sonar_core.forms.answers import check_item
from sonar_core.forms.definition import FormItem, ItemKind
from sonar_core.forms.typed import TypedAnswer, read_typed_answer

TODAY = date(2026, 11, 14)


def _item(kind, **more):
    return FormItem(link_id="a", kind=kind, text="A", short="Size", **more)


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (ItemKind.STRING, " Heroin ", "Heroin"),
        (ItemKind.TEXT, "two\nlines", "two\nlines"),
        (ItemKind.INTEGER, " 012", 12),
        (ItemKind.INTEGER, "-3", -3),
        (ItemKind.DECIMAL, "1.50", "1.50"),
        (ItemKind.QUANTITY, "40", "40"),
        (ItemKind.DATE, "14-Nov-2026", "2026-11-14"),
        (ItemKind.DATE, "1/2/1989", "1989-02-01"),
        (ItemKind.DATE, "yesterday", "2026-11-13"),
    ],
)
def test_what_fits_is_read_as_the_answer_it_is_kept_as(kind, typed, value):
    item = _item(kind, decimals=2)

    read = read_typed_answer(item, typed, today=TODAY)

    assert read == TypedAnswer(value=value, text=None)
    assert check_item(item, (value,)) is None


@pytest.mark.parametrize("kind", [ItemKind.STRING, ItemKind.INTEGER, ItemKind.DATE])
def test_nothing_typed_is_no_answer_and_no_problem(kind):
    assert read_typed_answer(_item(kind), " ", today=TODAY) == TypedAnswer(value=None, text=None)


@pytest.mark.parametrize(
    ("kind", "typed", "text"),
    [
        (ItemKind.INTEGER, "twelve", "Size must be a whole number."),
        (ItemKind.INTEGER, "1.5", "Size must be a whole number."),
        (ItemKind.INTEGER, "101", "Size must be 1 to 100."),
        (ItemKind.DECIMAL, "1,5", "Size must be a number."),
        (ItemKind.QUANTITY, "1.555", "Size must have at most 2 decimals."),
        (ItemKind.DATE, "31/02/2026", "Size must be a date, as 14-Nov-2026."),
        (ItemKind.DATE, "soon", "Size must be a date, as 14-Nov-2026."),
        (ItemKind.STRING, "x" * 11, "Size holds 10 characters. Take 1 away."),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(kind, typed, text):
    item = _item(kind, decimals=2, minimum="1", maximum="100", max_length=10)

    assert read_typed_answer(item, typed, today=TODAY) == TypedAnswer(value=None, text=text)


@pytest.mark.parametrize("kind", [ItemKind.CHOICE, ItemKind.DATE_TIME, ItemKind.BOOLEAN])
def test_a_question_that_is_not_typed_is_a_mistake_of_the_program(kind):
    with pytest.raises(ValueError, match="not typed"):
        read_typed_answer(_item(kind), "x", today=TODAY)


TYPED = [ItemKind.STRING, ItemKind.INTEGER, ItemKind.DECIMAL, ItemKind.DATE]


@given(st.sampled_from(TYPED), st.text())
def test_no_text_breaks_a_field_and_every_answer_passes_its_own_check(kind, typed):
    item = _item(kind, decimals=4)

    read = read_typed_answer(item, typed, today=TODAY)

    if read.value is not None:
        assert check_item(item, (read.value,)) is None
    else:
        assert (read.text is None) == (not typed.strip())
