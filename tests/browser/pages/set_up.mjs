// The set-up of an empty server: by somebody who reads the log, with a script that guesses what it can, and without.

import assert from "node:assert/strict";
import { given, journey, options } from "../browser.mjs";
import { look, visitor } from "../look.mjs";

const PASSWORD = "correct horse battery staple";

async function fill(page, values) {
  for (const [label, value] of Object.entries(values)) {
    await page.getByLabel(label, { exact: true }).fill(value);
  }
}

/** Sends the form past the browser's own checks. */
async function send(page, checked = true) {
  if (!checked) {
    await page.locator("main form").evaluate((form) => {
      form.noValidate = true;
    });
  }
  await page.getByRole("button", { name: "Set up and sign in" }).click();
  await page.waitForLoadState();
}

const value = (page, label) => page.getByLabel(label, { exact: true }).inputValue();

async function tooManyCodes(browser) {
  const page = await (await visitor(browser)).newPage();
  await page.goto(options.origin);
  const all = { "Set-up code": "0000-0000-0000-0000", Name: "Luce", "Your name": "Ada", "Your e-mail address": "ada@luce.example" };
  for (let times = 0; times < 6; times += 1) {
    await fill(page, { ...all, "Choose a password": PASSWORD });
    await send(page);
  }
  assert.match(await page.getByRole("alert").innerText(), /Wait \d+ seconds and try again/);
  await look(page, "set-up-wait");
}

async function setUp(browser) {
  // Without a script: what a browser cannot guess is typed.
  const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await plain.goto(options.origin);
  await fill(plain, { "Set-up code": "0000", Name: "Luce", "Time zone": "Rome", "Your name": "Ada" });
  await fill(plain, { "Your e-mail address": "ada@luce.example", "Choose a password": PASSWORD });
  await send(plain);
  assert.equal(await plain.getByRole("alert").getByRole("link").count(), 2, "the code and the time zone");
  assert.equal(await value(plain, "Currency"), "EUR");

  const context = await visitor(browser, { timezoneId: "Europe/London", locale: "en-US" });
  const page = await context.newPage();
  await page.goto(options.origin);
  assert.match(page.url(), /\/set-up$/);
  assert.equal(await value(page, "Time zone"), "Europe/London");
  assert.equal(await value(page, "Currency"), "GBP", "by the time zone, not by the language");
  assert.match(await page.getByText("there now.").innerText(), /It is \d\d:\d\d there now/);
  assert.ok(await page.getByText(`Set this server up at ${options.origin}/set-up with the set-up code`).isVisible());
  await look(page, "set-up");

  await page.getByLabel("Name", { exact: true }).pressSequentially("Città & Straße Øst");
  assert.equal(await value(page, "Short name for addresses"), "citta-strasse-ost");
  assert.ok(await page.getByText(`${options.origin}/mcp/o/citta-strasse-ost`).isVisible());
  await fill(page, { "Short name for addresses": "Not A Slug" });
  await page.getByLabel("Name", { exact: true }).pressSequentially("!");
  assert.equal(await value(page, "Short name for addresses"), "Not A Slug", "what was typed is left alone");

  // Everything wrong at once.
  await fill(page, { "Set-up code": "nope", "Time zone": "Rome", "Your name": " ", "Your e-mail address": "ada" });
  await fill(page, { "Choose a password": "short" });
  await send(page, false);
  const alert = page.getByRole("alert");
  assert.equal(await alert.getByRole("link").count(), 6);
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("role")), "alert", "it is read out first");
  assert.equal(await value(page, "Short name for addresses"), "Not A Slug");
  assert.equal(await value(page, "Time zone"), "Rome");
  assert.equal(await value(page, "Currency"), "GBP");
  assert.equal(await value(page, "Choose a password"), "");
  await look(page, "set-up-mistakes");
  await alert.getByRole("link").nth(1).press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "slug", "and leads to the field");

  await fill(page, { "Set-up code": given.code, "Short name for addresses": "", "Time zone": "Europe/Rome" });
  await fill(page, { Name: "Città & Luce", "Your name": "Ada Lovelace", "Your e-mail address": "ada@luce.example" });
  assert.equal(await value(page, "Short name for addresses"), "citta-luce");
  await fill(page, { "Choose a password": PASSWORD });
  await send(page);
  await page.waitForURL("**/welcome/citta-luce");
  await page.getByRole("heading", { name: "Città & Luce is ready" }).waitFor();
  assert.ok(await page.getByRole("link", { name: "Invite people" }).isVisible());
  await look(page, "welcome-founder");

  const stranger = await (await visitor(browser)).newPage();
  await stranger.goto(`${options.origin}/set-up`);
  assert.ok(await stranger.getByRole("heading", { name: "This server is set up already" }).isVisible());
  await look(stranger, "problem-set-up-already");
}

await journey(given.limited ? tooManyCodes : setUp);
