"""`eakg validate`: what is wrong with a built graph, with the line to go and change."""

import json
import re
from pathlib import Path

import pytest

from helpers.small_dataset import Small

NOTE = "graph/sources/note/note.ann"
TABLES = "graph/background"
CHECKS = {"shapes", "profile", "coherence", "quotes", "statements", "terms", "references"}


def problems(small: Small, *paths: str) -> list[str]:
    """The lines about problems, after a validation that must fail."""
    result = small.run("validate", *(paths or (".",)))
    assert result.exit_code == 1, result.output
    assert result.stderr == ""
    table_end = result.stdout.rindex("┘")
    return result.stdout[table_end + 1 :].split("\n")[1:-1]


def edit(path: str, old: str, new: str) -> int:
    """Replace words in a file; gives the line, from 1, that they first stand in."""
    text = Path(path).read_text("utf-8")
    assert old in text, old
    Path(path).write_text(text.replace(old, new, 1), "utf-8")
    return text.count("\n", 0, text.index(old)) + 1


def test_a_sound_graph(built: Small) -> None:
    result = built.run("validate", ".", "--json")
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert report["valid"] is True
    assert {check["name"] for check in report["checks"]} == CHECKS
    assert all(check["examined"] > 0 for check in report["checks"])
    assert all(check["problems"] == [] for check in report["checks"])


def test_the_report_for_machines_has_file_line_and_message(built: Small) -> None:
    edit("graph/evidence/note.ttl", 'oa:exact "masks"', 'oa:exact "gloves"')
    result = built.run("validate", ".", "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert report["valid"] is False
    (problem,) = (p for check in report["checks"] for p in check["problems"])
    assert problem["file"] == NOTE
    assert problem["line"] == 3
    assert "'gloves'" in problem["message"]


def test_a_stale_quote(built: Small) -> None:
    edit("graph/evidence/note.ttl", 'oa:exact "masks"', 'oa:exact "gloves"')
    (line,) = problems(built)
    assert line.startswith(f"{NOTE}:3: quotes 'gloves', but note.txt has 'masks' at 11-16; run")


def test_a_text_that_was_changed_after_the_build(built: Small) -> None:
    edit("graph/sources/note/note.txt", "masks", "boots")
    found = problems(built)
    assert any(line.startswith(f"{NOTE}:3: quotes 'masks'") for line in found)
    assert any("quotes 'Japan gave masks" in line for line in found)


def test_a_text_that_is_gone(built: Small) -> None:
    Path("graph/sources/note/note.txt").unlink()
    assert "graph/sources/note/note.txt: the text is not there; add it" in problems(built)


def test_a_triple_without_statement(built: Small) -> None:
    path = Path("graph/asserted/states.ttl")
    text = path.read_text("utf-8")
    line = text.count("\n") + 1
    path.write_text(text + 'id:japan rdfs:label "Nippon" .\n', "utf-8")
    (found,) = problems(built)
    assert found == (
        f'{path}:{line}: id:japan rdfs:label "Nippon" has no statement that supports it; '
        "run `eakg build`"
    )


def test_a_statement_whose_triple_is_gone(built: Small) -> None:
    edit("graph/asserted/note.ttl", "eakg:goods id:goods-masks", "eakg:goods id:goods-money")
    found = problems(built)
    assert len(found) == 2
    assert any(
        re.match(rf"{NOTE}:13: .*triple is not in the asserted graph; run", f) for f in found
    )
    assert any(
        re.match(r"graph/asserted/note\.ttl:\d+: .*goods-money has no statement", f) for f in found
    )


def test_a_statement_without_support(built: Small) -> None:
    edit(
        "graph/evidence/states.ttl",
        "<https://w3id.org/eakg/id/states/row/japan>\n    a eakg:TableRow ;",
        "<https://w3id.org/eakg/id/states/row/japan>\n",
    )
    found = problems(built)
    assert any(
        line.startswith(f"{TABLES}/states.csv:2: ") and "no text span and no table row" in line
        for line in found
    )


def test_evidence_that_is_gone(built: Small) -> None:
    Path("graph/evidence/states.ttl").unlink()
    assert "graph/evidence/states.ttl: is missing; run `eakg build`" in problems(built)


def test_a_term_that_is_not_defined(built: Small) -> None:
    edit("ontology/eakg.ttl", "eakg:goods a owl:ObjectProperty", "eakg:good a owl:ObjectProperty")
    found = problems(built)
    assert any(
        re.match(rf"{NOTE}:13: .*eakg:goods is not defined; did you mean eakg:good\?", line)
        for line in found
    )


def test_a_term_without_definition(built: Small) -> None:
    text = Path("ontology/eakg.ttl").read_text("utf-8")
    (definition,) = re.findall(r'    skos:definition "What is given in an act[^\n]*\n', text)
    edit("ontology/eakg.ttl", definition, "")
    (line,) = problems(built)
    assert re.match(r"ontology/eakg\.ttl: eakg:goods has no definition.*; add a definition", line)


def test_an_axiom_outside_the_profile(built: Small) -> None:
    line = edit(
        "ontology/eakg.ttl",
        "eakg:Norm a owl:Class ;",
        "eakg:Norm a owl:Class ;\n    rdfs:subClassOf [ owl:unionOf ( eakg:Claim eakg:Act ) ] ;",
    )
    found = problems(built)
    assert found
    assert any(re.match(rf"ontology/eakg\.ttl:{line}: .*unionOf", item, re.I) for item in found)


def test_a_thing_of_which_nothing_is_said(built: Small) -> None:
    edit("graph/evidence/note.ttl", "oa:hasBody id:japan", "oa:hasBody id:nippon")
    assert any("leads to https://w3id.org/eakg/id/nippon" in line for line in problems(built))


SHAPES = {
    "no polarity": (
        "A5\tPolarity E2 affirmed\n",
        "",
        14,
        "gift-judged: .*add one attribute Polarity",
    ),
    "no voice": ("A4\tVoice E2 article\n", "", 14, "gift-judged: .*(Voice|claimant)"),
    "no measure": ("A8\tMeasure E3 trade-growth\n", "", 15, "growth: .*add the attribute Measure"),
    "no name": (
        "N10\tReference E1 EAKG:gift\tMasks given by Japan to Laos\n",
        "",
        13,
        "has a label",
    ),
}


@pytest.mark.parametrize("case", SHAPES)
def test_a_shape_violation_is_told_at_the_annotation(small: Small, case: str) -> None:
    old, new, line, words = SHAPES[case]
    small.replace("note.ann", old, new)
    assert small.build().exit_code == 0
    found = problems(small)
    assert found
    assert all(re.match(rf"{NOTE}:{line}: ", item) for item in found), found
    assert any(re.search(words, item) for item in found), found


TABLE_SHAPES = {
    "end before start": (
        "memberships.csv",
        "1997-07-23,,",
        "1997-07-23,1996-01-01,",
        2,
        "correct one of the two dates",
    ),
    "no code": ("states.csv", "LA,LAO,", "LA,,", 3, "alpha-3 code"),
    "bad code": ("states.csv", "LA,LAO,", "LA,lao,", 3, "three capitals"),
    "no label": ("states.csv", "laos,Laos,", "laos,,", 3, "fill the label column"),
}


@pytest.mark.parametrize("case", TABLE_SHAPES)
def test_a_shape_violation_is_told_at_the_row(small: Small, case: str) -> None:
    name, old, new, line, words = TABLE_SHAPES[case]
    small.replace(name, old, new)
    assert small.build().exit_code == 0
    found = problems(small)
    assert any(item.startswith(f"{TABLES}/{name}:{line}: ") and words in item for item in found), (
        found
    )


def test_a_row_without_verification_is_an_error_of_the_build(small: Small) -> None:
    small.replace("organizations.csv", ",verified,", ",,")
    assert "verification is empty; fill it" in small.build().stderr


def test_rows_after_a_cell_with_line_breaks_keep_their_lines(small: Small) -> None:
    small.replace(
        "states.csv", "Q17,https://example.org/states,verified,", 'Q17,definition,verified,"a\nb"'
    )
    small.replace("states.csv", "LA,LAO,", "LA,lao,")
    assert small.build().exit_code == 0
    (line,) = problems(small)
    assert line.startswith(f"{TABLES}/states.csv:4: laos: ")


def test_several_problems_are_all_told(small: Small) -> None:
    small.replace("note.ann", "A5\tPolarity E2 affirmed\n", "")
    small.replace("states.csv", "LA,LAO,", "LA,lao,")
    assert small.build().exit_code == 0
    edit("graph/evidence/note.ttl", 'oa:exact "masks"', 'oa:exact "gloves"')
    places = {line.split(": ", 1)[0] for line in problems(small)}
    assert places == {f"{NOTE}:14", f"{TABLES}/states.csv:3", f"{NOTE}:3"}


# Files of one's own


def test_a_file_that_is_sound(small: Small) -> None:
    Path("own.ttl").write_text(
        "@prefix eakg: <https://w3id.org/eakg/ontology#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        '<http://x/oz> a eakg:State ; rdfs:label "Oz"@en ; eakg:iso3166Alpha3 "OZZ" .\n',
        "utf-8",
    )
    result = small.run("validate", "own.ttl")
    assert result.exit_code == 0, result.output


def test_a_file_with_problems(small: Small) -> None:
    Path("own.ttl").write_text(
        "@prefix eakg: <https://w3id.org/eakg/ontology#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n\n"
        '<http://x/oz> a eakg:State ; rdfs:label "Oz"@en .\n'
        "<http://x/act> eakg:agnt <http://x/oz> .\n",
        "utf-8",
    )
    found = problems(small, "own.ttl")
    assert any(line.startswith("own.ttl:4: http://x/oz: A state has one ISO") for line in found)
    assert any(
        line.startswith(
            "own.ttl:5: http://x/act: eakg:agnt is not defined; did you mean eakg:agent"
        )
        for line in found
    )


@pytest.mark.parametrize("command", ["validate", "reason"])
def test_files_that_cannot_be_read_are_all_told(small: Small, command: str) -> None:
    Path("bad.ttl").write_text("@prefix : <http://x/> .\n:a :b .\n", "utf-8")
    Path("undeclared.ttl").write_text("<http://x/a> ex:b 1 .\n", "utf-8")
    Path("latin.nt").write_bytes(b'<http://x/a> <http://x/b> "\xe9" .\n')
    Path("x.docx").write_bytes(b"")
    result = small.run(command, "bad.ttl", "none.ttl", "undeclared.ttl", "latin.nt", "x.docx")
    assert result.exit_code == 2
    found = result.stderr.splitlines()
    assert [line.split(": ", 1)[0] for line in found] == [
        "bad.ttl:2",
        "latin.nt:1",
        "none.ttl",
        "undeclared.ttl:1",
        "x.docx",
    ]
    for line, words in zip(
        found,
        (
            "not valid Turtle.*correct",
            "save it",
            "check the path",
            "declare it",
            "unknown extension",
        ),
        strict=True,
    ):
        assert re.search(words, line), line


def test_a_syntax_error_in_the_ontology(built: Small) -> None:
    line = edit("ontology/schemes.ttl", "id:modalities a skos:ConceptScheme ;", "id:modalities a ;")
    result = built.run("validate", ".")
    assert result.exit_code == 2
    assert re.match(
        rf"ontology/schemes\.ttl:{line}: is not valid Turtle: .*; correct", result.stderr
    )


def test_a_folder_that_holds_no_graph(small: Small) -> None:
    Path("empty").mkdir()
    result = small.run("validate", "empty")
    assert result.exit_code == 2
    assert result.stderr.startswith("empty: holds neither graph/ nor asserted/; name RDF")


def test_a_graph_that_was_not_built(small: Small) -> None:
    result = small.run("validate", ".")
    assert result.exit_code == 2
    assert result.stderr == "graph/asserted: there is no built graph; run `eakg build`\n"
