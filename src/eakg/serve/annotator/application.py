"""The Flask application of the annotator."""

from flask import Flask

from eakg.serve.annotator.access import AnnotatorAccess
from eakg.serve.annotator.views import KEY, AnnotatorContext, blueprint
from eakg.serve.annotator.workspace import AnnotationWorkspace
from eakg.serve.app import MAX_BODY, register_headers, register_problems
from eakg.serve.content import Project, licence_name
from eakg.serve.data import asset_path, register_assets

_PROJECT = Project(title="EAKG annotator", language=("en",))


def create_annotator(workspace: AnnotationWorkspace, token: str) -> Flask:
    """The application over the documents of a workspace. Argument: what opens it."""
    app = Flask("eakg.serve")
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_BODY
    app.extensions[KEY] = AnnotatorContext(workspace, AnnotatorAccess(token))
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["licence_name"] = licence_name
    app.jinja_env.globals.update(asset=asset_path, path=str, project=lambda: _PROJECT)
    register_problems(app, "annotator_problem.html")
    register_headers(app, cors=False)
    register_assets(app)
    app.register_blueprint(blueprint)
    return app
