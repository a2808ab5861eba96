"""`make tour`: the whole program on its real widgets, offscreen, a picture of each screen.

Everything is made in build/tour-run and new each run: a real server, two suites, two PCs. The
pictures are left in build/tour. Nothing runs on afterwards.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication

from sonar_desktop.bootstrap import Options, make_app, make_premises, make_window
from sonar_desktop.platform.paths import find_paths, prepare
from sonar_desktop.platform.single_instance import SingleInstance
from sonar_desktop.ui.background import Background
from sonar_desktop.ui.viewmodels.session import SessionModel
from tools.demo import ROOT, Children
from tools.tour.camera import Camera
from tools.tour.clock import stop_clocks
from tools.tour.mishaps import mishaps
from tools.tour.stops import Tour
from tools.tour.suites import Way, open_suites

RUN = ROOT / "build" / "tour-run"
PICTURES = ROOT / "build" / "tour"


def visit(
    app: QApplication, name: str, folder: Path, way: Way, walk: Callable[[Tour], None]
) -> int:
    """Start the program on an empty disk, walk through it, end it; return how many pictures."""
    folder.mkdir(parents=True)
    (folder / "policy.toml").write_text('device_secret = "file"\n')
    paths = find_paths(folder)
    prepare(paths)
    instance = SingleInstance(paths.instance_lock)
    instance.take()
    background = Background()
    session = SessionModel(make_premises(paths, background, instance), background)
    options = Options(data=folder, server=way.server, pc_name=name)
    window = make_window(session, paths, app, options)
    window.show()
    window.activateWindow()
    camera = Camera(app, window, session, PICTURES)
    try:
        walk(Tour(camera, session, window, way))
    finally:
        window.close()
        session.close()
        instance.release()
    return len(camera.taken)


def northfield(tour: Tour) -> None:
    """Set a PC up, work a shift at it, meet what goes wrong, lose the network."""
    tour.enrol(pictured=True)
    tour.work()
    mishaps(tour)
    tour.lose_the_network()


def southgate(tour: Tour) -> None:
    """See a suite without anybody, and with 200 people."""
    tour.enrol(pictured=False)
    tour.nobody_there()
    tour.crowded()


def main() -> None:
    """Run the tour."""
    for folder in (RUN, PICTURES):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    stop_clocks()
    children = Children(RUN / "server.log")
    try:
        full, empty = open_suites(children, RUN)
        app = make_app(Options())
        # A cursor that blinks would be in one picture and not in the next.
        app.setCursorFlashTime(0)
        count = visit(app, "NF-MED-01", RUN / "pc1", full, northfield)
        count += visit(app, "SG-MED-01", RUN / "pc2", empty, southgate)
    finally:
        children.end()
    print(f"{count} pictures in {PICTURES.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
