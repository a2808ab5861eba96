from __future__ import annotations

import sys
import wave

from sonar_desktop.platform.sound import LATE, CommandSound, find_player


def test_the_alarm_is_a_short_wav_that_any_player_takes():
    with wave.open(str(LATE), "rb") as file:
        seconds = file.getnframes() / file.getframerate()
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
    assert 0.2 < seconds < 2.0


def test_a_pc_without_a_player_is_silent_and_says_so():
    sound = CommandSound(find_player(which=lambda _name: None))
    sound.ring()
    assert sound.is_silent


def test_the_player_of_pipewire_comes_before_the_older_one():
    assert find_player(which=lambda name: f"/usr/bin/{name}") == ("/usr/bin/pw-play",)
    only_alsa = {"aplay": "/usr/bin/aplay"}.get
    assert find_player(which=only_alsa) == ("/usr/bin/aplay", "-q")


def test_a_player_that_plays_is_not_silent(tmp_path):
    heard = tmp_path / "heard"
    program = f"import sys, pathlib; pathlib.Path({str(heard)!r}).write_text(sys.argv[1])"
    sound = CommandSound((sys.executable, "-c", program))
    sound.ring()
    sound.wait()
    assert not sound.is_silent
    assert heard.read_text() == str(LATE)


def test_a_player_that_finds_no_device_is_silent_until_it_plays_again(tmp_path):
    works = tmp_path / "works"
    program = f"import sys, pathlib; sys.exit(not pathlib.Path({str(works)!r}).exists())"
    sound = CommandSound((sys.executable, "-c", program))
    sound.ring()
    sound.wait()
    assert sound.is_silent
    works.touch()
    sound.ring()
    sound.wait()
    assert not sound.is_silent


def test_a_player_that_has_gone_is_silent():
    sound = CommandSound(("/nonexistent/player",))
    sound.ring()
    assert sound.is_silent
