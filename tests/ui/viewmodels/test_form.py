"""What every small form does with what somebody types."""

from __future__ import annotations

import msgspec
import pytest

from sonar_desktop.ui.viewmodels.flaw import Flaw
from sonar_desktop.ui.viewmodels.form import FormModel
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.inputs import InputError
from sonar_desktop.usecases.keep_draft import find_draft, my_drafts


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """A form of two fields."""

    text: str = ""
    by: str = ""


class WordsForm(FormModel[Words]):
    """Writes words, or fails as told."""

    def __init__(self, workplace, episode) -> None:
        super().__init__(workplace, "words", episode, Words())
        self.written = []
        self.fails: Exception | None = None

    def check(self):
        return {} if self.entry.text else {"text": Flaw(text="Enter the words.")}

    def work(self):
        text = self.entry.text

        def write(_desk) -> None:
            if self.fails is not None:
                raise self.fails
            self.written.append(text)

        return write


@pytest.fixture
def stay(seed):
    return seed.admit().episode


@pytest.fixture
def form(workplace, stay):
    made = WordsForm(workplace, stay)
    yield made
    made.close()


def test_a_form_with_a_flaw_is_not_signed(form, signing):
    form.open()
    form.sign()
    assert form.flaws["text"].text == "Enter the words."
    assert signing.asked == 0
    form.put(text="S")
    assert form.flaws == {}


def test_signing_asks_who_it_is_and_empties_the_form(qtbot, form, signing):
    form.open()
    form.put(text="Slept well")
    before = form.keeper.record
    with qtbot.waitSignal(form.signed):
        form.sign()
    assert signing.asked == 1
    assert form.written == ["Slept well"]
    assert form.entry == Words()
    assert not form.is_open
    assert form.keeper.record != before


def test_the_form_opens_as_its_author_left_it(qtbot, workplace, stay, form):
    form.open()
    form.place = "text:4"
    form.put(text="Half")
    form.put_away()
    qtbot.waitUntil(lambda: find_draft(workplace.desk, form="words", episode=stay) is not None)

    later = WordsForm(workplace, stay)
    later.refresh()
    qtbot.waitUntil(lambda: later.is_open)
    assert (later.entry.text, later.place) == ("Half", "text:4")
    assert later.keeper.record == form.keeper.record
    later.close()


def test_a_draft_of_another_version_is_left_alone(qtbot, workplace, stay, form):
    form.put(text="Half")
    form.put_away()
    qtbot.waitUntil(lambda: bool(my_drafts(workplace.desk)))
    kept = my_drafts(workplace.desk)[0]
    workplace.desk.store.keep_draft(msgspec.structs.replace(kept, body=b'{"text": 5}'))

    later, answered = WordsForm(workplace, stay), []
    later.refresh()
    workplace.background.look(lambda: None, answered.append)
    qtbot.waitUntil(lambda: bool(answered))
    assert not later.is_open
    assert later.keeper.record != kept.record
    later.put(text="New")
    later.close()
    workplace.background.close()
    bodies = {one.body for one in my_drafts(workplace.desk)}
    assert b'{"text": 5}' in bodies
    assert any(b"New" in one for one in bodies)
    assert len(my_drafts(workplace.desk)) == 2


def test_what_the_use_case_refuses_stands_beside_its_field(qtbot, form):
    form.open()
    form.put(text="Slept well")
    form.fails = InputError((("by", "Enter who said so."),))
    form.sign()
    qtbot.waitUntil(lambda: "by" in form.flaws)
    assert form.flaws["by"].text == "Enter who said so."
    assert (form.entry.text, form.is_open, form.is_busy) == ("Slept well", True, False)
    form.fails = None
    with qtbot.waitSignal(form.signed):
        form.sign()


def test_a_full_disk_keeps_what_was_typed(qtbot, form):
    form.open()
    form.put(text="Slept well")
    form.fails = KnownError("This PC's disk is full.")
    form.sign()
    qtbot.waitUntil(lambda: form.problem == "This PC's disk is full.")
    assert form.entry.text == "Slept well"
    assert not form.is_busy


def test_discarding_forgets_what_was_typed(qtbot, workplace, stay, form):
    form.open()
    form.put(text="Wrong person")
    form.put_away()
    qtbot.waitUntil(lambda: find_draft(workplace.desk, form="words", episode=stay) is not None)
    form.discard()
    assert (form.entry, form.is_open) == (Words(), False)
    qtbot.waitUntil(lambda: find_draft(workplace.desk, form="words", episode=stay) is None)


def test_beginning_on_the_same_thing_keeps_the_words(form):
    form.begin_with(Words(by="first"), is_same=False)
    form.put(text="Typed")
    form.begin_with(Words(by="first"), is_same=True)
    assert form.entry.text == "Typed"
    form.begin_with(Words(by="second"), is_same=False)
    assert form.entry == Words(by="second")


def test_words_about_one_thing_stay_on_disk_when_the_form_is_opened_on_another(
    qtbot, workplace, form
):
    form.begin_with(Words(by="first"), is_same=False)
    form.put(text="Last words")
    form.begin_with(Words(by="second"), is_same=False)
    qtbot.waitUntil(lambda: len(my_drafts(workplace.desk)) == 1)
    (draft,) = my_drafts(workplace.desk)
    assert msgspec.json.decode(draft.body, type=Words) == Words(by="first", text="Last words")
    form.put(text="Other words")
    form.keeper.save_now()
    qtbot.waitUntil(lambda: len(my_drafts(workplace.desk)) == 2)


def test_what_is_typed_while_it_is_being_signed_is_kept(qtbot, workplace, form):
    form.open()
    form.put(text="Slept well")
    with qtbot.waitSignal(form.signed):
        form.sign()
        form.put(text="Slept well. Ate")
    assert form.written == ["Slept well"]
    assert (form.is_open, form.is_busy, form.entry.text) == (True, False, "Slept well. Ate")
    assert "not signed" in form.problem
    form.keeper.save_now()
    # This form's use case forgets no draft, so that what was signed is there as well.
    qtbot.waitUntil(lambda: len(my_drafts(workplace.desk)) == 2)
    assert b"Slept well. Ate" in b"".join(one.body for one in my_drafts(workplace.desk))
