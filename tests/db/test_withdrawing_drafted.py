"""Somebody drafts about a person whose scope was revoked."""

from __future__ import annotations

import msgspec
import pytest

from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.sync.grants import CopyState
from tests.db.clinic import NURSE, board_of
from tests.db.revoked import Copy, gone
from tests.db.spoiling import behind_its_back


@pytest.fixture
def copy(desk) -> Copy:
    return Copy(desk)


def test_a_draft_keeps_its_person_and_is_never_touched(copy):
    patient, episode = copy.people[2]
    draft = copy.desk.draft_in(episode)
    copy.desk.draft_in("no id")
    copy.revoke()
    copy.all_go()
    assert (copy.state, copy.people_left()) == (CopyState.GOING, {patient})
    copy.desk.store.discard_draft(NURSE.user, draft.record)
    copy.all_go()
    gone(copy)
    assert len(copy.desk.store.read(lambda look: look.drafts(NURSE.user))) == 1


def test_a_draft_keeps_what_was_entered_of_its_person_after_the_copy_had_gone(copy):
    # Seed 20174 of 23 November 2026: the draft could not be signed, its stay was not here any more.
    copy.revoke()
    copy.all_go()
    patient, episode = copy.desk.arrival(family="New")
    copy.desk.arrival(family="Other")
    stay = copy.desk.store.read(lambda look: look.get(CustodyEpisode, episode))
    before = msgspec.structs.replace(stay, id=copy.desk.ids.new())
    copy.desk.store.write(NURSE, "book_in", lambda write: write.record(before))
    draft = copy.desk.draft_in(episode)
    copy.desk.sync.settle(copy.centre.push(copy.desk))
    copy.all_go()
    (line,) = board_of(copy.desk.store)
    assert line["family"] == "New"
    copy.desk.note(patient, episode, "signed")
    copy.desk.store.discard_draft(NURSE.user, draft.record)
    assert copy.desk.sync.position().may_let_go
    copy.desk.sync.settle(copy.centre.push(copy.desk))
    copy.all_go()
    gone(copy)


def test_what_is_entered_of_a_person_with_a_draft_is_shown_when_it_is_sent_too(copy):
    patient, episode = copy.people[2]
    copy.desk.draft_in(episode)
    copy.revoke()
    copy.all_go()
    note = copy.desk.note(patient, episode, "the newest")
    copy.desk.sync.settle(copy.centre.push(copy.desk))
    copy.all_go()
    assert copy.state is CopyState.GOING
    assert copy.desk.store.read(lambda look: look.seen("Note", note)) is not None


def test_what_a_server_lost_goes_with_the_draft_that_kept_it(copy):
    _, episode = copy.desk.arrival(family="Lost")
    copy.send_and_lose_all()
    copy.give_back()
    # As if another PC had entered it all.
    behind_its_back(copy.desk.database, "DELETE FROM op_effect")
    draft = copy.desk.draft_in(episode)
    copy.revoke()
    copy.all_go()
    assert copy.state is CopyState.GONE
    assert len(board_of(copy.desk.store)) == 1
    copy.desk.store.discard_draft(NURSE.user, draft.record)
    copy.all_go()
    gone(copy)
