"""The judge names every anomaly of the paper in histories made by hand, and none in good ones."""

from __future__ import annotations

import ast
from itertools import count
from pathlib import Path

import pytest

from tests.server.elle import judge as judge_module
from tests.server.elle.judge import Txn, judge

MOST_LINES = 200


def a(key: str, value: int) -> tuple:
    return ("append", key, value)


def r(key: str, *values: int) -> tuple:
    return ("r", key, values)


def at_once(*transactions: tuple, ends: dict[int, str] | None = None) -> list[Txn]:
    """Every transaction in a process of its own, all of them under way at one time."""
    return [
        Txn(process=str(n), begun=n, ended=1000 + n, doing=doing, end=(ends or {}).get(n, "ok"))
        for n, doing in enumerate(transactions)
    ]


def one_by_one(*transactions: tuple, process: str | None = None) -> list[Txn]:
    """Each begins after the one before has ended."""
    ticks = count()
    return [
        Txn(process=process or str(n), begun=next(ticks), ended=next(ticks), doing=doing)
        for n, doing in enumerate(transactions)
    ]


def in_one_process(*transactions: tuple) -> list[Txn]:
    """In one process, with times that say nothing about which came first."""
    return [
        Txn(process="0", begun=n, ended=1000, doing=doing) for n, doing in enumerate(transactions)
    ]


@pytest.mark.parametrize(
    "history",
    [
        pytest.param([], id="nothing"),
        pytest.param(one_by_one((a("x", 1),), (r("x", 1),)), id="an append and its read"),
        pytest.param(
            at_once((a("x", 1), a("y", 1)), (a("x", 2),), (r("x", 1, 2), r("y", 1)), (r("x"),)),
            id="appends to two lists under way at once",
        ),
        pytest.param(
            at_once((a("x", 1),), (r("x"),), (r("x", 1),), ends={0: "info"}),
            id="an append without an answer that is seen by some",
        ),
        pytest.param(
            at_once((a("x", 1),), (r("x"),), ends={0: "info"}),
            id="an append without an answer that nobody ever sees",
        ),
        pytest.param(
            at_once((a("x", 1),), (r("x"),), ends={0: "fail"}), id="an append that failed"
        ),
        pytest.param(
            one_by_one((a("x", 1), r("x", 1), a("x", 2), r("x", 1, 2)), (r("x", 1, 2),)),
            id="a transaction that sees itself",
        ),
    ],
)
def test_a_history_that_a_serial_order_explains_has_no_finding(history):
    assert judge(history) == {}


@pytest.mark.parametrize(
    ("name", "history"),
    [
        pytest.param(
            "internal", one_by_one((a("x", 1), r("x"))), id="own append not seen (internal)"
        ),
        pytest.param(
            "internal",
            at_once((a("x", 1),), (r("x"), r("x", 1))),
            id="two reads that differ (internal)",
        ),
        pytest.param("garbage", one_by_one((r("x", 7),)), id="a value from nowhere"),
        pytest.param("duplicate", one_by_one((a("x", 1),), (r("x", 1, 1),)), id="applied twice"),
        pytest.param(
            "incompatible-order",
            at_once((a("x", 1),), (a("x", 2),), (r("x", 1, 2),), (r("x", 2, 1),)),
            id="two orders of one list",
        ),
        pytest.param(
            "incompatible-order",
            at_once((a("x", 1),), (a("x", 2),), (r("x", 1),), (r("x", 2),)),
            id="two lists that each lack the other's append",
        ),
        pytest.param(
            "lost-append", one_by_one((a("x", 1),), (r("x"),)), id="acknowledged and gone"
        ),
        pytest.param(
            "lost-append",
            one_by_one((a("x", 1),), (a("x", 2),), (r("x", 2),)),
            id="acknowledged and gone, the next one there",
        ),
        pytest.param(
            "G1a", at_once((a("x", 1),), (r("x", 1),), ends={0: "fail"}), id="aborted read (G1a)"
        ),
        pytest.param(
            "G1b",
            at_once((a("x", 1), a("x", 2)), (r("x", 1),), (r("x", 1, 2),)),
            id="intermediate read (G1b)",
        ),
        pytest.param(
            "G0",
            at_once(
                (a("x", 1), a("y", 1)),
                (a("x", 2), a("y", 2)),
                (r("x", 1, 2),),
                (r("y", 2, 1),),
            ),
            id="two orders of writing (G0)",
        ),
        pytest.param(
            "G1c",
            at_once((a("x", 1), r("y", 1)), (a("y", 1), r("x", 1))),
            id="each reads the other (G1c)",
        ),
        pytest.param(
            "G-single",
            at_once((a("x", 1), a("y", 1)), (r("x", 1), r("y"))),
            id="half of a transaction seen (G-single)",
        ),
        pytest.param(
            "G-single",
            at_once((r("x"), a("x", 1)), (r("x"), a("x", 2)), (r("x", 1, 2),)),
            id="a lost update (G-single)",
        ),
        pytest.param(
            "G2",
            at_once((r("x"), a("y", 1)), (r("y"), a("x", 1)), (r("x", 1), r("y", 1))),
            id="write skew (G2)",
        ),
        pytest.param(
            "G2",
            at_once((a("x", 1),), (a("y", 1),), (r("x", 1), r("y")), (r("x"), r("y", 1))),
            id="two readers see two appends in two orders (G2)",
        ),
        pytest.param(
            "G0-process",
            [*in_one_process((a("x", 1),), (a("x", 2),)), *at_once((r("x", 2, 1),))],
            id="one process's appends turned round (G0-process)",
        ),
        pytest.param(
            "G1c-process",
            [*in_one_process((r("x", 1),), (a("y", 1),)), *at_once((r("y", 1), a("x", 1)))],
            id="one process reads what its own next append led to (G1c-process)",
        ),
        pytest.param(
            "G-single-process",
            [*in_one_process((r("x", 1),), (r("x"),)), *at_once((a("x", 1),))],
            id="one process sees an append and then does not (G-single-process)",
        ),
        pytest.param(
            "G-single-realtime",
            [*one_by_one((a("x", 1),), (r("x"),)), *at_once((r("x", 1),))],
            id="a stale read (G-single-realtime)",
        ),
        pytest.param(
            "G0-realtime",
            [*one_by_one((a("x", 1),), (a("x", 2),)), *at_once((r("x", 2, 1),))],
            id="appends against real time (G0-realtime)",
        ),
        pytest.param(
            "G1c-realtime",
            [*one_by_one((r("x", 1),), (a("x", 1),))],
            id="a read of the future (G1c-realtime)",
        ),
    ],
)
def test_an_anomaly_is_named(name, history):
    found = judge(history)
    assert name in found
    assert all(found[name])


def test_each_of_the_weaker_classes_is_not_taken_for_a_stronger_one():
    skew = at_once((r("x"), a("y", 1)), (r("y"), a("x", 1)), (r("x", 1), r("y", 1)))
    assert judge(skew).keys() == {"G2"}
    half = at_once((a("x", 1), a("y", 1)), (r("x", 1), r("y")), (r("y", 1),))
    assert judge(half).keys() == {"G-single"}
    stale = [*one_by_one((a("x", 1),), (r("x"),)), *at_once((r("x", 1),))]
    assert judge(stale).keys() == {"G-single-realtime"}


def test_a_history_that_appends_a_value_twice_cannot_be_judged():
    with pytest.raises(ValueError, match="appended twice"):
        judge(at_once((a("x", 1),), (a("x", 1),)))


def test_the_judge_is_short_and_imports_nothing_of_the_product():
    text = Path(judge_module.__file__).read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    imported = {
        node.module for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)
    }
    library = {"__future__", "collections", "collections.abc", "dataclasses", "itertools", "math"}
    assert imported == library
