"""Conversations with a server of the Model Context Protocol."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def in_loop(conversation: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """What a conversation gives, in a loop of its own: a browser that is driven may have left one
    in this thread."""
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(lambda: asyncio.run(conversation())).result()
