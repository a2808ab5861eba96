"""Taking a push: one transaction decides the batch in memory and writes it with its verdicts.

The batch is decided before its scopes are locked. If others wrote meanwhile what it is about, it
is decided once more under the lock; so the lock is short and nothing is decided on stale rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from itertools import groupby
from typing import Final, NamedTuple

import msgspec
import structlog

from sonar_core.ids import to_bytes
from sonar_core.records.kinds import ScopeKind
from sonar_core.sync.anchors import Anchor, Countersigned, countersign
from sonar_core.sync.decision import Decision, repeated
from sonar_core.sync.lease import key_id
from sonar_core.sync.messages import Push, PushAnswer, Receipt
from sonar_core.sync.operations import OpKind, Verify, is_same_but_for_place
from sonar_server import moving, waiting
from sonar_server.deciding import Circumstances, decide_batch
from sonar_server.errors import RefusedError
from sonar_server.incoming import Incoming, read
from sonar_server.keys import ServerKeys
from sonar_server.moving import MoreSitesError
from sonar_server.scopes import Territory
from sonar_server.store import anchors, incarnations, ledgers, log, operations, reach
from sonar_server.store.database import Database, Transaction
from sonar_server.store.errors import UnavailableError
from sonar_server.store.ledgers import Needs
from sonar_server.store.operations import Author, ChainEnd, Decided

_log: Final = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Pushed:
    """One device's push on its way through; `first_seq` is the number it begins with.

    `also` are other sites that hold people of whom it writes.
    """

    database: Database
    territory: Territory
    author: Author
    received_ms: int
    first_seq: int
    keys: ServerKeys
    also: frozenset[bytes] = frozenset()

    def run(self, work: Callable[[Transaction, Pushed], Taken]) -> Taken:
        """Run `work` in one transaction, with the scopes of every site locked that it reaches."""
        pushed = self
        while True:
            try:
                sites = reach.of_sites(self.database, {self.author.site_id, *pushed.also})
                return sites.run(lambda transaction: work(transaction, pushed))  # noqa: B023 run at once
            except MoreSitesError as more:
                pushed = replace(pushed, also=pushed.also | more.sites)


class Taken(NamedTuple):
    """An answer, and the receipts in it of operations that had no verdict before."""

    answer: PushAnswer
    judged: tuple[Receipt, ...]


def take(
    database: Database,
    territory: Territory,
    push: Push,
    *,
    verify: Verify,
    keys: ServerKeys,
    now_ms: int,
) -> Taken:
    """Decide and keep a batch; return its receipts after the commit.

    Raises RefusedError for what is no batch of this device, UnavailableError when the database is.
    """
    batch = read(push, territory, verify)
    pushed = Pushed(
        database=database,
        territory=territory,
        author=Author(
            site_id=to_bytes(territory.site),
            device=to_bytes(territory.device),
            incarnation=push.incarnation,
        ),
        received_ms=now_ms,
        first_seq=batch[0].outline.op_seq if batch else 0,
        keys=keys,
    )
    try:
        return pushed.run(lambda transaction, reaching: _take(transaction, reaching, batch))
    except (RefusedError, UnavailableError):
        raise
    except Exception as error:  # noqa: BLE001 one user action's fault must not hold up the others
        _log.warning("push_replayed_by_action", device=territory.device, error=type(error).__name__)
    return _take_one_by_one(pushed, batch)


def _take_one_by_one(pushed: Pushed, batch: list[Incoming]) -> Taken:
    receipts: list[Receipt] = []
    judged: list[Receipt] = []
    answer = PushAnswer(receipts=(), server_ms=pushed.received_ms)
    for _, group in groupby(batch, key=lambda item: item.outline.txn_id):
        action = list(group)
        answer, fresh = _take_action(pushed, action)
        receipts += answer.receipts
        judged += fresh
    answer = PushAnswer(
        receipts=tuple(receipts),
        server_ms=answer.server_ms,
        durable_seq=answer.durable_seq,
        anchor=answer.anchor,
    )
    return Taken(answer, tuple(judged))


def _take_action(pushed: Pushed, action: list[Incoming]) -> Taken:
    try:
        return pushed.run(lambda transaction, reaching: _take(transaction, reaching, action))
    except (RefusedError, UnavailableError):
        raise
    except Exception as error:  # noqa: BLE001 whatever it is, the operations are kept
        _log.warning("action_held_back", device=pushed.territory.device, error=type(error).__name__)
    return pushed.run(
        lambda transaction, reaching: _take(transaction, reaching, action, damaged=True)
    )


def _take(
    transaction: Transaction, pushed: Pushed, batch: list[Incoming], *, damaged: bool = False
) -> Taken:
    end = operations.locked_chain(transaction, pushed.author)
    if end is None:
        raise RefusedError(
            HTTPStatus.CONFLICT,
            "incarnation_unknown",
            "this server has not given the device that incarnation",
        )
    fresh = [item for item in batch if item.outline.op_seq > end.seq]
    receipts = _repeated(transaction, pushed, batch[: len(batch) - len(fresh)])
    judged: list[Receipt] = []
    anchor: Countersigned | None = None
    if fresh:
        _require_next(fresh, end)
        decided = _decide_all(transaction, pushed, fresh, damaged=damaged)
        judged = [_receipt(item) for item in decided]
        receipts += judged
        last = fresh[-1]
        end = ChainEnd(seq=last.outline.op_seq, hash=last.header_hash.hex())
        operations.move_chain(transaction, pushed.author, end)
        anchor = _countersigned(pushed, end)
        anchors.keep(transaction, pushed.author, end.seq, anchor)
    else:
        anchor = anchors.last(transaction, pushed.author)
    # A device that sends an operation again has not kept the answer that told of it, nor the news
    # in that answer: what it is known to have ends before the first number of the whole push.
    numbers = (pushed.first_seq, fresh[-1].outline.op_seq) if fresh else None
    news = {item.op_id: item for item in operations.news_for(transaction, pushed.author, numbers)}
    receipts = [news.pop(item.op_id, item) for item in receipts]
    answer = PushAnswer(
        receipts=(*receipts, *news.values()),
        server_ms=pushed.received_ms,
        durable_seq=_durable(transaction, pushed.territory),
        anchor=msgspec.UNSET if anchor is None else anchor,
    )
    return Taken(answer, tuple(judged))


def _countersigned(pushed: Pushed, end: ChainEnd) -> Countersigned:
    keys = pushed.keys
    return countersign(
        Anchor(
            device=pushed.territory.device,
            incarnation=pushed.author.incarnation,
            op_seq=end.seq,
            header_hash=end.hash,
            server_ms=pushed.received_ms,
            signed_by=key_id(keys.lease_public),
        ),
        keys.sign,
    )


def _receipt(item: Decided) -> Receipt:
    decision = item.decision
    return Receipt(
        op_id=item.op_id,
        op_seq=item.op_seq,
        verdict=decision.verdict,
        reason=decision.reason,
        detail=decision.detail,
        version=decision.version,
    )


def _repeated(transaction: Transaction, pushed: Pushed, again: list[Incoming]) -> list[Receipt]:
    """Return the stored receipts of operations that came before."""
    if not again:
        return []
    first, last = again[0].outline.op_seq, again[-1].outline.op_seq
    known = operations.stored(transaction, pushed.author, first, last)
    for item in again:
        if known[item.outline.op_seq].header_hash != item.header_hash:
            raise _forked("an operation's number was used before for another")
    return [known[item.outline.op_seq].receipt for item in again]


def _forked(message: str) -> RefusedError:
    return RefusedError(HTTPStatus.CONFLICT, "device_forked", message)


def _require_next(fresh: list[Incoming], end: ChainEnd) -> None:
    if fresh[0].outline.op_seq != end.seq + 1:
        raise RefusedError(
            HTTPStatus.CONFLICT,
            "operations_missing",
            f"the next operation's number must be {end.seq + 1}",
        )
    before = end.hash
    for item in fresh:
        if item.outline.prev_hash != before:
            raise _forked("an operation does not follow the one before it")
        before = hashlib.sha256(item.operation.header).hexdigest()


def _decide_all(
    transaction: Transaction, pushed: Pushed, fresh: list[Incoming], *, damaged: bool
) -> list[Decided]:
    headers = [item.header for item in fresh if item.header]
    readable = [(item.operation, item.header) for item in fresh if item.header and not item.fault]
    used = _used_before(transaction, pushed, fresh)
    around = Circumstances(
        site=pushed.territory.site,
        known=waiting.known_to(transaction, pushed.territory, headers),
        taken=used.taken,
        repeats=used.repeats,
        inherited=incarnations.inherited_by(transaction, pushed.author),
        received_ms=pushed.received_ms,
        is_damaged=damaged,
        revoked=pushed.territory.revoked,
        misplaced=moving.misplaced(transaction, pushed.territory, readable),
    )
    needs = Needs(readable)
    keys = {*pushed.territory.written(), *moving.keys_of(pushed.also)}
    before = log.heads(transaction, keys)
    ledger = ledgers.load(transaction, pushed.author.site_id, needs)
    decided = decide_batch(ledger, fresh, around)
    heads = log.heads(transaction, keys, lock=True)
    moved = {key: (before[key].seq, head.seq) for key, head in heads.items()}
    used_now = _used_before(transaction, pushed, fresh)
    if used_now != used or ledgers.touched_since(transaction, needs, moved):
        around = replace(around, taken=used_now.taken, repeats=used_now.repeats)
        ledger = ledgers.load(transaction, pushed.author.site_id, needs)
        decided = decide_batch(ledger, fresh, around)
    made = [version for item in decided for version in item.decision.versions]
    moving.bring_back(transaction, heads, pushed.territory, made)
    arrived: set[bytes] = set()
    for _, action in groupby(zip(fresh, decided, strict=True), key=lambda p: p[0].outline.txn_id):
        versions = [version for _, item in action for version in item.decision.versions]
        arrived |= waiting.append(heads, pushed.territory, ledger, versions)
    operations.keep(transaction, pushed.author, decided, pushed.received_ms)
    log.write_heads(transaction, heads.values())
    waiting.follow_up(transaction, pushed.territory, heads, waiting.Written(made, arrived))
    return decided


class _Used(NamedTuple):
    """Ids used before: what becomes of a device's own operations, and those of others."""

    repeats: dict[str, Decision]
    taken: frozenset[str]


def _used_before(transaction: Transaction, pushed: Pushed, fresh: list[Incoming]) -> _Used:
    """Return which ids came before; the device may have sent them in another incarnation."""
    ids = [item.outline.op_id for item in fresh]
    found = operations.earlier(transaction, pushed.author.site_id, ids)
    if not found:
        return _Used({}, frozenset())
    repeats = {
        item.outline.op_id: repeated(
            first.decision, OpKind.RECORD if item.header is None else item.header.op
        )
        for item in fresh
        if (first := found.get(item.outline.op_id)) is not None
        and first.author.device == pushed.author.device
        and first.author.incarnation != pushed.author.incarnation
        and is_same_but_for_place(first.header, item.operation.header)
    }
    return _Used(repeats, frozenset(found.keys() - repeats.keys()))


def _durable(transaction: Transaction, territory: Territory) -> dict[str, int]:
    """Return how much of each scope is safe: on one server, what is committed."""
    heads = log.heads(transaction, territory.written())
    return {
        territory.wire(kind): heads[territory.key(kind)].seq
        for kind in ScopeKind
        if kind is not ScopeKind.REFERENCE
    }
