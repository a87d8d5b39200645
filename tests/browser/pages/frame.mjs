// The frame of every page: the bar, its navigation and menu, the way past them, and what is shown where nothing is.

import assert from "node:assert/strict";
import { at, journey, options } from "../browser.mjs";
import { look, visitor } from "../look.mjs";

await journey(async (browser) => {
  const page = await (await visitor(browser)).newPage();
  await page.goto(options.origin);
  await look(page, "home-signed-out");
  await page.goto(`${options.origin}/nowhere`);
  await look(page, "problem-not-found");

  await at(page, "/settings/organizations");
  await look(page, "organizations");
  const current = page.locator("nav [aria-current=page]");
  assert.equal(await current.innerText(), "Organizations");

  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main", "the first stop leads past the bar");

  await page.click(".menu > summary");
  await look(page, "menu");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".menu[open]").count(), 0);
  await page.click(".menu > summary");
  await page.click("button:has-text('Sign out')");
  await look(page, "signed-out");
});
