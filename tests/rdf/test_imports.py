"""What ontologies import: by hand, by catalogs, and never from elsewhere."""

from pathlib import Path

import pytest

from eakg.problems import ProblemsError
from eakg.rdf.inputs import imports
from eakg.rdf.inputs.catalogs import look_up
from eakg.rdf.inputs.imports import assigned_files, import_closure

OWL = "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
E = "http://example.org/"
PROTEGE = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<catalog prefer="public" xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">
    {}
    <group id="Folder Repository, directory=, recursive=true" prefer="public" xml:base="">
        {}
    </group>
</catalog>
"""


def ontology(name: str, *imports_: str, version: str = "") -> str:
    version = f"; owl:versionIRI <{E}{version}>" if version else ""
    imports_ = tuple(f"; owl:imports <{E}{one}>" for one in imports_)
    return f"{OWL}<{E}{name}> a owl:Ontology{version}\n{''.join(imports_)} .\n"


def catalog(folder: Path, inner: str = "", outer: str = "", name: str = "catalog-v001.xml") -> Path:
    path = folder / name
    path.write_text(PROTEGE.format(outer, inner))
    return path


def uri(name: str, target: str) -> str:
    return f'<uri id="x" name="{E}{name}" uri="{target}"/>'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, text: str) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def names(*paths: Path | str, **files: str) -> list[str]:
    given = {f"{E}{iri}": Path(file) for iri, file in files.items()}
    closure = import_closure([Path(path) for path in paths], given)
    assert not closure.warnings
    return [str(path) for path in closure.files]


def warnings(*paths: str, **files: str) -> list[str]:
    given = {f"{E}{iri}": Path(file) for iri, file in files.items()}
    return [str(one) for one in import_closure([Path(path) for path in paths], given).warnings]


def test_what_is_not_there_is_named_with_how_to_give_it() -> None:
    write("a.ttl", ontology("a", "b", "c"))
    first, second = warnings("a.ttl")
    assert first == (
        "a.ttl:3: owl:imports <http://example.org/b> was not read (nothing is fetched); give its"
        " file with --import http://example.org/b=FILE, or in a catalog-v001.xml beside this one"
    )
    assert "<http://example.org/c>" in second


def test_by_hand_and_transitively_in_circles() -> None:
    write("a.ttl", ontology("a", "b"))
    write("b.ttl", ontology("b", "c", "a"))
    write("c.ttl", ontology("c", "b", "c"))
    assert names("a.ttl", b="b.ttl", c="c.ttl") == ["a.ttl", "b.ttl", "c.ttl"]
    assert names("c.ttl", "a.ttl", b="b.ttl") == ["c.ttl", "a.ttl", "b.ttl"]


def test_an_ontology_meets_the_imports_of_its_name_and_its_version() -> None:
    write("a.ttl", ontology("a", "b", "b/1"))
    write("b.ttl", ontology("b", version="b/1"))
    assert names("a.ttl", "b.ttl") == ["a.ttl", "b.ttl"]
    write("b.ttl", ontology("b", version="b/2"))
    (warning,) = warnings("a.ttl", "b.ttl")
    assert "<http://example.org/b/1>" in warning


def test_a_file_that_is_imported_need_not_say_its_name() -> None:
    write("a.ttl", ontology("a", "b", "c"))
    write("c.ttl", ontology("c", "b"))
    write("b.ttl", "<u:a> <u:b> <u:c> .")
    assert names("a.ttl", b="b.ttl", c="c.ttl") == ["a.ttl", "b.ttl", "c.ttl"]


def test_what_nobody_imports_is_not_read() -> None:
    write("a.ttl", ontology("a"))
    (warning,) = warnings("a.ttl", b="b.ttl")
    assert warning.startswith("b.ttl: was not read: nothing imports http://example.org/b")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.nt", f"<{E}a> <http://www.w3.org/2002/07/owl#imports> <{E}b> .\n"),
        ("a.nq", f"<{E}a> <http://www.w3.org/2002/07/owl#imports> <{E}b> <{E}g> .\n"),
        ("a.jsonld", f'{{"@id": "{E}a", "http://www.w3.org/2002/07/owl#imports": {{"@id":\n'
         f'"{E}b"}}}}'),
        ("a.owl", '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e "http://example.org/">]>\n'
         '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"\n'
         'xmlns:o="http://www.w3.org/2002/07/owl#"><o:Ontology r:about="&e;a">\n'
         '<o:imports r:resource="&e;b"/></o:Ontology></r:RDF>'),
        ("a.trig", f"{OWL}<u:g> {{ <{E}a> owl:imports <{E}b> }}"),
        ("b.owl", f"{OWL}@prefix e: <{E}> . e:a owl:imports e:b ."),
    ],
)  # fmt: skip
def test_in_every_syntax(name: str, text: str) -> None:
    write(name, text)
    write("c.ttl", ontology("b"))
    assert names(name, b="c.ttl") == [name, "c.ttl"]
    assert names(name, "c.ttl") == [name, "c.ttl"]
    (warning,) = warnings(name)
    assert f"<{E}b> was not read" in warning
    assert warning.startswith(f"{name}:")


def test_in_utf_16() -> None:
    Path("a.ttl").write_bytes(ontology("a", "b").encode("utf-16"))
    assert names("a.ttl", b="a.ttl") == ["a.ttl"]
    assert len(warnings("a.ttl")) == 1


def test_where_the_words_cross_what_is_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "_CHUNK", 3)
    write("a.ttl", ontology("a", "b"))
    assert len(warnings("a.ttl")) == 1


def test_large_triples_are_looked_at_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"<{E}a> <http://www.w3.org/2002/07/owl#imports> <{E}b> .\n"
    write("a.nt", text + "<u:a> <u:b> <u:c> .\n" * 99)
    write("b.nt", "<u:a> <u:b> <u:c> .\n" * 99 + text)
    monkeypatch.setattr(imports, "_CHUNK", 200)
    monkeypatch.setattr(imports, "LARGEST_HEADER", 200)
    assert len(warnings("a.nt")) == 1
    assert warnings("b.nt") == []


def test_what_cannot_be_read_is_left_to_its_reader() -> None:
    write("a.ttl", f"{ontology('a', 'b')} oops")
    write("b.ttl", "owl:imports oops")
    assert names("a.ttl", "none.ttl", b="b.ttl") == ["a.ttl", "none.ttl", "b.ttl"]


# Catalogs


def test_a_catalog_of_protege() -> None:
    write("o/a.ttl", ontology("a", "b"))
    write("o/b b.ttl", ontology("b", "c"))
    write("o/d/c.ttl", ontology("c", "e"))
    write("e.ttl", ontology("e"))
    catalog(Path("o"), uri("b", "b%20b.ttl") + uri("c", "d/c.ttl"), uri("e", "../e.ttl"))
    assert names("o/a.ttl") == ["o/a.ttl", "o/b b.ttl", "o/d/c.ttl", "e.ttl"]
    whole = Path("o/a.ttl").absolute()
    assert names(whole)[1] == str(Path("o/b b.ttl").absolute())


def test_what_the_user_says_goes_before_a_catalog() -> None:
    write("a.ttl", ontology("a", "b"))
    write("b.ttl", ontology("b"))
    write("c.ttl", ontology("b"))
    catalog(Path(), uri("b", "b.ttl"))
    assert names("a.ttl") == ["a.ttl", "b.ttl"]
    assert names("a.ttl", b="c.ttl") == ["a.ttl", "c.ttl"]
    assert names("a.ttl", "c.ttl") == ["a.ttl", "c.ttl"]


@pytest.mark.parametrize(
    ("entries", "iri", "target"),
    [
        (uri("b", "x.ttl") + uri("b", "y.ttl"), "b", "x.ttl"),
        (f'<rewriteURI uriStartString="{E}" rewritePrefix="n/"/>', "b.ttl", "n/b.ttl"),
        (f'<rewriteURI uriStartString="{E}" rewritePrefix="n/"/>'
         f'<rewriteURI uriStartString="{E}m/" rewritePrefix="k/"/>', "m/b.ttl", "k/b.ttl"),
        (f'<rewriteURI uriStartString="{E}" rewritePrefix="n/"/>{uri("b", "x.ttl")}', "b",
         "x.ttl"),
        ('<uriSuffix uriSuffix="/b" uri="x.ttl"/>', "b", "x.ttl"),
        (f'<group xml:base="n/"><group xml:base="k/">{uri("b", "x.ttl")}</group></group>', "b",
         "n/k/x.ttl"),
        (f'<uri xml:base="n/" name="{E}b" uri="x.ttl"/>', "b", "n/x.ttl"),
        (f'<group xml:base="n/"/>{uri("b", "x.ttl")}', "b", "x.ttl"),
        ('<nextCatalog catalog="n/other.xml"/>', "z", "n/z.ttl"),
        ('<nextCatalog catalog="none.xml"/><nextCatalog catalog="n/other.xml"/>', "z", "n/z.ttl"),
        ('<nextCatalog catalog="n/other.xml"/>' + uri("z", "x.ttl"), "z", "x.ttl"),
        ('<nextCatalog catalog="catalog-v001.xml"/>', "b", None),
        (f'<system systemId="{E}b" uri="x.ttl"/><x xmlns="u:"><uri name="{E}b" uri="x"/></x>', "b",
         None),
        (f'<uri name="{E}b"/><uri uri="x.ttl"/>', "b", None),
    ],
)  # fmt: skip
def test_entries_of_catalogs(folder: Path, entries: str, iri: str, target: str | None) -> None:
    Path("n").mkdir()
    catalog(Path("n"), uri("z", "z.ttl"), name="other.xml")
    path = catalog(Path(), outer=entries)
    found = look_up(path, f"{E}{iri}")
    assert found == (None if target is None else (folder / target).as_uri())


def test_what_a_catalog_leads_to_that_cannot_be_read() -> None:
    write("a.ttl", ontology("a", "b", "c", "d"))
    write("d.ofn", "Ontology()")
    catalog(Path(), uri("b", "http://127.0.0.1:9/b") + uri("c", "c.ttl") + uri("d", "d.ofn"))
    told = warnings("a.ttl")
    assert "catalog-v001.xml leads to http://127.0.0.1:9/b, and nothing is fetched" in told[0]
    assert "catalog-v001.xml leads to c.ttl: no such file" in told[1]
    assert "catalog-v001.xml leads to d.ofn: is in OWL functional syntax" in told[2]


@pytest.mark.parametrize(
    "text",
    [
        "oops",
        "",
        '<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]><c>&x;</c>',
        "<?xml version='1.0' encoding='nonsense'?><c/>",
        "<!DOCTYPE c [<!ENTITY e0 'aaaaaaaaaaaaaaaaaaaa'>"
        + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 20}">' for n in range(1, 9))
        + "]><c>&e8;</c>",
    ],
)
def test_a_catalog_that_is_none(text: str) -> None:
    write("a.ttl", ontology("a", "b"))
    write("catalog-v001.xml", text)
    told = warnings("a.ttl")
    assert any("<http://example.org/b> was not read" in one for one in told)
    if "SYSTEM" not in text:
        assert any(one.startswith("catalog-v001.xml") and "no XML catalog" in one for one in told)
        with pytest.raises(ProblemsError):
            look_up(Path("catalog-v001.xml"), f"{E}b")


# --import IRI=FILE


def test_signs_of_equality_in_what_a_user_gives() -> None:
    write("a=b.ttl", "")
    assert assigned_files(["u:x=a=b.ttl"]) == {"u:x": Path("a=b.ttl")}
    assert assigned_files(["http://e/?q=1=none.ttl"]) == {"http://e/?q=1": Path("none.ttl")}
    assert assigned_files(["u:x=a.ttl", "u:x=a.ttl"]) == {"u:x": Path("a.ttl")}


@pytest.mark.parametrize("word", ["", "u:x", "u:x=", "=a.ttl", "x=a.ttl"])
def test_what_is_no_assignment(word: str) -> None:
    with pytest.raises(ValueError, match="is not IRI=FILE"):
        assigned_files([word])
    with pytest.raises(ValueError, match="two files"):
        assigned_files(["u:x=a.ttl", "u:x=b.ttl"])


def test_a_link_is_the_file_that_it_leads_to() -> None:
    write("a.ttl", ontology("a", "b"))
    Path("b.ttl").symlink_to("a.ttl")
    assert names("a.ttl", b="b.ttl") == ["a.ttl"]
