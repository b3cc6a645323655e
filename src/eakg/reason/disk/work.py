"""The folder in which a closure is made, and the manifest that says what of it counts."""

import fcntl
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from zlib import crc32

import polars as pl

from eakg.files import publish
from eakg.problems import Problem, ProblemsError
from eakg.reason.rules import RuleSet, rules_text

MANIFEST = "manifest.json"
FORMAT = 4
_BLOCK = 1 << 20
OTHER = "was made of other files, rules or versions"


@dataclass(frozen=True)
class WorkManifest:
    """What was reached.

    `run` is what the closure is of: files, rules, versions. `terms` and `asserted` are there when
    the files were read. `facts` are the facts up to a `round`, of which those of rounds after
    `processed` are fresh and once more in `delta`; `pairs` are terms that became the same and are
    not yet, and `representatives` what stands for terms. All are names of files in the folder, of
    which `checksums` are there. `counts` are fresh facts by rule.
    """

    run: Mapping[str, Any]
    terms: str = ""
    asserted: str = ""
    literals: str = ""
    facts: tuple[str, ...] = ()
    delta: tuple[str, ...] = ()
    pairs: str = ""
    representatives: str = ""
    round: int = 0
    triples: int = 0
    size: int = 0
    is_closed: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    checksums: Mapping[str, int] = field(default_factory=dict)

    @property
    def files(self) -> set[str]:
        """The files that count."""
        names = {self.terms, self.asserted, self.literals, self.pairs, self.representatives}
        return {name for name in {*names, *self.facts, *self.delta} if name}

    def to_json(self) -> bytes:
        """It as it is kept."""
        return (json.dumps({"format": FORMAT, **asdict(self)}, indent=1) + "\n").encode()


class WorkFolder:
    """A folder of work, which this process alone has while it is open, or with others that read.

    Arguments: where it is; what the closure is of; whether it is only read; whether it goes on with
    what was begun. Raises: ProblemsError where it cannot be made or another process works in it.
    """

    def __init__(
        self,
        path: Path,
        run: Mapping[str, Any],
        *,
        is_read: bool = False,
        is_resumed: bool = False,
    ) -> None:
        self.path = path
        self._advice = "without --resume it is begun anew" if is_resumed else "make it anew"
        self.manifest = WorkManifest(json.loads(json.dumps(run)))
        self._files: set[str] = set()
        try:
            if not is_read:
                path.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise self.problem(f"cannot be used: {error.strerror}") from error
        try:
            fcntl.flock(self._lock, (fcntl.LOCK_SH if is_read else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise self.problem("another run works in it; wait, or name another folder") from None

    @property
    def is_hashed_so(self) -> bool:
        """Whether terms have keys by the hashes that are given here."""
        return bool(self.manifest.run["hashes"] == pl.__version__)

    @property
    def bits(self) -> int:
        """How many bits of the hash of a term are its key."""
        return int(self.manifest.run["bits"])

    def __enter__(self) -> "WorkFolder":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._lock)

    def begin(self) -> None:
        """Begin anew. Raises: ProblemsError where the folder has something else in it."""
        names = {path.name for path in self.path.iterdir()}
        if MANIFEST not in names and any(not _is_own(name) for name in names):
            raise self.problem("is not empty, and no folder of work; name another")
        (self.path / MANIFEST).unlink(missing_ok=True)
        self.clean()

    def resume(self) -> None:
        """Go on from what was reached. Raises: ProblemsError where it was of something else."""
        if not (self.path / MANIFEST).is_file():
            self.begin()
            return
        run = self.manifest.run
        self.load(is_whole=True)
        if self.manifest.run != run:
            raise self.problem(f"{OTHER}; {self._advice}")
        self.clean()

    def load(self, *, is_whole: bool = False) -> None:
        """Take what was reached, whatever it is of. Argument: whether all bytes of it are to be
        looked at, and not only what is asked for. Raises: ProblemsError."""
        if not (self.path / MANIFEST).is_file():
            raise self.problem(
                f"has no {MANIFEST}; name the folder of `eakg reason --engine duckdb --work`"
            )
        manifest = self._read()
        self._check_files(manifest)
        for name, checksum in manifest.checksums.items() if is_whole else ():
            if _checksum(self.path / name) != checksum:
                raise self.problem(f"{name} is damaged; {self._advice}")
        self.manifest = manifest
        self._files = manifest.files

    def _read(self) -> WorkManifest:
        path = self.path / MANIFEST
        try:
            content = json.loads(path.read_text("utf-8"))
            form = content.pop("format")
            manifest = WorkManifest(**content)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise self.problem(
                f"its {MANIFEST} cannot be read ({error}); {self._advice}"
            ) from error
        if form != FORMAT:
            raise self.problem(f"{OTHER}; {self._advice}")
        return replace(manifest, facts=tuple(manifest.facts), delta=tuple(manifest.delta))

    def _check_files(self, manifest: WorkManifest) -> None:
        missing = sorted(name for name in manifest.files if not (self.path / name).exists())
        if missing:
            raise self.problem(f"{missing[0]} is missing; {self._advice}")

    def file(self, name: str) -> str:
        """The path of a file in it."""
        return str(self.path / name)

    def propose(self, **changes: Any) -> None:
        """Take what is to be reached with what comes next for what there is."""
        self.manifest = replace(self.manifest, **changes)

    def reach(self, **changes: Any) -> None:
        """Note what was reached, for good; what does not count any more is removed."""
        manifest = replace(self.manifest, **changes)
        checksums = {
            name: sum_
            for name, sum_ in self.manifest.checksums.items()
            if name in manifest.files & self._files
        }
        for name in manifest.files - checksums.keys():
            path = self.path / name
            for part in (*path.rglob("*.parquet"), path):
                _sync(part)
            checksums[name] = _checksum(path)
        manifest = replace(manifest, checksums=checksums)
        publish({self.path / MANIFEST: manifest.to_json()})
        _sync(self.path)
        self.manifest = manifest
        self._files = manifest.files
        self.clean()

    def clean(self) -> None:
        """Remove what is left of rounds that did not end."""
        for path in self.path.iterdir():
            name = path.name
            # What does not fit in memory is there as long as DuckDB wants it.
            if _is_own(name) and name not in {MANIFEST, "spill", *self.manifest.files}:
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)

    def problem(self, message: str) -> ProblemsError:
        """What is said of it."""
        return ProblemsError([Problem(str(self.path), 0, message)])


def read_work(path: Path) -> WorkFolder:
    """A folder of work to be read. Raises: ProblemsError."""
    work = WorkFolder(path, {}, is_read=True)
    try:
        work.load()
    except ProblemsError:
        work.__exit__()
        raise
    return work


def rules_digest(rules: RuleSet) -> str:
    """What tells rules from others."""
    return sha256("\n".join(map(rules_text, rules.rules)).encode()).hexdigest()


_NAMES = ("terms", "asserted", "literals", "facts", "delta", "pairs", "representatives", "parts")


def _is_own(name: str) -> bool:
    if name.startswith(f".{MANIFEST}."):
        return True
    return name in ("spill", MANIFEST) or name.startswith(tuple(f"{one}-" for one in _NAMES))


def _checksum(path: Path) -> int:
    """The CRC-32 of a file, or of the files in a folder one after another."""
    result = 0
    for part in sorted(path.rglob("*.parquet")) if path.is_dir() else [path]:
        if part.is_file():
            with part.open("rb") as file:
                while block := file.read(_BLOCK):
                    result = crc32(block, result)
    return result


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
