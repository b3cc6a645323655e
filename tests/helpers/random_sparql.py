"""SPARQL at random, as nobody would write it and the engine reads it: any case and white space,
keywords glued to what follows, comments and strings that look like clauses, prefixes called like
keywords and declared twice, IRIs with quotation marks and `#`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

BASE = "http://e/"
ENDPOINT = "http://localhost:1/"
"""A port that the engine refuses to call before anything is sent."""
GRAPHS = (
    *("http://e/a", "http://e/b", "http://e/x#f", "http://e/a,b", "http://e/é", "http://e/d/c"),
    *("http://e/a.b", "http://e/o'k", "http://e/d/from", "http://e/", "http://e/d/"),
)
_LOCALS = ("a", "b", "x\\#f", "a\\,b", "é", "a.b", "o\\'k", "from", "", "c", "d\\/c")
_REFERENCES = (
    *("<http://e/a>", "<b>", "<./d/../a>", "<#f>", "<x#f>", "<http://e/x#f>", "<//e/a>", "<d/c>"),
    *("<http://e/\\u00e9>", "<\\u0062>", "<http://e/a,b>", "<o'k>", "<>", "<.>", "<../e/../a>"),
)
_PREFIXES = (
    *("", "", "", "g", "g", "from", "named", "FROM", "a", "graph", "service", "where", "select"),
    *("true", "n.m", "é", "asia", "in", "prefix", "base", "as", "order", "values", "fromg", "e"),
    *("using", "with", "to", "default", "all", "describe", "data", "filter", "g-1", "p" * 300),
)
_NAMESPACES = ("<http://e/>", "<http://e/d/>", "<>", "<d/>", "</>", "<http://e/\\u0064/>", "<x#>")
_COMMENTS = (
    *("#\n", "# FROM <http://e/a>\n", "#'\n", '#"""\n', "# SERVICE <http://x/> {\n", "#}\r"),
    *("#<\n", "#x <y> FROM NAMED :a\r\n", "# \\u000A {\n"),
)
_STRINGS = (
    *('"FROM <http://e/a>"', '"SERVICE <http://x/> {"', '"a\\"} FROM :b #"', "'#'", "''", '"{"'),
    *("'''it's ' FROM\n<http://e/b> {'''", '"""a""\n} # """', "'\\u0027\\''", '"x"@en-GB', "'}'"),
    *("'1'^^<http://e/#int>", '"SELECT"@de', "'''\\''''", "'<http://e/>'"),
)
_TERMS = (
    *("1", "2.5", "-3", ".5e3", "1e0", "true", "false", "?x", "$y", "<http://e/#>", "<o'k>"),
    *("<http://e/x#y>", "<?q>", "<'>"),
)
# None leads from a term to itself: from a term that the graph does not have, the engine would not.
_PATHS = (
    *("?v", "<http://e/p>", "<p#>/^<q>", "(<p>*/!<q>)+", "!(<p>|^a)", "a", "(<p>?/a)+"),
    *("^(<p'>|a)", "<#service>"),
)


@dataclass(frozen=True)
class RandomQuery:
    """A query, its form, and the number of the graph that ASK asks for: of the default graph, of
    the named ones, or of neither, where it asks for any triple."""

    text: str
    form: str
    default_number: int | None = None
    named_number: int | None = None


class Writer:
    """Writes SPARQL, the same for the same seed.

    Arguments: a seed; the part of blanks that are left out, from 0 to 1.
    """

    def __init__(self, seed: int, glue: float = 0.5) -> None:
        self.random = Random(seed)
        self.glue = glue
        self.prefixes: list[str] = []

    def pick(self, choices: Sequence[str]) -> str:
        """One of the choices."""
        return self.random.choice(choices)

    def chance(self, part: float) -> bool:
        """Whether something is to be, in this part of all cases."""
        return self.random.random() < part

    def repeat(self, make: Callable[[], str], maximum: int, minimum: int = 0) -> str:
        """Several of what is made, one behind the other."""
        return self.join(*(make() for _ in range(self.random.randint(minimum, maximum))))

    def word(self, *words: str) -> str:
        """Keywords in any case."""
        return self.join(*map(self._change_case, words))

    def join(self, *parts: str) -> str:
        """The parts with something blank in between, or nothing."""
        text = ""
        for part in parts:
            text += self._blank() + part if text else part
        return text

    def name(self) -> str:
        """A name of a graph, with a prefix that is declared or as an IRI."""
        if not self.prefixes or self.chance(0.3):
            return self.pick(_REFERENCES)
        return f"{self.pick(self.prefixes)}:{self.pick(_LOCALS)}"

    def prologue(self) -> str:
        """Declarations of BASE, prefixes and VERSION."""
        return self.repeat(self._declaration, 4, 1)

    def _declaration(self) -> str:
        if self.chance(0.2):
            return self.join(self.word("BASE"), self.pick(("<http://e/>", "<http://e/d/>", "<d/>")))
        if self.chance(0.05):
            return self.join(self.word("VERSION"), "'1.2'")
        prefix = self.pick(_PREFIXES)
        self.prefixes.append(prefix)
        return self.join(self.word("PREFIX"), f"{prefix}:", self.pick(_NAMESPACES))

    def _change_case(self, word: str) -> str:
        kind = self.random.randrange(4)
        if kind == 3:
            return "".join(self.random.choice((letter.lower(), letter)) for letter in word)
        return (word, word.lower(), word.title())[kind]

    def _blank(self) -> str:
        if self.chance(self.glue):
            return ""
        return self.pick((" ", "\n", "\t", "  ", "\r\n", " " + self.pick(_COMMENTS)))

    # Patterns and expressions

    def term(self) -> str:
        """A term of a pattern."""
        kind = self.random.randrange(7)
        if kind == 0:
            return self.pick(_STRINGS)
        if kind == 1:
            return self.join("(", self.repeat(self.term, 3), ")")
        if kind == 2:
            return self.pick(("[]", "[ ]", f"_:b{self.random.randrange(10**9)}", "[ <p> 1 ]"))
        return self.name() if kind == 3 else self.pick(_TERMS)

    def triple(self) -> str:
        """A triple pattern with the dot behind it."""
        path = self.name() if self.chance(0.2) else self.pick(_PATHS)
        subject = self.pick(("?n", "<s#>", "[]", "<http://e/s>"))
        return self.join(subject, path, self.term(), self.pick((".", " .", ". ")))

    def group(self, *parts: str) -> str:
        """Patterns in braces."""
        return self.join("{", *parts, "}")

    def expression(self, depth: int = 2) -> str:
        """An expression; comparisons stand close, so that they could be IRIs."""
        kind = self.random.randrange(8) if depth else self.random.randrange(3)
        if kind == 0:
            return self.pick(_STRINGS)
        if kind < 3:
            return self.pick((*_TERMS, "?x", "?y"))
        left, right = self.expression(depth - 1), self.expression(depth - 1)
        if kind == 3:
            sign = self.pick(("<", ">", "<=", "=", "!=", "&&", "||", "+", "*", "<", ">"))
            return f"{left}{sign}{right}"
        if kind == 4:
            # A comparison, and a comment, where the longest match is an IRI.
            return f"?x<{self.pick(('2', '?q', ''))}{self.pick(_COMMENTS)} {right}"
        if kind == 5:
            exists = self.word(*self.pick(("EXISTS", "NOT EXISTS")).split())
            return self.join(exists, self.group(self.triple()))
        if kind == 6:
            return self.join(left, self.word("IN"), "(", left, ",", right, ")")
        return self.join(self.word(self.pick(("STR", "isIRI", "ABS"))), "(", left, ")")

    def noise(self) -> str:
        """A pattern that leaves the solutions around it as they are, or only multiplies them."""
        kind = self.random.randrange(9)
        number = self.random.randrange(10**9)
        if kind == 0:
            return self.join(self.word("OPTIONAL"), self.group(self.repeat(self.triple, 3)))
        if kind == 1:
            inner = self.join(self.word("GRAPH"), self.name(), self.group(self.triple()))
            return self.join(self.word("OPTIONAL"), self.group(inner))
        if kind == 2:
            return self.join(self.word("FILTER"), "(", "true||", "(", self.expression(), ")", ")")
        if kind == 3:
            assignment = self.join("(", self.expression(), self.word("AS"), f"?b{number})")
            return self.join(self.word("BIND"), assignment)
        if kind == 4:
            values = self.join("{", self.repeat(self._value, 3, 1), "}")
            return self.join(self.word("VALUES"), f"?w{number}", values)
        if kind == 5:
            rows = self.join("{", self.join("(", self._value(), self._value(), ")"), "}")
            return self.join(self.word("VALUES"), f"(?w{number}?z{number})", rows)
        if kind == 6:
            column = self.join("(", self.expression(), self.word("AS"), f"?c{number})")
            ends = self.word("LIMIT") + "1" if self.chance(0.5) else ""
            return self.group(self.word("SELECT"), column, self.word("WHERE"), "{}", ends)
        if kind == 7:
            return self.join(self.word("MINUS"), self.group("<none#> <none> ?none ."))
        return self.join(self.word("FILTER", "NOT", "EXISTS"), self.group("<none'> <none> 1 ."))

    def _value(self) -> str:
        return self.pick((*_STRINGS, "1", "UNDEF", "true", "<http://e/#>", "<o'k>"))

    def service(self) -> str:
        """A call of SERVICE."""
        words = ("SERVICE", "SILENT") if self.chance(0.3) else ("SERVICE",)
        name = f"<{ENDPOINT}>"
        return self.join(self.word(*words), name, self.group(self.repeat(self.triple, 2)))

    # Queries

    def probe(self) -> str:
        """A pattern whose solutions tell the graphs of the dataset."""
        default_pattern = "{ ?s0 <http://e/p> ?o0 BIND(<http://e/is-default> AS ?q0) }"
        named_pattern = "{ GRAPH ?g0 { ?s0 <http://e/p> ?o0 } BIND(<http://e/is-named> AS ?q0) }"
        return self.join(default_pattern, self.word("UNION"), named_pattern)

    def query(self) -> RandomQuery:
        """A query of any form, with or without a dataset."""
        form = self.pick(("SELECT", "SELECT", "SELECT", "CONSTRUCT", "ASK", "DESCRIBE"))
        parts = [self.prologue(), self.word(form), *self._result(form)]
        parts.append(self.repeat(self._clause, 3))
        pattern, default_number, named_number = self.probe(), None, None
        number = self.random.randrange(len(GRAPHS))
        if form == "ASK" and self.chance(0.4):
            pattern, default_number = f'?s0 <http://e/p> "{number}" .', number
        elif form == "ASK" and self.chance(0.6):
            pattern, named_number = f"GRAPH ?g0 {{ ?s0 ?p0 '{number}' }}", number
        if self.chance(0.12):
            # ASK stops at the first solution.
            union = [self.word("UNION"), self.group(pattern)] if form != "ASK" else []
            pattern = self.join(self.group(self.service()), *union)
        if form != "DESCRIBE" or "<http://e/s>" not in parts[2] or self.chance(0.7):
            parts.append(self.word("WHERE") if self.chance(0.5) else "")
            parts.append(self.group(pattern, self.repeat(self.noise, 3)))
        if self.chance(0.2):
            parts.append(self.word("LIMIT") + "1000" + self.word("OFFSET") + "0")
        if self.chance(0.1):
            parts.append(self.join(self.word("VALUES"), "?last", "{", self._value(), "}"))
        text = self._blank() + self.join(*filter(None, parts)) + self._blank()
        return RandomQuery(text, form, default_number, named_number)

    def _result(self, form: str) -> list[str]:
        if form == "CONSTRUCT":
            return ["{ ?s0 ?q0 ?o0 }"]
        if form == "DESCRIBE":
            return [self.pick(("<http://e/s>", "?s0 ", "*", "<http://e/s> ?none ", "?s0 <x#>"))]
        if form == "ASK":
            return []
        parts = [self.word(self.pick(("DISTINCT", "REDUCED")))] if self.chance(0.2) else []
        if self.chance(0.4):
            return [*parts, "*"]
        parts.append(self.pick(("?q0 ?o0 ", "?q0?o0 ", "?q0$o0\n")))
        if self.chance(0.4):
            parts.append(self.join("(", self.expression(), self.word("AS"), "?e0", ")"))
        return parts

    def _clause(self) -> str:
        words = ("FROM", "NAMED") if self.chance(0.4) else ("FROM",)
        return self.join(self.word(*words), self.name())

    # Updates

    def update(self) -> str:
        """An update of several operations."""
        operations = [self._operation() for _ in range(self.random.randint(1, 3))]
        ends = [";"] if self.chance(0.2) else []
        sequence = [part for operation in operations for part in (";", operation)][1:]
        return self._blank() + self.join(self.prologue(), *sequence, *ends) + self._blank()

    def _operation(self) -> str:
        kind = self.random.randrange(5)
        if kind == 0:
            verb = self.word(self.pick(("INSERT", "DELETE")), "DATA")
            return self.join(verb, self.group(self.repeat(lambda: self._quads("<s>"), 3)))
        if kind == 1:
            return self.join(self.word("DELETE", "WHERE"), self.group(self._quads("?s")))
        if kind == 2:
            verb = self.word(self.pick(("CLEAR", "DROP")), *self._silent())
            return self.join(verb, self._all_or_graph())
        if kind == 3 and self.chance(0.8):
            silent = self._silent()
            verb = self.word(self.pick(("COPY", "MOVE", "ADD")), *silent)
            # Of a graph that is not there, the engine and we do not do the same.
            source = self.word("DEFAULT") if silent else self._graph()
            return self.join(verb, source, self.word("TO"), self._graph())
        if kind == 3:
            return self.join(self.word("CREATE", *self._silent(), "GRAPH"), self.name())
        return self._modify()

    def _modify(self) -> str:
        parts = [self.join(self.word("WITH"), self.name())] if self.chance(0.4) else []
        verbs = self.pick(("DELETE", "INSERT", "DELETE INSERT")).split()
        parts += [self.join(self.word(verb), self.group(self._quads("?s"))) for verb in verbs]
        for _ in range(max(self.random.randint(-1, 2), 0)):
            words = ("USING", "NAMED") if self.chance(0.4) else ("USING",)
            parts.append(self.join(self.word(*words), self.name()))
        named_pattern = self.join(self.word("GRAPH"), "?g", self.group("?s <http://e/p> ?o ."))
        pattern = named_pattern if self.chance(0.5) else "?s <http://e/p> ?o ."
        where = self.group(pattern, self.repeat(self.noise, 2))
        return self.join(*parts, self.word("WHERE"), where)

    def _quads(self, subject: str) -> str:
        obj = self.pick(_STRINGS) if subject == "<s>" or self.chance(0.3) else "?o"
        triple = f"{subject} <http://e/p> {obj} ."
        if self.chance(0.5):
            return triple
        graph = "?g" if subject == "?s" and self.chance(0.3) else self.name()
        return self.join(self.word("GRAPH"), graph, self.group(triple))

    def _silent(self) -> tuple[str, ...]:
        return ("SILENT",) if self.chance(0.6) else ()

    def _graph(self) -> str:
        if self.chance(0.2):
            return self.word("DEFAULT")
        return self.join(*[self.word("GRAPH")][: self.random.randrange(2)], self.name())

    def _all_or_graph(self) -> str:
        if self.chance(0.4):
            return self.word(self.pick(("DEFAULT", "NAMED", "ALL")))
        return self.join(self.word("GRAPH"), self.name())
