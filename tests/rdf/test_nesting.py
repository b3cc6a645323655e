"""What is nested deeper than 100 levels is refused in one line, before any reader is at its end."""

import io
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eakg.rdf.documents.faults import DocumentError
from eakg.rdf.documents.nesting import DEEPEST, check_nesting, is_nested_deeply
from eakg.rdf.documents.quads import read_quads
from eakg.rdf.syntaxes import (
    JSON_LD_SYNTAX,
    N_QUADS_SYNTAX,
    N_TRIPLES_SYNTAX,
    RDF_XML_SYNTAX,
    TRIG_SYNTAX,
    TURTLE_SYNTAX,
    Syntax,
)
from helpers.tries import tries

Make = Callable[[int], str]
S, P = "<http://e.org/s>", "<http://e.org/p>"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def term(depth: int, between: str = "") -> str:
    return f"<<( {S} {P} {between} " * depth + '"x"' + " )>>" * depth


def turtle(depth: int) -> str:
    return f"{S} {P} {term(depth)} .\n"


def trig(depth: int) -> str:
    return f"<http://e.org/g> {{ {turtle(depth)} }}"


def quads(depth: int) -> str:
    return f"{S} {P} {term(depth)} <http://e.org/g> .\n"


def json_lists(depth: int) -> str:
    inner = depth - 2
    return '{"http://e.org/p": ' + "[" * inner + '{"@id": "a:b"}' + "]" * inner + "}"


def xml(depth: int) -> str:
    inner = f'<e:p rdf:parseType="Triple"><rdf:Description rdf:about="{S[1:-1]}">'
    end = "</rdf:Description></e:p>"
    return (
        f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:e="http://e.org/" rdf:version="1.2">'
        f'<rdf:Description rdf:about="{S[1:-1]}">{inner * depth}<e:p>x</e:p>{end * depth}'
        "</rdf:Description></rdf:RDF>"
    )


CASES = [
    (TURTLE_SYNTAX, turtle),
    (N_TRIPLES_SYNTAX, turtle),
    (TRIG_SYNTAX, trig),
    (N_QUADS_SYNTAX, quads),
    (JSON_LD_SYNTAX, json_lists),
    (RDF_XML_SYNTAX, xml),
]


@pytest.mark.parametrize(("syntax", "make"), CASES, ids=lambda one: getattr(one, "name", ""))
@pytest.mark.parametrize("depth", [DEEPEST + 2, 5_000, 20_000])
def test_what_is_too_deep_is_refused_in_a_line(syntax: Syntax, make: Make, depth: int) -> None:
    with pytest.raises(DocumentError, match="nested too deeply") as caught:
        list(read_quads(make(depth).encode(), syntax))
    assert caught.value.line == 1
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("syntax", "make"), CASES, ids=lambda one: getattr(one, "name", ""))
def test_what_is_not_is_read(syntax: Syntax, make: Make) -> None:
    assert len(list(read_quads(make(DEEPEST - 2).encode(), syntax))) == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
@pytest.mark.parametrize(("syntax", "make"), CASES, ids=lambda one: getattr(one, "name", ""))
def test_an_encoding_hides_no_depth(syntax: Syntax, make: Make, encoding: str) -> None:
    declaration = f'<?xml version="1.0" encoding="{encoding}"?>' if make is xml else ""
    with pytest.raises(DocumentError, match="nested too deeply"):
        list(read_quads((declaration + make(20_000)).encode(encoding), syntax))


@pytest.mark.parametrize("between", ["# >>\n", "# ' \" <<\n", '"', "'"])
def test_comments_and_quotes_hide_no_depth(between: str) -> None:
    text = term(DEEPEST + 1, between if between.endswith("\n") else "")
    assert is_nested_deeply(f"{S} {P} {text} .".encode())


@pytest.mark.slow
@given(
    st.lists(
        st.sampled_from(
            ['"<<"', "'<<'", '"""<<\n"<<"""', "'''<<\n'''", "# <<\n", '"\\"<<"', "<a:b'>", "a:\\'"]
        ),
        min_size=150,
        max_size=400,
    ),
    st.integers(1, 64),
)
@settings(max_examples=tries(100), deadline=None)
def test_what_only_looks_nested_is_not(parts: list[str], piece: int) -> None:
    text = (" ".join(parts) + "\n").encode()
    assert not is_nested_deeply(text)
    check_nesting(lambda: Pieces(text, piece), TURTLE_SYNTAX)


@pytest.mark.slow
@given(st.integers(DEEPEST - 3, DEEPEST + 3), st.integers(1, 300), st.integers(1, 64))
@settings(max_examples=tries(60), deadline=None)
def test_pieces_do_not_matter(depth: int, filling: int, piece: int) -> None:
    text = f'{S} {P} "{"<<" * 101}{"x" * filling}" .\n{S} {P} {term(depth)} .\n'.encode()
    if depth <= DEEPEST:
        check_nesting(lambda: Pieces(text, piece), TURTLE_SYNTAX)
    else:
        with pytest.raises(DocumentError) as caught:
            check_nesting(lambda: Pieces(text, piece), TURTLE_SYNTAX)
        assert caught.value.line == 2


class Pieces(io.BytesIO):
    """A stream that gives few bytes at each reading."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self._size = size

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self._size if size is None or size < 0 else min(size, self._size))
