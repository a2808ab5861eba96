"""The HTTP face of the server."""

from __future__ import annotations
