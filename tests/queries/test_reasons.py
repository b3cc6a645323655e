"""Why rows came or went: sentences, table rows, rules and premises."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from eakg.dataset.layout import Layout, layout_of
from eakg.queries.contract.saved import SavedQuery, read_query
from eakg.queries.verdict.comparison import Difference
from eakg.queries.why.budget import TimeBudget
from eakg.queries.why.file_state import FileState
from eakg.queries.why.graph_state import GraphState
from eakg.queries.why.reasons import Reasons
from eakg.queries.why.revision import layout_state_at
from eakg.queries.why.state_files import LayoutFiles
from eakg.sparql.row_patterns import NotUnderstoodError, patterns

LONG = 3600.0
ID = "https://w3id.org/eakg/id/"
HUN_SEN = (f"{ID}hun-sen", "Hun Sen", f"{ID}pm-cambodia", "Prime Minister of Cambodia")
HUN_SEN = (*HUN_SEN, f"{ID}cambodia", "Cambodia")
PRAYUT = (f"{ID}prayut-chan-o-cha", "Prayut Chan-o-cha", f"{ID}pm-thailand")
PRAYUT = (*PRAYUT, "Prime Minister of Thailand", f"{ID}thailand", "Thailand")
COLUMNS = ("person", "personLabel", "office", "officeLabel", "state", "stateLabel")


@pytest.fixture(scope="module")
def core(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the graph, but for the tables that no question here speaks of."""
    folder = tmp_path_factory.mktemp("repository")
    wide = shutil.ignore_patterns("wide-*", "data-*")
    for name in ("ontology", "graph", "queries"):
        shutil.copytree(repository / name, folder / name, ignore=wide)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "The graph")
    return folder


@pytest.fixture(scope="module")
def layout(core: Path) -> Layout:
    return layout_of(core)


@pytest.fixture(scope="module")
def heads(layout: Layout) -> SavedQuery:
    return read_query(layout.queries / "cq14-heads-of-government.rq")


@pytest.fixture(scope="module")
def reasons(layout: Layout) -> Reasons:
    return reasons_of(layout)


def reasons_of(
    layout: Layout, baseline: GraphState | None = None, seconds: float = LONG
) -> Reasons:
    state = FileState(lambda: LayoutFiles(layout))
    return Reasons(state, baseline, TimeBudget(seconds))


def lines(reasons: Reasons, query: SavedQuery, **rows: tuple[tuple[str, ...], ...]) -> str:
    return "\n".join(reasons(query, query.text, Difference(COLUMNS, **rows)))


def test_a_row_that_came_is_led_to_its_sentences_and_rows(
    reasons: Reasons, layout: Layout, heads: SavedQuery
) -> None:
    told = lines(reasons, heads, unexpected=(HUN_SEN,))
    assert told.startswith("why + ")
    assert "id:hun-sen rdf:type eakg:HeadOfGovernment  [cax-sco]" in told
    assert "id:hun-sen eakg:represents id:cambodia  [prp-spo2]" in told
    assert 'record-2020-07-23.ann:368: R2: "While the disease was spreading, Hun Sen' in told
    assert "offices.csv:3, from https://github.com/" in told
    annotations = layout.sources / "record-2020-07-23" / "record-2020-07-23.ann"
    assert annotations.read_text("utf-8").splitlines()[367].startswith("R2\t")


def test_a_row_that_went_is_led_to_the_pattern_and_the_rule(
    reasons: Reasons, layout: Layout
) -> None:
    query = read_query(layout.queries / "cq04-entitled-to-all-three.rq")
    row = (f"{ID}russia", "Russian Federation")
    difference = Difference(("state", "stateLabel"), missing=(row,))
    told = "\n".join(reasons(query, query.text, difference))
    assert "nothing matches id:russia eakg:entitledToAttend id:apt-som-2020-07-20" in told
    assert "by prp-spo2 from id:russia eakg:participatesIn ?between" in told
    assert "arf-som" not in told.partition("it would follow")[0]


@pytest.fixture(scope="module")
def since(core: Path, tmp_path_factory: pytest.TempPathFactory) -> Reasons:
    """Reasons in a repository whose working tree lacks two statements that it had."""
    folder = tmp_path_factory.mktemp("changed") / "repository"
    shutil.copytree(core, folder)
    for name in ("record-2020-07-23", "source-article-2020-07-23"):
        without(folder / f"graph/asserted/{name}.ttl", "eakg:holdsOffice id:pm-cambodia")
    without(folder / "graph/asserted/offices.ttl", "eakg:officeOf id:thailand", "id:pm-thailand")
    layout = layout_of(folder)
    return reasons_of(layout, layout_state_at(layout, "HEAD"))


def without(path: Path, words: str, after: str = "") -> None:
    """Takes a property and its value out of a file, which stand on a line of their own."""
    text = path.read_text("utf-8")
    place = text.index(words, text.index(f"\n{after}\n") if after else 0)
    start, end = text.rindex("\n", 0, place), text.index("\n", place)
    path.write_text(text[:start] + text[end:], "utf-8")


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "core.autocrlf=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_a_row_that_went_is_led_to_who_said_it_before(since: Reasons, heads: SavedQuery) -> None:
    told = lines(since, heads, missing=(HUN_SEN,))
    assert "no longer said: id:hun-sen eakg:holdsOffice id:pm-cambodia, at HEAD in " in told
    assert "graph/sources/record-2020-07-23/record-2020-07-23.ann:368: R2: " in told
    assert tempfile.gettempdir() not in told


def test_a_row_that_went_is_led_to_the_premise_that_is_gone(
    since: Reasons, heads: SavedQuery
) -> None:
    told = lines(since, heads, missing=(PRAYUT,))
    assert "no longer: id:prayut-chan-o-cha eakg:represents id:thailand  [prp-spo2]" in told
    assert "without id:pm-thailand eakg:officeOf id:thailand, at HEAD in graph/background/" in told


def test_where_all_is_still_there_it_says_so(since: Reasons, layout: Layout) -> None:
    query = read_query(layout.queries / "cq04-entitled-to-all-three.rq")
    difference = Difference(("state", "stateLabel"), missing=((f"{ID}japan", "Japan"),))
    told = "\n".join(since(query, query.text, difference))
    assert "all that was behind it at HEAD is here, too; the query excludes it" in told


def test_where_nothing_was_there_it_says_so(since: Reasons, heads: SavedQuery) -> None:
    nobody = (f"{ID}nobody", *HUN_SEN[1:])
    assert "at HEAD nothing is behind it either" in lines(since, heads, missing=(nobody,))


def test_a_revision_that_is_none(layout: Layout, heads: SavedQuery) -> None:
    told = lines(
        reasons_of(layout, layout_state_at(layout, "no-such-revision")), heads, missing=(HUN_SEN,)
    )
    assert "it is not known why: git has no graph at no-such-revision" in told


def test_only_a_few_rows_are_explained(reasons: Reasons, heads: SavedQuery) -> None:
    rows = tuple((f"{ID}n{number}", *HUN_SEN[1:]) for number in range(9))
    told = lines(reasons, heads, missing=rows)
    assert told.count("why - ") == 3


def test_no_more_time_is_spent_than_was_given(layout: Layout, heads: SavedQuery) -> None:
    told = lines(reasons_of(layout, seconds=0), heads, missing=(HUN_SEN,))
    assert told == "no more is explained after 0 s"


@pytest.mark.parametrize(
    "text",
    ["ASK {}", "SELECT", "SELECT ?x { BIND(1 AS ?x) }", "DESCRIBE <http://x/>"],
)
def test_a_query_without_patterns_is_not_understood(text: str) -> None:
    with pytest.raises(NotUnderstoodError):
        patterns(text)


def test_what_a_row_rests_on_is_asked_for_in_the_querys_own_terms() -> None:
    found = patterns(
        "PREFIX : <http://x/>\nSELECT ?a (COUNT(?b) AS ?n) FROM <http://x/g> WHERE {\n"
        "  ?a :p ?b ; :q [] . OPTIONAL { ?b :r ?c } MINUS { ?a :s ?d }\n"
        "  FILTER NOT EXISTS { ?a :t ?e } }\nGROUP BY ?a"
    )
    predicates = [str(predicate) for _, predicate, _ in found.triples]
    assert predicates == ["http://x/p", "http://x/r"]
    text = found.construct({"a": 'http://x/"', "n": "3", "b": "7"}, 5)
    assert 'FILTER (STR(?a) = "http://x/\\"")' in text
    assert "?n" not in text
    assert "FROM <http://x/g>" in text
    assert text.endswith("LIMIT 5")
