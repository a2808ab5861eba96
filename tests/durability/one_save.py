"""Writes one note and exchanges once, or says by which named refusal it could not.

Run as `python -m tests.durability.one_save`, the task of `fault_client.work` on standard input.
"""

from __future__ import annotations

import json
import sys

from sonar_desktop.usecases.errors import KnownError
from tests.journeys.fault_client import work
from tests.journeys.nursery import say

if __name__ == "__main__":
    try:
        work(json.load(sys.stdin))
    except KnownError as refusal:
        say(f"refused {type(refusal).__name__}")
