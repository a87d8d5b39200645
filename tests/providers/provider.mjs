// An OpenID Connect provider for the journeys: oidc-provider as it is, with people who sign in without being asked.
// It prints its issuer as one JSON line and serves until it is stopped.

import { createServer } from "node:http";
import { generateKeyPairSync } from "node:crypto";
import Provider from "oidc-provider";

/** Who can sign in here, and what is said about them. */
const PEOPLE = {
  ada: { email: "ada@demo.example", email_verified: true },
  "ada-elsewhere": { email: "ADA@demo.example", email_verified: true },
  ben: { email: "ben@demo.example", email_verified: false },
  mallory: { email: "mallory@demo.example", email_verified: true },
};

const key = { ...generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" }), kid: "one", use: "sig", alg: "RS256" };

function configuration() {
  return {
    clients: [
      {
        client_id: "lavori",
        client_secret: "a secret between the provider and lavori",
        redirect_uris: ["http://127.0.0.1:1/sign-in/callback/work"],
        response_types: ["code"],
        grant_types: ["authorization_code"],
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    // The e-mail address stands in the ID token, as with the large providers.
    conformIdTokenClaims: false,
    cookies: { keys: ["of no use to anybody"] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...PEOPLE[id] }) }),
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    jwks: { keys: [key] },
    // Whoever signs in has agreed.
    loadExistingGrant: async (context) => {
      const { Grant } = context.oidc.provider;
      const grant = new Grant({ clientId: context.oidc.client.clientId, accountId: context.oidc.session.accountId });
      grant.addOIDCScope("openid email");
      await grant.save();
      return grant;
    },
    pkce: { required: () => true },
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
  };
}

const server = createServer().listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration());
  // Every journey has a server of its own, on a port of its own.
  provider.Client.prototype.redirectUriAllowed = (uri) => /^http:\/\/127\.0\.0\.1:\d+\/sign-in\/callback\/work$/.test(uri);
  const handle = provider.callback();
  server.on("request", (request, response) => {
    const url = new URL(request.url, issuer);
    if (!url.pathname.startsWith("/interaction/")) {
      handle(request, response);
      return;
    }
    if (!url.search && request.headers["sec-fetch-mode"] === "navigate") {
      // Somebody at a real browser chooses.
      const choices = ["", ...Object.keys(PEOPLE)].map((one) => `<li><a href="?account=${one}">${one || "nobody"}</a>`);
      response.writeHead(200, { "content-type": "text/html" }).end(`<!doctype html><title>Provider</title><ul>${choices.join("")}</ul>`);
      return;
    }
    const account = url.searchParams.get("account");
    const result = account ? { login: { accountId: account } } : { error: "access_denied", error_description: "no" };
    provider.interactionFinished(request, response, result).catch((error) => response.writeHead(500).end(String(error)));
  });
  process.stdout.write(`${JSON.stringify({ issuer })}\n`);
});
