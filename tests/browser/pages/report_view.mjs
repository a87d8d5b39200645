// The view of `query_analytics` in a minimal host with MCP Apps: a page of another origin, with the view in a sandboxed
// frame. The host reads the view and calls the tool for real; what is drawn is held to what was answered.

import assert from "node:assert/strict";
import { given, journey, options, serve } from "../browser.mjs";
import { MODES, picture, readable, settled } from "../look.mjs";

const MIME = "text/html;profile=mcp-app";
const HOST = `<!doctype html><html lang="en"><title>Host</title><meta name="viewport" content="width=device-width">
<style>
  :root { color-scheme: light dark; }
  body { margin: 0; background: light-dark(#f5f4f0, #141619); }
  iframe { display: block; border: 0; width: 100%; height: 120px; }
</style><main><iframe title="Report" sandbox="allow-scripts"></iframe></main><script>
  const frame = document.querySelector("iframe");
  const heard = (window.heard = []);
  window.context = { locale: "en-GB", displayMode: "inline", containerDimensions: { maxHeight: 4000 } };
  window.toView = (message) => frame.contentWindow.postMessage({ jsonrpc: "2.0", ...message }, "*");
  addEventListener("message", ({ source, data }) => {
    if (source !== frame.contentWindow) return;
    heard.push(data);
    if (data.method === "ui/initialize") {
      const result = { protocolVersion: "2026-01-26", hostInfo: { name: "host", version: "1" }, hostCapabilities: {}, hostContext: window.context };
      window.toView({ id: data.id, result });
    }
    if (data.method === "ui/notifications/size-changed") frame.style.height = data.params.height + "px";
  });
  window.open = (html) => { heard.length = 0; frame.style.height = "120px"; frame.srcdoc = html; };
</script></html>`;

/** Asks the server as a host that shows views. */
async function ask(method, params) {
  const response = await fetch(options.origin + given.path, {
    method: "POST",
    headers: {
      "content-type": "application/json", accept: "application/json, text/event-stream",
      authorization: `Bearer ${given.access_token}`, "mcp-protocol-version": "2026-07-28", "mcp-method": method,
      ...((params.name ?? params.uri) && { "mcp-name": params.name ?? params.uri }),
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: { ...params, _meta: {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientCapabilities": { extensions: { "io.modelcontextprotocol/ui": { mimeTypes: [MIME] } } },
    } } }),
  });
  const { result, error } = await response.json();
  assert.ok(result, JSON.stringify(error));
  return result;
}

/** Reports of the demo data, of every form that there is. */
const REPORTS = [
  { report: "revenue", from: "-400d", group_by: ["month"] },
  { report: "revenue", from: "-400d", group_by: ["month", "client"] },
  { report: "task_throughput", from: "-120d", group_by: ["week"] },
  { report: "receivables_aging", group_by: ["client"] },
  { report: "receivables_aging" },
  { report: "overdue_tasks", group_by: ["person"] },
  { report: "project_progress", group_by: ["project"] },
  { report: "utilisation", group_by: ["person", "month"] },
  { report: "budget_burn", group_by: ["project"] },
  { report: "quote_conversion", from: "-400d", group_by: ["client"] },
];

await journey(async (browser) => {
  const listed = (await ask("tools/list", {})).tools.find((tool) => tool.name === "query_analytics");
  const uri = listed._meta.ui.resourceUri;
  const [view] = (await ask("resources/read", { uri })).contents;
  assert.deepEqual([view.uri, view.mimeType], [uri, MIME]);

  const { port } = await serve(() => HOST);
  const host = `http://localhost:${port}/`;
  const context = await browser.newContext({ viewport: { width: 760, height: 900 } });
  const [complaints, requests] = [[], []];
  context.on("request", (request) => request.url() !== host && !request.url().startsWith("about:") && requests.push(request.url()));
  const page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(host);
  // The browser asks for an icon of the host by itself, once.
  const ours = () => requests.filter((url) => url !== `${host}favicon.ico`);
  const complained = () => complaints.filter((text) => !text.includes("404"));

  /** Opens the view anew for a call of the tool, and hands it the result. */
  async function open(given_arguments, result) {
    await page.evaluate((html) => window.open(html), view.text);
    await page.waitForFunction(() => window.heard.some((one) => one.method === "ui/notifications/initialized"));
    await page.evaluate((input) => window.toView({ method: "ui/notifications/tool-input", params: { arguments: input } }), given_arguments);
    await page.evaluate((params) => window.toView({ method: "ui/notifications/tool-result", params }), result);
    const frame = page.frames().find((one) => one !== page.mainFrame());
    await frame.waitForFunction(() => !document.querySelector("#state").textContent.startsWith("Waiting"));
    return frame;
  }

  async function look(frame, name) {
    const before = page.viewportSize();
    for (const mode of MODES) {
      await page.emulateMedia({ colorScheme: mode.colorScheme });
      const width = Math.min(mode.width, 760);
      await page.setViewportSize({ width, height: 720 });
      await page.waitForFunction(async (width) => {
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        const last = window.heard.findLast((one) => one.method === "ui/notifications/size-changed");
        return last?.params.width === width && document.querySelector("iframe").clientHeight === last.params.height;
      }, width);
      await settled(page);
      await picture(page, `${name}.${mode.name}`);
      await readable(frame, `${name} (${mode.name})`, mode.rules);
    }
    await page.emulateMedia({ colorScheme: null });
    await page.setViewportSize(before);
  }

  for (const [place, call] of REPORTS.entries()) {
    const result = await ask("tools/call", { name: "query_analytics", arguments: call });
    assert.ok(!result.isError, result.content[0].text);
    const frame = await open(call, result);
    const answer = result.structuredContent;
    const name = `view-${place}-${call.report}`;
    assert.ok((answer.data ?? answer.totals).length, `${name}: the demo has figures`);
    await holds(frame, answer, name);
    if ([0, 3].includes(place)) {
      await frame.locator("summary").first().focus();
      await page.keyboard.press("Enter");
      assert.ok(await frame.locator("details").first().getAttribute("open") !== null, "the table opens by keyboard");
    }
    await look(frame, name);
  }

  await theHostsLooks(page, open);
  await whatIsNoReport(page, open, look);
  assert.deepEqual(ours(), [], "the view asks nobody for anything");
  assert.deepEqual(complained(), [], "the browser complains");
});

/** What stands in the tables is what was answered: each row, each figure, each currency by itself. */
async function holds(frame, answer, name) {
  const tables = await frame.evaluate(() =>
    [...document.querySelectorAll("table")].map((table) => ({
      rows: [...table.querySelectorAll("tbody tr, tfoot tr")].map((row) => [...row.cells].map((cell) => cell.textContent)),
    })),
  );
  const currencies = [...new Set([...(answer.totals ?? []), ...(answer.data ?? [])].map((block) => block.currency))];
  assert.equal(tables.length, currencies.length, `${name}: a table for each currency`);
  for (const [place, currency] of currencies.entries()) {
    const of = (blocks = []) => blocks.filter((block) => block.currency === currency);
    const blocks = [...of(answer.data), ...of(answer.totals)];
    const { rows } = tables[place];
    assert.equal(rows.length, blocks.length, `${name}: every row is there`);
    blocks.forEach((block, index) => {
      const [label, ...cells] = rows[index];
      for (const made of Object.values(block.group ?? {})) {
        if (made.name) assert.ok(label.includes(made.name), `${name}: ${label}`);
      }
      const digits = (text) => String(text).replace(/[^\d]/g, "");
      for (const [figure, value] of Object.entries(block.figures)) {
        // Minutes are shown as hours and days in words; all others with their own digits.
        const same = (cell) => digits(cell) === digits(value) || digits(cell) === digits(String(value).replace(/\.0+$/, ""));
        if (figure.endsWith("_minutes")) {
          const hours = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 }).format(value / 60);
          assert.ok(cells.some((cell) => cell.startsWith(hours)), `${name}: ${figure} ${value}: ${cells}`);
        } else if (!/^\d{4}-/.test(value)) {
          assert.ok(cells.some(same), `${name}: ${figure} ${value}: ${cells}`);
        }
      }
      assert.deepEqual(cells.slice(-2).map(digits), [block.counted, block.excluded].map(String), name);
    });
  }
  const text = await frame.textContent("body");
  for (const line of [answer.definition, ...answer.notices]) {
    assert.ok(text.includes(line), `${name}: ${line}`);
  }
  assert.ok(await frame.locator("figure").count(), `${name}: something is drawn`);
}

/** The host's theme wins over the system's; it may change; its colours are taken over; its questions are answered. */
async function theHostsLooks(page, open) {
  await page.emulateMedia({ colorScheme: "light" });
  await page.evaluate(() => Object.assign(window.context, { theme: "dark", locale: "de-DE" }));
  const money = { report: "revenue", definition: "d", as_of: "2026-11-29T09:30:00+01:00", notices: [], applied: { organization: "northlight", scope: "team", team: "sound", time_zone: "Europe/Berlin" },
    totals: [{ currency: "EUR", figures: { net: "9007199254740993.07" }, counted: 1, excluded: 0 }] };
  const frame = await open({}, { content: [], structuredContent: money });
  const page_colour = () => frame.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(await page_colour(), "rgb(29, 32, 36)");
  assert.match(await frame.textContent(".tiles"), /9\.007\.199\.254\.740\.993,07/, "no digit is lost");
  assert.match(await frame.textContent("#where"), /sound only/, "what it covers is said");
  assert.match(await frame.textContent("#when"), /09:30/);
  const tell = (message) => page.evaluate((it) => window.toView(it), message);
  await tell({ method: "ui/notifications/host-context-changed", params: { theme: "light" } });
  await frame.waitForFunction(() => getComputedStyle(document.body).backgroundColor === "rgb(255, 255, 255)");
  const variables = { "--color-background-primary": "#102030", "--color-text-primary": "#ffffff" };
  await tell({ method: "ui/notifications/host-context-changed", params: { styles: { variables } } });
  await frame.waitForFunction(() => getComputedStyle(document.body).backgroundColor === "rgb(16, 32, 48)");
  await tell({ id: "end", method: "ui/resource-teardown", params: { reason: "over" } });
  await tell({ id: "what", method: "ui/nonsense", params: {} });
  await page.waitForFunction(() => window.heard.some((one) => one.id === "end" && one.result) && window.heard.some((one) => one.id === "what" && one.error?.code === -32601));
  await page.evaluate(() => { delete window.context.theme; window.context.locale = "en-GB"; });
  await page.emulateMedia({ colorScheme: null });
}

/** Refusals, nothing to count, calls that were called off, names that look like markup. */
async function whatIsNoReport(page, open, look) {
  const refused = await ask("tools/call", { name: "query_analytics", arguments: { report: "revenue", project: "no such project" } });
  assert.equal(refused.isError, true);
  const frame = await open({ report: "revenue" }, refused);
  const problem = JSON.parse(refused.content[0].text);
  const message = (problem.problems ?? [problem])[0].message;
  assert.ok((await frame.textContent("#state")).includes(message), "why there is none is said");
  assert.equal(await frame.textContent("h1"), "Revenue");
  await look(frame, "view-refused");

  const nothing = await ask("tools/call", { name: "query_analytics", arguments: { report: "revenue", from: "2001-01-01", to: "2001-01-31", group_by: ["month"] } });
  await look(await open({ report: "revenue" }, nothing), "view-nothing");

  const evil = "<img src=x onerror=alert(1)><b>bold</b>";
  const row = { group: { project: { key: "P-1", name: evil } }, figures: { progress_percent: "150", tasks: 3 }, counted: 3, excluded: 0 };
  const forged = { report: "<script>", definition: evil, notices: [evil], applied: { organization: evil }, data: [row], totals: [] };
  const drawn = await open({}, { content: [], structuredContent: forged });
  assert.equal(await drawn.locator("img, b:has-text('bold'), main script").count(), 0, "text stays text");
  assert.ok((await drawn.textContent(".bars")).includes(evil));
}
