"""The invariants of the server's tables, and of what people entered as it stands there."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import Any

from sonar_core import bodies
from sonar_core.records.conflict import Conflict
from sonar_core.records.kinds import MergePolicy, Sort
from sonar_core.records.registry import REGISTRY
from sonar_core.sync.messages import Reason, Verdict
from sonar_core.sync.rows import EMPTY_DIGEST, FIRST_CHAIN, add, chain, row_hash
from tests.simulation.oracle import (
    Entered,
    Oracle,
    Saved,
    answers_alike,
    as_tuple,
    is_clinical,
    whole_group,
)
from tests.simulation.views import KeptOp, LogRow, ServerView, counting

_EFFECTIVE = {Verdict.APPLIED.value, Verdict.MERGED.value, Verdict.CONFLICT.value}
_HELD_FOR_WHAT_IT_NAMES = {
    (Verdict.QUARANTINED.value, reason.value) for reason in (Reason.DAMAGED, Reason.MISSING_PARENT)
}


class BrokenError(AssertionError):
    """An invariant of sync.md section 5 does not hold."""


def must(condition: object, invariant: str, words: str) -> None:
    """Raise BrokenError unless the condition holds."""
    if not condition:
        raise BrokenError(f"{invariant}: {words}")


def check_log(view: ServerView, before: ServerView | None) -> None:
    """I3, I8, I9: numbers without a gap, whole commits, true hashes; nothing ever changes."""
    for scope, rows in view.log.items():
        must([r.row.seq for r in rows] == list(range(1, len(rows) + 1)), "I8", f"gap in {scope}")
        if before is not None:
            old = before.log.get(scope, [])
            must(rows[: len(old)] == old, "I1", f"rows of {scope} changed or went")
        link, commits = FIRST_CHAIN, []
        for number, group in groupby(rows, key=lambda one: one.row.commit_no):
            members = list(group)
            hashes = [row_hash(one.row) for one in members]
            must(hashes == [one.row_hash for one in members], "I3", f"false hash in {scope}")
            link = chain(link, number, hashes)
            commits.append((number, members[-1].row.seq, link))
        must(commits == view.commits[scope], "I9", f"the commits of {scope} are not its rows'")
        must([c[0] for c in commits] == list(range(1, len(commits) + 1)), "I9", "commit numbers")
        counted = [one.row_hash for one in counting(rows, len(rows))]
        head = (len(rows), len(commits), link, add(EMPTY_DIGEST, counted))
        must(head == view.heads[scope], "I3", f"the head of {scope} is not its rows'")


def check_effects(view: ServerView, oracle: Oracle, servers: set[str]) -> None:
    """I4: one effect for each operation, none without, none of what nobody entered."""
    effects: Counter[tuple[str, str]] = Counter()
    by_op: dict[str, set[str]] = {}
    versions: dict[str, list[int]] = {}
    for one in _rows(view):
        versions.setdefault(one.id, []).append(one.row.version)
        written = one.written
        if written.device in servers:
            continue
        effects[written.operation, one.id] += 1
        by_op.setdefault(written.operation, set()).add(one.id)
        op = view.ops.get(written.operation)
        must(op is not None, "I4", "a row without its operation")
        must(op is not None and op.verdict in _EFFECTIVE, "I4", "a row of what had no effect")
    for identifier, found in versions.items():
        must(sorted(found) == list(range(1, len(found) + 1)), "I4", f"versions of {identifier}")
    must(all(count == 1 for count in effects.values()), "I4", "an operation took effect twice")
    for op_id, op in view.ops.items():
        entry = oracle.entered.get(op_id)
        must(entry is not None, "I4", "an operation that nobody entered")
        if entry is None:
            continue
        must(entry.saved is not Saved.NEVER, "I4", "what was said not to be saved was sent")
        must(entry.payload in {None, op.payload}, "I1", "an operation's payload changed")
        if REGISTRY[entry.kind].sort is Sort.FACT and op.verdict in _EFFECTIVE:
            must(
                entry.entity in by_op.get(op_id, ()), "I4", f"{op.verdict} {entry.kind} has no row"
            )
        if op.verdict == Verdict.APPLIED and op.version:
            must(by_op.get(op_id), "I4", f"an applied {entry.kind} has no row")
    numbers: dict[tuple[str, int], set[int]] = {}
    for op in (*view.ops.values(), *view.repeats.values()):
        numbers.setdefault((op.device, op.incarnation), set()).add(op.op_seq)
    for (_, incarnation), taken in numbers.items():
        first = min(taken) if incarnation > 1 else 1
        must(taken == set(range(first, first + len(taken))), "I2", "a device's numbers have a gap")
    for (op_id, _), op in view.repeats.items():
        first_op = view.ops.get(op_id)
        must(first_op is not None, "I4", "what is sent again was never sent")
        if first_op is not None:
            same = (op.payload, op.version, op.device) == (
                first_op.payload, first_op.version, first_op.device,
            )  # fmt: skip
            must(same, "I4", "what is sent again is another operation")
            must(op.verdict in {first_op.verdict, "duplicate"}, "I1", "a repetition's verdict")


def check_all_is_kept(view: ServerView, oracle: Oracle) -> None:
    """I1, I5 at rest: whatever a person entered is current, in the history or in a conflict."""
    history, sides = _history(view), _sides(view)
    orphaned = _orphaned(view, oracle)
    for entry in oracle.entered.values():
        if entry.saved is not Saved.SURE:
            continue
        op = view.ops.get(entry.op_id)
        must(op is not None, "I1", f"{entry.kind} entered at {entry.pc} is not on the server")
        if op is None or _is_held_for_a_spoilt_row(entry, op) or entry.op_id in orphaned:
            continue
        must(
            op.verdict in _EFFECTIVE,
            "I11",
            f"{entry.kind} entered at {entry.pc} is {op.verdict} {op.reason}",
        )
        _check_values(entry, history.get(entry.target[1], []), sides)


def _orphaned(view: ServerView, oracle: Oracle) -> set[str]:
    """Entries held back for records that the server lost with the disk they were made on.

    Others had fetched them, and what they wrote about them cannot be taken (sync.md 11).
    """
    lost = {
        entry.entity
        for op_id, entry in oracle.entered.items()
        if op_id not in view.ops and oracle.is_owed_by_nobody(op_id)
    }
    waiting = {
        op_id: (op.header + op.payload).decode(errors="replace")
        for op_id, op in view.ops.items()
        if (op.verdict, op.reason) == (Verdict.QUARANTINED.value, Reason.MISSING_PARENT.value)
    }
    found: set[str] = set()
    while new := {
        op_id for op_id in waiting.keys() - found if any(one in waiting[op_id] for one in lost)
    }:
        found |= new
        lost |= {oracle.entered[op_id].entity for op_id in new}
    return found


def _is_held_for_a_spoilt_row(entry: Entered, op: KeptOp) -> bool:
    """Whether an entry on a spoilt row names what never was: both sides keep it, in sight."""
    return entry.is_on_spoilt and (op.verdict, op.reason) in _HELD_FOR_WHAT_IT_NAMES


def _check_values(
    entry: Entered, versions: list[LogRow], sides: dict[tuple[str, str], set[str]]
) -> None:
    kind, identifier = entry.target
    known = REGISTRY[kind]
    if REGISTRY[entry.kind].sort is Sort.FACT and entry.about is None:
        must(
            any(one.row.body == entry.payload for one in versions),
            "I5",
            f"a {entry.kind} entered at {entry.pc} is nowhere",
        )
    for group, wanted in entry.wrote.items():
        stood = {whole_group(kind, one.fields, group) for one in versions}
        if wanted in stood or wanted in sides.get((identifier, group), ()):
            continue
        values = bodies.fields_of(wanted.encode())
        saw = bodies.fields_of(entry.saw[group].encode()) if group in entry.saw else {}
        changed = {name: value for name, value in values.items() if saw.get(name) != value}
        policy = known.group_named(group).policy
        kept = policy is not MergePolicy.CLINICAL and _is_in_part(policy, changed, stood)
        must(kept, "I5", f"{kind}.{group} entered at {entry.pc} is nowhere")


def _is_in_part(policy: MergePolicy, changed: dict[str, Any], stood: set[str]) -> bool:
    """Whether the fields that an author changed stood once, or are kept beside what was done."""
    bodies_ = [bodies.fields_of(one.encode()) for one in stood]
    if policy is MergePolicy.AUTO:
        return all(any(b.get(n) == value for b in bodies_) for n, value in changed.items())
    changed.pop("also_done", None)
    candidates = [*bodies_, *(other for b in bodies_ for other in b.get("also_done") or ())]
    return any(all(c.get(n) == value for n, value in changed.items()) for c in candidates)


def check_whole_groups(view: ServerView, oracle: Oracle, servers: set[str]) -> None:
    """I6: what stands was written whole by somebody; nobody wrote over what they had not seen."""
    sides = _sides(view)
    for identifier, versions in _history(view).items():
        kind = versions[0].row.kind
        if REGISTRY[kind].sort is not Sort.ENTITY or versions[0].written.device in servers:
            continue
        for group in (one.name for one in REGISTRY[kind].groups if is_clinical(kind, one.name)):
            before = None
            for one in versions:
                stands = whole_group(kind, one.fields, group)
                must(
                    stands in oracle.wrote(identifier, group), "I6", f"nobody wrote {kind}.{group}"
                )
                if before not in {None, stands}:
                    entry = oracle.entered[one.written.operation]
                    if not _had_gone(entry, group, str(before), oracle):
                        _check_seen(entry, kind, group, str(before), stands, sides)
                before = stands


def _had_gone(entry: Entered, group: str, before: str, oracle: Oracle) -> bool:
    """Whether the row that stood had gone from the disk of the very PC that had written it."""
    return (
        entry.is_on_spoilt
        and group not in entry.saw
        and any(
            one.target == entry.target and one.wrote.get(group) == before
            for one in oracle.of_pc(entry.pc)
        )
    )


def _check_seen(
    entry: Entered,
    kind: str,
    group: str,
    before: str,
    stands: str,
    sides: dict[tuple[str, str], set[str]],
) -> None:
    if entry.about is not None or entry.saw.get(group) == before:
        return
    if answers_alike(kind, group, before, stands):
        return
    both = sides.get((entry.entity, group), set())
    must({before, stands} <= both, "I5", f"{kind}.{group} was written over unseen")


def open_conflicts(view: ServerView, site: str) -> set[str]:
    """Return the ids of a site's conflicts that wait for a person."""
    newest = {one.id: one for one in view.log.get(f"{site}/clinical", ())}
    return {
        one.id
        for one in newest.values()
        if one.row.kind == Conflict.__name__ and one.fields.get("status", "open") == "open"
    }


def _rows(view: ServerView) -> list[LogRow]:
    """Return each version once; of people who moved several sites' logs hold the same."""
    found: dict[tuple[str, int], LogRow] = {}
    for rows in view.log.values():
        for one in rows:
            first = found.setdefault((one.id, one.row.version), one)
            must(first.row_hash == one.row_hash, "I3", f"two sites differ over {one.id}")
    return list(found.values())


def _history(view: ServerView) -> dict[str, list[LogRow]]:
    found: dict[str, list[LogRow]] = {}
    # In the log of a site that somebody came to, an older version may stand behind a newer one.
    for one in sorted(_rows(view), key=lambda one: one.row.version):
        found.setdefault(one.id, []).append(one)
    return found


def _sides(view: ServerView) -> dict[tuple[str, str], set[str]]:
    """Return the tuples that any version of any conflict holds, by record and group."""
    found: dict[tuple[str, str], set[str]] = {}
    for one in _rows(view):
        if one.row.kind == Conflict.__name__:
            fields = one.fields
            key = (fields["entity"], fields["group"])
            for side in fields["alternatives"]:
                found.setdefault(key, set()).add(as_tuple(side["values"]))
    return found
