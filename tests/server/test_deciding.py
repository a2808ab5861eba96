from __future__ import annotations

from sonar_core.sync.ledger import Ledger
from sonar_core.sync.messages import Reason, Verdict
from sonar_server.authors import Known
from sonar_server.deciding import Circumstances, decide_batch, entry_of
from sonar_server.incoming import read

AROUND = {
    "site": "here",
    "known": Known(accounts={}, leases={}),
    "received_ms": 5,
}


def batch(pc, *operations):
    return read(pc.batch(*operations), pc.territory, lambda _message, _signature: True)


def test_a_batch_is_decided_in_order_against_one_ledger(pc):
    patient, episode = pc.admitted()
    items = batch(pc, *pc.wrote(patient, episode), *pc.wrote(pc.note(episode)))
    decided = decide_batch(Ledger({}, {}), items, Circumstances(**AROUND))
    assert [item.decision.verdict for item in decided] == [Verdict.APPLIED] * 3


def test_an_action_that_cannot_be_carried_out_is_held_back_whole(pc):
    around = Circumstances(**AROUND, is_damaged=True)
    decided = decide_batch(Ledger({}, {}), batch(pc, *pc.wrote(*pc.admitted())), around)
    assert [item.decision.reason for item in decided] == [Reason.DAMAGED] * 2


def test_an_id_used_by_another_device_is_held_back(pc):
    items = batch(pc, *pc.wrote(*pc.admitted()))
    around = Circumstances(**AROUND, taken=frozenset({items[0].outline.op_id}))
    first, second = decide_batch(Ledger({}, {}), items, around)
    assert (first.is_taken, first.decision.reason) == (True, Reason.ID_COLLISION)
    assert second.decision.reason is Reason.MISSING_PARENT


def test_a_row_names_the_place_it_takes_and_what_it_disputes(pc):
    patient, episode = pc.admitted()
    first = pc.note(episode)
    import msgspec  # noqa: PLC0415

    again = msgspec.structs.replace(pc.note(episode), replaces=first.id)
    third = msgspec.structs.replace(pc.note(episode), replaces=first.id)
    written = [*pc.wrote(patient, episode), *pc.wrote(first), *pc.wrote(again), *pc.wrote(third)]
    ledger = Ledger({}, {})
    decided = decide_batch(ledger, batch(pc, *written), Circumstances(**AROUND))
    entries = [entry_of(ledger, v) for item in decided for v in item.decision.versions]
    assert [entry.place for entry in entries] == [None, None, None, first.id, first.id, None]
    assert [entry.disputes for entry in entries] == [None] * 5 + [first.id]
