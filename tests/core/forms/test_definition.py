from __future__ import annotations

import pytest

from sonar_core.forms.definition import FormDefinition, FormItem, ItemKind, Option, walk


def _item(link_id, kind=ItemKind.STRING, items=()):
    return FormItem(link_id=link_id, kind=kind, text=link_id, short=link_id, items=items)


def test_a_form_is_walked_in_the_order_of_asking_groups_first():
    form = FormDefinition(
        url="urn:test",
        version="1",
        title="A form",
        publisher="Tests",
        is_experimental=False,
        items=(_item("g", ItemKind.GROUP, (_item("a"), _item("b"))), _item("c")),
    )

    assert [item.link_id for item in form.walk()] == ["g", "a", "b", "c"]
    assert [item.link_id for item in walk(form.items[0].items)] == ["a", "b"]
    assert form.item("b").kind is ItemKind.STRING
    with pytest.raises(KeyError):
        form.item("d")


def test_groups_and_remarks_are_no_questions():
    asked = [kind for kind in ItemKind if _item("x", kind).is_question]

    assert asked == [kind for kind in ItemKind if kind.value not in {"group", "display"}]


def test_an_option_is_found_by_its_code():
    yes = Option(code="yes", system="urn:test", display="Yes")
    item = FormItem(link_id="a", kind=ItemKind.CHOICE, text="A", short="A", options=(yes,))

    assert item.option("yes") is yes
    assert item.option("no") is None
