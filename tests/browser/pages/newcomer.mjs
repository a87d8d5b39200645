// The way of somebody who has read nothing: from an empty server to a client that writes, is refused elsewhere, and is
// cut off. Everything on a page is found by what it says.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { authorizeUrl, given, journey, options, register, serve } from "../browser.mjs";
import { look, visitor } from "../look.mjs";

const PASSWORD = "correct horse battery staple";
const ADA = { name: "Ada Lovelace", email: "ada@luce.example" };
const BO = { name: "Bo Newman", email: "bo@luce.example" };

/** Goes to a tab of an organization's settings, if they have tabs. */
async function settings(page, organization, tab) {
  await page.goto(`${options.origin}/settings/organizations/${organization}`);
  const link = page.getByRole("main").getByRole("link", { name: tab, exact: true });
  if (await link.count()) {
    await link.click();
    await page.waitForLoadState();
  }
}

/** Invites somebody, and gives the link that is shown once. */
async function invited(page, organization, email) {
  await settings(page, organization, "Members");
  const opener = page.getByRole("link", { name: /^Invite/ });
  if (await opener.count()) {
    await opener.first().click();
  }
  await page.getByLabel("E-mail address").last().fill(email);
  await page.getByRole("button", { name: /invitation|link|invite/i }).last().click();
  await page.waitForFunction(() => [...document.querySelectorAll("input")].some((field) => field.value.includes("/invitations/")));
  return page.evaluate(() => [...document.querySelectorAll("input")].find((field) => field.value.includes("/invitations/")).value);
}

/** A client, as it is somewhere on this machine: it knows the connector URL only. */
async function client() {
  let arrived;
  const { port } = await serve((url) => {
    arrived?.(url.searchParams);
    return "<!doctype html><title>client</title>You can close this page.";
  });
  const callback = `http://localhost:${port}/callback`;
  const id = await register(callback);
  const verifier = randomBytes(32).toString("base64url");
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  return {
    start: authorizeUrl(id, callback, challenge),
    answer: new Promise((resolve) => {
      arrived = resolve;
    }),
    async token(code) {
      const fields = { grant_type: "authorization_code", client_id: id, code, code_verifier: verifier, redirect_uri: callback };
      const response = await fetch(`${options.origin}/token`, { method: "POST", body: new URLSearchParams(fields) });
      assert.equal(response.status, 200);
      return response.json();
    },
  };
}

/** A call by a token: the status, and what came. */
async function call(token, method, params = {}) {
  const response = await fetch(`${options.origin}/mcp`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      authorization: `Bearer ${token}`,
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": method,
      ...(params.name ? { "mcp-name": params.name } : {}),
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method,
      params: {
        ...params,
        _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {} },
      },
    }),
  });
  return { status: response.status, body: response.status === 200 ? await response.json() : null };
}

const tools = async (token) => (await call(token, "tools/list")).body.result.tools.map((tool) => tool.name);

/** Goes through a client's consent page, and gives the token that came of it. */
async function connected(page, decide) {
  const one = await client();
  await page.goto(one.start);
  await decide(page);
  const answer = await one.answer;
  assert.equal(answer.get("error"), null, `${answer}`);
  return one.token(answer.get("code"));
}

const allow = (page) => page.getByRole("button", { name: "Allow", exact: true }).click();

async function allowWriting(page) {
  await page.getByLabel("Allow this client to modify data").check();
  await allow(page);
}

async function foundedAndConnected(browser) {
  const ada = await (await visitor(browser)).newPage();
  await ada.goto(options.origin);
  await ada.getByLabel("Set-up code").fill(given.code);
  await ada.getByLabel("Name", { exact: true }).fill("Luce");
  await ada.getByLabel("Your name").fill(ADA.name);
  await ada.getByLabel("Your e-mail address").fill(ADA.email);
  await ada.getByLabel("Choose a password", { exact: true }).fill(PASSWORD);
  await ada.getByRole("button", { name: "Set up and sign in" }).click();
  await ada.getByRole("heading", { name: "Luce is ready" }).waitFor();
  await ada.getByRole("link", { name: "Invite people" }).click();
  await ada.waitForURL("**/settings/organizations/luce**");

  const bo = await (await visitor(browser)).newPage();
  await bo.goto(await invited(ada, "luce", BO.email));
  await bo.getByLabel("Your name").fill(BO.name);
  await bo.getByLabel("Choose a password", { exact: true }).fill(PASSWORD);
  await bo.getByRole("button", { name: "Make my account and join" }).click();
  await bo.getByRole("heading", { name: "Welcome to Luce" }).waitFor();

  // Bo's client reads; writing is off in a new organization, whatever anybody ticks.
  const reading = await connected(bo, allow);
  assert.equal(reading.scope, "mcp:read");
  assert.ok((await tools(reading.access_token)).includes("list_tasks"));
  assert.ok(!(await tools(reading.access_token)).includes("add_contact"));

  await settings(ada, "luce", "MCP access");
  await ada.getByRole("button", { name: "Turn on" }).first().click();
  await ada.waitForLoadState();
  const writing = await connected(ada, allowWriting);
  assert.equal(writing.scope, "mcp:read mcp:write");
  const written = await call(writing.access_token, "tools/call", { name: "add_contact", arguments: { name: "Teatro Nuovo" } });
  assert.equal(written.body.result.isError ?? false, false, JSON.stringify(written.body));
  await ada.goto(`${options.origin}/settings/mcp`);
  await look(ada, "newcomer-connections");
  return { writing: writing.access_token };
}

async function refusedAndCutOff(browser) {
  // The owner of another organization, where nobody has turned writing on, invites Ada.
  const host = await (await visitor(browser)).newPage();
  await host.goto(`${options.origin}/sign-in`);
  await host.getByLabel("E-mail address").fill(options.email);
  await host.getByLabel("Password", { exact: true }).fill(options.password);
  await host.keyboard.press("Enter");
  await host.waitForURL(`${options.origin}/`);
  const link = await invited(host, "northlight", ADA.email);

  const ada = await (await visitor(browser)).newPage();
  await ada.goto(link);
  await ada.getByRole("link", { name: "Sign in", exact: true }).click();
  await ada.getByLabel("E-mail address").fill(ADA.email);
  await ada.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await ada.keyboard.press("Enter");
  await ada.getByRole("button", { name: /^Join/ }).click();
  await ada.getByRole("heading", { name: "Welcome to Northlight Productions" }).waitFor();

  const narrowed = await connected(ada, async (page) => {
    await page.getByRole("radio", { name: /Northlight/ }).check({ force: true });
    await allowWriting(page);
    const readOnly = page.getByRole("button", { name: /Continue read-only/ });
    await readOnly.waitFor();
    assert.match(await page.getByRole("main").innerText(), /Ada Marchetti/, "it says who can turn it on");
    await look(page, "newcomer-refused");
    await readOnly.click();
  });
  assert.equal(narrowed.scope, "mcp:read");

  // Ada takes back what her client may do in Luce: its next call is not let in.
  assert.equal((await call(given.writing, "tools/list")).status, 200);
  await ada.goto(`${options.origin}/settings/mcp`);
  const row = ada.getByRole("listitem").filter({ hasText: "Luce" });
  await row.getByRole("link", { name: /Revoke/ }).click();
  await ada.getByRole("button", { name: /Revoke/ }).last().click();
  await ada.waitForURL("**/settings/mcp**");
  assert.equal((await call(given.writing, "tools/list")).status, 401);
  assert.equal((await call(narrowed.access_token, "tools/list")).status, 200, "the other one goes on");
}

await journey(given.code ? foundedAndConnected : refusedAndCutOff);
