"""The commands of `eakg`, each a thin line over functions of the package.

In: the words of a command line. Out: what a person or a program reads, and an exit status.
"""
