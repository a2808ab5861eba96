"""`make demo`: a server with a made-up suite, two enrolled PCs, a network to cut, PC 1 opened.

Everything is in build/demo and new each run; KEEP=1 goes on with what is there. Ctrl+C ends what
was started here, each by its process id.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from sonar_desktop.bootstrap import make_premises
from sonar_desktop.platform.door_plate import DoorPlate, hang_plate
from sonar_desktop.platform.paths import find_paths, prepare
from sonar_desktop.platform.single_instance import SingleInstance
from sonar_desktop.ui.background import Background
from sonar_desktop.usecases.enrol_device import ask_for_place, make_store
from sonar_desktop.usecases.sign_in import sign_in_online

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "build" / "demo"
TOUR = ROOT / "build" / "tour"
PC_NAMES = ("NF-MED-01", "NF-MED-02")


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who works in the made-up suite."""

    username: str
    password: str
    who: str


class Children:
    """The processes started here, ended one by one in the order they were started, last first."""

    def __init__(self, log: Path) -> None:
        """Begin without any; what they complain of goes into a file."""
        self._log = log
        self._running: list[subprocess.Popen[str]] = []

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Start one that can be read from, and ends with its standard input."""
        child = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log.open("a"),
            text=True,
            start_new_session=True,
        )
        self._running.append(child)
        return child

    def end(self) -> None:
        """End each, and wait until it has."""
        for child in reversed(self._running):
            if child.stdin is not None:
                child.stdin.close()
            child.terminate()
            child.wait(timeout=30)


def lines_until(child: subprocess.Popen[str], last: str) -> Iterator[str]:
    """Yield what a child says, up to the line that begins with `last`."""
    for line in child.stdout or ():
        yield line.rstrip()
        if line.startswith(last):
            return
    raise SystemExit("the server did not start: see server.log beside its data")


def start_server(
    children: Children, folder: Path, module: str = "sonar_server"
) -> tuple[int, list[Person], list[str]]:
    """Start the server; return its port, the people and the codes for new PCs."""
    people_file = folder / "people.json"
    is_new = not (folder / "server").exists()
    command = "demo" if is_new else "run"
    child = children.start("-m", module, command, "--data", str(folder / "server"), "--port", "0")
    said = list(lines_until(child, "serving "))
    port = int(said[-1].rpartition(":")[2])
    if not is_new:
        kept = json.loads(people_file.read_text())
        return port, [Person(**one) for one in kept], []
    found = [re.fullmatch(r"person (\S+) password (\S+) \((.*)\)", line) for line in said]
    people = [Person(username=one[1], password=one[2], who=one[3]) for one in found if one]
    people_file.write_text(json.dumps([asdict(one) for one in people]))
    codes = [line.partition(": ")[2] for line in said if line.startswith("code for PC")]
    return port, people, codes


def start_network(
    children: Children, folder: Path, server_port: int, number: int
) -> tuple[int, int]:
    """Start a PC's network; return the port it talks to and the port for orders.

    The PC was enrolled with the first: a demo that is kept listens there again.
    """
    kept = folder / f"network{number}.port"
    listen = kept.read_text() if kept.exists() else "0"
    child = children.start("tools/relay.py", "--listen", listen, str(server_port))
    said = (child.stdout.readline() if child.stdout else "").split()
    if not said:
        raise SystemExit(f"port {listen} of PC {number} is taken: run without KEEP=1")
    kept.write_text(said[0])
    return int(said[0]), int(said[1])


def enrol(folder: Path, name: str, server: str, code: str, person: Person) -> None:
    """Enrol a PC and let its first person in, as the enrolment page does."""
    folder.mkdir(parents=True)
    (folder / "policy.toml").write_text('device_secret = "file"\n')
    paths = find_paths(folder)
    prepare(paths)
    instance = SingleInstance(paths.instance_lock)
    instance.take()
    background = Background()
    try:
        premises = make_premises(paths, background, instance)
        identity = premises.new_identity()
        enrolled = ask_for_place(premises, identity, server=server, code=code, name=name)
        opened = make_store(premises, identity, enrolled)
        with contextlib.closing(opened):
            sign_in_online(
                premises,
                opened,
                identity,
                server=server,
                username=person.username,
                password=person.password,
                pc_name=name,
            )
        plate = DoorPlate(site_name=enrolled.site_name, pc_name=name, zone=enrolled.zone)
        hang_plate(folder, plate)
        premises.keys.lock()
    finally:
        background.close()
        instance.release()


def say(people: list[Person], orders: list[int]) -> None:
    """Print who can sign in, and the commands."""
    python = Path(sys.executable)
    if python.is_relative_to(ROOT):
        python = python.relative_to(ROOT)
    print("\nWho can sign in (made-up people, made-up detainees):")
    for one in people:
        print(f"  {one.username:<10} {one.password:<24} {one.who}")
    print("PC 1 knows the first of them, PC 2 the third; the others press “Someone else” there.")
    print("\nIn another terminal, in this folder:")
    print(f"  {python} -m sonar_desktop --data-dir build/demo/pc2      open PC 2")
    for number, port in enumerate(orders, 1):
        print(f"  {python} tools/relay.py --order cut {port}      cut the network of PC {number}")
        print(f"  {python} tools/relay.py --order restore {port}  restore it")
    print("\nCtrl+C ends the server and everything started here.\n", flush=True)


def has_display() -> bool:
    """Whether a window can be shown."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def show(people: list[Person]) -> None:
    """Open PC 1 and wait for Ctrl+C; without a display leave pictures instead."""
    if not has_display():
        command = ["tools/demo_tour.py", str(DEMO / "pc1"), str(TOUR)]
        subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            input=people[0].password,
            text=True,
            check=True,
        )
        return
    subprocess.run(
        [sys.executable, "-m", "sonar_desktop", "--data-dir", str(DEMO / "pc1")],
        cwd=ROOT,
        check=False,
    )
    print("PC 1 is closed. The server runs on until Ctrl+C.", flush=True)
    sys.stdin.read()


def main() -> None:
    """Run the demo."""
    if os.environ.get("KEEP") != "1" and DEMO.exists():
        shutil.rmtree(DEMO)
    DEMO.mkdir(parents=True, exist_ok=True)
    children = Children(DEMO / "server.log")
    try:
        port, people, codes = start_server(children, DEMO)
        networks = [start_network(children, DEMO, port, number) for number in (1, 2)]
        for number, code in enumerate(codes):
            folder = DEMO / f"pc{number + 1}"
            server = f"http://127.0.0.1:{networks[number][0]}"
            enrol(folder, PC_NAMES[number], server, code, people[number * 2])
        say(people, [orders for _, orders in networks])
        show(people)
    except KeyboardInterrupt:
        print("\nended")
    finally:
        children.end()


if __name__ == "__main__":
    main()
