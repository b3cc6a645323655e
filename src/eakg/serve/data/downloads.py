"""Dumps and their checksums at their addresses."""

import base64

from flask import Blueprint, Response, request, send_file
from werkzeug.exceptions import NotFound

from eakg.serve.app import Dump, entity_tag, query_string, state
from eakg.serve.data.dataset import dump_licences

blueprint = Blueprint("downloads", __name__)


@blueprint.get("/dump.<name>.gz")
def dump(name: str) -> Response:
    """A dump, with its digest (RFC 9530); parts of it by Range."""
    query_string(request)
    archive = _dump_of(name)
    response = send_file(
        archive.path,
        mimetype="application/gzip",
        as_attachment=True,
        download_name=f"graph-{archive.version}.{name}.gz",
        conditional=True,
        etag=entity_tag("dump", name, archive.sha256.hex()),
        last_modified=None,
    )
    del response.headers["Last-Modified"]
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Repr-Digest"] = f"sha-256=:{base64.b64encode(archive.sha256).decode()}:"
    if licences := dump_licences(name, state().catalogue):
        response.headers["Link"] = ", ".join(f'<{one}>; rel="license"' for one in licences)
    return response


@blueprint.get("/dump.<name>.gz.sha256")
def checksum(name: str) -> Response:
    """The checksum of a dump, in a line that `sha256sum --check` reads."""
    query_string(request)
    text = f"{_dump_of(name).sha256.hex()}  dump.{name}.gz\n"
    response = Response(text, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _dump_of(name: str) -> Dump:
    if name not in state().dumps.names():
        raise NotFound
    return state().dumps.get(name)
