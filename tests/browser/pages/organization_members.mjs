// Members: inviting by a link shown once, changing a role, removing; each says first what it means.

import assert from "node:assert/strict";
import { at, journey } from "../browser.mjs";
import { look, visitor } from "../look.mjs";

const PAGE = "/settings/organizations/northlight/members";

/** The row of a member or invitation. */
function row(page, name) {
  return page.locator(".item.person", { hasText: name });
}

await journey(async (browser) => {
  const context = await visitor(browser);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  await at(page, PAGE);
  await look(page, "organization-members");

  await page.click("text=Invite somebody");
  await page.locator("dialog h1:has-text('Invite somebody')").waitFor();
  await look(page, "organization-invite");
  await page.getByLabel("E-mail address").fill("ben@demo.example");
  await page.getByLabel("Admin", { exact: true }).check();
  await page.click("button:has-text('Make the link')");
  await page.getByRole("alert").waitFor();
  assert.equal(await page.getByLabel("E-mail address").inputValue(), "ben@demo.example", "what was typed stays");
  assert.ok(await page.getByLabel("Admin", { exact: true }).isChecked());
  await look(page, "organization-invite-problem");
  await page.getByLabel("E-mail address").fill("new@demo.example");
  await page.keyboard.press("Enter");
  const link = page.getByRole("textbox", { name: "Invitation link" });
  await link.waitFor();
  const url = await link.inputValue();
  assert.match(url, /\/invitations\/lvr_in_/);
  await look(page, "organization-invited");
  await page.getByRole("button", { name: "Copy the invitation link" }).click();
  await page.getByText("Copied.").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), url);
  await page.reload();
  assert.equal(await page.getByRole("textbox", { name: "Invitation link" }).count(), 0, "it is shown once");
  await look(page, "organization-members-invitation");
  await row(page, "new@demo.example").getByRole("button", { name: "Withdraw" }).click();
  await page.getByText("The invitation of new@demo.example is withdrawn").waitFor();
  assert.equal(await page.getByText("Open invitations").count(), 0);

  await row(page, "Ben Okafor").getByText("Change role").focus();
  await page.keyboard.press("Enter");
  await page.locator("dialog h1:has-text('Change the role of Ben Okafor')").waitFor();
  assert.ok(await page.getByText("1 connection of theirs stops working at once").isVisible());
  await look(page, "organization-role");
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  const focused = await page.evaluate(() => document.activeElement.innerText);
  assert.equal(focused, "Change role", "the focus is back where it was");
  await row(page, "Ben Okafor").getByText("Change role").click();
  await page.getByLabel("Contractor").check();
  await page.click("dialog button:has-text('Change role')");
  await page.getByText("Ben Okafor is a contractor now. 1 connection of theirs does not work any more").waitFor();
  assert.ok((await row(page, "Ben Okafor").innerText()).includes("Contractor"));
  await look(page, "organization-role-changed");

  await row(page, "Ada Marchetti").getByText("Change role").click();
  await page.locator("dialog [role=alert]:has-text('last owner')").waitFor();
  await look(page, "organization-role-last-owner");
  await page.getByRole("link", { name: "Back" }).click();

  // Without our script the questions are pages.
  const plain = await (await visitor(browser, { javaScriptEnabled: false })).newPage();
  await at(plain, PAGE);
  await row(plain, "Ben Okafor").getByText("Remove").click();
  assert.ok(await plain.getByText("1 connection of theirs to an AI client ends at once.").isVisible());
  await plain.getByRole("link", { name: "Keep them" }).click();
  assert.equal(new URL(plain.url()).pathname, PAGE);
  await row(plain, "Ben Okafor").getByText("Remove").click();

  await row(page, "Ben Okafor").getByText("Remove").click();
  await page.locator("dialog h1:has-text('Remove Ben Okafor from Northlight Productions?')").waitFor();
  await look(page, "organization-remove");
  await page.click("dialog button:has-text('Remove')");
  await page.getByText("Ben Okafor is no member any more. 1 connection ended.").waitFor();
  assert.equal(await row(page, "Ben Okafor").count(), 0);
  await plain.getByRole("button", { name: "Remove" }).click();
  assert.ok((await plain.getByRole("alert").innerText()).includes("not a member any more"), "who came too late is told");
  await plain.goBack();
  assert.ok((await plain.getByRole("alert").innerText()).includes("not a member any more"), "before they try, too");
});
