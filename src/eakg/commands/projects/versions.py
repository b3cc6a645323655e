"""The command for releases: a dump of the graph as it was at each tag of a repository."""

import io
import subprocess
import tarfile
from datetime import datetime
from pathlib import Path

import click

from eakg.commands.command import PathArgument, ending, progress
from eakg.dataset import layout_of
from eakg.files import TemporaryFolder
from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.store import EmbeddedStore, GraphFile, read_contents
from eakg.store.versions import Releases, write_release

_TAGS = "--format=%(refname:short) %(creatordate:iso-strict)"


@click.command()
@click.argument("folder", metavar="DIR", type=PathArgument)
@click.option(
    "--from-tags",
    "repository",
    metavar="REPOSITORY",
    type=PathArgument,
    help="A clone whose tags are written as releases; those that DIR has are left as they are.",
)
@ending
def versions(folder: Path, repository: Path | None) -> ExitStatus:
    """Tell the releases in the folder DIR, or make them of the tags of a repository.

    Each is a dump of the graph in N-Quads, beside a file with its version, date and title. `eakg
    serve --versions DIR` and `eakg query --versions DIR --data-version V` answer from them.
    """
    if repository is not None:
        with progress("reading tags") as tell:
            for tag, instant in _tags(repository):
                tell(tag)
                if not (folder / f"{_name(tag)}.toml").exists():
                    _write(folder, repository, tag, instant)
    for version in Releases(folder).versions():
        click.echo(f"{version.name}\t{version.instant:%Y-%m-%dT%H:%M:%SZ}\t{version.title}")
    return ExitStatus.DONE


def _tags(repository: Path) -> list[tuple[str, datetime]]:
    lines = _git(repository, "tag", "--sort=creatordate", _TAGS).decode().splitlines()
    if not lines:
        raise ProblemsError([Problem(str(repository), 0, "has no tags; git tag names a release")])
    pairs = (line.split(" ", 1) for line in lines)
    return [(tag, datetime.fromisoformat(instant)) for tag, instant in pairs]


def _write(folder: Path, repository: Path, tag: str, instant: datetime) -> None:
    data = _git(repository, "archive", "--format=tar", f"refs/tags/{tag}")
    with TemporaryFolder("tag") as place:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            archive.extractall(place, filter="data")
        files = [GraphFile(*graph) for graph in layout_of(place).named_graphs()]
        if not any(file.path.is_file() for file in files):
            click.echo(f"{tag}: has no graph (warning)", err=True)
            return
        store = EmbeddedStore(read_contents(file for file in files if file.path.is_file()))
        write_release(folder, _name(tag), store, store.graphs, instant)


def _name(tag: str) -> str:
    return tag.replace("/", "-")


def _git(repository: Path, *arguments: str) -> bytes:
    """Raises: ProblemsError where git says no."""
    command = ["git", "-C", str(repository), *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=True).stdout
    except FileNotFoundError:
        words = "git is not installed; install it"
    except subprocess.CalledProcessError as error:
        lines = error.stderr.decode(errors="replace").strip().splitlines()
        words = lines[-1] if lines else f"git {arguments[0]} failed"
    raise ProblemsError([Problem(str(repository), 0, words)])
