// What the browser journeys share: a Chromium that knows nobody, a person at it, and servers of other origins.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";

/** The options of a journey. */
export const options = parseArgs({
  options: {
    origin: { type: "string" },
    chromium: { type: "string" },
    email: { type: "string" },
    password: { type: "string" },
    organization: { type: "string" },
    screens: { type: "string" },
    given: { type: "string", default: "null" },
  },
}).values;

/** What the test told this journey besides. */
export const given = JSON.parse(options.given);

/** A host that the browser believes to be this machine. */
export const WEB_HOST = "client.example";

export function launch() {
  const args = ["--disable-gpu", "--disable-background-networking", `--host-resolver-rules=MAP ${WEB_HOST} 127.0.0.1`];
  if (process.getuid() === 0) {
    args.push("--no-sandbox");
  }
  return chromium.launch({ executablePath: options.chromium, headless: true, args });
}

/** Serves `answer(url)`, a page or nothing, on a free port of 127.0.0.1; gives the port. */
export function serve(answer, tls) {
  const respond = (request, response) => {
    const page = answer(new URL(request.url, "http://x"));
    response.writeHead(page === undefined ? 404 : 200, { "content-type": "text/html; charset=utf-8" });
    response.end(page ?? "");
  };
  const server = tls ? https.createServer(tls, respond) : http.createServer(respond);
  return new Promise((resolve) => server.listen(0, "localhost", () => resolve({ server, port: server.address().port })));
}

/** A certificate for [`WEB_HOST`] that nobody vouches for. */
export function certificate() {
  const folder = mkdtempSync(path.join(tmpdir(), "lavori-browser-"));
  const [key, cert] = [path.join(folder, "key.pem"), path.join(folder, "cert.pem")];
  const about = ["-subj", `/CN=${WEB_HOST}`, "-addext", `subjectAltName=DNS:${WEB_HOST}`];
  const what = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  execFileSync("openssl", [...what, "-keyout", key, "-out", cert, ...about], { stdio: "ignore" });
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

/** Registers a client; gives its id. */
export async function register(redirectUri, name = "Browser journey") {
  const response = await fetch(`${options.origin}/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ client_name: name, redirect_uris: [redirectUri] }),
  });
  return (await response.json()).client_id;
}

export function authorizeUrl(clientId, redirectUri, challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM") {
  const url = new URL("/authorize", options.origin);
  url.search = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    code_challenge: challenge,
    code_challenge_method: "S256",
    state: "the state",
    resource: `${options.origin}/mcp`,
  });
  return url.href;
}

/** Signs somebody of the demo in and goes to a page. */
export async function at(page, address, email = options.email) {
  await page.goto(`${options.origin}/sign-in`);
  await page.fill("#email", email);
  await page.fill("#password", options.password);
  await page.click("button:has-text('Sign in')");
  await page.waitForURL((url) => url.pathname !== "/sign-in");
  await page.goto(options.origin + address);
}

/** Signs the person in, if the page asks for it, and chooses the organization on the page that follows. */
export async function signIn(page) {
  if (await page.locator("#password").count()) {
    await page.fill("#email", options.email);
    await page.fill("#password", options.password);
    await page.click("button:has-text('Sign in')");
  }
  const choice = page.locator(`input[type=radio][name=organization][value=${options.organization}]`);
  await page.waitForSelector("button[value=allow]");
  if (await choice.count()) {
    await choice.check({ force: true });
  }
}

/** Runs a journey, prints its report if it has one, and ends the process. */
export async function journey(run) {
  const browser = await launch();
  try {
    console.log(JSON.stringify((await run(browser)) ?? null));
  } finally {
    await browser.close();
  }
  process.exit(0);
}
