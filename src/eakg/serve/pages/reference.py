"""References to things and to answers, for those who cite them: BibTeX, RIS and CSL-JSON.

Specification: BibTeX 0.99d; RIS as of 2012; CSL 1.0.2, csl-data.json.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from rdflib import URIRef
from werkzeug.exceptions import NotFound

from eakg.rdf import is_iri
from eakg.serve.app import BadParameterError, absolute, query_string, represented, state
from eakg.serve.content import find_exactly, licence_name
from eakg.serve.data import dump_licences, saved_queries, thing_licences
from eakg.serve.words import naming_of

blueprint = Blueprint("references", __name__)
_SPECIAL = re.compile(r"([&%$#_{}~^\\])")
_ESCAPES = {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}"}


@dataclass(frozen=True)
class BibliographicReference:
    """What a reference says: the title, the address, the data that it is of, their publisher,
    version and licences, and the day on which it was looked at."""

    title: str
    address: str
    data: str
    publisher: str
    version: str
    licence: str
    day: date
    is_answer: bool = False

    @property
    def key(self) -> str:
        """A name for the reference, of letters and digits."""
        return re.sub(r"[^a-z0-9]+", "-", self.address.lower().partition("://")[2]).strip("-")


def bibtex(reference: BibliographicReference) -> str:
    """The reference as an entry of BibTeX."""
    fields = {
        "title": f"{{{_escaped(reference.title)}}}",
        "howpublished": _escaped(reference.data),
        "publisher": _escaped(reference.publisher),
        "version": _escaped(reference.version),
        "url": reference.address,
        "urldate": reference.day.isoformat(),
        "note": _escaped(reference.licence),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value.strip("{}")]
    return ",\n".join((f"@misc{{{reference.key}", *lines)) + "\n}\n"


def ris(reference: BibliographicReference) -> str:
    """The reference as a record of RIS."""
    lines = [
        ("TY", "DATA"),
        ("TI", reference.title),
        ("T2", reference.data),
        ("PB", reference.publisher),
        ("ET", reference.version),
        ("UR", reference.address),
        ("Y2", reference.day.strftime("%Y/%m/%d")),
        ("N1", reference.licence),
        ("ER", ""),
    ]
    records = (f"{tag}  - {' '.join(text.split())}" for tag, text in lines if text or tag == "ER")
    return "\r\n".join(records) + "\r\n"


def csl_json(reference: BibliographicReference) -> str:
    """The reference as a list of one item of CSL."""
    day = reference.day
    item = {
        "id": reference.key,
        "type": "dataset" if reference.is_answer else "entry",
        "title": reference.title,
        "container-title": reference.data,
        "publisher": reference.publisher,
        "version": reference.version,
        "URL": reference.address,
        "accessed": {"date-parts": [[day.year, day.month, day.day]]},
        "note": reference.licence,
    }
    return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False)


@dataclass(frozen=True)
class ReferenceFormat:
    """A format of references: its media type, and what writes it."""

    media_type: str
    write: Callable[[BibliographicReference], str]


FORMATS = {
    "bibtex": ReferenceFormat("application/x-bibtex", bibtex),
    "ris": ReferenceFormat("application/x-research-info-systems", ris),
    "csl": ReferenceFormat("application/vnd.citationstyles.csl+json", csl_json),
}


@blueprint.get("/cite")
def cite() -> Response:
    """A reference: to the thing of an `iri`, or to the answer to a saved `query` with what values
    it is given besides; `format` is bibtex, ris or csl."""
    parameters = query_string(request)
    name, iri = parameters.single("query"), parameters.single("iri")
    form = FORMATS.get(parameters.single("format") or "bibtex")
    if form is None:
        raise BadParameterError(f"format is {' or '.join(FORMATS)}")
    if (name is None) == (iri is None) or (iri is not None and not is_iri(iri)):
        raise BadParameterError("give the whole iri of a thing, or the name of a saved query")
    day = datetime.now(UTC).date()
    values = tuple(pair for pair in parameters.pairs if pair[0] not in ("query", "format"))

    def answer() -> Response:
        catalogue = state().catalogue
        target = _of_thing(iri) if iri is not None else _of_query(name or "", values)
        if target is None or not catalogue.project().title:
            raise NotFound
        licences = (
            dump_licences("ttl", catalogue)
            if iri is None
            else thing_licences(state().store, iri, catalogue)
        )
        return Response(
            form.write(_reference(*target, day, licences, is_answer=iri is None)),
            content_type=f"{form.media_type}; charset=utf-8",
        )

    parts = (absolute("/"), "cite", name, iri, form.media_type, day, *values)
    return represented(request, state().store, parts, answer)


def _reference(
    title: str, address: str, day: date, licences: Iterable[str], *, is_answer: bool
) -> BibliographicReference:
    project = state().catalogue.project()
    versions = (project.version, f"data {state().version}")
    return BibliographicReference(
        title,
        address,
        _called(project.brand, project.title or ""),
        project.publisher or "",
        ", ".join(filter(None, versions)),
        "; ".join(map(licence_name, licences)),
        day,
        is_answer,
    )


def _called(brand: str, title: str) -> str:
    """What data are called in a reference: by both names, unless one begins with the other."""
    return title if title.startswith(brand) else f"{brand}: {title}"


def _of_thing(iri: str) -> tuple[str, str] | None:
    thing = find_exactly(state().store, iri)
    if thing is None:
        return None
    naming = naming_of(state().store, [thing], state().catalogue.presentation())
    return naming.of(URIRef(thing)).label, iri


def _of_query(name: str, values: tuple[tuple[str, str], ...]) -> tuple[str, str] | None:
    query = saved_queries().get(name)
    if query is None:
        return None
    words = ", ".join(f"{key} {value}" for key, value in values)
    title = query.question or query.summary
    address = absolute(f"/queries/{name}") + (f"?{urlencode(values)}" if values else "")
    return f"{title} ({words})" if words else title, address


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda match: _ESCAPES.get(match[1], f"\\{match[1]}"), text)
