"""The shipped graph has no privilege in the code: its terms and things stand in data.

What the code may name of the vocabulary is the part that tells where a triple is from: spans,
sentences, rows, and the statements that rest on them.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import eakg
from helpers.house import modules

EVIDENCE = frozenset(
    {
        *("TableRow", "TextSpan", "TextPart", "Sentence", "Paragraph", "SourceDocument"),
        *("annotationType", "denotedBy", "evidence", "inGraph", "inSentence", "number"),
        "verification",
    }
)
SOFTWARE = ("reasoner", "rule/")
"""Things that the software itself is, which its proofs name."""
SWEPT = (
    *("collector", "names", "problems", "files", "keyed_files", "options"),
    *("rdf", "sparql", "text", "evidence"),
    *("lift", "dataset", "profile", "reason", "check", "pipeline", "store", "queries", "serve"),
    *("commands", "cli"),
)
LEFT = {"eakg.check.disagreements", "eakg.dataset.suggestions", "eakg.dataset.beginnings"}
"""What still names some of our terms (docs/limits.md)."""
WORDS = re.compile(r"(?<![\w:/#-])(?:eakg:[A-Za-z]\w*|id:[a-z][\w-]*)|\bASEAN\b")


def terms_of(tree: ast.AST) -> Iterator[str]:
    """What a module names of the namespaces, and in its texts, but for those about it."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(ast.Name("EAKG" | "ID"), name):
                yield name
            case ast.Subscript(ast.Name("EAKG" | "ID"), ast.Constant(str(name))):
                yield name
            case ast.Subscript(ast.Name("ID"), ast.JoinedStr([ast.Constant(str(name)), *_])):
                yield name
            case ast.Constant(str(text)) if id(node) not in docstrings:
                yield from (match[0].removeprefix("eakg:") for match in WORDS.finditer(text))


@pytest.mark.slow
@pytest.mark.parametrize("room", SWEPT)
def test_the_code_names_none_of_our_terms_but_those_of_evidence(room: str) -> None:
    allowed = {*EVIDENCE, "fullmatch"}
    names = {
        (module, name)
        for module, tree in modules().items()
        if module.split(".")[1:2] == [room] and module not in LEFT
        for name in terms_of(tree)
        if name not in allowed and not name.startswith(SOFTWARE)
    }
    assert not names


def test_templates_name_none_of_our_terms_and_things() -> None:
    (folder,) = eakg.__path__
    for template in (Path(folder) / "serve" / "templates").iterdir():
        text = template.read_text("utf-8")
        assert not WORDS.search(text), template
        assert "EAKG" not in text, template
        assert "w3id.org" not in text, template
