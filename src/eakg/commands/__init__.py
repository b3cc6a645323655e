"""The commands of `eakg`, each a thin line over functions of the package.

In: arguments and options. Out: files, text for people or programs, and an exit status.
"""
