// Settings, MCP Connections, of somebody who has connected nothing yet: the URLs, how to copy them, and what to do.

import assert from "node:assert/strict";
import { at, journey, options } from "../browser.mjs";
import { look, shift, visitor } from "../look.mjs";

const URL_HERE = `${options.origin}/mcp`;
const COPY = "Copy the connector URL";

await journey(async (browser) => {
  const context = await visitor(browser, { permissions: ["clipboard-read", "clipboard-write"] });
  const page = await context.newPage();
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  const button = (name) => page.getByRole("button", { name, exact: true });

  await at(page, "/settings/mcp");
  await page.waitForSelector(".status[data-state=reachable]");
  assert.ok((await shift(page)) < 0.01, "nothing moves while the page finds out what there is");
  await look(page, "connections-none");

  // By click, and it says so for a moment.
  await button(COPY).click();
  assert.equal(await clipboard(), URL_HERE);
  await button("Copied the connector URL").waitFor();
  assert.equal(await page.textContent("#connector-url-hint"), "Copied.");
  await button(COPY).waitFor();
  assert.match(await page.textContent("#connector-url-hint"), /Give this to your assistant/);

  // By keyboard alone: the button comes right after the field.
  await page.evaluate(() => navigator.clipboard.writeText(""));
  await page.getByLabel("Connector URL", { exact: true }).focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await button("Copied the connector URL").waitFor();
  assert.equal(await clipboard(), URL_HERE);

  // What each client wants to be told contains this very server's URL.
  await page.click("summary:has-text('Claude Code')");
  assert.ok(!(await page.locator("details[name=client]", { hasText: "claude.ai, desktop" }).getAttribute("open")), "one at a time");
  await button("Copy the command").click();
  await page.waitForFunction(() => document.querySelector("#claude-code-hint").textContent === "Copied.");
  assert.equal(await clipboard(), `claude mcp add --transport http lavori ${URL_HERE}`);
  await page.click("summary:has-text('Another client')");
  await button("Copy the settings").click();
  await page.waitForFunction(() => document.querySelector("#settings-file-hint").textContent === "Copied.");
  assert.equal(JSON.parse(await clipboard()).mcpServers.lavori.url, URL_HERE);
  await look(page, "connections-other-client");
  const code = await page.getAttribute("a:has-text('Add to VS Code')", "href");
  assert.deepEqual(JSON.parse(decodeURIComponent(code.split("?")[1])), { name: "lavori", type: "http", url: URL_HERE });
  const cursor = new URL(await page.getAttribute("a:has-text('Add to Cursor')", "href"));
  assert.deepEqual(JSON.parse(atob(cursor.searchParams.get("config"))), { url: URL_HERE });

  // The URLs that fix a choice.
  await page.click("summary:has-text('How to connect')");
  await page.click("summary:has-text('URLs for one organization')");
  await button("Copy the URL of Sound").click();
  await page.waitForFunction(() => document.querySelector("#urls-hint").textContent === "Copied.");
  assert.equal(await clipboard(), `${URL_HERE}/o/northlight/t/sound`);
  await look(page, "connections-fixed-urls");
  await context.close();

  await refused(browser);
  await contractor(browser);
  await withoutScript(browser);
});

/** Where the browser does not let the page copy, it selects. */
async function refused(browser) {
  const context = await visitor(browser);
  const page = await context.newPage();
  const session = await browser.newBrowserCDPSession();
  const { browserContextIds } = await session.send("Target.getBrowserContexts");
  for (const browserContextId of browserContextIds) {
    for (const allowWithoutSanitization of [true, false]) {
      const permission = { name: "clipboard-write", allowWithoutSanitization };
      await session.send("Browser.setPermission", { permission, setting: "denied", browserContextId });
    }
  }
  await at(page, "/settings/mcp");
  await page.getByRole("button", { name: COPY }).click();
  await page.waitForFunction(() => document.querySelector("#connector-url-hint").textContent.includes("copy it by hand"));
  const selected = () => page.evaluate(() => {
    const field = document.activeElement;
    return field.value?.slice(field.selectionStart, field.selectionEnd) ?? getSelection().toString();
  });
  assert.equal(await selected(), URL_HERE);
  await look(page, "connections-copy-refused");
  await page.click("summary:has-text('Claude Code')");
  await page.getByRole("button", { name: "Copy the command" }).click();
  await page.waitForFunction(() => document.querySelector("#claude-code-hint").textContent.includes("copy it by hand"));
  assert.equal(await page.evaluate(() => getSelection().toString()), `claude mcp add --transport http lavori ${URL_HERE}`);
  await context.close();
}

/** Who may not connect an organization is told why, and gets no URL for it. */
async function contractor(browser) {
  const context = await visitor(browser);
  const page = await context.newPage();
  await at(page, "/settings/mcp", "dan@demo.example");
  await page.waitForSelector("text=You cannot connect a client now");
  await page.waitForSelector("text=contractors cannot connect clients");
  assert.equal(await page.getByText(`${URL_HERE}/o/northlight`).count(), 0);
  await page.waitForSelector(".status[data-state=reachable]");
  await look(page, "connections-contractor");
  await context.close();
}

/** Without our script there is no badge and no button that does nothing; everything else is there. */
async function withoutScript(browser) {
  const context = await visitor(browser, { javaScriptEnabled: false });
  const page = await context.newPage();
  await at(page, "/settings/mcp");
  assert.equal(await page.getByLabel("Connector URL", { exact: true }).inputValue(), URL_HERE);
  assert.equal(await page.getByRole("button", { name: /Copy|Retry/ }).count(), 0);
  assert.equal(await page.getByText("Checking").isVisible(), false);
  await page.click("summary:has-text('URLs for one organization')");
  assert.ok(await page.getByText(`${URL_HERE}/o/northlight/t/sound`).isVisible());
  await context.close();
}
