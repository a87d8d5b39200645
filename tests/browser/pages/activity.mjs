// The Activity panel while a real client works: what happens appears, is filtered, explained and exported.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { at, given, journey, options } from "../browser.mjs";
import { look, visitor } from "../look.mjs";

/** How long something that is to appear by itself may take. */
const SOON = 8_000;

/** A tool call, as a client makes it. */
async function call(tool) {
  const params = {
    name: tool,
    arguments: {},
    _meta: {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientCapabilities": {},
    },
  };
  const response = await fetch(`${options.origin}/mcp`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${given.token}`,
      accept: "application/json, text/event-stream",
      "content-type": "application/json",
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": tool,
      "user-agent": "claude-code/2.0.1 (cli)",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
  });
  assert.equal(response.status, 200);
}

await journey(async (browser) => {
  const context = await visitor(browser, { timezoneId: "America/New_York" });
  const page = await context.newPage();
  page.on("dialog", () => assert.fail("a text of a stranger ran as a script"));
  await at(page, "/settings/mcp");
  const opener = page.getByRole("link", { name: "Activity" }).first();
  await opener.focus();
  await page.keyboard.press("Enter");
  const panel = page.getByRole("dialog");
  const rows = panel.locator(".event");
  await panel.getByText("Live", { exact: true }).waitFor();
  await look(page, "activity-panel");
  assert.match(await panel.locator("[data-zone]").innerText(), /your time zone, America\/New_York/);
  assert.deepEqual((await panel.locator(".day").allInnerTexts()).slice(0, 2), ["Today", "Yesterday"]);

  // A stranger's text is text.
  const hostile = rows.filter({ hasText: given.hostile.slice(0, 20) }).first();
  await hostile.locator("summary").click();
  assert.ok((await hostile.innerText()).includes(given.hostile), "the whole of it, on demand");
  assert.equal(await panel.locator("img, script").count(), 0);
  await look(page, "activity-details");
  await hostile.locator("summary").click();

  // What happens now appears, and moves nothing that is read.
  const before = await rows.count();
  await call("get_context");
  await rows.nth(before).waitFor({ timeout: SOON });
  assert.match(await rows.first().innerText(), /Tool called\s+get_context/);
  await panel.getByRole("status").filter({ hasText: "1 new event." }).waitFor({ state: "attached" });
  const read = rows.nth(6).locator("summary");
  await read.focus();
  const place = async () => (await read.boundingBox()).y;
  // Kept by its text: its place in the list is another one when something is added.
  const text = await rows.nth(6).getAttribute("data-event");
  const top = await page.locator(`[data-event="${text}"] summary`).boundingBox();
  assert.equal(top.y, await place());
  await call("get_context");
  await call("get_context");
  await rows.nth(before + 2).waitFor({ timeout: SOON });
  const after = await page.locator(`[data-event="${text}"] summary`).boundingBox();
  assert.ok(Math.abs(after.y - top.y) < 2, `what is read moved by ${after.y - top.y} pixels`);
  assert.equal(await page.evaluate(() => document.activeElement.closest(".event")?.dataset.event), text, "and the focus stays");
  await panel.getByRole("status").filter({ hasText: /[12] new events?\./ }).waitFor({ state: "attached" });

  // Further down it is said that something came, and led there.
  await panel.evaluate((dialog) => dialog.scrollTo(0, 400));
  await call("get_context");
  await panel.getByRole("button", { name: "Show 1 new event" }).waitFor({ timeout: SOON });
  await look(page, "activity-new-above");
  await panel.evaluate((dialog) => dialog.scrollTo(0, 400));
  await panel.getByRole("button", { name: "Show 1 new event" }).click();
  await panel.getByRole("button", { name: "Show 1 new event" }).waitFor({ state: "detached" });
  assert.equal(await panel.evaluate((dialog) => dialog.scrollTop), 0);
  await page.locator(`[data-event="${text}"] summary`).focus();

  // The exact time, by keyboard.
  const exact = page.locator(`[data-event="${text}"] .event-exact`);
  assert.match(await exact.textContent(), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} UTC$/);
  await page.keyboard.press("Shift+Tab");
  assert.equal(await exact.isVisible(), false);
  await page.keyboard.press("Tab");
  assert.equal(await exact.isVisible(), true);
  await page.keyboard.press("Enter");
  assert.ok(await page.locator(`[data-event="${text}"] dt`).filter({ hasText: "Exact time" }).isVisible());
  await look(page, "activity-focus");

  // Filters apply at once, and whoever sets them stays there.
  assert.equal(await panel.getByRole("button", { name: "Show", exact: true }).isVisible(), false);
  const kind = panel.getByLabel("Kind");
  await kind.focus();
  await kind.selectOption("Refused calls");
  await rows.nth(0).filter({ hasText: "there is no such tool" }).waitFor();
  await panel.getByText("Live", { exact: true }).waitFor();
  assert.equal(await rows.count(), 1);
  assert.equal(await page.evaluate(() => document.activeElement.id), "activity-kind");
  await look(page, "activity-filtered");
  assert.match(await panel.getByRole("link", { name: /CSV/ }).getAttribute("href"), /kind=refused/);
  await panel.getByLabel("Severity").selectOption("High");
  await panel.getByText("Nothing matches.", { exact: true }).first().waitFor();
  await look(page, "activity-nothing-matches");
  await panel.getByRole("link", { name: "Show everything" }).click();
  await rows.nth(before + 2).waitFor();
  assert.equal(await kind.inputValue(), "");

  // The file.
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    panel.getByRole("link", { name: /CSV/ }).click(),
  ]);
  assert.match(readFileSync(await download.path(), "utf8"), /^time,action,severity,/);
  await rows.first().filter({ hasText: "Activity exported" }).waitFor({ timeout: SOON });

  // The same as a page of its own.
  await page.keyboard.press("Escape");
  assert.equal(await page.getByRole("dialog").count(), 0);
  assert.ok(await opener.evaluate((link) => link === document.activeElement), "back at the button");
  const address = await opener.getAttribute("href");
  await page.goto(options.origin + address);
  await page.getByText("Live", { exact: true }).waitFor();
  await look(page, "activity-page");
  await page.getByLabel("Kind").selectOption("Tool calls");
  await page.waitForURL(/kind=tool_calls/);
  await call("get_context");
  await page.getByText("1 new event.").waitFor({ timeout: SOON, state: "attached" });

  // A page that nobody sees follows nothing, and catches up.
  const shown = page.locator(".event");
  const count = await shown.count();
  const visibility = (hidden) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  await visibility(true);
  await call("get_context");
  await page.waitForTimeout(2_500);
  assert.equal(await shown.count(), count);
  await visibility(false);
  await shown.nth(count).waitFor({ timeout: SOON });

  // Signed out elsewhere.
  const other = await context.newPage();
  await other.goto(options.origin);
  await other.goto(`${options.origin}/settings/account`);
  await other.click(".menu > summary");
  await other.click("button:has-text('Sign out')");
  await page.getByText("You are signed out", { exact: true }).waitFor({ timeout: SOON });
  await look(page, "activity-signed-out");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(/sign-in/);
});
