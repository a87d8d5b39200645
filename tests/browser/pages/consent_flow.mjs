// From a client's authorization URL to its token and back again, by somebody who is signed out at first: with scripts
// and without. Every way that the consent page can end.

import assert from "node:assert/strict";
import { authorizeUrl, given, journey, options, register, serve } from "../browser.mjs";
import { look, visitor } from "../look.mjs";

/** Of the challenge that every request here has (RFC 7636 appendix B). */
const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const WRITE = "Allow this client to modify data";
const BILLING = "Also allow billing changes";

await journey(async (browser) => {
  for (const javaScriptEnabled of [true, false]) {
    const context = await visitor(browser, { javaScriptEnabled });
    const page = await context.newPage();
    const client = await aClient();
    await signedOut(page, client);
    await everyGrant(page, client);
    await cancelled(page, client);
    await refused(page, client);
    await incomplete(page, client);
    await answeredTwice(page, client);
    await context.close();
  }
  await billingFollowsWrite(browser);
  await anApp(browser);
});

/** A client on this computer that remembers what it was told. */
async function aClient() {
  const told = [];
  const { port } = await serve((url) => {
    if (url.pathname === "/callback") {
      told.push(url.searchParams);
      return "<!doctype html><title>callback</title>arrived";
    }
    return undefined;
  });
  const redirectUri = `http://localhost:${port}/callback`;
  return { told, redirectUri, id: await register(redirectUri, "Claude Code") };
}

/** Opens a fresh request, which asks for more than anybody gets without switching it on. */
async function ask(page, client, scope = "mcp:read mcp:write mcp:write:billing") {
  const url = new URL(authorizeUrl(client.id, client.redirectUri));
  url.searchParams.set("scope", scope);
  await page.goto(url.href);
}

/** The scope that the client gets for the code it was sent. */
async function scope(page, client) {
  await page.waitForURL((url) => url.href.startsWith(client.redirectUri));
  const answer = client.told.at(-1);
  assert.equal(answer.get("state"), "the state");
  assert.equal(answer.get("iss"), options.origin);
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    client_id: client.id,
    code: answer.get("code"),
    code_verifier: VERIFIER,
    redirect_uri: client.redirectUri,
  });
  const response = await fetch(`${options.origin}/token`, { method: "POST", body });
  assert.equal(response.status, 200);
  return (await response.json()).scope;
}

async function chooses(page, organization) {
  await page.getByRole("radio", { name: organization }).check();
}

async function press(page, name) {
  await page.getByRole("button", { name, exact: true }).click();
}

/** Signed out, the person lands on the consent page of this very request, with everything off. */
async function signedOut(page, client) {
  await ask(page, client);
  assert.match(await page.innerText("h1"), /Sign in to connect Claude Code/);
  await page.getByLabel("E-mail address").fill(options.email);
  await page.getByLabel("Password").fill(options.password);
  await press(page, "Sign in");
  await page.waitForURL(/\/consent\//);
  assert.match(await page.innerText("dl.facts"), new RegExp(`Claude Code[^]*${new URL(client.redirectUri).host}`));
  assert.equal(await page.getByLabel(WRITE).isChecked(), false, "whatever the client asked for");
  assert.equal(await page.getByLabel(BILLING).isChecked(), false);
  assert.equal(await page.getByLabel(BILLING).isVisible(), false, "revealed by write only");
}

async function everyGrant(page, client) {
  await chooses(page, "Northlight Productions");
  await press(page, "Allow");
  assert.equal(await scope(page, client), "mcp:read");

  await ask(page, client);
  await chooses(page, "Northlight Productions");
  await page.getByLabel("Team of Northlight Productions").selectOption("Sound");
  await page.getByLabel(WRITE).check();
  await page.getByLabel(BILLING).check();
  await press(page, "Allow");
  assert.equal(await scope(page, client), "mcp:read mcp:write mcp:write:billing");

  await ask(page, client);
  assert.equal(await page.getByLabel(WRITE).isChecked(), false, "off again on the next consent");
  await chooses(page, "Northlight Productions");
  await page.getByLabel(WRITE).check();
  await press(page, "Allow");
  assert.equal(await scope(page, client), "mcp:read mcp:write");
}

async function cancelled(page, client) {
  await ask(page, client);
  await press(page, "Cancel");
  await page.waitForURL((url) => url.href.startsWith(client.redirectUri));
  assert.equal(client.told.at(-1).get("error"), "access_denied");
  assert.equal(client.told.at(-1).get("state"), "the state");
}

/** Asks for more than the organization allows. */
async function asksTooMuch(page, client) {
  await ask(page, client);
  await chooses(page, "Harbor Crew");
  assert.equal(await page.getByLabel("Team of Northlight Productions").isVisible(), false);
  assert.ok(await page.getByText(/^Turned off in .* If you ask for it, it is refused/).first().isVisible());
  await page.getByLabel(WRITE).check();
  await press(page, "Allow");
  assert.match(await page.innerText("h1"), /Harbor Crew has turned off changes/);
  assert.match(await page.innerText("main"), /Hana Sato/);
}

async function refused(page, client) {
  await asksTooMuch(page, client);
  await press(page, "Continue read-only");
  assert.equal(await scope(page, client), "mcp:read");

  await asksTooMuch(page, client);
  await press(page, "Cancel");
  await page.waitForURL((url) => url.href.startsWith(client.redirectUri));
  assert.equal(client.told.at(-1).get("error"), "access_denied");

  await asksTooMuch(page, client);
  await page.getByRole("link", { name: "Go back and choose again" }).click();
  assert.equal(await page.getByLabel(WRITE).isChecked(), false);
  await chooses(page, "Northlight Productions");
  await press(page, "Allow");
  assert.equal(await scope(page, client), "mcp:read");
}

/** The browser itself asks for an organization; where it does not, the page does, and the request still waits. */
async function incomplete(page, client) {
  await ask(page, client);
  await press(page, "Allow");
  assert.equal(await page.evaluate(() => document.activeElement.name), "organization");
  await page.$eval("form.consent", (form) => form.setAttribute("novalidate", ""));
  await press(page, "Allow");
  assert.match(await page.getByRole("alert").innerText(), /Choose an organization\./);
  await chooses(page, "Northlight Productions");
  await press(page, "Allow");
  assert.equal(await scope(page, client), "mcp:read");
}

/** The way back leads to a page that says that it is over, and what that means. */
async function answeredTwice(page, client) {
  await page.goto(options.origin);
  await ask(page, client);
  const consent = page.url();
  await chooses(page, "Northlight Productions");
  await press(page, "Allow");
  await page.waitForURL((url) => url.href.startsWith(client.redirectUri));
  const answers = client.told.length;
  await page.goBack();
  await page.getByRole("heading", { name: "This request is over" }).waitFor();
  assert.equal(page.url(), consent);
  assert.match(await page.innerText("main"), /If you allowed it, the client has its access/);
  assert.equal(client.told.length, answers, "and nothing is answered again");
  await page.getByRole("link", { name: "See your connections" }).click();
  await page.waitForURL(`${options.origin}/settings/mcp`);
  assert.match(await page.innerText("main"), /Claude Code/);
}

async function signIn(page, client) {
  await ask(page, client);
  await page.getByLabel("E-mail address").fill(options.email);
  await page.getByLabel("Password").fill(options.password);
  await press(page, "Sign in");
  await page.waitForURL(/\/consent\//);
}

/** Write off clears billing, also for whoever switches write on again. */
async function billingFollowsWrite(browser) {
  const page = await (await visitor(browser)).newPage();
  const client = await aClient();
  await signIn(page, client);
  await chooses(page, "Northlight Productions");
  await page.getByLabel(WRITE).check();
  await page.getByLabel(BILLING).check();
  await page.getByLabel(WRITE).uncheck();
  assert.equal(await page.getByLabel(BILLING).isVisible(), false);
  await page.getByLabel(WRITE).check();
  assert.equal(await page.getByLabel(BILLING).isChecked(), false);
  await page.context().close();
}

/** An app is opened over the page: the page says that the answer arrived. */
async function anApp(browser) {
  const page = await (await visitor(browser)).newPage();
  const redirectUri = "cursor://anysphere.cursor-mcp/oauth/callback";
  await signIn(page, { id: await register(redirectUri, "Cursor"), redirectUri });
  await chooses(page, "Northlight Productions");
  await press(page, "Allow");
  await page.getByText("Your answer is in.").waitFor();
  assert.equal(await page.getByRole("button", { name: "Allow" }).count(), 0);
  if (given.looks) {
    await look(page, "consent-answered");
  }
}
