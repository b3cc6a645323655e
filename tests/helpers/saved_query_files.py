"""Query files for tests: written into a folder, and run by the command."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from eakg.cli import main
from eakg.rdf.cells import CellTable, table_of_values, truth
from eakg.rdf.results import results_of

DATA = """\
PREFIX : <http://example.org/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
:a :size 1 ; :weight 2.5 ; :name "one"@en , "eins"@de ; :since "2020-01-01"^^xsd:date ; :near :b .
:b :size 2 ; :weight 2.75 ; :name "two"@en , "zwei"@de ; :since "2021-06-30"^^xsd:date ;
  :near [ :size 9 ] .
:c :size 2 ; :name "three" ; :code "007" ; :near [ :size 9 ] , [ :size 9 ; :near :c ] .
"""


@dataclass(frozen=True)
class Files:
    """A folder with a small graph in `data.ttl`."""

    folder: Path

    def write(self, name: str, content: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
        return path

    def query(self, name: str, header: str, body: str) -> Path:
        lines = "".join(f"#+ {line}\n" for line in header.splitlines())
        return self.write(f"{name}.rq", f"{lines}PREFIX : <http://example.org/>\n{body}\n")

    def test(self, *arguments: str) -> Result:
        """`eakg test` over the folder and its data."""
        return run("test", str(self.folder), "--data", str(self.folder / "data.ttl"), *arguments)


def files_in(folder: Path) -> Files:
    (folder / "data.ttl").write_text(DATA, "utf-8")
    return Files(folder)


def values_in(results: dict[str, Any]) -> CellTable:
    """The values in SPARQL 1.1 Query Results JSON; an ASK gives one row of the column `boolean`."""
    answer = results_of(results)
    return truth(answer) if isinstance(answer, bool) else table_of_values(answer)


def run(*arguments: str, input_: str | None = None) -> Result:
    """The command in this process."""
    return CliRunner().invoke(main, arguments, input=input_, catch_exceptions=False)
