"""Measure `eakg reason` on ontologies that are large where data are small, beside reasonable,
sparq and owlrl: `python benchmarks/schemas.py [NAME...]`, with names of inputs or parts of them.

Some inputs are made here; others are the ontology files in the folder that EAKG_ONTOLOGIES names,
which all systems get as N-Triples. Results go to `docs/schema-benchmark.md`. `pip install
reasonable sparq-rdf` first; what is not installed is left out, and what takes longer than LIMIT is
stopped.
"""

import os
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from pyoxigraph import RdfFormat, parse, serialize

from inputs import SCHEMAS, write_inputs
from reasoning import DOCS, OURS, PEERS, REPEATS, Run, measure

LIMIT = 20
"""Processor seconds that a peer may take."""
LARGE = 1_000_000
"""Triples from which on one run is enough."""
SYNTAXES = {".owl": RdfFormat.RDF_XML, ".rdf": RdfFormat.RDF_XML, ".ttl": RdfFormat.TURTLE}
LEFT_OUT = """\
eakg leaves out what is true of everything, such as `x rdf:type owl:Thing`, which reasonable and
owlrl give, and looks for classes that nothing can be in besides, which the others do not.
Of what follows, reasonable leaves out 1,338 triples of sio.owl that speak of terms with a name
only, with rdfs:subPropertyOf, rdfs:range, rdfs:domain and rdfs:subClassOf; of schema.org's
ontology, where domains and ranges are unions, 9 such triples and nearly 100,000 that speak of class
expressions. sparq (sparq-rdf 0.1.6) leaves out 6 triples of ro.owl, by a property chain over
inverses, nearly 2,000 of sio.owl that speak of class expressions, and whatever the values of
literals say (dt-eq, dt-not-type, ranges that are datatypes); it gives domains and ranges of inverse
properties and the order of datatypes besides, which are not in the tables. What owlrl leaves out is
in [reasoning](reasoning.md).

schemaorg-3.9.owl is `data/releases/3.9/schemaorg.owl` of the repository schemaorg/schemaorg at
commit cc71c8e; ro.owl is of oborel/obo-relations at 2b8fb44, sio.owl is in the folder "ontology" of
MaastrichtU-IDS/semanticscience at 601e02d, and rico.rdf is
RiC-O_1-1.rdf in "ontology/current-version" of ICA-EGAD/RiC-O at 49db95e.
"""


def ontologies(folder: Path) -> dict[str, Path]:
    """The files of EAKG_ONTOLOGIES as N-Triples, by name."""
    files = {}
    source = os.environ.get("EAKG_ONTOLOGIES")
    for file in sorted(Path(source).iterdir()) if source else ():
        if file.suffix in SYNTAXES:
            files[file.name] = folder / f"{file.stem}.nt"
            triples = parse(path=file, format=SYNTAXES[file.suffix], base_iri=file.as_uri())
            serialize((quad.triple for quad in triples), files[file.name], RdfFormat.N_TRIPLES)
    return files


def limited(command: list[str], out: Path) -> Run | None:
    """A run of a peer; None where it takes too long or fails."""
    try:
        return measure(["prlimit", f"--cpu={LIMIT}:{LIMIT}", "--", *command], out, 1)
    except SystemExit:
        return None


def main(parts: list[str]) -> None:
    """Measure, and write the table."""
    lines = [
        "# Benchmark of the reasoner on large ontologies",
        "",
        "Whole processes, N-Triples in, closure in N-Triples out, all in one run of",
        f"`python benchmarks/schemas.py` on a machine with {os.cpu_count()} processors. A peak",
        "below that of the process which measures is not seen; peers are stopped after"
        f" {LIMIT} processor seconds.",
        "Where the machine is busy with other work, processor seconds tell more than those of the",
        "clock.",
        "",
        "| input | triples in | system | triples out | wall s | processor s | peak MB |",
        "| --- | ---: | --- | ---: | ---: | ---: | ---: |",
    ]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        out = folder / "out.nt"
        files = {**ontologies(folder), **write_inputs(folder, SCHEMAS)}
        for name, file in files.items():
            if parts and not any(part in name for part in parts):
                continue
            with file.open("rb") as text:
                count = sum(1 for _ in text)
            repeats = REPEATS if count < LARGE else 1
            command = [*OURS, str(file), "-o", str(out)]
            runs: dict[str, Run | None] = {"eakg": measure(command, out, repeats)}
            for peer in ("reasonable", "sparq", "owlrl"):
                if find_spec(peer):
                    runs[peer] = limited([*PEERS, peer, str(out), str(file)], out)
            for system, run in runs.items():
                figures = (
                    f"{run.triples:,} | {run.wall:.1f} | {run.cpu:.1f} | {run.memory:,.0f}"
                    if run
                    else f"| | not in {LIMIT} |"
                )
                lines.append(f"| {name} | {count:,} | {system} | {figures} |")
                print(lines[-1], file=sys.stderr, flush=True)
    DOCS.joinpath("schema-benchmark.md").write_text("\n".join([*lines, "", LEFT_OUT]), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
