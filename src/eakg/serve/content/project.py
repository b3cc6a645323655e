"""The project: whose data are served, under which names, and how its things are called.

Each field is an option of `eakg serve`, so a key of the project file and a variable too.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Self

from rdflib import DC, DCTERMS, FOAF, RDFS, SDO, SKOS
from rdflib.term import Node

from eakg import __version__
from eakg.dataset import shipped_layout
from eakg.keyed_files import read_toml
from eakg.names import INFERRED_GRAPH, authority_of, beside, is_evidence
from eakg.options import Iri, option
from eakg.serve.content.values import language

LABEL_PROPERTIES = tuple(
    Iri(str(term))
    for term in (
        RDFS.label,
        SKOS.prefLabel,
        DCTERMS.title,
        SDO.name,
        "http://schema.org/name",
        FOAF.name,
        DC.title,
    )
)
"""What tells the name of a thing, the first that is there."""
NAME_PROPERTIES = (*LABEL_PROPERTIES, Iri(str(SKOS.altLabel)))
"""What tells any name of a thing."""
SKOLEM = "/.well-known/genid/"
"""What names of blank nodes have in them (RDF 1.1 Concepts section 3.5)."""
GRAPH_LICENCE = r'^([\s\S]+)=([A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]*)$'
"""The form of `graph_licence`: the licence is what is an IRI behind the last sign of equality that
has one behind it."""
_CREATIVE_COMMONS = re.compile(
    r"https?://creativecommons\.org/licenses/([a-z-]+)/([0-9.]+)/?(?:deed\.\w+)?"
)
_PUBLIC_DOMAIN = re.compile(r"https?://creativecommons\.org/publicdomain/zero/1\.0/?")


@dataclass(frozen=True, kw_only=True)
class Project:
    """What a publisher says of the data that are served; what is not said stands nowhere."""

    title: str | None = option(
        "What the data are called.",
        None,
        meaning="what the data are called, on every page and in descriptions",
    )
    name: str | None = option(
        "A short name for the head of each page.",
        None,
        meaning="a short name of the data, for the head of each page; without it the title",
    )
    version: str | None = option(
        "The version of the data.", None, meaning="the version of the data, as their publisher says"
    )
    headline: str | None = option(
        "The first words on the front page.",
        None,
        meaning="the heading of the front page; without it the title",
    )
    description: str | None = option(
        "A few sentences about the data.",
        None,
        meaning="a few sentences about the data, for the front page and for descriptions",
    )
    publisher: str | None = option("Who publishes the data.", None, meaning="who publishes them")
    contact: Iri | None = option(
        "Where to write to.",
        None,
        meaning="whom to write to: `mailto:` and an address, or a page of the web",
        metavar="IRI",
    )
    licence: Iri | None = option(
        "The IRI of the licence of the data.",
        None,
        meaning="the licence of the data, by its IRI; without it none is named anywhere",
        metavar="IRI",
    )
    graph_licence: tuple[str, ...] = option(
        "The licence of a graph, where it is not that of the whole.",
        (),
        meaning="the licence of a graph that has one of its own: its IRI, or the file that it is"
        " read from, and the IRI of the licence behind `=`; give it once for each. Documents and"
        " dumps have the licences of the graphs that they are from",
        metavar="GRAPH=LICENCE",
        pattern=GRAPH_LICENCE,
    )
    dataset: Iri | None = option(
        "The IRI of the data set.",
        None,
        meaning="the IRI of the data set in every description; without it `#dataset` at"
        " `--public-url`, or else at the address where the service listens",
        metavar="IRI",
    )
    base: tuple[Iri, ...] = option(
        "What the IRIs of your things begin with.",
        (),
        meaning="what the IRIs of your things begin with; give it once for each. These are listed,"
        " found, and linked to here; others are linked to on the web. Without any, that holds of"
        " every IRI in the data",
        metavar="IRI",
    )
    kind: tuple[Iri, ...] = option(
        "What the IRIs of your classes begin with.",
        (),
        meaning="what the IRIs of the classes begin with by which things are listed; give it once"
        " for each. Without any, these are all classes that the data use",
        metavar="IRI",
    )
    language: tuple[str, ...] = option(
        "A language of the data, the most wanted first.",
        (),
        meaning="a language of the data, such as `en`; give it once for each, the most wanted"
        " first. Names are shown in it, and where a thing has none in any, in another. Without it"
        " names are shown in English, and descriptions name no language",
        metavar="TAG",
        pattern="^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$",
    )
    label_property: tuple[Iri, ...] = option(
        "A property that tells names, the most wanted first.",
        LABEL_PROPERTIES,
        meaning="a property that tells the name of a thing; give it once for each, the most wanted"
        " first. Without any: those of RDFS (`label`), SKOS (`prefLabel`), Dublin Core (`title`),"
        " schema.org (`name`) and FOAF (`name`)",
        metavar="IRI",
    )
    questions: Path | None = option(
        "A folder of saved queries.",
        None,
        meaning="a folder of [saved queries](saved-queries.md)",
        metavar="DIR",
    )
    overviews: Path | None = option(
        "A folder of saved queries that are drawn.",
        None,
        meaning="a folder of [saved queries that are drawn](pages.md#drawings)",
        metavar="DIR",
    )
    front_question: tuple[str, ...] = option(
        "A saved query for the front page.",
        (),
        meaning="a saved query whose answer the front page tells, with what supports it; give it"
        " once for each. Without any: the first three that have an answer",
        metavar="NAME",
    )
    front_overview: str | None = option(
        "The drawing on the front page.",
        None,
        meaning="a drawing of `overviews` that stands on the front page, by its name",
        metavar="NAME",
    )
    featured: tuple[Iri, ...] = option(
        "A class whose most linked things stand on the front page.",
        (),
        meaning="a class whose things stand on the front page, those to which most leads; give it"
        " once for each",
        metavar="IRI",
    )
    example: tuple[Iri, ...] = option(
        "A property of which the front page proves a triple.",
        (),
        meaning="a property of which the front page shows one triple that follows, with its proof,"
        " the most wanted first",
        metavar="IRI",
    )
    search_example: tuple[str, ...] = option(
        "Words that the search proposes.",
        (),
        meaning="words that the page of the search proposes; give it once for each",
        metavar="WORDS",
    )
    homepage: Iri | None = option(
        "A page of the web about the data.",
        None,
        meaning="a page of the web about the data, for descriptions",
        metavar="IRI",
    )
    conforms_to: tuple[Iri, ...] = option(
        "An ontology or profile that the data keep to.",
        (),
        meaning="an ontology or profile that the data keep to, for descriptions; give it once for"
        " each",
        metavar="IRI",
    )
    example_resource: tuple[Iri, ...] = option(
        "A thing that tells what the data are like.",
        (),
        meaning="a thing that tells what the data are like, for descriptions; give it once for"
        " each",
        metavar="IRI",
    )

    @property
    def publication(self) -> "Project":
        """The project alone, of an instance that says more."""
        return Project(**{item.name: getattr(self, item.name) for item in fields(Project)})

    @property
    def brand(self) -> str:
        """What the data are called in the head of a page, where they must be called something."""
        return self.name or self.title or "RDF data"

    @cached_property
    def graph_licences(self) -> Mapping[str, str]:
        """The licences of graphs that have one of their own, by the name of the graph."""
        return dict(map(graph_and_licence, self.graph_licence))

    def licences_of(self, graphs: Iterable[str]) -> tuple[str, ...]:
        """The licences of what is from some graphs; none where that of one is not known. What
        follows from the others is no source of its own, unless it has a licence of its own."""
        licence_by_graph = self.graph_licences
        names = set(map(str, graphs))
        evidence = {str(beside(name, "evidence")) for name in names} & licence_by_graph.keys()
        sources = names | evidence
        if str(INFERRED_GRAPH) not in licence_by_graph:
            sources -= {str(INFERRED_GRAPH)}
        licences = {self.own_licence(name) or self.licence for name in sources or names}
        licences = licences or {self.licence}
        return () if None in licences else tuple(sorted(filter(None, licences)))

    def own_licence(self, graph: str) -> str | None:
        """The licence of a graph alone; without one, evidence has that of what it is the evidence
        of."""
        kinds = ("source", "background") if is_evidence(graph) else ()
        names = (str(graph), *(str(beside(graph, kind)) for kind in kinds))
        licence_by_graph = self.graph_licences
        return next((licence_by_graph[one] for one in names if one in licence_by_graph), None)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which names are shown, the most wanted first."""
        return self.language or ("en",)

    def over(self, other: Self) -> "Project":
        """This project, with what another says wherever this one says nothing of its own."""
        publication = self.publication
        changes = {
            item.name: value
            for item in fields(Project)
            if (value := getattr(publication, item.name)) != item.default
        }
        return replace(other.publication, **changes)

    @property
    def authority(self) -> str:
        """What the names begin with of graphs and nodes that have none: the folder of the first
        base that is an address of the web; ours, where there is none."""
        return authority_of(self.base)

    def has(self, iri: str) -> bool:
        """Whether an IRI is one of its own things, or no base says which are."""
        return not self.base or iri.startswith(self.base) or SKOLEM in iri

    def class_name(self, iri: str) -> str:
        """What a class is called in addresses: its name in a namespace of `kind`, or its IRI."""
        namespace = next((one for one in self.kind if iri.startswith(one)), "")
        return iri.removeprefix(namespace)

    def language_rank(self, label: Node) -> int:
        """How much the language of a name is wanted: less is more."""
        tag = language(label).casefold()
        for place, preference in enumerate(map(str.casefold, self.languages)):
            if tag == preference:
                return 2 * place
            if tag.startswith(f"{preference}-"):
                return 2 * place + 1
        return self.foreign_rank - bool(not tag)

    @property
    def foreign_rank(self) -> int:
        """The rank of a name in a language that nobody asked for."""
        return 2 * len(self.languages) + 1


def graph_and_licence(assignment: str) -> tuple[str, str]:
    """The two sides of `graph_licence`. Raises: ValueError."""
    match = re.search(GRAPH_LICENCE, assignment)
    if match is None:
        raise ValueError(f"{assignment!r} is not GRAPH=LICENCE")
    return match[1], match[2]


def licence_name(licence: str) -> str:
    """A licence in words, where its IRI tells them, else its IRI."""
    if _PUBLIC_DOMAIN.fullmatch(licence):
        return "CC0 1.0"
    match = _CREATIVE_COMMONS.fullmatch(licence)
    return f"CC {match[1].upper()} {match[2]}" if match else licence


@cache
def shipped_project() -> Project:
    """The project of the graph that comes with the package."""
    layout = shipped_layout()
    return replace(
        read_project(layout.project),
        version=__version__,
        questions=layout.queries,
        overviews=layout.overviews,
    )


def read_project(file: Path) -> Project:
    """A project as a file of ours tells it; users' files are read by the command, as options.

    Raises: ProblemsError; TypeError for a key that is none.
    """
    values: dict[str, Any] = {}
    for key, value in read_toml(file, "cannot be read").values.items():
        values[key.replace("-", "_")] = tuple(value) if isinstance(value, list) else value
    return Project(**values)
