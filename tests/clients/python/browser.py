"""A person with a browser, without the browser: opens a page, fills its forms as they stand, follows redirects.

Only what a browser would send is sent: hidden fields as they are, choices only among those offered and not disabled,
a button only if the page has it. So a page that a person could not use fails here as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx2

MOST_STEPS = 15
"""Pages and redirects between opening the authorization URL and coming back. More is a loop."""


class WalkFailed(Exception):
    """The person could not get through; the text says where and why."""


@dataclass
class Control:
    """An input, select or button. A select offers its options; the others have one value."""

    kind: str
    name: str
    value: str
    disabled: bool = False
    checked: bool = False
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    """A form with its controls in the order of the page."""

    action: str
    method: str
    controls: list[Control] = field(default_factory=list)

    def named(self, name: str) -> list[Control]:
        """The controls of that name that a person can use."""
        return [control for control in self.controls if control.name == name and not control.disabled]

    def write(self, name: str, text: str) -> None:
        """Types into a text field."""
        fields = self.named(name)
        if len(fields) != 1 or fields[0].kind not in ("text", "email", "password", "hidden"):
            raise WalkFailed(f"the form {self.action} has no single field {name!r} to type into")
        fields[0].value = text

    def choose(self, name: str, value: str) -> None:
        """Picks one of the radio buttons or options; a hidden field is a choice already made."""
        offered: list[str] = []
        found = False
        for control in self.named(name):
            if control.kind == "select":
                offered += control.options
                if value in control.options:
                    control.value, found = value, True
            else:
                offered.append(control.value)
                control.checked = control.value == value
                found = found or control.checked
        if not found:
            raise WalkFailed(f"the form {self.action} does not offer {name} {value!r}, only {offered}")

    def toggle(self, name: str, on: bool) -> None:
        """Sets a switch that has to be off at first: nothing is granted that the person did not switch on."""
        switches = [control for control in self.named(name) if control.kind == "checkbox"]
        if any(switch.checked for switch in switches):
            raise WalkFailed(f"{name} is switched on before the person touched it")
        if on and len(switches) != 1:
            raise WalkFailed(f"the form {self.action} has no switch {name!r}")
        for switch in switches:
            switch.checked = on

    def submission(self, button: tuple[str, str] | None = None) -> list[tuple[str, str]]:
        """What a browser sends when the form is submitted, by that button if one is named."""
        sent: list[tuple[str, str]] = []
        for control in self.controls:
            if control.disabled or not control.name:
                continue
            if control.kind == "submit":
                if button == (control.name, control.value):
                    sent.append(button)
            elif control.kind not in ("radio", "checkbox") or control.checked:
                sent.append((control.name, control.value))
        if button is not None and button not in sent:
            raise WalkFailed(f"the form {self.action} has no button {button[0]}={button[1]}")
        return sent


class Page(HTMLParser):
    """The forms of a page, and its words for error messages."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._form: Form | None = None
        self._select: Control | None = None
        self._unread = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag in ("script", "style", "head"):
            self._unread += 1
        elif tag == "form":
            self._form = Form(attributes.get("action", ""), attributes.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None:
            self._add_control(self._form, tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "head"):
            self._unread -= 1
        elif tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.words += data.split()

    def _add_control(self, form: Form, tag: str, attributes: dict[str, str]) -> None:
        name, value = attributes.get("name", ""), attributes.get("value", "")
        disabled, checked = "disabled" in attributes, "checked" in attributes
        if tag == "input":
            kind = attributes.get("type", "text").lower()
            if kind in ("checkbox", "radio") and "value" not in attributes:
                value = "on"
            form.controls.append(Control(kind, name, value, disabled, checked))
        elif tag == "button":
            form.controls.append(Control(attributes.get("type", "submit").lower(), name, value, disabled))
        elif tag == "select":
            self._select = Control("select", name, "", disabled)
            form.controls.append(self._select)
        elif tag == "option" and self._select is not None and not disabled:
            if "selected" in attributes or not self._select.options:
                self._select.value = value
            self._select.options.append(value)

    def form_with(self, name: str) -> Form | None:
        """The form that has a control of that name."""
        return next((form for form in self.forms if form.named(name)), None)


@dataclass
class Person:
    """Who signs in, and what this person answers on the consent page: it may be another answer the next time."""

    email: str
    password: str
    organization: str
    team: str | None = None
    write: bool = False
    refuses: bool = False
    asked: list[str] = field(default_factory=list)
    """The scope that each authorization URL asked for."""

    async def walk(self, authorize_url: str, redirect_uri: str) -> str:
        """Opens the URL, signs in, answers, and returns the URL by which the browser would be back at the client."""
        self.asked.append(parameters(authorize_url).get("scope", ""))
        async with httpx2.AsyncClient(timeout=30) as browser:
            response = await browser.get(authorize_url)
            signed_in = answered = False
            for _ in range(MOST_STEPS):
                if response.is_redirect:
                    target = urljoin(str(response.url), response.headers["location"])
                    if target.split("?")[0] == redirect_uri:
                        return target
                    response = await browser.get(target)
                    continue
                page = Page(response.text)
                told = f"{response.status_code} at {response.url.path}: {' '.join(page.words)[:600]}"
                if response.status_code != 200:
                    raise WalkFailed(f"the server answered {told}")
                if form := page.form_with("password"):
                    if signed_in:
                        raise WalkFailed(f"sign-in was refused, {told}")
                    signed_in = True
                    response = await self._sign_in(browser, response, form)
                elif form := page.form_with("decision"):
                    if answered:
                        raise WalkFailed(f"the answer was not taken, {told}")
                    answered = True
                    response = await self._answer(browser, response, form)
                else:
                    raise WalkFailed(f"a page with neither sign-in nor consent, {told}")
            raise WalkFailed(f"still not back at the client after {MOST_STEPS} steps, now at {response.url}")

    async def _sign_in(self, browser: httpx2.AsyncClient, page: httpx2.Response, form: Form) -> httpx2.Response:
        form.write("email", self.email)
        form.write("password", self.password)
        return await _submit(browser, page, form, form.submission())

    async def _answer(self, browser: httpx2.AsyncClient, page: httpx2.Response, form: Form) -> httpx2.Response:
        if self.refuses:
            return await _submit(browser, page, form, form.submission(("decision", "deny")))
        form.choose("organization", self.organization)
        if self.team is not None:
            form.choose(f"team-{self.organization}", self.team)
        form.toggle("allow_write", self.write)
        form.toggle("allow_billing", False)
        return await _submit(browser, page, form, form.submission(("decision", "allow")))


async def _submit(
    browser: httpx2.AsyncClient, page: httpx2.Response, form: Form, fields: list[tuple[str, str]]
) -> httpx2.Response:
    if form.method != "post":
        raise WalkFailed(f"the form {form.action} is sent by {form.method}: secrets would be in a URL")
    target = urljoin(str(page.url), form.action)
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(str(page.url)))
    headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}
    data: dict[str, list[str]] = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    return await browser.post(target, data=data, headers=headers)


def parameters(url: str) -> dict[str, str]:
    """The query of a URL. A parameter that came twice is a mistake, not a choice."""
    found = parse_qs(urlsplit(url).query, keep_blank_values=True)
    if twice := [name for name, values in found.items() if len(values) > 1]:
        raise WalkFailed(f"{url} carries {', '.join(twice)} more than once")
    return {name: values[0] for name, values in found.items()}
