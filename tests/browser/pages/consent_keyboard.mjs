// The consent page by keyboard alone, and as a screen reader has it.

import assert from "node:assert/strict";
import { authorizeUrl, journey, options, register, serve } from "../browser.mjs";
import { look, visitor } from "../look.mjs";

await journey(async (browser) => {
  const { port } = await serve((url) => (url.pathname === "/callback" ? "<!doctype html><title>callback</title>" : undefined));
  const redirectUri = `http://localhost:${port}/callback`;
  const page = await (await visitor(browser)).newPage();
  await page.goto(authorizeUrl(await register(redirectUri, "Claude Code"), redirectUri));
  await signsIn(page);

  assert.equal(await stop(page), "Skip to the content");
  assert.equal(await stop(page), "Lavori");
  assert.equal(await stop(page), "Sign out");
  assert.match(await stop(page), /^Harbor Crew/);
  const consent = page.url();
  await page.keyboard.press("Enter");
  assert.equal(page.url(), consent, "Enter on a choice answers nothing");
  await page.keyboard.press("Space");
  assert.ok(await page.getByRole("radio", { name: /Harbor/ }).isChecked());
  assert.match(await description(page, "#allow-write"), /Turned off in Harbor Crew\. If you ask for it, it is refused/);
  await page.keyboard.press("ArrowDown");
  assert.ok(await page.getByRole("radio", { name: /Northlight/ }).isChecked());
  await page.locator(".option:has(:focus-visible)").waitFor();
  await look(page, "consent-keyboard");

  assert.equal(await stop(page), "Team of Northlight Productions");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.locator("select:visible").inputValue(), "stage");
  assert.equal(await stop(page), "Allow this client to modify data");
  await page.keyboard.press("Enter");
  assert.equal(page.url(), consent, "nor does it on a switch");
  await page.keyboard.press("Space");
  assert.equal(await stop(page), "Also allow billing changes");
  await page.keyboard.press("Space");
  assert.match(await description(page, "#allow-write"), /assign people\.$/, "and no word of another organization");
  assert.deepEqual(await heard(page), [
    '- heading "Allow access to Lavori for an app on this computer" [level=1]',
    '- button "Sign out"',
    '- group "Organization":',
    '- radio "Harbor Crew, member"',
    '- radio "Northlight Productions, owner" [checked]',
    '- combobox "Team of Northlight Productions":',
    '- option "All teams"',
    '- option "Sound"',
    '- option "Stage" [selected]',
    '- option "Video"',
    '- group "What it may do":',
    '- switch "Allow this client to modify data" [checked]',
    '- switch "Also allow billing changes" [checked]',
    '- button "Cancel"',
    '- button "Allow"',
  ]);
  assert.equal(
    (await page.getByRole("status").innerText()).replaceAll(/\s+/g, " ").trim(),
    "Allow lets an app on this computer read and change the data of team Stage of Northlight Productions, quotes, invoices and budgets included.",
  );
  assert.equal(await stop(page), "Cancel");
  assert.equal(await stop(page), "Allow");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.href.startsWith(redirectUri));
  assert.ok(new URL(page.url()).searchParams.has("code"));
  await withoutScripts(browser, redirectUri);
});

/** The next stop of the Tab key, by its name. */
async function stop(page) {
  await page.keyboard.press("Tab");
  return page.evaluate(() => {
    const { activeElement: here } = document;
    return (here.labels?.[0] ?? here).textContent.trim();
  });
}

/** What a screen reader finds on the page, without its prose. */
async function heard(page) {
  const tree = await page.locator("main").ariaSnapshot();
  const lines = tree.split("\n").map((line) => line.trim());
  return lines.filter((line) => /^- (heading|group|radio|combobox|option|switch|button)/.test(line));
}

/** What is read out after a field's name. */
async function description(page, selector) {
  const session = await page.context().newCDPSession(page);
  const { root } = await session.send("DOM.getDocument");
  const { nodeId } = await session.send("DOM.querySelector", { nodeId: root.nodeId, selector });
  const { nodes } = await session.send("Accessibility.getPartialAXTree", { nodeId, fetchRelatives: false });
  await session.detach();
  return nodes[0].description.value;
}

/** Without scripts Enter sends the form: it is asked again, and what was chosen stays. */
async function withoutScripts(browser, redirectUri) {
  const page = await (await visitor(browser, { javaScriptEnabled: false })).newPage();
  await page.goto(authorizeUrl(await register(redirectUri), redirectUri));
  await signsIn(page);
  await page.getByRole("radio", { name: /Northlight/ }).check();
  await page.getByLabel("Team of Northlight Productions").selectOption("Stage");
  await page.getByRole("radio", { name: /Northlight/ }).press("Enter");
  assert.match(await page.getByRole("alert").innerText(), /Choose Allow or Cancel\./);
  assert.ok(await page.getByRole("radio", { name: /Northlight/ }).isChecked());
  assert.equal(await page.getByLabel("Team of Northlight Productions").inputValue(), "stage");
  await page.getByRole("button", { name: "Allow" }).press("Enter");
  await page.waitForURL((url) => url.href.startsWith(redirectUri));
  assert.ok(new URL(page.url()).searchParams.has("code"));
}

async function signsIn(page) {
  // The page puts the cursor into its first field by itself, a moment after it was loaded.
  await page.locator("input:focus").waitFor();
  await page.keyboard.type(options.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(options.password);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/consent\//);
}
