from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.widgets.painters import CountdownFace, CountdownKind, SyncMark
from sonar_desktop.ui.widgets.painters.lines import (
    draw_bar,
    draw_countdown,
    draw_sparkline,
    draw_sync_icon,
)

RECT = QRectF(0, 0, 120, 48)


def painted(draw) -> QImage:
    image = QImage(140, 48, QImage.Format.Format_RGB32)
    image.fill(current().colour("surface"))
    painter = QPainter(image)
    draw(painter)
    painter.end()
    return image


def count(image: QImage, token: str) -> int:
    wanted = current().colour(token).rgb()
    return sum(
        image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height())
    )


@pytest.mark.parametrize(("percent", "share"), [(0, 0), (50, 0.5), (100, 1), (250, 1), (-5, 0)])
def test_a_bar_is_filled_by_its_share_and_never_beyond(percent, share):
    image = painted(lambda p: draw_bar(p, QRectF(0, 20, 100, 6), percent, "warnbar"))
    row = [image.pixel(x, 23) == current().colour("warnbar").rgb() for x in range(140)]
    assert abs(sum(row) - 100 * share) <= 3
    assert not any(row[101:])


@pytest.mark.parametrize("kind", list(CountdownKind))
def test_every_kind_of_countdown_has_its_own_picture(kind):
    faces = {
        each: painted(
            lambda p, each=each: draw_countdown(
                p, RECT, CountdownFace(kind=each, text="Rouse", detail="Seen 14:29", percent=40)
            )
        )
        for each in CountdownKind
    }
    others = [picture for each, picture in faces.items() if each is not kind]
    assert faces[kind] not in others


def test_only_a_late_check_is_red_and_its_bar_is_full():
    late = painted(
        lambda p: draw_countdown(p, RECT, CountdownFace(kind=CountdownKind.LATE, text="6min late"))
    )
    soon = painted(
        lambda p: draw_countdown(
            p, RECT, CountdownFace(kind=CountdownKind.SOON, text="Rouse in 8min", percent=99)
        )
    )
    assert count(late, "dangerfill") > 400
    assert count(soon, "dangerfill") == count(soon, "danger") == 0
    assert count(soon, "warnbar") > 0


def test_a_check_without_schedule_has_no_bar():
    image = painted(
        lambda p: draw_countdown(
            p, RECT, CountdownFace(kind=CountdownKind.UNKNOWN, text="No schedule", percent=50)
        )
    )
    assert count(image, "sunken") == 0


def test_sync_marks_are_five_different_shapes():
    def shape(mark: SyncMark) -> frozenset[tuple[int, int]]:
        image = painted(lambda p: draw_sync_icon(p, 0, 0, mark, 24))
        back = current().colour("surface").rgb()
        return frozenset((x, y) for x in range(24) for y in range(24) if image.pixel(x, y) != back)

    assert len({shape(mark) for mark in SyncMark}) == 5


def spark(values, normal=None) -> QImage:
    return painted(lambda p: draw_sparkline(p, QRectF(5, 5, 100, 30), values, normal=normal))


def test_the_last_value_is_amber_only_outside_the_range_that_scores_0():
    assert count(spark((16, 22), (12, 20)), "warn") > 10
    assert count(spark((16, 18), (12, 20)), "warn") == 0
    assert count(spark((16, 22)), "warn") == 0


def test_one_value_is_a_dot_and_none_is_nothing():
    nothing = painted(lambda p: None)
    assert spark(()) == nothing
    one, two = spark((16,)), spark((16, 18, 16))
    assert 0 < count(one, "ink2") < count(two, "ink2")
    assert count(spark((16, 18), (12, 20)), "sunken") > 500
