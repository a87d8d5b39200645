
// The host: JSON-RPC by postMessage (MCP Apps 2026-01-26). The view asks for nothing but to be introduced.
let answer;
let asked = 0;
let told = "";
let width = 0;

// Who the host is, a view cannot know: what it sends is how it looks, and that is no secret.
const send = (message) => window.parent.postMessage({ jsonrpc: "2.0", ...message }, "*");

/** Takes the host's looks over: its theme and language, and its colours where they are a pair that can be read. */
function look(context = {}) {
  const root = document.documentElement;
  if (context.theme === "light" || context.theme === "dark") root.style.colorScheme = context.theme;
  if (typeof context.locale === "string") {
    locale = context.locale;
  }
  const given = context.styles?.variables ?? {};
  const take = (ours, theirs) => typeof given[theirs] === "string" && root.style.setProperty(ours, given[theirs]);
  if (given["--color-background-primary"] && given["--color-text-primary"]) {
    take("--page", "--color-background-primary");
    take("--ink", "--color-text-primary");
    take("--soft", "--color-text-secondary");
    take("--line", "--color-border-primary");
    take("--sunken", "--color-background-secondary");
  }
  take("--font", "--font-sans");
  draw();
}

function draw() {
  if (answer) report(answer);
}

/** A result: figures, or why there are none. */
function take(result = {}) {
  const figures = result.structuredContent;
  if (!result.isError && figures && typeof figures === "object") {
    answer = figures;
    return draw();
  }
  answer = undefined;
  byId("blocks").replaceChildren();
  byId("foot").hidden = true;
  const text = (result.content ?? []).map((part) => part?.text).filter((it) => typeof it === "string").join("\n");
  let problem = {};
  try {
    problem = JSON.parse(text);
  } catch {
    problem = { message: text };
  }
  const messages = (problem?.problems ?? [problem]).map((one) => one?.message).filter(Boolean);
  say(messages.join(" ") || "The report could not be made.", true);
}

const HEARD = {
  "ui/notifications/tool-input": ({ arguments: given = {} }) => {
    const about = Object.hasOwn(REPORTS, given.report) ? REPORTS[given.report] : undefined;
    if (about && !answer) byId("title").textContent = about.title;
  },
  "ui/notifications/tool-result": take,
  "ui/notifications/tool-cancelled": () => {
    if (!answer) say("The report was called off.");
  },
  "ui/notifications/host-context-changed": look,
};
const ASKED = new Set(["ui/resource-teardown", "ping"]);

window.addEventListener("message", (event) => {
  const message = event.data;
  if (event.source !== window.parent || message?.jsonrpc !== "2.0") return;
  if (message.method === undefined) {
    if (message.id === asked && message.result) {
      look(message.result.hostContext);
      send({ method: "ui/notifications/initialized", params: {} });
      measure();
    }
  } else if (message.id === undefined) {
    if (Object.hasOwn(HEARD, message.method)) HEARD[message.method](message.params ?? {});
  } else if (ASKED.has(message.method)) {
    send({ id: message.id, result: {} });
  } else {
    send({ id: message.id, error: { code: -32601, message: "This view answers nothing of that kind." } });
  }
});

/** Tells the host how high it stands; draws anew what depends on the width. */
function measure() {
  if (window.innerWidth !== width) {
    width = window.innerWidth;
    draw();
  }
  const height = Math.ceil(document.body.getBoundingClientRect().height);
  const size = `${width} ${height}`;
  if (size === told) return;
  told = size;
  send({ method: "ui/notifications/size-changed", params: { width, height } });
}
new ResizeObserver(measure).observe(document.body);
window.addEventListener("resize", measure);

asked += 1;
send({
  id: asked,
  method: "ui/initialize",
  params: {
    protocolVersion: "2026-01-26",
    appInfo: { name: "lavori-report", title: "Lavori report", version: "1" },
    appCapabilities: { availableDisplayModes: ["inline"] },
  },
});
