"""Files of rules: the notation, CONSTRUCT, SHACL rules and SWRL; what is read, and what is refused
with its place."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rdflib import OWL, RDF, Graph, Literal, Namespace

from eakg.commands.reason import reason
from eakg.problems import ProblemsError
from eakg.reason.closure import materialize
from eakg.reason.rulebooks.files import read_rules
from eakg.reason.rulebooks.regime import Regime, chosen_regime
from eakg.reason.rules.grammar import rules_text
from eakg.reason.rules.sets import RuleSet

EX = Namespace("http://example.org/")
PREFIX = f"PREFIX ex: <{EX}>\n"
TURTLE = f"""@prefix ex: <{EX}> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix owl: <{OWL}> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix swrl: <http://www.w3.org/2003/11/swrl#> .
"""
FAMILY = """ex:ann ex:parent ex:bob . ex:bob ex:brother ex:cid . ex:ann a ex:Person .
ex:bob a ex:Person . ex:eve a ex:Robot ; ex:parent ex:bob .
"""


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def closed(path: Path) -> set[tuple[object, object, object]]:
    graph = Graph().parse(data=TURTLE + FAMILY, format="turtle")
    rules = chosen_regime([str(path)]).regime.rules
    return set(materialize(graph, rules=rules).inferred)


def problem(path: Path) -> str:
    with pytest.raises(ProblemsError) as found:
        read_rules(path)
    return str(found.value).removeprefix(str(path))


UNCLES = {(EX.ann, EX.uncle, EX.cid), (EX.eve, EX.uncle, EX.cid)}


def test_the_notation(tmp_path: Path) -> None:
    text = "uncle: T(?x ex:parent ?y), T(?y ex:brother ?z) -> T(?x ex:uncle ?z)"
    path = written(tmp_path, "family.rules", PREFIX + text)
    assert closed(path) == UNCLES
    assert [rule.name for rule in read_rules(path).rules] == ["family.rules:uncle"]


@pytest.mark.parametrize(
    "text",
    [
        "CONSTRUCT { ?x ex:uncle ?z } WHERE { ?x ex:parent ?y . ?y ex:brother ?z }",
        "CONSTRUCT { ?x ex:uncle ?z } WHERE { ?x ex:parent _:y . _:y ex:brother ?z }",
        "CONSTRUCT { ?x ex:uncle ?z } WHERE { ?y ^ex:parent ?x ; ex:brother ?z }",
        "BASE <http://example.org/> CONSTRUCT { ?x <uncle> $z }"
        " { ?x <parent> ?y . $y <brother> ?z }",
    ],
)
def test_a_construct(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, "uncle.rq", PREFIX + text)
    assert closed(path) == UNCLES
    assert [rule.name for rule in read_rules(path).rules] == ["uncle.rq"]


def test_literals_of_a_construct(tmp_path: Path) -> None:
    text = 'CONSTRUCT { ?x ex:n 01 , "a"@en-GB , "b\\n" , true } WHERE { ?x a ex:Robot }'
    found = {o for _, _, o in closed(written(tmp_path, "n.rq", PREFIX + text))}
    one = Literal("01", datatype=Literal(1).datatype, normalize=False)
    assert found == {one, Literal("a", lang="en-GB"), Literal("b\n"), Literal(True)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("CONSTRUCT { ?x ex:q ?y } WHERE { ?x ex:p ?y FILTER(?y > 1) }", ":2: column 45: FILTER"),
        ("CONSTRUCT { ?x ex:q ?y } WHERE { ?x ex:p/ex:p ?y }", ":2: column 37: a path"),
        ("CONSTRUCT { ?x ex:q ?y } WHERE { OPTIONAL { ?x ex:p ?y } }", ":2: column 34: OPTIONAL"),
        ("CONSTRUCT { ?x ex:q ?y } WHERE { { ?x ex:p ?y } }", ":2: column 34: UNION, or a group"),
        ("CONSTRUCT { ?x ex:q _:b } WHERE { ?x ex:p ?y }", ":2: column 21: a conclusion makes no"),
        ("CONSTRUCT { ?x ex:q [] } WHERE { ?x ex:p ?y }", ":2: column 21: a conclusion makes no"),
        ("CONSTRUCT { ?x ex:q ?y } FROM ex:g WHERE { ?x ex:p ?y }", ":2: column 26: a rule reads"),
        ("CONSTRUCT { ?x ex:q ?y } WHERE { ?x ex:p ?y } LIMIT 1", ":2: column 46: ORDER BY, LIMIT"),
        ("SELECT * WHERE { ?x ex:p ?y }", ":2: column 1: SELECT is no rule"),
        ("CONSTRUCT { ?x ex:q ?z } WHERE { ?x ex:p ?y }", r":1: uncle.rq: ?z is in the conclusion"),
        ("CONSTRUCT { ?x ex:q ?y } WHERE { ?x ex:p ?y } VALUES ?x { 1 }", ":2: column 47: VALUES"),
        ("CONSTRUCT { ?x ex:q ?y } WHERE { ?x foaf:p ?y }", ":2: column 37: "),
    ],
)
def test_what_of_a_construct_is_refused(tmp_path: Path, text: str, words: str) -> None:
    assert problem(written(tmp_path, "uncle.rq", PREFIX + text)).startswith(words)


SHAPE = "ex:Shape a sh:NodeShape ; sh:targetClass ex:Person ; sh:rule"


@pytest.mark.parametrize(
    "text",
    [
        f"{SHAPE} [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate ex:kin ;"
        " sh:object [ sh:path ex:parent ] ] .",
        f"{SHAPE} ex:R . ex:R a sh:SPARQLRule ; sh:prefixes ex: ;"
        ' sh:construct "CONSTRUCT { $this e:kin ?y } WHERE { $this e:parent ?y }" .'
        ' ex: sh:declare [ sh:prefix "e" ; sh:namespace "http://example.org/" ] .',
        "ex:Person a rdfs:Class, sh:NodeShape ; sh:rule [ a sh:TripleRule ; sh:subject sh:this ;"
        " sh:predicate ex:kin ; sh:object [ sh:path ex:parent ] ] .",
        "ex:Shape sh:targetNode ex:ann ; sh:rule [ a sh:TripleRule ; sh:subject sh:this ;"
        " sh:predicate ex:kin ; sh:object [ sh:path ex:parent ] ] .",
    ],
)
def test_a_rule_of_shapes(tmp_path: Path, text: str) -> None:
    assert closed(written(tmp_path, "shapes.ttl", TURTLE + text)) == {(EX.ann, EX.kin, EX.bob)}


def test_a_rule_of_a_shape_for_each_target(tmp_path: Path) -> None:
    text = (
        "ex:S sh:targetSubjectsOf ex:parent ; sh:targetObjectsOf ex:brother ; sh:rule"
        " [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate ex:is ; sh:object ex:Kin ] ."
    )
    path = written(tmp_path, "shapes.ttl", TURTLE + text)
    assert {s for s, _, _ in closed(path)} == {EX.ann, EX.eve, EX.cid}
    names = {rule.name for rule in read_rules(path).rules}
    assert names == {"shapes.ttl:S-1", "shapes.ttl:S-2"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{SHAPE} [ a sh:TripleRule ; sh:condition ex:Other ] .", "has a sh:condition"),
        (
            f"{SHAPE} [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate ex:p ;"
            " sh:object [ sh:union ( ex:a ) ] ] .",
            "has a sh:object that is neither",
        ),
        (
            f"{SHAPE} [ a sh:JSRule ; sh:jsFunctionName 'f' ] .",
            "jsFunctionName>, which is not read",
        ),
        (f"{SHAPE} [ a sh:TripleRule ; sh:subject sh:this ] .", "0 values of sh:predicate"),
        (f"{SHAPE} [ sh:construct 'CONSTRUCT {{}} WHERE {{ BIND(1 AS ?x) }}' ] .", "BIND cannot"),
        ("ex:S sh:rule [ a sh:TripleRule ] .", "has no target"),
    ],
)
def test_what_of_shapes_is_refused(tmp_path: Path, text: str, words: str) -> None:
    message = problem(written(tmp_path, "shapes.ttl", f"{TURTLE}\n{text}"))
    assert message.startswith(":5: a sh:rule ")
    assert words in message


def atom(kind: str, property_: str, *arguments: str) -> str:
    said = " ; ".join(f"swrl:argument{n} {a}" for n, a in enumerate(arguments, 1))
    predicate = "swrl:classPredicate" if kind == "ClassAtom" else "swrl:propertyPredicate"
    part = f"{predicate} {property_} ; " if property_ else ""
    return f"[ a swrl:{kind} ; {part}{said} ]"


def atom_list(*atoms: str) -> str:
    text = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>"
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    for item in reversed(atoms):
        text = f"[ a swrl:AtomList ; <{rdf}first> {item} ; <{rdf}rest> {text} ]"
    return text


VARIABLES = "".join(f"<urn:swrl#{name}> a swrl:Variable . " for name in "xyz")
X, Y, Z = (f"<urn:swrl#{name}>" for name in "xyz")


def imp(name: str, body: str, head: str) -> str:
    return f"{name} a swrl:Imp ; swrl:body {body} ; swrl:head {head} .\n"


UNCLE = imp(
    "ex:Uncle",
    atom_list(
        atom("ClassAtom", "ex:Person", X),
        atom("IndividualPropertyAtom", "ex:parent", X, Y),
        atom("IndividualPropertyAtom", "ex:brother", Y, Z),
    ),
    atom_list(atom("IndividualPropertyAtom", "ex:uncle", X, Z)),
)


def test_swrl(tmp_path: Path) -> None:
    text = UNCLE + imp(
        "ex:Named",
        atom_list(atom("ClassAtom", "ex:Robot", X)),
        atom_list(atom("DatavaluedPropertyAtom", "ex:kind", X, '"robot"')),
    )
    text += imp(
        "ex:Same",
        atom_list(atom("ClassAtom", "ex:Robot", X)),
        atom_list(atom("SameIndividualAtom", "", X, "ex:r2d2")),
    )
    path = written(tmp_path, "family.ttl", TURTLE + VARIABLES + text)
    assert closed(path) == {
        (EX.ann, EX.uncle, EX.cid),
        (EX.eve, EX.kind, Literal("robot")),
        (EX.eve, OWL.sameAs, EX.r2d2),
    }
    names = {rule.name for rule in read_rules(path).rules}
    assert names == {"family.ttl:Uncle", "family.ttl:Named", "family.ttl:Same"}


def test_swrl_that_is_not_read_is_named_and_the_others_run(tmp_path: Path) -> None:
    adult = imp(
        "ex:Adult",
        atom_list(
            atom("DatavaluedPropertyAtom", "ex:age", X, Y),
            "[ a swrl:BuiltinAtom ; swrl:builtin <http://www.w3.org/2003/11/swrlb#greaterThan> ]",
        ),
        atom_list(atom("ClassAtom", "ex:Adult", X)),
    )
    nameless = imp(
        "ex:Nameless",
        atom_list(atom("ClassAtom", "[ a owl:Restriction ]", X)),
        atom_list(atom("ClassAtom", "ex:Adult", X)),
    )
    unbound = imp(
        "ex:Free", atom_list(atom("ClassAtom", "ex:A", X)), atom_list(atom("ClassAtom", "ex:B", Y))
    )
    file = read_rules(
        written(tmp_path, "family.ttl", f"{TURTLE}{VARIABLES}\n{UNCLE}{adult}{nameless}")
    )
    assert len(file.rules) == 1
    lines = [(notice.line, notice.message) for notice in file.notices]
    assert lines == [
        (6, "a SWRL rule has a swrl:BuiltinAtom, which is not read"),
        (7, "a SWRL rule has a swrl:classPredicate that has no name"),
    ]
    message = problem(written(tmp_path, "free.ttl", f"{TURTLE}{VARIABLES}\n{UNCLE}{unbound}"))
    assert message.startswith(":6: Free: ?y is in the conclusion")


def test_a_regime_is_the_same_when_coded_and_read(tmp_path: Path) -> None:
    text = 'r: T(?x ex:p "a (\\"b\\")"@en) -> T(?x ex:q "1"^^xsd:int)\ns: T(?x ex:p ?x) -> false'
    path = written(tmp_path, "own file.rules", PREFIX + text)
    regime = chosen_regime(["rdfs", str(path)], trivial=True).regime
    again = Regime.of(regime.code)
    assert again == regime
    assert again.name == "rdfs+own file.rules"
    assert again.entailment is None
    own = [rules_text(rule) for rule in again.rules.rules if "own" in rule.name]
    assert own == [rules_text(rule) for rule in read_rules(path).rules]
    assert isinstance(again.rules, RuleSet)
    assert again.rules is Regime.of(regime.code).rules


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("rdfs", "owl-rl"), "rdfs and owl-rl: do not go together"),
        (("owl2",), "owl2: is no set of rules .* and no file"),
        (("absent.rules",), "absent.rules: file not found"),
        (("x.txt",), "x.txt: is no file of rules"),
    ],
)
def test_what_is_no_choice(names: tuple[str, ...], words: str) -> None:
    with pytest.raises(ProblemsError, match=words):
        chosen_regime(names)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(reason, arguments)


def test_the_command_takes_a_set_and_files(tmp_path: Path) -> None:
    data = written(tmp_path, "in.ttl", TURTLE + FAMILY + "ex:parent rdfs:subPropertyOf ex:kin .")
    text = "uncle: T(?x ex:parent ?y), T(?y ex:brother ?z) -> T(?x ex:uncle ?z)"
    rules = written(tmp_path, "family.rules", PREFIX + text)
    options = (str(data), "--only-inferred", "--rules", str(rules), "--json")
    output = tmp_path / "out.nt"
    alone = run(*options, "-o", str(output))
    assert alone.exit_code == 0, alone.stderr
    assert json.loads(alone.stdout)["rules"] == {"family.rules:uncle": 2}
    assert set(Graph().parse(output)) == UNCLES
    both = run(*options, "--rules", "rdfs", "-o", str(output))
    counts = json.loads(both.stdout)["rules"]
    assert counts["family.rules:uncle"] == 2
    assert counts["rdfs7"] == 2
    assert (EX.ann, RDF.type, EX.Person) not in set(Graph().parse(output))
    refused = run(*options, "--engine", "owlrl")
    assert refused.exit_code == 2
    assert "runs --rules owl-rl alone, not family.rules" in refused.stderr
    broken = written(tmp_path, "broken.rules", "r: T(?x ?p ?y)")
    assert run(str(data), "--rules", str(broken)).stderr == (
        f"{broken}:1: not of the form `name: premises -> conclusions`\n"
    )
