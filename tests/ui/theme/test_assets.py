from __future__ import annotations

import re
import wave
from pathlib import Path

import pytest

from sonar_desktop.ui.theme.assets import RESOURCES, resource
from sonar_desktop.ui.theme.tokens import ThemeName, colours
from tools.make_sounds import SOUNDS, samples


def test_a_missing_file_is_named_without_its_folder_on_this_machine():
    with pytest.raises(FileNotFoundError, match=r"^bundled file is missing: icons/none\.svg$"):
        resource("icons", "none.svg")


def test_the_licences_travel_with_fonts_and_icons():
    assert "SIL OPEN FONT LICENSE" in resource("fonts", "LICENSE_FONT").read_text().upper()
    icons = resource("icons", "lucide", "LICENSE").read_text()
    assert "ISC License" in icons
    assert "The MIT License (MIT)" in icons


def test_every_folder_of_assets_has_its_provenance():
    text = resource("PROVENANCE.md").read_text()
    for named in ("fonts/", "icons/lucide/", "icons/themed/", "sounds/"):
        assert named in text


def test_every_icon_named_in_the_code_is_bundled():
    quoted = re.compile(r"\"([a-z0-9]+(?:-[a-z0-9]+)*)\"")
    known = {path.stem for path in (RESOURCES / "icons" / "lucide").glob("*.svg")}
    icons = re.compile(r"(?:icon|_icon)=\"([a-z0-9-]+)\"|draw_icon\(\s*painter, \"([a-z0-9-]+)\"")
    for path in Path("sonar_desktop/ui").rglob("*.py"):
        for found in icons.finditer(path.read_text(encoding="utf-8")):
            assert (found[1] or found[2]) in known, path
    assert quoted.findall('"hard-drive"') == ["hard-drive"]


@pytest.mark.parametrize("name", list(ThemeName))
@pytest.mark.parametrize(
    ("icon", "token"),
    [
        ("chevron-down", "ink2"),
        ("chevron-left", "ink2"),
        ("chevron-right", "ink2"),
        ("chevron-down-disabled", "disabled"),
    ],
)
def test_an_arrow_of_the_style_sheet_has_the_themes_colour(icon, token, name):
    svg = resource("icons", "themed", f"{icon}-{name}.svg").read_text()
    assert colours(name)[token] in svg
    assert "currentColor" not in svg


@pytest.mark.parametrize("name", list(SOUNDS))
def test_a_sound_is_short_quiet_and_made_by_our_own_script(name):
    with wave.open(str(resource("sounds", name))) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 22_050)
        frames = sound.readframes(sound.getnframes())
        assert sound.getnframes() / sound.getframerate() <= 1.2
    made = samples(name)
    stored = memoryview(frames).cast("h")
    assert len(made) == len(stored)
    assert max(abs(a - b) for a, b in zip(made, stored, strict=True)) <= 1
    assert max(abs(value) for value in made) < 0.6 * 32_767


def test_the_late_sound_has_two_tones_and_is_no_medical_melody():
    assert len(SOUNDS["late.wav"]) == 2
    assert len(SOUNDS["referral.wav"]) == 1
    starts = [start for start, _ in SOUNDS["late.wav"]]
    assert starts == sorted(starts)
