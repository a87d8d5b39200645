"""What every Python client goes through, given nothing but the connector URL, and the report of it.

A step is passed when the client has done it by itself; a client that fails at one fails the journey, with a sentence.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import anyio

from browser import Person, WalkFailed
from stage import let_an_hour_pass, let_the_person_revoke

DEADLINE_SECONDS = 90
REFUSAL_SECONDS = 20
"""A call of a revoked connection that takes longer hangs."""

READ, WRITE = "mcp:read", "mcp:read mcp:write"


class Connected(Protocol):
    """A client that is through its sign-in, as the story sees it."""

    protocol: str

    async def tools(self) -> list[str]:
        """The names of all tools."""
        ...

    async def call(self, name: str, arguments: dict[str, Any]) -> Any:
        """A call's structured content. A tool error is an exception."""
        ...

    async def scope(self) -> str | None:
        """The scope of the tokens that the client holds now."""
        ...


async def story(client: Connected, person: Person, title: str) -> dict[str, Any]:
    """From the first list to the renewal; `title` is that of the task which the client adds."""
    expect("the first consent", person.asked, [READ])
    expect("the scope of the first tokens", await client.scope(), READ)
    tools = await client.tools()
    read = await client.call("list_tasks", {"limit": 5})
    expect("the tasks", len(read["data"]), 5)
    context = await client.call("get_context", {})

    # Allowed to read only: the server shows no tool that writes, answers 403 when one is called all the same, as by
    # a model that knows it from before, and the client asks the person for more.
    person.write = True
    projects = await client.call("list_projects", {"status": ["active"], "limit": 1})
    added = await client.call("create_tasks", {"tasks": [{"title": title, "project": projects["data"][0]["id"]}]})
    expect("the second consent", person.asked, [READ, WRITE])
    expect("the scope of the second tokens", await client.scope(), WRITE)
    found = await client.call("search", {"query": title})
    expect("what was added", [one["title"] for one in found["results"]], [title])

    await let_an_hour_pass()
    renewed = await client.call("search", {"query": title})
    expect("a read with an expired token", renewed["results"], found["results"])
    expect("the consents after the renewal", len(person.asked), 2)
    tools_then = await client.tools()

    return {
        "protocol": client.protocol,
        "passed": ["discover", "register", "sign-in", "consent", "list", "read", "write", "refresh", "step-up"],
        "tools": tools,
        "tools_then": tools_then,
        "context": context,
        "added": added["results"],
    }


async def journey(connect: AbstractAsyncContextManager[Connected], person: Person, title: str) -> dict[str, Any]:
    """The story, and how it ends: the person revokes, and refuses when the client asks once more."""
    seen: dict[str, Any] = {}
    try:
        async with connect as client:
            seen = await story(client, person, title)
            person.refuses = True
            await let_the_person_revoke()
            with anyio.fail_after(REFUSAL_SECONDS):
                await client.call("list_tasks", {"limit": 1})
    except Exception as error:
        # The error of the call, or, where a client falls down as a whole, that of its connection.
        cause = first_cause(error)
        if not person.refuses or isinstance(cause, TimeoutError):
            raise
        expect("the consents after the revocation", len(person.asked), 3)
        return {**seen, "passed": [*seen["passed"], "revoked"], "refused": f"{type(cause).__name__}: {cause}"}
    raise WalkFailed("a call of a revoked connection was answered")


def expect(what: str, seen: Any, wanted: Any) -> None:
    """Fails with a sentence."""
    if seen != wanted:
        raise WalkFailed(f"{what}: {seen!r} instead of {wanted!r}")


def first_cause(error: BaseException) -> BaseException:
    """The error inside the groups that task groups wrap around it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


Open = Callable[[argparse.Namespace, Person], AbstractAsyncContextManager[Connected]]
"""Connects a client, with all that this takes, and closes it in the end."""


def tell(client: str, version: str, about: str, connect: Open) -> None:
    """Reads the arguments, runs the story and prints its report."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--mcp-url", required=True)
    parser.add_argument("--email", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--organization", required=True, help="slug")
    parser.add_argument("--team", help="slug; all teams without it")
    parser.add_argument("--title", required=True, help="of the task which the client adds")
    parser.add_argument("--document", help="the URL of the client's metadata document; it registers without one")
    parser.add_argument("--era", choices=["legacy", "modern"], required=True)
    arguments = parser.parse_args()
    person = Person(arguments.email, arguments.password, arguments.organization, arguments.team)

    async def within_the_deadline() -> dict[str, Any]:
        with anyio.fail_after(DEADLINE_SECONDS):
            return await journey(connect(arguments, person), person, arguments.title)

    logging.basicConfig(stream=sys.stderr, level=logging.CRITICAL)
    try:
        seen = anyio.run(within_the_deadline)
    except Exception as error:
        cause = first_cause(error)
        print(f"journey failed: {type(cause).__name__}: {cause}", file=sys.stderr)
        sys.exit(1)
    registration = "CIMD" if arguments.document else "DCR"
    print(json.dumps({"client": client, "version": version, "registration": registration, **seen}))
