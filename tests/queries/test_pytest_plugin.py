"""The plugin of pytest, in a project that has nothing but the wheel; its options are asked for in
`test_plugin_options`."""

import os
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

from helpers.saved_query_files import Files, files_in


@dataclass(frozen=True)
class Project:
    """A folder with query files, and a Python that the wheel is installed for."""

    python: Path
    files: Files

    def pytest(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("PYTHONPATH", "PYTEST_ADDOPTS", "VIRTUAL_ENV")
            and not name.startswith("PYTEST_XDIST")
        }
        command = [self.python, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
        return subprocess.run(
            command,
            cwd=self.files.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def python(unpacked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the wheel as an installer puts it, and what it depends on."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    site = next((folder / "lib").glob("python*")) / "site-packages"
    for part in unpacked.iterdir():
        (site / part.name).symlink_to(part)
    # The dependencies are those of these tests, behind what the wheel brings.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin" / "python"


@pytest.fixture
def project(python: Path, tmp_path: Path) -> Project:
    files = files_in(tmp_path)
    files.query("queries/good", "question: Is it so?\nexpect: {ask: true}", "ASK { ?x :size 1 }")
    files.query("queries/bad", "tags: [x]\nexpect: {count: 2}", "SELECT ?x { ?x :size 1 }")
    files.query("queries/free", "summary: nothing expected", "ASK {}")
    return Project(python, files)


def test_the_wheel_is_what_runs(project: Project, unpacked: Path) -> None:
    code = "import eakg, pathlib; print(pathlib.Path(eakg.__file__).resolve())"
    done = subprocess.run(
        [project.python, "-P", "-c", code],
        cwd=project.files.folder,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()).is_relative_to(unpacked.resolve())


def test_it_does_nothing_unless_it_is_asked(project: Project) -> None:
    done = project.pytest("-q")
    assert done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED, done.stdout + done.stderr


def test_query_files_are_tests_over_files(project: Project) -> None:
    done = project.pytest("--eakg-data", "data.ttl", "-rA", "--junit-xml", "report.xml")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout + done.stderr
    assert "2 passed" in done.stdout
    assert "1 failed" in done.stdout
    assert "1 rows came; by the contract 2" in done.stdout
    assert "Traceback" not in done.stdout
    assert "FAILED queries/bad.rq::bad" in done.stdout
    assert "PASSED queries/good.rq::good" in done.stdout
    assert 'name="tag" value="x"' in (project.files.folder / "report.xml").read_text("utf-8")


def test_the_graph_that_comes_with_the_wheel(project: Project) -> None:
    path = project.files.folder / "china.rq"
    path.write_text(
        "#+ expect: {ask: true}\nASK { <https://w3id.org/eakg/id/china> ?p ?o }\n", "utf-8"
    )
    done = project.pytest("--eakg", "-q", "china.rq")
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_costs_nothing_where_it_is_not_used() -> None:
    code = (
        "import sys; import pytest; import eakg.queries.pytest_plugin; "
        "sys.exit('rdflib' in sys.modules or 'pyoxigraph' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
