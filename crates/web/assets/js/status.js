// Whether clients can reach the server, as this browser finds out by taking the way that a client takes: the document
// about the resource, the one about its authorization server, and a call without a token, which must be answered with
// the challenge that leads to the first.

/** How often it is checked while the page is seen, and how long an answer may take, in milliseconds. */
const EVERY = 30_000;
const PATIENCE = 10_000;
/** The least time that a check somebody asked for is seen to take. */
const SEEN = 400;

const ASK_THE_OPERATOR = "If it stays like this, tell whoever runs this server.";

for (const status of document.querySelectorAll("[data-status]")) {
  watch(status);
}

function watch(status) {
  const find = (name) => status.querySelector(name);
  const [latency, reason, aloud] = [find(".status-latency"), find(".status-reason"), find("[role=status]")];
  const checking = reason.textContent;
  let [timer, running, checkedAt, was] = [undefined, false, 0, "checking"];
  status.classList.add("ready");

  const show = (state, words, took = "") => {
    status.dataset.state = state;
    reason.textContent = words;
    latency.textContent = took;
  };

  const check = async (asked) => {
    if (running) {
      return;
    }
    running = true;
    clearTimeout(timer);
    if (asked) {
      show("checking", checking);
    }
    const [outcome] = await Promise.all([outcomeOf(status.dataset.status), asked && pause(SEEN)]);
    show(outcome.state, outcome.words, outcome.took);
    // Spoken when it is news or was asked for, not every half minute.
    if (asked || (outcome.state !== was && (outcome.state === "problem" || was === "problem"))) {
      aloud.textContent = "";
      aloud.textContent = `${outcome.state === "problem" ? "Problem" : "Reachable"}. ${outcome.words}`;
    }
    was = outcome.state;
    checkedAt = performance.now();
    running = false;
    plan();
  };

  const plan = () => {
    clearTimeout(timer);
    if (document.visibilityState === "visible") {
      timer = setTimeout(check, Math.max(0, checkedAt + EVERY - performance.now()));
    }
  };

  document.addEventListener("visibilitychange", plan);
  addEventListener("online", () => check());
  find(".status-retry").addEventListener("click", () => check(true));
  check();
}

/** What a check found, as it is shown. */
async function outcomeOf(connectorUrl) {
  try {
    const took = await takeTheWay(connectorUrl);
    const at = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
    const words = `Clients can connect. Checked at ${at}, and again every 30 seconds while you see this page.`;
    return { state: "reachable", words, took: `${Math.max(1, Math.round(took))} ms` };
  } catch (error) {
    return { state: "problem", words: inWords(error) };
  }
}

/** Takes the way a client takes, and says how long the server needed to answer the call itself. */
async function takeTheWay(connectorUrl) {
  const connector = new URL(connectorUrl);
  const about = wellKnown(connector, "oauth-protected-resource");
  const resource = await read(about);
  const issuer = resource.authorization_servers?.[0];
  if (resource.resource !== connectorUrl || !URL.canParse(issuer)) {
    throw new Problem(`Its description for clients, at ${about.pathname}, is of another server.`);
  }
  const server = await read(wellKnown(new URL(issuer), "oauth-authorization-server"));
  if (server.issuer !== issuer || !server.authorization_endpoint || !server.token_endpoint) {
    throw new Problem("Its description of how to sign in is incomplete.");
  }

  const started = performance.now();
  const answer = await ask(connector, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" }),
  });
  const took = performance.now() - started;
  if (answer.status !== 401) {
    throw new Problem(`It should ask clients to sign in (status 401), and answered with status ${answer.status}.`);
  }
  const challenge = answer.headers.get("www-authenticate") ?? "";
  const named = /\bresource_metadata="([^"]*)"/.exec(challenge)?.[1];
  if (named !== about.href) {
    throw new Problem("It asks clients to sign in, but does not tell them where (the header WWW-Authenticate).");
  }
  return took;
}

function wellKnown(url, name) {
  return new URL(`/.well-known/${name}${url.pathname === "/" ? "" : url.pathname}`, url);
}

async function read(url) {
  const answer = await ask(url, { headers: { accept: "application/json" } });
  if (answer.status !== 200) {
    throw new Problem(`Its description for clients, at ${url.pathname}, is not there (status ${answer.status}).`);
  }
  try {
    return await answer.json();
  } catch {
    throw new Problem(`Its description for clients, at ${url.pathname}, cannot be read.`);
  }
}

/** Asks as a client that nobody signed in to: without cookies, and never out of a cache. */
async function ask(url, options) {
  const all = { ...options, credentials: "omit", cache: "no-store", redirect: "error", signal: AbortSignal.timeout(PATIENCE) };
  const answer = await fetch(url, all);
  if (answer.status >= 500) {
    throw new Problem(`It answered with an error of its own (status ${answer.status}). It may be busy or starting up.`);
  }
  return answer;
}

/** A reason that the server itself gave. */
class Problem extends Error {}

function inWords(error) {
  if (error instanceof Problem) {
    return `The server answers, but clients cannot connect. ${error.message} ${ASK_THE_OPERATOR}`;
  }
  if (!navigator.onLine) {
    return "Your computer is offline. Check its network; this page tries again by itself.";
  }
  if (error.name === "TimeoutError") {
    return `The server did not answer within 10 seconds. It may be busy; this page tries again by itself. ${ASK_THE_OPERATOR}`;
  }
  return `The server does not answer. It may be restarting; this page tries again by itself. ${ASK_THE_OPERATOR}`;
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
