from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from sonar_desktop.ui.theme import Theme, ThemeName, apply_theme


@pytest.fixture
def put_on(qapp) -> Iterator[Callable[..., Theme]]:
    """Puts a theme in force: `put_on("dark", 150)`; light at 100 % comes back afterwards."""

    def put(name: str = "light", scale: int = 100) -> Theme:
        return apply_theme(qapp, name, scale)

    yield put
    apply_theme(qapp, ThemeName.LIGHT)
