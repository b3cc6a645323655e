"""Which files are read for what others import, as it is said to a command."""

from dataclasses import dataclass

from eakg.options import option


@dataclass(frozen=True, kw_only=True)
class ImportOptions:
    """The options of commands that read what their files import."""

    import_: tuple[str, ...] = option(
        "The file to read where the files import IRI.",
        (),
        meaning="the file to read where DATA import an ontology (`owl:imports`) by this IRI; give"
        " it once for each. Other imports are looked for in a `catalog-v001.xml` beside the file"
        " that imports, and never fetched; each that is not read is told",
        metavar="IRI=FILE",
        pattern=r":[\s\S]*=[\s\S]*[^=]$",
    )
