"""Tables of commands: no wider than the terminal, and no word is lost."""

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eakg.commands.terminal import print_table

WORDS = st.text("ab 東アé\u0301", max_size=60)


@pytest.mark.parametrize(
    ("text", "width"),
    [("abc", 3), ("東アジア", 8), ("e\u0301te\u0301", 3), ("\x1b[32mgo\x1b[0m", 2)],
)
def test_a_text_takes_as_many_places_as_it_has(
    capsys: pytest.CaptureFixture[str], text: str, width: int
) -> None:
    """Wide signs two (Unicode Standard Annex 11), marks none."""
    print_table(("",), [(text,)])
    assert capsys.readouterr().out.splitlines()[0] == f"┌{'─' * (width + 2)}┐"


@pytest.mark.slow
@given(st.lists(st.tuples(WORDS, WORDS), max_size=4), st.integers(20, 80))
def test_columns_have_room(rows: list[tuple[str, str]], width: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(width))
        shown: list[str] = []
        patch.setattr(click, "echo", lambda text, err: shown.append(text))
        print_table(("one", "two"), rows)
    lines = [line.split("│") for line in shown[0].splitlines() if line.startswith("│")]
    assert all(len(line) == 4 for line in lines)
    assert len(shown[0].splitlines()[0]) <= width
    for column in (0, 1):
        words = "".join(line[column + 1] for line in lines[1:])
        assert words.replace(" ", "") == "".join(row[column] for row in rows).replace(" ", "")


def test_numbers_are_not_folded(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    print_table(("rule", "facts"), [("a rule with a name", "1,000,000")], texts=("rule",))
    assert "1,000,000 │" in capsys.readouterr().out
