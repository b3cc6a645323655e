"""What is taken from others: all of it by version and digest, and said in the bill of materials."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from eakg import __version__
from helpers.house import ROOT

LISTS = sorted(ROOT.glob("requirements*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
INSTALLERS = [ROOT / name for name in ("Makefile", "Containerfile", ".ci/run")]
EXTRAS = {*PROJECT["project"]["optional-dependencies"]} - {"spark"}
PIN = re.compile(r"^([\w.-]+)==(\S+)(?: ; (.*?))?((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", re.M)


def pins(path: Path) -> dict[str, str]:
    """The versions that a list names for this system and Python."""
    return {
        canonicalize_name(name): version
        for name, version, marker, _ in PIN.findall(path.read_text())
        if not marker or Marker(marker).evaluate()
    }


def needs(extras: tuple[str, ...], groups: tuple[str, ...]) -> list[Requirement]:
    project = PROJECT["project"]
    texts = [*project["dependencies"]]
    texts += [one for name in extras for one in project["optional-dependencies"][name]]
    texts += [one for name in groups for one in PROJECT["dependency-groups"][name]]
    return [one for one in map(Requirement, texts) if one.name != "eakg"]


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.name)
def test_every_line_of_a_list_is_a_version_with_its_digests(path: Path) -> None:
    """What is neither a pin nor a comment would be installed as whatever there is."""
    assert PIN.sub("", re.sub(r"^ *#.*$", "", path.read_text(), flags=re.M)).split() == []
    assert pins(path)


@pytest.mark.parametrize(
    ("name", "extras"),
    [("requirements.txt", ("compression",)), ("requirements-ci.txt", (*EXTRAS, "dev", "test"))],
)
def test_a_list_has_what_the_package_asks_for(name: str, extras: tuple[str, ...]) -> None:
    versions = pins(ROOT / name)
    for need in needs(extras, ("build",)):
        assert need.specifier.contains(versions[canonicalize_name(need.name)]), need


def test_tests_run_with_the_versions_that_are_served() -> None:
    assert pins(ROOT / "requirements.txt").items() <= pins(ROOT / "requirements-ci.txt").items()


@pytest.mark.parametrize("path", INSTALLERS, ids=lambda path: path.name)
def test_nothing_is_installed_but_by_digest(path: Path) -> None:
    text = path.read_text("utf-8").replace("$(INSTALL)", "pip install").replace("\\\n", " ")
    installs = re.findall(r"^(?!INSTALL :=).*\b(?:pip|npm) (?:install|ci)\b.*$", text, re.M)
    assert installs or "npm" not in text
    for line in installs:
        by_digest = "--require-hashes" in line or "npm ci " in line
        locks = "--package-lock-only" in line
        ours = "--no-deps" in line and "--no-build-isolation" in line
        assert by_digest or locks or ours, line


def test_the_client_of_another_maker_is_pinned_with_all_it_needs() -> None:
    folder = ROOT / ".ci/comunica"
    wanted = json.loads((folder / "package.json").read_text("utf-8"))["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    packages = json.loads((folder / "package-lock.json").read_text("utf-8"))["packages"]
    assert packages.pop("")["dependencies"] == wanted
    assert [name for name, one in packages.items() if "sha512-" not in one["integrity"]] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_uses_commits_and_may_do_little(path: Path) -> None:
    text = path.read_text("utf-8")
    for action in re.findall(r"uses: (.*)", text):
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action
    assert re.search(r"^permissions: \{\}$|^permissions:\n  contents: read\njobs:", text, re.M)
    jobs = re.split(r"^  (?=\w+:$)", text.partition("\njobs:\n")[2], flags=re.M)[1:]
    assert jobs
    for job in jobs:
        assert "timeout-minutes:" in job
        # What may write to the repository runs nothing that others wrote.
        assert "contents: write" not in job or not re.search(r"checkout@|make|pip|npm", job)


def test_the_container_runs_without_privilege_and_installs_nothing_later() -> None:
    text = (ROOT / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    *_, last = re.split(r"^FROM ", text, flags=re.M)
    users = re.findall(r"^USER (\d+):(\d+)$", last, re.M)
    assert users
    assert "0" not in users[-1]
    assert "pip uninstall --yes setuptools wheel pip" in last
    assert "pip install" not in last
    removed = re.findall(r"pip uninstall --yes\s+([\w -]+)", text)[0].split()
    makers = pins(ROOT / "requirements.txt").keys() - closure(needs(("compression",), ()))
    assert {*removed} - {"pip", "setuptools"} == makers


def closure(requirements: list[Requirement]) -> set[str]:
    """The names of what is needed, as the metadata of what is installed here tell."""
    found: dict[str, set[str]] = {}
    pending = list(requirements)
    while pending:
        need = pending.pop()
        name, extras = canonicalize_name(need.name), {"", *need.extras}
        if need.marker and not need.marker.evaluate({"extra": ""}):
            continue
        if extras <= found.get(name, set()):
            continue
        found.setdefault(name, set()).update(extras)
        pending += _further(name, extras)
    return {*found}


def _further(name: str, extras: set[str]) -> Iterator[Requirement]:
    for text in distribution(name).requires or []:
        need = Requirement(text)
        if need.marker is None or any(need.marker.evaluate({"extra": one}) for one in extras):
            need.marker = None
            yield need


def test_what_only_commands_need_is_not_in_the_processes_of_the_service() -> None:
    """It is installed with them, and no request comes near it."""
    program = (
        "import sys, eakg.serve.wsgi, eakg.store.workers.keeper, eakg.store.reasoning.reasoner\n"
        "unused = 'csvw pyshacl owlrl rich babel pygments sentencex pip'.split()\n"
        "print([name for name in unused if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_the_bill_of_materials_has_what_the_package_needs_and_nothing_else(tmp_path: Path) -> None:
    tools = [Path(sys.prefix, "tools/bin/cyclonedx-py"), Path(shutil.which("cyclonedx-py") or "")]
    tool = next((one for one in tools if one.is_file()), None)
    if tool is None:
        pytest.skip("there is no cyclonedx-py; `make sbom` installs it")
    file = tmp_path / "eakg.cdx.json"
    program = ROOT / "tests/helpers/bill_of_materials.py"
    # It holds the bill against the schema of CycloneDX.
    command = [tool.with_name("python"), program, sys.executable, file]
    subprocess.run(command, check=True, capture_output=True)
    bill = json.loads(file.read_text("utf-8"))
    assert bill["bomFormat"] == "CycloneDX"
    root = bill["metadata"]["component"]
    assert (root["name"], root["version"]) == ("eakg", __version__)
    addresses = {part["purl"] for part in bill["components"]}
    expected = {f"pkg:pypi/{name}@{distribution(name).version}" for name in closure(needs((), ()))}
    assert expected == {address for address in addresses if not address.startswith("pkg:npm/")}
    editors = addresses - expected
    assert len(editors) == 1
    assert next(iter(editors)).startswith("pkg:npm/%40zazuko/yasgui@")
    reachable = {one["ref"] for one in bill["dependencies"]}
    assert reachable == {root["bom-ref"], *(part["bom-ref"] for part in bill["components"])}
