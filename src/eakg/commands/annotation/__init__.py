"""The commands of annotators: what a record lacks, which things there are, what to begin with.

In: the folder of a document, or words. Out: findings with file and line, slugs, lines of standoff.
"""
