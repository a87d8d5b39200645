// Every way that ends at a page of trouble, reached as people reach it.

import assert from "node:assert/strict";
import { at, authorizeUrl, given, journey, options, register } from "../browser.mjs";
import { look, visitor } from "../look.mjs";

/** What the browser says about such pages. */
const EXPECTED = /status of [45]\d\d/;

/** The page says what happened, in one heading, and has one button that leads on. */
async function told(page, name, heading, wayOn) {
  assert.ok(await page.getByRole("heading", { level: 1, name: heading }).isVisible(), `${name}: ${await page.locator("main").innerText()}`);
  assert.equal(await page.locator("main .button.primary").innerText(), wayOn, name);
  assert.match(await page.locator("main").innerText(), /If you ask for help, quote \S+ \(status [45]\d\d\)/);
  await look(page, `problem-${name}`, EXPECTED);
}

async function opened(page, address, ...rest) {
  await page.goto(new URL(address, options.origin).href);
  await told(page, ...rest);
}

async function strangers(browser) {
  const page = await (await visitor(browser)).newPage();
  const home = "Go to the start page";
  await opened(page, "/nowhere", "not-found", "There is no such page", home);
  await page.getByRole("link", { name: home }).click();
  await page.waitForURL(`${options.origin}/`);
  await opened(page, "/sign-out", "not-allowed", "There is nothing to see at this address", home);
  await opened(page, "/invitations/lvr_in_cut", "invitation-cut", "This invitation is over", "Go to the sign-in page");
  await opened(page, "/authorize?client_id=x", "doubtful", "This connection request cannot be used", "See how to connect");
  const callback = "http://localhost:9/callback";
  await opened(page, authorizeUrl(given.client, callback), "document", "Your assistant cannot say who it is", "See how to connect");
  const left = "This sign-in cannot be finished";
  await opened(page, "/sign-in/callback/down?code=x&state=y", "sign-in-elsewhere", left, "Go to the sign-in page");
  await opened(page, "/consent/lvr_rq_x", "request-over", "This request is over", "See your connections");

  // A form that waited until its cookie was gone, one that is too long, one that is no form.
  const send = async (change) => {
    await page.goto(`${options.origin}/sign-in`);
    await page.getByLabel("E-mail address").fill(options.email);
    await page.getByLabel("Password", { exact: true }).fill("x");
    await change();
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.waitForLoadState();
  };
  await send(() => page.context().clearCookies());
  await told(page, "forged", "This form was not accepted", home);
  await send(() => page.getByLabel("Password", { exact: true }).fill("x".repeat(200_000)));
  await told(page, "too-long", "That is too long", home);
  await send(() => page.locator("main form").evaluate((form) => form.setAttribute("enctype", "text/plain")));
  await told(page, "unreadable", "What was sent could not be read", home);

  // Providers that do not do their part: at sign-in the form stays.
  for (const [name, text] of [["Closed account", "cannot be reached just now"], ["Wrong account", "is not set up"]]) {
    await page.goto(`${options.origin}/sign-in`);
    await page.getByRole("button", { name: `Continue with ${name}` }).click();
    assert.match(await page.getByRole("alert").innerText(), new RegExp(text));
    assert.ok(await page.getByLabel("E-mail address").isVisible());
    await look(page, `sign-in-${name.split(" ")[0].toLowerCase()}`, EXPECTED);
  }
}

async function people(browser) {
  const page = await (await visitor(browser)).newPage();
  const account = "Go to your account";
  await at(page, "/settings/account");
  for (const [name, id, heading] of [
    ["Closed account", "provider-down", "The provider cannot be reached just now"],
    ["Wrong account", "provider-wrong", "This provider is not set up correctly"],
  ]) {
    await page.goto(`${options.origin}/settings/account`);
    await page.getByRole("button", { name: `Add ${name}` }).click();
    await page.waitForLoadState();
    await told(page, id, heading, account);
  }
  for (let times = 0; times < 11; times += 1) {
    await page.goto(`${options.origin}/settings/account`);
    await page.getByLabel("Current password").fill("not it");
    await page.getByLabel("New password").fill("several words of mine");
    await page.getByRole("button", { name: "Change password" }).click();
    await page.waitForLoadState();
  }
  await told(page, "too-many", "Too many attempts", "Go to the start page");
  assert.match(await page.locator("main").innerText(), /Wait \d minutes?, and try again/);

  // Answered twice: the way back of the browser, and the button again.
  const callback = "http://localhost:9/callback";
  await page.goto(authorizeUrl(await register(callback), callback));
  const again = await page.context().newPage();
  await again.goto(page.url());
  await again.getByRole("button", { name: "Cancel" }).click({ noWaitAfter: true });
  await again.waitForURL(/localhost:9|chrome-error/).catch(() => {});
  await page.getByRole("button", { name: "Cancel" }).click();
  await told(page, "answered-before", "This request is over", "See your connections");

  // A member whom nobody made an admin, with an admin's form.
  await page.goto(`${options.origin}/settings/account`);
  await page.evaluate((action) => {
    const form = document.querySelector(".menu form");
    form.action = action;
    form.submit();
  }, "/settings/organizations/harbor/teams");
  await page.waitForURL("**/harbor/teams");
  await told(page, "forbidden", "You cannot change that", "Go to your organizations");
}

async function server(browser) {
  const page = await (await visitor(browser)).newPage();
  const [name, heading] = given.broken ? ["failed", "Something failed on our side"] : ["busy", "The server is busy"];
  await opened(page, "/", name, heading, "Go to the start page");
}

await journey({ strangers, people, server }[given.part]);
