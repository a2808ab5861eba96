"""The invariants of one PC: nothing saved goes, own entries are seen, rows are the server's."""

from __future__ import annotations

from typing import Any

from sonar_core import bodies
from sonar_core.ids import from_bytes
from sonar_core.records.kinds import MergePolicy, Sort
from sonar_core.records.registry import REGISTRY
from sonar_core.sync import clock
from sonar_core.sync.disputes import PLACE
from sonar_core.sync.grants import REVOCABLE
from sonar_core.sync.messages import Verdict
from sonar_core.sync.retirement import RETIREMENT
from sonar_core.sync.rows import Provenance, provenance_of
from sonar_desktop.db.errors import NewerRecordError
from sonar_desktop.usecases.keep_draft import my_drafts
from sonar_desktop.usecases.ports import Reading, Standing
from tests.simulation.left import absent_records, coming_records, gone_records, gone_stays
from tests.simulation.on_server import must
from tests.simulation.oracle import Entered, Oracle, Saved, is_clinical, whole_group
from tests.simulation.pc import Pc
from tests.simulation.spoiling import leaving_stays
from tests.simulation.views import KeptOp, ServerView, counting, held_rows, own_ops
from tests.simulation.withdrawn import bare_edits, kept_by_drafts, kinds_not_here, revoked_copies

_FOR_GOOD = {"applied", "merged", "conflict", "duplicate"}
_MAY_CHANGE = {("quarantined", "missing_parent"), ("quarantined", "newer_schema")}
_TOLD_OF_WAITING = {Standing.LOCAL, Standing.SENDING, Standing.DECISION}


def settle_doubt(pc: Pc, oracle: Oracle) -> None:
    """I2: of an action that the power cut short, all is there or nothing; learn which."""
    kept = own_ops(pc)
    for action in oracle.actions:
        if action.pc != pc.name:
            continue
        doubtful = [entry for entry in action.entries if entry.saved is Saved.MAYBE]
        found = {entry.op_id in kept for entry in doubtful}
        must(len(found) < 2, "I2", f"half of {action.intent} at {pc.name} was saved")
        for entry in doubtful:
            entry.saved = Saved.SURE if True in found else Saved.NEVER


def check_pc(pc: Pc, oracle: Oracle, view: ServerView) -> None:
    """I2, I3, I8, I9, I10, I14, I16 of one PC, whatever else is under way."""
    kept = own_ops(pc)
    _check_outbox(pc, oracle, kept, view)
    _check_what_left(pc, kept, view)
    if not pc.spoilt and not pc.is_ahead:
        _check_rows(pc, view)
    # What left by a word that the server has lost again is explained by no log.
    if not pc.spoilt and not (pc.is_ahead and (gone_stays(pc) or leaving_stays(pc))):
        _check_sight(pc, oracle, kept, view)
        _check_said(pc, view)
    _check_drafts(pc, oracle)
    ((stamp,),) = pc.rows("SELECT hlc FROM device")
    highest = pc.clock.highest_ms + clock.MAX_AHEAD_MS
    must(clock.milliseconds(stamp) <= highest, "I16", f"{pc.name}'s clock was poisoned")


def _check_outbox(pc: Pc, oracle: Oracle, kept: dict[str, KeptOp], view: ServerView) -> None:
    numbers = [op.op_seq for op in kept.values()]
    ((after,),) = pc.rows("SELECT next_seq FROM device")
    first = numbers[0] if numbers else after
    must(numbers == list(range(first, after)), "I2", f"{pc.name}'s numbers have a gap")
    for entry in oracle.of_pc(pc.name):
        op = kept.get(entry.op_id)
        if entry.saved is Saved.SURE:
            there = view.ops.get(entry.op_id)
            is_purged = there is not None and there.op_seq < first and there.verdict in _FOR_GOOD
            must(op is not None or is_purged, "I2", f"{entry.kind} saved at {pc.name} is gone")
        if entry.saved is Saved.NEVER:
            must(op is None, "I2", f"what {pc.name} said not to have saved is there")
        if op is not None:
            must(entry.payload in {None, op.payload}, "I2", "an operation's payload changed")
    for op_id, op in kept.items():
        must(op_id in oracle.entered, "I2", f"{pc.name} holds what nobody entered")
        if op.state == "waiting" or pc.is_ahead:
            continue
        there = view.told(op)
        must(there is not None, "I1", f"{pc.name} was told a verdict that the server does not know")
        if there is not None and (op.verdict, op.reason) not in _MAY_CHANGE:
            same = (op.reason, op.version) == (there.reason, there.version)
            same = (same and view.has_verdict(op, there)) or _was_given_back(pc, op, there)
            must(same, "I1", f"{pc.name} holds {op.verdict} where the server has {there.verdict}")


def _check_rows(pc: Pc, view: ServerView) -> None:
    """The rows up to a cursor are exactly the server's; rows beyond it came with a first sync."""
    found = held_rows(pc)
    copies = revoked_copies(pc)
    own = {*pc.record.scopes, *(f"{pc.record.site}/{kind}" for kind in REVOCABLE)}
    must(set(found) <= own, "I14", f"{pc.name} holds rows of another scope")
    for scope, held in found.items():
        if copies.get(scope) == "gone":
            must(not held.rows, "I14", f"{pc.name} holds rows of a scope that was revoked")
        log = view.log[scope]
        have = {(seq, commit_no, row_hash) for seq, commit_no, row_hash in held.rows}
        theirs = {(one.row.seq, one.row.commit_no, one.row_hash) for one in log}
        must(len(have) == len(held.rows), "I4", f"{pc.name} holds a row twice")
        must(have <= theirs, "I3", f"{pc.name} holds rows that the server has not")
        if scope in copies:
            continue
        if held.cursor is None:
            must(held.is_unfinished or not held.rows, "I9", f"{pc.name} has rows and no cursor")
            continue
        seq, commit_no, link, digest = held.cursor
        stored = pc.opened.sync.recomputed_digest(scope)
        must(digest == stored, "I3", f"{pc.name}'s digest of {scope} is not its rows'")
        if commit_no == 0 or held.is_unfinished:
            continue
        must((commit_no, seq, link) == view.commits[scope][commit_no - 1], "I9", "a false cursor")
        held_hashes = {row_hash for _, _, row_hash in have}
        missed = [one for one in counting(log, seq) if one.row_hash not in held_hashes]
        # A first sync does not bring what left after it began: the word of that is still to come.
        left = {one.stay for one in log if one.row.kind == RETIREMENT and one.row.seq > seq}
        missed = [one for one in missed if one.stay not in left]
        must(not missed, "I8", f"{pc.name} missed {len(missed)} rows of {scope} before its cursor")


def _was_given_back(pc: Pc, op: KeptOp, there: KeptOp) -> bool:
    """Whether a copy may have given back an entry of which this PC had no row any more.

    It left, or was lost: so that nothing tells this PC that there is another verdict now.
    """
    return pc.has_twin and {op.verdict, there.verdict} <= _FOR_GOOD


def _check_what_left(pc: Pc, kept: dict[str, KeptOp], view: ServerView) -> None:
    """I2, I13: what went off the disk was over, sent, judged and no draft's, all of it."""
    gone = gone_stays(pc)
    # What waits again after a restore, and the server has judged, was sent.
    waiting = {
        op_id
        for op_id, op in kept.items()
        if op.state != "acked"
        and not (op_id in view.ops and view.ops[op_id].verdict in _FOR_GOOD and op.state != "held")
    }
    for episode in gone:
        for table in ("record", "version", "pending", "board_row"):
            left = pc.rows(f"SELECT 1 FROM {table} WHERE episode = ?", episode)  # noqa: S608
            must(not left, "I13", f"{pc.name} holds part of a stay that has gone in {table}")
        drafts = pc.rows("SELECT 1 FROM draft WHERE episode = ?", from_bytes(episode))
        must(not drafts, "I2", f"{pc.name} let a stay go in which there is a draft")
    records = gone_records(pc, view)
    for op_id in waiting:
        is_gone = bodies.fields_of(kept[op_id].header)["entity"] in records
        must(not is_gone, "I2", f"{pc.name} let a stay go in which it has not sent all")
    frozen = pc.rows("SELECT 1 FROM removal_freeze")
    must(not frozen, "I13", f"the breaker of {pc.name} tripped over what the log explains")


def _check_sight(pc: Pc, oracle: Oracle, kept: dict[str, KeptOp], view: ServerView) -> None:
    """I10: what was entered here is shown, until something that holds it has come."""
    gone = gone_records(pc, view)
    last: dict[tuple[str, str, str], Entered] = {}
    facts: list[Entered] = []
    held, lost = _held_records(pc), _lost_rows(pc)
    absent, coming = absent_records(pc, view), coming_records(pc, view)
    not_here = kinds_not_here(pc)
    here = _operations_here(pc)
    bare = bare_edits(pc, kept)
    for entry in oracle.of_pc(pc.name):
        if entry.op_id not in kept or {entry.entity, entry.target[1]} & gone:
            continue
        is_judged = kept[entry.op_id].state != "waiting"
        if is_judged and {entry.entity, entry.target[1]} & absent:
            continue
        is_bare = entry.op_id in bare or entry.about is not None
        is_there = is_judged or is_bare or entry.op_id in view.ops
        if {entry.entity, entry.target[1]} & coming and is_there:
            continue
        # Its copy had gone, and the server lost the record, then the word that revoked it too.
        is_lost = entry.op_id in bare and kept[entry.op_id].reason == "missing_parent"
        if is_lost or ({entry.kind, entry.target[0]} & not_here and (is_judged or is_bare)):
            for group in entry.wrote:
                last.pop((*entry.target, group), None)
            continue
        if REGISTRY[entry.kind].sort is Sort.FACT:
            facts.append(entry)
        for group in entry.wrote:
            last[(*entry.target, group)] = entry

    def look(reading: Reading) -> None:
        for entry in facts:
            seen = reading.get(REGISTRY[entry.kind].type, entry.entity)
            is_there = seen is not None and bodies.encode(seen) == entry.payload
            must(is_there, "I10", f"a {entry.kind} entered at {pc.name} is not shown")
        for (kind, identifier, group), entry in last.items():
            seen = reading.seen(kind, identifier)
            must(seen is not None, "I10", f"a {kind} entered at {pc.name} is not shown")
            if seen is None:
                continue
            op = kept[entry.op_id]
            if entry.op_id in here:
                continue
            if op.state == "waiting":
                # The gravest of a record's operations speaks for it: another may be held back.
                told = {Standing.HELD} if identifier in held else _TOLD_OF_WAITING
                is_own = seen.standing in told
                must(is_own, "I10", f"a waiting {kind} is said to be {seen.standing}")
            if _has_come(op, seen.version):
                continue
            shown = bodies.fields_of(bodies.encode(seen.record))
            after = _passed_by(op, lost.get(identifier, []))
            is_shown = (
                _shows(kind, group, shown, entry)
                if after is None
                else whole_group(kind, shown, group) == whole_group(kind, after, group)
            )
            must(is_shown, "I10", f"{kind}.{group} of {pc.name} is hidden")

    pc.opened.store.read(look)


def _operations_here(pc: Pc) -> set[str]:
    """The operations whose rows this PC holds: sent again, they stand where they stood."""
    rows = pc.rows("SELECT provenance FROM record UNION ALL SELECT provenance FROM version")
    return {provenance_of(made).operation for (made,) in rows}


def _held_records(pc: Pc) -> set[str]:
    """The records of which something that was entered here is held back."""
    rows = pc.rows(
        "SELECT id FROM op_effect JOIN own_op ON own_op.op_seq = op_effect.op_seq "
        "WHERE own_op.state = 'held'"
    )
    return {from_bytes(identifier) for (identifier,) in rows}


LostRow = tuple[int, Provenance, bytes]
"""Version, provenance and body of a row that the server had."""


def _lost_rows(pc: Pc) -> dict[str, list[LostRow]]:
    """What the server had and lost, by record, oldest first."""
    found: dict[str, list[LostRow]] = {}
    query = "SELECT id, version, provenance, body FROM unheld ORDER BY id, version, seq"
    for identifier, version, provenance, body in pc.rows(query):
        row = version, provenance_of(provenance), body
        found.setdefault(from_bytes(identifier), []).append(row)
    return found


def _passed_by(op: KeptOp, lost: list[LostRow]) -> dict[str, Any] | None:
    """What the server had made of an entry, or over it, before it lost both.

    That is shown until either is back: of two who did one thing it names the one who was first,
    and what the entry left as it was may have been changed by somebody else before it.
    """
    is_among = any(written.operation == op.op_id for _, written, _ in lost)
    return bodies.fields_of(lost[-1][2]) if is_among else None


def _check_said(pc: Pc, view: ServerView) -> None:
    """I10: nothing is said to be held centrally that the server has not, once the PC knows."""
    epochs = pc.rows("SELECT scope, epoch FROM cursor WHERE commit_no > 0")
    if not epochs or any(view.epochs[scope] != epoch for scope, epoch in epochs):
        return
    shown = [
        (kind, from_bytes(identifier), provenance_of(provenance).operation)
        for kind, identifier, provenance in pc.rows("SELECT kind, id, provenance FROM pending")
    ]

    def look(reading: Reading) -> None:
        for kind, identifier, operation in shown:
            try:
                seen = reading.seen(kind, identifier)
            except NewerRecordError:
                continue  # this PC is told to be updated
            is_said = seen is not None and seen.standing is Standing.CENTRAL
            must(not is_said or operation in view.ops, "I10", f"a lost {kind} is said to be held")

    pc.opened.store.read(look)


def _has_come(op: KeptOp, version: int) -> bool:
    if op.state == "waiting":
        return False
    settled = op.verdict in {Verdict.APPLIED, Verdict.MERGED, Verdict.DUPLICATE}
    return not settled or op.version <= version


def _shows(kind: str, group: str, fields: dict[str, object], entry: Entered) -> bool:
    if is_clinical(kind, group):
        return whole_group(kind, fields, group) == entry.wrote[group]
    wanted = bodies.fields_of(entry.wrote[group].encode())
    saw = bodies.fields_of(entry.saw[group].encode()) if group in entry.saw else {}
    shown = bodies.fields_of(whole_group(kind, fields, group).encode())
    policy = REGISTRY[kind].group_named(group).policy
    return all(
        shown.get(name) == value
        for name, value in wanted.items()
        if saw.get(name) != value and not (policy is MergePolicy.DONE_WINS and name == "also_done")
    )


def _check_drafts(pc: Pc, oracle: Oracle) -> None:
    """I2: what was typed and said to be kept is found again by its author."""
    mine = {draft.record: draft.body for draft in my_drafts(pc.desk)}
    for (where, author, record), bodies_ in oracle.drafts.items():
        if where == pc.name and author == pc.actor.user and bodies_:
            must(mine.get(record) in bodies_, "I2", f"a draft kept at {pc.name} is gone")


def is_leaving(pc: Pc) -> bool:
    """Whether a stay has left the log and is still here, though nothing keeps it.

    A draft in it does, and what the server lost of it: this may be the only copy.
    """
    drafted = {place for (place,) in pc.rows("SELECT episode FROM draft")}
    lost = {place for (place,) in pc.rows("SELECT episode FROM unheld")}
    copies = {state for state in revoked_copies(pc).values() if state != "gone"}
    leaving = leaving_stays(pc) - lost
    return any(from_bytes(episode) not in drafted for episode in leaving) or bool(
        copies - ({"going"} if drafted else set())
    )


def holds_back(pc: Pc) -> bool:
    """Whether an entry is held back: its author goes on seeing it, others do not.

    Whether it may be is for the check of what the server keeps.
    """
    return bool(pc.rows("SELECT 1 FROM own_op WHERE state = 'held'"))


def holds_alone(pc: Pc) -> bool:
    """Whether the server lost what is shown here, and nobody can give it back any more."""
    return bool(pc.rows("SELECT 1 FROM unheld"))


def check_at_rest(pc: Pc, oracle: Oracle, view: ServerView, open_: set[str]) -> None:
    """I3, I5, I11 once all has been exchanged: the same rows, nothing pending, all conflicts."""
    if not revoked_copies(pc):
        must(pc.spoilt <= leaving_stays(pc), "I3", f"{pc.name} did not put its rows right")
        is_told = not pc.rows("SELECT 1 FROM incident WHERE is_told = 0 OR healed_ms IS NULL")
        must(is_told, "I3", f"{pc.name} has an incident that is not over and told")
        lost = {operation for (operation,) in pc.rows("SELECT operation FROM unheld")}
        # What the server holds back has no row there: what it belongs to went with a disk.
        back = {op_id for op_id, op in view.ops.items() if op.verdict == "quarantined"}
        owed = {one for one in lost - back if not oracle.is_owed_by_nobody(one)}
        must(not owed, "I3", f"{pc.name} takes the server's rows for lost")
    if not holds_back(pc):
        kept = kept_by_drafts(pc, view)
        lost = {one for (one,) in pc.rows("SELECT id FROM unheld")}
        pending = {one for (one,) in pc.rows("SELECT id FROM pending")} - kept - lost
        must(not pending, "I11", f"{pc.name} shows something as pending")
        looks = {one for (one,) in pc.rows("SELECT id FROM op_effect")} - kept
        must(not looks, "I11", f"{pc.name} still waits for an effect")
        must(not is_leaving(pc), "I13", f"{pc.name} does not let go of a stay")
    for scope in pc.may_hold():
        ((seq,),) = pc.rows("SELECT seq FROM cursor WHERE scope = ?", scope) or ((0,),)
        must(seq == view.heads[scope][0], "I11", f"{pc.name} is behind in {scope}")
        same = pc.opened.sync.recomputed_digest(scope) == view.heads[scope][3]
        must(same, "I3", f"{pc.name}'s rows of {scope} are not the server's")

    held = _held_records(pc)
    alone = pc.rows("SELECT id FROM unheld WHERE kind = 'Conflict'")

    def look(reading: Reading) -> None:
        conflicts = {one.id: one for one in reading.conflicts()}
        if f"{pc.record.site}/clinical" not in pc.may_hold():
            return
        # One that the server lost, with the disk that could give it back, stays in sight.
        shown = set(conflicts) - ({from_bytes(one) for (one,) in alone} - open_)
        must(shown == open_, "I5", f"{pc.name} does not show the open conflicts")
        for one in conflicts.values():
            is_here = f"{pc.record.site}/{REGISTRY[one.entity_kind].scope}" in pc.may_hold()
            if one.group != PLACE and is_here:
                seen = reading.seen(one.entity_kind, one.entity)
                wanted = Standing.HELD if one.entity in held else Standing.DECISION
                is_marked = seen is not None and seen.standing is wanted
                must(is_marked, "I5", f"a disputed {one.entity_kind} is not shown as {wanted}")

    pc.opened.store.read(look)
    for op in own_ops(pc).values():
        there = view.told(op)
        is_known = there is not None and (
            view.has_verdict(op, there) or _was_given_back(pc, op, there)
        )
        must(is_known, "I1", f"{pc.name} does not know a verdict")
