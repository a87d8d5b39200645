"""What a journey asks of the test that runs it, by a line on standard output that one on standard input answers."""

from __future__ import annotations

import sys
import time

import anyio.to_thread

AN_HOUR = 3600 + 1
"""Seconds: longer than an access token is good for."""


async def let_an_hour_pass() -> None:
    """The server's clock moves on, and this program's with it: some clients go by their own."""
    await _ask("expire")
    before = time.time
    time.time = lambda: before() + AN_HOUR


async def let_the_person_revoke() -> None:
    """The person opens their connections and revokes every one of them."""
    await _ask("revoke")


async def _ask(wish: str) -> None:
    print(wish, flush=True)
    answer = await anyio.to_thread.run_sync(sys.stdin.readline)
    if answer != "done\n":
        raise RuntimeError(f"{wish!r} was answered with {answer!r}")
