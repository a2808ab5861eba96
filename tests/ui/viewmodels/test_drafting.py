"""A draft is on disk a moment after a pause, and never later than a second after the first key."""

from __future__ import annotations

import time

import msgspec
import pytest
from PySide6.QtCore import QTimer

from sonar_desktop.ui.viewmodels.drafting import DraftKeeper, Keeping
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.keep_draft import find_draft, read_draft


class Form:
    """A form with one text field."""

    def __init__(self, workplace, episode) -> None:
        self.text = ""
        self.place = "text 0"
        self.keeper = DraftKeeper(
            workplace,
            "note",
            episode=episode,
            take=lambda: (self.text.encode(), self.place),
        )

    def type(self, text: str) -> None:
        self.text += text
        self.place = f"text {len(self.text)}"
        self.keeper.typed()


@pytest.fixture
def stay(seed):
    return seed.admit().episode


@pytest.fixture
def form(workplace, stay):
    made = Form(workplace, stay)
    yield made
    made.keeper.close()


def kept(workplace, form):
    return read_draft(workplace.desk, form.keeper.record)


def test_text_is_on_disk_after_a_pause(qtbot, workplace, form):
    started = time.monotonic()
    form.type("Slept well")
    assert form.keeper.face.keeping is Keeping.NOTHING
    qtbot.waitUntil(lambda: form.keeper.face.keeping is Keeping.SAVED)
    assert time.monotonic() - started >= 0.29
    assert form.keeper.face.saved_at == "14:32:00"
    draft = kept(workplace, form)
    assert (draft.body, draft.place, draft.form) == (b"Slept well", "text 10", "note")


def test_somebody_who_never_pauses_loses_at_most_a_second(qtbot, workplace, form):
    keys = QTimer()
    keys.setInterval(100)
    keys.timeout.connect(lambda: form.type("x"))
    keys.start()
    qtbot.waitUntil(lambda: kept(workplace, form) is not None, timeout=4000)
    keys.stop()
    assert len(kept(workplace, form).body) >= 5
    assert form.keeper.is_unsaved or form.text.encode() == kept(workplace, form).body


def test_leaving_a_field_saves_at_once(qtbot, workplace, form):
    form.type("Cut")
    form.keeper.save_now()
    assert form.keeper.face.keeping is Keeping.SAVING
    assert not form.keeper.is_unsaved
    qtbot.waitUntil(lambda: form.keeper.face.keeping is Keeping.SAVED)
    assert kept(workplace, form).body == b"Cut"


def test_closing_the_page_saves_what_was_just_typed(workplace, form):
    form.type("Just now")
    form.keeper.close()
    workplace.background.close()
    assert kept(workplace, form).body == b"Just now"


def test_nothing_typed_leaves_no_draft(workplace, form):
    form.keeper.save_now()
    form.keeper.close()
    workplace.background.close()
    assert kept(workplace, form) is None


def test_the_form_opens_where_its_author_left_it(qtbot, workplace, stay, form):
    form.type("Half a sent")
    form.keeper.save_now()
    qtbot.waitUntil(lambda: form.keeper.face.keeping is Keeping.SAVED)

    later, found = Form(workplace, stay), []
    later.keeper.load(found.append)
    qtbot.waitUntil(lambda: bool(found))
    assert (found[0].body, found[0].place) == (b"Half a sent", "text 11")
    assert later.keeper.record == form.keeper.record
    assert later.keeper.face.saved_at == "14:32:00"


def test_what_is_typed_before_the_old_draft_is_found_does_not_replace_it(
    qtbot, workplace, stay, form
):
    form.type("Slept well")
    form.keeper.close()
    again = Form(workplace, stay)
    found = []
    again.keeper.load(found.append)
    again.type("Ate")
    again.keeper.save_now()
    qtbot.waitUntil(lambda: again.keeper.face.keeping is Keeping.SAVED)
    assert found == [None]
    assert kept(workplace, form).body == b"Slept well"
    assert kept(workplace, again).body == b"Ate"
    again.keeper.close()


def test_a_draft_that_this_program_cannot_read_stays_and_the_form_opens_empty(
    qtbot, workplace, stay, form
):
    form.type("of another version")
    form.keeper.close()
    again = Form(workplace, stay)
    found = []

    def restore(draft):
        found.append(None if draft is None else msgspec.json.decode(draft.body))

    again.keeper.load(restore)
    qtbot.waitUntil(lambda: found == [None])
    assert again.keeper.face.keeping is Keeping.NOTHING
    again.type("Ate")
    again.keeper.save_now()
    qtbot.waitUntil(lambda: again.keeper.face.keeping is Keeping.SAVED)
    assert kept(workplace, form).body == b"of another version"
    assert kept(workplace, again).body == b"Ate"
    again.keeper.close()


def test_while_signing_nothing_is_written_after_what_is_signed(qtbot, workplace, form):
    form.type("Signed words")
    form.keeper.hold()
    form.type(" and a slip")
    form.keeper.save_now()
    qtbot.waitUntil(lambda: form.keeper.face.keeping is Keeping.SAVED)
    assert kept(workplace, form).body == b"Signed words"
    form.keeper.resume()
    qtbot.waitUntil(lambda: kept(workplace, form).body == b"Signed words and a slip")


def test_after_signing_the_next_form_has_its_own_id(form):
    before = form.keeper.record
    form.type("Signed")
    form.keeper.renew()
    assert form.keeper.record != before
    assert form.keeper.face.keeping is Keeping.NOTHING
    assert not form.keeper.is_unsaved


def test_a_discarded_draft_is_gone_from_the_disk(qtbot, workplace, stay, form):
    form.type("Wrong person")
    form.keeper.save_now()
    qtbot.waitUntil(lambda: form.keeper.face.keeping is Keeping.SAVED)
    form.keeper.discard()
    qtbot.waitUntil(lambda: find_draft(workplace.desk, form="note", episode=stay) is None)


def test_a_full_disk_is_said_and_tried_again(qtbot, workplace, form, monkeypatch):
    full = KnownError("This PC's disk is full.")

    def refuse(*_, **__):
        raise full

    with monkeypatch.context() as broken:
        broken.setattr("sonar_desktop.ui.viewmodels.drafting.keep_draft", refuse)
        form.type("Last words")
        form.keeper.save_now()
        qtbot.waitUntil(lambda: form.keeper.face.keeping is Keeping.FAILED)
        assert form.keeper.face.reason == "This PC's disk is full."
        assert form.keeper.is_unsaved
        form.keeper.save_now()
        assert form.keeper.face.keeping is Keeping.FAILED
        qtbot.waitUntil(lambda: form.keeper.is_unsaved)
    form.type(" more")
    form.keeper.save_now()
    qtbot.waitUntil(lambda: form.keeper.face.keeping is Keeping.SAVED)
    assert kept(workplace, form).body == b"Last words more"


def test_what_could_not_be_written_when_its_form_closed_is_written_later(
    qtbot, workplace, stay, form, monkeypatch
):
    tried = []

    def refuse(*_, **__):
        tried.append(1)
        raise KnownError("This PC's disk is full.")

    monkeypatch.setattr("sonar_desktop.ui.viewmodels.late_drafts.TRY_AGAIN_MS", 20)
    with monkeypatch.context() as broken:
        broken.setattr("sonar_desktop.ui.viewmodels.drafting.keep_draft", refuse)
        broken.setattr("sonar_desktop.ui.viewmodels.late_drafts.keep_late", refuse)
        form.type("Last words")
        form.keeper.close()
        qtbot.waitUntil(lambda: len(tried) >= 3)
    qtbot.waitUntil(
        lambda: find_draft(workplace.desk, form="note", episode=stay) is not None, timeout=5000
    )
    assert find_draft(workplace.desk, form="note", episode=stay).body == b"Last words"


def test_what_is_put_away_for_another_entry_is_written_later_too(
    qtbot, workplace, stay, form, monkeypatch
):
    def refuse(*_, **__):
        raise KnownError("This PC's disk is full.")

    monkeypatch.setattr("sonar_desktop.ui.viewmodels.late_drafts.TRY_AGAIN_MS", 20)
    with monkeypatch.context() as broken:
        broken.setattr("sonar_desktop.ui.viewmodels.drafting.keep_draft", refuse)
        form.type("About one thing")
        form.keeper.begin_another()
        qtbot.waitUntil(lambda: workplace.late.count == 1)
    qtbot.waitUntil(lambda: not workplace.late.count)
    assert find_draft(workplace.desk, form="note", episode=stay).body == b"About one thing"


def test_words_that_were_not_saved_survive_a_page_that_closes_while_it_signs(
    qtbot, workplace, stay, form, monkeypatch
):
    def refuse(*_, **__):
        raise KnownError("This PC's disk is full.")

    monkeypatch.setattr("sonar_desktop.ui.viewmodels.late_drafts.TRY_AGAIN_MS", 20)
    with monkeypatch.context() as broken:
        broken.setattr("sonar_desktop.ui.viewmodels.drafting.keep_draft", refuse)
        form.type("Signed words")
        form.keeper.hold()
        qtbot.waitUntil(lambda: form.keeper.face.keeping is Keeping.FAILED)
        form.keeper.close()
    qtbot.waitUntil(lambda: find_draft(workplace.desk, form="note", episode=stay) is not None)
    assert find_draft(workplace.desk, form="note", episode=stay).body == b"Signed words"


def test_a_draft_that_failed_is_not_kept_once_its_entry_is_signed_or_discarded(
    qtbot, workplace, form, monkeypatch
):
    def refuse(*_, **__):
        raise KnownError("This PC's disk is full.")

    answered = []
    for let_go in (form.keeper.renew, form.keeper.discard):
        with monkeypatch.context() as broken:
            broken.setattr("sonar_desktop.ui.viewmodels.drafting.keep_draft", refuse)
            form.type("Signed")
            form.keeper.save_now()
            let_go()
            workplace.background.act(lambda: None, answered.append)
            qtbot.waitUntil(lambda: bool(answered))
        answered.clear()
    assert workplace.late.count == 0
