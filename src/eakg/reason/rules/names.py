"""The names of the sets of rules that there are."""

RULE_SETS = ("owl-rl", "owl-rl-without-equality", "rdfs-plus", "rdfs", "rdf")
"""They, of which the first is taken where none is named."""
