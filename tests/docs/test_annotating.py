"""The annotation guide: every example gives the triples that it shows, every error is the one that
is printed, every type of annotation has an example, and the records keep to the rules."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from rdflib import Graph

from eakg.lift.mapping import Mapping, read_mapping
from eakg.lift.meta import read_meta
from eakg.lift.record import lift_record
from eakg.names import PREFIXES
from eakg.rdf.turtle import write_turtle
from eakg.text.annotation import Attribute, Event, Normalization, Relation, Standoff, TextBound
from eakg.text.configuration import Configuration, read_configuration
from eakg.text.record import Record, read_record
from helpers.house import ROOT
from helpers.saved_query_files import run
from helpers.small_dataset import META

GUIDE = (ROOT / "docs/annotating.md").read_text(encoding="utf-8")
SOURCES = ROOT / "graph/sources"
CONFIGURATION = SOURCES / "record-2020-07-23/annotation.conf"
RECORDS = sorted(path.name for path in SOURCES.iterdir() if path.is_dir())

BLOCKS = re.compile(
    r"\*\*(?P<title>[^*]+)\*\*[^`]*?(?:[^\n]*\n)*?\n"
    r"```text\n(?P<text>.*?)```\n\n"
    r"```ann\n(?P<annotations>.*?)```\n\n"
    r"```(?P<kind>turtle|console)\n(?P<result>.*?)```",
    re.DOTALL,
)


@dataclass(frozen=True)
class Example:
    """A record of the guide, and the triples or the error lines that it shows."""

    title: str
    text: str
    annotations: str
    result: str

    def write(self, folder: Path) -> Path:
        """Write the record into a folder, which gives it its name."""
        folder.mkdir(parents=True)
        shutil.copy(CONFIGURATION, folder)
        (folder / f"{folder.name}.txt").write_text(self.text, encoding="utf-8")
        (folder / f"{folder.name}.ann").write_text(self.annotations, encoding="utf-8")
        (folder / "meta.toml").write_text(META, encoding="utf-8")
        return folder

    def triples(self, name: str = "example") -> Graph:
        """The triples shown, of a record of this name."""
        prefixes = "".join(f"PREFIX {key}: <{value}>\n" for key, value in PREFIXES.items())
        shown = re.sub(r"\bid:example(?=\\/| [;.])", f"id:{name}", self.result)
        return Graph().parse(data=prefixes + shown, format="turtle")


def examples(kind: str) -> list[Example]:
    return [
        Example(*match.group("title", "text", "annotations", "result"))
        for match in BLOCKS.finditer(GUIDE)
        if match["kind"] == kind
    ]


EXAMPLES = examples("turtle")
FAULTS = examples("console")


def title(example: Example) -> str:
    return re.sub(r"\W+", "-", example.title).strip("-").lower()


@pytest.fixture(scope="module")
def configuration() -> Configuration:
    return read_configuration(CONFIGURATION)


@pytest.fixture(scope="module")
def mapping() -> Mapping:
    return read_mapping(SOURCES / "mapping.toml")


# The examples


def test_no_block_of_the_guide_is_left_out() -> None:
    assert GUIDE.count("```text\n") == len(EXAMPLES) + len(FAULTS)
    assert GUIDE.count("```ann\n") == len(EXAMPLES) + len(FAULTS)
    assert GUIDE.count("```turtle\n") == len(EXAMPLES)
    assert GUIDE.count("```console\n") == len(FAULTS)


@pytest.mark.parametrize("example", EXAMPLES, ids=title)
def test_an_example_gives_the_triples_that_it_shows(
    example: Example, mapping: Mapping, tmp_path: Path
) -> None:
    lifted = lift_record(example.write(tmp_path / "example"), mapping)
    assert {statement.triple for statement in lifted.statements} == set(example.triples())
    assert lifted.skipped_lines == ()
    assert lifted.lines == lifted.lifted_lines == example.annotations.count("\n")


@pytest.mark.slow
def test_all_examples_together_build_and_validate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    # What no example speaks of takes most of the time.
    core = shutil.ignore_patterns("wide-*", "data-*")
    shutil.copytree(ROOT / "graph/background", tmp_path / "graph/background", ignore=core)
    shutil.copytree(SOURCES, tmp_path / "graph/sources")
    names = {f"example-{number}": example for number, example in enumerate(EXAMPLES)}
    for name, example in names.items():
        example.write(tmp_path / "graph/sources" / name)
    monkeypatch.chdir(tmp_path)
    built = run("build", "--sources", "graph/sources", "--out", "graph")
    assert built.exit_code == 0, built.output
    for name, example in names.items():
        asserted = Graph().parse(f"graph/asserted/{name}.ttl")
        shown = Graph().parse(data=write_turtle(example.triples(name)), format="turtle")
        assert set(asserted) == set(shown), example.title
    validated = run("validate", ".")
    assert validated.exit_code == 0, validated.output


@pytest.mark.slow
def test_the_faults_give_the_errors_that_the_guide_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    core = shutil.ignore_patterns("wide-*", "data-*")
    shutil.copytree(ROOT / "graph/background", tmp_path / "graph/background", ignore=core)
    shutil.copytree(SOURCES, tmp_path / "graph/sources")
    expected = []
    for number, fault in enumerate(FAULTS):
        name = f"fault-{number}"
        fault.write(tmp_path / "graph/sources" / name)
        expected += fault.result.replace("example/example", f"{name}/{name}").splitlines()
    expected = [re.sub(r"sources/example/", f"sources/{_name(x)}/", x) for x in expected]
    monkeypatch.chdir(tmp_path)
    built = run("build", "--sources", "graph/sources", "--out", "out")
    assert built.exit_code == 2
    assert sorted(built.output.splitlines()) == sorted(expected)
    assert not (tmp_path / "out").exists()


def _name(line: str) -> str:
    return line.removeprefix("graph/sources/").split("/")[0]


# Nothing that an annotator can use is missing


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> list[Standoff]:
    folder = tmp_path_factory.mktemp("guide")
    return [
        read_record(example.write(folder / str(number) / "example")).standoff
        for number, example in enumerate(EXAMPLES)
    ]


def test_every_type_and_role_has_an_example(
    used: list[Standoff], configuration: Configuration, mapping: Mapping
) -> None:
    types = {mention.type for standoff in used for mention in standoff.of(TextBound)}
    events = {event.type for standoff in used for event in standoff.of(Event)}
    roles = {a.role for standoff in used for event in standoff.of(Event) for a in event.arguments}
    concrete = {d.name for d in (*configuration.entities, *configuration.events) if not d.abstract}
    assert types == concrete == {*mapping.entities, *mapping.literals, *mapping.events}
    assert events == set(mapping.events)
    assert roles == set(mapping.roles)


def test_every_relation_attribute_and_database_has_an_example(
    used: list[Standoff], configuration: Configuration, mapping: Mapping
) -> None:
    relations = {relation.type for standoff in used for relation in standoff.of(Relation)}
    attributes = {attribute.type for standoff in used for attribute in standoff.of(Attribute)}
    databases = {item.database for standoff in used for item in standoff.of(Normalization)}
    assert relations == set(mapping.relations)
    assert attributes == set(mapping.attributes) == {d.name for d in configuration.attributes}
    assert databases == set(mapping.normalizations)


def test_every_type_role_and_value_stands_in_a_table(
    configuration: Configuration, mapping: Mapping
) -> None:
    cells = {
        name
        for line in GUIDE.splitlines()
        if line.startswith("| ")
        for name in re.findall(r"`([^`]+)`", line)
    }
    values = {
        value
        for definition in configuration.attributes
        if (role := definition.role("Value"))
        for value in role.types
    }
    names = {*mapping.entities, *mapping.literals, *mapping.events, *mapping.roles}
    names |= {*mapping.relations, *mapping.attributes, *mapping.normalizations, *values}
    assert names - cells == set()


def test_every_link_within_the_guide_leads_to_a_heading() -> None:
    headings = re.findall(r"^#+ (.+)$", GUIDE, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", GUIDE)) <= anchors


# The records keep to the rules


@pytest.fixture(scope="module", params=RECORDS)
def record(request: pytest.FixtureRequest) -> Record:
    return _read(request.param)


def _read(name: str) -> Record:
    text = read_meta(SOURCES / name / "meta.toml", None).text
    return read_record(SOURCES / name, withheld=text.withheld if text else None)


def of_types(standoff: Standoff, names: set[str]) -> Iterator[TextBound]:
    return (mention for mention in standoff.of(TextBound) if mention.type in names)


def test_the_settings_of_all_records_are_the_same() -> None:
    for name in ("annotation.conf", "visual.conf", "tools.conf"):
        assert len({(SOURCES / record / name).read_bytes() for record in RECORDS}) == 1, name


@pytest.mark.parametrize("standing", ["records", "examples"])
def test_no_mention_or_trigger_starts_with_what_is_left_out(
    standing: str, used: list[Standoff], mapping: Mapping
) -> None:
    all_records = [one.standoff for one in map(_read, RECORDS) if one.document.has_text]
    things = {*mapping.entities, *mapping.events} - {"Quantity"}
    for standoff in all_records if standing == "records" else used:
        for mention in of_types(standoff, things):
            pattern = r"(an?|the|this|that|these|those|such|its|their|all) "
            assert not re.match(pattern, mention.text, re.IGNORECASE), mention
        for mention in of_types(standoff, {"Date"}):
            assert not re.match(r"(in|on|at|over|the) ", mention.text, re.IGNORECASE), mention
        for mention in of_types(standoff, {"Aim"}):
            assert re.match(r"(to|for) ", mention.text), mention


def test_every_event_of_a_record_is_put_in_one_way(record: Record, mapping: Mapping) -> None:
    given = {(a.target, a.type): a.value for a in record.standoff.of(Attribute)}
    named = {n.target for n in record.standoff.of(Normalization) if n.database == "EAKG"}
    for event in record.standoff.of(Event):
        roles = {argument.role for argument in event.arguments}
        assert event.id in named, event
        assert (event.id, "Modality") in given, event
        voice = given[event.id, "Voice"]
        assert (voice == "attributed") == ("Claimant" in roles), event
        assert ((event.id, "Polarity") in given) == (event.type in mapping.claims), event
        if event.type == "Relationship":
            relation = given[event.id, "RelationType"]
            directed = relation in ("largest-trading-partner-of", "after", "holds-office")
            assert roles & {"Party", "Subject"} == {"Subject" if directed else "Party"}, event
            assert ((event.id, "Rank") in given) == (relation == "largest-trading-partner-of")
        fillers = {role: [a.target for a in event.arguments if a.role == role] for role in roles}
        assert set(fillers.get("Sign", [])) <= set(fillers.get("About", [])), event
        assert set(fillers.get("Initiative", [])) <= set(fillers.get("Mechanism", [])), event


def test_every_filler_of_a_record_stands_in_the_sentence_of_its_event(record: Record) -> None:
    by_id = record.standoff.by_id
    for event in record.standoff.of(Event):
        trigger = by_id[event.trigger]
        assert isinstance(trigger, TextBound)
        passage = record.document.passage(trigger.fragments[0][0], trigger.fragments[-1][1])
        (paragraph,) = passage.paragraphs
        made_at_meeting = any(argument.role == "OutcomeOf" for argument in event.arguments)
        for argument in event.arguments:
            filler = by_id[argument.target]
            if not isinstance(filler, TextBound):
                continue
            wider = argument.role == "Chair" or (argument.role == "Mechanism" and made_at_meeting)
            around = paragraph if wider else passage
            start, end = filler.fragments[0][0], filler.fragments[-1][1]
            assert around.start <= start < end <= around.end, (event, filler)


def test_mentions_and_triggers_do_not_overlap(record: Record) -> None:
    triggers = {event.trigger for event in record.standoff.of(Event)}
    mentions = list(record.standoff.of(TextBound))
    for trigger in (mention for mention in mentions if mention.id in triggers):
        for mention in (mention for mention in mentions if mention.id not in triggers):
            apart = all(
                end <= first or last <= start
                for start, end in trigger.fragments
                for first, last in mention.fragments
            )
            assert apart, (trigger, mention)


def test_a_name_that_is_marked_once_is_marked_wherever_it_stands(record: Record) -> None:
    """Names of states and organizations, other than before a noun or inside words that are values
    themselves."""
    if not record.document.has_text:
        pytest.skip("its text is not shipped")
    mentions = list(record.standoff.of(TextBound))
    names = {m.text for m in of_types(record.standoff, {"State", "InternationalOrganization"})}
    inside = {"Aim", "Date", "Principle", "Goods", "Topic"}
    for found in re.finditer(rf"\b({'|'.join(sorted(names))})\b", record.document.text):
        around = [
            m
            for m in mentions
            if m.fragments[0][0] <= found.start() and found.end() <= m.fragments[-1][1]
        ]
        marked = any(m.fragments == ((found.start(), found.end()),) for m in around)
        modifier = re.match(
            r" (Plus Three|Regional Forum|countries|Connectivity)",
            record.document.text[found.end() :],
        )
        assert marked or modifier or any(m.type in inside for m in around), found
