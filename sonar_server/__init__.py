"""The central server."""

from __future__ import annotations
