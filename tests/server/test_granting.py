"""Scopes granted and revoked: what the server sends and takes from the word on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
import pytest

from sonar_core import bodies
from sonar_core.ids import from_bytes, to_bytes
from sonar_core.records.access_event import AccessAction, AccessEvent
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.registry import REGISTRY
from sonar_core.records.scope_grant import ScopeGrant
from sonar_core.sync.healing import AskBuckets, AskSums, CopyIncident, FoundBy, Report
from sonar_core.sync.messages import (
    PROTOCOL,
    Phase,
    Pull,
    Reason,
    Reconcile,
    SnapshotStart,
    Verdict,
    Watch,
)
from sonar_core.sync.rows import provenance_of
from sonar_server import administration, granting
from sonar_server.administration import AdministrationError
from sonar_server.authors import SCOPE_REVOKED
from sonar_server.central import Central
from sonar_server.errors import RefusedError
from sonar_server.service import DeviceService
from sonar_server.store import places
from tests.server.orders import an_order
from tests.server.pc import Pc, moment, new_id, snapshot_of

CLINICAL, MEDICINES = ScopeKind.CLINICAL, ScopeKind.MEDICINES


@pytest.fixture
def central(fresh_central: Central) -> Central:
    """An organisation of its own: what is said is in the reference scope of all its sites."""
    return fresh_central


@pytest.fixture
def say(central: Central, pc: Pc, site) -> Callable[..., None]:
    def speak(kind: ScopeKind, *, is_granted: bool, of_site: bool = False) -> None:
        if of_site:
            granting.say_of_site(central, site, kind, is_granted=is_granted)
        else:
            device = granting.device_named(central, pc.enrolled.device)
            granting.say_of_device(central, device, kind, is_granted=is_granted)
        again(central, pc)

    return speak


def again(central: Central, *pcs: Pc) -> None:
    """Each request is answered for the device as it is then."""
    for pc in pcs:
        device = central.database.run(
            lambda transaction, pc=pc: places.find_device(transaction, to_bytes(pc.enrolled.device))
        )
        assert device is not None
        pc.link = DeviceService(central, device)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as error:
        _all(act())
    return error.value.code


def _all(answer: object) -> None:
    """A stream is refused with its first frame."""
    if isinstance(answer, Iterator):
        next(answer)


def test_nothing_of_a_revoked_scope_is_sent_and_of_others_all_is(pc, episode, say):
    head = pc.copy().cursor
    say(CLINICAL, is_granted=False)
    asked = {"protocol": PROTOCOL}
    link, scope = pc.link, pc.clinical
    ways = (
        lambda: link.pull(Pull(cursors=(head,), **asked)),
        lambda: link.snapshot_start(SnapshotStart(scopes=(scope,), **asked)),
        lambda: link.snapshot(snapshot_of(scope, Phase.UNATTACHED)),
        lambda: link.bucket_sums(AskSums(cursor=head, **asked)),
        lambda: link.bucket_rows(AskBuckets(cursor=head, buckets=(1,), **asked)),
    )
    assert [refused(way) for way in ways] == ["scope_revoked"] * len(ways)
    watcher = link.watcher(Watch(protocol=PROTOCOL))
    assert scope not in watcher.names.values()
    assert pc.copy(pc.territory.wire(MEDICINES)).rows == []


def test_places_and_incidents_of_a_revoked_scope_hold_up_nothing(pc, episode, say):
    head = pc.copy().cursor
    say(CLINICAL, is_granted=False)
    found = pc.link.reconcile(Reconcile(protocol=PROTOCOL, incarnation=1, places=(head,)))
    assert found.common == (head,)
    incident = CopyIncident(
        id=new_id(), scope=pc.clinical, epoch=1, seq=1, found_ms=1, found_by=FoundBy.DIGEST,
        records=0, healed_ms=None,
    )  # fmt: skip
    pc.link.report(Report(protocol=PROTOCOL, incidents=(incident,)))


def test_what_was_entered_into_a_revoked_scope_is_taken_and_marked(new_pc, pc, episode, say):
    say(CLINICAL, is_granted=False)
    noted, order = pc.wrote(pc.note(episode)), pc.wrote(an_order(pc, episode))
    assert [one.verdict for one in pc.push(*noted, *order)] == [Verdict.APPLIED] * 2
    other = new_pc()
    row = other.copy().rows[-1]
    assert row.kind == "Note"
    assert SCOPE_REVOKED in provenance_of(row.provenance).marks
    ordered = other.copy(other.territory.wire(MEDICINES)).rows[-1]
    assert SCOPE_REVOKED not in provenance_of(ordered.provenance).marks


def test_the_words_are_in_the_reference_log_in_their_order(pc, say):
    reference = pc.territory.wire(ScopeKind.REFERENCE)
    say(MEDICINES, is_granted=False)
    say(MEDICINES, is_granted=True)
    rows = [row for row in pc.copy(reference).rows if row.kind == "ScopeGrant"]
    words = [bodies.decode(row.body, ScopeGrant) for row in rows]
    assert [(row.version, word.is_granted) for row, word in zip(rows, words, strict=True)] == [
        (1, False), (2, True),
    ]  # fmt: skip
    assert {word.holder for word in words} == {pc.enrolled.device}
    assert {from_bytes(row.id) for row in rows} == {words[0].id}
    assert [provenance_of(row.provenance).intent for row in rows] == [
        granting.REVOKE, granting.GRANT,
    ]  # fmt: skip


def test_a_word_about_a_site_is_for_every_pc_but_one_that_has_its_own(new_pc, central, pc, say):
    other = new_pc()
    say(MEDICINES, is_granted=True)
    say(MEDICINES, is_granted=False, of_site=True)
    again(central, other)
    medicines = pc.territory.wire(MEDICINES)
    assert pc.copy(medicines).rows == []
    asked = SnapshotStart(protocol=PROTOCOL, scopes=(medicines,))
    assert refused(lambda: other.link.snapshot_start(asked)) == "scope_revoked"
    later = new_pc()
    assert later.enrolled.scopes == tuple(s for s in pc.enrolled.scopes if s != medicines)


def test_a_word_about_another_site_changes_nothing_here(central, pc, say):
    elsewhere = administration.add_site(central, "Southfield")
    granting.say_of_site(central, elsewhere, CLINICAL, is_granted=False)
    again(central, pc)
    assert pc.copy().rows == []


@pytest.mark.parametrize("name", ["reference", "device", "everything"])
def test_only_the_scopes_of_a_site_can_be_revoked(name):
    with pytest.raises(AdministrationError, match="clinical and medicines can"):
        granting.scope_named(name)


def test_a_pc_is_named_by_its_id_where_several_have_its_name(central, new_pc, pc):
    assert granting.device_named(central, "Medical room").id == pc.enrolled.device
    new_pc()
    with pytest.raises(AdministrationError, match="several"):
        granting.device_named(central, "Medical room")
    with pytest.raises(AdministrationError, match="there is no PC"):
        granting.device_named(central, "Kitchen")


def test_an_access_line_of_another_pc_that_waited_goes_into_its_own_log(
    central, new_pc, pc, monkeypatch
):
    """As a kind of a newer program could wait: none of today's does."""
    line = msgspec.structs.replace(REGISTRY["AccessEvent"], parents=("patient",))
    monkeypatch.setitem(REGISTRY, "AccessEvent", line)
    other = new_pc()
    patient, _ = pc.admitted()
    event = AccessEvent(
        id=new_id(), action=AccessAction.OPENED_RECORD, recorded_at=moment(), user=pc.user,
        patient=patient.id,
    )  # fmt: skip
    (held,) = other.push(*other.wrote(event))
    assert (held.verdict, held.reason) == (Verdict.QUARANTINED, Reason.MISSING_PARENT)
    pc.push(*pc.wrote(patient))
    (news,) = other.push()
    assert news.verdict is Verdict.APPLIED
    assert [row.kind for row in other.copy(other.territory.wire(ScopeKind.DEVICE)).rows] == [
        "AccessEvent"
    ]
