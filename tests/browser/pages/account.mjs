// The account page: where somebody is signed in, their password, and the accounts that sign them in.

import assert from "node:assert/strict";
import { at, given, journey, options } from "../browser.mjs";
import { look, visitor } from "../look.mjs";

const PAGE = "/settings/account";
const FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";
const NEW = "correct horse battery staple";

async function elsewhere(browser, userAgent) {
  const page = await (await visitor(browser, { userAgent })).newPage();
  await at(page, PAGE);
  return page;
}

async function isSignedIn(page) {
  await page.goto(options.origin + PAGE);
  return new URL(page.url()).pathname === PAGE;
}

const status = (page) => page.getByRole("status").filter({ hasText: "sign" }).innerText();

async function sessions(browser) {
  const page = await (await visitor(browser)).newPage();
  await at(page, PAGE);
  assert.ok(await page.getByText("You are signed in nowhere else.").isVisible());
  await look(page, "account-alone");

  const [firefox, phone] = [await elsewhere(browser, FIREFOX), await elsewhere(browser, IPHONE)];
  await page.reload();
  assert.equal(await page.getByText("This browser", { exact: true }).count(), 1);
  assert.ok(await page.getByText("Safari on iPhone").first().isVisible());
  await look(page, "account");
  await page.getByText("What it calls itself").first().click();
  await look(page, "account-user-agent");

  // One: asked over the page, by keyboard; no first.
  const end = page.getByRole("link", { name: "Sign out Firefox on Windows" });
  await end.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("heading", { name: "Sign out Firefox on Windows?" }).waitFor();
  await look(page, "account-end-one");
  await dialog.getByRole("link", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.ok(await isSignedIn(firefox));
  await end.click();
  await dialog.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(`**${PAGE}`);
  assert.equal(await status(page), "Firefox on Windows is signed out.");
  await look(page, "account-done");
  assert.ok(!(await isSignedIn(firefox)) && (await isSignedIn(phone)));
  await page.reload();
  assert.equal(await page.getByRole("status").filter({ hasText: "signed out" }).count(), 0, "it is said once");

  // All others, without a script: the same question on a page of its own.
  const plainContext = await browser.newContext({ javaScriptEnabled: false });
  const plain = await plainContext.newPage();
  await at(plain, PAGE);
  await plain.getByRole("link", { name: "Sign out everywhere else" }).click();
  assert.ok(await plain.getByRole("heading", { name: "Sign out everywhere else?" }).isVisible());
  await plain.getByRole("button", { name: "Sign out", exact: true }).last().click();
  assert.equal(await status(plain), "2 other browsers are signed out.");
  assert.ok(!(await isSignedIn(phone)) && !(await isSignedIn(page)));

  await at(page, PAGE);
  await page.goto(`${options.origin}${PAGE}/sessions/end-others`);
  await look(page, "account-end-others");
}

async function password(browser) {
  const page = await (await visitor(browser)).newPage();
  await at(page, PAGE);
  const change = async (current, chosen) => {
    await page.getByLabel("Current password").fill(current);
    await page.getByLabel("New password").fill(chosen);
    await page.getByRole("button", { name: "Change password" }).click();
    await page.waitForLoadState();
  };
  await change("not it", NEW);
  assert.ok(await page.getByText("That is not your current password.").isVisible());
  assert.equal(await page.evaluate(() => document.activeElement.id), "current");
  await look(page, "account-wrong-password");
  await change(options.password, "ada marchetti 1");
  assert.ok(await page.getByText("That is easy to guess.").isVisible());
  assert.equal(await page.evaluate(() => document.activeElement.id), "password");
  await look(page, "account-weak-password");
  await change(options.password, NEW);
  await page.waitForURL("**/password-changed");
  assert.ok(await page.getByText("go on working").isVisible());
  await look(page, "account-password-changed");
  await page.reload();
  assert.equal(new URL(page.url()).pathname, PAGE, "it is said once");

  await page.locator(".menu > summary").click();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.waitForURL("**/signed-out");
  assert.ok(await page.getByRole("link", { name: "Revoke all connections" }).isVisible());
  await look(page, "signed-out");
  await page.getByRole("link", { name: "Revoke all connections" }).click();
  assert.ok(await page.getByText("You go on to the page you opened").isVisible());
}

/** Adds, or tries to add, an account at the provider as `account`; `null`: says no there. */
async function add(page, account) {
  await page.getByRole("button", { name: "Add Work account" }).click();
  await page.waitForURL(/\/interaction\//);
  await page.getByRole("link", { name: account ?? "nobody", exact: true }).click();
  await page.waitForURL(`${options.origin}/**`);
}

async function identities(browser) {
  const page = await (await visitor(browser)).newPage();
  await page.goto(`${options.origin}/sign-in`);
  await look(page, "sign-in-providers");
  await at(page, PAGE);
  await look(page, "account-providers");
  await add(page, null);
  assert.ok(await page.getByRole("heading", { name: "The account was not added" }).isVisible());
  await look(page, "problem-provider-declined");
  await page.getByRole("link", { name: "Go to your account" }).click();
  await page.waitForURL(`**${PAGE}`);
  await add(page, "ada");
  assert.equal(await status(page), "Work account signs you in from now on.");
  await look(page, "account-provider-added");

  const other = await (await visitor(browser)).newPage();
  await at(other, PAGE, "ben@demo.example");
  await add(other, "ada");
  assert.ok(await other.getByRole("heading", { name: "That account signs in somebody else" }).isVisible());
  await look(other, "problem-identity-taken");
  await other.getByRole("link", { name: "Go to your account" }).click();
  await other.waitForURL(`**${PAGE}`);

  await page.getByRole("button", { name: "Remove Work account" }).click();
  await page.waitForURL(`**${PAGE}`);
  assert.equal(await status(page), "Work account does not sign you in any more.");
  // The provider knows them by now, and asks nothing.
  await page.getByRole("button", { name: "Add Work account" }).click();
  await page.getByText("Work account signs you in from now on.").waitFor();
}

/** The same, once the person has no password any more. */
async function lastWay(browser) {
  const page = await (await visitor(browser)).newPage();
  await page.goto(`${options.origin}/sign-in`);
  await page.getByRole("button", { name: "Continue with Work account" }).click();
  await page.waitForURL(/\/interaction\//);
  await page.getByRole("link", { name: "ada", exact: true }).click();
  await page.waitForURL(`${options.origin}/**`);
  await page.goto(options.origin + PAGE);
  assert.ok(await page.getByText("This is your only way to sign in.").isVisible());
  assert.equal(await page.getByRole("button", { name: "Remove Work account" }).count(), 0);
  assert.ok(await page.getByRole("heading", { name: "Set a password" }).isVisible());
  await look(page, "account-last-way");
}

async function many(browser) {
  const page = await (await visitor(browser)).newPage();
  await at(page, PAGE);
  assert.ok((await page.getByRole("link", { name: /^Sign out Unknown program/ }).count()) >= 20);
  await look(page, "account-many");
}

await journey({ sessions, password, identities, lastWay, many }[given.part]);
