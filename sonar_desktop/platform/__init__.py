"""What differs between operating systems: clock, paths, log, sound, single instance."""

from __future__ import annotations
