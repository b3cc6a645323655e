"""The documents that are annotated, with what is known of things and of how they are annotated."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

from rdflib import Graph, URIRef

from eakg import pipeline
from eakg.check import Check
from eakg.dataset import (
    UNITS,
    Gazetteer,
    GazetteerEntry,
    Layout,
    annotation_type,
    gazetteer_of,
    read_complete_mapping,
    read_ontology,
    usual_attributes,
)
from eakg.files import stamp
from eakg.lift import META, Meta, read_meta
from eakg.lift import Mapping as TermMapping
from eakg.problems import Problem, ProblemsError
from eakg.serve.annotator.annotation_file import AnnotationFile
from eakg.serve.annotator.journal import EditJournal, EditStep
from eakg.text import (
    Draft,
    Edit,
    EditError,
    configuration_file,
    read_configuration,
    read_document,
    text_of,
)

EditFunction = Callable[[Draft], Edit]


class UnknownDocumentError(Exception):
    """There is no document of this name."""


class ConflictError(Exception):
    """A file is not what it was when the page was made that an edit comes from.

    `draft` is what it is now, by its `version`; `base` what it was, None where that is not known.
    """

    def __init__(self, draft: Draft, version: str, base: str | None) -> None:
        super().__init__("the file was changed since this page was made of it")
        self.draft = draft
        self.version = version
        self.base = base


@dataclass(frozen=True)
class ReferenceTerms:
    """What annotations refer to: the graph of the ontology, the mapping, the things by name, the
    attributes that events of a type usually have."""

    ontology: Graph
    mapping: TermMapping
    gazetteer: Gazetteer
    attributes: Mapping[str, Mapping[str, str]]

    @cached_property
    def entries(self) -> Mapping[str, GazetteerEntry]:
        """The things by their slugs."""
        return {entry.slug: entry for entry in self.gazetteer}

    @cached_property
    def units(self) -> Mapping[str, str]:
        """The slugs of units, without what they begin with, by their names."""
        return {
            str(name).casefold(): entry.slug.removeprefix(UNITS)
            for entry in self.gazetteer
            if entry.slug.startswith(UNITS)
            for name in entry.names
        }

    @cached_property
    def _types(self) -> Mapping[URIRef, str]:
        types = {**self.mapping.events, **self.mapping.entities}
        return {class_: name for name, class_ in types.items()}

    def type_of(self, entry: GazetteerEntry) -> str | None:
        """The type of annotations that refer to a thing or to an event, None where none do."""
        return annotation_type(entry, self._types, self.ontology)

    def search(self, words: str, most: int) -> list[GazetteerEntry]:
        """What `eakg find` finds by these words, without what no annotation refers to."""
        entries = self.gazetteer.search(words)
        return list(islice((entry for entry in entries if self.type_of(entry)), most))


class AnnotationWorkspace:
    """The documents of a layout. Argument: the layout."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.journal = EditJournal()
        self._lock = threading.Lock()
        self._check_lock = threading.Lock()
        self._check: tuple[object, Check] | None = None
        self._vocabulary: tuple[object, ReferenceTerms] | None = None

    def documents(self) -> list[Path]:
        """The folders of the documents whose texts are there."""
        return [folder for folder in self.layout.records() if text_of(folder).is_file()]

    def folder(self, name: str) -> Path:
        """The folder of a document. Raises: UnknownDocumentError."""
        for folder in self.documents():
            if folder.name == name:
                return folder
        raise UnknownDocumentError(name)

    def meta(self, name: str) -> Meta:
        """The metadata of a document. Raises: UnknownDocumentError; ProblemsError."""
        return read_meta(self.folder(name) / META, None)

    def draft(self, name: str) -> tuple[Draft, str]:
        """The annotations of a document, and their version. Raises: UnknownDocumentError;
        ProblemsError where the document or its configuration cannot be read."""
        folder = self.folder(name)
        file = AnnotationFile(folder)
        settings = configuration_file(folder, self.layout.shared_configuration)
        draft = Draft.of(
            file.path,
            file.read(),
            read_document(text_of(folder), self.meta(name).language),
            read_configuration(settings) if settings else None,
        )
        return draft, self.journal.keep(file.path, draft.content)

    def edit(self, name: str, version: str, edit: EditFunction) -> Edit:
        """Write an edit of the annotations of a document.

        Arguments: its name; the version of the annotations that it is of; the edit.
        Raises: ConflictError where they are not that version; EditError where the edit cannot be
        made, or makes something wrong; UnknownDocumentError; ProblemsError.
        """
        file = AnnotationFile(self.folder(name))
        with self._lock, file.lock():
            draft = self._draft_of(name, version)
            result = edit(draft)
            if faults := draft.with_content(result.content).faults(draft):
                raise EditError("; ".join(faults))
            if result.content != draft.content:
                file.write(result.content)
                self.journal.keep(file.path, result.content)
                self.journal.add(file.path, EditStep(draft.content, result.content))
        return result

    def undo(self, name: str, version: str) -> None:
        """Take the last edit back. Raises: ConflictError where the annotations are not the version
        given; EditError where they are not what that edit made; UnknownDocumentError;
        ProblemsError."""
        file = AnnotationFile(self.folder(name))
        with self._lock, file.lock():
            draft = self._draft_of(name, version)
            step = self.journal.last(file.path)
            if step is None:
                raise EditError("nothing was edited here that could be taken back")
            if step.after != draft.content:
                raise EditError("the file was changed elsewhere since the last edit; it stays")
            file.write(step.before)
            self.journal.drop(file.path)

    def can_undo(self, name: str, draft: Draft) -> bool:
        """Whether the last edit can be taken back."""
        step = self.journal.last(AnnotationFile(self.folder(name)).path)
        return step is not None and step.after == draft.content

    def _draft_of(self, name: str, version: str) -> Draft:
        draft, current = self.draft(name)
        if current != version:
            raise ConflictError(draft, current, self.journal.content(draft.path, version))
        return draft

    def findings(self, name: str) -> Check:
        """What `eakg check` says of a document, found out once for as long as nothing changes.
        Raises: UnknownDocumentError; ProblemsError."""
        folder = self.folder(name)
        # Whoever waits here asks of the file as it is then, mostly the same as whoever came after.
        with self._check_lock:
            key = folder, stamp(self.layout.source_files())
            if self._check is None or self._check[0] != key:
                self._check = key, pipeline.check(folder)
            return self._check[1]

    def vocabulary(self) -> ReferenceTerms:
        """What annotations refer to, read anew where ontology, mapping or tables have changed.
        Raises: ProblemsError."""
        layout, state = self.layout, stamp(self.layout.reference_files())
        with self._lock:
            if self._vocabulary is None or self._vocabulary[0] != state:
                ontology = read_ontology(layout)
                vocabulary = ReferenceTerms(
                    ontology,
                    read_complete_mapping(layout, ontology),
                    gazetteer_of(layout, ontology),
                    usual_attributes(layout),
                )
                self._vocabulary = state, vocabulary
            return self._vocabulary[1]


def missing_text(layout: Layout) -> ProblemsError:
    """What is wrong with a layout that has no document with its text."""
    words = "has no folder of a document with its text, as x/x.txt; name one that has"
    return ProblemsError([Problem(str(layout.sources), 0, words)])
