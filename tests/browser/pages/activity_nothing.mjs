// A connection to which nothing happened, at a server that records no tool calls.

import { at, journey } from "../browser.mjs";
import { look, visitor } from "../look.mjs";

await journey(async (browser) => {
  const page = await (await visitor(browser)).newPage();
  await at(page, "/settings/mcp");
  await page.getByRole("link", { name: "Activity" }).first().click();
  const panel = page.getByRole("dialog");
  await panel.getByText("Nothing has happened yet.").waitFor();
  await panel.getByText("turned off the recording of tool calls").waitFor();
  await panel.getByText("Live", { exact: true }).waitFor();
  await look(page, "activity-nothing-yet");
  // The first event takes the place of the message.
  await panel.getByRole("link", { name: /JSON/ }).click();
  await panel.locator(".event").filter({ hasText: "Activity exported" }).waitFor({ timeout: 8_000 });
  await panel.getByText("Nothing has happened yet.").waitFor({ state: "detached" });
});
