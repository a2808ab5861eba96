from __future__ import annotations

import dataclasses

from sonar_desktop.usecases.keep_draft import (
    discard_draft,
    find_draft,
    keep_draft,
    keep_late,
    my_drafts,
    read_draft,
)
from sonar_desktop.usecases.ports import Draft
from tests.usecases.fakes import DOCTOR, NURSE, clock_of, make_desk


def typed(desk, record, body=b"{}", form="observations"):
    keep_draft(desk, record=record, form=form, episode="e1", body=body, place="spo2")


def test_what_was_typed_comes_back_with_where_the_cursor_stood():
    desk = make_desk()
    typed(desk, "r1", b'{"spo2": "9')
    draft = read_draft(desk, "r1")
    assert draft is not None
    assert (draft.author, draft.body, draft.place) == (NURSE.user, b'{"spo2": "9', "spo2")
    assert draft.saved_ms == desk.clock.now_ms()


def test_only_its_author_is_shown_a_draft():
    desk = make_desk()
    typed(desk, "r1")
    other = dataclasses.replace(desk, actor=DOCTOR)
    assert read_draft(other, "r1") is None
    assert my_drafts(other) == []


def test_the_form_goes_on_with_its_newest_draft():
    desk = make_desk()
    typed(desk, "r1")
    clock_of(desk).forward(1)
    typed(desk, "r2")
    clock_of(desk).forward(1)
    typed(desk, "n1", form="note")
    found = find_draft(desk, form="observations", episode="e1")
    assert found is not None
    assert found.record == "r2"
    assert find_draft(desk, form="observations", episode="e2") is None
    assert [one.record for one in my_drafts(desk)] == ["n1", "r2", "r1"]


def test_a_draft_is_gone_when_its_author_discards_it():
    desk = make_desk()
    typed(desk, "r1")
    assert discard_draft(desk, "r1").drafts
    assert read_draft(desk, "r1") is None


def late(desk, record, body, saved_ms):
    draft = Draft(
        author=desk.actor.user,
        record=record,
        form="note",
        episode="e1",
        body=body,
        place="text",
        saved_ms=saved_ms,
    )
    keep_late(desk, draft)


def test_words_written_late_take_the_place_of_an_older_state_of_themselves():
    desk = make_desk()
    typed(desk, "r1", b"Slept", form="note")
    late(desk, "r1", b"Slept well", desk.clock.now_ms() + 1)
    assert [(one.record, one.body) for one in my_drafts(desk)] == [("r1", b"Slept well")]


def test_words_written_late_stand_beside_what_was_typed_since():
    desk = make_desk()
    typed(desk, "r1", b"Ate", form="note")
    late(desk, "r1", b"Slept well", desk.clock.now_ms() - 1)
    assert {one.body for one in my_drafts(desk)} == {b"Ate", b"Slept well"}
    assert read_draft(desk, "r1").body == b"Ate"


def test_words_written_late_do_not_take_the_id_of_a_record_signed_since():
    desk = make_desk()
    late(desk, "r1", b"Slept well", desk.clock.now_ms())
    (draft,) = my_drafts(desk)
    assert (draft.body, draft.record == "r1") == (b"Slept well", False)
