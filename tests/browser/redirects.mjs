// From the consent page to every kind of place that a client may be at.

import { WEB_HOST, authorizeUrl, certificate, journey, register, serve, signIn } from "./browser.mjs";

/** Allows, and gives every address the browser was sent to afterwards, and what it refused to do. */
async function allowed(browser, redirectUri, last) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Page.enable");
  await session.send("Log.enable");
  const [went, refused] = [[], []];
  let arrived;
  const arrival = new Promise((resolve) => {
    arrived = resolve;
  });
  const note = (url) => {
    went.push(url);
    if (url.startsWith(last)) {
      arrived();
    }
  };
  session.on("Network.requestWillBeSent", (event) => note(event.documentURL));
  session.on("Network.requestWillBeSent", (event) => note(event.request.url));
  session.on("Page.frameRequestedNavigation", (event) => note(event.url));
  session.on("Page.frameScheduledNavigation", (event) => note(event.url));
  session.on("Log.entryAdded", (event) => refused.push(event.entry.text));
  page.on("console", (message) => refused.push(message.text()));
  await page.goto(authorizeUrl(await register(redirectUri), redirectUri));
  await signIn(page);
  await page.click("button[value=allow]", { noWaitAfter: true });
  const late = new Promise((resolve) => {
    setTimeout(resolve, 8000);
  });
  await Promise.race([arrival, late]);
  await context.close();
  const policy = refused.filter((text) => /content security policy|form-action/i.test(text));
  return { redirectUri, arrived: went.some((url) => url.startsWith(last) && url.includes("code=")), policy, went };
}

await journey(async (browser) => {
  const page = () => "<!doctype html><title>callback</title>arrived";
  const hop = (url) => `<!doctype html><script>location = "claude://oauth/callback" + ${JSON.stringify(url.search)}</script>`;
  const tls = certificate();
  const [web, loopback, hopping] = [await serve(page, tls), await serve(page), await serve(hop, tls)];
  const uris = [
    `https://${WEB_HOST}:${web.port}/callback`,
    `http://localhost:${loopback.port}/callback`,
    "cursor://anysphere.cursor-mcp/oauth/callback",
  ];
  const results = [];
  for (const uri of uris) {
    results.push(await allowed(browser, uri, uri));
  }
  results.push(await allowed(browser, `https://${WEB_HOST}:${hopping.port}/callback`, "claude://oauth/callback"));
  return results;
});
