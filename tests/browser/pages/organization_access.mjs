// MCP write access: how it is, what turning it off cuts off, and the way there without our script.

import assert from "node:assert/strict";
import { at, journey, options } from "../browser.mjs";
import { look, visitor } from "../look.mjs";

const PAGE = "/settings/organizations/northlight/access";

/** The part of a switch. */
function part(page, name) {
  return page.locator(".access", { hasText: name });
}

await journey(async (browser) => {
  const page = await (await visitor(browser)).newPage();
  await at(page, PAGE);
  await look(page, "organization-access-on");
  const [write, billing] = [part(page, "Allow MCP write access"), part(page, "Allow billing changes")];
  assert.ok((await write.innerText()).includes("2 live connections may use it."));
  assert.ok((await billing.innerText()).includes("1 live connection may use it."));

  await write.getByText("Turn off").focus();
  await page.keyboard.press("Enter");
  const dialog = page.locator("dialog");
  await dialog.getByText("2 live connections use MCP write access, 1 of them billing. They lose it at once.").waitFor();
  assert.ok(await dialog.getByText("Reading goes on").isVisible());
  const rows = await dialog.locator(".item.using").allInnerTexts();
  assert.equal(rows.length, 2, "the one that only reads is not named");
  assert.ok(rows[0].includes("Ada Marchetti") && rows[0].includes("Billing"), "the farthest-reaching first");
  assert.ok(rows[1].includes("Ben Okafor") && !rows[1].includes("Billing"));
  await look(page, "organization-turn-off-write");
  await dialog.getByRole("link", { name: "Keep it on" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.equal(await write.getAttribute("data-state"), "on");

  await page.goto(`${options.origin}${PAGE}/billing/off`);
  await look(page, "organization-turn-off-billing");
  await page.getByRole("link", { name: "Keep it on" }).click();

  // Without our script: the same question is a page of its own.
  const plain = await (await visitor(browser, { javaScriptEnabled: false })).newPage();
  await at(plain, PAGE);
  await part(plain, "Allow billing changes").getByText("Turn off").click();
  assert.equal(new URL(plain.url()).pathname, `${PAGE}/billing/off`);
  assert.ok(await plain.getByText("1 live connection uses billing changes. It loses it at once.").isVisible());
  await plain.getByRole("button", { name: "Turn off" }).click();
  assert.ok(await plain.getByText("Billing changes are off now.").isVisible());
  assert.equal(new URL(plain.url()).pathname, PAGE);
  await part(plain, "Allow billing changes").getByRole("button", { name: "Turn on" }).click();
  assert.ok(await plain.getByText("Billing changes are on now.").isVisible());

  await page.reload();
  await write.getByText("Turn off").click();
  await dialog.waitFor();
  await dialog.getByRole("button", { name: "Turn off" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("MCP write access is off now, and billing changes with it.").waitFor();
  assert.equal(await write.getAttribute("data-state"), "off");
  assert.ok(await billing.getByRole("button", { name: "Turn on" }).isDisabled(), "billing depends on write");
  assert.ok((await billing.innerText()).includes("turn that on first"));
  assert.ok((await write.innerText()).includes("2 live connections were allowed it before"));
  assert.ok(await page.getByText(/Last changed .* by Ada Marchetti\./).isVisible());
  await look(page, "organization-access-off");
});
