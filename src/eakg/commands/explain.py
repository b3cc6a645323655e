"""The command that proves a triple."""

import json
from pathlib import Path

import click

from eakg.commands.command import PathArgument, ending, progress
from eakg.commands.data import (
    DataCommand,
    check_imports,
    data_option,
    import_option,
    with_imports,
)
from eakg.commands.options import takes
from eakg.commands.supervision import RunLimits, current_account
from eakg.dataset import file_graphs, layout_graphs, shipped_layout, without_evidence
from eakg.evidence import NamedGraph, NamedGraphs, support_lines, support_of
from eakg.names import PREFIXES
from eakg.problems import ExitStatus, extra_package
from eakg.rdf import PrefixedNames, TermSyntaxError, Triple, resolve_term
from eakg.rdf.inputs import rdf_inputs
from eakg.reason import materialize
from eakg.reason.justifications import justifications_json, justifications_text
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
@import_option
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
@click.option(
    "--all",
    "most",
    type=click.IntRange(min=1),
    metavar="N",
    help="Up to N justifications: the smallest sets of triples from which it follows.",
)
@click.option(
    "--closure-dir",
    "folder",
    metavar="DIR",
    type=PathArgument,
    help="Prove it of the closure in the folder of `eakg reason --engine duckdb --work DIR`.",
)
@takes(RunLimits)
@ending
def explain(
    subject: str,
    predicate: str,
    object_: str,
    data: tuple[Path, ...],
    imports: tuple[str, ...],
    format_: str,
    is_flat: bool,
    most: int | None,
    folder: Path | None,
    options: RunLimits,
) -> ExitStatus:
    """Prove a triple of the shipped graph, down to the text, rows and axioms that support it.

    Terms are written as in N-Triples, or as prefixed names (id:china, eakg:recipient, a), or as
    bare IRIs. With --data, the triple is proved from those files instead, with --closure-dir from
    a closure that was made on disk.
    """
    check_imports(imports, has_files=bool(data))
    if most is not None and format_ == "turtle":
        raise click.UsageError("--all gives several proofs as text or JSON, not as Turtle")
    if folder is not None and (data or imports or most is not None):
        raise click.UsageError("--closure-dir goes without --data, --import and --all")
    work = current_account()
    work.limit(options)
    with progress("reading"):
        graphs, evidence_files = _graphs(data, imports) if folder is None else ([], [])
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
    justifications, is_known = None, False
    try:
        with progress("reasoning"):
            allowance = Allowance(observe=work.round)
            if folder is None:
                closure = materialize(graph, allowance=allowance)
            else:
                with extra_package("--closure-dir", "eakg[large]"):
                    from eakg.reason.disk import support_of_triple

                support = support_of_triple(folder, triple)
                graph, is_known = support.graph, support.is_known
                closure = materialize(graph, rules=support.rules, allowance=allowance)
        if most is None:
            proofs = [closure.explain(triple)]
        else:
            justifications = closure.explain_all(triple, most)
            proofs = [item.proof for item in justifications.items]
    except NotInClosureError as error:
        if is_known:
            advice = "it follows, but no proof was found; `eakg explain --data` looks at all"
            click.echo(f"{' '.join(words)}: {advice}", err=True)
            return ExitStatus.QUERY_ERROR
        click.echo(f"{' '.join(words)}: it is not in the closure: {error}", err=True)
        return ExitStatus.CHECK_FAILED
    except ProofNotFoundError as error:
        click.echo(f"{' '.join(words)}: {error}", err=True)
        return ExitStatus.QUERY_ERROR
    leaves = {leaf.triple for proof in proofs for leaf in proof.leaves()}
    supports = support_of(NamedGraphs(graphs, evidence_files), leaves)
    work.release()
    if format_ == "json":
        if justifications is None:
            document = proof_json(proofs[0], supports, is_flat=is_flat)
        else:
            parts = ((proof, None) for proof in proofs)
            document = justifications_json(parts, justifications.end, supports, is_flat=is_flat)
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    elif format_ == "turtle":
        click.echo(prov_turtle(proofs[0], supports), nl=False)
    else:
        name = PrefixedNames(graph)

        def lines(triple: Triple) -> list[str]:
            support = supports.get(triple)
            if support is None:
                return []
            homes = [f"in {home.file or home.graph}" for home in support.homes]
            return list(dict.fromkeys(homes + support_lines(support)))

        expressions = expressions_in(graph)
        if justifications is None:
            text = to_text(proofs[0], name, lines, expressions)
        else:
            text = justifications_text(justifications, name, lines, expressions)
        click.echo(text, nl=False)
    return ExitStatus.DONE if proofs else ExitStatus.QUERY_ERROR


def _graphs(
    data: tuple[Path, ...], imports: tuple[str, ...]
) -> tuple[list[NamedGraph], list[Path]]:
    if not data:
        return layout_graphs(shipped_layout())
    with rdf_inputs(data) as inputs:
        return file_graphs(with_imports([one.path for one in inputs], imports).files), []
