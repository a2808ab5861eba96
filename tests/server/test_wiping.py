from __future__ import annotations

import msgspec
import pytest

from sonar_core.ids import to_bytes
from sonar_core.sync.messages import PROTOCOL, Push, Refusal
from sonar_core.sync.wiping import (
    MOST_PARCEL_BYTES,
    AskOrder,
    Ordered,
    Parcel,
    ParcelReceipt,
    opened,
    parcel_message,
    receipt_of,
)
from sonar_desktop.vault.device_identity import verify
from sonar_server import fleet, wiping
from sonar_server.administration import AdministrationError
from sonar_server.errors import RefusedError
from sonar_server.gate import Gate
from sonar_server.operators import Word
from sonar_server.store import places, wipes
from tests.server.pc import inflated, new_id
from tests.server.test_api import link, refusal, served
from tests.server.test_fleet import kept, member

__all__ = ["link", "served"]

WORD = Word("A. Reid", "stolen from the van")
NOTHING = AskOrder(protocol=PROTOCOL, waiting=0, oldest_ms=None, drafts=0)


def device_of(central, pc):
    found = central.database.run(
        lambda transaction: places.find_device(transaction, to_bytes(pc.enrolled.device))
    )
    assert found is not None
    return found


def order_of(central, pc, said=NOTHING):
    """The order as its PC reads it, None where none stands."""
    answer = wiping.answer(central, said, device_of(central, pc))
    if answer.order is None:
        return None
    public = central.organisation.lease_public
    return opened(
        answer.order,
        verify=lambda message, signature: verify(public, message, signature),
        device=pc.enrolled.device,
    )


def parcel_of(pc, order_id, sealed=b"sealed drafts", key=None):
    signature = (key or pc.key).sign(parcel_message(order_id, sealed))
    return Parcel(
        protocol=PROTOCOL,
        device=pc.enrolled.device,
        order_id=order_id,
        sealed=sealed,
        signature=signature,
    )


def test_an_order_is_signed_for_its_pc_and_ends_with_its_parcel(central, pc):
    assert order_of(central, pc) is None
    wiping.order(central, pc.enrolled.device, WORD)
    order = order_of(central, pc)
    assert order is not None
    parcel = parcel_of(pc, order.order_id)
    assert wiping.take_parcel(central, parcel) == receipt_of(parcel)
    assert wiping.take_parcel(central, parcel) == receipt_of(parcel)
    device = device_of(central, pc)
    assert central.database.run(lambda t: wipes.parcels(t, device)) == [b"sealed drafts"]
    assert [kind for kind, _ in kept(central, pc)] == [wiping.ORDERED, wiping.WIPED]
    assert ": out of use since " in fleet.line_of(member(central, pc))
    assert ", wiped 20" in fleet.line_of(member(central, pc))
    with pytest.raises(AdministrationError, match="was wiped: enrol it anew"):
        fleet.take_back(central, device.id, WORD)


def test_a_second_parcel_never_takes_the_place_of_the_first(central, pc):
    wiping.order(central, pc.enrolled.device, WORD)
    order = order_of(central, pc)
    for sealed in (b"one", b"two"):
        wiping.take_parcel(central, parcel_of(pc, order.order_id, sealed))
    device = device_of(central, pc)
    left = central.database.run(lambda t: wipes.parcels(t, device))
    assert sorted(left) == [b"one", b"two"]


def test_readmitted_a_pc_has_no_order_any_more_and_can_be_ordered_again(central, pc):
    wiping.order(central, pc.enrolled.device, WORD)
    first = order_of(central, pc)
    fleet.take_back(central, pc.enrolled.device, WORD)
    assert order_of(central, pc) is None
    assert "wiped" not in fleet.line_of(member(central, pc))
    with pytest.raises(RefusedError, match="no such parcel"):
        wiping.take_parcel(central, parcel_of(pc, first.order_id))
    wiping.order(central, pc.enrolled.device, WORD)
    assert order_of(central, pc).order_id != first.order_id
    with pytest.raises(AdministrationError, match="has that order already"):
        wiping.order(central, pc.enrolled.device, WORD)


def test_what_nobody_asked_for_or_another_signed_is_not_kept(central, pc, new_pc):
    stranger = new_pc()
    with pytest.raises(RefusedError, match="no such parcel"):
        wiping.take_parcel(central, parcel_of(pc, new_id()))
    wiping.order(central, pc.enrolled.device, WORD)
    order = order_of(central, pc)
    with pytest.raises(RefusedError, match="no such parcel"):
        wiping.take_parcel(central, parcel_of(pc, order.order_id, key=stranger.key))
    with pytest.raises(RefusedError, match="no such parcel"):
        wiping.take_parcel(central, parcel_of(pc, new_id()))
    broken = msgspec.structs.replace(parcel_of(pc, order.order_id), device="x")
    with pytest.raises(RefusedError, match="no ids"):
        wiping.take_parcel(central, broken)
    with pytest.raises(RefusedError, match="at most"):
        wiping.take_parcel(central, parcel_of(pc, order.order_id, bytes(MOST_PARCEL_BYTES + 1)))
    device = device_of(central, pc)
    assert central.database.run(lambda t: wipes.parcels(t, device)) == []


def test_an_operator_sees_what_a_pc_out_of_use_still_has(central, pc):
    order_of(central, pc, AskOrder(protocol=PROTOCOL, waiting=9, oldest_ms=1, drafts=9))
    assert "not sent" not in fleet.line_of(member(central, pc))
    fleet.take_out(central, pc.enrolled.device, WORD)
    said = AskOrder(protocol=PROTOCOL, waiting=3, oldest_ms=1_794_666_720_000, drafts=1)
    assert order_of(central, pc, said) is None
    line = fleet.line_of(member(central, pc))
    assert "3 not sent, the oldest of 2026-11-14 14:32 UTC, 1 draft;" in f"{line};"
    order_of(central, pc)
    assert "0 not sent, 0 drafts" in fleet.line_of(member(central, pc))
    with pytest.raises(RefusedError, match="less than nothing"):
        order_of(central, pc, AskOrder(protocol=PROTOCOL, waiting=-1, oldest_ms=None, drafts=0))


def test_parcels_are_counted_before_anything_is_tested(central):
    gate = Gate(central)
    for _ in range(60):
        gate.count_parcel()
    with pytest.raises(RefusedError, match="too many"):
        gate.count_parcel()


def test_under_an_order_a_pc_may_send_and_is_sent_nothing(link, pc, central, episode):
    def asked(path, message):
        return link.send(path, msgspec.msgpack.encode(message))

    empty = Push(protocol=PROTOCOL, device=link.device, incarnation=1, operations=())
    fleet.take_out(central, link.device, WORD)
    answer = asked("/v1/devices/order", NOTHING)
    assert msgspec.msgpack.decode(inflated(answer), type=Ordered).order is None
    assert refusal(asked("/v1/sync/push", empty)) == (403, "revoked")
    wiping.order(central, link.device, WORD)
    assert asked("/v1/sync/push", empty).status_code == 200
    written = pc.wrote(pc.note(episode))
    sent = asked("/v1/sync/push", msgspec.structs.replace(empty, operations=tuple(written)))
    assert sent.status_code == 200
    for path in ("pull", "snapshot/start", "snapshot", "buckets", "hints", "hints/stream"):
        assert refusal(link.send(f"/v1/sync/{path}", b"x")) == (403, "revoked")
    assert refusal(link.send("/v1/sessions", b"x")) == (403, "revoked")
    order = order_of(central, pc)
    parcel = msgspec.msgpack.encode(parcel_of(pc, order.order_id))
    taken = link.send("/v1/devices/parcel", parcel, device=new_id())
    assert msgspec.msgpack.decode(inflated(taken), type=ParcelReceipt).order_id == order.order_id
    other = msgspec.msgpack.encode(parcel_of(pc, new_id()))
    refused = link.send("/v1/devices/parcel", other)
    assert msgspec.msgpack.decode(inflated(refused), type=Refusal).code == "no_order"
