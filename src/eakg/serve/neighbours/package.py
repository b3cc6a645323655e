"""The dumps as packages for archives and for machines that learn: RO-Crate 1.1 and Croissant 1.0.

Specification: https://www.researchobject.org/ro-crate/1.1/ and
https://docs.mlcommons.org/croissant/docs/croissant-spec.html.
"""

import json
from typing import Any

from flask import Blueprint, Response, request

from eakg.serve.app import absolute, query_string, represented, state
from eakg.serve.data import dataset_iri, dataset_licences

blueprint = Blueprint("package", __name__)
_CROISSANT = "http://mlcommons.org/croissant/1.0"
_CROISSANT_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "fileObject": "cr:fileObject",
}
_CRATE = "https://w3id.org/ro/crate/1.1"


@blueprint.get("/ro-crate-metadata.json")
def crate() -> Response:
    """The data set with its dumps as an RO-Crate."""
    query_string(request)

    def make() -> Response:
        files = _files()
        root = {"@id": absolute("/"), "@type": "Dataset", **_about()}
        root["hasPart"] = [{"@id": one["contentUrl"]} for one in files]
        metadata = {
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "conformsTo": {"@id": _CRATE},
            "about": {"@id": root["@id"]},
        }
        entities = [{"@id": one["contentUrl"], "@type": "File", **one} for one in files]
        graph = [metadata, root, *entities, *_agents(root)]
        body = {"@context": f"{_CRATE}/context", "@graph": graph}
        return _json(body, "application/ld+json")

    return represented(request, state().store, ("crate", absolute("/")), make)


@blueprint.get("/croissant.json")
def croissant() -> Response:
    """The data set with its dumps in Croissant."""
    query_string(request)

    def make() -> Response:
        body = {
            "@context": _CROISSANT_CONTEXT,
            "@type": "sc:Dataset",
            "@id": str(dataset_iri(state().settings, state().catalogue)),
            "conformsTo": _CROISSANT,
            **_about(),
            "distribution": [
                {"@type": "cr:FileObject", "@id": file["name"], **file} for file in _files()
            ],
        }
        return _json(body, "application/ld+json")

    return represented(request, state().store, ("croissant", absolute("/")), make)


def _about() -> dict[str, Any]:
    catalogue = state().catalogue
    project = catalogue.project()
    about: dict[str, Any] = {
        "name": project.title or project.brand,
        "description": project.description or f"{catalogue.triples():,} triples of RDF.",
        "url": absolute("/"),
        "identifier": str(dataset_iri(state().settings, catalogue)),
        "version": f"{project.version}+{state().version}" if project.version else state().version,
    }
    if licences := dataset_licences(catalogue):
        about["license"] = licences[0] if len(licences) == 1 else list(licences)
    if project.publisher:
        about["publisher"] = {"@id": "#publisher", "@type": "Organization"}
        about["publisher"]["name"] = project.publisher
    return about


def _agents(root: dict[str, Any]) -> list[dict[str, Any]]:
    """The publisher as an entity of its own, to which the root leads (RO-Crate is flat)."""
    agents = []
    if "publisher" in root:
        agents.append(root["publisher"])
        root["publisher"] = {"@id": "#publisher"}
    if licences := dataset_licences(state().catalogue):
        works = [{"@id": one, "@type": "CreativeWork"} for one in licences]
        agents += works
        root["license"] = [{"@id": one} for one in licences]
    return agents


def _files() -> list[dict[str, Any]]:
    files = []
    for name in state().dumps.names():
        dump = state().dumps.get(name)
        files.append(
            {
                "name": f"dump.{name}.gz",
                "contentUrl": absolute(f"/dump.{name}.gz"),
                "encodingFormat": "application/gzip",
                "contentSize": str(dump.path.stat().st_size),
                "sha256": dump.sha256.hex(),
            }
        )
    return files


def _json(body: dict[str, Any], media_type: str) -> Response:
    return Response(json.dumps(body, indent=1, ensure_ascii=False), content_type=media_type)
