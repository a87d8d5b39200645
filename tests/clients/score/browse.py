"""What mcpscore takes for the browser: a person who signs in, allows, and lands at mcpscore's own callback."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2

sys.path.insert(0, str(Path(__file__).parent.parent / "python"))

from browser import Person  # noqa: E402


async def browse(authorize_url: str, person: Person) -> None:
    """The whole way, from the URL that mcpscore opens to the one that it waits at."""
    redirect_uri = parse_qs(urlsplit(authorize_url).query)["redirect_uri"][0]
    answer = await person.walk(authorize_url, redirect_uri)
    async with httpx2.AsyncClient(timeout=30) as browser:
        await browser.get(f"{redirect_uri}?{urlencode(answer)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--email", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--organization", required=True, help="slug")
    parser.add_argument("url")
    arguments = parser.parse_args()
    person = Person(arguments.email, arguments.password, arguments.organization)
    asyncio.run(browse(arguments.url, person))


if __name__ == "__main__":
    main()
