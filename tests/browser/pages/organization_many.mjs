// A hundred members, twenty teams, twenty invitations, and names without an end.

import assert from "node:assert/strict";
import { at, journey, options } from "../browser.mjs";
import { look, visitor } from "../look.mjs";

const PAGE = "/settings/organizations/northlight";

await journey(async (browser) => {
  const page = await (await visitor(browser)).newPage();
  await at(page, `${PAGE}/members`);
  const seen = new Set();
  await look(page, "organization-members-many");
  for (;;) {
    for (const name of await page.locator(".item.person strong").allInnerTexts()) {
      seen.add(name);
    }
    const next = page.getByRole("link", { name: "Next" });
    if (!(await next.count())) {
      break;
    }
    await next.click();
    await page.waitForLoadState();
  }
  assert.ok(seen.size >= 100, `each is on one of the pages: ${seen.size}`);
  for (let number = 0; number < 10; number += 1) {
    await page.goto(`${options.origin}${PAGE}/members/invite`);
    await page.getByLabel("E-mail address").fill(`${"x".repeat(50)}-${number}@demo.example`);
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: "Invitation link" }).waitFor();
  }
  await page.goto(`${options.origin}${PAGE}/members`);
  await look(page, "organization-invitations-many");

  for (let number = 0; number < 17; number += 1) {
    await page.goto(`${options.origin}${PAGE}/teams`);
    await page.getByLabel("Name", { exact: true }).fill(number ? `Team number ${number}` : "T".repeat(100));
    await page.keyboard.press("Enter");
    await page.getByText("is there.").waitFor();
  }
  await page.goto(`${options.origin}${PAGE}/teams`);
  await look(page, "organization-teams-many");
  await page.click("text=Team number 5");
  for (const person of ["Member number 01", "Member number 02", "A".repeat(100)]) {
    const option = page.locator("#add option", { hasText: person }).first();
    await page.getByLabel("Add a member").selectOption(await option.getAttribute("value"));
    await page.getByRole("button", { name: "Add" }).click();
    await page.getByText("Added to the team.").waitFor();
  }
  await look(page, "organization-team-many");

  await page.goto(`${options.origin}${PAGE}/access/write/off`);
  assert.ok(await page.getByText("and 5 more").isVisible());
  await look(page, "organization-turn-off-many");

  await page.goto(options.origin + PAGE);
  await page.getByLabel("Name", { exact: true }).fill("N".repeat(100));
  await page.click("button:has-text('Save')");
  await page.getByText("Saved.").waitFor();
  await look(page, "organization-long-name");
});
