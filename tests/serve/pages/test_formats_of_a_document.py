"""A document is the same in each format, whichever was asked for before it."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from helpers.tries import sample

pytestmark = pytest.mark.slow
FORMATS = ("ttl", "trig", "nq", "html", "words")


def addresses(client: FlaskClient) -> list[str]:
    parts = ["/sitemap.xml"]
    things: list[str] = []
    for part in parts:
        for address in re.findall("<loc>http://localhost(.*?)</loc>", client.get(part).text):
            target = parts if address.startswith("/sitemap.xml") else things
            target.append(address.replace("&amp;", "&"))
    return [thing for thing in things if thing.startswith("/doc")]


def bodies(application: Flask, thing: str, formats: tuple[str, ...], remembers: bool) -> list[str]:
    client = application.test_client()
    texts = []
    for extension in formats:
        if not remembers:
            application.extensions.pop("eakg.last-told", None)
        separator = "&" if "?" in thing else "?"
        response = client.get(f"{thing}{separator}format={extension}")
        assert response.status_code == 200, (thing, extension)
        texts.append(response.text)
    return texts


@pytest.mark.parametrize("closure", ["full", "asserted"])
@pytest.mark.parametrize("name", ["shipped", "small"])
def test_what_was_asked_before_changes_nothing(
    name: str, closure: str, request: pytest.FixtureRequest
) -> None:
    application: Flask = request.getfixturevalue(f"{name}_application")
    for thing in sample(addresses(application.test_client()), 5):
        address = thing
        if closure != "full":
            address += ("&" if "?" in thing else "?") + f"closure={closure}"
        plain = bodies(application, address, FORMATS, remembers=False)
        assert bodies(application, address, FORMATS, remembers=True) == plain
        assert bodies(application, address, FORMATS[::-1], remembers=True) == plain[::-1]
