"""Tables of commands: no wider than the terminal, and no word is lost."""

from contextlib import redirect_stdout
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eakg.commands.terminal import print_table

WORDS = st.text("ab 東アé[/]", max_size=60)


@pytest.mark.parametrize("text", ["abc", "東アジア", "e\u0301te\u0301", "\x1b[32mgo\x1b[0m", "[a]"])
def test_a_text_is_shown_as_it_is(capsys: pytest.CaptureFixture[str], text: str) -> None:
    print_table(("",), [(text,)], is_framed=False)
    shown = text.removeprefix("\x1b[32m").removesuffix("\x1b[0m")
    assert capsys.readouterr().out.split() == [shown]


@pytest.mark.slow
@given(st.lists(st.tuples(WORDS, WORDS), max_size=4), st.integers(20, 80))
def test_columns_have_room(rows: list[tuple[str, str]], width: int) -> None:
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()) as output:
        patch.setenv("COLUMNS", str(width))
        print_table(("one", "two"), rows)
    lines = output.getvalue().splitlines()
    assert len(lines[0]) <= width
    cells = [line.split("│") for line in lines if line.startswith("│")]
    assert all(len(line) == 4 for line in cells)
    for column in (0, 1):
        words = "".join(line[column + 1] for line in cells)
        assert words.replace(" ", "") == "".join(row[column] for row in rows).replace(" ", "")


def test_numbers_are_not_folded(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    print_table(("rule", "facts"), [("a rule with a name", "1,000,000")], texts=("rule",))
    assert "1,000,000 │" in capsys.readouterr().out
