"""Lifting of a background table: a CSV file with its CSVW metadata.

The metadata say what each column means by `aboutUrl`, `propertyUrl` and `valueUrl`, as in
"Generating RDF from Tabular Data on the Web" (W3C Recommendation), section 4, with three additions:
a cell with a `separator` gives one triple for each item, columns whose `aboutUrl` leads to the
row itself describe the row (its source and verification) in the evidence graph, and metadata with a
`prov:hadPrimarySource` describe the data set that the table is a slice of there.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uritemplate
from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, XSD

from eakg.evidence import AssertedTriple, Statement
from eakg.lift.normalization import decimal_literal
from eakg.lift.result import LiftError, LiftResult, SkippedLine
from eakg.lift.rows import is_address, read_rows
from eakg.names import CSVW, EAKG, SHIPPED_IRIS, ProjectIris
from eakg.problems import Problem

if TYPE_CHECKING:
    import csvw


def _term(name: str, iris: ProjectIris) -> URIRef:
    prefix, _, local = name.partition(":")
    namespace = iris.prefixes.get(prefix)
    return URIRef(name if namespace is None else namespace + local)


_template = cache(uritemplate.URITemplate)


def _expand(template: Any, cells: dict[str, Any], **cell: str) -> URIRef:
    values: dict[str, Any] = {n: value for n, value in cells.items() if isinstance(value, str)}
    return URIRef(_template(str(template)).expand(values | cell))


def _literal(column: "csvw.Column", value: Any) -> Literal:
    datatype = column.inherit("datatype")
    base = datatype.base if datatype else "string"
    if datatype and (name := datatype.at_props.get("id")):
        return Literal(value, datatype=URIRef(name))
    if base == "string":
        language = column.inherit("lang")
        return Literal(value, lang=None if language == "und" else language)
    text = datatype.formatted(value)
    return decimal_literal(text) if base == "decimal" else Literal(text, datatype=XSD[base])


def _triples(
    table: "csvw.Table", cells: dict[str, Any], iris: ProjectIris
) -> Iterator[tuple[str, AssertedTriple]]:
    """The triples of a row, each with the name of its column."""
    subjects: dict[str, URIRef] = {}  # most columns have one
    for column in table.tableSchema.columns:
        if column.propertyUrl is None:
            continue
        template = str(column.inherit("aboutUrl"))
        subject = subjects.get(template)
        if subject is None:
            subject = subjects[template] = _term(_expand(template, cells), iris)
        predicate = _term(str(column.propertyUrl), iris)
        value = cells.get(column.name)
        if column.virtual:
            yield column.name, (subject, predicate, _term(_expand(column.valueUrl, cells), iris))
            continue
        for item in value if isinstance(value, list) else [value]:
            if item is None or item == "":
                continue
            object_: URIRef | Literal
            if predicate == DCTERMS.source and is_address(item):
                object_ = URIRef(item)
            elif column.valueUrl is not None:
                value_iri = _expand(column.valueUrl, cells, **{column.name: str(item)})
                object_ = _term(value_iri, iris)
            else:
                object_ = _literal(column, item)
            yield column.name, (subject, predicate, object_)


def _data_set(table: "csvw.Table", name: str, iris: ProjectIris) -> Iterator[AssertedTriple]:
    """What the metadata of a table say of the data set that it is a slice of, and for it of its
    graph and of that of its evidence: primary source, licence, citation, version and day."""
    words = table.common_props
    source = words.get("prov:hadPrimarySource")
    if source is None:
        return
    for graph in (iris.background_graph(name), iris.evidence_graph(name)):
        yield graph, PROV.hadPrimarySource, _term(source, iris)
        yield graph, DCTERMS.license, URIRef(words["dc:license"])
        yield graph, DCTERMS.bibliographicCitation, Literal(words["dc:bibliographicCitation"], "en")
        yield graph, DCTERMS.hasVersion, Literal(words["dc:hasVersion"])
        yield graph, DCTERMS.issued, Literal(words["dc:issued"], datatype=XSD.date)


def lift_table(path: Path, iris: ProjectIris = SHIPPED_IRIS) -> LiftResult:
    """Lift a table, whose name is the file's without `.csv`.

    Arguments: the file; the IRIs of the project.
    Raises: LiftError with every problem of every row, and what the other rows give.
    """
    contents = read_rows(path, iris)
    name = path.stem
    statements: list[Statement] = []
    context: list[AssertedTriple] = [*_data_set(contents.table, name, iris)]
    skipped_lines: list[SkippedLine] = []
    problems: dict[str, Problem] = {}
    lifted_lines = 0
    graph = iris.background_graph(name)
    for row in contents.rows:
        node = iris.thing(f"{name}/row/{row.key}")
        context += [
            (node, RDF.type, EAKG.TableRow),
            (node, DCTERMS.isPartOf, graph),
            (node, CSVW.rownum, Literal(row.number)),
            (node, CSVW.url, URIRef(f"{graph}.csv#row={row.number + 1}")),
        ]
        numbers: Counter[str] = Counter()
        for column, triple in _triples(contents.table, row.cells, iris):
            if triple[0] == node:
                context.append(triple)
                continue
            if str(triple[0]).endswith(f"/row/{row.key}"):
                problems.setdefault(column, _row_of_another(path, row.line, triple[0], iris))
                continue
            numbers[column] += 1
            statements.append(
                Statement(
                    iri=URIRef(f"{node}/statement/{column}-{numbers[column]}"),
                    triple=triple,
                    derived_from=node,
                    evidence=(node,),
                    sentences=(),
                    file=str(path),
                    line=row.line,
                )
            )
        if numbers:
            lifted_lines += 1
        else:
            skipped_lines.append(
                SkippedLine(str(path), row.line, "no column of the row gives a triple")
            )
    result = LiftResult(
        name=name,
        graph=graph,
        statements=tuple(statements),
        context=tuple(context),
        lines=len(contents.rows),
        lifted_lines=lifted_lines,
        skipped_lines=tuple(skipped_lines),
    )
    if contents.problems or problems:
        raise LiftError((*contents.problems, *{*problems.values()}), result)
    return result


def _row_of_another(path: Path, line: int, row: URIRef, iris: ProjectIris) -> Problem:
    """What is wrong with metadata that were made for another table."""
    place = f"write {path.stem}/row/ in its metadata"
    message = f"is about {iris.slug(row)}, a row of another table; {place}"
    return Problem(str(path), line, message)
