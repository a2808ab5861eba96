"""The commands about people's accounts. A password is read from standard input, or made up here."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

from sonar_core.records.practitioner import Role
from sonar_server import accounts, administration, passwords
from sonar_server.administration import NewPerson
from sonar_server.central import Central
from sonar_server.issuer import read_issuer
from sonar_server.operators import Word

Opened = Callable[[argparse.Namespace], AbstractContextManager[Central]]


def add(
    commands: Any, common: argparse.ArgumentParser, word: argparse.ArgumentParser, opened: Opened
) -> None:
    """Add the commands; `common` and `word` have the options of all and who says so and why.

    `opened` gives the server that a command is about.
    """
    user = commands.add_parser("user", help="accounts").add_subparsers(required=True)
    made = argparse.ArgumentParser(add_help=False)
    made.add_argument(
        "--make-password", action="store_true", help="make a password up and print it once"
    )
    new = user.add_parser("add", parents=[common, made], help="add an account")
    new.add_argument("username")
    new.add_argument("--name", required=True)
    new.add_argument("--initials", required=True)
    new.add_argument("--role", required=True, choices=[role.value for role in Role])
    new.add_argument("--site", action="append", required=True, dest="sites")
    new.add_argument("--registration", default="")
    new.set_defaults(run=partial(_add, opened))

    password = user.add_parser("password", parents=[word, made], help="give somebody another one")
    password.add_argument("username")
    password.set_defaults(run=partial(_replace_password, opened))

    close = user.add_parser("close", parents=[word], help="close an account for good: a leaver")
    close.add_argument("username")
    close.set_defaults(run=partial(_close, opened))

    link = user.add_parser("link", parents=[common], help="say who somebody is at the provider")
    link.add_argument("username")
    link.add_argument("--issuer", type=Path, required=True, help="the file that `run` is given")
    link.add_argument("--subject", required=True, help="what the provider's person claim says")
    link.set_defaults(run=partial(_link, opened))


def _add(opened: Opened, asked: argparse.Namespace) -> None:
    password = _password(asked)
    with opened(asked) as central:
        person = administration.add_person(
            central,
            NewPerson(
                username=asked.username,
                name=asked.name,
                initials=asked.initials,
                role=Role(asked.role),
                sites=tuple(administration.site_named(central, name).id for name in asked.sites),
                registration=asked.registration,
            ),
            password,
        )
        print(f"user {person.user} {person.username}")
        _tell(asked, password)


def _replace_password(opened: Opened, asked: argparse.Namespace) -> None:
    word, password = Word(asked.by, asked.why), _password(asked)
    with opened(asked) as central:
        person = accounts.replace_password(central, asked.username, password, word)
        print(f"user {person.user} {person.username} has another password")
        print("a PC lets the former one in until its next contact with this server")
        _tell(asked, password)


def _close(opened: Opened, asked: argparse.Namespace) -> None:
    word = Word(asked.by, asked.why)
    with opened(asked) as central:
        person = accounts.close(central, asked.username, word)
        print(f"user {person.user} {person.username} is closed")
        print("a PC without contact lets them in until their lease there ends, 7 days at most")


def _link(opened: Opened, asked: argparse.Namespace) -> None:
    issuer = read_issuer(asked.issuer)
    with opened(asked) as central:
        administration.link_person(central, asked.username, issuer.issuer, asked.subject)
        print(f"{asked.username} is {asked.subject} at {issuer.issuer}")


def _password(asked: argparse.Namespace) -> str:
    if asked.make_password:
        return passwords.made_up()
    if sys.stdin.isatty():
        return getpass.getpass("Password: ")
    return sys.stdin.readline().rstrip("\r\n")


def _tell(asked: argparse.Namespace, password: str) -> None:
    if asked.make_password:
        print(f"password, shown once: {password}")
