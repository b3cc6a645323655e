"""A part: one lifted source, as its outline and the files that it gives."""

import hashlib
import pickle
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from sys import intern
from typing import Literal as Choice

from rdflib import Graph, URIRef
from rdflib.namespace import RDF

from eakg.dataset.gazetteer import NAMES
from eakg.dataset.parts.shared_terms import forget_shared_terms, pickled, shared_term
from eakg.dataset.references import described_nodes, uses_of
from eakg.evidence import statement_triples
from eakg.lift import LiftResult, SourceOutline
from eakg.names import ProjectIris
from eakg.problems import Problem
from eakg.rdf import write_term, write_turtle

Kind = Choice["triples", "asserted", "evidence"]
_KINDS: tuple[Kind, ...] = ("triples", "asserted", "evidence")
_LEVEL = 1  # of compression, which a build waits for


@dataclass(frozen=True)
class SourceOutcome:
    """What became of a source: what was lifted of it, if anything, and what is wrong with it."""

    result: LiftResult | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class PartContents:
    """A file with what a source gives: the SHA-256 of each kind of it, and the bytes that these
    take in the file, one after another from `start` on."""

    path: Path
    digests: dict[Kind, str]
    sizes: dict[Kind, int]
    start: int

    def content(self, kind: Kind) -> bytes:
        """What the source gives, of a kind: the triples as N-Triples, or a file."""
        place = _KINDS.index(kind)
        offset = self.start + sum(self.sizes[one] for one in _KINDS[:place])
        with self.path.open("rb") as file:
            file.seek(offset)
            return zlib.decompress(file.read(self.sizes[kind]))


@dataclass(frozen=True)
class Part:
    """A source that was lifted: what became of it, of a record in outline, and the file with what
    it gives."""

    outcome: SourceOutcome
    file: PartContents


def part_bytes(
    key: str, outcome: SourceOutcome, iris: ProjectIris, ontology: Graph, single: frozenset[URIRef]
) -> bytes:
    """The file of a part: the digest of the rest, the length of its head, head, and contents.

    Arguments: the key that the file is named by; what became of the source; the IRIs of the
    project; the graph of its ontology; the properties that have one value for each thing.
    """
    contents: dict[Kind, bytes] = dict.fromkeys(_KINDS, b"")
    if (result := outcome.result) is not None:
        contents["triples"] = ntriples(result)
        contents["asserted"], contents["evidence"] = turtle_files(result, iris)
        if result.mentions or any(one.sentences for one in result.statements):
            outcome = replace(outcome, result=outlined(result, iris, ontology, single))
    packed = {kind: zlib.compress(content, _LEVEL) for kind, content in contents.items()}
    digests = {kind: hashlib.sha256(content).hexdigest() for kind, content in contents.items()}
    sizes = {kind: len(content) for kind, content in packed.items()}
    head = pickled((outcome, digests, sizes))
    forget_shared_terms()
    rest = b"".join([len(head).to_bytes(8), head, *packed.values()])
    return _seal(key, rest) + rest


def read_part(path: Path) -> Part | None:
    """The part in a file; None where there is none, or it is not as it was written."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if _seal(path.stem, data[32:]) != data[:32]:
        return None
    end = 40 + int.from_bytes(data[32:40])
    outcome, digests, sizes = pickle.loads(data[40:end])  # noqa: S301 - whole by its digest, in a folder that nobody else writes to
    return Part(outcome, PartContents(path, digests, sizes, end))


def _seal(key: str, rest: bytes) -> bytes:
    return hashlib.sha256(key.encode() + rest).digest()


def ntriples(result: LiftResult) -> bytes:
    """The triples of what was lifted, once each, as N-Triples."""
    triples = dict.fromkeys(statement.triple for statement in result.statements)
    return "".join(f"{' '.join(map(write_term, triple))} .\n" for triple in triples).encode()


def turtle_files(result: LiftResult, iris: ProjectIris) -> tuple[bytes, bytes]:
    """The asserted and the evidence file of what was lifted."""
    asserted = (statement.triple for statement in result.statements)
    evidence = (
        triple
        for statement in result.statements
        for triple in statement_triples(statement, result.graph)
    )
    return (
        write_turtle(asserted, iris.prefixes),
        write_turtle([*result.context, *evidence], iris.prefixes),
    )


def outlined(
    result: LiftResult, iris: ProjectIris, ontology: Graph, single: Iterable[URIRef]
) -> LiftResult:
    """What was lifted from a record, without what nothing but its own files needs."""
    properties = {RDF.type, *NAMES, *single}
    marks = {mention.annotation for mention in result.mentions if not mention.is_event}
    graph, document = result.graph, iris.thing(result.name)
    statements = tuple(
        item._replace(
            iri=graph,
            triple=(shared_term(node), shared_term(property_), shared_term(value)),
            derived_from=graph,
            evidence=(),
            sentences=(graph,) if item.sentences else (),
            file=intern(item.file),
        )
        for item in result.statements
        for node, property_, value in [item.triple]
        if property_ in properties and not (property_ == RDF.type and item.derived_from in marks)
    )
    mentions = tuple(
        mention._replace(
            thing=shared_term(mention.thing),
            annotation=document,
            file=intern(mention.file),
            words=tuple(map(intern, mention.words)),
            class_=mention.class_ and shared_term(mention.class_),
        )
        for mention in result.mentions
    )
    nodes = set(described_nodes(result, ontology))
    parts = {node for node in nodes if node.startswith(f"{document}/")}
    things = nodes.union(ontology.subjects(RDF.type))
    uses = {
        shared_term(node): tuple((intern(file), line) for file, line in lines)
        for node, lines in uses_of(result).items()
        if node not in things
    }
    outline = SourceOutline(
        nodes=frozenset(map(shared_term, nodes - parts)),
        packed_parts=SourceOutline.pack(parts),
        uses=uses,
        statements=result.statement_count,
        triples=result.triple_count,
    )
    return replace(result, statements=statements, context=(), mentions=mentions, outline=outline)
