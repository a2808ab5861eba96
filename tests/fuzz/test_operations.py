"""Operations that are signed as they should be and hold what no program writes.

Behind the signature stand header and payload of one operation at a time, of every kind: the server
gives each its verdict or refuses the batch in words, and the PC's chain goes on after it.
"""

from __future__ import annotations

import random
from collections import Counter

import msgspec
import pytest
import requests
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from sonar_core.records.kinds import ScopeKind, Sort
from sonar_core.records.registry import REGISTRY
from sonar_core.sync.messages import PROTOCOL, Push, PushAnswer, Refusal, Verdict
from sonar_core.sync.operations import (
    SIGNING_DOMAIN,
    Header,
    Operation,
    header_of,
    payload_hash,
)
from tests.fuzz.shapes import mangled, shaped
from tests.fuzz.test_endpoints import served
from tests.postgres import central, organisation, postgres
from tests.server.conftest import new_pc, password_hash, pc, person, site
from tests.server.pc import inflated

__all__ = [
    "central",
    "new_pc",
    "organisation",
    "password_hash",
    "pc",
    "person",
    "postgres",
    "served",
    "site",
]

KINDS = [one for one in REGISTRY.values() if one.scope is not ScopeKind.REFERENCE]
TRIED: Counter[str] = Counter()


@pytest.fixture
def told(capsys):
    yield
    with capsys.disabled():
        for how, count in sorted(TRIED.items()):
            print(f"{count:7} operations: {how}")


def test_whatever_was_signed_gets_a_verdict_and_the_chain_goes_on(served, pc):
    push_all(served, pc, 60, begun_by=0)


@pytest.mark.soak
@pytest.mark.parametrize("turn", range(10))
def test_ten_thousand_get_their_verdicts(served, pc, told, turn):
    push_all(served, pc, 1000, begun_by=random.getrandbits(64))


def push_all(served, pc, count, begun_by):
    link = pc.over_http(served.address)
    patient, episode = pc.admitted()
    pc.push(*pc.wrote(patient, episode))
    usual = {
        "patient": patient.id,
        "episode": episode.id,
        "site": episode.site,
        "zone": "Europe/London",
    }
    changes = st.one_of(st.just(_as_it_is), st.just(_as_it_is), st.just(_as_it_is), spoiling())
    bodies = st.one_of(*(body_of(kind, usual) for kind in KINDS))

    @seed(begun_by)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    # All is drawn before anything is done: what is given up half-way has moved nothing.
    @given(
        st.tuples(
            bodies,
            changes,
            st.one_of(st.none(), st.none(), st.none(), mangled(st.just(b"")), st.binary()),
            st.sampled_from(["", "", episode.id, patient.id]),
            st.sampled_from([0, 0, 0, 1]),
        )
    )
    def push(drawn):
        (kind, op, body), spoil, rest, entity, newer = drawn
        before = pc.chain
        [genuine] = pc.wrote(pc.note(episode))
        header = msgspec.to_builtins(header_of(genuine))
        entity = entity or header["entity"]
        payload = msgspec.json.encode(body if op == "edit" else body | {"id": entity})
        payload = payload if rest is None else payload[: len(payload) // 2] + rest
        header |= {
            "kind": kind.name,
            "op": op,
            "scope": pc.territory.wire(kind.scope),
            "entity": entity,
            "schema_v": kind.schema_v + newer,
            "payload_hash": payload_hash(payload),
        }
        raw = msgspec.json.encode(spoil(header))
        operation = Operation(raw, payload, pc.key.sign(SIGNING_DOMAIN + raw))
        TRIED[said(link, pc, operation, before)] += 1

    at_first = pc.chain.next_seq
    push()
    assert pc.chain.next_seq > at_first, "some of them were taken"
    [receipt] = pc.push(*pc.wrote(pc.note(episode)))
    assert receipt.verdict is Verdict.APPLIED


def said(link, pc, operation, before):
    """Return how one operation was answered; the chain goes on behind it if it had its verdict."""
    push = Push(
        protocol=PROTOCOL,
        device=pc.territory.device,
        incarnation=before.incarnation,
        operations=(operation,),
    )
    answer = link.send("/v1/sync/push", msgspec.msgpack.encode(push))
    assert answer.status_code < 500, (answer.status_code, operation)
    if answer.status_code != requests.codes.ok:
        pc.chain = before
        refused = msgspec.msgpack.decode(inflated(answer), type=Refusal)
        return f"{answer.status_code} {refused.code}"
    [receipt] = msgspec.msgpack.decode(inflated(answer), type=PushAnswer).receipts
    if receipt.op_seq == before.next_seq:
        pc.follow(operation)
    else:
        pc.chain = before
    return f"{receipt.verdict} {receipt.reason}".strip()


def _as_it_is(header):
    return header


def spoiling():
    """Return what leaves a field of a header out, or puts something else there."""
    odd = st.one_of(st.none(), st.integers(-1, 2**53), st.text(max_size=8), st.booleans())
    names = st.sampled_from(sorted(Header.__struct_fields__))

    def spoil(name, value, is_gone):
        def change(header):
            kept = {key: one for key, one in header.items() if key != name}
            return kept if is_gone else {**kept, name: value}

        return change

    return st.builds(spoil, names, odd, st.booleans())


def body_of(kind, usual):
    """Return a kind, what is done to it, and the body of that: an edit, or a record whole."""
    op = "resolve" if kind.name == "ConflictResolution" else "record"
    whole = st.tuples(st.just(kind), st.just(op), shaped(kind.type, usual))
    fields = shaped(kind.type, usual)
    if kind.sort is not Sort.ENTITY:
        return whole

    def edit(base, group, old, new):
        names = [name for name in group.fields if name in new]
        changed = {name: (old.get(name), new[name]) for name in names}
        return kind, "edit", {"base": base, "groups": {group.name: changed}}

    edits = st.builds(edit, st.integers(0, 3), st.sampled_from(kind.groups), fields, fields)
    return st.one_of(whole, edits)
