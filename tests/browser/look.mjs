// Looks at a page as its people do: in both themes and on a small screen. Takes its picture, has axe-core read it, and
// holds it to what every page promises.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { options } from "./browser.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** What the browser says of every answer in the four hundreds, such as the challenge that the status badge asks for. */
const ANSWER = /status of 4\d\d/;
/** The longest page, in bytes. */
const LONGEST_PAGE = 40_000;
/** axe-core's rules about colours: all that another theme can break. */
const COLOURS = { type: "rule", values: ["color-contrast", "link-in-text-block"] };
/** How a page is looked at, and what axe-core is asked about it: all at each width, and colours in each theme there. */
export const MODES = [
  { name: "light", colorScheme: "light", width: 1180 },
  { name: "dark", colorScheme: "dark", width: 1180, rules: COLOURS },
  { name: "narrow", colorScheme: "light", width: 320 },
  { name: "narrow-dark", colorScheme: "dark", width: 320, rules: COLOURS },
];

/** What goes wrong in a browser without anybody asking: collected from the moment it is opened. */
const trouble = new WeakMap();

/** A fresh browser whose every complaint counts; `given` are Playwright's options of a context. */
export async function visitor(browser, given = {}) {
  const context = await browser.newContext({ viewport: { width: 1180, height: 900 }, ...given });
  const complaints = [];
  trouble.set(context, complaints);
  context.on("request", (request) => {
    const from = request.isNavigationRequest() ? "" : request.frame().url();
    if (from.startsWith(options.origin) && !/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== options.origin) {
      complaints.push(`${from} asks ${request.url()}`);
    }
  });
  context.on("page", (page) => {
    page.on("console", (message) => message.type() === "error" && complaints.push(text(page, message.text())));
    page.on("pageerror", (error) => complaints.push(text(page, String(error))));
  });
  return context;
}

function text(page, message) {
  return `${page.url()}: ${message}`;
}

/**
 * Looks at the page as it stands, in every mode; `name` names its pictures. `expected` is a pattern of complaints that
 * belong to what was tried.
 */
export async function look(page, name, expected = undefined) {
  const before = page.viewportSize();
  await loadsLittle(page, name);
  for (const mode of MODES) {
    await page.emulateMedia({ colorScheme: mode.colorScheme });
    await page.setViewportSize({ width: mode.width, height: mode.width > 400 ? 900 : 720 });
    await settled(page);
    await picture(page, `${name}.${mode.name}`);
    await readable(page, `${name} (${mode.name})`, mode.rules);
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize(before);
  const complaints = (trouble.get(page.context()) ?? []).filter(
    (complaint) => !ANSWER.test(complaint) && !expected?.test(complaint),
  );
  assert.deepEqual(complaints, [], `${name}: the browser complains`);
}

/** No animation runs and no picture is on its way. */
export async function settled(page) {
  await page.evaluate(() => {
    const running = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime !== Infinity);
    return Promise.all(running.map((one) => one.finished.catch(() => {})));
  });
}

/** Its picture as it stands. */
export async function picture(page, name) {
  if (!options.screens) {
    return;
  }
  mkdirSync(options.screens, { recursive: true });
  // What is open over a page is as large as the window: the page below it is not the subject.
  const fullPage = !(await page.locator("dialog[open]").count());
  await page.screenshot({ path: path.join(options.screens, `${name}.png`), fullPage });
}

/** Nothing that axe-core objects to, by all its rules or the given ones, and nothing wider than the screen; `page` may be a frame of one. */
export async function readable(page, name, rules = undefined) {
  // It is half a megabyte: read once for each page, not for each mode.
  if (!(await page.evaluate(() => "axe" in globalThis))) {
    await page.evaluate(AXE);
  }
  // Its own requests for stylesheets are what our policy refuses, rightly.
  const asked = { preload: false, resultTypes: ["violations"], ...(rules && { runOnly: rules }) };
  const { violations } = await page.evaluate((asked) => globalThis.axe.run(document, asked), asked);
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(" | ")}`);
  assert.deepEqual(found, [], `${name}: axe-core objects`);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 0, `${name}: ${over} pixels wider than the screen`);
}

async function loadsLittle(page, name) {
  const html = Buffer.byteLength(await page.content());
  assert.ok(html < LONGEST_PAGE, `${name}: ${html} bytes`);
  const count = (what) => page.locator(what).count();
  const loaded = [await count("link[rel=stylesheet]"), await count("script")];
  assert.deepEqual(loaded, [1, 1], `${name}: one stylesheet and one script`);
}

/** How far what was shown moved by itself since the page was loaded (the Layout Instability API's score). */
export async function shift(page) {
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        let score = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) {
            score += entry.hadRecentInput ? 0 : entry.value;
          }
        }).observe({ type: "layout-shift", buffered: true });
        setTimeout(() => resolve(score), 100);
      }),
  );
}
