"""Which suite is meant by what was typed, and what is said where none or several are."""

from __future__ import annotations

import pytest

from sonar_core.ids import slot
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_desktop.ui.viewmodels.suite_move import NO_LIST, SuiteForm
from sonar_desktop.usecases.keep_draft import my_drafts
from tests.ui.known_suites import tell_suites

MANY = ("Eastfield", "Westfield", "Westfield Road", *(f"Suite {number}" for number in range(9)))


@pytest.fixture
def admitted(seed):
    return seed.admit("M4", minutes_ago=60)


def begun(qtbot, workplace, admitted) -> SuiteForm:
    form = SuiteForm(workplace, admitted.episode)
    assert form.echo == ""
    form.open()
    qtbot.waitUntil(lambda: form.echo != "")
    return form


def said(form: SuiteForm) -> str:
    return " ".join(flaw.text for flaw in form.check().values())


def test_a_pc_that_was_told_of_no_other_suite_says_so_and_signs_nothing(
    qtbot, workplace, admitted, encrypted_store
):
    tell_suites(workplace.desk, encrypted_store)
    form = begun(qtbot, workplace, admitted)
    assert form.echo == NO_LIST
    form.put(suite="Westfield")
    assert said(form) == NO_LIST
    form.close()


@pytest.mark.parametrize(
    ("typed", "echo", "flaw"),
    [
        ("", "Which: Eastfield, Suite 0, Suite 1", "Enter the suite."),
        ("  east ", "To Eastfield", ""),
        ("west", "Which: Westfield, Westfield Road.", "Enter the name of one suite."),
        ("WESTFIELD", "To Westfield", ""),
        ("westfield  road", "To Westfield Road", ""),
        ("north", "No suite is called that. There are: Eastfield", "Enter the name of one suite."),
    ],
)
def test_a_suite_is_meant_by_its_name_or_a_part_that_fits_it_alone(
    qtbot, workplace, admitted, encrypted_store, typed, echo, flaw
):
    tell_suites(workplace.desk, encrypted_store, *MANY)
    form = begun(qtbot, workplace, admitted)
    form.put(suite=typed)
    assert form.echo.startswith(echo)
    assert said(form) == flaw
    if len(form.echo) > 60:
        assert form.echo.endswith("and 4 more.")
    form.close()


def test_the_stay_is_at_the_suite_that_was_named(qtbot, workplace, admitted, encrypted_store):
    tell_suites(workplace.desk, encrypted_store, "Eastfield")
    form = begun(qtbot, workplace, admitted)
    form.put(suite="Eastfield")
    with qtbot.waitSignal(form.signed):
        form.sign()
    stay = workplace.desk.store.read(lambda look: look.get(CustodyEpisode, admitted.episode))
    assert stay.site == slot("site", "eastfield")
    form.close()


def test_what_was_typed_is_a_draft_and_moves_nobody(qtbot, workplace, admitted, encrypted_store):
    tell_suites(workplace.desk, encrypted_store, "Eastfield")
    form = begun(qtbot, workplace, admitted)
    form.put(suite="Eastf")
    form.close()
    qtbot.waitUntil(lambda: my_drafts(workplace.desk) != [])
    again = SuiteForm(workplace, admitted.episode)
    again.refresh()
    qtbot.waitUntil(lambda: again.is_open and again.echo == "To Eastfield")
    stay = workplace.desk.store.read(lambda look: look.get(CustodyEpisode, admitted.episode))
    assert stay.site == workplace.desk.site
    again.close()
