from __future__ import annotations

from sonar_desktop.ui.viewmodels.chart_faces import (
    Group,
    dose_text,
    group_of,
    hours_text,
    medicine_name,
)
from tests.ui.medicine_story import MedicineStory


def test_a_medicine_is_named_with_strength_and_form(seed):
    order = MedicineStory(seed).order("Thiamine", strength="100 mg", form="")
    assert medicine_name(order) == "Thiamine 100 mg"


def test_an_order_stands_in_its_part_of_the_chart(seed):
    story = MedicineStory(seed)
    assert group_of(story.regular()) is Group.REGULAR
    assert group_of(story.needed()) is Group.WHEN_NEEDED
    assert group_of(story.order("Folic acid")) is Group.ONCE


def test_amounts_and_lengths_are_written_whole():
    assert dose_text("0.5", "mg") == "0.5 mg"
    assert dose_text(None, "mg") == ""
    assert hours_text(270) == "4hr 30min"
