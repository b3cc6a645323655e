"""Writing graphs of rdflib in Turtle.

rdflib writes some terms as others, or as none: doubles with six places, decimals with a fraction,
truth values in one spelling or as numbers, long texts that end in a backslash and a quote, and
names that Turtle does not have. Such are written here in full, as in N-Triples.
"""

import io
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import cast

import pyoxigraph
from rdflib import RDF, RDFS, XSD, Graph, Literal, Node, URIRef
from rdflib.plugins.serializers.longturtle import LongTurtleSerializer
from rdflib.plugins.serializers.turtle import OBJECT, VERB, TurtleSerializer

from eakg.names import PREFIXES
from eakg.rdf.notation import read_term, write_term
from eakg.rdf.terms import Triple

_SHORT = {
    XSD.integer: re.compile("[+-]?[0-9]+"),
    XSD.decimal: re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD.boolean: re.compile("true|false"),
}
"""The literals that rdflib writes without quotes as they are."""
_ROUNDED = frozenset({XSD.double, XSD.float})
_PLAIN_NAME = re.compile("(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?)?")


class _ExactTerms:
    """For a serializer of rdflib: writes every term so that it is read as the same."""

    _prefixes: frozenset[str] | None = None
    """Those that stand at the head of the document, once it is written."""

    def startDocument(self) -> None:
        self._prefixes = frozenset(self.namespaces)  # type: ignore[attr-defined]  # of the serializer
        super().startDocument()  # type: ignore[misc]  # as above

    def get_pname(self, uri: Node, gen_prefix: bool = True) -> str | None:
        # Before a percent sign rdflib would end a namespace, which is no IRI then.
        generates = gen_prefix and "%" not in str(uri)
        name = super().get_pname(uri, generates)  # type: ignore[misc]  # as above
        prefix, _, local_name = (name or "").partition(":")
        is_bound = self._prefixes is None or prefix in self._prefixes
        return name if name and is_bound and _is_name_of(local_name, str(uri)) else None

    def label(self, node: Node, position: int) -> str:
        if isinstance(node, Literal) and not _is_exact(node):
            return write_term(node)
        if node == RDF.nil and position == VERB:
            return write_term(node)
        return cast(str, super().label(node, position))  # type: ignore[misc]  # as above


class _Turtle(_ExactTerms, TurtleSerializer):
    pass


class _LongTurtle(_ExactTerms, LongTurtleSerializer):
    pass


_NAME = "[A-Za-z_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?"
_SPLIT = re.compile(f"(.*[/#])({_NAME})", re.DOTALL)
"""An IRI that rdflib splits here, and whose local name Turtle has as it is."""
_SPLIT_WORD = re.compile(rf"<([^\\]*[/#])({_NAME})>")
"""The same, spelled in N-Triples."""
_NIL = write_term(RDF.nil)
_FIRST = (RDF.type, RDFS.label)


class TurtleSpellings:
    """Spells every term of a document as rdflib does in its long Turtle.

    Arguments: for each property the first subject in N-Triples that has it; namespaces by prefix.
    `properties` are in the order in which a subject has them, and `verbs` how they are spelled.
    """

    def __init__(self, uses: Mapping[Node, str], prefixes: Mapping[str, str]) -> None:
        graph = Graph(bind_namespaces="none")
        for prefix, namespace in prefixes.items():
            graph.bind(prefix, namespace)
        self._serializer = _LongTurtle(graph)  # type: ignore[no-untyped-call]  # rdflib's
        self._spellings: dict[Node, str] = {}
        self._prefixes = {namespace: prefix for prefix, namespace in prefixes.items()}
        self._namespaces: dict[str, str] = {}
        # Prefixes are made up in the order of the triples in N-Triples.
        for property_ in sorted(uses, key=lambda node: (uses[node], write_term(node))):
            if not self._is_named(property_):
                self._serializer.get_pname(property_)
        self._prefixes |= {str(namespace): prefix for prefix, namespace in graph.namespaces()}
        self.properties = sorted(uses, key=_place)
        self.verbs = {property_: self._spell(property_, VERB) for property_ in self.properties}

    def _is_named(self, property_: Node) -> bool:
        parts = _SPLIT.fullmatch(str(property_))
        return property_ == RDF.type or bool(parts and parts[1] in self._prefixes)

    def __call__(self, term: Node) -> str:
        """The spelling of a term, which is remembered."""
        spelling = self._spellings.get(term)
        if spelling is None:
            spelling = self._spellings[term] = self._spell(term, OBJECT)
        return spelling

    def of_word(self, word: str) -> str:
        """The spelling of a term that is spelled in N-Triples."""
        parts = _SPLIT_WORD.fullmatch(word)
        if not parts or word == _NIL:
            return self._spell(read_term(word), OBJECT)
        prefix = self._prefixes.get(parts[1])
        return word if prefix is None else self._name(prefix, parts)

    def _spell(self, term: Node, position: int) -> str:
        if isinstance(term, Literal):
            return self._literal(term)
        if position == VERB and term == RDF.type:
            return "a"
        parts = _SPLIT.fullmatch(str(term))
        if not parts or not isinstance(term, URIRef) or term == RDF.nil:
            return self._serializer.label(term, position)
        prefix = self._prefixes.get(parts[1])
        return term.n3() if prefix is None else self._name(prefix, parts)

    def _name(self, prefix: str, parts: re.Match[str]) -> str:
        self._namespaces[prefix] = parts[1]
        return f"{prefix}:{parts[2]}"

    def _literal(self, literal: Literal) -> str:
        if literal.datatype is not None:
            self(literal.datatype)
        elif "\n" not in literal:
            return write_term(literal)
        return self._serializer.label(literal, OBJECT)

    def head(self) -> str:
        """The lines that declare the prefixes of all that was spelled."""
        namespaces = {**self._serializer.namespaces, **self._namespaces}
        lines = (f"PREFIX {name}: <{namespaces[name]}>\n" for name in sorted(namespaces))
        return "".join(lines)


def write_turtle(triples: Iterable[Triple], prefixes: Mapping[str, str] = PREFIXES) -> bytes:
    """Triples without blank nodes as Turtle, sorted, in UTF-8; the same triples always give the
    same bytes. Arguments: the triples; namespaces by prefix.

    Every triple stands on lines of its own, so that a changed triple changes only its lines. It is
    the style of rdflib's long Turtle, with subjects by name: a new reference to a thing does not
    move its description. rdflib's own writer took most of the time of a build.
    """
    descriptions: dict[Node, dict[Node, dict[Node, None]]] = defaultdict(lambda: defaultdict(dict))
    for subject, property_, object_ in triples:
        descriptions[subject][property_][object_] = None
    uses: dict[Node, str] = {}
    for subject in descriptions:
        name = write_term(subject)
        for property_ in descriptions[subject]:
            uses[property_] = min(name, uses.get(property_, name))
    spell = TurtleSpellings(uses, prefixes)
    places = {property_: place for place, property_ in enumerate(spell.properties)}
    body = io.BytesIO()
    for subject in sorted(descriptions, key=str):
        values = descriptions[subject]
        lines = [
            f"    {spell.verbs[property_]}{_objects(values[property_], spell)} ;\n"
            for property_ in sorted(values, key=places.__getitem__)
        ]
        body.write(f"\n{spell(subject)}\n{''.join(lines)}.\n".encode())
    return spell.head().encode() + body.getvalue()


def _place(property_: Node) -> tuple[int, str]:
    return _FIRST.index(property_) if property_ in _FIRST else len(_FIRST), str(property_)


def _objects(objects: Collection[Node], spell: TurtleSpellings) -> str:
    if len(objects) == 1:
        return f" {spell(next(iter(objects)))}"
    # The order of rdflib is that of values, and leaves some as they are.
    ordered = sorted(sorted(objects, key=write_term))  # type: ignore[type-var]  # as rdflib has it
    return "\n        " + " ,\n        ".join(map(spell, ordered))


def turtle_of(graph: Graph) -> bytes:
    """A graph as Turtle with its own prefixes, in UTF-8."""
    out = io.BytesIO()
    _Turtle(graph).serialize(out, encoding="utf-8")
    return out.getvalue()


def _is_exact(literal: Literal) -> bool:
    """Whether rdflib writes a literal as it is."""
    if literal.datatype in _ROUNDED:
        return False
    if literal.datatype in _SHORT:
        return _SHORT[literal.datatype].fullmatch(literal) is not None
    return not ("\n" in literal and "\\" in literal)


@lru_cache(1 << 14)
def _is_name_of(name: str, iri: str) -> bool:
    """Whether Turtle has a local name, for the end of an IRI."""
    if _PLAIN_NAME.fullmatch(name):
        return iri.endswith(name)
    document = f"@prefix a: <a:> . a:{name} a:{name} a:{name} ."
    try:
        (quad,) = pyoxigraph.parse(document, format=pyoxigraph.RdfFormat.TURTLE)
    except (SyntaxError, ValueError):
        return False
    read = {quad.subject, quad.predicate, quad.object}
    return len(read) == 1 and iri.endswith(quad.predicate.value.removeprefix("a:"))
