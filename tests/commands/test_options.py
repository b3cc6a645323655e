"""Options are declared once: command line, environment, file and instance agree on each."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

import click
import pytest
from click.testing import CliRunner, Result

from eakg.commands.configuration import key_of, read_configuration
from eakg.commands.load import LoadOptions
from eakg.commands.options import ENVIRONMENT, table, takes
from eakg.options import Address, declarations, option
from eakg.serve.app.settings import Access, Settings
from eakg.serve.guard.quotas import Quotas
from eakg.serve.options import ServeOptions
from eakg.store.options import StoreOptions
from eakg.store.request import Limits


@dataclass(frozen=True)
class Everything:
    """An option of each kind."""

    needed: str = option("It must be given.", metavar="X")
    word: str = option("A word.", "so")
    number: int = option("A number.", 3, least=1, most=9)
    maybe: int | None = option("Perhaps.", None, meaning="perhaps a number, `1` at least", least=1)
    seconds: float = option("More than none.", 1.5, above=0)
    switch: bool = option("On or off.", False)
    choice: Literal["a", "b"] = option("One of two.", "a")
    some_files: tuple[Path, ...] = option("Several.", ())
    where: Address | None = option("An address.", None)


@click.command(context_settings={"auto_envvar_prefix": ENVIRONMENT})
@takes(Everything)
def command(options: Everything) -> None:
    """Shows what came."""
    click.echo(repr(options))


def ran(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(command, arguments, env=environment)


def shown(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def test_defaults_are_those_of_the_class() -> None:
    assert shown(ran("--needed", "x")) == repr(Everything("x"))


GIVEN: dict[str, tuple[tuple[str, ...], Any]] = {
    "word": (("no",), "no"),
    "number": (("9",), 9),
    "maybe": (("1",), 1),
    "seconds": (("0.5",), 0.5),
    "choice": (("b",), "b"),
    "some_files": (("a.ttl", "b.ttl"), (Path("a.ttl"), Path("b.ttl"))),
    "where": (("https://example.org/",), "https://example.org/"),
}


@pytest.mark.parametrize("name", GIVEN)
def test_the_command_line_and_the_environment_give_the_same(name: str) -> None:
    words, value = GIVEN[name]
    expected = repr(Everything("x", **{name: value}))
    flag = "--" + name.replace("_", "-")
    arguments = [part for word in words for part in (flag, word)]
    assert shown(ran("--needed", "x", *arguments)) == expected
    assert shown(ran("--needed", "x", **{f"EAKG_{name.upper()}": ":".join(words)})) == expected


def test_a_switch() -> None:
    assert shown(ran("--needed", "x", "--switch")) == repr(Everything("x", switch=True))
    assert shown(ran("--needed", "x", EAKG_SWITCH="yes")) == repr(Everything("x", switch=True))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Missing option '--needed'"),
        (("--needed", "x", "--number", "10"), "10 is not in the range"),
        (("--needed", "x", "--number", "0"), "0 is not in the range"),
        (("--needed", "x", "--seconds", "0"), "is not in the range x>0"),
        (("--needed", "x", "--choice", "c"), "'c' is not one of"),
        (("--needed", "x", "--where", "ftp://x/"), "is no address; write http(s)://host/path"),
    ],
)
def test_a_value_that_an_option_does_not_take(arguments: tuple[str, ...], words: str) -> None:
    result = ran(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr


def test_the_table_of_the_docs() -> None:
    assert table(command).splitlines() == [
        "| option | variable | default | meaning |",
        "| --- | --- | --- | --- |",
        "| `--needed` | `EAKG_NEEDED` | required | It must be given. |",
        "| `--word` | `EAKG_WORD` | `so` | A word. |",
        "| `--number` | `EAKG_NUMBER` | `3` | A number. |",
        "| `--maybe` | `EAKG_MAYBE` |  | perhaps a number, `1` at least |",
        "| `--seconds` | `EAKG_SECONDS` | `1.5` | More than none. |",
        "| `--switch` | `EAKG_SWITCH` | off | On or off. |",
        "| `--choice` | `EAKG_CHOICE` | `a` | One of two. |",
        "| `--some-files` | `EAKG_SOME_FILES` |  | Several. |",
        "| `--where` | `EAKG_WHERE` |  | An address. |",
    ]


def test_the_file_has_a_key_for_every_option(tmp_path: Path) -> None:
    file = tmp_path / "eakg.toml"
    file.write_text(
        'needed = "x"\nword = "no"\nnumber = 4\nseconds = 2\nswitch = true\nchoice = "b"\n'
        'some-files = ["a.ttl"]\nmaybe = 2\nwhere = "http://x/"\n',
        "utf-8",
    )
    context = click.Context(command)
    parameter = click.Option(["--config"])
    context.default_map = read_configuration(context, parameter, file)
    assert {key_of(one) for one in command.params} == {
        item.flag.removeprefix("--") for item in declarations(Everything)
    }
    values = context.default_map
    assert values["some_files"] == [tmp_path / "a.ttl"]
    assert {**values, "some_files": None} == {
        "needed": "x", "word": "no", "number": 4, "seconds": 2, "switch": True,
        "choice": "b", "maybe": 2, "where": "http://x/", "some_files": None,
    }  # fmt: skip


def texts() -> Iterator[tuple[str, str]]:
    for options in (ServeOptions, LoadOptions):
        for item in declarations(options):
            yield item.name, item.text.meaning


@pytest.mark.parametrize(("name", "meaning"), list(texts()))
def test_every_option_has_a_meaning_that_fits_a_cell(name: str, meaning: str) -> None:
    assert meaning
    assert not set(meaning) & set("|\n")


def test_without_options_the_service_is_as_its_parts_are() -> None:
    options = ServeOptions()
    assert (options.limits, options.store_options) == (Limits(), StoreOptions())
    assert options.quotas == Quotas()
    # What only this machine reaches answers to its names alone, and to no page from elsewhere.
    private = Access(hosts=("localhost", "127.0.0.1", "[::1]", "127.0.0.1"), cors=False)
    assert options.settings(None) == Settings("", access=private)


@pytest.mark.parametrize(
    ("options", "is_private"),
    [
        ({"host": "127.0.0.1"}, True),
        ({"host": "127.9.9.9"}, True),
        ({"host": "::1"}, True),
        ({"host": "localhost"}, True),
        ({"host": "0.0.0.0"}, False),
        ({"host": "::"}, False),
        ({"host": "192.0.2.1"}, False),
        ({"host": "127.0.0.1", "public_url": "https://example.org/"}, False),
    ],
)
def test_a_service_is_private_where_only_this_machine_reaches_it(
    options: dict[str, Any], is_private: bool
) -> None:
    access = ServeOptions(**options).settings(None).access
    assert (access.hosts is not None, access.cors) == (is_private, not is_private)
    if is_private:
        assert ServeOptions(**options, cors=True).settings(None).access.cors
        named = ServeOptions(**options, allowed_host=("a.example",)).settings(None).access.hosts
        assert "a.example" in (named or ())


def test_every_option_of_the_service_reaches_a_part_of_it() -> None:
    """Each but those that the command itself uses up changes the settings."""
    others: dict[str, Any] = {
        "host": "::1", "port": 1, "public_url": "http://x/", "reasoning": "none",
        "default_graph": "strict", "allow_inconsistent": True,
        "on_contradiction": "report", "store": "sparql+http://x/",
        "writable": True, "timeout": 1.0, "patience": 1.0, "memory": 1, "workers": 99, "queue": 1,
        "allow_service": ("x",), "rate_limit": 1, "log_format": "json", "log_queries": "off",
        "allowed_host": ("x",), "cors": True, "client_requests": 1, "client_connections": 1,
        "spool": 1, "pace": 0, "http": "auto", "change_timeout": 1.0, "change_memory": 1,
        "change_inferred": 1, "start_timeout": 1.0, "query_size": 1, "trivial": True,
        "title": "x", "name": "x", "version": "x", "headline": "x", "description": "x",
        "publisher": "x", "contact": "mailto:x@x", "licence": "urn:x", "dataset": "urn:x",
        "base": ("urn:x",), "kind": ("urn:x",), "language": ("de",), "label_property": ("urn:x",),
        "questions": Path("x"), "overviews": Path("x"), "versions": Path("x"), "history": 1,
        "front_question": ("x",), "front_overview": "x", "featured": ("urn:x",),
        "example": ("urn:x",), "search_example": ("x",), "homepage": "urn:x",
        "conforms_to": ("urn:x",), "example_resource": ("urn:x",),
        "graph_licence": ("urn:x=urn:x",), "trusted_proxy": ("10.0.0.1",), "pages_ahead": 1,
    }  # fmt: skip
    assert {item.name for item in fields(ServeOptions)} - others.keys() == {
        *("token_file", "read_token_file", "drain", "restarts", "rebuild", "layout", "import_")
    }
    for name, value in others.items():
        assert ServeOptions(**{name: value}).settings(None) != ServeOptions().settings(None), name
    access = ServeOptions().settings("0" * 64, "1" * 64).access
    assert (access.token, access.read_token) == ("0" * 64, "1" * 64)
    assert ServeOptions(store="folder", writable=True).store_options.directory == Path("folder")
    assert ServeOptions(store="folder").store_options.directory is None
    assert ServeOptions(store="folder").prepared_folder == Path("folder")
    for kind in ({"store": "folder", "writable": True}, {"store": "sparql+http://x/"}, {}):
        assert ServeOptions(**kind).prepared_folder is None
