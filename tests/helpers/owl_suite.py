"""The W3C OWL 2 test cases of profile RL and of the RDF-based semantics.

Read in place from `owl2-rl` in the folder that EAKG_W3C names, or in `../shared/w3c` beside the
repository.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph

from helpers.house import ROOT

_BESIDE = ROOT.parent / "shared" / "w3c"
SUITE = Path(os.environ.get("EAKG_W3C", _BESIDE)) / "owl2-rl"


def suite_cases() -> Iterator[Any]:
    """Name and type of each test; one that is skipped where the tests are not there."""
    if not SUITE.is_dir():
        reason = f"no W3C tests: {SUITE} is no folder (set EAKG_W3C)"
        yield pytest.param("", "", marks=pytest.mark.skip(reason=reason), id="absent")
    for meta in sorted(SUITE.glob("*/meta.json")):
        for type_ in json.loads(meta.read_text("utf-8"))["types"]:
            name = meta.parent.name
            yield pytest.param(name, type_, id=f"{name}-{type_}")


def suite_graph(name: str, file: str = "premise") -> Graph:
    """A graph of a test: `premise`, `conclusion` or `nonconclusion`."""
    return Graph().parse(SUITE / name / f"{file}.nt", format="nt")
