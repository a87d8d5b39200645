// The server goes away and comes back while the panel is open.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { at, given, journey, options } from "../browser.mjs";
import { look, visitor } from "../look.mjs";

const CALLBACK = "http://127.0.0.1:9/callback";

async function start() {
  const server = spawn(given.program, given.arguments, { stdio: ["pipe", "pipe", "ignore"] });
  await once(server.stdout, "data");
  return server;
}

async function connect(page) {
  const registered = await fetch(`${options.origin}/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ client_name: "Crew Assistant", redirect_uris: [CALLBACK] }),
  });
  const query = new URLSearchParams({
    client_id: (await registered.json()).client_id,
    redirect_uri: CALLBACK,
    response_type: "code",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
    resource: `${options.origin}/mcp`,
  });
  await page.route(`${CALLBACK}**`, (route) => route.fulfill({ body: "connected" }));
  await page.goto(`${options.origin}/authorize?${query}`);
  const choice = page.locator(`input[type=radio][name=organization][value=${options.organization}]`);
  if (await choice.count()) {
    await choice.check({ force: true });
  }
  await page.click("button[value=allow]");
  await page.waitForURL(`${CALLBACK}**`);
}

await journey(async (browser) => {
  let server = await start();
  const context = await visitor(browser);
  const page = await context.newPage();
  await at(page, "/settings/mcp");
  await connect(await context.newPage());
  await page.reload();
  await page.getByRole("link", { name: "Activity" }).first().click();
  const panel = page.getByRole("dialog");
  await panel.getByText("Live", { exact: true }).waitFor();
  server.kill("SIGKILL");
  await panel.getByText("Not live", { exact: true }).waitFor({ timeout: 8_000 });
  await look(page, "activity-interrupted", /ERR_/);
  assert.ok(await panel.getByRole("button", { name: "Retry" }).isVisible());

  server = await start();
  await panel.getByText("Live", { exact: true }).waitFor({ timeout: 30_000 });
  await panel.getByRole("link", { name: /CSV/ }).click();
  await panel.locator(".event").filter({ hasText: "Activity exported" }).waitFor({ timeout: 8_000 });

  // Not waited for by itself: the button tries at once, unless the page was quicker than the hand.
  server.kill("SIGKILL");
  await panel.getByText("Not live", { exact: true }).waitFor({ timeout: 8_000 });
  server = await start();
  const live = panel.getByText("Live", { exact: true }).waitFor({ timeout: 30_000 });
  await Promise.race([panel.getByRole("button", { name: "Retry" }).click({ timeout: 0 }).catch(() => {}), live]);
  await live;
  server.kill("SIGKILL");
});
