// General: name, time zone and currency, with and without our script; leaving, which the last owner cannot.

import assert from "node:assert/strict";
import { at, journey, options } from "../browser.mjs";
import { look, visitor } from "../look.mjs";

const PAGE = "/settings/organizations/northlight";

await journey(async (browser) => {
  const page = await (await visitor(browser)).newPage();
  await at(page, "/settings/organizations");
  await page.click("text=Northlight Productions");
  await look(page, "organization-general");
  assert.equal(await page.locator(".tabs [aria-current=page]").innerText(), "General");
  assert.ok((await page.locator(".leave").innerText()).includes("You are the last owner"));

  const clock = page.locator("#time-zone-now");
  const before = await clock.innerText();
  await page.getByLabel("Time zone").selectOption("Asia/Tokyo");
  const there = (name) => new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Tokyo", ...name }).format(new Date());
  const now = () => `It is ${there({ weekday: "long" })}, ${there({ hour: "2-digit", minute: "2-digit" })} there now.`;
  const possible = [now(), await clock.innerText(), now()];
  assert.notEqual(possible[1], before);
  assert.ok(possible[1] === possible[0] || possible[1] === possible[2], possible.join(" "));

  await page.getByLabel("Name", { exact: true }).fill("North & <b>Light</b>");
  await page.getByLabel("Currency").selectOption({ label: "Japanese Yen (JPY)" });
  await page.getByLabel("Currency").focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.locator("[role=status]:has-text('Saved.')").waitFor();
  assert.equal(await page.locator("h1").innerText(), "North & <b>Light</b>");
  assert.equal(await page.getByLabel("Time zone").inputValue(), "Asia/Tokyo");
  await look(page, "organization-general-saved");
  await page.reload();
  assert.equal(await page.getByText("Saved.").count(), 0, "said once");

  // Past what a browser lets people do: every problem is told, each at its field, and nothing typed is lost.
  await page.evaluate(() => {
    document.querySelector("#name").removeAttribute("required");
    document.querySelector("#name").value = " ";
    for (const [id, value] of [["time-zone", "Milan"], ["currency", "ZZZ"]]) {
      document.getElementById(id).append(new Option(value, value, true, true));
    }
  });
  await page.click("button:has-text('Save')");
  await page.getByRole("alert").waitFor();
  assert.equal(await page.locator("[aria-invalid=true]").count(), 3);
  assert.equal(await page.getByLabel("Time zone").inputValue(), "Milan");
  assert.ok((await page.title()).startsWith("Problem: "));
  await look(page, "organization-general-problem");

  const plain = await (await visitor(browser, { javaScriptEnabled: false })).newPage();
  await at(plain, PAGE);
  await plain.getByLabel("Name", { exact: true }).fill("Northlight Productions");
  await plain.getByLabel("Time zone").selectOption("Europe/Rome");
  await plain.click("button:has-text('Save')");
  assert.ok(await plain.getByText("Saved.").isVisible());
  assert.equal(new URL(plain.url()).pathname, PAGE);

  // Somewhere else Ada is not the last owner: leaving asks first, and then she is told what is left.
  await page.goto(`${options.origin}/settings/organizations/harbor`);
  await page.click("text=Leave this organization");
  await page.locator("dialog h1:has-text('Leave Harbor Crew?')").waitFor();
  await look(page, "organization-leave");
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  await page.click("text=Leave this organization");
  await page.click("dialog button:has-text('Leave')");
  await page.getByText("You left the organization.").waitFor();
  assert.equal(await page.getByText("Harbor Crew").count(), 0);
  await look(page, "organizations-left");
});
