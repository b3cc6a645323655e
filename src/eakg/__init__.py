"""EAKG: a knowledge graph of East Asia cooperation, and the software that makes and serves it.

The stages, each a package that imports only those before it:

    text -> lift -> dataset -> reason -> store -> queries -> serve -> cli
"""

__version__ = "0.1.0"
