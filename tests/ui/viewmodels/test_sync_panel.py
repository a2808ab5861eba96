from __future__ import annotations

import pytest

from sonar_core.sync.messages import Reason
from sonar_desktop.ui.viewmodels.sync_faces import Kind
from sonar_desktop.ui.viewmodels.sync_panel import SyncModel
from sonar_desktop.usecases.disk_ports import DiskReport
from sonar_desktop.usecases.identity_ports import OutboxEntry
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus, Waiting
from tests.ui.conftest import START_MS, Seed

HOUR = 3_600_000


@pytest.fixture
def model(enrolled):
    return SyncModel(enrolled)


def tell(qtbot, model, state, *, waiting=0, access=0, held=0, oldest_ms=None, **more) -> None:
    """Say how the exchange stands, with so many entries and lines of the access log waiting."""
    numbers = Waiting(
        operations=waiting + access,
        actions=waiting + access,
        held_back=held,
        oldest_ms=oldest_ms,
        access_lines=access,
    )
    status = SyncStatus(state=state, waiting=numbers, **more)
    model.session.background.tell_sync_status(status)
    qtbot.waitUntil(lambda: model.status == status)


CONTACT = {"last_contact_ms": START_MS}


@pytest.mark.parametrize(
    ("state", "numbers", "more", "kind", "text", "detail"),
    [
        (SyncState.UP_TO_DATE, {}, CONTACT, Kind.UP_TO_DATE, "Up to date", "Last contact 14:32"),
        (SyncState.UP_TO_DATE, {"held": 2}, CONTACT, Kind.HELD, "2 held back", "Needs you"),
        (
            SyncState.SENDING,
            {"waiting": 3},
            CONTACT | {"done": 1, "total": 3},
            Kind.SENDING,
            "Sending 3 changes",
            "Last contact 14:32",
        ),
        (
            SyncState.SENDING,
            {"waiting": 5, "held": 1},
            CONTACT | {"done": 9, "total": 14, "offline_since_ms": START_MS},
            Kind.CATCHING_UP,
            "Catching up · 9 of 14",
            "1 held back",
        ),
        (
            SyncState.OFFLINE,
            {"waiting": 14},
            CONTACT,
            Kind.OFFLINE,
            "Offline · 14 waiting",
            "Last contact 14:32",
        ),
        (
            SyncState.OFFLINE,
            {"waiting": 1, "access": 7},
            CONTACT,
            Kind.OFFLINE,
            "Offline · 1 waiting",
            "Last contact 14:32",
        ),
        (
            SyncState.OFFLINE,
            {"access": 7},
            CONTACT,
            Kind.OFFLINE,
            "Offline · access log waiting",
            "Last contact 14:32",
        ),
        (
            SyncState.UP_TO_DATE,
            {"access": 1},
            CONTACT,
            Kind.SENDING,
            "Sending access log",
            "Last contact 14:32",
        ),
        (SyncState.SENDING, {}, CONTACT, Kind.SENDING, "Sending", "Last contact 14:32"),
        (
            SyncState.BLOCKED,
            {"access": 4},
            {"problem": "Tell IT."},
            Kind.HELD,
            "Sending has stopped",
            "Access log waiting",
        ),
        (
            SyncState.BLOCKED,
            {},
            {"problem": "Tell IT."},
            Kind.HELD,
            "Sending has stopped",
            "Nothing waiting",
        ),
        (
            SyncState.OFFLINE,
            {},
            {},
            Kind.OFFLINE_CLEAN,
            "Offline · nothing waiting",
            "No contact yet",
        ),
        (
            SyncState.BLOCKED,
            {"waiting": 4},
            {"problem": "Tell IT."},
            Kind.HELD,
            "Sending has stopped",
            "4 waiting, safe on this PC",
        ),
        (
            SyncState.FIRST_SYNC,
            {},
            {"done": 120, "total": 900},
            Kind.CATCHING_UP,
            "Fetching · 120 of 900",
            "You can keep working",
        ),
    ],
)
def test_the_pill_says_each_state_in_its_words(
    qtbot, model, state, numbers, more, kind, text, detail
):
    tell(qtbot, model, state, **numbers, **more)
    assert (model.pill.kind, model.pill.text, model.pill.detail) == (kind, text, detail)


def test_the_strip_counts_one_change_as_one(qtbot, model):
    tell(qtbot, model, SyncState.OFFLINE, waiting=1, offline_since_ms=START_MS - 2 * HOUR)
    assert model.strip.headline == "Working offline for 2hr"
    assert model.strip.text == (
        "1 change is saved on this PC and waiting to send. Alarms and checks keep running."
    )


@pytest.mark.parametrize(
    ("access", "words"),
    [
        (
            0,
            (
                "Nothing waits to be sent. What you enter is saved on this PC and sent when the "
                "network is back. Alarms and checks keep running."
            ),
        ),
        (
            7,
            (
                "The access log is saved on this PC and waiting to send. Alarms and checks keep "
                "running."
            ),
        ),
    ],
)
def test_the_strip_counts_no_changes_where_nobody_entered_any(qtbot, model, access, words):
    tell(qtbot, model, SyncState.OFFLINE, access=access, offline_since_ms=START_MS)
    assert model.strip.text == words


def test_the_panel_tells_the_access_log_from_what_people_entered(qtbot, model):
    tell(qtbot, model, SyncState.OFFLINE, waiting=2, access=7)
    assert model.facts[1:3] == (("Waiting to send", "2 changes"), ("Access log", "7 lines to send"))
    tell(qtbot, model, SyncState.OFFLINE, access=1)
    assert model.facts[1:3] == (
        ("Waiting to send", "Nothing entered"),
        ("Access log", "1 line to send"),
    )
    tell(qtbot, model, SyncState.UP_TO_DATE)
    assert model.facts[1] == ("Waiting to send", "Nothing")


def test_the_strip_catches_up_and_names_what_needs_you(qtbot, model):
    tell(
        qtbot,
        model,
        SyncState.SENDING,
        waiting=5,
        held=1,
        done=9,
        total=14,
        offline_since_ms=START_MS - HOUR,
    )
    assert (model.strip.headline, model.strip.text) == (
        "Catching up: 9 of 14 sent",
        "1 change is held back and needs you. Keep working.",
    )


def test_the_network_s_return_is_said_and_then_the_strip_goes(qtbot, model, hand_clock):
    tell(qtbot, model, SyncState.OFFLINE, offline_since_ms=START_MS)
    hand_clock.let_pass(minutes=192)
    tell(qtbot, model, SyncState.UP_TO_DATE)
    assert (model.strip.headline, model.strip.text) == (
        "Network back at 17:44 after 3hr 12min.",
        "Everything is sent.",
    )
    model._back_timer.timeout.emit()
    assert model.strip is None


def test_a_stopped_exchange_says_why_in_strip_and_panel(qtbot, model):
    tell(qtbot, model, SyncState.BLOCKED, waiting=2, problem="This PC may be out of use. Tell IT.")
    assert model.strip.text == "This PC may be out of use. Tell IT."
    assert model.headline == ("Sending has stopped", "This PC may be out of use. Tell IT.")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (None, ""),
        (119_000, ""),
        (
            240_000,
            "This PC's clock is 4min fast. Times you enter are kept and marked.",
        ),
        (
            -7_200_000,
            "This PC's clock is 2hr slow. Times you enter are kept and marked.",
        ),
    ],
)
def test_a_wrong_clock_is_said_from_two_minutes_on(qtbot, model, error, words):
    tell(qtbot, model, SyncState.UP_TO_DATE, clock_error_ms=error)
    assert model.clock_line == words


def test_the_panel_says_since_when_the_oldest_waits_and_when_it_is_tried_again(
    qtbot, model, hand_clock
):
    tell(
        qtbot,
        model,
        SyncState.OFFLINE,
        waiting=14,
        oldest_ms=START_MS - 3 * HOUR,
        next_try_ms=START_MS + 40_000,
        **CONTACT,
    )
    hand_clock.let_pass(minutes=0)
    assert model.facts == (
        ("Last contact", "14:32, 0s ago"),
        ("Waiting to send", "14 changes"),
        ("Oldest waits for", "3hr"),
        ("Trying again", "in 40s"),
        ("Offline sign-in until", "21-Nov-2026"),
    )
    assert model.unseen.startswith("Not shown here: doses and notes entered on other PCs since")


def test_what_waits_is_listed_by_cell_and_author_newest_first(qtbot, model, hand_clock):
    Seed(desk=model.session.workplace.desk, clock=hand_clock).admit("M4", "BARROW", "Connor")
    qtbot.waitUntil(lambda: len(model.entries) == 5 and bool(model.session.alarms.rows))
    # Four were entered, and the program wrote by itself that Rhona signed in.
    assert [one.kind for one in model.entries].count("AccessEvent") == 1
    lines = model.waiting_lines()
    assert [line.words for line in lines] == [
        "Referral",
        "Allergy status",
        "Custody details",
        "Person's details",
    ]
    assert lines[0].where == "M4"
    assert "BARROW" not in "".join(line.words + line.where for line in lines)


def test_what_is_held_back_says_why_and_what_to_do(model, hand_clock):
    model.entries = (
        OutboxEntry(
            number=88,
            kind="ObservationSet",
            episode=None,
            author="Okafor",
            written_ms=hand_clock.now_ms(),
            is_held=True,
            reason=Reason.DAMAGED,
        ),
    )
    [line] = model.held_lines()
    assert (line.words, line.where, line.time) == ("Observations", "Okafor", "14:32")
    assert line.why == "The entry does not match its seal."
    assert line.do == "Do not enter it again. Call support and give the number 88."
    assert model.waiting_lines() == ()


def test_progress_is_counted_only_while_something_is_under_way(qtbot, model):
    tell(qtbot, model, SyncState.SENDING, waiting=3, done=1, total=3)
    assert model.progress == (1, 3)
    tell(qtbot, model, SyncState.UP_TO_DATE)
    assert model.progress is None


def test_an_entry_not_sent_yet_is_never_called_up_to_date(qtbot, model, hand_clock):
    tell(qtbot, model, SyncState.UP_TO_DATE, **CONTACT)
    assert model.pill.text == "Up to date"
    Seed(desk=model.session.workplace.desk, clock=hand_clock).admit("M4")
    held = model.session.open.opened.sync.waiting()
    qtbot.waitUntil(lambda: model.waiting == held)
    assert (held.entries, held.access_lines) == (4, 1)
    assert model.pill.text == "Sending 4 changes"
    assert model.headline == ("Sending", "You can keep working.")
    assert ("Waiting to send", "4 changes") in model.facts
    assert ("Access log", "1 line to send") in model.facts


def test_an_exchange_that_hangs_is_not_called_up_to_date_for_ever(qtbot, model, hand_clock):
    tell(qtbot, model, SyncState.UP_TO_DATE, **CONTACT)
    hand_clock.let_pass(minutes=1, seconds=59)
    assert (model.pill.kind, model.unseen) == (Kind.UP_TO_DATE, "")
    hand_clock.let_pass(seconds=1)
    assert (model.pill.text, model.pill.detail) == ("Looking for the server", "Last contact 14:32")
    assert model.headline[0] == "Looking for the server"
    assert "since 14:32" in model.unseen


def test_contact_on_another_day_is_said_with_its_date(qtbot, model, hand_clock):
    hand_clock.let_pass(minutes=3 * 24 * 60)
    tell(qtbot, model, SyncState.OFFLINE, waiting=1, **CONTACT)
    assert model.pill.detail == "Last contact 14-Nov-2026 14:32"
    assert "since 14-Nov-2026 14:32" in model.unseen


def test_what_the_server_lost_is_counted_among_the_facts(model):
    assert "Not held centrally" not in dict(model.facts)
    numbers = Waiting(operations=0, actions=0, held_back=0, oldest_ms=None)
    model._take(((), 0, numbers, {}, None, 2, DiskReport()))
    assert dict(model.facts)["Not held centrally"].startswith("2 records: the server lost them.")


def test_an_access_log_alone_is_no_catching_up(qtbot, model):
    tell(qtbot, model, SyncState.SENDING, access=2, **CONTACT, offline_since_ms=START_MS)
    assert model.pill.text == "Sending access log"
    assert model.strip is None
