// The consent page in a hostile or clumsy browser: framed, clicked twice, with Enter held down; with scripts and without.

import { authorizeUrl, journey, options, register, serve, signIn } from "./browser.mjs";

async function framed(browser, url) {
  const { port } = await serve(() => `<!doctype html><iframe src="${url}" width=800 height=600></iframe>`);
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`http://localhost:${port}/`);
  const frame = page.frames()[1];
  const text = await frame.evaluate(() => document.body.innerText).catch(() => "");
  await context.close();
  return { url: frame.url(), text };
}

/** Answers the consent page with `act`, and says where that ended. */
async function answered(browser, javaScriptEnabled, act) {
  let arrivals = 0;
  const { port } = await serve((url) => {
    arrivals += url.pathname === "/callback" && url.searchParams.has("code") ? 1 : 0;
    return "<!doctype html><title>callback</title>arrived";
  });
  const callback = `http://localhost:${port}/callback`;
  const context = await browser.newContext({ javaScriptEnabled });
  const page = await context.newPage();
  await page.goto(authorizeUrl(await register(callback), callback));
  await signIn(page);
  await act(page);
  await page.waitForFunction(() => document.title).catch(() => {});
  await page.waitForTimeout(500);
  const text = await page.locator("body").innerText();
  await context.close();
  return { arrivals, text };
}

const doubleClick = (page) => page.dblclick("button[value=allow]", { noWaitAfter: true }).catch(() => {});
const enterHeld = async (page) => {
  await page.focus("button[value=allow]");
  for (let repeat = 0; repeat < 20; repeat += 1) {
    await page.keyboard.down("Enter").catch(() => {});
  }
  await page.keyboard.up("Enter").catch(() => {});
};

await journey(async (browser) => ({
  framed: [
    await framed(browser, authorizeUrl(await register("http://localhost/cb"), "http://localhost/cb")),
    await framed(browser, `${options.origin}/sign-in`),
  ],
  answers: [
    await answered(browser, true, doubleClick),
    await answered(browser, true, enterHeld),
    await answered(browser, false, doubleClick),
    await answered(browser, false, enterHeld),
  ],
}));
