"""The files that pages need, under names that last as long as what is in them.

The name with the digest of the file is for ever of these bytes, so that no browser asks for it
again (RFC 8246); the name alone is asked about before each use.
"""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, current_app, request

from eakg.serve.app import page_path

_ENDPOINT = "static"
_DIGITS = 16  # of the digest
_LASTING = "public, max-age=31536000, immutable"


def asset(name: str) -> str:
    """The address of a file for links in pages. Argument: its name below the folder of them."""
    return page_path(asset_path(name))


def asset_path(name: str) -> str:
    """The path of a file, as `asset` where there is no public address."""
    digest = _digest(Path(str(current_app.static_folder), name))
    return f"/static/{name}" + (f"?v={digest}" if digest else "")


def register_assets(app: Flask) -> None:
    """Let what is asked for by its digest be kept."""

    def keep(response: Response) -> Response:
        if request.endpoint == _ENDPOINT and response.status_code < 400:
            name = (request.view_args or {}).get("filename", "")
            path = Path(str(app.static_folder), name)
            # Who asks for other bytes than there are is given those that there are, for now.
            is_lasting = "v" in request.args and request.args["v"] == _digest(path)
            response.headers["Cache-Control"] = _LASTING if is_lasting else "no-cache"
        return response

    app.after_request(keep)


@cache
def _digest(path: Path) -> str | None:
    """The digest of a file, None where there is none."""
    if not path.is_file():
        return None
    return hashlib.sha256(path.read_bytes()).hexdigest()[:_DIGITS]
