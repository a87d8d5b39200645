// Invitations, as each kind of person who opens the link sees them.

import assert from "node:assert/strict";
import { at, given, journey, options } from "../browser.mjs";
import { look, visitor } from "../look.mjs";

const PASSWORD = "correct horse battery staple";

/** The same with a name that leaves no place to break it. */
async function long(browser) {
  const page = await (await visitor(browser)).newPage();
  await page.goto(given.long);
  await look(page, "invitation-long");
  await page.getByLabel("Your name").fill("x".repeat(100));
  await page.getByLabel("Choose a password").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/welcome/**");
  await look(page, "welcome-contractor-long");
}

async function everybody(browser) {
  // Somebody without an account.
  const page = await (await visitor(browser)).newPage();
  await page.goto(given.newcomer);
  assert.ok(await page.getByText("Good until").isVisible());
  assert.equal(await page.evaluate(() => document.activeElement.id), "name");
  await look(page, "invitation-newcomer");
  await page.getByLabel("Your name").fill("Nora Newman");
  await page.getByLabel("Choose a password").fill("nora newman 1");
  await page.getByRole("button", { name: "Make my account and join" }).click();
  await page.getByText("That is easy to guess").waitFor();
  assert.equal(await page.getByLabel("Your name").inputValue(), "Nora Newman");
  // The browser sets it a moment after the page is there.
  await page.waitForFunction(() => document.activeElement.id === "password");
  await look(page, "invitation-mistake");
  await page.getByLabel("Choose a password").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/welcome/northlight");
  assert.ok(await page.getByRole("heading", { name: "Welcome to" }).isVisible());
  assert.equal(await page.getByRole("link", { name: "Invite people" }).count(), 0, "a member invites nobody");
  await look(page, "welcome-member");

  // The link again: it is over, and says what to do.
  const late = await (await visitor(browser)).newPage();
  await late.goto(given.newcomer);
  assert.ok(await late.getByRole("heading", { name: "This invitation is over" }).isVisible());
  await look(late, "problem-invitation");

  // Somebody with an account, at a browser where somebody else is signed in.
  const known = await (await visitor(browser)).newPage();
  await at(known, "/", "ben@demo.example");
  await known.goto(given.known);
  assert.ok(await known.getByText("for somebody else").isVisible());
  await look(known, "invitation-somebody-else");
  await known.getByRole("button", { name: "Sign out and come back here" }).click();
  await known.getByText("There is an account with that address already").waitFor();
  await look(known, "invitation-known");
  await known.getByRole("link", { name: "Sign in" }).click();
  assert.ok(await known.getByRole("heading", { name: "Sign in to accept your invitation" }).isVisible());
  await look(known, "sign-in-invitation");
  await known.getByLabel("E-mail address").fill("hana@demo.example");
  await known.getByLabel("Password", { exact: true }).fill(options.password);
  await known.keyboard.press("Enter");
  await known.getByText("You are signed in as").waitFor();
  await look(known, "invitation-known-signed-in");
  await known.getByRole("button", { name: "Join" }).click();
  await known.waitForURL("**/welcome/northlight");
  assert.ok(await known.getByRole("link", { name: "Invite people" }).isVisible(), "an admin does");
  await look(known, "welcome-admin");

  // Without scripts, into a long name, as a contractor.
  const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await plain.goto(given.contractor);
  await plain.getByLabel("Your name").fill("x".repeat(100));
  await plain.getByLabel("Choose a password").fill(PASSWORD);
  await plain.getByRole("button", { name: "Make my account and join" }).click();
  assert.ok(await plain.getByText("Contractors cannot connect").isVisible());
}

await journey(given.long ? long : everybody);
