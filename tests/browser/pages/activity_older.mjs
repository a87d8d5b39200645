// Very many events: older ones below, with and without a script; and what is said when something does not come.

import assert from "node:assert/strict";
import path from "node:path";
import { at, journey, options } from "../browser.mjs";
import { look, visitor } from "../look.mjs";

/** What the browser says of requests that this journey breaks. */
const BROKEN = /ERR_FAILED/;

/** axe-core is a script itself: a page without any is only pictured. */
async function picture(page, name) {
  if (options.screens) {
    await page.screenshot({ path: path.join(options.screens, `${name}.png`), fullPage: true });
  }
}

await journey(async (browser) => {
  const page = await (await visitor(browser)).newPage();
  await at(page, "/settings/mcp");
  const opener = page.getByRole("link", { name: "Activity" }).first();
  const panel = page.getByRole("dialog");

  // Loading, failing, and trying again.
  let go;
  await page.route("**/activity", (route) => new Promise((resolve) => (go = resolve)).then(() => route.abort()));
  await opener.click();
  await panel.getByText("Loading…").waitFor();
  await look(page, "activity-loading");
  go();
  await panel.getByText("This could not be loaded").waitFor();
  await look(page, "activity-failed", BROKEN);
  await page.unroute("**/activity");
  await panel.getByRole("button", { name: "Try again" }).click();
  await panel.getByText("Live", { exact: true }).waitFor();

  // 120 events, in five parts.
  const rows = panel.locator(".event");
  const older = panel.getByRole("link", { name: "Older events" });
  assert.equal(await rows.count(), 25);
  await page.route("**/activity?before=*", (route) => route.abort());
  await older.click();
  await panel.getByText("The older events could not be loaded.").waitFor();
  await look(page, "activity-older-failed", BROKEN);
  await page.unroute("**/activity?before=*");
  await panel.getByRole("button", { name: "Try again" }).click();
  for (const expected of [50, 75, 100, 120]) {
    await rows.nth(expected - 1).waitFor();
    assert.equal(await rows.count(), expected);
    const first = await rows.nth(expected === 120 ? 100 : expected - 25).getAttribute("data-event");
    const focused = await page.evaluate(() => document.activeElement.dataset.event);
    assert.equal(focused, first, "whoever asked for older ones is led to them");
    if (expected < 120) {
      await older.click();
    }
  }
  assert.equal(await older.count(), 0);
  const ids = await rows.evaluateAll((all) => all.map((row) => row.dataset.event));
  assert.equal(new Set(ids).size, 120, "each once");
  assert.deepEqual(ids, [...ids].sort().reverse(), "newest first");

  // A filter that fails leaves what is there.
  await page.route("**/activity?kind=*", (route) => route.abort());
  await panel.getByLabel("Kind").selectOption("Connected");
  await panel.getByText("The events could not be loaded.").waitFor();
  assert.equal(await rows.count(), 120);
  await page.unroute("**/activity?kind=*");
  await panel.getByRole("button", { name: "Try again" }).click();
  await panel.getByText("Live", { exact: true }).waitFor();
  await rows.nth(1).waitFor({ state: "detached" });
  assert.equal(await rows.count(), 1);

  // Without a script every view is a page.
  const plain = await (await visitor(browser, { javaScriptEnabled: false })).newPage();
  await at(plain, "/settings/mcp");
  await plain.getByRole("link", { name: "Activity" }).first().click();
  await picture(plain, "activity-no-script");
  assert.equal(await plain.locator(".event").count(), 25);
  assert.match(await plain.locator("[data-zone]").innerText(), /the organization's time zone/);
  await plain.locator(".event summary").first().click();
  assert.ok(await plain.getByText("Exact time").first().isVisible());
  await plain.getByRole("link", { name: "Older events" }).click();
  await plain.getByRole("link", { name: "Show the newest" }).waitFor();
  await picture(plain, "activity-no-script-older");
  await plain.getByLabel("Kind").selectOption("Connected");
  await plain.getByRole("button", { name: "Show", exact: true }).click();
  await plain.waitForURL(/kind=connected/);
  assert.equal(await plain.locator(".event").count(), 1);
  assert.ok(!plain.url().includes("before="), "from the newest on");
});
