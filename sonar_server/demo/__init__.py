"""A made-up suite to show the program with."""

from __future__ import annotations
