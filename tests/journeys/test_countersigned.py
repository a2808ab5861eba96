"""What the server countersigns of a PC's chain is on both sides after each exchange."""

from __future__ import annotations

from contextlib import closing

from sonar_core.ids import to_bytes
from sonar_core.sync.anchors import Anchor
from sonar_desktop.db import anchors, identity
from sonar_server.store import anchors as kept
from sonar_server.store.database import Database
from sonar_server.store.operations import Author
from tests.journeys.test_stay_leaves import note
from tests.journeys.test_two_rooms import admit


def on_pc(room) -> Anchor:
    return room.opened._database.read(lambda connection: anchors.last(connection, 1))


def test_each_exchange_that_sends_is_countersigned_on_the_pc_and_at_the_server(centre, rooms):
    a, b = rooms
    found = admit(a)
    a.exchange()
    first = on_pc(a)
    a.exchange()
    assert on_pc(a) == first, "nothing was sent, so the chain stands where it stood"
    note(a, found.episode, "slept well")
    a.exchange()
    chain = a.opened._database.read(identity.chain_of)
    last = on_pc(a)
    assert (last.op_seq, last.header_hash) == (chain.next_seq - 1, chain.prev_hash)
    assert first.op_seq < last.op_seq
    b.exchange()
    assert on_pc(b) is None, "a PC that wrote nothing has no chain to countersign"
    author = Author(site_id=to_bytes(a.pc.site), device=to_bytes(a.pc.device), incarnation=1)
    with closing(Database(centre.url)) as database:
        stored = database.run(lambda t: kept.last(t, author))
    mine = a.opened._database.read(lambda c: c.exec_driver_sql("SELECT body FROM anchor").scalar())
    assert stored.body == mine
