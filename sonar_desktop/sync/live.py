"""The exchange and the listener that wakes it, as one thing to be started and ended."""

from __future__ import annotations

from sonar_desktop.sync.listener import HintListener, HintPort
from sonar_desktop.sync.worker import SyncWorker


class LiveExchange:
    """Exchanges on one thread, hears of news on another."""

    def __init__(self, worker: SyncWorker, port: HintPort) -> None:
        """Take the exchange, and a way to the server that nothing else uses."""
        self._worker = worker
        self._listener = HintListener(port=port, on_hints=worker.hint, on_live=worker.hear)
        worker.on_recovered = self._listener.call_again

    def start(self) -> None:
        """Begin both."""
        self._worker.start()
        self._listener.start()

    def wake(self) -> None:
        """Exchange now."""
        self._worker.wake()

    def leave(self) -> None:
        """Ask both to end, and wait a moment only."""
        self._listener.leave()
        self._worker.leave()
