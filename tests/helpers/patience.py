"""Limits for tests that are not about them: other work may have the processor for long."""

from eakg.store.request import Limits

PATIENT = Limits(timeout=300.0, patience=300.0)
BROWSER_MILLISECONDS = 300_000
"""How long a page in a browser may take."""
