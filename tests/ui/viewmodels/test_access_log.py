"""The access log's model: the words of its lines, as of when they are, and what is missing."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from sonar_core.moments import format_moment, moment_at
from sonar_core.sync.looked import Looked
from sonar_desktop.sync.errors import OfflineError
from sonar_desktop.ui.viewmodels.access_log import AccessLogModel
from sonar_desktop.ui.viewmodels.record import RecordModel
from sonar_desktop.usecases.open_record import open_record
from tests.ui.asked_server import HELEN, MINUTE, Door, line
from tests.ui.conftest import ZONE
from tests.ui.screens.opened_record import settle


@pytest.fixture
def door():
    return Door()


@pytest.fixture
def ask(qtbot, sit_down, seed, door):
    """Returns a function that opens a record as the manager and asks: the stay and the model."""
    made = []

    def go():
        stay = seed.admit()
        helen = replace(sit_down(HELEN), door=lambda: door)
        record = RecordModel(helen, stay.episode)
        model = AccessLogModel(helen, lambda: record.head.patient.id)
        made.extend((model, record))
        record.open()
        settle(qtbot, helen)
        model.refresh()
        qtbot.waitUntil(lambda: not model.is_asking)
        return stay, model

    yield go
    for one in made:
        one.close()


def test_the_server_s_lines_stand_with_those_not_sent_newest_first(ask, door, hand_clock):
    now = hand_clock.wall_ms
    door.answer = Looked(
        lines=(
            line(2, now - 10 * MINUTE),
            line(1, now - 90 * MINUTE, action="disclosed", received_ms=now - 40 * MINUTE),
        ),
        server_ms=now,
    )
    stay, model = ask()
    assert door.asked == [(stay.patient, HELEN.user, HELEN.lease_id)]
    mine, second, first = model.faces
    assert (mine.who, mine.note, mine.pc, mine.is_unsent) == (
        "Helen Ward (you)",
        "Not sent from this PC yet",
        "NF-MED-01",
        True,
    )
    assert (second.who, second.role, second.what, second.note) == (
        "Rhona Okafor",
        "Nurse",
        "Opened the record",
        "",
    )
    late = format_moment(moment_at(now - 40 * MINUTE, ZONE))
    assert (first.what, first.note, first.is_unsent) == (
        "Copied text for somebody outside SONAR",
        f"Reached the server {late}",
        False,
    )
    assert model.is_whole
    as_of = format_moment(moment_at(now, ZONE))
    assert model.standing.startswith(f"As the server had it at {as_of}.")
    assert "offline since then" in model.standing
    assert "newest" not in model.standing


def test_what_was_left_out_is_said(ask, door, hand_clock):
    now = hand_clock.wall_ms
    door.answer = Looked(lines=(line(1, now),), server_ms=now, has_more=True)
    _, model = ask()
    assert "Only the newest 500 are shown." in model.standing


def test_without_the_server_nothing_is_called_whole(ask):
    _, model = ask()
    assert not model.is_whole
    assert OfflineError().user_message in model.standing
    assert "As the server had it" not in model.standing


def test_a_line_that_is_still_being_written_is_waited_for(qtbot, sit_down, seed, door, monkeypatch):
    stay = seed.admit()
    helen = replace(sit_down(HELEN), door=lambda: door)
    heard = []
    read = AccessLogModel._read
    monkeypatch.setattr(
        AccessLogModel, "_read", lambda self, *told: (heard.append(told), read(self, *told))
    )
    model = AccessLogModel(helen, lambda: stay.patient)
    may_write, looked = threading.Event(), []
    helen.background.act(may_write.wait, lambda _: None)
    helen.background.act(lambda: open_record(helen.desk, stay.episode), lambda _: None)
    model.refresh()
    qtbot.waitUntil(lambda: bool(heard))
    helen.background.look(lambda: None, looked.append)
    qtbot.waitUntil(lambda: bool(looked))
    was_asking = model.is_asking
    may_write.set()
    qtbot.waitUntil(lambda: not model.is_asking)
    assert was_asking
    assert [face.who for face in model.faces] == ["Helen Ward (you)"]
    model.close()


def test_nothing_is_asked_of_a_record_that_is_not_read(sit_down, seed, door):
    helen = replace(sit_down(HELEN), door=lambda: door)
    model = AccessLogModel(helen, lambda: None)
    model.refresh()
    assert (model.is_asking, model.standing, door.asked) == (False, "", [])
    model.close()
