// More connections than a page holds, with names as long as they can be.

import assert from "node:assert/strict";
import { at, given, journey, options } from "../browser.mjs";
import { look, visitor } from "../look.mjs";

await journey(async (browser) => {
  const page = await (await visitor(browser)).newPage();
  const names = () => page.locator(".connections > .item > h3").count();
  await at(page, "/settings/mcp");
  const seen = [await names()];
  const ended = page.locator("summary", { hasText: "Ended in the last 90 days" });
  await ended.waitFor();
  assert.equal(await page.locator(".badge-idle", { hasText: "Idle" }).count(), 1);
  assert.equal(await page.locator(".badge-idle", { hasText: "Waiting for the client" }).count(), 1);
  await look(page, "connections-many");
  await ended.click();
  await look(page, "connections-many-ended");

  await page.getByRole("link", { name: "Older connections" }).click();
  await page.waitForURL(/before=/);
  await look(page, "connections-many-older");
  seen.push(await names());
  await page.getByRole("link", { name: "Older connections" }).click();
  await page.waitForFunction(() => !document.querySelector("a[rel=next]"));
  seen.push(await names());
  assert.equal(seen.reduce((sum, count) => sum + count), 26, "each is on one page");
  await page.getByRole("link", { name: "Newest connections" }).click();
  await page.waitForSelector("#connector-url");

  await page.goto(`${options.origin}/settings/mcp/${given.long}/revoke`);
  await look(page, "connections-revoke-long");
});
