"""A difference as RDF Patch: what was deleted and added, quad by quad.

Specification: RDF Patch (https://afs.github.io/rdf-delta/rdf-patch.html).
"""

from io import BytesIO

import pyoxigraph

from eakg.rdf import TagWriter, mapped_term
from eakg.store.changes import Change, Quads

_VERSION = "urn:x-eakg:version:"


def rdf_patch(old: str, new: str, change: Change) -> bytes:
    """The difference between two versions. Arguments: their names; the difference.

    Graphs that came or went without a triple are comments, as the format has no word for them.
    """
    lines = [f"H id <{_VERSION}{new}> .", f"H prev <{_VERSION}{old}> ."]
    lines += [f"# the graph <{name}> went" for name in sorted(change.dropped)]
    lines += [f"# the graph <{name}> came" for name in sorted(change.created)]
    head = "\n".join([*lines, "TX .\n"]).encode()
    return head + _rows(b"D ", change.removed) + _rows(b"A ", change.added) + b"TC .\n"


def _rows(letter: bytes, quads: Quads) -> bytes:
    output = BytesIO()
    writer = TagWriter(output)
    coded_quads = (
        pyoxigraph.Quad(
            quad.subject, quad.predicate, mapped_term(quad.object, writer.term), quad.graph_name
        )
        for quad in quads
    )
    pyoxigraph.serialize(coded_quads, writer, pyoxigraph.RdfFormat.N_QUADS)  # type: ignore[arg-type]  # all that is asked of it is `write`
    writer.close()
    rows = sorted(output.getvalue().splitlines(keepends=True))
    return b"".join(letter + row for row in rows)
