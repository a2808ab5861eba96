"""What a server can do for one device, declared once: served in process and over HTTP.

The server's service implements it for an authenticated device, the client's HTTP link for itself,
and one conformance suite tests both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from sonar_core.sync.healing import AskBuckets, AskSums, Report, Reported, Sums
from sonar_core.sync.messages import (
    BeginAnew,
    BegunAnew,
    Frame,
    Hello,
    Manifests,
    Pull,
    Push,
    PushAnswer,
    Reconcile,
    Reconciled,
    Snapshot,
    SnapshotStart,
)


class SyncPort(Protocol):
    """The ten calls of the protocol; each may be repeated without harm."""

    def hello(self) -> Hello:
        """Return versions, limits and the server's clock; needs no device."""

    def push(self, push: Push) -> PushAnswer:
        """Decide a batch and return one receipt for each operation, after the commit.

        An empty batch asks for receipts that changed since, as of operations that waited.
        """

    def pull(self, pull: Pull) -> Iterator[Frame]:
        """Yield what came after each cursor, whole commits at a time, then an End."""

    def snapshot_start(self, start: SnapshotStart) -> Manifests:
        """Return what a scope holds, most acute patients first, and where its tail begins."""

    def snapshot(self, request: Snapshot) -> Iterator[Frame]:
        """Yield the rows of the patients asked for, in their order, then an End."""

    def reconcile(self, reconcile: Reconcile) -> Reconciled:
        """Return how far the server's logs and its copy of the device's chain still agree."""

    def begin_anew(self, asked: BeginAnew) -> BegunAnew:
        """Give the device an incarnation of its own; asked twice, it gives two."""

    def bucket_sums(self, asked: AskSums) -> Sums:
        """Return what the rows of a scope add up to, bucket by bucket, up to a place of its log."""

    def bucket_rows(self, asked: AskBuckets) -> Iterator[Frame]:
        """Yield the rows of some buckets up to a place, in the order of the log, then an End."""

    def report(self, report: Report) -> Reported:
        """Keep what became of copies that differed."""
