"""The sense of references: what an annotation stands for can be what its type and words say."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeVar

from rdflib import Graph, Literal, Node, URIRef
from rdflib.namespace import RDF, RDFS

from eakg.dataset.gazetteer import Gazetteer, folded
from eakg.dataset.references import vocabularies_of
from eakg.evidence import Statement
from eakg.lift import LiftResult, Mention
from eakg.names import SHIPPED_IRIS, ProjectIris
from eakg.problems import Problem

_Item = TypeVar("_Item")
_Key = TypeVar("_Key")


class Senses:
    """What sources and ontology say of things, beside what annotations take them for.

    Arguments: everything that was lifted; the graph of the ontology; the properties that have one
    value for each thing; the IRIs of the project; the properties of the number and the unit of a
    quantity, where the mapping has any.
    """

    def __init__(
        self,
        results: Sequence[LiftResult],
        ontology: Graph,
        single: Iterable[URIRef] = (),
        iris: ProjectIris = SHIPPED_IRIS,
        measures: Sequence[URIRef] = (),
    ) -> None:
        self._ontology = ontology
        self._measures = tuple(measures)
        self._vocabularies = vocabularies_of(ontology)
        self._iris = iris
        self._single = frozenset(single)
        self._mentions = [mention for result in results for mention in result.mentions]
        self._statements: dict[URIRef, list[Statement]] = defaultdict(list)
        """By their properties."""
        for result in results:
            for statement in result.statements:
                self._statements[statement.triple[1]].append(statement)
        marks = {item.annotation for item in self._mentions if not item.is_event}
        self._known_classes: dict[URIRef, list[URIRef]] = {}
        self._upper_classes: dict[URIRef, frozenset[Node | None]] = {}
        self._kinds: dict[URIRef, list[_Kind]] = defaultdict(list)
        self._gazetteer = Gazetteer(results, ontology, iris)
        for statement in self._statements.get(RDF.type, ()):
            thing, _, value = statement.triple
            if isinstance(value, URIRef) and statement.derived_from not in marks:
                self._kinds[thing].append(_Kind(value, statement))

    def problems(self) -> list[Problem]:
        """What cannot be: a thing of another kind, an event of two types or with two values where
        one may be, the words of another thing, a second name in a language."""
        problems = [*self._kind_problems(), *self._event_problems(), *self._role_clashes()]
        return sorted({*problems, *self._foreign_words(), *self._second_names()})

    def warnings(self) -> list[Problem]:
        """What may be right: words by which nothing names the thing, a quantity that another source
        has of it, too."""
        return sorted({*self._unknown_words(), *self._second_quantities()})

    def _remedy(self, mention: Mention) -> str:
        return (
            "correct the slug, or accept the words in the meta.toml beside it: "
            f"[words] {self._slug(mention.thing)} = [{mention.words[0]!r}]"
        ).replace("'", '"')

    def _slug(self, thing: URIRef) -> str:
        return self._iris.slug(thing)

    def _words(self, value: object) -> str:
        return self._slug(value) if isinstance(value, URIRef) else repr(str(value))

    def _local(self, term: URIRef) -> str:
        space = next((one for one in self._vocabularies if str(term).startswith(one)), "")
        return str(term).removeprefix(space) if space else self._iris.name(term)

    def _is_related(self, first: URIRef, second: URIRef) -> bool:
        """Whether two classes are the same, or one is above the other."""
        return second in self._above(first) or first in self._above(second)

    def _above(self, class_: URIRef) -> frozenset[Node | None]:
        if class_ not in self._upper_classes:
            classes = self._ontology.transitive_objects(class_, RDFS.subClassOf)
            self._upper_classes[class_] = frozenset(classes)
        return self._upper_classes[class_]

    def _classes(self, thing: URIRef) -> list[URIRef]:
        """What describes a thing says that it is, where the ontology knows of that."""
        if thing not in self._known_classes:
            self._known_classes[thing] = self._classes_of(thing)
        return self._known_classes[thing]

    def _classes_of(self, thing: URIRef) -> list[URIRef]:
        classes = [kind.class_ for kind in self._kinds.get(thing, [])]
        nodes = self._ontology.objects(thing, RDF.type)
        classes += [node for node in nodes if isinstance(node, URIRef)]
        return [
            node
            for node in classes
            if not str(node).startswith(self._vocabularies) or (node, None, None) in self._ontology
        ]

    def _kind_problems(self) -> Iterator[Problem]:
        for mention in self._mentions:
            class_ = mention.class_
            kinds = self._kinds.get(mention.thing, [])
            classes = self._classes(mention.thing)
            if class_ is None or not classes:
                continue
            if not any(self._is_related(class_, item) for item in classes):
                place = f" ({kinds[0].place})" if kinds else ""
                yield _problem(
                    mention,
                    f"{self._slug(mention.thing)} is of the class {self._local(classes[0])}{place}"
                    f", but is marked as {self._local(class_)}; correct the slug, or the type of "
                    "the annotation",
                )

    def _event_problems(self) -> Iterator[Problem]:
        for thing, kinds in self._kinds.items():
            events = [kind for kind in kinds if kind.is_event]
            rows = [kind for kind in kinds if not kind.is_event]
            contrasts = first_differing(events, attrgetter("class_"))
            for event, other in zip(events, contrasts, strict=True):
                if other is None and rows:
                    if any(self._is_related(event.class_, row.class_) for row in rows):
                        continue
                    other = rows[0]
                if other is not None:
                    yield _problem(
                        event.statement,
                        f"{self._slug(thing)} is of the type {self._local(event.class_)} here, and "
                        f"of {self._local(other.class_)} elsewhere ({other.place}); correct the "
                        "type, or give this event a slug of its own",
                    )

    def _role_clashes(self) -> Iterator[Problem]:
        """Values of properties with one value, where two records tell of one event."""
        groups = (
            (property_, thing, statements)
            for property_ in self._single
            for thing, statements in groups_of_several(
                (one for one in self._statements.get(property_, ()) if one.sentences), _thing
            ).items()
        )
        for property_, thing, statements in groups:
            contrasts = first_differing(statements, lambda statement: statement.triple[2])
            for statement, other in zip(statements, contrasts, strict=True):
                if other is not None and other.file != statement.file:
                    yield _problem(
                        statement,
                        f"{self._local(property_)} of {self._slug(thing)} is "
                        f"{self._words(statement.triple[2])} here and "
                        f"{self._words(other.triple[2])} elsewhere ({_place(other)}), and it has "
                        "one value; correct one of them, or give this event a slug of its own",
                    )

    def _second_quantities(self) -> Iterator[Problem]:
        """Quantities of a thing that two sources have: each is a node of its own, and whoever adds
        them up counts both."""
        values: dict[Node, dict[URIRef, object]] = defaultdict(dict)
        for property_ in self._measures:
            for statement in self._statements.get(property_, ()):
                node, _, value = statement.triple
                values[node][property_] = value.value if isinstance(value, Literal) else value

        def amount(statement: Statement) -> tuple[URIRef, object, object]:
            thing, _, quantity = statement.triple
            number, unit = (values[quantity].get(one) for one in self._measures)
            return thing, number, unit

        uses = (
            statement
            for statements in self._statements.values()
            for statement in statements
            if isinstance(statement.triple[2], URIRef) and statement.triple[2] in values
        )
        for (thing, number, unit), statements in groups_of_several(uses, amount).items():
            contrasts = first_differing(statements, lambda statement: statement.triple[2])
            for statement, other in zip(statements, contrasts, strict=True):
                if other is not None and other.file != statement.file and statement.sentences:
                    words = f"{number} {self._words(unit)}" if unit else str(number)
                    yield _problem(
                        statement,
                        f"{self._slug(thing)} has {words} from {_place(other)}, too, and a sum "
                        "counts both; take the role out, unless it is another",
                    )

    def _foreign_words(self) -> Iterator[Problem]:
        for mention in self._mentions:
            for words in mention.words[:1]:
                owners = self._gazetteer.owners.get(folded(words), set())
                if owners and mention.thing not in owners and self._classes(mention.thing):
                    slugs = " or ".join(sorted(map(self._slug, owners)))
                    yield _problem(
                        mention,
                        f"the words {words!r} are a name of {slugs} and not of "
                        f"{self._slug(mention.thing)}; {self._remedy(mention)}",
                    )

    def _unknown_words(self) -> Iterator[Problem]:
        for mention in self._mentions:
            names = self._gazetteer.names_of(mention.thing)
            words = [folded(text) for text in mention.words]
            if not words or words[0] in self._gazetteer.owners or not names.isdisjoint(words):
                continue
            slugs = self._gazetteer.near(words[0])
            hint = f" (near are {', '.join(slugs)})" if slugs else ""
            listing = " and ".join(repr(text) for text in dict.fromkeys(mention.words))
            verb = "is no name" if len(set(mention.words)) == 1 else "are no names"
            yield _problem(
                mention,
                f"{listing} {verb} of {self._slug(mention.thing)}{hint}; {self._remedy(mention)}",
            )

    def _second_names(self) -> Iterator[Problem]:
        labels = groups_of_several(
            self._statements.get(RDFS.label, ()),
            lambda statement: (statement.triple[0], _language(statement)),
        )
        for (thing, _), statements in labels.items():
            # What a table says comes first: it is the record that leaves the name out.
            first, *rest = sorted(statements, key=lambda item: bool(item.sentences))
            for other in rest:
                # Of two tables, the shapes tell.
                if other.sentences and other.triple[2] != first.triple[2]:
                    yield _problem(
                        other,
                        f"{self._slug(thing)} has the name {str(first.triple[2])!r} already "
                        f"({_place(first)}), and a thing has one name in a language; "
                        "write no name here",
                    )


@dataclass(frozen=True)
class _Kind:
    """A class that a source gives to a thing that it describes."""

    class_: URIRef
    statement: Statement

    @property
    def is_event(self) -> bool:
        return bool(self.statement.sentences)

    @property
    def place(self) -> str:
        return _place(self.statement)


def groups_of_several(
    items: Iterable[_Item], key: Callable[[_Item], _Key]
) -> dict[_Key, list[_Item]]:
    """The items that have a key in common with others, by that key."""
    first_items: dict[_Key, _Item] = {}
    groups: dict[_Key, list[_Item]] = {}
    for item in items:
        first = first_items.setdefault(key(item), item)
        if first is not item:
            groups.setdefault(key(first), [first]).append(item)
    return groups


def first_differing(items: Sequence[_Item], value: Callable[[_Item], object]) -> list[_Item | None]:
    """For each item the first that has another value, None where there is none. Of many documents
    that say the same, each is looked at once."""
    values = [value(item) for item in items]
    second = next((n for n, one in enumerate(values) if one != values[0]), None)
    if second is None:
        return [None] * len(items)
    return [items[0] if one != values[0] else items[second] for one in values]


def _problem(place: Mention | Statement, message: str) -> Problem:
    return Problem(place.file, place.line, message)


def _thing(statement: Statement) -> URIRef:
    return statement.triple[0]


def _place(statement: Statement) -> str:
    return f"{statement.file}:{statement.line}"


def _language(statement: Statement) -> str:
    value = statement.triple[2]
    return (value.language or "").casefold() if isinstance(value, Literal) else ""
