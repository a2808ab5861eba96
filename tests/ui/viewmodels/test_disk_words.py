from __future__ import annotations

from sonar_core.moments import DAY_MS
from sonar_desktop.ui.viewmodels.disk_words import (
    DAMAGED,
    REFUSED,
    disk_line,
    disk_strip,
    is_bad,
)
from sonar_desktop.usecases.disk_ports import DiskFinding, DiskReport, DiskSort

NOW = 1_795_000_000_000


def report(*findings: DiskFinding, **now: bool) -> DiskReport:
    return DiskReport(findings=findings, **now)


def say(ms: int) -> str:
    return "03:12" if ms == NOW else "02:00"


def line(told: DiskReport, now_ms: int = NOW) -> str:
    return disk_line(told, now_ms, say)


def missing(first: int, last: int | None) -> DiskReport:
    return report(DiskFinding(found_ms=NOW, sort=DiskSort.MISSING, first=first, last=last))


def test_of_a_sound_disk_nothing_is_said():
    assert line(report()) == ""
    assert disk_strip(report(), NOW) is None
    assert not is_bad(report(), NOW)


def test_what_came_back_is_said_for_a_week_and_asks_nobody_to_act():
    told = report(DiskFinding(found_ms=NOW, sort=DiskSort.TAKEN_UP, actions=3))
    assert line(told) == "03:12: 3 changes made on this PC came back from its journal."
    assert not is_bad(told, NOW)
    assert disk_strip(told, NOW) is None
    assert line(told, NOW + 8 * DAY_MS) == ""


def test_what_cannot_be_read_any_more_is_named_by_its_numbers_and_said_everywhere_for_a_day():
    for first, last, words in (
        (12, 12, "Change number 12 of this PC cannot be read any more."),
        (12, 14, "Changes number 12 to 14 of this PC cannot be read any more."),
        (15, None, "Changes on this PC from number 15 on, if there were any, cannot be read"),
    ):
        told = missing(first, last)
        assert f"03:12: {words}" in line(told)
        assert "Compare with paper" in line(told)
        assert is_bad(told, NOW)
        strip = disk_strip(told, NOW)
        assert strip is not None
        assert strip.text.startswith(words)
    assert disk_strip(told, NOW + 2 * DAY_MS) is None
    assert line(told, NOW + 29 * DAY_MS)
    assert line(told, NOW + 31 * DAY_MS) == ""


def test_a_file_put_right_says_from_when_and_whether_anything_typed_may_be_missing():
    one = DiskFinding(found_ms=NOW, sort=DiskSort.PUT_RIGHT, copied_ms=NOW - 1)
    assert line(report(one)) == (
        "03:12: this PC's records were damaged and were put right from its copy of 02:00. The "
        "damaged file is kept. Tell IT."
    )
    lost = DiskFinding(found_ms=NOW, sort=DiskSort.PUT_RIGHT, has_drafts=False)
    assert "What was typed since and not signed may be missing." in line(report(lost))


def test_damage_met_now_stands_over_every_page_and_a_refused_journal_in_the_panel():
    told = report(is_damaged=True, is_journal_refused=True)
    assert line(told) == f"{DAMAGED}\n\n{REFUSED}"
    assert is_bad(told, NOW)
    strip = disk_strip(told, NOW)
    assert strip is not None
    assert strip.text == DAMAGED
    assert is_bad(report(is_journal_refused=True), NOW)
    assert disk_strip(report(is_journal_refused=True), NOW) is None
