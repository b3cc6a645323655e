"""A dataset of one short record and a few rows, built on the committed ontology."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner, Result

from eakg.cli import main

TEXT = (
    "Japan gave masks to Laos on 5 March 2020. The gift helps ASEAN.\n"
    "\n"
    "People in Laos praised it. Trade of Japan with Laos grew by 5.6 percent.\n"
)

MENTIONS = (
    ("T1", "State", "Japan", 1),
    ("T2", "MaterialAid", "gave", 1),
    ("T3", "Goods", "masks", 1),
    ("T4", "State", "Laos", 1),
    ("T5", "Date", "5 March 2020", 1),
    ("T6", "Evaluation", "helps", 1),
    ("T7", "InternationalOrganization", "ASEAN", 1),
    ("T8", "State", "Laos", 2),
    ("T9", "TradeFigure", "Trade", 1),
    ("T10", "State", "Japan", 2),
    ("T11", "State", "Laos", 3),
    ("T12", "Quantity", "5.6 percent", 1),
)
"""Id, type, words, and which occurrence of the words it is."""

ANNOTATIONS = """\
E1	MaterialAid:T2 Agent:T1 Recipient:T4 Goods:T3 Time:T5
E2	Evaluation:T6 About:E1 Beneficiary:T7
E3	TradeFigure:T9 Party:T10 Party2:T11 Quantity:T12
A1	Modality E1 reported-fact
A2	Voice E1 article
A3	Modality E2 evaluation
A4	Voice E2 article
A5	Polarity E2 affirmed
A6	Modality E3 figure
A7	Voice E3 unattributed
A8	Measure E3 trade-growth
N1	Reference T1 EAKG:japan	Japan
N2	Reference T3 EAKG:goods-masks	masks
N3	Reference T4 EAKG:laos	Laos
N4	Reference T5 DATE:2020-03-05	2020-03-05
N5	Reference T7 EAKG:asean	ASEAN
N6	Reference T8 EAKG:laos	Laos
N7	Reference T10 EAKG:japan	Japan
N8	Reference T11 EAKG:laos	Laos
N9	Reference T12 QUANTITY:5.6_percent	5.6 percent
N10	Reference E1 EAKG:gift	Masks given by Japan to Laos
N11	Reference E2 EAKG:gift-judged	The gift helps ASEAN
N12	Reference E3 EAKG:growth	Growth of trade
#1	AnnotatorNotes E1	A note.
"""

META = """\
title = "A note"
language = "en"
date = 2020-03-06
creator = "EAKG contributors"
license = "https://creativecommons.org/licenses/by/4.0/"
"""

TABLES = {
    "states": (
        "id,label,alt_labels,iso3166_alpha2,iso3166_alpha3,wikidata,source,verification,note",
        "japan,Japan,,JP,JPN,Q17,https://example.org/states,verified,",
        "laos,Laos,Lao PDR,LA,LAO,Q819,https://example.org/states,verified,",
    ),
    "organizations": (
        "id,class,label,alt_labels,wikidata,source,verification,note",
        "asean,InternationalOrganization,ASEAN,,,https://example.org/asean,verified,",
    ),
    "memberships": (
        "body,member,role,seat,label,description,not_before,not_after,date_text,"
        "source,verification,note",
        "asean,laos,member,asean,Laos in ASEAN,,1997-07-23,,from 1997,definition,verified,",
        "asean,japan,dialogue-partner,,Japan with ASEAN,,1977-01-01,,from 1977,definition,derived,",
    ),
}


def mention(identifier: str, type_: str, words: str, occurrence: int) -> str:
    """A text-bound annotation of the nth occurrence of words."""
    start = -1
    for _ in range(occurrence):
        start = TEXT.index(words, start + 1)
    return f"{identifier}\t{type_} {start} {start + len(words)}\t{words}\n"


def write_small_dataset(root: Path, repository: Path) -> None:
    """Write the dataset into a folder; ontology, mapping, annotation types and the columns of
    tables are the repository's own."""
    shutil.copytree(repository / "ontology", root / "ontology")
    note = root / "graph/sources/note"
    note.mkdir(parents=True)
    sources = repository / "graph/sources"
    shutil.copy(sources / "mapping.toml", note.parent)
    shutil.copy(sources / "record-2020-07-23/annotation.conf", note)
    (note / "note.txt").write_text(TEXT, encoding="utf-8")
    lines = "".join(mention(*item) for item in MENTIONS)
    (note / "note.ann").write_text(lines + ANNOTATIONS, encoding="utf-8")
    (note / "meta.toml").write_text(META, encoding="utf-8")
    background = root / "graph/background"
    background.mkdir()
    for name, rows in TABLES.items():
        (background / f"{name}.csv").write_text("\n".join([*rows, ""]), encoding="utf-8")
        shutil.copy(repository / f"graph/background/{name}.csv-metadata.json", background)


@dataclass
class Small:
    """A small dataset in the current folder, with the commands run over it."""

    runner: CliRunner = field(default_factory=CliRunner)

    def path(self, name: str) -> Path:
        """The file of this name: in the record's folder, or in `graph/background`."""
        folder = "background" if ".csv" in name else "sources/note"
        return Path("graph") / folder / name

    def replace(self, name: str, old: str, new: str) -> int:
        """Replace words that occur once in a file; gives the line, from 1, that they start in."""
        path = self.path(name) if "/" not in name else Path(name)
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times in {path}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return text.count("\n", 0, text.index(old)) + 1

    def append(self, name: str, line: str) -> int:
        """Add a line to a file; gives its number, from 1."""
        path = self.path(name)
        text = path.read_text(encoding="utf-8") + line + "\n"
        path.write_text(text, encoding="utf-8")
        return text.count("\n")

    def run(self, *arguments: str, input_: str | None = None) -> Result:
        """Run a command of eakg in this process."""
        return self.runner.invoke(main, arguments, input=input_, catch_exceptions=False)

    def build(self, *options: str) -> Result:
        """Build the dataset."""
        return self.run("build", "--sources", "graph/sources", *options)

    def built_files(self) -> dict[str, bytes]:
        """The built files by their path."""
        files = [*Path("graph").glob("*/*.ttl"), *Path("graph").glob("*.ttl")]
        return {str(path): path.read_bytes() for path in sorted(files)}
