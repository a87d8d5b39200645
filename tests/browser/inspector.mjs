// A client that lives in a page of another origin and has nothing beside it: everything by `fetch`, under CORS.

import { journey, options, serve, signIn } from "./browser.mjs";

const PAGE = `<!doctype html><title>client</title><script type="module">
const stored = (name, value) => value === undefined ? sessionStorage.getItem(name) : sessionStorage.setItem(name, value);
const base64url = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const rpc = (token, method) => fetch(stored("mcp"), {
  method: "POST",
  headers: {
    "content-type": "application/json", accept: "application/json, text/event-stream", authorization: "Bearer " + token,
    "mcp-protocol-version": "2026-07-28", "mcp-method": method,
  },
  body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: { _meta: {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {} } } }),
});
async function connect() {
  const challenged = await fetch(stored("mcp"), { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
  const challenge = challenged.headers.get("WWW-Authenticate");
  const resource = await (await fetch(/resource_metadata="([^"]+)"/.exec(challenge)[1])).json();
  const server = await (await fetch(resource.authorization_servers[0] + "/.well-known/oauth-authorization-server")).json();
  const redirect_uri = location.origin + "/callback";
  const client = await (await fetch(server.registration_endpoint, { method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ client_name: "Inspector", redirect_uris: [redirect_uri] }) })).json();
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const code_challenge = base64url(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
  for (const [name, value] of Object.entries({ challenge, token_endpoint: server.token_endpoint, verifier, client_id: client.client_id, redirect_uri })) stored(name, value);
  location = server.authorization_endpoint + "?" + new URLSearchParams({ client_id: client.client_id, redirect_uri,
    response_type: "code", code_challenge, code_challenge_method: "S256", state: "s", resource: resource.resource });
}
async function finish() {
  const answer = new URL(location).searchParams;
  const tokens = await (await fetch(stored("token_endpoint"), { method: "POST", body: new URLSearchParams({
    grant_type: "authorization_code", client_id: stored("client_id"), code: answer.get("code"),
    code_verifier: stored("verifier"), redirect_uri: stored("redirect_uri") }) })).json();
  const listed = await (await rpc(tokens.access_token, "tools/list")).json();
  const refused = await rpc(tokens.access_token + "x", "tools/list");
  window.report = { challenge: stored("challenge"), scope: tokens.scope, tools: listed.result.tools.map((tool) => tool.name),
    refused: refused.status, refusal: refused.headers.get("WWW-Authenticate"), state: answer.get("state"), iss: answer.get("iss") };
}
try {
  const mcp = new URL(location).searchParams.get("mcp");
  if (mcp) { stored("mcp", mcp); await connect(); } else { await finish(); }
} catch (error) {
  window.report = { error: String(error) };
}
</script>`;

await journey(async (browser) => {
  const { port } = await serve((url) => (["/", "/callback"].includes(url.pathname) ? PAGE : undefined));
  const page = await (await browser.newContext()).newPage();
  await page.goto(`http://localhost:${port}/?mcp=${encodeURIComponent(`${options.origin}/mcp`)}`);
  await Promise.race([page.waitForSelector("#password"), page.waitForFunction(() => window.report)]);
  const early = await page.evaluate(() => window.report);
  if (early) {
    return early;
  }
  await signIn(page);
  await page.click("button[value=allow]");
  await page.waitForFunction(() => window.report);
  return page.evaluate(() => window.report);
});
