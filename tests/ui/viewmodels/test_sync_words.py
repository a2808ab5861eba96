from __future__ import annotations

import msgspec
import pytest

from sonar_core.records.kinds import Sort
from sonar_core.records.registry import REGISTRY
from sonar_core.sync.grants import CopyState
from sonar_core.sync.messages import Reason
from sonar_desktop.ui.viewmodels.sync_words import (
    HELD_OTHERWISE,
    HELD_WORDS,
    KIND_WORDS,
    REMOVAL_PAUSED,
    changes,
    entries_lost,
    lines,
    put_right,
    revoked_lines,
    unsent,
    why_held,
)
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus, Waiting

QUARANTINE = (Reason.DAMAGED, Reason.MISSING_PARENT, Reason.NEWER_SCHEMA)


def test_what_the_server_lost_is_counted_and_kept():
    assert entries_lost(1) == "1 record: the server lost it. Kept here. Tell IT."
    assert entries_lost(3).startswith("3 records: the server lost them.")


def test_every_kind_that_a_person_writes_has_a_word():
    never_from_a_pc = {"Practitioner", "PractitionerRole"}
    written = {
        kind.name
        for kind in REGISTRY.values()
        if kind.sort is not Sort.SERVER and kind.name not in never_from_a_pc
    }
    assert written <= set(KIND_WORDS)


@pytest.mark.parametrize("reason", QUARANTINE)
def test_every_reason_to_hold_back_says_why_and_what_to_do(reason):
    why, what = HELD_WORDS[reason]
    assert why.endswith(".")
    assert what.endswith(".")
    assert why != HELD_OTHERWISE[0]


def test_one_change_is_not_changes():
    assert [changes(0), changes(1), changes(14)] == ["0 changes", "1 change", "14 changes"]


@pytest.mark.parametrize(
    ("entered", "logged", "words"),
    [
        (0, 0, ""),
        (0, 3, "The access log is"),
        (1, 3, "1 change is"),
        (2, 0, "2 changes are"),
    ],
)
def test_only_what_a_person_entered_is_counted_as_a_change(entered, logged, words):
    waiting = Waiting(
        operations=entered + logged, actions=1, held_back=0, oldest_ms=None, access_lines=logged
    )
    assert unsent(waiting) == words


def test_one_line_is_not_lines():
    assert [lines(1), lines(7)] == ["1 line", "7 lines"]


def test_what_happened_to_a_disk_is_said_for_as_long_as_the_program_runs():
    waiting = Waiting(operations=0, actions=0, held_back=0, oldest_ms=None)
    quiet = SyncStatus(state=SyncState.UP_TO_DATE, waiting=waiting)
    assert put_right(None) == put_right(quiet) == []
    both = SyncStatus(state=SyncState.UP_TO_DATE, waiting=waiting, given_back=1, incarnation=2)
    assert put_right(both) == [
        ("Server put back", "1 change sent again"),
        ("This PC's disk", "Copied or put back. What is on it is sent. Tell IT."),
    ]
    assert put_right(msgspec.structs.replace(quiet, is_removal_frozen=True)) == [REMOVAL_PAUSED]


def test_what_was_revoked_is_said_with_what_becomes_of_the_copy():
    assert revoked_lines({}) == []
    for state in CopyState:
        found = revoked_lines({"s/medicines": state, "s/clinical": state})
        assert [name for name, _ in found] == ["Clinical records", "Medicines records"]
    assert "nothing is lost" in revoked_lines({"s/clinical": CopyState.REVOKED})[0][1]
    assert "sign or discard the drafts" in revoked_lines({"s/clinical": CopyState.GOING})[0][1]


def test_a_reason_that_only_a_newer_server_knows_is_said_to_be_one():
    why, what = why_held(Reason("too_odd"))
    assert "only a newer version of SONAR knows" in why
    assert "Ask IT for the update" in what
    assert why_held(Reason.DAMAGED) == HELD_WORDS[Reason.DAMAGED]
    assert why_held(Reason.SERVER_ONLY) == HELD_OTHERWISE
