"""The desktop client."""

from __future__ import annotations
