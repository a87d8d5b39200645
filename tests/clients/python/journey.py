"""The official Python client, given nothing but the connector URL: discovers, registers, sends a person to consent,
exchanges the code, lists the tools and calls two of them. Prints one JSON object; fails with a sentence.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from typing import Any

import anyio
import httpx2
from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientInformationFull, OAuthClientMetadata, OAuthToken
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from browser import Person, WalkFailed

REDIRECT_URI = "http://127.0.0.1:41237/callback"
"""Nobody listens there: the walk through the browser catches the redirect before it is followed."""

DEADLINE_SECONDS = 90


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
        self.answer = await self.person.walk(url, REDIRECT_URI)

    async def callback(self) -> AuthorizationCodeResult:
        if "error" in self.answer:
            raise WalkFailed(f"the server sent the client back with {self.answer}")
        return AuthorizationCodeResult(
            code=self.answer.get("code", ""), state=self.answer.get("state"), iss=self.answer.get("iss")
        )


def provider(mcp_url: str, memory: Memory, person: Person) -> OAuthClientProvider:
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
        server_url=mcp_url,
        client_metadata=metadata,
        storage=memory,
        redirect_handler=authorization.redirect,
        callback_handler=authorization.callback,
    )


async def journey(mcp_url: str, person: Person, era: str) -> dict[str, Any]:
    """The whole way; returns what there is to see at its end."""
    memory = Memory()
    async with httpx2.AsyncClient(auth=provider(mcp_url, memory, person), timeout=30) as http:
        transport = streamable_http_client(mcp_url, http_client=http)
        async with Client(transport, mode="legacy" if era == "legacy" else "auto") as client:
            modern = client.protocol_version in MODERN_PROTOCOL_VERSIONS
            if era != "auto" and modern != (era == "modern"):
                raise WalkFailed(f"the {era} era was wanted, {client.protocol_version} was negotiated")
            return {
                "protocol_version": client.protocol_version,
                "server_info": plain(client.server_info),
                "tools": await tool_names(client),
                "list_tasks": await structured(client, "list_tasks", {"limit": 5}),
                "context": await structured(client, "get_context", {}),
                "scope": memory.tokens.scope if memory.tokens else None,
            }


async def tool_names(client: Client) -> list[str]:
    """Every tool, page after page."""
    names: list[str] = []
    cursor: str | None = None
    while True:
        page = await client.list_tools(cursor=cursor)
        names += [tool.name for tool in page.tools]
        cursor = page.next_cursor
        if not cursor:
            return names


async def structured(client: Client, name: str, arguments: dict[str, Any]) -> Any:
    """A call's structured content. A tool error ends the journey."""
    result = await client.call_tool(name, arguments)
    if result.is_error or result.structured_content is None:
        raise WalkFailed(f"{name} did not answer with structured content: {json.dumps(plain(result))}")
    return result.structured_content


def plain(model: Any) -> Any:
    """A library object as JSON."""
    return None if model is None else model.model_dump(mode="json", by_alias=True, exclude_none=True)


def first_cause(error: BaseException) -> BaseException:
    """The error inside the groups that task groups wrap around it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


async def with_deadline(mcp_url: str, person: Person, era: str) -> dict[str, Any]:
    with anyio.fail_after(DEADLINE_SECONDS):
        return await journey(mcp_url, person, era)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mcp-url", required=True)
    parser.add_argument("--email", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--organization", required=True, help="slug")
    parser.add_argument("--team", help="slug; all teams without it")
    parser.add_argument("--write", action="store_true", help="switch on: modify data")
    parser.add_argument("--billing", action="store_true", help="switch on: billing changes")
    parser.add_argument("--era", choices=["auto", "legacy", "modern"], default="auto")
    arguments = parser.parse_args()
    person = Person(
        arguments.email,
        arguments.password,
        arguments.organization,
        arguments.team,
        arguments.write,
        arguments.billing,
    )
    logging.basicConfig(stream=sys.stderr, level=logging.CRITICAL)
    try:
        seen = anyio.run(with_deadline, arguments.mcp_url, person, arguments.era)
    except Exception as error:
        cause = first_cause(error)
        print(f"journey failed: {type(cause).__name__}: {cause}", file=sys.stderr)
        return 1
    print(json.dumps(seen))
    return 0


if __name__ == "__main__":
    sys.exit(main())
