"""`sonar-verify EXPORT KEYS`: what in an export was altered, what is verified, what is unproven.

Exit status 0: nothing was found. 1: something was. 2: the files cannot be read.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sonar_core.audit.chains import WORDS, Followed
from sonar_core.audit.export import ChainHead, PublicKeys
from sonar_verify.reading import ExportError, Report, Workers, checked_keys, follow

MOST_TOLD: Final = 20
"""Of each chain, so many findings are told one by one; one alteration is seldom found once."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify an export; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="sonar-verify",
        description="Finds what was altered in an export of the audit chains. Needs no network.",
    )
    parser.add_argument("export", type=Path, help="from `sonar-server audit export`")
    parser.add_argument("keys", type=Path, help="from `sonar-server audit keys`, kept since then")
    parser.add_argument(
        "--links",
        action="store_true",
        help="check a PC's signature only where the server has countersigned, and at the end of "
        "each chain: it vouches for all before it by their hashes; several times as fast",
    )
    asked = parser.parse_args(arguments)
    threads = os.cpu_count() or 1
    try:
        keys = checked_keys(asked.keys.read_bytes())
        with (
            asked.export.open("rb") as lines,
            ThreadPoolExecutor(threads, thread_name_prefix="sonar-verify") as workers,
        ):
            every = Workers(executor=workers, threads=threads)
            report = follow(lines, keys, None if asked.links else every)
    except (ExportError, OSError) as error:
        print(f"sonar-verify: {error}", file=sys.stderr)
        return 2
    for line in told(report, keys):
        print(line)
    if asked.links:
        print("of the PCs' signatures only those at countersigned places and ends were checked")
    return 0 if report.is_clean else 1


def told(report: Report, keys: PublicKeys) -> list[str]:
    """Return what an inspector reads: each chain, what was found, then everything together."""
    names = {one.device: f"{one.site} PC {one.name} {one.device}" for one in keys.devices}
    lines = [f"export made {_time(report.head.made_ms)}"]
    for head, followed in report.chains:
        lines += _of_chain(names.get(head.device, f"PC {head.device}"), head, followed)
    lines += [f"{names[one.device]}: no entries in this export" for one in report.absent]
    verified = sum(followed.verified for _, followed in report.chains)
    found = sum(len(followed.findings) for _, followed in report.chains)
    lines.append(
        f"{report.entries} entries in {len(report.chains)} chains: {verified} verified, "
        f"{report.entries - verified} unproven, {found or 'no'} faults found"
    )
    return lines


def _of_chain(name: str, head: ChainHead, followed: Followed) -> list[str]:
    title = f"{name}, chain {head.incarnation}: {followed.entries} entries"
    if followed.verified:
        title += (
            f", {followed.verified} verified, up to number {followed.verified_to} "
            f"countersigned {_time(followed.at_ms)}"
        )
    if followed.unproven:
        title += f", {followed.unproven} unproven"
    found = [f"  FOUND at number {one.op_seq}: {WORDS[one.fault]}" for one in followed.findings]
    more = len(found) - MOST_TOLD
    return [title, *found[:MOST_TOLD], *([f"  and {more} more"] if more > 0 else [])]


def _time(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"


if __name__ == "__main__":
    sys.exit(main())
