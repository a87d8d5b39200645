"""The official Python client, `mcp`: see `story.py` for what it goes through."""

from __future__ import annotations

import argparse
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

import httpx2
from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientInformationFull, OAuthClientMetadata, OAuthToken

from browser import Person, WalkFailed, parameters
from story import Connected, tell

REDIRECT_URI = "http://127.0.0.1:41237/callback"
"""Nobody listens there: the walk through the browser catches the redirect before it is followed."""


class Memory:
    """Keeps tokens and the client's registration for one run."""

    def __init__(self) -> None:
        self.tokens: OAuthToken | None = None
        self.client: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client = client_info


class Authorization:
    """The two handlers of the provider: one sends the person off, the other hands over what came back."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.answer: dict[str, str] = {}

    async def redirect(self, url: str) -> None:
        self.answer = parameters(await self.person.walk(url, REDIRECT_URI))

    async def callback(self) -> AuthorizationCodeResult:
        if "error" in self.answer:
            raise WalkFailed(f"the server sent the client back with {self.answer['error']}")
        return AuthorizationCodeResult(
            code=self.answer.get("code", ""), state=self.answer.get("state"), iss=self.answer.get("iss")
        )


def provider(arguments: argparse.Namespace, memory: Memory, person: Person) -> OAuthClientProvider:
    """The official provider, as an application would set it up."""
    metadata = OAuthClientMetadata.model_validate(
        {
            "client_name": "Lavori journey (Python)",
            "redirect_uris": [REDIRECT_URI],
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
        }
    )
    authorization = Authorization(person)
    return OAuthClientProvider(
        server_url=arguments.mcp_url,
        client_metadata=metadata,
        storage=memory,
        redirect_handler=authorization.redirect,
        callback_handler=authorization.callback,
        client_metadata_url=arguments.document,
    )


class Official:
    """The client as the story sees it."""

    def __init__(self, client: Client, memory: Memory) -> None:
        self.client = client
        self.memory = memory
        self.protocol = client.protocol_version

    async def tools(self) -> list[str]:
        """Page after page."""
        names: list[str] = []
        cursor: str | None = None
        while True:
            page = await self.client.list_tools(cursor=cursor)
            names += [tool.name for tool in page.tools]
            cursor = page.next_cursor
            if not cursor:
                return names

    async def call(self, name: str, arguments: dict[str, Any]) -> Any:
        result = await self.client.call_tool(name, arguments)
        if result.is_error or result.structured_content is None:
            told = json.dumps(result.model_dump(mode="json", by_alias=True, exclude_none=True))
            raise WalkFailed(f"{name} did not answer with structured content: {told}")
        return result.structured_content

    async def scope(self) -> str | None:
        return self.memory.tokens.scope if self.memory.tokens else None


@asynccontextmanager
async def connect(arguments: argparse.Namespace, person: Person) -> AsyncIterator[Connected]:
    memory = Memory()
    async with httpx2.AsyncClient(auth=provider(arguments, memory, person), timeout=30) as http:
        transport = streamable_http_client(arguments.mcp_url, http_client=http)
        async with Client(transport, mode="legacy" if arguments.era == "legacy" else "auto") as client:
            yield Official(client, memory)


if __name__ == "__main__":
    tell("Python mcp", version("mcp"), __doc__ or "", connect)
