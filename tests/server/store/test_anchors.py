from __future__ import annotations

import msgspec
import pytest

from sonar_core.ids import to_bytes
from sonar_core.sync.anchors import anchor_of
from sonar_core.sync.lease import key_id
from sonar_core.sync.operations import header_hash
from sonar_server.keys import DeviceKey
from sonar_server.store import anchors, database
from sonar_server.store.operations import Author


def answer_to(pc, *operations):
    """The server's answer to a push, as the PC decodes it."""
    return pc.link.push(pc.batch(*operations))


@pytest.fixture
def checked(central):
    """Returns a function: what an answer countersigns, by the server's public key."""
    key = DeviceKey(central.keys.lease_public)
    return lambda answer: anchor_of(answer.anchor, key.verify)


def test_the_end_of_the_chain_is_countersigned_with_the_time_it_was_received(
    central, pc, episode, checked
):
    first, second = (*pc.wrote(pc.note(episode)), *pc.wrote(pc.note(episode)))
    answer = answer_to(pc, first, second)
    anchor = checked(answer)
    assert anchor.op_seq == pc.chain.next_seq - 1
    assert anchor.header_hash == header_hash(second.header) == pc.chain.prev_hash
    assert (anchor.device, anchor.incarnation) == (pc.territory.device, 1)
    assert (anchor.server_ms, anchor.signed_by) == (
        answer.server_ms,
        key_id(central.keys.lease_public),
    )


def test_who_lost_the_answer_is_given_the_same_countersignature(central, pc, episode, checked):
    written = pc.wrote(pc.note(episode))
    first = answer_to(pc, *written)
    assert answer_to(pc, *written).anchor == first.anchor
    assert answer_to(pc).anchor == first.anchor
    more = pc.wrote(pc.note(episode))
    assert checked(answer_to(pc, *more)).op_seq == checked(first).op_seq + 1


def test_each_countersignature_stays_in_the_log_of_the_server(central, pc, episode):
    answers = [answer_to(pc, *pc.wrote(pc.note(episode))) for _ in range(3)]
    author = Author(
        site_id=to_bytes(pc.territory.site), device=to_bytes(pc.territory.device), incarnation=1
    )
    found = central.database.run(lambda t: list(anchors.all_of(t, author)))
    assert found[-3:] == [answer.anchor for answer in answers]
    for statement in ("DELETE FROM anchor", "UPDATE anchor SET op_seq = 1"):
        with pytest.raises(database.RejectedError):
            central.database.run(lambda t, said=statement: t.exec_driver_sql(said))


def test_a_push_of_actions_one_by_one_is_countersigned_at_its_end(
    central, pc, episode, checked, monkeypatch
):
    written = (*pc.wrote(pc.note(episode)), *pc.wrote(pc.note(episode)))
    decide, calls = anchors.keep, []

    def fails_once(*arguments):
        calls.append(arguments)
        if len(calls) == 1:
            raise ZeroDivisionError
        decide(*arguments)

    monkeypatch.setattr(anchors, "keep", fails_once)
    anchor = checked(answer_to(pc, *written))
    assert len(calls) == 3
    assert anchor.header_hash == pc.chain.prev_hash


def test_nothing_is_countersigned_before_the_first_operation(pc):
    assert answer_to(pc).anchor is msgspec.UNSET
