"""Words about this PC's own disk: what it lost, what came back, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from sonar_core.moments import DAY_MS
from sonar_desktop.ui.viewmodels.sync_faces import Strip
from sonar_desktop.ui.viewmodels.sync_words import changes
from sonar_desktop.usecases.disk_ports import DiskFinding, DiskReport, DiskSort

SHOWN_MS: Final = 7 * DAY_MS
MISSING_SHOWN_MS: Final = 30 * DAY_MS
"""How long it is said that entries cannot be read any more: until people have looked for them."""
MISSING_STRIP_MS: Final = DAY_MS

DAMAGED: Final = (
    "Part of this PC's records cannot be read. Do not rely on what it shows: use another PC or "
    "paper. Close SONAR and start it again: it puts the file right by itself. Tell IT."
)
REFUSED: Final = (
    "Your entries are saved, but their second copy on this PC's disk could not be written. Keep "
    "working and tell IT today."
)
_ASK: Final = (
    "If the server has them, they come back by themselves. Compare with paper, ask who was on, and "
    "tell IT."
)


def disk_line(report: DiskReport, now_ms: int, say: Callable[[int], str]) -> str:
    """Return what the panel says of the disk, empty where nothing is to be said.

    `say` returns the words for a time.
    """
    said = [DAMAGED] if report.is_damaged else []
    if report.is_journal_refused:
        said.append(REFUSED)
    said += [_words(one, say) for one in _shown(report, now_ms)]
    return "\n\n".join(said)


def is_bad(report: DiskReport, now_ms: int) -> bool:
    """Return whether what is said of the disk asks somebody to act."""
    return (
        report.is_damaged
        or report.is_journal_refused
        or any(one.sort is DiskSort.MISSING for one in _shown(report, now_ms))
    )


def disk_strip(report: DiskReport, now_ms: int) -> Strip | None:
    """Return the strip over every page while records cannot be relied on, else None."""
    if report.is_damaged:
        return Strip(headline="This PC's records are damaged", text=DAMAGED, icon="hard-drive")
    for one in report.findings:
        if one.sort is DiskSort.MISSING and now_ms - one.found_ms <= MISSING_STRIP_MS:
            what = f"{_missing(one)} cannot be read any more."
            return Strip(
                headline="Entries of this PC are missing",
                text=f"{what} {_ASK}",
                icon="hard-drive",
            )
    return None


def _shown(report: DiskReport, now_ms: int) -> Iterable[DiskFinding]:
    for one in report.findings:
        lasts_ms = MISSING_SHOWN_MS if one.sort is DiskSort.MISSING else SHOWN_MS
        if now_ms - one.found_ms <= lasts_ms:
            yield one


def _words(one: DiskFinding, say: Callable[[int], str]) -> str:
    found = say(one.found_ms)
    match one.sort:
        case DiskSort.TAKEN_UP:
            return f"{found}: {changes(one.actions)} made on this PC came back from its journal."
        case DiskSort.MISSING:
            return f"{found}: {_missing(one)} cannot be read any more. {_ASK}"
        case DiskSort.PUT_RIGHT:
            copied = "" if one.copied_ms is None else f" of {say(one.copied_ms)}"
            typed = "" if one.has_drafts else " What was typed since and not signed may be missing."
            return (
                f"{found}: this PC's records were damaged and were put right from its copy{copied}."
                f"{typed} The damaged file is kept. Tell IT."
            )


def _missing(one: DiskFinding) -> str:
    """Return which changes are missing, by the numbers that support can look for."""
    if one.last is None:
        return f"Changes on this PC from number {one.first} on, if there were any,"
    if one.first == one.last:
        return f"Change number {one.first} of this PC"
    return f"Changes number {one.first} to {one.last} of this PC"
