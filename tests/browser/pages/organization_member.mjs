// What members and contractors see of their organization, and what they are told where it is not theirs.

import assert from "node:assert/strict";
import { at, given, journey, options } from "../browser.mjs";
import { look, visitor } from "../look.mjs";

const PAGE = "/settings/organizations/northlight";

await journey(async (browser) => {
  for (const [role, email] of Object.entries(given)) {
    const page = await (await visitor(browser)).newPage();
    await at(page, PAGE, email);
    await look(page, `organization-as-${role}`);
    const text = await page.locator("main").innerText();
    assert.ok(text.includes(`You are a ${role} here.`) && text.includes("Sound") && text.includes("Ada Marchetti"));
    assert.equal(text.includes("Contractors cannot connect AI clients"), role === "contractor");
    assert.equal(await page.locator(".tabs").count(), 0);
    for (const tab of ["members", "teams", "access", "connections"]) {
      const answer = await page.goto(`${options.origin}${PAGE}/${tab}`);
      assert.equal(answer.status(), 403);
      assert.ok((await page.locator("main").innerText()).includes("Ada Marchetti"), "whom to ask");
    }
    await look(page, `organization-not-yours-${role}`);
    await page.goto(options.origin + PAGE);
    await page.click("text=Leave this organization");
    await page.locator("dialog").getByRole("link", { name: "Stay" }).click();
    await page.locator("dialog").waitFor({ state: "detached" });
  }
});
