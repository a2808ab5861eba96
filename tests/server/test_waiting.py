"""What waits on the server for a newer one, and is decided when that starts."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sonar_core import bodies
from sonar_core.ids import to_bytes
from sonar_core.records.kinds import RecordKind
from sonar_core.records.note import Note
from sonar_core.records.registry import REGISTRY
from sonar_core.sync.messages import Reason, Receipt, Verdict
from sonar_core.sync.operations import DamagedOperationError, Operation
from sonar_server import incoming, push, waiting
from sonar_server.administration import AdministrationError
from sonar_server.deciding import decide_batch, decide_one
from sonar_server.operators import Word
from sonar_server.store import incidents
from sonar_server.store.errors import UnavailableError
from tests.server.pc import Pc

BODY_MAP: RecordKind = msgspec.structs.replace(
    REGISTRY["Note"],
    name="BodyMap",
    type=msgspec.defstruct("BodyMap", [("marks", list[str], [])], bases=(Note,), kw_only=True),
)


@pytest.fixture
def central(fresh_central):
    """An organisation of its own: who counts what waits counts everybody's."""
    return fresh_central


@pytest.fixture
def upgrade(central, monkeypatch):
    """Start the server again, as a program that knows body maps."""

    def start() -> int:
        monkeypatch.setitem(REGISTRY, "BodyMap", BODY_MAP)
        return waiting.decide_newer(central)

    return start


def outcomes(receipts: tuple[Receipt, ...]) -> list[tuple[Verdict, Reason]]:
    return [(receipt.verdict, receipt.reason) for receipt in receipts]


def pushed(pc: Pc, operation: Operation) -> tuple[Verdict, Reason]:
    ((verdict, reason),) = outcomes(pc.push(operation))
    return verdict, reason


NEWER = (Verdict.QUARANTINED, Reason.NEWER_SCHEMA)
TAKEN = (Verdict.APPLIED, Reason.NONE)


def test_an_entry_of_a_kind_that_came_later_is_taken_as_it_was_written(pc, episode, upgrade):
    (written,) = pc.wrote(pc.note(episode), kind="BodyMap", schema_v=2)
    assert pushed(pc, written) == NEWER
    assert upgrade() == 1
    (row,) = [row for row in pc.copy().rows if row.kind == "BodyMap"]
    assert row.body == written.payload
    assert outcomes(pc.push()) == [TAKEN], "its PC is told when it asks for news"
    assert upgrade() == 0


def test_what_waited_for_that_entry_comes_with_it(pc, episode, upgrade):
    first = pc.note(episode)
    pc.push(*pc.wrote(first, kind="BodyMap", schema_v=2))
    later = msgspec.structs.replace(pc.note(episode), replaces=first.id)
    ((verdict, reason),) = outcomes(pc.push(*pc.wrote(later)))
    assert (verdict, reason) == (Verdict.QUARANTINED, Reason.MISSING_PARENT)
    assert upgrade() == 1
    assert to_bytes(later.id) in {row.id for row in pc.copy().rows}


def test_what_is_still_too_new_waits_on_and_is_no_news(pc, episode, central):
    pc.push(*pc.wrote(pc.note(episode), kind="Hologram", schema_v=9))
    assert waiting.decide_newer(central) == 0
    assert pc.push() == ()
    (again,) = pc.push(*pc.wrote(pc.note(episode), kind="Hologram", schema_v=9))
    assert again.reason is Reason.NEWER_SCHEMA


def test_a_value_that_came_later_is_read_by_the_program_that_knows_it(pc, episode, monkeypatch):
    (old,) = pc.wrote(pc.note(episode))
    fields = bodies.fields_of(old.payload) | {"category": "photograph"}
    (written,) = _rewritten(pc, old, fields)
    assert pushed(pc, written) == NEWER
    any_category = msgspec.defstruct(
        "Note", [("category", str)], bases=(Note,), frozen=True, kw_only=True, omit_defaults=True
    )
    kind = msgspec.structs.replace(REGISTRY["Note"], type=any_category, schema_v=2)
    monkeypatch.setitem(REGISTRY, "Note", kind)
    assert waiting.decide_newer(pc.link._central) == 1
    assert written.payload in {row.body for row in pc.copy().rows}


def _rewritten(pc: Pc, old: Operation, fields: dict[str, Any]) -> tuple[Operation, ...]:
    """The operation as a newer program writes it, in the place of the old one."""
    from sonar_core.sync.operations import header_of, payload_hash, seal  # noqa: PLC0415

    payload = bodies.encode(fields)
    header = msgspec.structs.replace(header_of(old), schema_v=2, payload_hash=payload_hash(payload))
    operation = seal(header, payload, pc.key.sign)
    pc.follow(operation)
    return (operation,)


@pytest.mark.parametrize("is_forged", [True, False])
def test_an_envelope_that_nobody_could_read_is_checked_when_it_can_be(
    pc, new_pc, episode, central, monkeypatch, is_forged
):
    sign = new_pc().key.sign if is_forged else pc.key.sign
    (written,) = pc.wrote(pc.note(episode), schema_v=2, sign=sign)
    if is_forged:
        written = Operation(written.header, written.payload, b"\x00" * 64)

    def unreadable(_operation):
        raise DamagedOperationError("the header cannot be read")

    with monkeypatch.context() as older:
        older.setattr(incoming, "header_of", unreadable)
        assert pushed(pc, written) == NEWER
        assert waiting.decide_newer(central) == 0
    assert waiting.decide_newer(central) == 1
    wanted = (Verdict.REFUSED, Reason.BAD_SIGNATURE) if is_forged else TAKEN
    assert outcomes(pc.push()) == [wanted]


def test_an_entry_that_cannot_be_decided_waits_on_and_keeps_no_server_down(
    pc, episode, upgrade, monkeypatch
):
    pc.push(*pc.wrote(pc.note(episode), kind="BodyMap", schema_v=2))
    good = pc.note(episode)
    pc.push(*pc.wrote(good, kind="BodyMap", schema_v=2))

    def decide(ledger, operation, header, around):
        if header.entity != good.id:
            raise ArithmeticError
        return decide_one(ledger, operation, header, around)

    with monkeypatch.context() as broken:
        broken.setattr(waiting, "decide_one", decide)
        assert upgrade() == 1
    assert outcomes(pc.push()) == [TAKEN]
    assert upgrade() == 1, "the other one"


def test_a_database_that_is_away_is_no_fault_of_an_entry(pc, episode, upgrade, monkeypatch):
    pc.push(*pc.wrote(pc.note(episode), kind="BodyMap", schema_v=2))

    def away(*_arguments):
        raise UnavailableError("08006")

    with monkeypatch.context() as broken:
        broken.setattr(waiting, "decide_one", away)
        with pytest.raises(UnavailableError):
            upgrade()
    assert upgrade() == 1


DAMAGED = (Verdict.QUARANTINED, Reason.DAMAGED)
WORD = Word("A. Reid", "after the update")


def failing(ledger, fresh, around):
    """A server that cannot carry out anything."""
    if not around.is_damaged:
        raise ArithmeticError
    return decide_batch(ledger, fresh, around)


def test_a_user_action_that_could_not_be_carried_out_comes_whole_after_the_update(
    pc, central, monkeypatch
):
    admitted = pc.wrote(*pc.admitted())
    with monkeypatch.context() as broken:
        broken.setattr(push, "decide_batch", failing)
        assert outcomes(pc.push(*admitted)) == [DAMAGED] * len(admitted)
    assert "Patient" not in {row.kind for row in pc.copy().rows}
    assert waiting.decide_damaged(central, WORD) == (len(admitted), len(admitted))
    rows = [row for row in pc.copy().rows if row.patient is not None]
    assert [row.kind for row in rows] == ["Patient", "CustodyEpisode"]
    assert len({row.commit_no for row in rows}) == 1
    assert outcomes(pc.push()) == [TAKEN] * len(admitted), "its PC is told when it asks for news"
    (happened,) = central.database.run(incidents.incidents)
    assert happened.kind == waiting.DECIDED_AGAIN
    assert happened.detail.endswith("A. Reid says: after the update")
    with pytest.raises(AdministrationError, match="nothing is held back"):
        waiting.decide_damaged(central, WORD)


def test_bytes_that_are_not_what_was_signed_stay_held_back(pc, episode, central):
    (written,) = pc.wrote(pc.note(episode))
    assert pushed(pc, Operation(written.header, b"{}", written.signature)) == DAMAGED
    assert waiting.decide_damaged(central, WORD) == (0, 1)
    assert outcomes(pc.push()) == [], "no news"


def test_one_that_still_fails_holds_up_no_other(pc, episode, central, monkeypatch):
    bad, good = pc.note(episode), pc.note(episode)
    with monkeypatch.context() as broken:
        broken.setattr(push, "decide_batch", failing)
        for note in (bad, good):
            pc.push(*pc.wrote(note))

    def decide(ledger, operation, header, around):
        if header.entity == bad.id:
            raise ArithmeticError
        return decide_one(ledger, operation, header, around)

    with monkeypatch.context() as broken:
        broken.setattr(waiting, "decide_one", decide)
        assert waiting.decide_damaged(central, WORD) == (1, 2)
    assert waiting.decide_damaged(central, WORD) == (1, 1)
    assert [row.kind for row in pc.copy().rows].count("Note") == 2
