"""Close files with another reasoner: `peers.py {owlrl|reasonable|sparq} OUT.nt FILE.nt...`."""

import sys
from pathlib import Path


def run_owlrl(out: Path, files: list[Path]) -> None:
    """Load, close and write with owlrl, the reference in Python."""
    import owlrl
    from rdflib import Graph

    graph = Graph()
    for file in files:
        graph.parse(file, format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    graph.serialize(out, format="nt", encoding="utf-8")


def run_reasonable(out: Path, files: list[Path]) -> None:
    """Load, close and write with reasonable, in Rust."""
    import reasonable

    reasoner = reasonable.PyReasoner()
    for file in files:
        # It reads files named .ttl only; N-Triples are Turtle.
        link = out.parent / f"{file.stem}.ttl"
        link.unlink(missing_ok=True)
        link.symlink_to(file.resolve())
        reasoner.load_file(str(link))
    with out.open("w", encoding="utf-8") as lines:
        for subject, predicate, object_ in reasoner.reason():
            lines.write(f"{subject.n3()} {predicate.n3()} {object_.n3()} .\n")


def run_sparq(out: Path, files: list[Path]) -> None:
    """Load, close and write with sparq (sparq-rdf on PyPI), in Rust."""
    import sparq

    graph = sparq.Graph.load("\n".join(file.read_text("utf-8") for file in files), "ntriples")
    graph.reason("owl")
    with out.open("w", encoding="utf-8") as lines:
        for triple in graph.construct("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"):
            # The representation of a term is "Term(...)", with the term in N-Triples.
            lines.write(f"{' '.join(repr(term)[5:-1] for term in triple)} .\n")


if __name__ == "__main__":
    name, out, *files = sys.argv[1:]
    run = {"owlrl": run_owlrl, "reasonable": run_reasonable, "sparq": run_sparq}[name]
    run(Path(out), [Path(file) for file in files])
