"""Make the two sounds of resources/sounds/ again: short, wooden, and nobody else's.

They must not be taken for a medical device: no pulses of even loudness, no three- or ten-note
groups and none of the melodies of IEC 60601-1-8 Annex F; each note is struck once and dies away
like a wooden bar. Usage: python tools/make_sounds.py [folder]
"""

from __future__ import annotations

import array
import math
import sys
import wave
from pathlib import Path

RATE = 22_050
PARTIALS = ((1.0, 1.0, 6.0), (3.93, 0.22, 16.0), (9.24, 0.06, 34.0))
"""Of a wooden bar: times the note's frequency, loudness, and decay per second."""
ATTACK_S = 0.006
PEAK = 0.55
SOUNDS = {
    "late.wav": ((0.0, 466.16), (0.26, 311.13)),
    "referral.wav": ((0.0, 369.99),),
}
"""File to its notes: start in seconds, frequency in hertz."""
LENGTH_S = {"late.wav": 1.1, "referral.wav": 0.7}


def samples(name: str) -> array.array[int]:
    """Return a sound as signed 16-bit samples."""
    count = round(LENGTH_S[name] * RATE)
    raw = [0.0] * count
    for start, frequency in SOUNDS[name]:
        first = round(start * RATE)
        for at in range(first, count):
            time = (at - first) / RATE
            rise = min(time / ATTACK_S, 1.0)
            raw[at] += rise * sum(
                loud * math.exp(-decay * time) * math.sin(2 * math.pi * frequency * times * time)
                for times, loud, decay in PARTIALS
            )
    fade = round(0.05 * RATE)
    for step in range(fade):
        raw[count - 1 - step] *= step / fade
    top = max(abs(value) for value in raw)
    return array.array("h", (round(value / top * PEAK * 32_767) for value in raw))


def main(folder: Path) -> None:
    """Write both files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SOUNDS:
        data = samples(name)
        if sys.byteorder == "big":
            data.byteswap()
        with wave.open(str(folder / name), "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(RATE)
            sound.writeframes(data.tobytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("resources/sounds"))
