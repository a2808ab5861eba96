"""The commands of `sonar-server`.

Secrets are never arguments: a password is read from standard input or made up and printed once.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sonar_core.sync.retirement import RULE
from sonar_server import (
    account_commands,
    administration,
    audit_commands,
    epochs,
    freezes,
    pc_commands,
    retiring,
    starting,
    waiting,
)
from sonar_server.administration import AdministrationError
from sonar_server.central import Central, NotInitialisedError, open_central
from sonar_server.demo import caseload
from sonar_server.keys import KeyFileError, ServerKeys, write_private
from sonar_server.operators import Word
from sonar_server.store import incidents, migrate, roles
from sonar_server.store.database import Database
from sonar_server.store.embedded import EmbeddedPostgres
from sonar_server.store.errors import StoreError

DEFAULT_PORT: Final = 8470
_KNOWN: Final = (AdministrationError, NotInitialisedError, KeyFileError, StoreError, OSError)

Command = Callable[[argparse.Namespace], None]


def main(arguments: Sequence[str]) -> int:
    """Run one command; return the exit status."""
    asked = _parser().parse_args(arguments)
    run: Command = asked.run
    try:
        run(asked)
    except _KNOWN as error:
        print(f"sonar-server: {error}", file=sys.stderr)
        return 1
    if asked.is_serving:
        _leave()
    return 0


def _leave() -> None:
    """End the process with everything closed, without taking the interpreter down.

    WORKAROUND(granian 2.8): its threads go on after the server has stopped, and one that asks for
    the interpreter while that is being taken down aborts the process with a false failure.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sonar-server", description="SONAR central server")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--data", type=Path, default=Path("sonar-data"), help="folder of keys and own database"
    )
    common.add_argument(
        "--database-url",
        help="a PostgreSQL to use instead of the embedded one (no password in it): for init as its "
        "owner, for all else as sonar_application",
    )
    word = argparse.ArgumentParser(add_help=False, parents=[common])
    word.add_argument("--by", required=True, help="who says so")
    word.add_argument("--why", required=True, help="kept for good: nothing about a patient")
    commands = parser.add_subparsers(required=True, metavar="command")

    init = commands.add_parser("init", parents=[common], help="lay out the database, make the keys")
    init.add_argument("--organisation", required=True, help="name of the organisation")
    init.add_argument("--recovery-public", help="hex X25519 key; made and told once if not given")
    init.add_argument("--recovery-file", type=Path, help="where to write a made recovery key")
    init.set_defaults(run=_init)

    site = commands.add_parser("site", help="custody suites").add_subparsers(required=True)
    add_site = site.add_parser("add", parents=[common], help="add a suite")
    add_site.add_argument("name")
    add_site.add_argument("--zone", default=administration.DEFAULT_ZONE)
    add_site.set_defaults(run=_add_site)

    account_commands.add(commands, common, word, _central)
    pc_commands.add(commands, common, word, _central)
    audit_commands.add(commands, common, word, _central)

    epoch = commands.add_parser("epoch", help="after a restore").add_subparsers(required=True)
    new_epoch = epoch.add_parser(
        "new", parents=[common], help="have every PC give back what the database has lost"
    )
    new_epoch.set_defaults(run=_new_epoch)

    happened = commands.add_parser(
        "incidents", parents=[common], help="what happened to the server's data or to a PC's"
    )
    happened.set_defaults(run=_incidents)

    stay = commands.add_parser("stay", help="stays that are over").add_subparsers(required=True)
    retire = stay.add_parser(
        "retire", parents=[common], help="have the PCs let go of stays that ended days ago"
    )
    retire.set_defaults(run=_retire)

    removal = commands.add_parser("removal", help="what leaves the PCs").add_subparsers(
        required=True
    )
    lift = removal.add_parser(
        "lift", parents=[word], help="let stays leave a PC again after its copy was looked at"
    )
    lift.add_argument("device", help="the PC's id, as `incidents` tells it")
    lift.set_defaults(run=_lift)

    held = commands.add_parser("held", help="entries held back").add_subparsers(required=True)
    decide = held.add_parser(
        "decide", parents=[word], help="decide again what was held back as damaged"
    )
    decide.set_defaults(run=_decide_damaged)

    parser.set_defaults(is_serving=False)
    served = argparse.ArgumentParser(add_help=False, parents=[common])
    served.add_argument("--host", default="127.0.0.1")
    served.add_argument("--port", type=int, default=DEFAULT_PORT, help="0: any free port")
    served.add_argument("--certificate", type=Path)
    served.add_argument("--key", type=Path)
    served.add_argument("--issuer", type=Path, help="TOML: the provider at which people sign in")
    served.add_argument(
        "--metrics-port", type=int, help="serve /metrics for Prometheus on this machine (0: any)"
    )
    commands.add_parser("run", parents=[served], help="serve").set_defaults(
        run=_run, is_serving=True
    )
    demo = commands.add_parser("demo", parents=[served], help="serve a made-up suite")
    demo.add_argument("--seed", type=int, default=1)
    demo.set_defaults(run=_demo, is_serving=True)
    return parser


@contextmanager
def _postgres(asked: argparse.Namespace) -> Iterator[str]:
    """Yield the address asked for; the embedded PostgreSQL stops with the command that started it.

    One that was running belongs to a serving `sonar-server`, which alone stops it.
    """
    if asked.database_url:
        yield asked.database_url
        return
    embedded = EmbeddedPostgres(asked.data / "postgres")
    try:
        yield embedded.url()
    finally:
        if asked.is_serving or not embedded.was_running:
            embedded.stop()


@contextmanager
def _central(asked: argparse.Namespace) -> Iterator[Central]:
    keys = ServerKeys.load(_key_file(asked))
    with _postgres(asked) as address:
        served = address
        if not asked.database_url:
            # An older one may lack the role: what is to be done about it is said first.
            with closing(Database(address, connections=1)) as database:
                migrate.require_newest(database)
            served = roles.as_role(address, roles.APPLICATION)
        with closing(Database(served)) as database:
            migrate.require_newest(database)
            database.run(roles.require_application)
            yield open_central(database, keys)


def _key_file(asked: argparse.Namespace) -> Path:
    return Path(asked.data) / "server-keys.json"


def _init(asked: argparse.Namespace) -> None:
    with _postgres(asked) as address:
        _initialise(asked, address)


def _initialise(asked: argparse.Namespace, address: str) -> ServerKeys:
    file = _key_file(asked)
    if asked.recovery_public:
        private, public = b"", _recovery_public(asked.recovery_public)
    else:
        private, public = administration.new_recovery_key()
    if file.exists():
        keys = ServerKeys.load(file)
    else:
        keys = ServerKeys.generate()
        keys.save(file)
    with closing(Database(address, connections=1)) as database:
        central = administration.initialise(
            database, keys, name=asked.organisation, recovery_public=public
        )
    print(f"organisation {central.organisation.id}")
    print(f"keys in {file}: keep a copy apart from the database's backups")
    if not private:
        return keys
    if asked.recovery_file:
        write_private(asked.recovery_file, private.hex().encode() + b"\n")
        print(f"recovery key in {asked.recovery_file}: move it offline, two people hold it")
    else:
        print(f"recovery key, shown once, keep it offline: {private.hex()}")
    return keys


def _recovery_public(text: str) -> bytes:
    if re.fullmatch(r"[0-9a-fA-F]{64}", text) is None:
        raise AdministrationError("a recovery key is 64 hexadecimal digits")
    return bytes.fromhex(text)


def _add_site(asked: argparse.Namespace) -> None:
    with _central(asked) as central:
        site = administration.add_site(central, asked.name, asked.zone)
        print(f"site {site.id} {site.name}")


def _new_epoch(asked: argparse.Namespace) -> None:
    with _central(asked) as central:
        print(f"epoch {epochs.begin(central)}")
        print("each PC sends again what it wrote after the last entry that both still hold")


def _incidents(asked: argparse.Namespace) -> None:
    with _central(asked) as central:
        for happened in central.database.run(incidents.incidents):
            at = datetime.fromtimestamp(happened.at_ms / 1000, UTC)
            print(f"{at:%Y-%m-%d %H:%M:%S} UTC {happened.kind}: {happened.detail}")


def _retire(asked: argparse.Namespace) -> None:
    with _central(asked) as central:
        print(f"{retiring.retire_due(central)} stays retired by the rule {RULE}")
        print("each PC lets go of one once it has nothing unsent in it; here all is kept")


def _lift(asked: argparse.Namespace) -> None:
    word = Word(asked.by, asked.why)
    with _central(asked) as central:
        freezes.lift(central, asked.device, word)
        print("stays may leave that PC again: it learns so at its next exchange")


def _decide_damaged(asked: argparse.Namespace) -> None:
    word = Word(asked.by, asked.why)
    with _central(asked) as central:
        done = waiting.decide_damaged(central, word)
        print(f"{done.taken} of {done.of} operations held back as damaged are decided")


def _run(asked: argparse.Namespace) -> None:
    starting.require_tls(asked)
    with _central(asked) as central:
        starting.serve_until_stopped(asked, central)


def _demo(asked: argparse.Namespace) -> None:
    starting.require_tls(asked)
    if _key_file(asked).exists():
        raise AdministrationError(f"there is a server in {asked.data} already: use `run`")
    asked.organisation, asked.recovery_public = "SONAR demonstration", None
    asked.recovery_file = asked.data / "recovery-key.txt"
    with _postgres(asked) as address, ExitStack() as opened:
        keys = _initialise(asked, address)
        served = Database(roles.as_role(address, roles.APPLICATION))
        central = open_central(opened.enter_context(closing(served)), keys)
        made = caseload.write(central, seed=asked.seed)
        for person in made.people:
            who = f"{person.name}, {person.role}"
            print(f"person {person.username} password {person.password} ({who})")
        for number in (1, 2):
            code = administration.new_device_code(central, made.site)
            print(f"code for PC {number}: {code}")
        starting.serve_until_stopped(asked, central)
