#!/usr/bin/env bash
# Makes a fresh Debian or Ubuntu machine ready: the system libraries that Qt needs and a virtual
# environment with the locked dependencies. Run again, it checks and does nothing.
#
# As root it installs what is missing; otherwise it prints the one line to run and stops. It never
# goes on without a library, since a test skipped for want of one looks like a test passed.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly VENV=.venv
readonly LOCK=requirements/dev.txt
readonly STAMP=$VENV/sonar-setup-stamp

# What the linker must find: the shared libraries that the Qt wheel does not carry (QtCore, QtGui,
# QtWidgets, QtNetwork, QtDBus, QtSvg and the offscreen, xcb and wayland plugins, read from their
# NEEDED entries), each with the Debian package that brings it.
readonly LIBRARIES="
libEGL.so.1:libegl1
libGL.so.1:libgl1
libX11.so.6:libx11-6
libX11-xcb.so.1:libx11-xcb1
libbrotlidec.so.1:libbrotli1
libdbus-1.so.3:libdbus-1-3
libfontconfig.so.1:libfontconfig1
libfreetype.so.6:libfreetype6
libglib-2.0.so.0:libglib2.0-0
libgssapi_krb5.so.2:libgssapi-krb5-2
libwayland-client.so.0:libwayland-client0
libwayland-cursor.so.0:libwayland-cursor0
libwayland-egl.so.1:libwayland-egl1
libxcb-cursor.so.0:libxcb-cursor0
libxcb-glx.so.0:libxcb-glx0
libxcb-icccm.so.4:libxcb-icccm4
libxcb-image.so.0:libxcb-image0
libxcb-keysyms.so.1:libxcb-keysyms1
libxcb-randr.so.0:libxcb-randr0
libxcb-render-util.so.0:libxcb-render-util0
libxcb-render.so.0:libxcb-render0
libxcb-shape.so.0:libxcb-shape0
libxcb-shm.so.0:libxcb-shm0
libxcb-sync.so.1:libxcb-sync1
libxcb-util.so.1:libxcb-util1
libxcb-xfixes.so.0:libxcb-xfixes0
libxcb-xkb.so.1:libxcb-xkb1
libxkbcommon.so.0:libxkbcommon0
libxkbcommon-x11.so.0:libxkbcommon-x11-0
"

# Programs that the suite starts: the vault is tested against a real keyring on a real bus.
readonly PROGRAMS="
dbus-run-session:dbus
gnome-keyring-daemon:gnome-keyring
"

stop() {
    printf '\nSet-up stopped. %s\n' "$1" >&2
    exit 1
}

missing_packages() {
    local linkable entry
    linkable=$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p)
    for entry in $LIBRARIES; do
        grep -qF "${entry%%:*} (" <<<"$linkable" || echo "${entry##*:}"
    done
    for entry in $PROGRAMS; do
        command -v "${entry%%:*}" >/dev/null || echo "${entry##*:}"
    done
}

install_system_libraries() {
    local missing line
    missing=$(missing_packages | sort -u | tr '\n' ' ')
    missing=${missing% }
    [ -n "$missing" ] || return 0
    command -v apt-get >/dev/null ||
        stop "These are missing, by their Debian names; install your system's own: $missing"
    line="apt-get install --no-install-recommends --yes $missing"
    [ "$(id -u)" -eq 0 ] || stop "Run this line, then the same command again:
    sudo apt-get update && sudo $line"
    echo "Installing system libraries: $missing"
    export DEBIAN_FRONTEND=noninteractive
    # Lists that are empty or old know no such package or name a release that has gone.
    $line >/dev/null 2>&1 ||
        { apt-get update --quiet && $line >/dev/null; } ||
        stop "This line failed; run it by hand to see why:
    apt-get update && $line"
    missing=$(missing_packages | sort -u | tr '\n' ' ')
    [ -z "$missing" ] || stop "Still missing after the installation: $missing"
}

python_is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    local candidate
    for candidate in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
        if python_is_new_enough "$candidate"; then
            echo "$candidate"
            return 0
        fi
    done
    stop "Python 3.11 or later is needed. Name one with: PYTHON=/path/to/python3 make setup"
}

make_environment() {
    local python
    if [ -x "$VENV/bin/python" ] && python_is_new_enough "$VENV/bin/python"; then
        return 0
    fi
    python=$(find_python)
    "$python" -c 'import ensurepip' 2>/dev/null ||
        stop "Python's venv module is missing. Run: apt-get install python3-venv"
    "$python" -m venv --clear "$VENV"
}

# The stamp is the hash of all that decides what the environment holds, and where it stands:
# a moved checkout must be installed again.
wanted_stamp() {
    { pwd && "$VENV/bin/python" -VV && cat "$LOCK" pyproject.toml; } | sha256sum | cut -d' ' -f1
}

install_locked_dependencies() {
    local pip=("$VENV/bin/python" -m pip --disable-pip-version-check --quiet --no-input install)
    [ "$(wanted_stamp)" != "$(cat "$STAMP" 2>/dev/null)" ] || return 0
    echo "Installing the locked dependencies into $VENV"
    rm -f "$STAMP"
    export PIP_ROOT_USER_ACTION=ignore
    "$VENV/bin/python" -m pip --version >/dev/null 2>&1 || "$VENV/bin/python" -m ensurepip >/dev/null
    "${pip[@]}" --require-hashes --no-deps --only-binary :all: -r "$LOCK" ||
        stop "pip could not install $LOCK: its own words stand above."
    "${pip[@]}" --no-deps --no-build-isolation --editable . ||
        stop "pip could not install this project: its own words stand above."
    wanted_stamp >"$STAMP"
}

install_system_libraries
make_environment
install_locked_dependencies
