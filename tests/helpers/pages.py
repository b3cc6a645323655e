"""What pages of the docs take from the code: tables of options, drawings of the rooms, and how
what a saved query finds grew by the year.

`make docs` writes them anew; a test finds the pages that are not fresh.
"""

import csv
import re
from collections.abc import Callable
from pathlib import Path

from helpers import colours
from helpers.house import ROOT, arrows, packages

DOCS = ROOT / "docs"
_BLOCK = re.compile(r"(<!-- made by `make docs`: (.+?) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def options_of(command: str) -> str:
    """The options of a command as a table."""
    import click

    from eakg.cli import main
    from eakg.commands.options import table

    command_object = main.get_command(click.Context(main), command)
    assert command_object is not None, command
    return table(command_object)


def graph_within(package: str) -> dict[str, set[str]]:
    """The arrows between the modules and packages that lie in a package itself."""
    depth = package.count(".") + 1
    graph: dict[str, set[str]] = {}
    for module, targets in arrows().items():
        if not module.startswith(f"{package}.") or module == "eakg.__main__":
            continue
        node = module.split(".")[depth]
        nodes = {one.split(".")[depth] for one in targets if one.startswith(f"{package}.")}
        graph.setdefault(node, set()).update(nodes - {node})
    return graph


def reachable_from(graph: dict[str, set[str]], node: str) -> set[str]:
    """All that the arrows from a node lead to, at any distance."""
    reachable: set[str] = set()
    queue = [*graph.get(node, ())]
    while queue:
        target = queue.pop()
        if target not in reachable:
            reachable.add(target)
            queue += graph.get(target, ())
    return reachable


def transitive_reduction(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """The arrows of a graph, but for those where a longer way leads there too."""
    arrows_left = {node: set(targets) for node, targets in graph.items()}
    for node in sorted(graph):
        for target in sorted(graph[node]):
            arrows_left[node].remove(target)
            if target not in reachable_from(arrows_left, node):
                arrows_left[node].add(target)
    return arrows_left


def rooms_within(package: str) -> str:
    """The modules and packages in a package as a flowchart of Mermaid; packages have a frame of
    two lines, and an arrow leads to what is imported."""
    graph = transitive_reduction(graph_within(package))
    lines = ["```mermaid", "flowchart TD"]
    for node in sorted(graph):
        frame = "[[{}]]" if f"{package}.{node}" in packages() else "({})"
        lines.append(f"    {node}{frame.format(node)}")
    lines += [f"    {node} --> {one}" for node in sorted(graph) for one in sorted(graph[node])]
    return "\n".join([*lines, "```"])


def growth_of(query: str) -> str:
    """What a saved query expects that dates things to years: how many there are by each year, as a
    line of Mermaid, and for each year with something new which that is, and in which source."""
    with ROOT.joinpath(f"queries/expected/{query}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    years: dict[int, list[dict[str, str]]] = {}
    for row in rows:
        years.setdefault(int(row["year"]), []).append(row)
    total = 0
    totals: dict[int, int] = {}
    lines = ["| year | new | so far | which |", "| --- | --- | --- | --- |"]
    for year in sorted(years):
        total += len(years[year])
        totals[year] = total
        names = [f"{row['agreementLabel']} ({row['source']})" for row in years[year]]
        lines.append(f"| {year} | {len(names)} | {total} | {'; '.join(sorted(names))} |")
    decades = range(min(totals) // 5 * 5, max(totals) + 5, 5)
    counts = [max((totals[year] for year in totals if year <= end), default=0) for end in decades]
    chart = [
        "```mermaid",
        "xychart-beta",
        f"    x-axis [{', '.join(map(str, decades))}]",
        f'    y-axis "agreements by the end of the year" 0 --> {total}',
        f"    line [{', '.join(map(str, counts))}]",
        "```",
    ]
    return "\n".join([*chart, "", *lines])


MAKERS: dict[str, Callable[[str], str]] = {
    "options of eakg": options_of,
    "rooms of": rooms_within,
    "growth of": growth_of,
    "colours of": lambda _: colours.table(),
}


def block_of(name: str) -> str:
    """The block of this name."""
    maker, _, argument = name.rpartition(" ")
    return MAKERS[maker](argument) + "\n"


def refresh(text: str) -> str:
    """A page with each of its blocks as the code has it now."""
    return _BLOCK.sub(lambda block: f"{block[1]}{block_of(block[2])}{block[4]}", text)


def pages() -> list[Path]:
    """The pages that hold such blocks."""
    return [path for path in sorted(DOCS.rglob("*.md")) if _BLOCK.search(path.read_text("utf-8"))]


if __name__ == "__main__":
    for page in pages():
        page.write_text(refresh(page.read_text("utf-8")), "utf-8")
