// The consent page as everybody may find it: each kind of client, of organization and of choice, and what follows it.

import assert from "node:assert/strict";
import { authorizeUrl, given, journey, options, register } from "../browser.mjs";
import { look, picture, visitor } from "../look.mjs";

const WEB = "https://app.soundtools.example/callback";
const LOOPBACK = "http://localhost:33418/callback";
const SCHEME = "cursor://anysphere.cursor-mcp/oauth/callback";

await journey(async (browser) => {
  const ada = await person(browser, options.email);
  await clients(ada);
  await choices(ada);
  await refusals(ada);
  await fixed(ada);
  await organizations(browser);
  await trouble(ada);
  await withoutScripts(browser);
});

async function person(browser, email, given = {}) {
  const page = await (await visitor(browser, given)).newPage();
  await page.goto(`${options.origin}/sign-in`);
  await page.fill("#email", email);
  await page.fill("#password", options.password);
  await page.click("button:has-text('Sign in')");
  await page.waitForURL(`${options.origin}/`);
  return page;
}

/** Opens a fresh request's consent page. */
async function ask(page, redirectUri, { name, id, path = "/mcp" } = {}) {
  const url = new URL(authorizeUrl(id ?? (await register(redirectUri, name)), redirectUri));
  url.searchParams.set("resource", options.origin + path);
  await page.goto(url.href);
}

async function words(page, where) {
  return (await page.locator(where).innerText()).replaceAll(/\s+/g, " ").trim();
}

function facts(page) {
  return words(page, "dl.facts");
}

function summary(page) {
  return words(page, ".summary");
}

async function clients(page) {
  await ask(page, given.redirect, { id: given.verified });
  assert.match(await facts(page), /Name Sound Tools Verified Sends you back to client\.example Signed in as ada@demo\.example/);
  await look(page, "consent-verified");

  await ask(page, WEB, { name: "Claude" });
  assert.match(await facts(page), /Calls itself Claude Unverified Sends you back to app\.soundtools\.example/);
  await look(page, "consent-unverified");

  await ask(page, LOOPBACK, { name: "Claude Code" });
  assert.match(await facts(page), /Unverified Sends you back to localhost:33418, on this computer/);
  await look(page, "consent-loopback");

  await ask(page, SCHEME, { name: "" });
  assert.match(await facts(page), /It gave no name\. Unverified Sends you back to cursor:\/\/, on this computer/);
  await look(page, "consent-scheme-nameless");

  const host = "a-very-long-name.of-some-assistant.at-a-long-company-name.evil.example:8443";
  await ask(page, `https://${host}/cb`, { name: "W".repeat(60) });
  await look(page, "consent-long-name");

  const hostile = "<b>Lavori</b> \u202eofficial\u202c \"onclick=x";
  await ask(page, WEB, { name: hostile });
  assert.match(await facts(page), /Calls itself <b>Lavori<\/b> official "onclick=x Unverified/);
  await look(page, "consent-hostile-name");
}

async function choices(page) {
  await ask(page, WEB, { name: "Claude" });
  assert.equal(await summary(page), "Choose an organization first.");
  await page.getByRole("radio", { name: /Northlight/ }).check({ force: true });
  assert.equal(await summary(page), "Allow lets app.soundtools.example read the data of all teams of Northlight Productions, and change nothing.");
  await page.getByLabel("Team of Northlight Productions").selectOption("Sound");
  await look(page, "consent-team");
  await page.getByLabel("Allow this client to modify data").check();
  await look(page, "consent-write");
  await page.getByLabel("Also allow billing changes").check();
  assert.match(await summary(page), /read and change the data of team Sound of Northlight Productions, quotes, invoices and budgets included/);
  await look(page, "consent-billing");
  await page.getByRole("radio", { name: /Harbor/ }).check({ force: true });
  assert.match(await summary(page), /Allow will be refused: .* turned off in Harbor Crew/);
  await look(page, "consent-will-be-refused");
}

async function refusals(page) {
  await page.getByRole("button", { name: "Allow" }).click();
  await page.getByRole("heading", { name: "Harbor Crew has turned off changes and billing changes" }).waitFor();
  await look(page, "refusal");
}

async function fixed(page) {
  await ask(page, WEB, { name: "Claude", path: "/mcp/o/northlight" });
  await look(page, "consent-fixed-organization");
  await ask(page, WEB, { name: "Claude", path: "/mcp/o/northlight/t/sound" });
  await look(page, "consent-fixed-team");
  await ask(page, WEB, { name: "Claude", path: "/mcp/o/nowhere" });
  await look(page, "consent-fixed-elsewhere");
}

async function organizations(browser) {
  const ben = await person(browser, "ben@demo.example");
  await ask(ben, WEB, { name: "Claude" });
  assert.equal(await ben.getByRole("radio").count(), 0);
  await look(ben, "consent-one-organization");

  const dan = await person(browser, "dan@demo.example");
  await ask(dan, WEB, { name: "Claude" });
  assert.equal(await dan.getByRole("button", { name: "Allow" }).count(), 0);
  await look(dan, "consent-contractor");

  const hana = await person(browser, "hana@demo.example");
  await ask(hana, WEB, { name: "Claude" });
  const radios = await hana.getByRole("radio").evaluateAll((all) => all.map((radio) => radio.disabled));
  assert.deepEqual(radios, [false, false, false, true, true, true], "what cannot be chosen comes last");
  await hana.getByRole("radio", { name: new RegExp(given.long) }).check({ force: true });
  await look(hana, "consent-many-organizations");
}

async function trouble(page) {
  await ask(page, WEB, { name: "Claude" });
  await page.$eval("form.consent", (form) => form.setAttribute("novalidate", ""));
  await page.getByLabel("Allow this client to modify data").check();
  await page.getByRole("button", { name: "Allow" }).click();
  await page.getByRole("alert").waitFor();
  assert.match(await page.getByRole("alert").innerText(), /Choose an organization\.\s+Changing data is off again/);
  assert.equal(await page.evaluate(() => document.activeElement.id), "problem");
  await look(page, "consent-problem");
  await page.goto(`${options.origin}/consent/over`);
  await look(page, "consent-over");
  await page.goto(`${options.origin}/authorize?client_id=nobody`);
  await look(page, "authorize-doubtful");
  await page.goto(`${options.origin}/authorize?client_id=https://nobody.example/client.json`);
  await look(page, "authorize-no-document");
}

/** Without scripts the page names no organization in its sentences, and still follows every choice. */
async function withoutScripts(browser) {
  const page = await person(browser, options.email, { javaScriptEnabled: false });
  await ask(page, WEB, { name: "Claude" });
  await page.getByRole("radio", { name: /Harbor/ }).check();
  await page.getByLabel("Allow this client to modify data").check();
  assert.match(await summary(page), /refused: what you switched on is turned off in the organization you chose/);
  await page.getByRole("radio", { name: /Northlight/ }).check();
  assert.match(await summary(page), /read and change the data of the organization and team chosen above; quotes, invoices and budgets it can only read/);
  await picture(page, "consent-without-scripts.light");
}
