"""Which classes of the ontology the graph joins by which properties."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rdflib import RDFS, URIRef

from eakg.serve.app import AppContext
from eakg.serve.content import cells_of, iri_in, thing_filter, writing_table
from eakg.serve.pages.ontology.vocabulary import Vocabulary
from eakg.store import Closure, QueryService

_CLOSURE: Closure = "asserted"
_BEGIN = """CREATE TABLE thing (iri TEXT, root TEXT, PRIMARY KEY (iri, root)) WITHOUT ROWID;
CREATE TABLE pair (property TEXT, subject TEXT, object TEXT);"""
_COUNT = """SELECT source.root, property, target.root, COUNT(*) AS number FROM pair
JOIN thing source ON source.iri = subject JOIN thing target ON target.iri = object
GROUP BY source.root, property, target.root ORDER BY number DESC, property"""


@dataclass(frozen=True)
class ClassRelation:
    """That things of one class are joined to things of another by a property, so many times."""

    source: str
    property: str
    target: str
    count: int


def relations(
    app: AppContext, vocabulary: Vocabulary, classes: Sequence[str]
) -> tuple[ClassRelation, ...]:
    """Which of the classes the graph joins by which properties of a vocabulary, by what is stated
    and not by what follows; most used first.

    They are counted once for each version of the data. Raises: StoreError and its kinds.
    """
    if not classes:
        return ()

    def write(path: Path) -> None:
        properties = [one for one in app.catalogue.properties() if vocabulary.has(URIRef(one))]
        subjects = thing_filter(vocabulary.project).replace("?thing", "?s")
        place = path.with_name(f"{path.name}.table")
        numbers = _relations(app.store, properties, subjects, classes, place)
        path.write_text(json.dumps([asdict(one) for one in numbers]), "utf-8")

    rows = json.loads(app.shelf.get("relations.json", write).read_text("utf-8"))
    return tuple(ClassRelation(**row) for row in rows)


def _relations(
    store: QueryService,
    properties: Iterable[str],
    subjects: str,
    classes: Sequence[str],
    place: Path,
) -> list[ClassRelation]:
    try:
        with writing_table(place) as database:
            database.executescript(_BEGIN)
            for root, below in _classes_below(store, classes).items():
                kinds = " ".join(f"<{one}>" for one in below)
                pattern = f"VALUES ?below {{ {kinds} }} ?s a ?below FILTER(isIRI(?s))"
                rows = cells_of(store, f"SELECT DISTINCT ?s {{ {pattern} }}", _CLOSURE)
                things = ((iri_in(cell), root) for (cell,) in rows)
                database.executemany("INSERT INTO thing VALUES (?, ?)", things)
            for property_ in sorted(properties):
                text = f"""SELECT DISTINCT ?s ?o {{ ?s <{property_}> ?o
                  FILTER(isIRI(?o) && {subjects}) }}"""
                cells = cells_of(store, text, _CLOSURE)
                pairs = ((property_, iri_in(one), iri_in(other)) for one, other in cells)
                database.executemany("INSERT INTO pair VALUES (?, ?, ?)", pairs)
            return [ClassRelation(*row) for row in database.execute(_COUNT)]
    finally:
        place.unlink(missing_ok=True)


def _classes_below(store: QueryService, classes: Iterable[str]) -> dict[str, list[str]]:
    """The classes that are of each, itself among them."""
    values = " ".join(f"<{one}>" for one in classes)
    text = f"""SELECT DISTINCT ?root ?below {{ VALUES ?root {{ {values} }}
      ?below <{RDFS.subClassOf}>* ?root FILTER(isIRI(?below)) }}"""
    below: dict[str, list[str]] = {}
    for root, cell in cells_of(store, text, _CLOSURE):
        below.setdefault(str(iri_in(root)), []).append(str(iri_in(cell)))
    return below
