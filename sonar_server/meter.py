"""What an operator can measure of a serving process, for Prometheus: ids and counts, no patient.

Counts are of this process since it began. What stands in the database is looked up when somebody
asks, so that it is the same whichever process answers.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from threading import Lock
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from sonar_core.sync.messages import Head, Receipt, Verdict
from sonar_server.store import standing
from sonar_server.store.database import Database
from sonar_server.store.errors import StoreError

MOST_DEVICES: Final = 2000
"""So many devices have series of their own, in the order of their ids."""


class Meter:
    """The counts of one serving process."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._pushes = Counter("sonar_pushes", "Pushes answered.", registry=self.registry)
        self._verdicts = Counter(
            "sonar_verdicts",
            "Operations judged for the first time.",
            ["verdict"],
            registry=self.registry,
        )
        for verdict in Verdict:
            self._verdicts.labels(verdict.value)
        self._watching = Gauge(
            "sonar_hint_watchers",
            "Devices connected for hints, by stream or long poll.",
            registry=self.registry,
        )
        self._lock = Lock()
        self._pulls: dict[str, tuple[int, int]] = {}

    def pushed(self, judged: Iterable[Receipt]) -> None:
        """Count a push that was answered, and what it held that had no verdict before."""
        self._pushes.inc()
        for verdict, count in Tally(receipt.verdict.value for receipt in judged).items():
            self._verdicts.labels(verdict).inc(count)

    def pulled(self, device: str, heads: Iterable[Head], now_ms: int) -> None:
        """Note that a device was sent everything up to these heads."""
        with self._lock:
            self._pulls[device] = (now_ms, sum(head.seq for head in heads))

    def last_pulls(self) -> dict[str, tuple[int, int]]:
        """Return when each device was sent everything last (UTC ms), and how many rows it was."""
        with self._lock:
            return dict(self._pulls)

    def watch(
        self, database: Database, now_ms: Callable[[], int], count: Callable[[], int]
    ) -> None:
        """Tell also what stands in a database, and how many devices wait for hints."""
        self._watching.set_function(count)
        self.registry.register(_Stored(database, now_ms, self.last_pulls))

    def told(self) -> bytes:
        """Return everything in Prometheus' text form."""
        return generate_latest(self.registry)


class _Stored(Collector):
    """Looks up what stands in the database each time it is asked."""

    def __init__(
        self,
        database: Database,
        now_ms: Callable[[], int],
        pulls: Callable[[], dict[str, tuple[int, int]]],
    ) -> None:
        self._database = database
        self._now_ms = now_ms
        self._pulls = pulls

    def describe(self) -> Iterable[Metric]:
        """Return nothing: what it will tell depends on what it finds."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Yield what stands in the database, or that it cannot be asked."""
        try:
            found = self._database.run(standing.look)
        except StoreError:
            yield GaugeMetricFamily("sonar_database_up", "Whether the database answers.", 0)
            return
        yield GaugeMetricFamily("sonar_database_up", "Whether the database answers.", 1)
        yield GaugeMetricFamily("sonar_epoch", "The newest epoch of any scope.", found.epoch)
        yield GaugeMetricFamily(
            "sonar_operations_held_back", "Operations held back.", found.held_back
        )
        oldest = found.oldest_held_ms
        yield GaugeMetricFamily(
            "sonar_oldest_held_back_seconds",
            "Age of the oldest operation held back; 0 where none is.",
            0 if oldest is None else max(0, self._now_ms() - oldest) / 1000,
        )
        incidents = CounterMetricFamily(
            "sonar_incidents", "Incidents noted, as new epochs.", labels=["kind"]
        )
        for kind, count in sorted(found.incidents.items()):
            incidents.add_metric([kind], count)
        yield incidents
        yield GaugeMetricFamily("sonar_devices", "Devices in use.", len(found.rows))
        yield from self._lags(found.rows)

    def _lags(self, rows: dict[str, int]) -> Iterator[Metric]:
        """Yield for each device that has pulled from this process how far it is behind."""
        behind = GaugeMetricFamily(
            "sonar_device_rows_behind", "Rows that the device was not sent yet.", labels=["device"]
        )
        pulled = GaugeMetricFamily(
            "sonar_device_last_pull_timestamp_seconds",
            "When the device was sent everything last.",
            labels=["device"],
        )
        pulls = self._pulls()
        for device in islice((one for one in rows if one in pulls), MOST_DEVICES):
            at_ms, had = pulls[device]
            behind.add_metric([device], max(0, rows[device] - had))
            pulled.add_metric([device], at_ms / 1000)
        yield behind
        yield pulled
