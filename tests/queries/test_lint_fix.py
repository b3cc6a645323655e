"""`lint-queries --fix`: declarations of prefixes in order, and nothing else changed."""

from pathlib import Path

import pytest

from helpers.saved_query_files import run

pytestmark = pytest.mark.slow

XSD = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
E = "PREFIX e: <http://e/>\n"
FIXES = {
    "an unused one goes with its line": (
        f"# first\n{E}PREFIX x: <http://x/>\nASK {{ e:a e:b 1 }}\n",
        f"# first\n{E}ASK {{ e:a e:b 1 }}\n",
    ),
    "a comment on its line stays": (
        f"{E}PREFIX x: <http://x/> # why\n# more\nASK {{ e:a e:b 1 }}\n",
        f"{E}# why\n# more\nASK {{ e:a e:b 1 }}\n",
    ),
    "what stands before it on its line stays": (
        "PREFIX e: <http://e/> PREFIX x: <http://x/> ASK { e:a e:b 1 }",
        "PREFIX e: <http://e/> ASK { e:a e:b 1 }",
    ),
    "a declaration in several lines": (
        "PREFIX x:\n  <http://x/>\nASK { ?a ?b 1 }\n",
        "ASK { ?a ?b 1 }\n",
    ),
    "all of them": ("prefix : <http://x/>\nprefix y: <http://y/>\nASK {}", "ASK {}"),
    "a missing one that everyone means alike": (
        f"#+ summary: x\n# a note\n{E}\n# the query\nASK {{ e:a e:b '1'^^xsd:byte }}\n",
        f"#+ summary: x\n# a note\n{E}\n# the query\n{XSD}ASK {{ e:a e:b '1'^^xsd:byte }}\n",
    ),
    "both at once, and the lines of the file as they end": (
        "\ufeffPREFIX x: <http://x/>\r\nSELECT ?a { ?a a ?b . ?b rdfs:label ?a }\r\n",
        "\ufeffPREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\r\n"
        "SELECT ?a { ?a a ?b . ?b rdfs:label ?a }\r\n",
    ),
}
KEPT = {
    "used in a string of the header": "#+ parameters: {a: {default: 'x:y', type: iri}}\n"
    "PREFIX x: <http://x/>\nASK { ?a ?b 1 }\n",
    "used by a variable of grlc": "PREFIX x: <http://x/>\nASK { ?a ?b ?_v_x_y }\n",
    "ignored by its header": "#+ lint: ignore unused-prefix\nPREFIX x: <http://x/>\nASK {}\n",
    "a prefix of one's own": "ASK { own:a own:b 1 }\n",
    "one that people mean otherwise": "ASK { schema:a geo:b 1 }\n",
    "no query": "PREFIX x: <http://x/>\nASK { \n",
    "a template": "PREFIX x: <http://x/>\nASK { ?a ?b {{ value }} }\n",
    "declared in the header": "#+ prefixes: {xsd: 'http://other/'}\nASK { ?a ?b 'x'^^xsd:y }\n",
    "a word in a string and a comment": "ASK { ?a ?b 'rdfs:label' } # rdfs:label\n",
    "a header that cannot be used": "#+ expect: {rowz: 1}\nPREFIX x: <http://x/>\nASK {}\n",
    "not UTF-8": "ASK { ?a ?b '\udcff' }",
}


def written(folder: Path, texts: dict[str, str]) -> dict[str, str]:
    """What is in the files once they were looked at."""
    for name, text in texts.items():
        (folder / f"{name}.rq").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert run("lint-queries", "--fix", str(folder)).exit_code in (0, 1)
    return {
        name: (folder / f"{name}.rq").read_bytes().decode("utf-8", "surrogateescape")
        for name in texts
    }


def test_prefixes_are_put_in_order_once(tmp_path: Path) -> None:
    results = {name: after for name, (_, after) in FIXES.items()}
    assert written(tmp_path, {name: before for name, (before, _) in FIXES.items()}) == results
    done = run("lint-queries", "--fix", str(tmp_path))
    assert "is written" not in done.stdout
    assert "[unused-prefix]" not in done.stdout
    assert "[prefix]" not in done.stdout


def test_what_is_not_sure_stays(tmp_path: Path) -> None:
    assert written(tmp_path, KEPT) == KEPT


def test_what_nobody_minds_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    query = tmp_path / "q.rq"
    query.write_text("PREFIX x: <http://x/>\nASK { ?a rdfs:label 1 }\n", "utf-8")
    before = query.read_text("utf-8")
    run("lint-queries", "--fix", "q.rq", "--ignore", "unused-prefix", "--ignore", "prefix")
    assert query.read_text("utf-8") == before
    settings = "[queries]\nprefixes = {rdfs = 'http://r/'}\nlint = {unused-prefix = 'ignore'}"
    (tmp_path / "eakg.toml").write_text(settings, "utf-8")
    run("lint-queries", "--fix", "q.rq")
    assert query.read_text("utf-8") == before


def test_it_is_of_files(tmp_path: Path) -> None:
    for place in ("-", "http://127.0.0.1:9/q.rq"):
        done = run("lint-queries", "--fix", place, input_="ASK {}")
        assert done.exit_code == 2
        assert "--fix is of files" in done.stderr
