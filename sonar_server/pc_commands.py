"""The commands about PCs: enrolling, listing and refusing them, and what they may hold."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

from sonar_core.sync.grants import REVOCABLE
from sonar_server import administration, fleet, giving_back, granting, parcels, wiping
from sonar_server.central import Central
from sonar_server.operators import Word
from sonar_server.store import places, wipes

Opened = Callable[[argparse.Namespace], AbstractContextManager[Central]]


def add(
    commands: Any, common: argparse.ArgumentParser, word: argparse.ArgumentParser, opened: Opened
) -> None:
    """Add the commands; `common` and `word` have the options of all and who says so and why.

    `opened` gives the server that a command is about.
    """
    device = commands.add_parser("device", help="PCs").add_subparsers(required=True)
    code = device.add_parser("code", parents=[common], help="print a code that enrols one PC")
    code.add_argument("--site", required=True)
    code.set_defaults(run=partial(_device_code, opened))
    listed = device.add_parser("list", parents=[common], help="every PC, and when it was heard")
    listed.set_defaults(run=partial(_list_devices, opened))
    for name, is_out in (("revoke", True), ("readmit", False)):
        said = device.add_parser(name, parents=[word], help=f"{name} a PC; nothing on it goes")
        said.add_argument("device", help="its name or id")
        said.set_defaults(run=partial(_say_of_device, opened), is_out=is_out)
    wipe = device.add_parser(
        "wipe", parents=[word], help="have a PC send all it has, then destroy its keys and records"
    )
    wipe.add_argument("device", help="its name or id")
    wipe.set_defaults(run=partial(_wipe, opened))
    parcel = device.add_parser(
        "parcel", parents=[common], help="write what a wiped PC left, sealed, into files"
    )
    parcel.add_argument("device", help="its name or id")
    parcel.add_argument("--into", type=Path, required=True, help="an existing folder")
    parcel.set_defaults(run=partial(_write_parcels, opened))
    given = device.add_parser(
        "give-back", parents=[word], help="take what sonar-recover read of a PC, as if it sent it"
    )
    given.add_argument("entries", type=Path, help="a file of sonar-recover")
    given.set_defaults(run=partial(_give_back, opened))
    _add_open(device)
    _add_scope(commands, common, opened)


def _add_open(device: Any) -> None:
    """Add the one command that needs no server: the recovery key is nowhere near one."""
    made = device.add_parser("open", help="open a parcel with the recovery key, offline")
    made.add_argument("parcel", type=Path)
    made.add_argument("--recovery-file", type=Path, required=True, help="the key, in hex")
    made.add_argument("--into", type=Path, required=True, help="a file to write")
    made.set_defaults(run=_open_parcel)


def _open_parcel(asked: argparse.Namespace) -> None:
    count = parcels.open_parcel(asked.parcel, asked.recovery_file, asked.into)
    print(f"{count} drafts in {asked.into}: what people had typed and not signed")


def _add_scope(commands: Any, common: argparse.ArgumentParser, opened: Opened) -> None:
    scope = commands.add_parser("scope", help="what PCs may hold").add_subparsers(required=True)
    for name, is_granted in (("grant", True), ("revoke", False)):
        said = scope.add_parser(
            name, parents=[common], help=f"{name} a scope of its site to or from PCs"
        )
        said.add_argument("scope", help="clinical or medicines")
        holder = said.add_mutually_exclusive_group(required=True)
        holder.add_argument("--device", help="one PC, by name or id; goes before its site")
        holder.add_argument("--site", help="every PC there, those enrolled later too")
        said.set_defaults(run=partial(_say_of_scope, opened), is_granted=is_granted)
    scope.add_parser("list", parents=[common], help="each PC with its scopes").set_defaults(
        run=partial(_list_scopes, opened)
    )


def _device_code(opened: Opened, asked: argparse.Namespace) -> None:
    with opened(asked) as central:
        site = administration.site_named(central, asked.site)
        print(f"code {administration.new_device_code(central, site)}")
        print(f"enrols one PC at {site.name} within 15 minutes")


def _list_devices(opened: Opened, asked: argparse.Namespace) -> None:
    with opened(asked) as central:
        for one in fleet.members(central):
            print(fleet.line_of(one))


def _say_of_device(opened: Opened, asked: argparse.Namespace) -> None:
    word = Word(asked.by, asked.why)
    with opened(asked) as central:
        change = fleet.take_out if asked.is_out else fleet.take_back
        device = change(central, asked.device, word)
        print(f"PC {device.name} is {'refused from now on' if asked.is_out else 'let in again'}")
        print("what was entered there and not sent stays on it, sealed, until it is let in again")


def _wipe(opened: Opened, asked: argparse.Namespace) -> None:
    word = Word(asked.by, asked.why)
    with opened(asked) as central:
        device = wiping.order(central, asked.device, word)
        print(f"PC {device.name} is out of use, and is to be wiped at its next contact")
        print("first it sends what was entered there and leaves its drafts, sealed; see the list")


def _write_parcels(opened: Opened, asked: argparse.Namespace) -> None:
    with opened(asked) as central:
        every = central.database.run(places.every_device)
        device = administration.one_named(asked.device, every, shown_by="device list")
        found = central.database.run(lambda transaction: wipes.parcels(transaction, device))
        for number, sealed in enumerate(found, 1):
            file = asked.into / f"{device.id}-{number}.parcel"
            file.write_bytes(sealed)
            print(f"{file}: the organisation's recovery key opens it, offline")
        if not found:
            print(f"PC {device.name} has left nothing yet")


def _give_back(opened: Opened, asked: argparse.Namespace) -> None:
    word = Word(asked.by, asked.why)
    with opened(asked) as central:
        for line in giving_back.told(giving_back.give_back(central, asked.entries, word)):
            print(line)


def _say_of_scope(opened: Opened, asked: argparse.Namespace) -> None:
    with opened(asked) as central:
        kind = granting.scope_named(asked.scope)
        if asked.device:
            device = granting.device_named(central, asked.device)
            granting.say_of_device(central, device, kind, is_granted=asked.is_granted)
            whom = f"PC {device.name}"
        else:
            site = administration.site_named(central, asked.site)
            granting.say_of_site(central, site, kind, is_granted=asked.is_granted)
            whom = f"every PC at {site.name} of which nothing else was said"
        if asked.is_granted:
            print(f"{kind.value} granted to {whom}: fetched at the next exchange")
        else:
            print(f"{kind.value} revoked from {whom}: nothing more of it is sent there")
            print("each PC removes its copy once it has sent what was entered there")


def _list_scopes(opened: Opened, asked: argparse.Namespace) -> None:
    with opened(asked) as central:
        names = {site.id: site.name for site in central.database.run(places.sites)}
        for device in central.database.run(places.devices):
            held = [kind.value for kind in REVOCABLE if kind not in device.revoked]
            scopes = ", ".join(held) or "nothing of its site"
            print(f"{names[device.site]} PC {device.name} {device.id}: {scopes}")
