"""The command that proves a triple."""

import json
from pathlib import Path

import click

from eakg.commands.command import ending, progress
from eakg.commands.data import DataCommand, data_option
from eakg.commands.options import takes
from eakg.commands.supervision import RunLimits, current_account
from eakg.dataset import file_graphs, layout_graphs, shipped_layout, without_evidence
from eakg.evidence import NamedGraph, NamedGraphs, support_lines, support_of
from eakg.names import PREFIXES
from eakg.problems import ExitStatus
from eakg.rdf import PrefixedNames, TermSyntaxError, Triple, resolve_term
from eakg.rdf.inputs import rdf_inputs
from eakg.reason import materialize
from eakg.reason.proofs import (
    NotInClosureError,
    ProofNotFoundError,
    expressions_in,
    proof_json,
    prov_turtle,
    to_text,
)
from eakg.reason.relations import Allowance


@click.command(cls=DataCommand)
@click.argument("subject")
@click.argument("predicate")
@click.argument("object_", metavar="OBJECT")
@data_option
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "turtle"]),
    default="text",
    show_default=True,
    help="For people, for programs, or as PROV-O.",
)
@click.option(
    "--steps", "is_flat", is_flag=True, help="JSON with each step once, as for longer proofs."
)
@takes(RunLimits)
@ending
def explain(
    subject: str,
    predicate: str,
    object_: str,
    data: tuple[Path, ...],
    format_: str,
    is_flat: bool,
    options: RunLimits,
) -> ExitStatus:
    """Prove a triple of the shipped graph, down to the text, rows and axioms that support it.

    Terms are written as in N-Triples, or as prefixed names (id:china, eakg:recipient, a), or as
    bare IRIs. With --data, the triple is proved from those files instead.
    """
    work = current_account()
    work.limit(options)
    with progress("reading"):
        graphs = _graphs(data)
        graph = without_evidence(graphs)
    prefixes = {**PREFIXES, **{prefix: str(iri) for prefix, iri in graph.namespaces()}}
    try:
        words = (subject, predicate, object_)
        triple = (
            resolve_term(words[0], prefixes),
            resolve_term(words[1], prefixes),
            resolve_term(words[2], prefixes),
        )
    except TermSyntaxError as error:
        raise click.UsageError(str(error)) from error
    with progress("reasoning"):
        closure = materialize(graph, allowance=Allowance(observe=work.round))
    try:
        proof = closure.explain(triple)
    except NotInClosureError as error:
        click.echo(f"{' '.join(words)}: it is not in the closure: {error}", err=True)
        return ExitStatus.CHECK_FAILED
    except ProofNotFoundError as error:
        click.echo(f"{' '.join(words)}: {error}", err=True)
        return ExitStatus.QUERY_ERROR
    supports = support_of(NamedGraphs(graphs), (leaf.triple for leaf in proof.leaves()))
    work.release()
    if format_ == "json":
        click.echo(
            json.dumps(proof_json(proof, supports, is_flat=is_flat), indent=2, ensure_ascii=False)
        )
    elif format_ == "turtle":
        click.echo(prov_turtle(proof, supports), nl=False)
    else:
        name = PrefixedNames(graph)

        def lines(triple: Triple) -> list[str]:
            support = supports.get(triple)
            if support is None:
                return []
            homes = [f"in {home.file or home.graph}" for home in support.homes]
            return list(dict.fromkeys(homes + support_lines(support)))

        click.echo(to_text(proof, name, lines, expressions_in(graph)), nl=False)
    return ExitStatus.DONE


def _graphs(data: tuple[Path, ...]) -> list[NamedGraph]:
    if not data:
        return layout_graphs(shipped_layout())
    with rdf_inputs(data) as inputs:
        return file_graphs(one.path for one in inputs)
