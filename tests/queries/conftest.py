"""What keepers answer is asked of forked ones; those of commands that are processes are fresh."""

import pytest


@pytest.fixture(autouse=True)
def _keepers(forked_keepers: None) -> None:
    """For every test of the room."""
