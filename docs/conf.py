"""The documentation as a site: `make site` makes it of these pages, by Sphinx.

Nothing of it is taken from elsewhere when it is read: no font, no script, no picture.
"""

import re
from pathlib import Path

from click import Context
from sphinx.application import Sphinx

from eakg import __version__
from helpers.reference import MAKERS

DOCS = Path(__file__).parent
SOURCE = "https://w3id.org/eakg/source/"
_LINK = re.compile(r"(\]\()([^)#:\s]+)(?=[)#])")
_MADE = re.compile(r"<!-- made with the site: (.+?) -->")

project = "EAKG"
author = "EAKG contributors"
copyright = "EAKG contributors, CC BY 4.0"
release = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_click"]
exclude_patterns = ["README.md", "examples/**"]
myst_heading_anchors = 5
suppress_warnings = ["misc.highlighting_failure"]  # brat and Mermaid are shown as they are written
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
napoleon_google_docstring = True
html_theme = "furo"
html_title = f"EAKG {__version__}"
html_extra_path = ["every-triple.svg"]
html_copy_source = False
html_show_sphinx = False


def _of_source(folder: Path, target: str) -> bool:
    """Whether a link leads out of the pages: to a file beside them, or to a folder."""
    path = (folder / target).resolve()
    return not path.is_relative_to(DOCS) or path.is_dir()


def _further(index: str) -> str:
    """The pages that the index does not name, as a list of their own."""
    named = set(index.splitlines())
    pages = [path.stem for path in sorted(DOCS.glob("*.md")) if path.stem not in named]
    names = [name for name in pages if name not in ("README", "index")]
    lines = ["", "```{toctree}", ":caption: Further", ":maxdepth: 1", "", *names, "```", ""]
    return "\n".join(lines) if names else ""


def _read(app: Sphinx, page: str, source: list[str]) -> None:
    folder = (DOCS / page).parent

    def lead(link: re.Match[str]) -> str:
        path = (folder / link[2]).resolve()
        if not path.exists() or not _of_source(folder, link[2]):
            return link[0]
        return f"{link[1]}{SOURCE}{path.relative_to(DOCS.parent).as_posix()}"

    text = _MADE.sub(lambda block: MAKERS[block[1]](), source[0])
    if page == "index":
        text += _further(text)
    # Decisions are led to by their table, and would be most of what stands beside each page.
    head = "---\norphan: true\n---\n\n" if page.startswith("decisions/0") else ""
    source[0] = head + _LINK.sub(lead, text)


def _plain(app: Sphinx, context: Context, lines: list[str]) -> None:
    """What a command says of itself is plain text, in which an asterisk is one."""
    lines[:] = [line.replace("*", "\\*") for line in lines]


def setup(app: Sphinx) -> None:
    """Read pages as they stand in the repository, and parts of them from the code."""
    app.connect("source-read", _read)
    for part in ("description", "options", "arguments"):
        app.connect(f"sphinx-click-process-{part}", _plain)
