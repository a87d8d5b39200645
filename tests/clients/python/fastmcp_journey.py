"""fastmcp's client as its manual sets it up: see `story.py` for what it goes through.

It opens a browser and listens for its answer by itself: here the person is the browser.
"""

from __future__ import annotations

import argparse
import threading
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

import anyio
import httpx2
from fastmcp import Client
from fastmcp.client.auth import OAuth

from browser import Person, parameters
from story import Connected, tell


class PersonsBrowser(webbrowser.BaseBrowser):
    """What `webbrowser` opens: the person walks, and the browser arrives at the client in the end."""

    def __init__(self, person: Person) -> None:
        super().__init__("person")
        self.person = person

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        """Returns at once, as a browser does."""
        threading.Thread(target=lambda: anyio.run(self._walk, url), daemon=True).start()
        return True

    async def _walk(self, url: str) -> None:
        back = await self.person.walk(url, parameters(url)["redirect_uri"])
        async with httpx2.AsyncClient(timeout=30) as browser:
            for _ in range(100):
                try:
                    await browser.get(back)
                    return
                except httpx2.ConnectError:
                    # The client does not listen yet: the person reloads the page.
                    await anyio.sleep(0.1)


class Fast:
    """The client as the story sees it."""

    def __init__(self, client: Client[Any]) -> None:
        self.client = client
        self.protocol = str(client.protocol_version)

    async def tools(self) -> list[str]:
        return [tool.name for tool in await self.client.list_tools()]

    async def call(self, name: str, arguments: dict[str, Any]) -> Any:
        return (await self.client.call_tool(name, arguments)).structured_content

    async def scope(self) -> str | None:
        tokens = await self.client.transport.auth.token_storage_adapter.get_tokens()
        return tokens.scope if tokens else None


@asynccontextmanager
async def connect(arguments: argparse.Namespace, person: Person) -> AsyncIterator[Connected]:
    webbrowser.register("person", None, PersonsBrowser(person), preferred=True)
    auth = OAuth(client_metadata_url=arguments.document) if arguments.document else "oauth"
    async with Client(arguments.mcp_url, auth=auth, mode="legacy" if arguments.era == "legacy" else "auto") as client:
        yield Fast(client)


if __name__ == "__main__":
    tell("Python fastmcp", version("fastmcp-slim"), __doc__ or "", connect)
