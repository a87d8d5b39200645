// Teams: made, renamed, filled and emptied.

import assert from "node:assert/strict";
import { at, journey, options } from "../browser.mjs";
import { look, visitor } from "../look.mjs";

const PAGE = "/settings/organizations/northlight/teams";

await journey(async (browser) => {
  const page = await (await visitor(browser)).newPage();
  await at(page, "/settings/organizations/harbor/teams");
  await page.getByText("There are no teams yet.").waitFor();
  await look(page, "organization-teams-none");

  await page.goto(options.origin + PAGE);
  await look(page, "organization-teams");
  await page.getByLabel("Name", { exact: true }).fill("Another one");
  await page.getByLabel("Short name in addresses").fill("sound");
  await page.click("button:has-text('Make the team')");
  await page.locator("#team-slug-problem").waitFor();
  assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "Another one");
  await look(page, "organization-teams-problem");
  await page.getByLabel("Name", { exact: true }).fill("Luce & Città");
  await page.getByLabel("Short name in addresses").fill("");
  await page.click("button:has-text('Make the team')");
  await page.getByText("The team Luce & Città is there.").waitFor();
  assert.equal(new URL(page.url()).pathname, `${PAGE}/luce-citta`);
  await look(page, "organization-team-new");

  await page.getByLabel("Add a member").selectOption({ label: "Ben Okafor, ben@demo.example" });
  await page.getByLabel("Add a member").focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByText("Added to the team.").waitFor();
  await look(page, "organization-team");
  assert.match(await page.getByRole("textbox", { name: "Connector URL" }).inputValue(), /\/mcp\/o\/northlight\/t\/luce-citta$/);
  await page.getByLabel("Name", { exact: true }).fill("Light");
  await page.click("button:has-text('Rename')");
  await page.getByText("The team is called Light now.").waitFor();
  await page.getByRole("button", { name: "Take out" }).click();
  await page.getByText("Taken out of the team.").waitFor();
  assert.ok(await page.getByText("Nobody is in this team yet.").isVisible());

  const plain = await (await visitor(browser, { javaScriptEnabled: false })).newPage();
  await at(plain, `${PAGE}/luce-citta`);
  await plain.getByLabel("Add a member").selectOption({ label: "Ada Marchetti, ada@demo.example" });
  await plain.getByRole("button", { name: "Add" }).click();
  assert.ok(await plain.getByText("Added to the team.").isVisible());
  await plain.goto(options.origin + PAGE);
  assert.ok(await plain.locator(".item.team", { hasText: "Light" }).getByText("Ada Marchetti").isVisible());
});
