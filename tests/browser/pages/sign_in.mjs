// Signing in: why one is here, what goes wrong, what is waiting, with scripts and without.

import assert from "node:assert/strict";
import { authorizeUrl, given, journey, options, register } from "../browser.mjs";
import { look, visitor } from "../look.mjs";

const CALLBACK = "http://localhost:9/callback";

async function attempt(page, email, password) {
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForLoadState();
}

const focused = (page) => page.evaluate(() => document.activeElement.id);
const alert = (page) => page.getByRole("alert").innerText();

await journey(async (browser) => {
  const page = await (await visitor(browser)).newPage();
  await page.goto(`${options.origin}/sign-in`);
  assert.equal(await focused(page), "email");
  await look(page, "sign-in");
  await page.getByText("Forgot your password?").click();
  assert.ok(await page.getByText("sends no e-mail").isVisible());
  await look(page, "sign-in-forgot");

  // What is typed can be seen, by mouse and keyboard, and is a password again when it is sent.
  const password = page.getByLabel("Password", { exact: true });
  await password.fill("secret");
  await page.getByRole("button", { name: "Show the password" }).click();
  assert.equal(await password.getAttribute("type"), "text");
  assert.equal(await focused(page), "password");
  await look(page, "sign-in-shown");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  assert.equal(await password.getAttribute("type"), "password");
  const caps = (on) =>
    password.evaluate((field, on) => field.dispatchEvent(new KeyboardEvent("keydown", { key: "A", modifierCapsLock: on })), on);
  await caps(true);
  assert.ok(await page.getByText("Caps Lock is on.").isVisible());
  await caps(false);
  assert.equal(await page.getByText("Caps Lock is on.").count(), 0);

  // What fails looks the same for every account.
  await attempt(page, options.email, "not it");
  const wrong = await alert(page);
  assert.equal(await page.getByLabel("E-mail address").inputValue(), options.email);
  assert.equal(await focused(page), "password");
  await look(page, "sign-in-wrong");
  await attempt(page, "nobody@demo.example", "not it");
  assert.equal(await alert(page), wrong);

  // A client waits, whatever it is called; then a page does.
  for (const [name, client] of [["client", await register(CALLBACK)], ["long-name", given.long]]) {
    await page.goto(authorizeUrl(client, CALLBACK));
    assert.ok(await page.getByText("Signing in allows nothing yet").isVisible());
    await look(page, `sign-in-${name}`);
  }
  await page.goto(`${options.origin}/settings/account`);
  assert.ok(await page.getByText("You go on to the page you opened").isVisible());
  await look(page, "sign-in-page-waits");
  await page.getByLabel("E-mail address").fill(options.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(options.password);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/settings/account");

  // The form of a page that was left open is not done in silence.
  const other = await page.context().newPage();
  await other.goto(options.origin);
  await other.locator(".menu > summary").click();
  await other.getByRole("button", { name: "Sign out", exact: true }).click();
  await other.waitForURL("**/signed-out");
  await page.getByLabel("Current password").fill(options.password);
  await page.getByLabel("New password").fill("several words of mine");
  await page.getByRole("button", { name: "Change password" }).click();
  await page.waitForURL("**/sign-in?signed-out");
  assert.ok(await page.getByText("was not done").isVisible());
  await look(page, "sign-in-unsent");

  // Without scripts everything is there but the button that needs them.
  const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await plain.goto(authorizeUrl(await register(CALLBACK), CALLBACK));
  assert.equal(await plain.getByRole("button", { name: "Show the password" }).count(), 0);
  await attempt(plain, options.email, options.password);
  assert.match(plain.url(), /\/consent\//);

  // Too often: how long to wait, the same for an account that does not exist.
  const told = [];
  for (const email of ["ben@demo.example", "nobody-else@demo.example"]) {
    await page.goto(`${options.origin}/sign-in`);
    for (let times = 0; times < 11; times += 1) {
      await attempt(page, email, "guess");
    }
    told.push(await alert(page));
  }
  assert.match(told[0], /Wait \d minutes? and try again/);
  assert.equal(told[1].replace(/\d/, ""), told[0].replace(/\d/, ""));
  await look(page, "sign-in-wait");
});
