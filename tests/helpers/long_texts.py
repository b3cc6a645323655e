"""Texts that are long in one respect each, of any length: what a reader of queries may be slow at.

Each family is a way to make a text of about so many characters. Few of them are SPARQL, as whoever
sends them need not care.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

Family = Callable[[int], str]
"""A text of about so many characters."""


def repeated(unit: str, before: str = "", after: str = "") -> Family:
    """A unit again and again, between two texts that stand once."""

    def text(size: int) -> str:
        return before + unit * max(1, (size - len(before) - len(after)) // len(unit)) + after

    return text


def nested(
    opening: str, closing: str, inside: str = "", before: str = "", after: str = ""
) -> Family:
    """Brackets within brackets."""

    def text(size: int) -> str:
        pairs = max(1, (size - len(before + inside + after)) // (len(opening) + len(closing)))
        return before + opening * pairs + inside + closing * pairs + after

    return text


def numbered(unit: str, before: str = "", after: str = "") -> Family:
    """A unit again and again, with another number in the place of `#` each time."""

    def text(size: int) -> str:
        pieces, length, number = [before], len(before) + len(after), 0
        while length < size:
            piece = unit.replace("#", str(number))
            pieces.append(piece)
            length, number = length + len(piece), number + 1
        return "".join([*pieces, after])

    return text


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        # Comments and what may be one
        "hashes in brackets behind service": repeated("<#>", "#service\nASK{"),
        "hashes": repeated("#", "ASK{service "),
        "lines of comments": repeated("#\n", "ASK{", "}"),
        "comments behind service": repeated("service#\n", "ASK{"),
        "comments between hashes": repeated("(?a<#>", "#service\nASK{"),
        # Strings
        "unclosed strings": repeated("'", "ASK{?s ?p "),
        "unclosed long strings": repeated(2 * "'''a\"\"\"", "ASK{?s ?p "),
        "a long string that is never closed": repeated("a", "ASK{?s ?p '''"),
        "quotation marks within a long string": repeated("''a", "ASK{?s ?p '''"),
        "escapes": repeated("\\\\", "ASK{?s ?p '", "'}"),
        "escaped quotation marks": repeated('\\"', 'ASK{?s ?p "'),
        "escaped apostrophes": repeated("\\'", "ASK{?s ?p '"),
        "escapes without a string": repeated("\\", "ASK{"),
        "escaped letters": repeated("\\u0041", "ASK{?s ?p <urn:", ">}"),
        "strings": repeated("'a' ", "ASK{?s ?p ", "}"),
        "strings on lines": repeated('"a"\n', "ASK{?s ?p ", "}"),
        # Names
        "letters": repeated("a", "ASK{"),
        "letters beyond ASCII": repeated("é", "ASK{"),
        "letters beyond U+FFFF": repeated("𐀀", "ASK{"),
        "letters beyond U+FFFF apart": repeated("𐀀 ", "ASK{"),
        "letters beyond ASCII and dots": repeated("é.", "ASK{"),
        "dots": repeated(".", "ASK{"),
        "dots in a name": repeated(".a", "PREFIX e: <urn:> ASK{?s ?p e:a", "}"),
        "runs of dots in a name": repeated("...a", "PREFIX e: <urn:> ASK{?s ?p e:a", "}"),
        "colons": repeated(":", "ASK{"),
        "names": repeated("a:b ", "PREFIX a: <urn:> ASK{", "}"),
        "names of many dots": repeated("a:1.1.1.1 ", "PREFIX a: <urn:> ASK{?s ?p ", "}"),
        "names glued": repeated("service:x{", "ASK{"),
        "names behind service": repeated("a:service ", "ASK{"),
        "service in a name": repeated("service", "ASK{a:"),
        "escaped hyphens in a name": repeated("\\-", "PREFIX a:<urn:> ASK{?s ?p 1.2.3,a:b", ".c}"),
        "escaped dots in a name": repeated("\\..", "PREFIX a:<urn:> ASK{?s ?p a:b", "c}"),
        "percent signs": repeated("%41", "ASK{a:"),
        "blank nodes": numbered("_:b# ", "ASK{?s ?p ", "}"),
        "the same blank node in groups": repeated("{_:a ?p ?o}", "ASK{", "}"),
        "variables": numbered("?v# ?p ?o.", "ASK{", "}"),
        "question marks": repeated("?", "ASK{"),
        "underscores": repeated("_:", "ASK{"),
        # Keywords
        "keywords glued": repeated("SELECT", ""),
        "keywords glued to numbers": repeated("LIMIT1OFFSET2", "SELECT*{}"),
        "keywords glued to a name": repeated("from", "", ":b"),
        "service": repeated("service ", "ASK{"),
        "service silent": repeated("service silent ", "ASK{"),
        "service glued": repeated("service", "ASK{"),
        "service with a name": repeated("service<a>", "ASK{"),
        "true": repeated("TRUE ", "ASK{FILTER(", ")}"),
        "filters": repeated("FILTER(true)", "ASK{", "}"),
        "calls apart": repeated("CONCAT (1)", "ASK{FILTER(", ")}"),
        "values": repeated("VALUES ", "ASK{"),
        "values of variables": repeated("VALUES ?a {1}", "ASK{", "}"),
        "values of many variables": lambda size: (
            "ASK{VALUES (" + "?a" * (size // 5) + "){" + "(1)" * (size // 5) + "}}"
        ),
        "values in parentheses": repeated("(1 UNDEF)", "ASK{VALUES (?a ?b){", "}}"),
        "as": repeated("AS ", "SELECT"),
        # Brackets
        "parentheses that open": repeated("(", "ASK{FILTER"),
        "parentheses": nested("(", ")", "1", "ASK{FILTER(", ")}"),
        "columns that open": repeated("(", "SELECT "),
        "columns that are never closed": repeated("(?a ", "SELECT "),
        "brackets": nested("[?p ", "]", "?o", "ASK{?s ?p ", "}"),
        "brackets that open": repeated("[", "ASK{"),
        "braces": nested("{", "}", "", "ASK"),
        "braces that open": repeated("{", "ASK"),
        "collections": nested("(", ")", "1", "ASK{?s ?p ", "}"),
        "subqueries": nested("{SELECT*", "}", "{}", "SELECT*"),
        "optionals": nested("OPTIONAL{", "}", "?s ?p ?o", "ASK{", "}"),
        "filters of exists": nested("FILTER EXISTS{", "}", "?s ?p ?o", "ASK{", "}"),
        "minus within exists": nested("MINUS{?s ?p ?o ", "}", "", "ASK{FILTER EXISTS{", "}}"),
        "minus beside minus within exists": repeated(
            "?s ?p ?o MINUS{?s ?p ?o}", "ASK{FILTER EXISTS{", "}}"
        ),
        "graphs beside graphs": repeated("GRAPH ?g{?s ?p*/?q ?o}", "ASK{", "}"),
        "members of a collection": repeated("1 ", "ASK{?s ?p*/?q (", ")}"),
        "graphs": nested("GRAPH ?g{", "}", "?s ?p ?o", "ASK{", "}"),
        "brackets that close": repeated(")", "ASK{"),
        "triple terms": nested("<<", ">>", "?s ?p ?o", "ASK{", "?p ?o}"),
        "triple terms that open": repeated("<<", "ASK{"),
        "triple terms with parentheses": repeated("<<(", "ASK{?s ?p "),
        "less-than signs": repeated("<", "ASK{FILTER(?a"),
        "comparisons": repeated("?a<?b&&", "ASK{FILTER(", "true)}"),
        "comparisons behind service": repeated("?a<?b&&", "#service\nASK{FILTER(", "true)}"),
        "comparisons and parentheses": repeated("(?a<b", "#service\nASK{FILTER"),
        "comparisons that nest": repeated("(?a<", "ASK{FILTER"),
        # Heads
        "prefixes": numbered("PREFIX p#:<urn:p#>", "", "ASK{}"),
        "bases": repeated("BASE<a>", "", "ASK{}"),
        "bases that grow": repeated("BASE<a/>", "BASE<http://e/>", "ASK{}"),
        "graphs of the dataset": numbered("FROM<urn:g#>", "ASK ", "{}"),
        "resources": repeated("<urn:a>", "DESCRIBE "),
        # Paths and operators
        "paths in sequence": repeated("/<urn:p>", "ASK{?s <urn:p>", " ?o}"),
        "paths in parentheses": nested("(", ")*", "<urn:p>", "ASK{?s ", " ?o}"),
        "paths that invert": repeated("^", "ASK{?s ", "<urn:p> ?o}"),
        "paths that exclude": repeated("|<urn:p>", "ASK{?s !(<urn:p>", ") ?o}"),
        "objects": numbered(",<urn:o#>", "ASK{?s ?p <urn:o>", "}"),
        "predicates": repeated(";?p ?o", "ASK{?s ?p ?o", "}"),
        "unions": repeated("UNION{?s ?p ?o}", "ASK{{?s ?p ?o}", "}"),
        "lists of values": repeated("1,", "ASK{FILTER(?a IN (", "1))}"),
        "operators": repeated("+1", "ASK{FILTER(1", ")}"),
        "signs": repeated("-", "ASK{FILTER(", "1)}"),
        "negations": repeated("!", "ASK{FILTER(", "true)}"),
        "disjunctions": repeated("||?a", "ASK{FILTER(?a", ")}"),
        "equalities": repeated("(?a=", "ASK{FILTER(", "1"),
        "assignments": numbered("BIND(LANG(?o) AS ?v#)", "ASK{?s ?p ?o ", "}"),
        "tags compared": numbered('FILTER(?v#="EN")BIND(?v# AS ?w#)', "ASK{", "}"),
        "columns built on columns": lambda size: "".join(
            ["SELECT (SUM(?a) AS ?v0)"]
            + [f"(?v{n}+?v{n} AS ?v{n + 1})" for n in range(max(1, size // 22))]
            + ["{?s ?p ?a}"]
        ),
        "columns of groups": numbered("(SUM(?a) AS ?v#)", "SELECT ", "{?s ?p ?a}"),
        # Numbers and tags
        "digits": repeated("1", "ASK{?s ?p "),
        "numbers with dots": repeated("1.", "ASK{?s ?p "),
        "exponents": repeated("1e", "ASK{?s ?p "),
        "language tags": repeated("@en", "ASK{?s ?p 'a'"),
        "subtags": repeated("-en", "ASK{?s ?p 'a'@en", "}"),
        "hyphens of tags": repeated("--", "ASK{?s ?p 'a'@en", "}"),
        "types": repeated("^^<a>", "ASK{?s ?p 'a'"),
        # Updates
        "operations": repeated("INSERT DATA{};", ""),
        "operations with prefixes": numbered("PREFIX p#:<urn:>CLEAR ALL;", ""),
        "operations with blank nodes": numbered("INSERT DATA{_:b# <urn:p> 1};", ""),
        "operations with patterns": repeated("DELETE{}INSERT{}WHERE{};", ""),
        "semicolons": repeated(";", "CLEAR ALL"),
        "semicolons and prefixes": repeated(";PREFIX ", "CLEAR ALL"),
        "data": numbered("<urn:s> <urn:p> #.", "INSERT DATA{", "}"),
        # Characters that stand for nothing
        "spaces": repeated(" ", "ASK{"),
        "spaces behind service": repeated(" service", "ASK{", " " * 8),
        "carriage returns": repeated("\r", "ASK{"),
        "line feeds": repeated("\n", "ASK{"),
        "NULs": repeated("\0", "ASK{"),
        "surrogates": repeated("\ud800", "ASK{"),
        "byte order marks": repeated("\ufeff", "ASK{"),
        "zero width spaces": repeated("\u200b", "ASK{"),
        "braces of templates": repeated("{{", "ASK{"),
        "spaced names": repeated("<a ", "ASK{"),
    }
)
"""Ways to make a text long, by what they repeat."""
