"""Judges a history of appends to lists and reads of whole lists, knowing nothing of the system.

Written from the definition of list-append checking in Kingsbury and Alvaro, "Elle: Inferring
Isolation Anomalies from Experimental Observations" (VLDB 2020). A read of a list shows the order
of all that was appended to it; so each of Adya's dependencies can be told from outside:

    ww  the next append to a list
    wr  whoever read a list up to an append
    rw  whoever read a list without an append, before whoever made it

A cycle is an anomaly: G0 of ww alone, G1c with wr, G-single with one rw, G2 with more; so are the
same cycles closed by the order in a process or by real time. No import here is the product's.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

Graph = dict[int, set[int]]
Findings = dict[str, list[str]]
History = Sequence["Txn"]


@dataclass(frozen=True, kw_only=True)
class Txn:
    """A transaction: ("append", list, value) and ("r", list, values), in the order done.

    `begun` and `ended` are places in one order of time; `end` is "ok", "fail" or "info" (unknown).
    """

    process: str
    begun: float
    ended: float
    doing: tuple[tuple, ...]
    end: str = "ok"

    def appends(self) -> list[tuple]:
        return [done[1:] for done in self.doing if done[0] == "append"]

    def reads(self) -> list[tuple]:
        return [done[1:] for done in self.doing if done[0] == "r" and self.end == "ok"]


def judge(history: History) -> Findings:
    """Return by name what no serial order explains; empty when one does."""
    found: Findings = defaultdict(list)
    writer: dict[tuple, int] = {}
    for number, txn in enumerate(history):
        for place in txn.appends():
            if writer.setdefault(place, number) != number or txn.appends().count(place) > 1:
                raise ValueError(f"appended twice: {place}")
    for number, txn in enumerate(history):
        _look_inside(txn, found)
        for key, values in txn.reads():
            _look_at(history, writer, number, key, values, found)
    edges = _dependencies(history, writer, _version_orders(history, found), found)
    edges["process"], edges["realtime"] = _in_process(history), _in_real_time(history)
    for order in ("", "process", "realtime"):
        _find_cycles(history, edges, order, found)
    return dict(found)


def _look_inside(txn: Txn, found: Findings) -> None:
    """A transaction sees what it read before, and at the end of it what it appended itself."""
    own: dict[str, tuple] = defaultdict(tuple)
    known: dict[str, tuple] = {}
    for what, key, value in txn.doing if txn.end == "ok" else ():
        if what == "append":
            own[key] += (value,)
            continue
        before = known.get(key, value[: len(value) - len(own[key])])
        if value != before + own[key]:
            found["internal"].append(f"{key}: {value} in {txn}")
        known[key], own[key] = value, ()


def _look_at(history: History, writer: dict, reader: int, key: str, values: tuple, found: Findings):
    for value, times in Counter(values).items():
        if times > 1:
            found["duplicate"].append(f"{key}: {value} stands {times} times")
        if (key, value) not in writer:
            found["garbage"].append(f"{key}: nobody appended {value}")
        elif history[writer[key, value]].end == "fail":
            found["G1a"].append(f"{key}: {value} of {history[writer[key, value]]}")
    source = writer.get((key, values[-1])) if values else None
    all_of_it = [] if source is None else [v for at, v in history[source].appends() if at == key]
    if source != reader and all_of_it and all_of_it[-1] != values[-1]:
        found["G1b"].append(f"{key}: {values[-1]} of {history[source]}")


def _version_orders(history: History, found: Findings) -> dict[str, tuple]:
    """The longest read of a list is its order; every other must be a beginning of it."""
    seen: dict[str, set[tuple]] = defaultdict(set)
    for key, values in (read for txn in history for read in txn.reads()):
        seen[key].add(values)
    for key, reads in seen.items():
        for shorter, longer in pairwise(sorted(reads, key=len)):
            if longer[: len(shorter)] != shorter:
                found["incompatible-order"].append(f"{key}: {shorter} and {longer}")
    return {key: max(reads, key=len) for key, reads in seen.items()}


def _dependencies(history: History, writer: dict, order: dict, found: Findings) -> dict[str, Graph]:
    edges: dict[str, Graph] = {kind: defaultdict(set) for kind in ("ww", "wr", "rw")}

    def join(kind: str, before: int | None, after: int | None) -> None:
        if before != after and before is not None and after is not None:
            edges[kind][before].add(after)

    # As reads are beginnings of the order, what no read shows comes after all that one shows.
    unseen: dict[str, set[int]] = defaultdict(set)
    for (key, value), source in writer.items():
        if history[source].end == "ok" and value not in order.get(key, ()):
            unseen[key].add(source)
    for key, values in order.items():
        for one, after in pairwise(values):
            join("ww", writer.get((key, one)), writer.get((key, after)))
        for source in unseen[key] if values else ():
            join("ww", writer.get((key, values[-1])), source)
    for reader, txn in enumerate(history):
        for key, values in txn.reads():
            if values:
                join("wr", writer.get((key, values[-1])), reader)
            for value in order[key][len(values) : len(values) + 1]:
                join("rw", reader, writer.get((key, value)))
            for source in unseen[key]:
                join("rw", reader, source)
                if history[source].ended < txn.begun:
                    found["lost-append"].append(f"{key}: {history[source]} not in {values}")
    return edges


def _in_process(history: History) -> Graph:
    last, after = {}, {}
    for number in sorted(range(len(history)), key=lambda number: history[number].begun):
        process = history[number].process
        if process in last:
            after[last[process]] = {number}
        last[process] = number
    return after


def _in_real_time(history: History) -> Graph:
    """Who ended before who began, without what follows from two such steps."""
    ends = [inf if txn.end == "info" else txn.ended for txn in history]
    after: Graph = {}
    for one, end in enumerate(ends):
        later = [number for number, txn in enumerate(history) if txn.begun > end]
        first = min((ends[number] for number in later), default=inf)
        after[one] = {number for number in later if history[number].begun <= first}
    return after


def _find_cycles(history: History, edges: dict[str, Graph], order: str, found: Findings) -> None:
    """Name each class once, by the edge that makes it and a way back from its end."""
    for name, by, kinds in (
        ("G0", "ww", ("ww",)),
        ("G1c", "wr", ("ww", "wr")),
        ("G-single", "rw", ("ww", "wr")),
        ("G2", "rw", ("ww", "wr", "rw")),
    ):
        if any(known.startswith((name, "G-single" if name == "G2" else name)) for known in found):
            continue
        back = _joined(edges[kind] for kind in (*kinds, *([order] if order else [])))
        for start, end in _perhaps_in_cycles(edges[by], back):
            if way := _way(back, end, start):
                steps = " -> ".join(str(history[number]) for number in (start, *way))
                found[f"{name}-{order}" if order else name].append(steps)
                break


def _joined(graphs: Iterable[Graph]) -> Graph:
    joined: Graph = defaultdict(set)
    for one, after in (item for graph in graphs for item in graph.items()):
        joined[one] |= after
    return joined


def _perhaps_in_cycles(by: Graph, back: Graph) -> Iterator[tuple[int, int]]:
    every = _joined((by, back))
    left = set(every)
    while ends := {one for one in left if not every[one] & left}:
        left -= ends
    return ((one, after) for one in sorted(left & by.keys()) for after in sorted(by[one] & left))


def _way(graph: Graph, start: int, end: int) -> list[int]:
    """Return the shortest way from start to end, both included; empty when there is none."""
    ways = deque([[start]])
    been = {start}
    while ways:
        if (way := ways.popleft())[-1] == end:
            return way
        ways.extend([*way, step] for step in graph.get(way[-1], set()) - been)
        been |= graph.get(way[-1], set())
    return []
