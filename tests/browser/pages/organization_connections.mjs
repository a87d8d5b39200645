// Everyone's connections: none, some, and revoking somebody else's with a reason.

import assert from "node:assert/strict";
import { at, journey, options } from "../browser.mjs";
import { look, visitor } from "../look.mjs";

await journey(async (browser) => {
  const page = await (await visitor(browser)).newPage();
  await at(page, "/settings/organizations/harbor/connections");
  await page.getByText("Nobody has connected a client yet.").waitFor();
  await look(page, "organization-connections-none");
  await page.goto(`${options.origin}/settings/organizations/northlight`);
  await page.getByRole("link", { name: "Connections", exact: true }).click();
  await look(page, "organization-connections");
  assert.equal(await page.getByText("Activity").count(), 0, "what a client did is not for admins");
  const rows = page.locator(".item:not(.over)", { hasText: "Ben Okafor" });
  assert.equal(await rows.count(), 3);
  await rows.first().getByText("Revoke").click();
  await page.locator("dialog").getByLabel("Why").fill("The laptop was lost");
  await page.locator("dialog").getByRole("button", { name: "Revoke" }).click();
  await page.getByText("Revoked. The client has no access any more.").waitFor();
  assert.ok(await page.getByText("The laptop was lost").isVisible());
  await look(page, "organization-connections-revoked");
});
