"""Where triples are written: the annotation, table row or line of an RDF file to go and change."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rdflib import Graph, Literal, Node, URIRef
from rdflib.namespace import DCTERMS, OWL, PROV, RDF

from eakg.dataset.layout import Layout
from eakg.dataset.xml_lines import xml_lines
from eakg.evidence import reified_triples, row_number
from eakg.lift import LiftResult, RecordIris
from eakg.names import CSVW
from eakg.rdf import RDF_XML_SYNTAX, parse_rdf, read_bytes, syntax_of, text_of

Triple = tuple[Node, Node, Node]

_DESCRIPTION, _ASSERTION, _MENTION = range(3)


@dataclass(frozen=True, order=True)
class Place:
    """A file and a line (from 1; 0 where only the file is known)."""

    file: str
    line: int


@dataclass
class Places:
    """Places by triple, and by subject where the triple itself is nowhere written; and the
    sentences around those that are annotations."""

    triples: dict[Triple, list[Place]] = field(default_factory=lambda: defaultdict(list))
    subjects: dict[Node, list[tuple[int, Place]]] = field(default_factory=lambda: defaultdict(list))
    sentences: dict[Place, str] = field(default_factory=dict)

    def of(self, triple: Triple) -> tuple[Place, ...]:
        """The places where a triple is written."""
        return tuple(dict.fromkeys(self.triples.get(triple, ())))

    def around(self, triple: Triple) -> tuple[Place, ...]:
        """The places where something is said about the triple's subject by the same property, or
        else where anything is first said about it; of an equality, those where one thing is said
        to have both by one property."""
        if triple[1] == OWL.sameAs:
            pairs = self._places_of_pair({triple[0], triple[2]})
            if pairs:
                return pairs
        neighbours = [
            place
            for (subject, predicate, _), places in self.triples.items()
            if (subject, predicate) == triple[:2]
            for place in places
        ]
        first = self.of_subject(triple[0])
        return tuple(dict.fromkeys(neighbours)) or ((first,) if first else ())

    def _places_of_pair(self, values: set[Node]) -> tuple[Place, ...]:
        """The places of triples that give one subject all these values by one property."""
        subjects: dict[tuple[Node, Node], dict[Node, list[Place]]] = defaultdict(dict)
        for (subject, predicate, object_), places in self.triples.items():
            if object_ in values:
                subjects[subject, predicate][object_] = places
        groups = [places for places in subjects.values() if len(places) == len(values)]
        return tuple(sorted({place for places in groups for p in places.values() for place in p}))

    def of_subject(self, node: Node) -> Place | None:
        """The place where a node is described, or else the first where something is said of it."""
        return min(self.subjects.get(node, ()), default=(0, None))[1]

    def add(self, triple: Triple, place: Place, *, mention: bool = False) -> None:
        """Note a place; `mention` says that the triple is only the class of a mentioned thing."""
        rank = _MENTION if mention else _DESCRIPTION if triple[1] == RDF.type else _ASSERTION
        self.triples[triple].append(place)
        self.subjects[triple[0]].append((rank, place))


def places_of_lifted(layout: Layout, results: Iterable[LiftResult]) -> Places:
    """Places of statements that were just lifted, and of the ontology's triples."""
    places = places_of_files(layout.ontology_files())
    for result in results:
        texts = {
            node: str(value) for node, property_, value in result.context if property_ == RDF.value
        }
        for statement in result.statements:
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
    rows = row_lines(layout)
    lines = dict(annotation_lines(layout))
    for name, graph in evidence.items():
        lines |= _lines_of_rows(graph, rows.get(layout.iris.background_graph(name), ()))
        for statement, origin in graph.subject_objects(PROV.wasDerivedFrom):
            if origin in lines:
                places.subjects[statement].append((_DESCRIPTION, lines[origin]))
        for statement, triple in reified_triples(graph):
            for origin in graph.objects(statement, PROV.wasDerivedFrom):
                if origin in lines:
                    mention = str(graph.value(origin, DCTERMS.identifier) or "").startswith("T")
                    places.add(triple, lines[origin], mention=mention)
        for node in set(graph.subjects()):
            place = _nearest(node, lines, layout.iris.things)
            if place:
                places.subjects[node].append((_ASSERTION, place))
    return places


def _nearest(node: Node, lines: dict[Node, Place], things: str) -> Place | None:
    """The place of the annotation or row that a node of the evidence belongs to."""
    name = str(node)
    while "/" in name and name.startswith(things):
        if URIRef(name) in lines:
            return lines[URIRef(name)]
        name = name.rpartition("/")[0]
    return None


def annotation_lines(layout: Layout) -> Iterator[tuple[Node, Place]]:
    """The annotations of the records, each with the line that it is written in."""
    for folder in layout.records():
        for path in sorted(folder.glob("*.a*")):
            if path.suffix not in (".ann", ".a1", ".a2"):
                continue
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                identifier = line.split("\t", 1)[0]
                if identifier and identifier != "*":
                    annotation = RecordIris(folder.name, layout.iris).annotation(identifier)
                    yield annotation, Place(str(path), number)


def row_lines(layout: Layout) -> dict[URIRef, list[Place]]:
    """The rows of the tables, header included, each with the line that it begins in."""
    return {
        layout.iris.background_graph(path.stem): list(_row_starts(path)) for path in layout.tables()
    }


def _row_starts(path: Path) -> Iterator[Place]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        start = 1
        for _ in reader:
            yield Place(str(path), start)
            start = reader.line_num + 1


def _lines_of_rows(graph: Graph, starts: Sequence[Place]) -> Iterator[tuple[Node, Place]]:
    for row, address in graph.subject_objects(CSVW.url):
        number = row_number(str(address))
        if number is not None and number <= len(starts):
            yield row, starts[number - 1]


def places_of_files(paths: Iterable[Path]) -> Places:
    """Places of the triples of RDF files, which may be compressed: lines as far as names of
    subjects and objects can be found in the text, or the parser of the syntax tells them, and
    files."""
    places = Places()
    for path in paths:
        document = read_bytes(path)
        graph = parse_rdf(path, rdf12=True)
        if syntax_of(path) == RDF_XML_SYNTAX:
            lines_by_triple = xml_lines(document, path.absolute().as_uri())
            for triple in graph:
                if triple in lines_by_triple:
                    places.add(triple, Place(str(path), lines_by_triple[triple]))
        else:
            _find_triples(places, str(path), graph, text_of(document).splitlines())
        _add_file(places, str(path), graph)
    return places


def _add_file(places: Places, file: str, graph: Graph) -> None:
    """Note the file of those triples of its graph whose line is not known."""
    for triple in graph:
        if not any(place.file == file for place in places.triples.get(triple, ())):
            places.triples[triple].append(Place(file, 0))


def _find_triples(places: Places, file: str, graph: Graph, lines: list[str]) -> None:
    index = _index(lines)
    blocks = _blocks(lines)
    beginnings = [match[0] if (match := _TOKEN.match(line)) else "" for line in lines]
    for subject in set(graph.subjects()):
        occurrences = _occurrences(graph, subject, index)
        if not occurrences:
            continue
        # Where a line begins with its name, it is described there, and elsewhere is a value.
        spellings = _spellings(graph, subject)
        starts = [n for n in occurrences if beginnings[n] in spellings] or occurrences
        start = next((n for n in starts if not lines[n][:1].isspace()), starts[0])
        for predicate, object_ in graph.predicate_objects(subject):
            lines_after = [n for n in _occurrences(graph, object_, index) if n >= start]
            lines_within = [n for n in lines_after if blocks[n] in starts]
            places.add(
                (subject, predicate, object_),
                Place(file, (lines_within or lines_after or [start])[0] + 1),
            )


def _blocks(lines: list[str]) -> list[int]:
    """For each line, the line that is not indented before it, where its subject is written."""
    blocks, start = [], 0
    for number, line in enumerate(lines):
        if line[:1].strip() and line.strip() != ".":
            start = number
        blocks.append(start)
    return blocks


_TOKEN = re.compile(r"<[^<>\s]*>|\"(?:[^\"\\]|\\.)*\"|[\w.-]*:[\w./%-]*[\w/%-]|[\w.+-]+")


def _index(lines: list[str]) -> dict[str, list[int]]:
    index: dict[str, list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        for token in _TOKEN.findall(line):
            index[token].append(number)
    return index


def _occurrences(graph: Graph, node: Node, index: dict[str, list[int]]) -> list[int]:
    return sorted({line for name in _spellings(graph, node) for line in index.get(name, ())})


def _spellings(graph: Graph, node: Node) -> list[str]:
    if isinstance(node, Literal):
        return [f'"{node}"', str(node)]
    names = []
    if isinstance(node, URIRef):
        names.append(f"<{node}>")
        for prefix, namespace in graph.namespaces():
            if namespace and node.startswith(namespace):
                names.append(f"{prefix}:{node[len(namespace) :]}")
        if node == RDF.type:
            names.append("a")
    return names
