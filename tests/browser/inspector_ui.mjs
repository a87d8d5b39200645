// MCP Inspector itself, as it comes out of its registry: its page is of another origin, a process of its own speaks for
// it, and the browser goes to our pages and back.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { given, journey, options, signIn } from "./browser.mjs";

const PATIENCE = 60_000;

function freePort() {
  const server = createServer();
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => resolve(String(port)));
  }));
}

/** Starts it with nothing but the connector URL. */
async function start(home) {
  const launcher = path.join(given.programs, "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js");
  return spawn(process.execPath, [launcher, "--web", "--server-url", `${options.origin}/mcp`, "--transport", "http"], {
    env: { PATH: process.env.PATH, HOME: home, CLIENT_PORT: await freePort(), MCP_SANDBOX_PORT: await freePort(),
      MCP_AUTO_OPEN_ENABLED: "false", MCP_INSPECTOR_SECRET_STORE: "memory" },
    stdio: ["ignore", "pipe", "pipe"], detached: true,
  });
}

/** The address of its page, once it says so. */
function addressOf(inspector) {
  return new Promise((resolve, reject) => {
    let told = "";
    const read = (text) => {
      told += text;
      const found = /http:\/\/\S+MCP_INSPECTOR_API_TOKEN=\S+/.exec(told);
      if (found) resolve(found[0]);
    };
    inspector.stdout.setEncoding("utf8").on("data", read);
    inspector.stderr.setEncoding("utf8").on("data", read);
    inspector.on("close", () => reject(new Error(`Inspector ended: ${told}`)));
    setTimeout(() => reject(new Error(`Inspector does not serve: ${told}`)), PATIENCE).unref();
  });
}

await journey(async (browser) => {
  const home = mkdtempSync(path.join(tmpdir(), "lavori-inspector-"));
  const inspector = await start(home);
  try {
    const address = await addressOf(inspector);
    const page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(PATIENCE);
    await page.goto(address);
    await page.getByRole("switch").first().click({ force: true });
    await page.waitForSelector("#password");
    await signIn(page);
    await page.click("button[value=allow]");
    await page.waitForURL((url) => url.origin === new URL(address).origin);
    await page.getByText("Connected", { exact: true }).waitFor();
    if (options.screens) {
      await page.screenshot({ path: path.join(options.screens, "inspector.png") });
    }
    await page.getByText("Tools", { exact: true }).click();
    await page.getByText("Workspace context").first().waitFor();
    const listed = await page.locator("body").innerText();
    await page.getByText("Workspace context").first().click();
    await page.getByRole("button", { name: /^(run|execute|call)/i }).first().click();
    await page.getByText("Northlight Productions").first().waitFor();
    const tools = ["get_context", "list_tasks", "query_analytics", "create_tasks"].filter((tool) => listed.includes(tool));
    return { tools };
  } finally {
    process.kill(-inspector.pid, "SIGKILL");
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
});
