from __future__ import annotations

from sonar_core.sync.messages import Reason
from sonar_desktop.ui.viewmodels.held_words import (
    IN_ITS_FORM,
    ON_THE_RECORD,
    UNREADABLE_WHY,
    held_line,
)
from sonar_desktop.ui.viewmodels.sync_faces import EntryLine
from sonar_desktop.usecases.held_entry import WayOut
from tests.usecases.test_held_entry import entry

LINE = EntryLine(words="Note", where="M4 · Okafor", time="14:32")


def test_one_that_opens_in_its_form_says_which_button():
    line = held_line(LINE, entry(entity="n"), "")
    assert (line.way, line.do, line.kind, line.entity) == (WayOut.FORM, IN_ITS_FORM, "Note", "n")
    assert line.is_on_record
    assert held_line(LINE, entry("ConflictResolution"), "").do == ON_THE_RECORD


def test_one_that_was_corrected_says_by_whom_and_when():
    line = held_line(LINE, entry(corrected_ms=9, corrected_by="Shah"), "14:40")
    assert line.do == "Nothing: corrected by Shah at 14:40. Both stand on the record."
    assert held_line(LINE, entry(corrected_ms=9), "14:40").do.startswith("Nothing: corrected at ")


def test_one_that_cannot_be_shown_is_for_support_and_on_no_record():
    line = held_line(LINE, entry("Seance", is_readable=False), "")
    assert (line.why, line.is_on_record) == (UNREADABLE_WHY, False)
    assert "Call support and give the number 7." in line.do


def test_one_that_comes_by_itself_says_so():
    line = held_line(LINE, entry(is_stuck=False, reason=Reason.NEWER_SCHEMA), "")
    assert line.do.startswith("Nothing to do: it is taken after the server's next update.")
