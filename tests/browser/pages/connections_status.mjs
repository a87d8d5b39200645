// The status badge beside a server that is killed and started again: nothing here is pretended.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { at, given, journey, options } from "../browser.mjs";
import { look, shift, visitor } from "../look.mjs";

/** What Chromium says in its console about a server that is not there; and about the 401 that every check is after. */
const NOT_THERE = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_SOCKET|status of 401/;

async function start() {
  const child = spawn(given.program, [given.database, options.origin, "--at-origin"], { stdio: ["pipe", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return child;
}

async function kill(child) {
  child.kill("SIGKILL");
  await once(child, "exit");
}

await journey(async (browser) => {
  let server = await start();
  const page = await (await visitor(browser)).newPage();
  // The page's own clock, so that half a minute does not take half a minute; the server and its answers are real.
  await page.clock.install();
  const becomes = (state) => page.waitForSelector(`.status[data-state=${state}]`);
  const reason = () => page.textContent(".status-reason");
  const aloud = () => page.textContent(".status [role=status]");
  const retry = page.getByRole("button", { name: "Retry the check" });

  await at(page, "/settings/mcp");
  await becomes("reachable");
  assert.match(await page.textContent(".status-latency"), /^\d+ ms$/);
  assert.match(await reason(), /^Clients can connect\. Checked at /);
  assert.equal(await aloud(), "", "what is as it should be is not read out");
  await look(page, "status-reachable");

  // It is the way a client takes: two documents, and a call without a token that is challenged.
  const asked = [];
  page.on("request", (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
  const answers = [];
  page.on("response", (response) => answers.push(response));
  await retry.focus();
  await page.keyboard.press("Enter");
  await becomes("checking");
  await look(page, "status-checking", NOT_THERE);
  await page.clock.runFor(1000);
  await becomes("reachable");
  assert.deepEqual(asked, [
    "GET /.well-known/oauth-protected-resource/mcp",
    "GET /.well-known/oauth-authorization-server",
    "POST /mcp",
  ]);
  const call = answers.at(-1);
  assert.equal(call.status(), 401);
  assert.match(call.headers()["www-authenticate"], /resource_metadata="[^"]+oauth-protected-resource\/mcp"/);
  assert.equal((await call.request().allHeaders()).cookie, undefined, "asked as a client nobody signed in to");
  assert.match(await aloud(), /^Reachable\./, "what was asked for is read out");

  // The server goes. The page finds out by itself, and says what to do.
  await kill(server);
  const before = await page.locator("#active").boundingBox();
  await page.clock.runFor(31_000);
  await becomes("problem");
  assert.match(await reason(), /The server does not answer\..*tell whoever runs this server/);
  assert.match(await aloud(), /^Problem\. The server does not answer/);
  assert.deepEqual(await page.locator("#active").boundingBox(), before, "what is below stays where it is");
  await look(page, "status-problem", NOT_THERE);

  // Retrying while it is still gone.
  await retry.click();
  await becomes("checking");
  await page.clock.runFor(1000);
  await becomes("problem");

  // It is back: by Retry at once.
  server = await start();
  await retry.click();
  await page.clock.runFor(1000);
  await becomes("reachable");
  assert.match(await aloud(), /^Reachable\./);

  // And by itself.
  await kill(server);
  await page.clock.runFor(31_000);
  await becomes("problem");
  server = await start();
  await page.clock.runFor(31_000);
  await becomes("reachable");
  assert.match(await aloud(), /^Reachable\./, "that it is back is news");
  assert.ok((await shift(page)) < 0.01);

  // A page that nobody sees does not ask; seen again after a while, it asks at once.
  await hide(page, true);
  asked.length = 0;
  await page.clock.runFor(95_000);
  assert.deepEqual(asked, []);
  await hide(page, false);
  await page.clock.runFor(10);
  await assertEventually(() => asked.includes("POST /mcp"));
  await becomes("reachable");
  await kill(server);
});

/** Headless Chromium shows every page: what the page is told is all that can be changed. */
async function hide(page, hidden) {
  await page.evaluate((state) => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden ? "hidden" : "visible");
}

async function assertEventually(holds) {
  for (let tries = 0; tries < 100 && !holds(); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.ok(holds());
}
