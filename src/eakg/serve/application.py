"""The Flask application."""

import re

from flask import Flask, request
from werkzeug.exceptions import (
    BadRequest,
    RequestHeaderFieldsTooLarge,
    RequestTimeout,
    RequestURITooLarge,
)

from eakg import __version__
from eakg.serve.app import (
    KEY,
    MAX_BODY,
    SLOW,
    AppContext,
    Dumps,
    Proofs,
    Settings,
    page_href,
    page_path,
    register_headers,
    register_problems,
)
from eakg.serve.content import Catalogue
from eakg.serve.data import blueprints as data_blueprints
from eakg.serve.host import metrics_blueprint, register_logs, register_metrics, register_rate
from eakg.serve.overviews import blueprint as overviews_blueprint
from eakg.serve.pages import blueprints as page_blueprints
from eakg.serve.pages import emphasised
from eakg.serve.protocol import blueprints as protocol_blueprints
from eakg.serve.words import pluralize, short
from eakg.store import QueryService

_MAX_ADDRESS = 1 << 15  # bytes of path and parameters
_MAX_HEADERS = 1 << 15  # bytes of all of them
_HOST = re.compile(r"[\w.~!$&'()*+;=%:\[\]-]*", re.ASCII)


def create_app(settings: Settings, store: QueryService) -> Flask:
    """The application over a store.

    Arguments: the settings; whatever answers queries. The store is asked at requests only, so
    that an application may be made before its store answers.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_BODY
    catalogue = Catalogue(store)
    dumps = Dumps(store, catalogue.graphs, settings.remote is None)
    app.extensions[KEY] = AppContext(settings, store, catalogue, Proofs(store), dumps)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["short"] = short
    app.jinja_env.filters["href"] = page_href
    app.jinja_env.filters["emphasised"] = emphasised
    app.jinja_env.globals.update(path=page_path, pluralize=pluralize, version=__version__)
    register_problems(app)
    register_headers(app)
    register_metrics(app, settings.folder)
    register_rate(app)
    app.before_request(_check_head)
    register_logs(app, settings.logs)
    for blueprint in (
        metrics_blueprint,
        *protocol_blueprints,
        *data_blueprints,
        *page_blueprints,
        overviews_blueprint,
    ):
        app.register_blueprint(blueprint)
    return app


def _check_head() -> None:
    """What comes before the body is not too long, there is one host (RFC 9112 section 3.2), and
    paths are UTF-8; the framework would put replacement characters for what is not."""
    path, query = request.environ.get("PATH_INFO", ""), request.environ.get("QUERY_STRING", "")
    if len(path) + len(query) > _MAX_ADDRESS:
        raise RequestURITooLarge
    if SLOW in request.environ:
        raise RequestTimeout
    if sum(len(name) + len(value) for name, value in request.headers) > _MAX_HEADERS:
        raise RequestHeaderFieldsTooLarge
    if not _HOST.fullmatch(request.environ.get("HTTP_HOST", "")):
        raise BadRequest("the header Host is not the name of one host")
    try:
        path.encode("latin-1").decode()
    except UnicodeError:
        raise BadRequest("the path is not UTF-8") from None
