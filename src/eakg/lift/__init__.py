"""Lifting: annotations and table rows in, RDF statements with their evidence out.

In: a `text.Record` with its `meta.toml` and the mapping from annotation types to terms, or a CSV
table with its CSVW metadata. Out: `Lifted`, the statements of one source, what supports each, and
an account in which lines read = lines lifted + lines skipped with a reason.
"""
