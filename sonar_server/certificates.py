"""The certificate that the server shows, and its key: looked at before anybody is answered."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sonar_server.administration import AdministrationError


def require_pair(certificate: Path, key: Path, now_ms: int) -> datetime:
    """Return until when the certificate serves.

    Raises AdministrationError: a file that is none, a key that others may read or that belongs to
    another certificate, a certificate of another time. OSError where a file cannot be read.
    """
    shown = _certificate(certificate)
    if stat.S_IMODE(key.stat().st_mode) & 0o007:
        raise AdministrationError(f"others may read {key}: chmod 600 or 640 it")
    if _public(key) != shown.public_key():
        raise AdministrationError(f"{key} is not the key of {certificate}")
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    if not shown.not_valid_before_utc <= now < shown.not_valid_after_utc:
        raise AdministrationError(
            f"{certificate} serves from {shown.not_valid_before_utc:%Y-%m-%d} to "
            f"{shown.not_valid_after_utc:%Y-%m-%d}: no PC would accept it today"
        )
    return shown.not_valid_after_utc


def _certificate(file: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificates(file.read_bytes())[0]
    except ValueError:
        raise AdministrationError(f"{file} holds no certificate in PEM") from None


def _public(file: Path) -> object:
    try:
        return load_pem_private_key(file.read_bytes(), password=None).public_key()
    except (ValueError, TypeError):
        raise AdministrationError(
            f"{file} holds no key in PEM that opens without a password"
        ) from None
