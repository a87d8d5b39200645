// Which clients may connect: any, or those of a list; and what that means for who is connected already.

import assert from "node:assert/strict";
import { at, journey } from "../browser.mjs";
import { look, visitor } from "../look.mjs";

const PAGE = "/settings/organizations/northlight/access";

await journey(async (browser) => {
  const page = await (await visitor(browser)).newPage();
  await at(page, PAGE);
  const card = page.locator("#domains");
  assert.ok((await card.innerText()).startsWith("Which clients may connect\n"));
  assert.ok((await card.innerText()).includes("Any client may connect"));
  await page.getByLabel("Add a domain").fill("https://claude.ai");
  await page.keyboard.press("Enter");
  await page.locator("#domain-problem").waitFor();
  assert.equal(await page.getByLabel("Add a domain").inputValue(), "https://claude.ai");
  await look(page, "organization-domains-problem");
  await page.getByLabel("Add a domain").fill("claude.ai, chatgpt.com");
  await page.keyboard.press("Enter");
  await page.getByText("chatgpt.com, claude.ai are on the list now.").waitFor();
  assert.ok(await card.getByText("1 live connection is of a client that is not on the list.").isVisible());
  await look(page, "organization-domains");

  await card.getByRole("button", { name: "Remove" }).first().click();
  await page.getByText("chatgpt.com is off the list now. Clients of 1 domain may connect.").waitFor();
  assert.ok(await card.getByText("if you remove it, any client may connect again").isVisible());

  await card.getByText("See and end it").click();
  await page.locator("dialog .item.using", { hasText: "Ben Okafor" }).waitFor();
  await look(page, "organization-domains-end");
  await page.click("dialog button:has-text('End it')");
  await page.getByText("1 connection of other clients ended.").waitFor();

  const plain = await (await visitor(browser, { javaScriptEnabled: false })).newPage();
  await at(plain, PAGE);
  await plain.getByRole("button", { name: "Remove" }).click();
  assert.ok(await plain.getByText("claude.ai is off the list now. Any client may connect.").isVisible());
});
