"""EAKG: a knowledge graph of East Asia cooperation, and the software that makes and serves it.

The stages, each a package that imports only those before it:

    text -> lift -> dataset -> reason -> check -> pipeline -> store -> queries -> serve -> commands
"""

__version__ = "0.1.0"
