"""The Flask application."""

from flask import Flask, request
from werkzeug.exceptions import BadRequest

from eakg import __version__
from eakg.serve.agents import blueprint as agents_blueprint
from eakg.serve.app import (
    KEY,
    MAX_BODY,
    REFUSAL,
    AppContext,
    Settings,
    check_access,
    check_head,
    page_href,
    page_path,
    register_delivery,
    register_headers,
    register_problems,
    state,
)
from eakg.serve.content import Project, licence_name, short
from eakg.serve.data import asset, register_assets
from eakg.serve.data import blueprints as data_blueprints
from eakg.serve.host import metrics_blueprint, register_observation
from eakg.serve.neighbours import blueprints as neighbours_blueprints
from eakg.serve.overviews import blueprint as overviews_blueprint
from eakg.serve.pages import blueprints as page_blueprints
from eakg.serve.pages import emphasised
from eakg.serve.past import blueprints as past_blueprints
from eakg.serve.past import register_mementos, register_versions
from eakg.serve.protocol import blueprints as protocol_blueprints
from eakg.serve.words import pluralize
from eakg.sparql import StoreError
from eakg.store import QueryService
from eakg.store.versions import PastStores


def create_app(settings: Settings, store: QueryService, past: PastStores | None = None) -> Flask:
    """The application over a store.

    Arguments: the settings; whatever answers queries; the stores of its past versions. The store
    is asked at requests only, so that an application may be made before its store answers.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_BODY
    app.extensions[KEY] = AppContext.over(settings, store, past)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["short"] = short
    app.jinja_env.filters["licence_name"] = licence_name
    app.jinja_env.filters["href"] = page_href
    app.jinja_env.filters["emphasised"] = emphasised
    app.jinja_env.globals.update(
        asset=asset, path=page_path, pluralize=pluralize, version=__version__, project=_project
    )
    register_problems(app)
    register_headers(app, cors=settings.access.cors)
    app.before_request(_check)
    register_versions(app)
    register_mementos(app)
    register_observation(app, settings)
    register_delivery(app)
    register_assets(app)
    for blueprint in (
        metrics_blueprint,
        *protocol_blueprints,
        *data_blueprints,
        *page_blueprints,
        overviews_blueprint,
        *neighbours_blueprints,
        *past_blueprints,
        agents_blueprint,
    ):
        app.register_blueprint(blueprint)
    for rule in app.url_map.iter_rules():
        # A slash at the end is in the names of things, but of no page or endpoint.
        rule.strict_slashes = bool(rule.arguments)
    return app


def _project() -> Project:
    """Whose data a page is about: where the store does not tell, what the settings say."""
    try:
        return state().catalogue.project()
    except StoreError:
        return state().settings.project


def _check() -> None:
    """Nothing was said against the request before, who sends it may ask for this, and what comes
    before the body is as it must be. Paths are UTF-8; the framework would put replacement
    characters for what is not."""
    environ = request.environ
    if (refusal := environ.get(REFUSAL)) is not None:
        raise refusal
    path, host = environ.get("PATH_INFO", ""), environ.get("HTTP_HOST", "")
    address = len(path) + len(environ.get("QUERY_STRING", ""))
    check_head(address, request.headers, host)
    check_access(state().settings, host, path, request.headers.get("Authorization"))
    try:
        path.encode("latin-1").decode()
    except UnicodeError:
        raise BadRequest("the path is not UTF-8") from None
