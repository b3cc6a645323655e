"""Where triples are written: the annotation, table row or line of an RDF file to go and change."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rdflib import Graph, Literal, Node, URIRef
from rdflib.namespace import PROV, RDF

from eakg.dataset.layout import Layout
from eakg.dataset.parse import parse_rdf
from eakg.lift.statement import Lifted
from eakg.names import CSVW, ID

Triple = tuple[Node, Node, Node]


@dataclass(frozen=True, order=True)
class Place:
    """A file and a line (from 1)."""

    file: str
    line: int


@dataclass
class Places:
    """Places by triple, and by subject where the triple itself is nowhere written; and the
    sentences around those that are annotations."""

    triples: dict[Triple, list[Place]] = field(default_factory=lambda: defaultdict(list))
    subjects: dict[Node, list[Place]] = field(default_factory=lambda: defaultdict(list))
    sentences: dict[Place, str] = field(default_factory=dict)

    def of(self, triple: Triple) -> tuple[Place, ...]:
        """The places where a triple is written."""
        return tuple(dict.fromkeys(self.triples.get(triple, ())))

    def of_subject(self, node: Node) -> Place | None:
        """The first place where something is said about a node."""
        return next(iter(self.subjects.get(node, ())), None)

    def add(self, triple: Triple, place: Place) -> None:
        self.triples[triple].append(place)
        self.subjects[triple[0]].append(place)


def places_of_lifted(layout: Layout, lifted: Iterable[Lifted]) -> Places:
    """Places of statements that were just lifted, and of the ontology's triples."""
    places = places_of_files(layout.ontology_files())
    for item in lifted:
        texts = {
            node: str(value) for node, property_, value in item.context if property_ == RDF.value
        }
        for statement in item.statements:
            place = Place(statement.file, statement.line)
            places.add(statement.triple, place)
            words = [texts[sentence] for sentence in statement.sentences if sentence in texts]
            if words:
                places.sentences[place] = " ".join(words)
    return places


def places_of_layout(layout: Layout, evidence: Mapping[str, Graph]) -> Places:
    """Places of the statements of a layout: by its evidence, lines of annotations and of tables;
    for the ontology, lines of its files; for the evidence itself, those of what it is about.

    `evidence` has the evidence graph of each document or table by its name.
    """
    places = places_of_files(layout.ontology_files())
    lines = dict(_annotation_lines(layout)) | dict(_row_lines(layout, evidence))
    for graph in evidence.values():
        for statement, origin in graph.subject_objects(PROV.wasDerivedFrom):
            if origin not in lines:
                continue
            terms = [graph.value(statement, p) for p in (RDF.subject, RDF.predicate, RDF.object)]
            if None not in terms:
                subject, predicate, object_ = terms
                places.add((subject, predicate, object_), lines[origin])  # type: ignore[arg-type]
            places.subjects[statement].append(lines[origin])
        for node in set(graph.subjects()):
            place = _nearest(node, lines)
            if place:
                places.subjects[node].append(place)
    return places


def _nearest(node: Node, lines: dict[Node, Place]) -> Place | None:
    """The place of the annotation or row that a node of the evidence belongs to."""
    name = str(node)
    while "/" in name and name.startswith(str(ID)):
        if URIRef(name) in lines:
            return lines[URIRef(name)]
        name = name.rpartition("/")[0]
    return None


def _annotation_lines(layout: Layout) -> Iterator[tuple[Node, Place]]:
    for folder in layout.records():
        for path in sorted(folder.glob("*.a*")):
            if path.suffix not in (".ann", ".a1", ".a2"):
                continue
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                identifier = line.split("\t", 1)[0]
                if identifier and identifier != "*":
                    yield ID[f"{folder.name}/{identifier}"], Place(str(path), number)


def _row_lines(layout: Layout, evidence: Mapping[str, Graph]) -> Iterator[tuple[Node, Place]]:
    for path in layout.tables():
        if path.stem not in evidence:
            continue
        starts = []
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            start = 1
            for _ in reader:
                starts.append(start)
                start = reader.line_num + 1
        for row, url in evidence[path.stem].subject_objects(CSVW.url):
            number = int(str(url).rpartition("#row=")[2])
            if number <= len(starts):
                yield row, Place(str(path), starts[number - 1])


def places_of_files(paths: Iterable[Path]) -> Places:
    """Places of the triples of RDF files, as far as names of subjects and objects can be found in
    their text; a file that cannot be read as text gives none."""
    places = Places()
    for path in paths:
        if path.suffix == ".gz":
            continue
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        _find_triples(places, str(path), parse_rdf(path), lines)
    return places


def _find_triples(places: Places, file: str, graph: Graph, lines: list[str]) -> None:
    index = _index(lines)
    for subject in set(graph.subjects()):
        starts = _occurrences(graph, subject, index)
        if not starts:
            continue
        start = next((n for n in starts if not lines[n][:1].isspace()), starts[0])
        for predicate, object_ in graph.predicate_objects(subject):
            near = [n for n in _occurrences(graph, object_, index) if n >= start]
            places.add((subject, predicate, object_), Place(file, (near or [start])[0] + 1))


_TOKEN = re.compile(r"<[^<>\s]*>|\"(?:[^\"\\]|\\.)*\"|[\w.-]*:[\w./%-]*[\w/%-]|[\w.+-]+")


def _index(lines: list[str]) -> dict[str, list[int]]:
    index: dict[str, list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        for token in _TOKEN.findall(line):
            index[token].append(number)
    return index


def _occurrences(graph: Graph, node: Node, index: dict[str, list[int]]) -> list[int]:
    if isinstance(node, Literal):
        names = [f'"{node}"', str(node)]
    elif isinstance(node, URIRef):
        names = [f"<{node}>"]
        for prefix, namespace in graph.namespaces():
            if namespace and node.startswith(namespace):
                names.append(f"{prefix}:{node[len(namespace) :]}")
        if node == RDF.type:
            names.append("a")
    else:
        return []
    return sorted({number for name in names for number in index.get(name, ())})
