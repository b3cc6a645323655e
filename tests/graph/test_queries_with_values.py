"""The queries with parameters, asked with other values than their defaults."""

import pytest

from eakg.dataset.layout import Layout
from eakg.names import ID
from eakg.queries.ask.endpoint import StoreEndpoint, ask
from eakg.queries.contract.saved import read_query
from eakg.rdf.cells import table_of_values
from eakg.rdf.results import Solutions
from eakg.store.embedded import EmbeddedStore
from helpers.answers import APT, ARF, ASEAN, EAS, NEGOTIATORS


class Asked:
    """The saved queries, by name and values."""

    def __init__(self, layout: Layout, store: EmbeddedStore) -> None:
        self.endpoint = StoreEndpoint(store)
        self.layout = layout

    def answer(self, name: str, **values: str) -> object:
        given = {key.rstrip("_"): value for key, value in values.items()}
        query = read_query(self.layout.queries / f"{name}.rq")
        return ask(self.endpoint, query.bound(given), "full")

    def column(self, name: str, column: str, **values: str) -> set[str]:
        found = self.answer(name, **values)
        assert isinstance(found, Solutions)
        table = table_of_values(found)
        place = table.columns.index(column)
        return {row[place].removeprefix(str(ID)) for row in table.rows}


@pytest.fixture(scope="module")
def asked(layout: Layout, shipped_store: EmbeddedStore) -> Asked:
    return Asked(layout, shipped_store)


@pytest.mark.parametrize(
    ("meeting", "entitled"),
    [
        ("id:apt-som-2020-07-20", APT),
        ("id:eas-som-2020-07-20", EAS),
        ("id:arf-som-2020-07-21", ARF),
    ],
)
def test_who_is_entitled_and_by_what(asked: Asked, meeting: str, entitled: set[str]) -> None:
    for actor in ("japan", "india", "mongolia", "laos"):
        said = asked.answer("is-entitled", actor=f"id:{actor}", meeting=meeting)
        assert said is (actor in entitled), (actor, meeting)
        memberships = asked.column(
            "entitlement", "membership", actor=f"id:{actor}", meeting=meeting
        )
        assert bool(memberships) is (actor in entitled), (actor, meeting)


def test_members_of_a_body_on_a_date(asked: Asked) -> None:
    assert asked.column("members-of-body", "actor", body="id:eas", date="2020-07-23") == EAS
    negotiators = asked.column("members-of-body", "actor", body="id:rcep", date="2019-01-01")
    assert negotiators == NEGOTIATORS | {"india"}


def test_what_changed_between_two_dates(asked: Asked) -> None:
    changed = {"body": "id:rcep", "from_": "2019-01-01", "to": "2019-12-31"}
    assert asked.column("changes-of-membership", "actor", **changed) == {"india"}
    assert asked.column("changes-of-membership", "change", **changed) == {"ended"}
    in_1999 = {"body": "id:asean", "from_": "1999-01-01", "to": "1999-12-31"}
    assert asked.column("changes-of-membership", "actor", **in_1999) == {"cambodia"}
    nothing = {"body": "id:asean", "from_": "2001-02-01", "to": "2001-02-01"}
    assert asked.column("changes-of-membership", "actor", **nothing) == set()


def test_names_in_a_language(asked: Asked) -> None:
    assert asked.column("names-of-thing", "name", thing="id:rok", language="ko") == {"대한민국"}
    english = asked.column("names-of-thing", "name", thing="id:rok", language="en")
    assert english == {"Republic of Korea", "ROK", "RoK", "South Korea"}


def test_meetings_of_a_mechanism_in_a_period(asked: Asked) -> None:
    july = {"from_": "2020-07-20", "to": "2020-07-21"}
    of_eas = asked.column("meetings-of-mechanism", "meeting", mechanism="id:eas", **july)
    assert of_eas == {"eas-som-2020-07-20"}
    of_arf = asked.column("meetings-of-mechanism", "meeting", mechanism="id:arf", **july)
    assert of_arf == {"arf-som-2020-07-21"}


def test_office_holders(asked: Asked) -> None:
    people = asked.column("office-holders", "person", actor="id:vietnam", date="2020-07-20")
    assert "nguyen-xuan-phuc" in people
    assert "hun-sen" in asked.column(
        "office-holders", "person", actor="id:cambodia", date="2020-02-05"
    )


def test_acts_in_a_period(asked: Asked) -> None:
    march = {"actor": "id:china", "from_": "2020-03-01", "to": "2020-03-31"}
    assert asked.column("acts-of-actor", "act", **march) >= {
        *("medteam-cambodia-2020-03", "medteam-laos-2020-03"),
    }
    assert "medteam-malaysia-2020-04" not in asked.column("acts-of-actor", "act", **march)


def test_claims_by_how_they_are_put(asked: Asked) -> None:
    metaphors = asked.column("claims-by-modality", "claim", modality="id:modality-metaphor")
    assert metaphors == {"a010", "a068"}


def test_evidence_and_sources(asked: Asked) -> None:
    (words,) = asked.column(
        "evidence-of-fact", "words", subject="id:hun-sen", predicate="eakg:holdsOffice"
    ) - {""}
    assert "Hun Sen" in words
    assert asked.column("sources-of-claim", "paragraph", thing="id:a005") == {"2"}


def test_figures_and_partners(asked: Asked) -> None:
    values = asked.column("figures-of-topic", "value", topic="id:trade")
    assert {"5.6", "14.7"} <= values
    assert asked.column("co-participation", "other", actor="id:china") >= ASEAN
