"""Serving: what is done before anybody is answered, and what runs beside it."""

from __future__ import annotations

import argparse
from contextlib import ExitStack

from sonar_server import certificates, epochs, retiring, suites, waiting
from sonar_server.administration import AdministrationError
from sonar_server.api.app import create_app
from sonar_server.api.runner import LOOPBACK, free_port, log_as_json, serve
from sonar_server.central import Central, wall_clock_ms
from sonar_server.issuer import read_issuer
from sonar_server.metrics_page import metrics_page
from sonar_server.noticeboard import Noticeboard
from sonar_server.provider import Provider


def require_tls(asked: argparse.Namespace) -> None:
    """Raise AdministrationError for an address beyond this machine without TLS.

    So too for a certificate that no PC would accept and for a key that others may read.
    """
    if asked.host not in LOOPBACK and not (asked.certificate and asked.key):
        raise AdministrationError(
            "beyond this machine the server speaks TLS only: give --certificate and --key"
        )
    if bool(asked.certificate) != bool(asked.key):
        raise AdministrationError("--certificate and --key belong together")
    if asked.certificate:
        until = certificates.require_pair(asked.certificate, asked.key, wall_clock_ms())
        print(f"certificate serves until {until:%Y-%m-%d}", flush=True)


def serve_until_stopped(asked: argparse.Namespace, central: Central) -> None:
    """Put right what an older program left, then answer PCs until the process is told to stop."""
    log_as_json()
    epochs.notice(central)
    waiting.decide_newer(central)
    suites.publish_missing(central)
    provider = Provider(read_issuer(asked.issuer)) if asked.issuer else None
    port = free_port(asked.host, asked.port)
    scheme = "https" if asked.certificate else "http"
    host = f"[{asked.host}]" if ":" in asked.host else asked.host
    board = Noticeboard()
    central.meter.watch(central.database, central.now_ms, lambda: board.count)
    with ExitStack() as beside:
        beside.enter_context(retiring.Retiring(central))
        if asked.metrics_port is not None:
            page = beside.enter_context(metrics_page(central.meter, asked.metrics_port))
            print(f"metrics {page}", flush=True)
        serve(
            create_app(central, board, provider),
            host=asked.host,
            port=port,
            certificate=asked.certificate,
            key=asked.key,
            on_ready=lambda: print(f"serving {scheme}://{host}:{port}", flush=True),
            on_stop=board.fall_silent,
        )
