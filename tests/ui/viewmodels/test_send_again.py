from __future__ import annotations

from sonar_core.records.kinds import Sort
from sonar_core.records.registry import REGISTRY
from sonar_desktop.ui.viewmodels.send_again import FORM_TABS
from sonar_desktop.ui.viewmodels.sync_words import KIND_WORDS
from sonar_desktop.usecases.held_entry import FORMS, WITHOUT_FORM

WRITTEN = {
    name
    for name, kind in REGISTRY.items()
    if kind.sort in {Sort.FACT, Sort.ENTITY} and name in KIND_WORDS
}


def test_each_kind_that_people_enter_opens_in_its_form_or_says_why_it_does_not():
    assert set(FORM_TABS) == FORMS
    assert FORMS.isdisjoint(WITHOUT_FORM)
    assert FORMS | set(WITHOUT_FORM) == WRITTEN
    assert all(why.endswith(".") for why in WITHOUT_FORM.values())


def test_every_kind_that_opens_so_is_something_that_happened():
    assert {REGISTRY[name].sort for name in FORMS} == {Sort.FACT}
