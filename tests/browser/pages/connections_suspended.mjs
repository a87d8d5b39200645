// A connection that was approved for billing, before, while and after its organization allows no changes.

import assert from "node:assert/strict";
import { at, given, journey } from "../browser.mjs";
import { look, visitor } from "../look.mjs";

await journey(async (browser) => {
  const page = await (await visitor(browser)).newPage();
  await at(page, "/settings/mcp");
  const row = page.locator(".connections > .item");
  const words = (await row.locator(".badge").allInnerTexts()).map((word) => word.trim());
  if (given.state === "works") {
    assert.deepEqual(words, ["Unverified", "Read", "Write", "Billing"]);
    assert.equal(await row.locator(".note").count(), 0);
  } else {
    assert.deepEqual(words, ["Unverified", "Read", "Write, suspended", "Billing, suspended"]);
    assert.match(await row.locator(".note").innerText(), /turned off in Northlight Productions.*comes back by itself/);
  }
  await look(page, `connections-${given.state}`);
  return true;
});
