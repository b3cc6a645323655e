"""A gazetteer: things, and the names by which sources and ontology call them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, lru_cache

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, SKOS

from eakg.evidence import Statement
from eakg.lift import LiftResult
from eakg.names import SHIPPED_IRIS, ProjectIris
from eakg.text import LEAST, fold, score_of

NAMES = (RDFS.label, SKOS.prefLabel, SKOS.altLabel)
"""The properties whose values are names, those of first names first."""
_RANKS = {property_: rank for rank, property_ in enumerate(NAMES)}
_TYPE = RDF.type
_DESCRIBING = frozenset({*NAMES, _TYPE})


@dataclass(frozen=True)
class GazetteerEntry:
    """A thing with its classes, and its names, the first ones first; `slug` is how annotations
    refer to it."""

    thing: URIRef
    slug: str
    classes: tuple[URIRef, ...]
    names: tuple[Literal, ...]

    def name(self, language: str) -> str:
        """Its first name in a language, or else any, or its slug."""
        names = (name for name in self.names if (name.language or "").startswith(language))
        return str(next(names, next(iter(self.names), self.slug)))


class Gazetteer:
    """Things by their names.

    Arguments: what was lifted; the graph of the ontology; the IRIs of the project.
    """

    def __init__(
        self,
        results: Iterable[LiftResult],
        ontology: Graph,
        iris: ProjectIris = SHIPPED_IRIS,
    ) -> None:
        self._iris = iris
        self._names: dict[URIRef, set[str]] = {}
        self._classes: dict[URIRef, dict[URIRef, None]] = defaultdict(dict)
        self._ranked_names: dict[URIRef, list[tuple[int, Literal]]] = defaultdict(list)
        self.owners: dict[str, set[URIRef]] = defaultdict(set)
        """The things of a name, as `folded` gives it."""
        for thing, property_, value in _descriptions(results, ontology, iris):
            if property_ == _TYPE and isinstance(value, URIRef):
                self._classes[thing][value] = None
            elif property_ in _RANKS and isinstance(value, Literal):
                self._ranked_names[thing].append((_RANKS[property_], value))
                self.owners[folded(value)].add(thing)

    @cached_property
    def _entries(self) -> dict[URIRef, GazetteerEntry]:
        return {
            thing: GazetteerEntry(
                thing,
                self._iris.slug(thing),
                tuple(self._classes.get(thing, ())),
                tuple(
                    dict.fromkeys(
                        name for _, name in sorted(self._ranked_names.get(thing, ()), key=_rank)
                    )
                ),
            )
            for thing in {*self._classes, *self._ranked_names}
        }

    def __iter__(self) -> Iterator[GazetteerEntry]:
        return iter(self._entries.values())

    def names_of(self, thing: URIRef) -> set[str]:
        """The names of a thing, as `folded` gives them."""
        if thing not in self._names:
            self._names[thing] = {folded(name) for _, name in self._ranked_names.get(thing, ())}
        return self._names[thing]

    def search(self, words: str) -> list[GazetteerEntry]:
        """The things that have a name or a slug like these words, the likeliest first, as the
        search of the pages has it (`eakg.text.name_match`); what has these words for its slug goes
        before what only has them for a name."""
        key = fold(words)
        if not key:
            return []
        scores: dict[URIRef, float] = {}
        for entry in self:
            texts = {*map(fold, map(str, entry.names)), fold(entry.slug)} - {""}
            score = max((score_of(key, text) for text in texts), default=0.0)
            if score >= LEAST:
                scores[entry.thing] = score

        def rank(thing: URIRef) -> tuple[float, bool, str]:
            return -round(scores[thing], 2), fold(self._entries[thing].slug) != key, str(thing)

        return [self._entries[thing] for thing in sorted(scores, key=rank)]

    def near(self, words: str, most: int = 3, cutoff: float = 0.8) -> list[str]:
        """The slugs of things that have a name nearly like these words."""
        names = get_close_matches(folded(words), self.owners, n=most, cutoff=cutoff)
        things = {thing for name in names for thing in self.owners[name]}
        return sorted(map(self._iris.slug, things))


def annotation_type(
    entry: GazetteerEntry, types: Mapping[URIRef, str], ontology: Graph
) -> str | None:
    """The type of annotations of a thing: that of its class, or the nearest above. Arguments: the
    entry of the thing; the types by the classes that they stand for; the graph of the ontology."""
    level: Sequence[URIRef] = entry.classes
    visits: set[URIRef] = set()
    while level:
        for class_ in level:
            if class_ in types:
                return types[class_]
        visits |= {*level}
        level = [
            above
            for class_ in level
            for above in ontology.objects(class_, RDFS.subClassOf)
            if isinstance(above, URIRef) and above not in visits
        ]
    return None


@lru_cache(1 << 16)
def folded(text: str) -> str:
    """A name without case, and with single spaces."""
    return " ".join(str(text).casefold().split())


def _rank(item: tuple[int, Literal]) -> tuple[int, str, str]:
    place, name = item
    return place, name.language or "", str(name)


def _descriptions(
    results: Iterable[LiftResult], ontology: Graph, iris: ProjectIris
) -> Iterator[tuple[URIRef, URIRef, URIRef | Literal]]:
    """The classes and names of things, but for the classes that mentions give them."""
    for subject, property_, value in ontology:
        if not (isinstance(subject, URIRef) and iris.has(subject)):
            continue
        if isinstance(property_, URIRef) and isinstance(value, URIRef | Literal):
            yield subject, property_, value
    for result in results:
        mentions = {mention.annotation for mention in result.mentions if not mention.is_event}
        yield from (
            statement.triple
            for statement in result.statements
            if statement.triple[1] in _DESCRIBING and not _is_of_mention(statement, mentions)
        )


def _is_of_mention(statement: Statement, mentions: Collection[URIRef]) -> bool:
    return statement.derived_from in mentions and statement.triple[1] == _TYPE
