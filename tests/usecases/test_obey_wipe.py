"""Each step of a wipe on a real vault and store, and a stop of the program at each of them."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nacl.public import SealedBox

from sonar_core.records.access_event import AccessAction
from sonar_desktop.sync.errors import OfflineError
from sonar_desktop.usecases.log_access import log_access
from sonar_desktop.usecases.obey_wipe import (
    Leaving,
    ParcelRefusedError,
    finish,
    hand_in,
    hear_order,
    is_ordered,
    leave,
)
from sonar_desktop.usecases.open_pc import open_pc
from sonar_desktop.usecases.ports import Desk, Draft
from sonar_desktop.usecases.sign_in import WipeOrderedError, admitted_here
from sonar_desktop.vault.errors import KeyringNotAnswering, OrderRefused, PcRemoved
from sonar_desktop.vault.secret_store import FileStore
from tests.ui.conftest import DEVICE, RHONA, SITE
from tests.ui.front_desk import PASSWORDS
from tests.usecases.test_enrol_device import desk
from tests.usecases.test_open_pc import enrolled
from tests.vault.world import ORGANISATION

__all__ = ["desk"]
ORDER_ID = "0192d3a4-0000-7000-8000-00000000000a"
DRAFT = Draft(
    author=RHONA.user,
    record="0192d3a4-0000-7000-8000-000000000a01",
    form="note",
    episode=None,
    body=b"refuses food",
    place="",
    saved_ms=1,
)


class PowerCut(BaseException):
    """The program ends here."""


@pytest.fixture
def opened(desk):
    enrolled(desk)
    premises, pc = start(desk)
    pc.opened.store.keep_draft(DRAFT)
    return premises, pc


def start(desk):
    """The program started anew; Rhona's password opens the store."""
    premises = desk.premises()
    premises.keys.unlock(RHONA.user, PASSWORDS["rokafor"])
    return premises, open_pc(premises)


def order(desk, opened):
    desk.server.order_id = ORDER_ID
    premises, pc = opened
    found = hear_order(premises, pc, desk.server)
    assert found is not None
    return found


def stop(desk, opened):
    opened[1].opened.close()
    opened[0].keys.lock()


def left(desk) -> list[tuple[bytes, ...]]:
    """The drafts in each parcel that the server has, opened by the organisation's key."""
    opened = [SealedBox(ORGANISATION).decrypt(sealed) for sealed in desk.server.parcels]
    return [
        tuple(one.body for one in msgspec.json.decode(content, type=Leaving).drafts)
        for content in opened
    ]


def files(desk) -> set[str]:
    return {path.name for path in (desk.folder / "data").iterdir()}


def note_access(desk, opened):
    """Something that waits to be sent."""
    premises, pc = opened
    at = Desk(actor=RHONA, store=pc.opened.store, clock=desk.clock, ids=premises.ids, site=SITE)
    log_access(at, AccessAction.SIGNED_IN)


def test_without_an_order_the_server_hears_what_is_here_and_nothing_else_happens(desk, opened):
    note_access(desk, opened)
    premises, pc = opened
    assert hear_order(premises, pc, desk.server) is None
    assert not is_ordered(pc.opened)
    [(waiting, oldest_ms, drafts)] = desk.server.told
    assert (waiting, oldest_ms, drafts) == (1, pc.opened.sync.waiting().oldest_ms, 1)
    assert admitted_here(premises, pc.opened, RHONA.user).actor == RHONA


def test_from_the_order_on_nobody_is_let_in_and_withdrawn_they_are_again(desk, opened):
    found = order(desk, opened)
    assert (found.order_id, found.device) == (ORDER_ID, DEVICE)
    stop(desk, opened)
    desk.server.is_cut = True
    premises, pc = start(desk)
    with pytest.raises(WipeOrderedError):
        admitted_here(premises, pc.opened, RHONA.user)
    desk.server.is_cut, desk.server.order_id = False, ""
    assert hear_order(premises, pc, desk.server) is None
    assert admitted_here(premises, pc.opened, RHONA.user).actor == RHONA


def test_an_order_that_another_key_signed_is_not_kept(desk, opened):
    desk.server.key, true_key = Ed25519PrivateKey.generate(), desk.server.key
    with pytest.raises(OrderRefused):
        order(desk, opened)
    desk.server.key = true_key
    assert not is_ordered(opened[1].opened)


def test_the_keys_go_and_the_parcel_comes_and_the_records_go_last(desk, opened):
    premises, pc = opened
    assert leave(premises, pc, order(desk, opened))
    assert left(desk) == [(b"refuses food",)]
    assert premises.keys.is_wiped
    with pytest.raises(PcRemoved):
        premises.keys.unlock(RHONA.user, PASSWORDS["rokafor"])
    stop(desk, opened)
    assert "client.db" in files(desk)
    successor = desk.premises()
    with pytest.raises(PcRemoved):
        successor.keys.unlock(RHONA.user, PASSWORDS["rokafor"])
    assert finish(successor)
    assert not {name for name in files(desk) if name.startswith("client.db")}
    assert not [path for path in (desk.folder / "secret").iterdir() if "device" in path.name]
    assert finish(desk.premises())
    assert len(desk.server.parcels) == 1


def test_while_anything_waits_to_be_sent_no_key_goes(desk, opened):
    found = order(desk, opened)
    note_access(desk, opened)
    premises, pc = opened
    assert not leave(premises, pc, found)
    assert not premises.keys.is_wiped
    assert premises.parcels.kept() is None


def test_what_is_entered_while_the_keys_go_keeps_the_records(desk, opened, monkeypatch):
    found = order(desk, opened)
    premises, pc = opened
    wipe = premises.keys.wipe

    def wipe_late():
        wipe()
        note_access(desk, opened)

    monkeypatch.setattr(premises.keys, "wipe", wipe_late)
    assert not leave(premises, pc, found)
    hand_in(premises)
    stop(desk, opened)
    assert not finish(desk.premises())
    assert "client.db" in files(desk)


def test_what_is_entered_while_the_parcel_is_handed_in_keeps_the_records(desk, opened, monkeypatch):
    found = order(desk, opened)
    premises, pc = opened
    take = desk.server.parcel

    def take_late(parcel):
        receipt = take(parcel)
        note_access(desk, opened)
        return receipt

    with monkeypatch.context() as late:
        late.setattr(desk.server, "parcel", take_late)
        assert not leave(premises, pc, found)
    stop(desk, opened)
    assert not finish(desk.premises())
    assert "client.db" in files(desk)


def test_what_the_server_lost_may_be_here_for_the_last_time_and_stays_sealed(
    desk, opened, monkeypatch
):
    premises, pc = opened
    monkeypatch.setattr(type(pc.opened.sync.healing), "unheld", lambda _self: 2)
    assert leave(premises, pc, order(desk, opened))
    assert left(desk) == [(b"refuses food",)]
    stop(desk, opened)
    assert not finish(desk.premises())
    assert "client.db" in files(desk)


def test_a_draft_written_after_the_parcel_makes_another_one(desk, opened, monkeypatch):
    found = order(desk, opened)
    premises, pc = opened
    later = msgspec.structs.replace(DRAFT, record=ORDER_ID, body=b"took some soup", saved_ms=2)
    wipe = premises.keys.wipe

    def wipe_late():
        wipe()
        pc.opened.store.keep_draft(later)

    monkeypatch.setattr(premises.keys, "wipe", wipe_late)
    assert not leave(premises, pc, found)
    monkeypatch.setattr(premises.keys, "wipe", wipe)
    assert leave(premises, pc, found)
    assert left(desk) == [(b"took some soup", b"refuses food")]


def test_a_receipt_for_something_else_removes_nothing(desk, opened, monkeypatch):
    found = order(desk, opened)
    premises, pc = opened
    monkeypatch.setattr(desk.server, "parcel", lambda _parcel: None)
    with pytest.raises(ParcelRefusedError):
        leave(premises, pc, found)
    stop(desk, opened)
    with pytest.raises(ParcelRefusedError):
        finish(desk.premises())
    assert "client.db" in files(desk)


def cut(*_):
    raise PowerCut


def cut_after(act):
    def act_once(*given):
        act(*given)
        raise PowerCut

    return act_once


STEPS = {
    "before the parcel is on disk": ("parcels", "keep", cut),
    "after the parcel is on disk": ("parcels", "keep", cut_after),
    "before the keys go": ("keys", "wipe", cut),
    "after the keys have gone": ("keys", "wipe", cut_after),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_power_cut_before_all_is_handed_in_loses_nothing(desk, opened, monkeypatch, step):
    found = order(desk, opened)
    premises, pc = opened
    whose, name, how = STEPS[step]
    part = getattr(premises, whose)
    act = getattr(part, name)
    monkeypatch.setattr(part, name, how(act) if how is cut_after else how)
    with pytest.raises(PowerCut):
        leave(premises, pc, found)
    stop(desk, opened)
    successor = desk.premises()
    if successor.keys.is_wiped:
        # Its keys are gone; whether all was sent was not written down, so the records stay.
        assert not finish(successor)
        assert "client.db" in files(desk)
        assert left(desk) == [(b"refuses food",)]
        return
    premises, pc = start(desk)
    with pytest.raises(WipeOrderedError):
        admitted_here(premises, pc.opened, RHONA.user)
    assert leave(premises, pc, order(desk, (premises, pc)))
    assert left(desk) == [(b"refuses food",)]
    stop(desk, (premises, pc))
    assert finish(desk.premises())


@pytest.mark.parametrize("is_taken", [False, True])
def test_a_power_cut_while_the_parcel_is_handed_in_goes_on_without_a_key(
    desk, opened, monkeypatch, is_taken
):
    found = order(desk, opened)
    premises, pc = opened
    with monkeypatch.context() as on_the_way:
        hand = cut_after(desk.server.parcel) if is_taken else cut
        on_the_way.setattr(desk.server, "parcel", hand)
        with pytest.raises(PowerCut):
            leave(premises, pc, found)
    stop(desk, opened)
    desk.server.is_cut = True
    with pytest.raises(OfflineError):
        finish(desk.premises())
    assert "client.db" in files(desk)
    desk.server.is_cut = False
    assert finish(desk.premises())
    assert set(left(desk)) == {(b"refuses food",)}
    assert "client.db" not in files(desk)


def test_a_power_cut_while_the_records_go_is_gone_on_with(desk, opened):
    premises, pc = opened
    assert leave(premises, pc, order(desk, opened))
    stop(desk, opened)
    with pytest.raises(PowerCut):
        finish(replace(desk.premises(), remove_records=cut))
    assert finish(desk.premises())
    assert "client.db" not in files(desk)


def test_a_keyring_that_does_not_answer_keeps_no_parcel_back(desk, opened, monkeypatch):
    def silent(*_):
        raise KeyringNotAnswering

    found = order(desk, opened)
    premises, pc = opened
    with monkeypatch.context() as locked:
        locked.setattr(FileStore, "delete", silent)
        with pytest.raises(KeyringNotAnswering):
            leave(premises, pc, found)
        assert premises.keys.is_wiped
        stop(desk, opened)
        with pytest.raises(KeyringNotAnswering):
            finish(desk.premises())
    assert left(desk) == [(b"refuses food",)]
    assert not finish(desk.premises())
    assert not [path for path in (desk.folder / "secret").iterdir() if "device" in path.name]
