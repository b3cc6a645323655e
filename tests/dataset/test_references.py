"""What is said of a thing that no table has."""

from dataclasses import replace
from pathlib import Path

import pytest
from rdflib import Graph

from eakg.dataset.layout import Layout
from eakg.dataset.references import unresolved_references
from eakg.lift import LiftResult
from eakg.lift.result import Mention
from eakg.names import ID

ONE = LiftResult("note", ID.note, (), (), 0, 0, (), (Mention(ID.nowhere, ID.t1, "note.ann", 1),))
"""A document that speaks of one thing, which nothing describes."""


@pytest.mark.parametrize(
    ("background", "is_borrowed", "remedy"),
    [
        ("graph/background", False, "add a row for it to a table of graph/background"),
        ("background", False, "add a row for it to a table of background"),
        ("/opt/background", True, "add a row for it to a table of mine/own-tables"),
    ],
)
def test_where_a_row_is_wanted(
    layout: Layout, background: str, is_borrowed: bool, remedy: str
) -> None:
    here = replace(
        layout,
        background=Path(background),
        borrows_tables=is_borrowed,
        own_tables=Path("mine/own-tables"),
    )
    (problem,) = unresolved_references([ONE], Graph(), here)
    assert remedy in problem.message
