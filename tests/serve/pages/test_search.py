"""Finding things: by the dossier's names and acronyms, in several languages, with typos."""

from collections.abc import Callable
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import RDFS, SKOS, URIRef

from eakg.names import GRAPH, ID
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.content import Catalogue, Shelf
from eakg.serve.content.project import Project
from eakg.serve.pages.search.index import Entry, Name, find
from eakg.serve.register import Register
from eakg.store import EmbeddedStore, GraphFile, read_contents
from eakg.text.name_match import fold
from helpers.patience import PATIENT
from helpers.plain_search import PlainSearch
from helpers.serving import BEARER, writable_client
from helpers.tries import sample, tries

HTML = {"Accept": "text/html"}


@pytest.fixture
def client(shipped_client: FlaskClient) -> FlaskClient:
    return shipped_client


@pytest.mark.parametrize(
    ("words", "path"),
    [
        ("who chaired 2012", "/queries/chaired-in-period?from=2012-01-01&to=2012-12-31"),
        ("members of ASEAN", "/queries/members-of-body?body=id%3Aasean"),
        ("in force RCEP", "/queries/in-force-on-day?agreement=id%3Arcep"),
        ("vaccine for Cambodia", "/queries/vaccine-lots"),
    ],
)
def test_words_ask_a_question(client: FlaskClient, words: str, path: str) -> None:
    page = client.get("/search", query_string={"q": words}, headers=HTML).text
    assert f'href="{escape(path)}"' in page


def found(client: FlaskClient, query: str) -> list[str]:
    response = client.get("/search.json", query_string={"q": query})
    assert (response.status_code, response.mimetype) == (200, "application/json")
    return [one["iri"].removeprefix(str(ID)) for one in response.get_json()["results"]]


def test_dossier_names_find_the_right_thing_first(
    client: FlaskClient, facts: Callable[[str], list[dict[str, str]]]
) -> None:
    """Of 150 names, and of all with EAKG_SOAK."""
    rows = facts("entities")
    preferred = {row["pref_label_en"]: row["id"] for row in rows}
    alternatives = [(name, row["id"]) for row in rows for name in row["alt_labels"].split("|")]
    names = [*preferred.items(), *((name, one) for name, one in alternatives if name)]
    wanted = sample(names, 150)
    missed = [(name, one) for name, one in wanted if found(client, name)[:1] != [one]]
    assert len(missed) <= 0.05 * len(wanted), missed


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        *[(name, "rok") for name in ("ROK", "rok", "R.O.K.", "South Korea", "Korea, Republic of")],
        *[(name, "rok") for name in ("韩国", "韓国", "대한민국", "한국", "Hàn Quốc")],
        *[("东盟", "asean"), ("东南亚国家联盟", "asean")],
        *[("Viet Nam", "vietnam"), ("Việt Nam", "vietnam"), ("vietnam", "vietnam")],
        *[("VIET  NAM", "vietnam"), ("Asean Plus Thre", "asean-plus-three")],
        *[
            ("10+3", "asean-plus-three"),
            ("ASEAN+3", "asean-plus-three"),
            ("10+1", "asean-china-10plus1"),
        ],
        *[("Cambodja", "cambodia"), ("Phillipines", "philippines"), ("Mynamar", "myanmar")],
        *[("Nguyễn Xuân Phúc", "nguyen-xuan-phuc"), ("Prayuth Chan-ocha", "prayut-chan-o-cha")],
        *[
            ("東盟", "asean"),
            ("東南アジア諸国連合", "asean"),
            ("ＡＳＥＡＮ", "asean"),
            ("东亚峰会", "eas"),
            ("belt road", "bri"),
        ],
    ],
)
def test_first_found(client: FlaskClient, query: str, slug: str) -> None:
    assert found(client, query)[:1] == [slug]


@pytest.mark.parametrize("query", ["", "  ", "!?", "xyzzyqwert", "zz"])
def test_nothing_found(client: FlaskClient, query: str) -> None:
    assert found(client, query) == []


def test_page(client: FlaskClient) -> None:
    response = client.get("/search?q=韩国", headers=HTML)
    text = response.get_data(as_text=True)
    assert response.mimetype == "text/html"
    assert text.index('href="/doc/rok"') and 'value="韩国"' in text
    empty = client.get("/search?q=xyzzyqwert", headers=HTML).get_data(as_text=True)
    assert "Nothing" in empty
    assert client.get("/search", headers=HTML).status_code == 200


def test_questions_are_there_by_their_words(client: FlaskClient) -> None:
    page = client.get("/search?q=who+chaired", headers={"Accept": "text/html"}).text
    assert 'href="/queries/cq24-chairs"' in page
    assert "cq09-no-medical-team" not in page
    assert "/queries/" not in client.get("/search?q=", headers={"Accept": "text/html"}).text


def test_quotes_are_escaped(client: FlaskClient) -> None:
    text = client.get('/search?q="><script>', headers=HTML).get_data(as_text=True)
    assert "<script>" not in text.split("<main", 1)[1]


def test_json_is_negotiated_and_capped(client: FlaskClient) -> None:
    response = client.get("/search?q=china&limit=3", headers={"Accept": "application/json"})
    results = response.get_json()["results"]
    assert results[0]["label"] == "China"
    assert len(results) == 3
    assert results[0]["page"] == "/doc/china"
    assert client.get("/search.json?q=china&limit=0").status_code == 400
    assert client.get("/search.json?q=china&limit=x").status_code == 400
    # Each of its words is compared with each word of each name.
    assert client.get(f"/search.json?q={'a+' * 100}").status_code == 200
    assert client.get(f"/search.json?q={'a+' * 101}a").status_code == 400


def test_a_long_iri_finds_its_thing() -> None:
    iri = f"http://ships.example/{'beagle' * 60}"
    with TemporaryDirectory() as folder:
        file = Path(folder) / "ships.ttl"
        file.write_text(f'<{iri}> <{RDFS.label}> "HMS Beagle" .', "utf-8")
        graph = GraphFile(URIRef("http://ships.example/g"), file)
        store = EmbeddedStore(read_contents([graph]))
        project = Project(title="Ships")
        client = create_app(Settings("", PATIENT, project=project), store).test_client()
        for address in (iri, f"{iri}x"):
            page = client.get("/search", query_string={"q": address}, headers=HTML)
            assert page.status_code == 200
            assert ("HMS Beagle" in page.text) == (address == iri)
            names = client.get("/search.json", query_string={"q": address}).get_json()["results"]
            assert [one["iri"] for one in names] == [iri] * (address == iri)


def test_etag(client: FlaskClient) -> None:
    response = client.get("/search.json?q=rok")
    tag = response.headers["ETag"]
    assert client.get("/search.json?q=rok", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    ("text", "folded"),
    # Each first of two is the traditional spelling of the other (Unihan, kSimplifiedVariant).
    [
        ("東盟", "东盟"),
        ("大韓民國", "大韩民国"),
        ("臺灣", "台湾"),
        ("Đà Nẵng", "da nang"),
        ("People's Daily", "peoples daily"),
        ("ＡＳＥＡＮ+3", "asean plus 3"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


Names = list[list[tuple[str, str | None, bool]]]
"""Of each thing its names, each with its language and whether it is a preferred one."""


def register_of(folder: Path, names: Names) -> Register:
    lines = [
        f"<{ID[str(number)]}> <{RDFS.label if preferred else SKOS.altLabel}>"
        f' "{text}"{f"@{language}" if language else ""} .\n'
        for number, group in enumerate(names)
        for text, language, preferred in group
    ]
    # Things are led to more or less often.
    lines += [
        f"<{ID[f'other-{other}']}> <{RDFS.seeAlso}> <{ID[str(number)]}> .\n"
        for number in range(len(names))
        for other in range(number % 3)
    ]
    file = folder / "names.nt"
    file.write_text("".join(lines), "utf-8")
    store = EmbeddedStore(read_contents([GraphFile(GRAPH["file/names"], file)]))
    shelf = Shelf(store)
    return Register(store, Catalogue(store, shelf), shelf)


def plain_search(names: Names) -> PlainSearch:
    return PlainSearch(
        Entry(str(ID[str(number)]), "", "", written(group), number % 3)
        for number, group in enumerate(names)
    )


def written(group: list[tuple[str, str | None, bool]]) -> tuple[Name, ...]:
    names = {Name(text, tag, fold(text), preferred) for text, tag, preferred in group}
    return tuple(sorted(names, key=lambda name: (name.text, name.language or "")))


def test_short_words_take_no_typo(tmp_path: Path) -> None:
    register = register_of(tmp_path, [[("EAS", None, True)]])
    assert [one.entry.iri for one in find(register, "eas")] == [str(ID["0"])]
    assert find(register, "ebs") == []


WORDS = st.sampled_from(
    [
        *("asia", "Asian", "as", "asean", "aseen", "summit", "sumit", "summits", "plus", "three"),
        *(
            "of",
            "a",
            "Korea",
            "korean",
            "Republic",
            "中国",
            "中",
            "国民",
            "外交部",
            "部",
            "外部",
            "Đà",
        ),
    ]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=4).map(" ".join) | st.lists(
    WORDS, min_size=1, max_size=2
).map("".join)
NAME = st.tuples(TEXTS, st.sampled_from([None, "en", "zh-Hant"]), st.booleans())


@settings(deadline=None, max_examples=tries(150))
@given(
    st.lists(st.lists(NAME, min_size=1, max_size=3), min_size=1, max_size=12),
    st.lists(TEXTS, min_size=1, max_size=5),
    st.integers(1, 6),
)
def test_what_is_found_is_what_is_found_by_comparing_every_name(
    names: Names, queries: list[str], most: int
) -> None:
    with TemporaryDirectory() as folder:
        register, plain = register_of(Path(folder), names), plain_search(names)
        for query in queries:
            found = [(one.entry.iri, one.name, one.score) for one in find(register, query, most)]
            wanted = [(one.entry.iri, one.name, one.score) for one in plain.find(query, most)]
            assert found == wanted, query


def test_a_name_that_was_added_is_found() -> None:
    client = writable_client()
    before = client.get("/search.json?q=Zanzibar")
    assert before.get_json()["results"] == []
    added = f'INSERT DATA {{ <{ID.zanzibar}> <{RDFS.label}> "Zanzibar"@en }}'
    update = {"data": added, "content_type": "application/sparql-update", "headers": BEARER}
    assert client.post("/update", **update).status_code < 300
    after = client.get("/search.json?q=Zanzibar")
    assert [one["label"] for one in after.get_json()["results"]] == ["Zanzibar"]
    assert before.headers["ETag"] != after.headers["ETag"]
