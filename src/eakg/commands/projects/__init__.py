"""Commands about a project as a whole.

In: a folder. Out: a project that is begun there, or one that is published as files.
"""
