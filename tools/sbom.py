"""Writes what the program is made of as CycloneDX 1.6, from the locks.

Versions, hashes and who wants what stand in the locks; a licence is what the installed package
says of itself. No time, no network: the same locks, installed, give the same bytes.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
import uuid
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
RUNTIME, DEV = "requirements/runtime.txt", "requirements/dev.txt"
_NAMESPACE: Final = uuid.UUID("6f1d1bd2-4c1e-5f0e-9c3e-5d1f3a0f9b37")


@dataclass(frozen=True, kw_only=True)
class Locked:
    """One entry of a lock: `wanted_by` are the packages that asked for it, "" our own project."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    wanted_by: tuple[str, ...]


def locked(text: str) -> list[Locked]:
    """Return the entries of a lock; raise ValueError for one that is not pinned."""
    found = []
    for entry in re.split(r"\n(?=\S)", text.strip()):
        head = re.match(
            r"([a-z0-9-]+)(?:\[[\w,]+\])?==(\S+)(?: ; (.*?))? *\\?$", entry, re.MULTILINE
        )
        if head is None:
            raise ValueError(f"not one version: {entry[:40]}")
        said = re.findall(r"(?m)^ +#(?: via)? +(\S.*)$", entry)
        named = [word for word in said if word != "via" and not word.startswith("-c ")]
        found.append(
            Locked(
                name=head[1],
                version=head[2],
                marker=head[3] or "",
                hashes=tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", entry)),
                wanted_by=tuple("" if "(" in name else name for name in named),
            )
        )
    return found


def inventory(root: Path = ROOT) -> dict[str, Any]:
    """Return the bill of materials of the two locks under a folder."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    runtime = {one.name for one in locked((root / RUNTIME).read_text())}
    every = locked((root / DEV).read_text())
    own = f"pkg:pypi/{project['name']}@{project['version']}"
    refs = {one.name: f"pkg:pypi/{one.name}@{one.version}" for one in every}
    needs: dict[str, list[str]] = {ref: [] for ref in (own, *refs.values())}
    for one in every:
        for name in one.wanted_by:
            needs[refs[name] if name else own].append(refs[one.name])
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid.uuid5(_NAMESPACE, (root / DEV).read_text()).urn,
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": project["name"],
                "version": project["version"],
                "licenses": [{"license": {"id": project["license"]}}],
                "purl": own,
            }
        },
        "components": [
            _component(one, refs[one.name], "required" if one.name in runtime else "excluded")
            for one in every
        ],
        "dependencies": [{"ref": ref, "dependsOn": sorted(needs[ref])} for ref in sorted(needs)],
    }


def _component(one: Locked, ref: str, scope: str) -> dict[str, Any]:
    # A hash is of one file of several that the lock accepts: CycloneDX's own field would say
    # that each is of the whole.
    properties = [{"name": "sonar:accepted-sha256", "value": value} for value in one.hashes]
    if one.marker:
        properties.insert(0, {"name": "sonar:only-where", "value": one.marker})
    return {
        "type": "library",
        "bom-ref": ref,
        "name": one.name,
        "version": one.version,
        "scope": scope,
        "licenses": _licences(one),
        "purl": ref,
        "properties": properties,
    }


def _licences(one: Locked) -> list[dict[str, Any]]:
    """What the package says itself, where this version of it is installed."""
    try:
        said = metadata.metadata(one.name)
    except metadata.PackageNotFoundError:
        return []
    if said["Version"] != one.version:
        return []
    # Asked for one that is not there, the field is None or a KeyError: by who read the file.
    if "License-Expression" in said:
        return [{"expression": said["License-Expression"]}]
    text = said["License"].strip().partition("\n")[0] if "License" in said else ""
    return [{"license": {"name": text}}] if text else []


if __name__ == "__main__":
    Path(sys.argv[1]).parent.mkdir(parents=True, exist_ok=True)
    Path(sys.argv[1]).write_text(json.dumps(inventory(), indent=1) + "\n")
    print(f"{len(inventory()['components'])} components in {sys.argv[1]}")
