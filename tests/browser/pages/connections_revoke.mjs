// Two connections of one client: renamed, and cut off one after the other, while the client goes on calling.

import assert from "node:assert/strict";
import { at, given, journey, options } from "../browser.mjs";
import { look, visitor } from "../look.mjs";

/** What a client of the 2026 era is answered when it calls a tool now. */
async function call({ path, access_token }) {
  const meta = { "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {} };
  const params = { name: "get_context", arguments: {}, _meta: meta };
  const response = await fetch(options.origin + path, {
    method: "POST",
    headers: {
      authorization: `Bearer ${access_token}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": "get_context",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
  });
  await response.text();
  return response.status;
}

const both = async () => [await call(given.first), await call(given.second)];

await journey(async (browser) => {
  const page = await (await visitor(browser)).newPage();
  const rows = page.locator("section", { has: page.locator("#active") }).locator(".item");
  const flash = page.locator(".notice.done");
  const focused = () => page.evaluate(() => document.activeElement.textContent.trim());

  await at(page, "/settings/mcp");
  assert.equal(await rows.count(), 2);
  await page.waitForSelector(".status[data-state=reachable]");
  await look(page, "connections-two");

  // Renamed by keyboard; the focus is where one types, and goes back where one came from.
  const rename = rows.nth(1).getByRole("link", { name: "Rename Test client" });
  await rename.focus();
  await page.keyboard.press("Enter");
  const field = page.getByLabel("Name", { exact: true });
  await field.waitFor();
  assert.ok(await field.evaluate((element) => element === document.activeElement));
  await look(page, "connections-rename");
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  assert.equal(await focused(), "Rename Test client");
  await page.keyboard.press("Enter");
  await field.waitFor();
  await field.evaluate((element) => element.removeAttribute("maxlength"));
  await page.keyboard.type("x".repeat(61));
  await page.keyboard.press("Enter");
  await page.waitForSelector("[role=alert]");
  assert.equal(await field.inputValue(), "x".repeat(61), "what was typed is kept");
  assert.match(await field.getAttribute("aria-describedby"), /label-problem/);
  await look(page, "connections-rename-refused");
  await field.fill("Laptop");
  await page.keyboard.press("Enter");
  await flash.waitFor();
  assert.equal(await flash.innerText(), "The new name is saved.");
  assert.ok(await flash.evaluate((element) => element === document.activeElement), "what happened is read out");
  await look(page, "connections-renamed");
  await page.reload();
  assert.equal(await flash.count(), 0, "said once");
  assert.equal(await rows.nth(1).locator("h3").innerText(), "Laptop");

  // Asked first: neither Escape nor "Keep it" changes anything.
  const revoke = rows.nth(1).getByRole("link", { name: "Revoke Laptop" });
  const yes = page.locator("dialog").getByRole("button", { name: "Revoke Laptop" });
  await revoke.click();
  await yes.waitFor();
  assert.equal(await focused(), "Revoke Laptop?");
  await look(page, "connections-revoke");
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  assert.equal(await focused(), "Revoke Laptop");
  await revoke.click();
  await page.getByRole("link", { name: "Keep it" }).click();
  await page.locator("dialog").waitFor({ state: "detached" });
  assert.deepEqual(await both(), [200, 200]);

  // Revoked: the very next call is refused, and only this connection's.
  await revoke.click();
  await yes.click();
  await flash.waitFor();
  assert.deepEqual(await both(), [401, 200]);
  assert.equal(await flash.innerText(), "Laptop is revoked. It has no access to Northlight Productions any more.");
  assert.equal(await rows.count(), 1);
  await page.getByText("by Ada Marchetti: revoked by the person who approved it").waitFor();
  await look(page, "connections-revoked");

  // All of them; the page that asks works by itself, too.
  await page.getByRole("link", { name: "Revoke all" }).click();
  await page.getByRole("heading", { name: "Revoke your connection?" }).waitFor();
  await look(page, "connections-revoke-all");
  await page.keyboard.press("Escape");
  await page.goto(`${options.origin}/settings/mcp/revoke-all`);
  await look(page, "connections-revoke-all-page");
  assert.deepEqual(await both(), [401, 200]);
  await page.getByRole("button", { name: "Revoke it" }).click();
  await page.getByText("All your connections are revoked").waitFor();
  assert.deepEqual(await both(), [401, 401]);
  await look(page, "connections-all-revoked");
  return true;
});
