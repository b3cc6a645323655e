"""Words of the interface can be translated: none stands bare in a template."""

import re
from pathlib import Path

import pytest

import eakg.serve
from eakg.serve.words.wording import day, period

TEMPLATES = sorted((Path(eakg.serve.__file__).parent / "templates").glob("*.html"))
NAMES = re.compile(
    r"EAKG|CC BY 4\.0|Turtle|N-Quads|N-Triples|JSON-LD|RDF/XML|PROV-O|JSON|OWL 2 RL|SPARQL|CSV|SVG"
    r"|ROK|东盟"  # asked for as examples
)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_word_is_bare(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    text = re.sub(r"{#.*?#}|{{.*?}}|{%.*?%}|<!--.*?-->", " ", text, flags=re.DOTALL)
    text = re.sub(r"<(script|style|code).*?</\1>", " ", text, flags=re.DOTALL)
    text = re.sub(r"<[^>]*>|&\w+;", " ", text, flags=re.DOTALL)
    assert re.findall(r"[^\W\d_]{2,}", NAMES.sub(" ", text)) == []


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2020-07-20", "2020-07-20", "20 July 2020"),
        ("2020-07-20", "2020-07-21", "20–21 July 2020"),
        ("2020-07-20", "2020-08-01", "20 July 2020 to 1 August 2020"),
        ("2020-07-20", None, "from 20 July 2020"),
        (None, "2020-07-20", "until 20 July 2020"),
        (None, None, ""),
    ],
)
def test_periods_in_words(first: str | None, last: str | None, words: str) -> None:
    assert period(first, last) == words


def test_what_is_no_day_stays_as_it_is() -> None:
    assert [day(one) for one in ("2020", "2020-13-01", "soon")] == ["2020", "2020-13-01", "soon"]
