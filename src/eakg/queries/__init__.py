"""Saved queries: files of SPARQL with their contract in, rows and verdicts out.

In: `.rq` files whose leading `#+` comments say what they ask and what must come back. Out: their
answers, from the store in this process or from any SPARQL endpoint, and whether these are as
expected.
"""
