"""The views of the annotator."""

from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import cast
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from eakg.problems import ProblemsError
from eakg.serve.annotator.access import PARAMETER, AnnotatorAccess
from eakg.serve.annotator.annotation_file import version_of
from eakg.serve.annotator.findings import findings_of
from eakg.serve.annotator.forms import EditForm
from eakg.serve.annotator.merge import Merge
from eakg.serve.annotator.page import annotator_page
from eakg.serve.annotator.workspace import AnnotationWorkspace, ConflictError, UnknownDocumentError
from eakg.text import EditError

KEY = "eakg-annotator"
blueprint = Blueprint("annotator", __name__)
_MOST = 20  # things that are found, as many as `eakg find` tells
_OWN_FIELDS = ("version",)


@dataclass(frozen=True)
class AnnotatorContext:
    """What the views of one annotator share."""

    workspace: AnnotationWorkspace
    access: AnnotatorAccess


@dataclass(frozen=True)
class ThingChoice:
    """A thing that may be chosen: its slug and its name; name, type and slug in one line."""

    slug: str
    name: str
    title: str


def _context() -> AnnotatorContext:
    return cast(AnnotatorContext, current_app.extensions[KEY])


@blueprint.before_app_request
def check() -> ResponseReturnValue | None:
    """Who asks may annotate; the token goes from the address into a cookie."""
    access = _context().access
    access.check(request)
    if PARAMETER not in request.args:
        return None
    remainder = [(name, value) for name, value in request.args.items(multi=True)]
    query = urlencode([(name, value) for name, value in remainder if name != PARAMETER])
    response = cast(Response, redirect(request.path + (f"?{query}" if query else ""), 303))
    access.keep(request, response)
    return response


@blueprint.after_app_request
def forbid_keeping(response: Response) -> Response:
    """Pages are of the file as it is now."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@blueprint.app_errorhandler(UnknownDocumentError)
def unknown(error: UnknownDocumentError) -> ResponseReturnValue:
    """No document of that name."""
    names = ", ".join(folder.name for folder in _context().workspace.documents())
    return _failure([f"no document is called {error}; there are {names}"], HTTPStatus.NOT_FOUND)


@blueprint.app_errorhandler(ProblemsError)
def unreadable(error: ProblemsError) -> ResponseReturnValue:
    """A file that cannot be read or written."""
    return _failure([str(one) for one in error.problems], HTTPStatus.UNPROCESSABLE_ENTITY)


def _failure(lines: list[str], status: HTTPStatus) -> ResponseReturnValue:
    return render_template("annotator_failure.html", lines=lines, status=status), status


@blueprint.get("/")
def documents() -> ResponseReturnValue:
    """The documents that there are."""
    folders = _context().workspace.documents()
    return render_template("annotator_documents.html", names=[folder.name for folder in folders])


@blueprint.get("/documents/<name>")
def document(name: str) -> ResponseReturnValue:
    """A document, with its annotations."""
    return _page(name)


def _page(name: str, refusal: str = "", status: HTTPStatus = HTTPStatus.OK) -> ResponseReturnValue:
    workspace = _context().workspace
    draft, version = workspace.draft(name)
    meta, mapping = workspace.meta(name), workspace.vocabulary().mapping
    focus = request.values.get("at") or request.values.get("event") or request.values.get("target")
    words = request.values.get("find", "")
    page = annotator_page(
        name,
        meta.title,
        meta.language,
        draft,
        version,
        mapping,
        focus or "",
        can_undo=workspace.can_undo(name, draft),
    )
    response = Response(
        render_template(
            "annotator.html",
            page=page,
            refusal=refusal,
            fields=request.values,
            search=words,
            things=_things(words),
        ),
        status,
    )
    response.set_etag(version)
    return response


@blueprint.post("/documents/<name>")
def edit(name: str) -> ResponseReturnValue:
    """Write one edit. The version that it is of comes in `If-Match` or with the form."""
    workspace = _context().workspace
    meta = workspace.meta(name)
    form = EditForm(request.form, workspace.vocabulary(), meta.language, meta.date.year)
    try:
        function = form.edit()
        result = workspace.edit(name, _version(), function)
    except EditError as error:
        return _page(name, str(error), HTTPStatus.UNPROCESSABLE_ENTITY)
    except ConflictError as conflict:
        return _conflict(name, Merge.of(conflict, function))
    return _see(name, result.focus)


@blueprint.post("/documents/<name>/undo")
def undo(name: str) -> ResponseReturnValue:
    """Take the last edit back."""
    try:
        _context().workspace.undo(name, _version())
    except EditError as error:
        return _page(name, str(error), HTTPStatus.CONFLICT)
    except ConflictError:
        words = "the file was changed since this page was made of it; here it is as it is now"
        return _page(name, words, _conflict_status())
    return _see(name)


def _version() -> str:
    """The version that a form is of."""
    tags = request.if_match
    return next(iter(tags.as_set()), "") or request.form.get("version", version_of(""))


def _conflict_status() -> HTTPStatus:
    return HTTPStatus.PRECONDITION_FAILED if request.if_match else HTTPStatus.CONFLICT


def _conflict(name: str, merge: Merge) -> ResponseReturnValue:
    fields = [(key, value) for key, value in request.form.items() if key not in _OWN_FIELDS]
    page = render_template("annotator_merge.html", name=name, merge=merge, fields=fields)
    return page, _conflict_status()


def _see(name: str, focus: str = "") -> ResponseReturnValue:
    query = f"?{urlencode({'at': focus})}" if focus else ""
    return redirect(f"/documents/{name}{query}", HTTPStatus.SEE_OTHER)


@blueprint.get("/documents/<name>/findings")
def findings(name: str) -> ResponseReturnValue:
    """What is wrong with the annotations of a document, as `eakg check` says it."""
    workspace = _context().workspace
    draft, _ = workspace.draft(name)
    check = findings_of(workspace.findings(name), draft)
    return render_template("annotator_findings.html", name=name, findings=check)


@blueprint.get("/things")
def things() -> ResponseReturnValue:
    """Things by words of their names, for the script of the page."""
    return jsonify([asdict(one) for one in _things(request.args.get("find", ""))])


def _things(words: str) -> list[ThingChoice]:
    if not words.strip():
        return []
    vocabulary = _context().workspace.vocabulary()
    choices = []
    for entry in vocabulary.search(words, _MOST):
        name = entry.name("en")
        title = f"{name} ({vocabulary.type_of(entry)}), {entry.slug}"
        choices.append(ThingChoice(entry.slug, name, title))
    return choices
