"""Verdicts of a batch in portions: each is one transaction, for which a person's entry may wait."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from sonar_core.sync.messages import Receipt

_AT_ONCE: Final = 250


def portions(receipts: Sequence[Receipt], numbers: Sequence[int]) -> Iterator[tuple[Receipt, ...]]:
    """Yield the receipts of an answer in the order of their operations, some at once.

    `numbers` are the operations of the batch, in order. All news of earlier operations is in the
    first portion: were only a part of it kept, the server would forget the rest at the next push.
    """
    edges = [0, *numbers[_AT_ONCE::_AT_ONCE], 1 << 63]
    ordered = sorted(receipts, key=lambda receipt: receipt.op_seq)
    for start, end in pairwise(edges):
        yield tuple(receipt for receipt in ordered if start <= receipt.op_seq < end)
