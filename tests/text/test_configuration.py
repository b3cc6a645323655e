"""annotation.conf: its syntax, and annotations that do or do not keep to it."""

from pathlib import Path

import pytest

from eakg.problems import ProblemsError
from eakg.text.configuration import Configuration, Role, read_configuration
from eakg.text.conformance import check
from eakg.text.standoff import read_standoff

PATH = Path("annotation.conf")
ANN = Path("x.ann")

NEWS = """\
# Types of a small news corpus.

[entities]
!Actor
\tPerson
\tOrganization
\t\tBank
\tState
----------------------------------------
Money|MNY|sum of money
 Currency

[relations]
<PARTY>=Person|Organization
Located            Arg1:<PARTY>,    Arg2:State
Located            Arg1:Money, Arg2:Bank
Alias\tArg1:Person, Arg2:Person, <REL-TYPE>:symmetric-transitive
Neighbour\tArg1:State, Arg2:State, <REL-TYPE>:symmetric
Knows\tFrom:Person, To:State, <REL-TYPE>:symmetric
Equiv\tArg1:<ENTITY>, Arg2:<ENTITY>
<OVERLAP>\tArg1:<ENTITY>, Arg2:Person, <OVL-TYPE>:contain
ENTITY-NESTING\tArg1:<ANY>, Arg2:<ANY>

[events]
<GENERAL>=Place-Arg?:State, Time-Arg*:<ANY>
<NOTHING>=
<POG>=<PARTY>|State
!Transaction
\tTransfer-money\tGiver-Arg:<POG>, Recipient-Arg+:<POG>, Money-Arg:Money, <GENERAL>
\tGift|GO:1|free gift\tGiver-Arg:<POG>, <NOTHING>
Marry   Person-Arg{2}:Person, Witness{1-3}:<PARTY>
Report  Reporter-Arg?:<ANY>, Event-Arg*:<EVENT>
Merge\tOrg1:Organization, Org2:Organization

[attributes]
Individual   Arg:<ENTITY>
Negation     Arg:<EVENT>|<RELATION>
Confidence   Arg:<EVENT>, Value:High|Neutral|Low, <DEFAULT>:High
Mention      Arg:<ANY>, Value:Name|Nominal
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configuration(text: str = NEWS) -> Configuration:
    PATH.write_bytes(text.encode())
    return read_configuration(PATH)


def problems(text: str) -> list[str]:
    with pytest.raises(ProblemsError) as raised:
        configuration(text)
    return [str(problem) for problem in raised.value.problems]


@pytest.mark.parametrize("text", [NEWS, NEWS.replace("\n", "\r\n"), "\ufeff" + NEWS])
def test_entities_are_nested(text: str) -> None:
    found = configuration(text)
    assert [(d.name, d.parent, d.abstract) for d in found.entities] == [
        ("Actor", None, True),
        ("Person", "Actor", False),
        ("Organization", "Actor", False),
        ("Bank", "Organization", False),
        ("State", "Actor", False),
        ("Money", None, False),
        ("Currency", "Money", False),
    ]
    assert found.entity_types["Money"].terms == ("MNY", "sum of money")
    assert found.entity_types["Actor"].line == 4


def test_macros_and_arity() -> None:
    events = configuration().event_types
    parties = ("Person", "Organization", "State")
    assert events["Transfer-money"].roles == (
        Role("Giver-Arg", parties, 1, 1),
        Role("Recipient-Arg", parties, 1, None),
        Role("Money-Arg", ("Money",), 1, 1),
        Role("Place-Arg", ("State",), 0, 1),
        Role("Time-Arg", ("<ANY>",), 0, None),
    )
    assert events["Gift"].roles == (Role("Giver-Arg", parties, 1, 1),)
    assert events["Gift"].terms == ("GO:1", "free gift")
    assert events["Gift"].parent == "Transaction"
    assert events["Marry"].roles == (
        Role("Person-Arg", ("Person",), 2, 2),
        Role("Witness", ("Person", "Organization"), 1, 3),
    )
    assert configuration().roles["Merge"] == {"Org1", "Org2"}


def test_relations_may_have_several_definitions_and_properties() -> None:
    relations = configuration().relations
    assert [d.name for d in relations] == [
        "Located",
        "Located",
        "Alias",
        "Neighbour",
        "Knows",
        "Equiv",
    ]
    symmetric = {d.name for d in relations if d.has("REL-TYPE", "symmetric")}
    assert symmetric == {"Alias", "Neighbour", "Knows", "Equiv"}
    assert {d.name for d in relations if d.has("REL-TYPE", "transitive")} == {"Alias", "Equiv"}


def test_overlaps_are_no_relations() -> None:
    overlaps = configuration().overlaps
    assert [d.name for d in overlaps] == ["<OVERLAP>", "ENTITY-NESTING"]
    assert overlaps[0].has("OVL-TYPE", "contain")


def test_the_special_line_for_equivalence() -> None:
    (found,) = configuration("[relations]\n<EQUIV>\tArg1:<ANY>, Arg2:<ANY>\n").relations
    assert (found.name, found.has("REL-TYPE", "symmetric")) == ("Equiv", True)


def test_attributes_have_targets_and_values() -> None:
    found = {d.name: d for d in configuration().attributes}
    assert found["Negation"].roles == (Role("Arg", ("<EVENT>", "<RELATION>"), 1, 1),)
    value = found["Confidence"].role("Value")
    assert value is not None
    assert value.types == ("High", "Neutral", "Low")
    assert found["Confidence"].properties == (("DEFAULT", "High"),)


def test_sections_may_be_absent_empty_or_repeated() -> None:
    assert configuration("").entities == ()
    found = configuration("[entities]\nA\n[events]\n[entities]\nB\n[spans]\nC\n")
    assert [d.name for d in found.entities] == ["A", "B", "C"]  # brat takes either name


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("Person\n[entities]\n", 1, "a line before the first section; put [entities] above it"),
        ("[entity]\nPerson\n", 1, "[entity] is not a section; did you mean entities?"),
        ("[zzz]\n", 1, "[zzz] is not a section; known are attributes, entities, events"),
        ("[events]\nAid\tGiver:<ACTOR>\n", 2, "the macro <ACTOR> is not defined above"),
        ("[events]\n<ACTORS>=A\nAid\tG:<ACTOR>\n", 3, "did you mean <ACTORS>?"),
        ("[events]\n<ANY>=A|B\n", 2, "<ANY> is a reserved name"),
        ("[entities]\n\tPerson\n", 2, "Person is indented without a type one level above"),
        ("[entities]\nA\n\t\tB\n", 3, "B is indented without a type one level above"),
        ("[entities]\nPers\u00f6n\n", 2, "'Pers\u00f6n' is not a name"),
        ("[entities]\n!\n", 2, "'' is not a name"),
        ("[entities]\nA\nB\nA\n", 4, "A is declared on line 2 already"),
        ("[entities]\nA\n[events]\nA\n", 4, "A is declared on line 2 already"),
        ("[events]\nAid\tGiver\n", 2, "Aid: 'Giver' is not an argument; write Role:Type"),
        ("[events]\nAid\tGiver: Person\n", 2, "'Giver: Person' is not an argument"),
        ("[events]\nAid\t:Person\n", 2, "':Person' is not an argument"),
        ("[events]\nAid\tGiver:Person Recipient:State\n", 2, "is not an argument"),
        ("[events]\nAid\tGiver:A||B\n", 2, "an empty type in 'A||B'"),
        ("[events]\nAid\tGiver!?*:A\n", 2, "cannot read the role 'Giver!?*'"),
        ("[events]\nAid\tGiver{x}:A\n", 2, "cannot read the role 'Giver{x}'"),
        ("[events]\nAid\tGiver{0}:A\n", 2, "role Giver{0} can never be filled"),
        ("[events]\nAid\tGiver{3-2}:A\n", 2, "role Giver{3-2} can never be filled"),
        ("[events]\nAid\t<ENTITY>:A\n", 2, "cannot read the role '<ENTITY>'"),
        ("[events]\nAid\tGiver:A, Giver?:B\n", 2, "role Giver is declared twice"),
        ("[relations]\nNear\tArg1:A\n", 2, "relation Near has 1 arguments"),
        ("[relations]\nNear\n", 2, "relation Near has 0 arguments"),
        ("[attributes]\nNegation\n", 2, "attribute Negation has no Arg"),
        ("[attributes]\nLevel\tArg:A, Vlaue:X|Y\n", 2, "Vlaue is neither Arg nor Value"),
    ],
)
def test_a_wrong_line_is_a_problem(text: str, line: int, message: str) -> None:
    (found,) = problems(text)
    assert found.startswith(f"annotation.conf:{line}: ")
    assert message in found


def test_all_wrong_lines_are_told() -> None:
    found = problems("[events]\nAid\tGiver\nGift\t:X\n[relations]\nNear\tArg1:A\n")
    assert [problem.split(":")[1] for problem in found] == ["2", "3", "5"]


def test_a_wrong_encoding_is_a_problem() -> None:
    PATH.write_bytes(b"[entities]\n\xff\n")
    with pytest.raises(ProblemsError, match=r"annotation\.conf:2: not UTF-8"):
        read_configuration(PATH)


MENTIONS = (
    "T1\tPerson 0 1\tp",
    "T2\tOrganization 2 3\to",
    "T3\tState 4 5\ts",
    "T4\tMoney 6 7\tm",
    "T5\tTransfer-money 8 9\tt",
    "T6\tMarry 10 11\tw",
    "T7\tReport 12 13\tr",
    "T8\tPerson 14 15\tq",
    "T9\tBank 16 17\tb",
    "E1\tTransfer-money:T5 Giver-Arg:T1 Recipient-Arg:T2 Recipient-Arg2:T3 Money-Arg:T4",
)


def checked(*lines: str) -> list[str]:
    conf = configuration()
    ANN.write_text("\n".join([*MENTIONS, *lines]))
    return [str(problem) for problem in check(read_standoff([ANN], conf.roles), conf)]


def test_what_is_allowed() -> None:
    assert (
        checked(
            "E2\tMarry:T6 Person-Arg:T1 Person-Arg2:T8 Witness:T2",
            "E3\tReport:T7",
            "E4\tReport:T7 Event-Arg:E1 Event-Arg2:E2 Reporter-Arg:T4",
            "R1\tLocated Arg1:T1 Arg2:T3",
            "R2\tLocated Arg1:T4 Arg2:T9",
            "R3\tKnows From:T1 To:T3",
            "R4\tKnows To:T1 From:T3",
            "R5\tKnows To:T3 From:T1",
            "*\tAlias T1 T8",
            "*\tEquiv T1 T2 T3",
            "A1\tIndividual T1",
            "A2\tNegation E1",
            "A3\tConfidence E1 Low",
            "A4\tMention E1 Name",
            "A5\tNegation R1",
            "#1\tAnnotatorNotes T1\tanything",
            "N1\tReference T1 DB:1\tany",
        )
        == []
    )


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["T20\tPresons 20 21\tx"], "the type Presons is not in annotation.conf; did you mean Per"),
        (["T20\tQQQQQ 20 21\tx"], "is not in annotation.conf; known are Bank, Currency, Gift, "),
        (["T20\tActor 20 21\tx"], "only groups others; use one of them (Person, Organization, S"),
        (["E2\tReport:T7 Reporter:T1"], "role Reporter is not allowed; did you mean Reporter-Arg?"),
        (
            ["E2\tReport:T7 Event-Arg:T1"],
            "role Event-Arg is filled by T1 of the type Person, which is not allowed; "
            "fill it with <EVENT>",
        ),
        (
            ["E2\tMarry:T6 Person-Arg:T1 Witness:T2"],
            "role Person-Arg occurs once, at least 2 needed; add Person-Arg: with Person",
        ),
        (
            ["E2\tMarry:T6 Person-Arg:T1 Person-Arg2:T8"],
            "role Witness occurs no time, at least 1 needed; add Witness: with Person|Organiz",
        ),
        (
            ["E2\tReport:T7 Reporter-Arg:T1 Reporter-Arg2:T8"],
            "role Reporter-Arg occurs 2 times, at most 1 allowed; remove 1 or allow more in "
            "annotation.conf:32",
        ),
        (
            ["R1\tLocatde Arg1:T1 Arg2:T3"],
            "the relation type Locatde is not in annotation.conf; did",
        ),
        (
            ["R1\tLocated Arg1:T3 Arg2:T1"],
            "Arg1:State with Arg2:Person is not allowed; relate Person|Organization with State; "
            "or Money with Bank",
        ),
        (["R1\tLocated Arg1:T4 Arg2:T3"], "Arg1:Money with Arg2:State is not allowed"),
        (["R1\tLocated Arg1:T1 Arg3:T3"], "argument Arg3 is not allowed; did you mean Arg"),
        (["R1\tKnows From:T1 To:T8"], "From:Person with To:Person is not allowed"),
        (["*\tAlias T1 T2"], "Person and Organization are not allowed; group Person with Person"),
        (["*\tAlias T1 T8 T2"], "Person and Organization are not allowed"),
        (["*\tSame T1 T8"], "the relation type Same is not in annotation.conf"),
        (
            ["*\tNeighbour T3 T3"],
            "Neighbour is not symmetric and transitive; write it as R, or add "
            "<REL-TYPE>:symmetric-transitive in annotation.conf:18",
        ),
        (["A1\tNegatoin E1"], "the attribute Negatoin is not in annotation.conf; did you mean Neg"),
        (["A1\tNegation T1"], "T1 is of the type Person, which may not have it; attach it to <EV"),
        (["A1\tIndividual E1"], "E1 is of the type Transfer-money, which may not have it"),
        (["A1\tNegation E1 Yes"], "the value Yes is not allowed; remove it"),
        (["A1\tConfidence E1"], "no value; write one of High, Neutral, Low"),
        (["A1\tConfidence E1 Hihg"], "the value Hihg is not allowed; did you mean High?"),
    ],
)
def test_what_is_not_allowed(lines: list[str], message: str) -> None:
    (found,) = checked(*lines)
    assert found.startswith(f"x.ann:{len(MENTIONS) + 1}: ")
    assert message in found


def test_an_event_of_a_type_of_entity() -> None:
    (found,) = checked("E2\tPerson:T1")
    assert "the event type Person is not in annotation.conf" in found


def test_a_role_does_not_accept_what_is_indented_under_its_types() -> None:
    (found,) = checked("R1\tLocated Arg1:T9 Arg2:T3")
    assert "Arg1:Bank with Arg2:State is not allowed" in found


def test_a_filler_of_unknown_type_is_told_once() -> None:
    (found,) = checked(
        "T20\tUnknown 20 21\tx", "E2\tMarry:T6 Person-Arg:T1 Person-Arg2:T20 Witness:T2"
    )
    assert found.startswith("x.ann:11: T20 Unknown: ")
