from __future__ import annotations

import pytest

from sonar_desktop.ui.viewmodels import late_drafts
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.keep_draft import my_drafts
from sonar_desktop.usecases.ports import Draft
from tests.ui.conftest import LENA, RHONA, START_MS


def refuse(*_args) -> None:
    raise KnownError("This PC's disk is full.")


@pytest.fixture
def late(workplace, monkeypatch):
    monkeypatch.setattr(late_drafts, "TRY_AGAIN_MS", 20)
    return workplace.late


@pytest.fixture
def draft(workplace):
    """Returns a function that makes a draft of Rhona's note about nobody."""

    def make(body: bytes, *, minutes_ago: int = 0) -> Draft:
        return Draft(
            author=RHONA.user,
            record=workplace.desk.ids.new(),
            form="note",
            episode=None,
            body=body,
            place="",
            saved_ms=START_MS - minutes_ago * 60_000,
        )

    return make


def test_a_draft_is_tried_until_the_disk_takes_it(qtbot, workplace, late, draft, monkeypatch):
    tried = []

    def refuse_each(*_args) -> None:
        tried.append(1)
        refuse()

    counted = []
    late.changed.connect(lambda: counted.append(late.count))
    with monkeypatch.context() as broken:
        broken.setattr(late_drafts, "keep_late", refuse_each)
        late.keep(workplace.desk, draft(b"one"))
        assert late.headline == "1 draft is not saved"
        late.keep(workplace.desk, draft(b"two"))
        assert late.headline == "2 drafts are not saved"
        qtbot.waitUntil(lambda: len(tried) >= 4)
        assert late.count == 2
    qtbot.waitUntil(lambda: not late.count)
    assert (late.headline, counted) == ("", [1, 2, 1, 0])
    assert {one.body for one in my_drafts(workplace.desk)} == {b"one", b"two"}


def test_a_form_gets_its_own_words_back_newest_first(workplace, late, draft):
    old, new = draft(b"old", minutes_ago=5), draft(b"new")
    late.keep(workplace.desk, old)
    late.keep(workplace.desk, new)
    asked = {"form": "note", "episode": None}
    assert late.take_back(LENA.user, **asked) is None
    assert late.take_back(RHONA.user, form="task", episode=None) is None
    assert late.take_back(RHONA.user, **asked) is new
    assert late.take_back(RHONA.user, **asked) is old
    assert late.count == 0


def test_one_that_is_just_being_written_is_not_given_back(qtbot, workplace, late, draft):
    late.keep(workplace.desk, draft(b"now"))
    late._try()
    assert late.take_back(RHONA.user, form="note", episode=None) is None
    qtbot.waitUntil(lambda: not late.count)
    assert [one.body for one in my_drafts(workplace.desk)] == [b"now"]
