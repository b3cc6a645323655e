"""The states of graphs whose files are under version control, as git has them."""

import io
import subprocess
import tarfile
import weakref
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from eakg.dataset import Layout, layout_of
from eakg.files import TemporaryFolder
from eakg.queries.why.file_state import FileState
from eakg.queries.why.graph_state import NoSuchStateError
from eakg.queries.why.state_files import DataFiles, LayoutFiles
from eakg.rdf.inputs import has_rdf_extension


def layout_state_at(layout: Layout, revision: str) -> FileState:
    """The graph of a layout as git has it at a revision."""

    def files() -> LayoutFiles:
        folder = _checkout(layout.graph.parent, revision, ["ontology", "graph"])
        result = LayoutFiles(layout_of(folder.path), folder.path)
        weakref.finalize(result, folder.remove)
        return result

    return FileState(files, f"at {revision}")


def data_state_at(names: Sequence[Path], revision: str, *, is_closed: bool) -> FileState:
    """The graph of RDF files as git has them at a revision.

    Arguments: what is named, as `rdf_files` takes it; the revision; whether what follows from them
    is in the graph.
    """

    def files() -> DataFiles:
        root, members = _members(names, revision)
        folder = _checkout(root, revision, members)
        paths = [folder.path / member for member in members]
        result = DataFiles(paths, is_closed=is_closed, folder=folder.path)
        weakref.finalize(result, folder.remove)
        return result

    return FileState(files, f"at {revision}")


def _members(names: Sequence[Path], revision: str) -> tuple[Path, list[str]]:
    """The root of the repository, and the files in it that are meant, as they were."""
    place = names[0].absolute()
    folder = next(one for one in (place, *place.parents) if one.is_dir())
    root = Path(_git(folder, revision, "rev-parse", "--show-toplevel").decode().strip())
    listing = _git(root, revision, "ls-tree", "-r", "-z", "--name-only", revision).decode()
    patterns = [_relative(name, root) for name in names]
    members = [name for name in listing.split("\0") if name and _is_meant(name, patterns)]
    if not members:
        raise NoSuchStateError(f"git has none of the files at {revision}")
    return root, members


def _relative(name: Path, root: Path) -> str:
    try:
        return (name.parent.resolve() / name.name).relative_to(root.resolve()).as_posix()
    except ValueError:
        raise NoSuchStateError(f"{name} is not in the repository {root}") from None


def _is_meant(name: str, patterns: Iterable[str]) -> bool:
    path = PurePosixPath(name)
    return any(
        name == pattern
        or (pattern in map(str, path.parents) and has_rdf_extension(Path(name)))
        or (pattern != "." and path.match(pattern))
        for pattern in patterns
    )


def _checkout(root: Path, revision: str, names: Sequence[str]) -> TemporaryFolder:
    """Some files of a repository at a revision, in a folder of their own."""
    content = _git(root, revision, "archive", "--format=tar", revision, "--", *names)
    folder = TemporaryFolder("state")
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        archive.extractall(folder.path, filter="data")
    return folder


def _git(folder: Path, revision: str, *arguments: str) -> bytes:
    """What git writes. Raises: NoSuchStateError."""
    try:
        process = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True)
    except OSError as error:
        raise NoSuchStateError(f"git cannot be run: {error.strerror}") from error
    except subprocess.CalledProcessError as error:
        message = error.stderr.decode(errors="replace").strip()
        raise NoSuchStateError(f"git has no graph at {revision}: {message}") from error
    return process.stdout
