"""The document about a thing: its addresses, its own name, and what its header says of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from rdflib import URIRef

from eakg.names import BASE, DOC, ID
from eakg.rdf import (
    GRAPH_FORMATS,
    TURTLE,
)
from eakg.serve.app import (
    HTML,
    Representation,
    address,
    state,
)
from eakg.serve.content import (
    SKOLEM,
    Outline,
)
from eakg.serve.data import (
    dataset_iri,
    own_address,
)
from eakg.serve.pages.thing.json_form import IN_WORDS
from eakg.serve.pages.thing.years import YearRange
from eakg.serve.past import version_query
from eakg.serve.words import local_path, thing_path
from eakg.store import Closure

FORMATS: Sequence[Representation] = (*GRAPH_FORMATS, HTML, IN_WORDS)


@dataclass(frozen=True)
class ThingDocument:
    """A document that was asked for: its thing, the format that its address names, which page, and
    which section of the page alone, and of that what began in which years; how many triples from it
    and to it a document in words has; whether a page says beside the words which terms of RDF these
    stand for."""

    iri: URIRef
    representation: Representation | None
    closure: Closure
    page: int
    section: str | None = None
    years: YearRange | None = None
    most: int | None = None
    terms: bool = False

    def at(self, page: int, extension: str = "") -> str:
        """The address of a page of it, in the format of an extension."""
        return self._at(page, extension, self.closure)

    def in_closure(self, closure: Closure) -> str:
        """The address of its first page, with or without what follows."""
        return self._at(1, "", closure)

    def in_terms(self, terms: bool) -> str:
        """The address of this page with the terms of RDF, or without."""
        other = replace(self, terms=terms)
        return other._at(self.page, "", self.closure, self.section or "", self.years)

    def part(self, section: str) -> str:
        """The address of a section with all that it has."""
        return self._at(self.page, "", self.closure, section)

    def part_of_years(self, section: str, years: YearRange) -> str:
        """The address of what a section has that began in some years."""
        return self._at(self.page, "", self.closure, section, years)

    def _at(
        self,
        page: int,
        extension: str,
        closure: Closure,
        section: str = "",
        years: YearRange | None = None,
    ) -> str:
        query = [] if closure == "full" else [f"closure={closure}"]
        query += [f"page={page}"] if page > 1 else []
        query += [f"section={quote(section)}"] if section else []
        query += [f"years={years}"] if years else []
        query += ["terms=shown"] if self.terms and not extension else []
        query += [f"{name}={value}" for name, value in version_query().items()]
        path = thing_path(str(self.iri), extension)
        joint = "&" if "?" in path else "?"
        return address(path) + (joint + "&".join(query) if query else "")


def outside(document: ThingDocument) -> str | None:
    """Where the thing is on the web, if it is described elsewhere than at a path of ours."""
    iri = str(document.iri)
    is_elsewhere = local_path(iri) is None and SKOLEM not in iri
    return iri if is_elsewhere and iri.startswith(("http://", "https://")) else None


def lasting_address(document: ThingDocument) -> str:
    """The whole address of the document, whatever host was asked."""
    path = thing_path(str(document.iri))
    if state().settings.public_url or not str(document.iri).startswith(str(ID)):
        return own_address(state().settings) + path
    return f"{BASE}{path.removeprefix('/')}"


def document_iri(document: ThingDocument) -> str:
    """What the document itself is called in RDF."""
    if document.iri.startswith(str(ID)):
        return str(DOC[document.iri.removeprefix(str(ID))])
    return own_address(state().settings) + thing_path(str(document.iri))


def links_of(document: ThingDocument, outline: Outline) -> list[str]:
    """RFC 8288; the types are of RFC 6903, cite-as of RFC 8574, describes of RFC 6892."""
    paths = {
        representation.media_type: document.at(document.page, representation.extension)
        for representation in FORMATS
    }
    links = [f'<{path}>; rel="alternate"; type="{name}"' for name, path in paths.items()]
    extension = document.representation.extension if document.representation else ""
    pages = {
        "first": 1,
        "prev": document.page - 1,
        "next": document.page + 1,
        "last": outline.pages,
    }
    if outline.pages > 1:
        links += [
            f'<{document.at(number, extension)}>; rel="{name}"'
            for name, number in pages.items()
            if 1 <= number <= outline.pages
        ]
    turtle = TURTLE.media_type
    links.append(f'<{paths[turtle]}>; rel="describedby"; type="{turtle}"')
    licences = state().catalogue.project().licences_of(outline.graphs)
    kinds = outline.kinds.get(document.iri, ())
    types = sorted(str(kind) for kind in kinds if isinstance(kind, URIRef))
    links += [
        f'<{document.iri}>; rel="describes"',
        f'<{document.iri}>; rel="cite-as"',
        '<https://schema.org/AboutPage>; rel="type"',
        f'<{dataset_iri(state().settings, state().catalogue)}>; rel="collection"',
        f'<{address("/linkset")}?iri={quote(document.iri, safe="")}>; rel="linkset";'
        ' type="application/linkset+json"',
        *(f'<{one}>; rel="license"' for one in licences),
        *(f'<{one}>; rel="type"; anchor="{document.iri}"' for one in types),
    ]
    return links
