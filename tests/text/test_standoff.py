"""Standoff: every kind of line, and every way in which one can be wrong."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eakg.problems import ProblemsError
from eakg.text.annotation import (
    Argument,
    Attribute,
    Equivalence,
    Event,
    Normalization,
    Note,
    Relation,
    Standoff,
    TextBound,
)
from eakg.text.standoff import (
    MalformedLineError,
    base_role,
    parse_line,
    parse_standoff,
    read_standoff,
)

PATH = Path("x.ann")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(*lines: str, newline: str = "\n") -> Standoff:
    PATH.write_bytes(newline.join([*lines, ""]).encode())
    return read_standoff([PATH])


def problems(*lines: str) -> list[str]:
    with pytest.raises(ProblemsError) as raised:
        read(*lines)
    return [str(problem) for problem in raised.value.problems]


NEWS = (
    "T1\tOrganization 418 426\tNordbank",
    "T2\tMoney 456 468\t$100 million",
    "T3\tTransfer-money 443 449\tmoving",
    "E1\tTransfer-money:T3 Giver-Arg:T1 Money-Arg:T2 Beneficiary-Arg:T4 Recipient-Arg:T6 ",
    "T4\tPerson 473 496\tMina Albrecht de Corvan",
    "T5\tPerson 511 535\tformer Norland president",
    "T6\tOrganization 540 545;549 560\tfunds Westermarch",
    "R1\tFamily Arg1:T4 Arg2:T5\t",
    "#1\tAnnotatorNotes T2\t100000000 USD\tor so",
    "A1\tMention T4 Name",
    "A2\tIndividual T4 ",
    "M1\tNegation E1",
    "A3\tConfidence E1 very high",
    "N1\tReference T5 Wikipedia:64488\tOtto Albrecht de Corvan",
    "*\tAlias T4 T5 T1",
    "E2\tTransfer-money:T3",
)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_kind_of_line(newline: str) -> None:
    standoff = read(*NEWS, newline=newline)
    assert standoff.lines == len(standoff.annotations) == len(NEWS)
    assert [a.line for a in standoff.annotations] == list(range(1, len(NEWS) + 1))
    assert standoff.of(TextBound)[-1] == TextBound(
        "T6", "Organization", ((540, 545), (549, 560)), "funds Westermarch", 7, PATH
    )
    assert standoff.of(Event) == (
        Event(
            "E1",
            "Transfer-money",
            "T3",
            (
                Argument("Giver-Arg", "T1"),
                Argument("Money-Arg", "T2"),
                Argument("Beneficiary-Arg", "T4"),
                Argument("Recipient-Arg", "T6"),
            ),
            4,
            PATH,
        ),
        Event("E2", "Transfer-money", "T3", (), 16, PATH),
    )
    assert standoff.of(Relation) == (
        Relation("R1", "Family", (Argument("Arg1", "T4"), Argument("Arg2", "T5")), 8, PATH),
    )
    assert standoff.of(Note) == (
        Note("#1", "AnnotatorNotes", "T2", "100000000 USD\tor so", 9, PATH),
    )
    assert standoff.of(Attribute) == (
        Attribute("A1", "Mention", "T4", "Name", 10, PATH),
        Attribute("A2", "Individual", "T4", None, 11, PATH),
        Attribute("M1", "Negation", "E1", None, 12, PATH),
        Attribute("A3", "Confidence", "E1", "very high", 13, PATH),
    )
    assert standoff.of(Normalization) == (
        Normalization(
            "N1", "Reference", "T5", "Wikipedia", "64488", "Otto Albrecht de Corvan", 14, PATH
        ),
    )
    assert standoff.of(Equivalence) == (Equivalence("Alias", ("T4", "T5", "T1"), 15, PATH),)


def test_empty_lines_and_a_byte_order_mark_do_not_count() -> None:
    standoff = read("\ufeffT1\tActor 0 5\tJapan", "", "  \t ", "T2\tActor 6 9\tROK")
    assert standoff.lines == 2
    assert [a.line for a in standoff.annotations] == [1, 4]


def test_an_empty_file_has_no_annotations() -> None:
    PATH.write_bytes(b"")
    assert read_standoff([PATH]) == Standoff((PATH,), (), 0)


def test_only_line_feeds_end_a_line() -> None:
    (found,) = read("T1\tActor 0 9\tA\u2028B\x85C\x0bD\rE").of(TextBound)
    assert found.text == "A\u2028B\x85C\x0bD\rE"


def test_ids_may_have_letters_and_a_tail() -> None:
    standoff = read("Tx12.b-3\tActor 0 5\tJapan", "#R1\tAnnotatorNotes Tx12.b-3\tnote")
    assert set(standoff.by_id) == {"Tx12.b-3", "#R1"}


def test_references_may_point_forward_and_events_to_events() -> None:
    standoff = read(
        "E1\tPledge:T1 Theme:E2",
        "E2\tAid:T2 Giver:T3",
        "T1\tPledge 0 1\ta",
        "T2\tAid 2 3\tb",
        "T3\tActor 4 5\tc",
    )
    assert standoff.lines == 5


def test_events_may_share_a_trigger_and_a_filler() -> None:
    standoff = read(
        "T1\tAid 0 1\ta",
        "T2\tActor 2 3\tb",
        "E1\tAid:T1 Giver:T2",
        "E2\tAid:T1 Giver:T2",
        "E3\tAid:T1 Theme:E1 Theme2:E2",
    )
    assert {event.trigger for event in standoff.of(Event)} == {"T1"}


def test_repeated_roles_are_kept_in_order() -> None:
    (event,) = read(
        "T1\tMeet 0 1\ta",
        "T2\tActor 2 3\tb",
        "T3\tActor 4 5\tc",
        "E1\tMeet:T1 Participant2:T3 Host:T2 Participant:T2 Participant3:T3",
    ).of(Event)
    assert [(a.role, a.target) for a in event.arguments] == [
        ("Participant", "T3"),
        ("Host", "T2"),
        ("Participant", "T2"),
        ("Participant", "T3"),
    ]


@pytest.mark.parametrize(
    ("role", "declared", "base"),
    [
        ("Participant", (), "Participant"),
        ("Participant2", (), "Participant"),
        ("Participant12", ("Participant",), "Participant"),
        ("Org1", ("Org1", "Org2"), "Org1"),
        ("Org12", ("Org1", "Org2"), "Org1"),
        ("Org3", ("Org1", "Org2"), "Org"),
        ("Giver-Arg2", (), "Giver-Arg"),
        ("42", (), "42"),
        ("Level\u0663", (), "Level\u0663"),
    ],
)
def test_digits_number_a_role_unless_it_is_declared_with_them(
    role: str, declared: tuple[str, ...], base: str
) -> None:
    assert base_role(role, declared) == base


def test_declared_roles_are_those_of_the_type_of_event() -> None:
    PATH.write_text("T1\tMerge 0 1\ta\nT2\tOrg 2 3\tb\nE1\tMerge:T1 Org1:T2 Org2:T2\n")
    standoff = read_standoff([PATH], {"Merge": {"Org1", "Org2"}})
    assert [a.role for a in standoff.of(Event)[0].arguments] == ["Org1", "Org2"]
    standoff = read_standoff([PATH], {"Other": {"Org1", "Org2"}})
    assert [a.role for a in standoff.of(Event)[0].arguments] == ["Org", "Org"]


@pytest.mark.parametrize(
    "body",
    ["Reference T1 GO:0005515", "Reference Annotation:T1 Referent:GO:0005515"],
)
def test_a_normalization_in_both_forms(body: str) -> None:
    standoff = read("T1\tProtein 0 1\ta", f"N1\t{body}")
    (found,) = standoff.of(Normalization)
    assert (found.target, found.database, found.identifier, found.text) == (
        "T1",
        "GO",
        "0005515",
        "",
    )


def test_an_identifier_may_have_colons() -> None:
    found = parse_line("N1\tReference T1 DB:a:b:c\tname", 1, PATH, {})
    assert isinstance(found, Normalization)
    assert (found.database, found.identifier) == ("DB", "a:b:c")


def test_a_document_may_be_split() -> None:
    first, second = Path("x.a1"), Path("x.a2")
    first.write_text("T1\tActor 0 5\tJapan\n")
    second.write_text("T2\tAid 6 9\taid\nE1\tAid:T2 Giver:T1\n")
    standoff = read_standoff([first, second])
    assert standoff.paths == (first, second)
    assert [(a.path, a.line) for a in standoff.annotations] == [
        (first, 1),
        (second, 1),
        (second, 2),
    ]


def test_an_id_is_unique_over_the_parts() -> None:
    first, second = Path("x.a1"), Path("x.a2")
    first.write_text("T1\tActor 0 5\tJapan\n")
    second.write_text("T1\tActor 6 9\tROK\n")
    with pytest.raises(ProblemsError, match=r"x\.a2:1: T1 is the id of x\.a1:1 already"):
        read_standoff([first, second])


def test_dangling_references_name_their_place() -> None:
    assert problems(
        "T1\tDonation 0 1\ta",
        "E7\tDonation:T1 Recipient:T99",
        "E8\tDonation:T98",
        "R1\tFamily Arg1:T1 Arg2:T97",
        "A1\tNegation E96",
        "N1\tReference T95 DB:1\tx",
        "*\tEquiv T1 T94",
        "#1\tAnnotatorNotes T93\tx",
    ) == [
        "x.ann:2: E7 Donation: role Recipient points to T99, which does not exist; "
        "add T99 or correct the role",
        "x.ann:3: E8 Donation: trigger points to T98, which does not exist; "
        "add T98 or correct the trigger",
        "x.ann:4: R1 Family: argument Arg2 points to T97, which does not exist; "
        "add T97 or correct the argument",
        "x.ann:5: A1 Negation: target points to E96, which does not exist; "
        "add E96 or correct the target",
        "x.ann:6: N1 Reference: target points to T95, which does not exist; "
        "add T95 or correct the target",
        "x.ann:7: * Equiv: member points to T94, which does not exist; "
        "add T94 or correct the member",
        "x.ann:8: #1 AnnotatorNotes: target points to T93, which does not exist; "
        "add T93 or correct the target",
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("E2\tAid:E1", "trigger points to E1, which is an event (E); point to a text-bound"),
        ("E2\tAid:T1 Giver:R1", "role Giver points to R1, which is a relation (R)"),
        ("R2\tFamily Arg1:T1 Arg2:A1", "argument Arg2 points to A1, which is an attribute (A)"),
        ("A2\tNegation A1", "target points to A1"),
        ("N1\tReference R1 DB:1\tx", "target points to R1"),
        ("*\tEquiv T1 A1", "member points to A1"),
        ("E2\tAid:T2", "trigger T2 has the type Actor; an event and its trigger have the same"),
    ],
)
def test_a_reference_of_the_wrong_kind(line: str, message: str) -> None:
    (found,) = problems(
        "T1\tAid 0 1\ta",
        "T2\tActor 2 3\tb",
        "E1\tAid:T1 Giver:T2",
        "R1\tFamily Arg1:T1 Arg2:T2",
        "A1\tNegation E1",
        line,
    )
    assert found.startswith("x.ann:6: ")
    assert message in found


def test_a_note_may_be_about_anything() -> None:
    standoff = read(
        "T1\tAid 0 1\ta",
        "E1\tAid:T1",
        "R1\tCause Arg1:T1 Arg2:E1",
        "A1\tNegation R1",
        "N1\tReference E1 DB:1\tx",
        *(
            f"#{n}\tAnnotatorNotes {target}\tx"
            for n, target in enumerate(["T1", "E1", "R1", "A1", "N1", "#1"])
        ),
    )
    assert standoff.lines == 11


def test_every_cycle_of_events_is_a_problem_once() -> None:
    lines = ["T1\tSay 0 1\ta"]
    graph = {"E1": ["E2"], "E2": ["E3", "E1"], "E3": ["E2"], "E4": ["E4"], "E5": ["E1", "E4"]}
    for event, arguments in graph.items():
        lines.append(f"{event}\tSay:T1 " + " ".join(f"Theme:{a}" for a in arguments))
    found = problems(*lines)
    assert found == [
        "x.ann:2: E1 Say: is its own argument by way of E1 -> E2 -> E1; correct a role there",
        "x.ann:3: E2 Say: is its own argument by way of E2 -> E3 -> E2; correct a role there",
        "x.ann:5: E4 Say: is its own argument by way of E4 -> E4; correct a role there",
    ]


def test_text_that_goes_on_in_the_next_line() -> None:
    found = problems("T1\tActor 0 14\tevery", "12 hours")
    assert found == [
        "x.ann:2: the annotated text of T1 goes on in this line: write the line break as a space"
    ]
    assert "no tab after the id" in problems("T1\tActor 0 5\tevery", "12 hours")[0]
    assert "no tab after the id" in problems("T1\tActor 0 14\tevery", "", "12 hours")[0]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("T1 Actor 0 5 Japan", "no tab after the id in 'T1 Actor 0 5 Japan'"),
        ("T\tActor 0 5\tJapan", "'T' is not an id"),
        ("1\tActor 0 5\tJapan", "'1' is not an id"),
        ("\tActor 0 5\tJapan", "'' is not an id"),
        ("T 1\tActor 0 5\tJapan", "'T 1' is not an id"),
        ("X1\tActor 0 5\tJapan", "X1 is of no known kind"),
        ("t1\tActor 0 5\tJapan", "t1 is of no known kind"),
        ("T1\tActor\tJapan", "T1: no type and offsets in 'Actor'"),
        ("T1\t0 5\tJapan", "T1 0: offsets '5' are not two whole numbers"),
        ("T1\tActor 0\tJapan", "T1 Actor: offsets '0' are not two whole numbers"),
        ("T1\tActor 0 5 9\tJapan", "offsets '0 5 9' are not two whole numbers"),
        ("T1\tActor zero 5\tJapan", "offsets 'zero 5' are not two whole numbers"),
        ("T1\tActor -1 5\tJapan", "offsets '-1 5' are not two whole numbers"),
        ("T1\tActor 0 5;\tJapan", "offsets '' are not two whole numbers"),
        ("T1\tActor \u0661 5\tJapan", "are not two whole numbers"),
        (f"T1\tActor 0 {'9' * 5000}\tJapan", "are not two whole numbers"),
        ("T1\tActor 5 5\tJapan", "the start 5 is not before the end 5"),
        ("T1\tActor 6 5\tJapan", "the start 6 is not before the end 5"),
        ("T1\tActor 0 5;4 9\tJapan", "the fragments 0-5 and 4-9 overlap"),
        ("T1\tActor 0 5", "T1 Actor: no annotated text"),
        ("T1\tActor 0 5\t  ", "T1 Actor: no annotated text"),
        ("E1\t", "E1: no type and trigger in ''"),
        ("E1\tAid", "E1: no type and trigger in 'Aid'"),
        ("E1\tAid Giver:T1", "E1: no type and trigger"),
        ("E1\tAid:T1:T2", "E1: no type and trigger"),
        ("E1\tAid:T1 Giver", "E1: 'Giver' is not an argument; write `Role:T1`"),
        ("E1\tAid:T1 Giver:", "E1: 'Giver:' is not an argument"),
        ("E1\tAid:T1 :T2", "E1: ':T2' is not an argument"),
        ("E1\tAid:T1\tsurplus", "E1: unexpected 'surplus' after a second tab"),
        ("R1\tFamily Arg1:T1", "a relation has two arguments of different names"),
        ("R1\tFamily Arg1:T1 Arg2:T2 Arg3:T3", "a relation has two arguments of different names"),
        ("R1\tFamily Arg1:T1 Arg1:T2", "a relation has two arguments of different names"),
        ("R1\t", "a relation has two arguments"),
        ("A1\tNegation", "A1: no type and target in 'Negation'"),
        ("N1\tReference T1", "N1: cannot read 'Reference T1'"),
        ("N1\tReference T1 noidentifier\tx", "N1: cannot read"),
        ("N1\tReference T1 DB:1 more\tx", "N1: cannot read"),
        ("#1\tAnnotatorNotes\tx", "#1: no type and target in 'AnnotatorNotes'"),
        ("*\tEquiv T1", "*: fewer than two members in 'Equiv T1'"),
        ("*\t", "*: fewer than two members in ''"),
    ],
)
def test_a_malformed_line_is_a_problem(line: str, message: str) -> None:
    (found,) = problems(line)
    assert found.startswith("x.ann:1: ")
    assert message in found
    assert ";" in found, "a remedy"


def test_a_malformed_line_does_not_make_its_references_dangle() -> None:
    (found,) = problems("T1\tAid 5 5\taid", "E1\tAid:T1")
    assert found.startswith("x.ann:1: ")


def test_problems_are_collected_and_the_good_lines_kept() -> None:
    PATH.write_text("T1\tAid 0 1\ta\nbad\nT1\tAid 2 3\tb\nE1\tAid:T9\nE1\tAid:T1 Giver:T8\n")
    standoff, found = parse_standoff([PATH])
    assert standoff.lines == 5
    assert [a.line for a in standoff.annotations] == [1, 4]
    assert sorted(problem.line for problem in found) == [2, 3, 4, 5, 5]


def test_a_wrong_encoding_is_a_problem() -> None:
    PATH.write_bytes(b"T1\tActor 0 5\tJapan\nT2\tActor 6 10\tcaf\xe9\n")
    with pytest.raises(ProblemsError, match=r"x\.ann:2: not UTF-8"):
        read_standoff([PATH])


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n")))
def test_a_line_is_an_annotation_or_malformed(line: str) -> None:
    for text in (line, f"T1\t{line}", f"E1\tAid:T1 {line}", f"*\t{line}", f"A1\t{line}"):
        try:
            parse_line(text, 1, PATH, {})
        except MalformedLineError as error:
            assert ";" in str(error)


names = st.from_regex(r"[A-Za-z][A-Za-z_-]*", fullmatch=True)


@pytest.mark.slow
@settings(deadline=None)
@given(
    names, st.lists(st.tuples(names, st.integers(1, 99)), max_size=5), st.sampled_from(["", " "])
)
def test_events_come_back_as_written(
    type_: str, arguments: list[tuple[str, int]], tail: str
) -> None:
    written = "".join(f" {role}:T{number}" for role, number in arguments)
    found = parse_line(f"E1\t{type_}:T1{written}{tail}", 3, PATH, {})
    expected = tuple(Argument(role, f"T{number}") for role, number in arguments)
    assert found == Event("E1", type_, "T1", expected, 3, PATH)
