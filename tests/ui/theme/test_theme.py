from __future__ import annotations

import sonar_desktop.ui.theme as look


def test_everything_named_for_screens_is_there():
    for name in look.__all__:
        assert getattr(look, name) is not None
    assert "apply_theme" in look.__all__
