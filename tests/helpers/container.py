"""The Containerfile without a builder of images: its steps, one after the other, over this
system.

`container.py [COMMAND...]`, as root, on Linux. The base of each stage is this machine as it is,
under a layer that takes what is written (overlayfs in memory), with this Python at /usr/local. Then
the image is run as `podman run --read-only --cap-drop all` would: as its user, without rights, on a
root that is read-only and without a network; its health is asked until it is well, and what it may
not do is tried. Nothing stays.
"""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAYERS = Path("/run/eakg-container")
_ATTEMPTS = 60
TEMPORARY = "/tmp"  # noqa: S108 - of the image


@dataclass
class Stage:
    """A stage: its root, and what is set in it."""

    name: str
    root: Path
    environment: dict[str, str] = field(
        default_factory=lambda: {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"}
    )
    settings: dict[str, str] = field(default_factory=dict)

    def run(self, command: str) -> None:
        """Run a step as root; who asks for packages asks as this machine does.

        Raises: subprocess.CalledProcessError where it fails.
        """
        print(f"{self.name}: RUN {command[:100]}", flush=True)
        passed = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
        environment = {**passed, **self.environment}
        subprocess.run(["chroot", self.root, "/bin/sh", "-c", command], env=environment, check=True)


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """The instructions of a Containerfile, each with its arguments."""
    joined = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    for line in joined.splitlines():
        if line.strip():
            word, _, arguments = line.strip().partition(" ")
            yield word, " ".join(arguments.split())


def context() -> list[str]:
    """The files and folders that a builder is given, by `.containerignore`."""
    lines = (ROOT / ".containerignore").read_text("utf-8").splitlines()
    return [line.removeprefix("!") for line in lines if line.startswith("!")]


def stage(number: int, name: str) -> Stage:
    """A stage over this system."""
    folder = LAYERS / str(number)
    for part in ("upper", "work", "root"):
        (folder / part).mkdir(parents=True)
    root = folder / "root"
    layers = f"lowerdir=/,upperdir={folder / 'upper'},workdir={folder / 'work'}"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, root], check=True)
    subprocess.run(["mount", "--rbind", "/dev", root / "dev"], check=True)
    base = Path(sys.base_prefix)
    if not base.is_relative_to("/usr"):
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        for part in ("bin", f"lib/{version}", "include"):
            (root / "usr/local" / part).mkdir(parents=True, exist_ok=True)
            copied = f"{base / part}/."
            subprocess.run(["cp", "-a", copied, root / "usr/local" / part], check=True)
        libraries = [*(base / "lib").glob("libpython*")]
        subprocess.run(["cp", "-a", *libraries, root / "usr/local/lib"], check=True)
        subprocess.run(["chroot", root, "/sbin/ldconfig"], check=True)
        executable = root / "usr/local/bin" / version
        for alias in ("python", "python3"):
            link = executable.with_name(alias)
            link.unlink(missing_ok=True)
            link.symlink_to(version)
    return Stage(name, root)


def copy(into: Stage, stages: dict[str, Stage], arguments: str) -> None:
    """COPY, of the context or of another stage."""
    *options, source, target = shlex.split(arguments)
    destination = into.root / target.lstrip("/")
    destination.mkdir(parents=True, exist_ok=True)
    if options:
        folder = stages[options[0].removeprefix("--from=")].root / source.lstrip("/")
        subprocess.run(["cp", "-a", f"{folder}/.", destination], check=True)
        return
    names = context() if source == "." else [source]
    paths = [ROOT / name for name in names if (ROOT / name).exists()]
    subprocess.run(["cp", "-r", *paths, destination], check=True)


def build() -> Stage:
    """The last stage of the Containerfile, all of whose steps have been run."""
    stages: dict[str, Stage] = {}
    current = Stage("", Path("/"))
    for word, arguments in instructions((ROOT / "Containerfile").read_text("utf-8")):
        if word == "FROM":
            name = arguments.partition(" AS ")[2] or "image"
            current = stages[name] = stage(len(stages), name)
        elif word == "ENV":
            current.environment |= dict(part.split("=", 1) for part in shlex.split(arguments))
        elif word == "RUN":
            current.run(arguments)
        elif word == "COPY":
            copy(current, stages, arguments)
        elif word != "ARG":
            current.settings[word] = arguments
    return current


TRIED = (
    ("to become root", "import os; os.setuid(0)"),
    ("to write to the package", "open('/opt/eakg/x', 'w')"),
    ("to write to the system", "open('/etc/x', 'w')"),
)


def run(image: Stage, options: list[str]) -> None:
    """Run an image until it is well, try what it may not do, and end it.

    Raises: subprocess.CalledProcessError where it is not well, or something is let through.
    """
    settings = image.settings
    user, group = settings["USER"].split(":")
    volume = settings["VOLUME"]
    root = str(image.root)
    command = shlex.join(
        [*json.loads(settings["ENTRYPOINT"]), *(options or json.loads(settings["CMD"]))]
    )
    health = shlex.join(json.loads(settings["HEALTHCHECK"].partition("CMD ")[2]))
    rights = f"--reuid {user} --regid {group} --clear-groups --no-new-privs"
    inside = f"chroot {root} setpriv {rights} --inh-caps=-all --bounding-set=-all"
    inside += f" env -i -C {settings['WORKDIR']} "
    inside += shlex.join(f"{name}={value}" for name, value in image.environment.items())
    refused = "\n".join(
        f"if {inside} python -c {shlex.quote(program)} 2>/dev/null;"
        f" then echo '{what}: not refused'; exit 1; fi; echo '{what}: refused'"
        for what, program in TRIED
    )
    script = f"""set -eu
ip link set lo up 2>/dev/null || true
mount -t proc proc {root}/proc
mount -t tmpfs -o mode=1777 tmpfs {root}{TEMPORARY}
mount -t tmpfs -o mode=0700,uid={user},gid={group} tmpfs {root}{volume}
mount -o remount,ro,bind {root}
{inside} id
{refused}
{inside} {command} &
service=$!
well=1
for attempt in $(seq {_ATTEMPTS}); do
  if {inside} {health} 2>/dev/null; then well=0; break; fi
  sleep 1
done
{inside} python -c 'from urllib.request import urlopen
print(urlopen("http://127.0.0.1:8000/health").read().decode())'
kill -TERM $service
wait $service || test $? = 143
test $well = 0
echo 'well as user {user}, on a root that is read-only'
"""
    subprocess.run(["mount", "--rbind", root, root], check=True)
    isolated = ["unshare", "--mount", "--net", "--pid", "--fork", "bash", "-c", script]
    subprocess.run(isolated, check=True)


if __name__ == "__main__":
    if os.environ.get("EAKG_CONTAINER") != "1":
        again = ["unshare", "--mount", sys.executable, *sys.argv]
        done = subprocess.run(again, env={**os.environ, "EAKG_CONTAINER": "1"}, check=False)
        sys.exit(done.returncode)
    LAYERS.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", LAYERS], check=True)
    try:
        run(build(), sys.argv[1:])
    except subprocess.CalledProcessError as error:
        sys.exit(f"a step failed, with the exit status {error.returncode}; it is told above")
