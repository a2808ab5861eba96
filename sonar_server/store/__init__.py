"""The PostgreSQL store of the server."""

from __future__ import annotations
