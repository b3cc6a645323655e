"""Puts the query editor's bundle, as npm has it, beside the other static files, and has the wheel
require the distribution with what it leaves out.

Only the package's own version is taken, by its digest; without the registry the build goes on, and
the workbench is then the plain form alone.
"""

import base64
import hashlib
import io
import os
import tarfile
import urllib.request
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = "@zazuko/yasgui"
VERSION = "4.6.2"
INTEGRITY = (
    "Zw45KdPoAE1KRaAoxIHdQqeJxvaVG1oQdntw0hy0ktX35Zu8ZccuOLrXCLwR+GU+0xMzLw8Mjw6BkSZV2vUuQw=="
)
FILES = ("build/yasgui.min.js", "build/yasgui.min.css", "package.json")
FOLDER = "src/eakg/serve/static/yasgui"
REGISTRY = "https://registry.npmjs.org"
_SECONDS = 30
REMAINDER = "eakg-queries"
"""The distribution with the files that the wheel leaves out."""


class EditorHook(BuildHookInterface[Any]):
    """Fetches the bundle into `FOLDER`, which is not under version control, and ships it."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        folder = Path(self.root, FOLDER)
        try:
            fetch(folder)
        except OSError as error:
            self.app.display_warning(
                f"{PACKAGE} {VERSION} was not fetched ({error}); the page at /sparql will have"
                " the plain form only"
            )
        if version == "standard":
            build_data["dependencies"].append(f"{REMAINDER}=={self.metadata.version}")
        if (folder / "VERSION").is_file():
            build_data["artifacts"].append(f"/{FOLDER}/*")


def fetch(folder: Path) -> None:
    """Put the files of the bundle into a folder, unless this version is there.

    Errors: OSError when the registry does not give them, or gives something else.
    """
    stamp = folder / "VERSION"  # written last
    if stamp.is_file() and stamp.read_text() == VERSION:
        return
    data = _tarball()
    if base64.b64encode(hashlib.sha512(data).digest()).decode() != INTEGRITY:
        raise OSError("the archive is not the one that was reviewed: its sha512 differs")
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for name in FILES:
            member = archive.extractfile(f"package/{name}")
            if member is None:
                raise OSError(f"the archive has no {name}")
            (folder / Path(name).name).write_bytes(member.read())
    stamp.write_text(VERSION)


def _tarball() -> bytes:
    registry = os.environ.get("npm_config_registry", REGISTRY).rstrip("/")  # noqa: SIM112 npm's own
    if not registry.startswith(("https://", "http://")):
        raise OSError(f"npm_config_registry is no web address: {registry}")
    name = PACKAGE.rpartition("/")[2]
    address = f"{registry}/{PACKAGE}/-/{name}-{VERSION}.tgz"
    with urllib.request.urlopen(address, timeout=_SECONDS) as answer:  # noqa: S310 checked above
        data: bytes = answer.read()
    return data


if __name__ == "__main__":
    fetch(Path(__file__).parent / FOLDER)
