"""What the tests of all rooms share: the committed graph, a small dataset, and their marks.

Nothing of the house is imported before a fixture needs it, so that one quick test is quick.
"""

from __future__ import annotations

import csv
import gc
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

# The tests start hundreds of processes, each of which would compile the house anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# What builds keep is nobody's but the tests'.
_PARTS = TemporaryDirectory()
os.environ["EAKG_PARTS"] = _PARTS.name

# Services that live for a few requests make nothing ahead of them.
os.environ["EAKG_PAGES_AHEAD"] = "0"

from helpers.house import ROOT  # noqa: E402 - bytecode comes first
from helpers.tries import tries  # noqa: E402 - the same

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rdflib import Graph

    from eakg.dataset.layout import Layout
    from eakg.store.embedded import EmbeddedStore
    from eakg.store.workers.keeper_process import KeeperProcess
    from helpers.small_dataset import Small

FOLDERS = {"browser": "browser", "conformance": "conformance", "graph": "slow"}
"""Folders all of whose tests have one mark."""
STARTERS = {
    *("KeeperProcess", "plain_store", "running", "running_small", "start_small", "subprocess"),
    *("engine", "oxigraph", "virtuoso", "Tracer", "Course"),
}
"""Names by which a test module starts processes."""
STARTING = {
    *("shipped_keeper", "shipped_service", "small_keeper"),
    *("light_wheel", "whole_wheel", "unpacked"),
}
"""Fixtures that start processes."""
SLOW = {"built_dataset", "small", "layout", "shipped_store"}
"""Fixtures of tests that build, or read the whole graph."""


@pytest.hookimpl(tryfirst=True)
def pytest_make_collect_report(collector: pytest.Collector) -> None:
    """Settings of Hypothesis, before a module that uses it is imported: no clock decides."""
    if isinstance(collector, pytest.Module) and b"\nfrom hypothesis" in collector.path.read_bytes():
        from hypothesis import HealthCheck, settings

        patient = [HealthCheck.too_slow]
        settings.register_profile(
            "eakg", deadline=None, suppress_health_check=patient, max_examples=tries(100)
        )
        settings.load_profile("eakg")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test: by its folder, by what it starts, and as fast what is none of these and
    was not found to be slow."""
    for item in items:
        ours = item.path.is_relative_to(ROOT / "tests")
        if ours and not item.get_closest_marker("slow"):
            item.add_marker(_mark(item))


def pytest_collection_finish() -> None:
    """What was collected stays: the collector of garbage need not look at it time and again."""
    if "flask" in sys.modules:
        from helpers.templates import share_templates

        share_templates()
    gc.collect()
    gc.freeze()


def _mark(item: pytest.Item) -> str:
    folder = item.path.relative_to(ROOT / "tests").parts[0]
    fixtures = set(getattr(item, "fixturenames", ()))
    if folder in FOLDERS:
        return FOLDERS[folder]
    if fixtures & STARTING or STARTERS & vars(getattr(item, "module", object)).keys():
        return "processes"
    return "slow" if fixtures & SLOW else "fast"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Its plugin imports Hypothesis to sum up, which takes longer than a test that has none."""
    plugins = session.config.pluginmanager
    if "hypothesis" not in sys.modules and not session.testsfailed:
        plugins.unregister(name="hypothesispytest")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout that the tests belong to; nothing may be written into it."""
    return ROOT


@pytest.fixture(scope="session")
def layout() -> Layout:
    """The layout of the committed graph."""
    from eakg.dataset.layout import layout_of

    return layout_of(ROOT)


@pytest.fixture(scope="session")
def ontology(layout: Layout) -> Graph:
    """The committed ontology."""
    from eakg.dataset.lifting import read_ontology

    return read_ontology(layout)


@pytest.fixture(scope="session")
def asserted(layout: Layout) -> dict[str, Graph]:
    """The committed asserted graphs by name."""
    from eakg.rdf.parsing import parse_rdf

    return {path.stem: parse_rdf(path) for path in sorted(layout.asserted.glob("*.ttl"))}


@pytest.fixture(scope="session")
def evidence(layout: Layout) -> dict[str, Graph]:
    """The committed evidence graphs by name."""
    from eakg.rdf.parsing import parse_rdf

    return {path.stem: parse_rdf(path) for path in sorted(layout.evidence.glob("*.ttl"))}


@pytest.fixture(scope="session")
def shipped_store() -> EmbeddedStore:
    """The store of the shipped graph in this process, to be read only."""
    from eakg.store.embedded import EmbeddedStore
    from helpers.holdings import shipped_contents

    return EmbeddedStore(shipped_contents())


@pytest.fixture(scope="session")
def shipped_keeper() -> Iterator[KeeperProcess]:
    """The store of the shipped graph, to be read only, with time for a busy machine."""
    from eakg.store.request import Limits
    from eakg.store.workers.keeper_process import KeeperProcess
    from helpers.holdings import shipped_contents

    with KeeperProcess(shipped_contents(), Limits(timeout=300.0, patience=300.0)) as keeper:
        yield keeper


@pytest.fixture
def forked_keepers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keepers that need not import first what they need, for tests of what is answered."""
    from eakg.store.workers.store_process import StoreProcess
    from helpers.forked_keepers import forked_keeper

    monkeypatch.setattr(StoreProcess, "spawn", forked_keeper)


@pytest.fixture(scope="session")
def shipped_service() -> Iterator[str]:
    """The address of `eakg serve` of the shipped graph, without the last slash."""
    from helpers.serving import running

    with running("--cors") as address:
        yield address


@pytest.fixture(scope="session")
def dossier() -> Path:
    """The folder of the facts dossier: in EAKG_SHARED, or in `shared` beside the checkout."""
    folder = Path(os.environ.get("EAKG_SHARED", ROOT.parent / "shared")) / "facts"
    if not folder.is_dir():
        pytest.skip(f"no facts dossier at {folder}; set EAKG_SHARED to the folder that holds facts")
    return folder


@pytest.fixture(scope="session")
def facts(dossier: Path) -> Callable[[str], list[dict[str, str]]]:
    """Reads a table of the dossier by its name."""

    def read(name: str) -> list[dict[str, str]]:
        with (dossier / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return read


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """A small dataset, in a folder of its own that is the current one."""
    from helpers.small_dataset import Small, write_small_dataset

    write_small_dataset(tmp_path, ROOT)
    monkeypatch.chdir(tmp_path)
    return Small()


@pytest.fixture(scope="session")
def built_dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small dataset and what a build makes of it; for copying only."""
    from helpers.small_dataset import Small, write_small_dataset

    folder = tmp_path_factory.mktemp("built")
    write_small_dataset(folder, ROOT)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        result = Small().build()
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def built(built_dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """A small dataset that was built, in a folder of its own that is the current one."""
    from helpers.small_dataset import Small

    folder = tmp_path / "built"
    shutil.copytree(built_dataset, folder)
    monkeypatch.chdir(folder)
    return Small()


@pytest.fixture(scope="session")
def light_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of `eakg-queries`."""
    return _wheel(ROOT / "light", tmp_path_factory.mktemp("light"))


@pytest.fixture(scope="session")
def whole_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of `eakg`."""
    return _wheel(ROOT, tmp_path_factory.mktemp("whole"))


def _wheel(project: Path, folder: Path) -> Path:
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder]
    subprocess.run([*command, project], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def unpacked(whole_wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the wheel was unpacked to, as an installer would."""
    target = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(whole_wheel) as archive:
        archive.extractall(target)
    return target
