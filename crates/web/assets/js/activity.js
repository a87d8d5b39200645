// The activity of a connection: filtered and continued where it stands, in the viewer's time zone, and as it happens.

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const WEEKDAY = new Intl.DateTimeFormat("en-GB", { weekday: "long" });
const DATE = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" });
/** How long, in milliseconds, until it is tried again to follow, at first and at most. */
const PATIENCE = [5_000, 60_000];
/** The most rows that are kept: of more, the oldest can be loaded again. */
const MOST_ROWS = 400;

/** Stops following what is followed now. */
let leave = () => {};

document.addEventListener("shown", (event) => {
  if (event.detail.matches("[data-activity]")) {
    begin(event.detail);
  }
});
const whole = document.querySelector("[data-activity]");
if (whole) {
  begin(whole);
}

function begin(part) {
  leave();
  const form = part.querySelector("[data-filter]");
  form.querySelector("button").hidden = true;
  form.addEventListener("change", () => form.requestSubmit());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    renew(part, `${form.action}?${new URLSearchParams(new FormData(form))}`);
  });
  part.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-older], a[data-refresh], a[data-clear]");
    if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) {
      return;
    }
    event.preventDefault();
    if ("older" in link.dataset) {
      continueWith(part, link);
    } else {
      if ("clear" in link.dataset) {
        clear(form);
      }
      renew(part, link.href);
    }
  });
  if (ZONE) {
    part.querySelector("[data-zone]").textContent = `Times are those of your time zone, ${ZONE}.`;
  }
  take(part);
}

/** Makes the list that stands in the page live. */
function take(part) {
  const list = part.querySelector("[data-list]");
  const rows = list.querySelector("[data-events]");
  rows.querySelectorAll(".event").forEach(inOwnZone);
  arrange(rows);
  leave();
  leave = list.dataset.live ? follow(part, list, rows) : () => {};
}

function clear(form) {
  for (const select of form.querySelectorAll("select")) {
    select.value = "";
  }
  form.querySelector("select").focus();
}

/** The list at another address. */
async function load(url) {
  const response = await fetch(url, { headers: { accept: "text/html" } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const list = page.querySelector("[data-list]");
  if (response.redirected) {
    location.assign(url);
  }
  if (!response.ok || !list) {
    throw new Error("not a list of events");
  }
  return document.adoptNode(list);
}

let asked = 0;

/** Shows the list at this address in place of what is there. */
async function renew(part, url) {
  const mine = ++asked;
  const list = part.querySelector("[data-list]");
  part.querySelector("[data-problem]")?.remove();
  list.setAttribute("aria-busy", "true");
  const next = await load(url).catch(() => null);
  if (mine !== asked || !part.isConnected) {
    return;
  }
  if (!next) {
    list.removeAttribute("aria-busy");
    list.before(problem("The events could not be loaded. What you see is as it was before.", () => renew(part, url)));
    return;
  }
  list.replaceWith(next);
  if (!part.closest("dialog")) {
    history.replaceState(null, "", url);
  }
  const count = next.querySelectorAll(".event").length;
  say(part, count > 0 ? `${events(count)} shown.` : "Nothing matches.");
  take(part);
}

/** Adds the older events below. */
async function continueWith(part, link) {
  const place = link.closest("p");
  const rows = part.querySelector("[data-events]");
  part.querySelector("[data-problem]")?.remove();
  link.setAttribute("aria-busy", "true");
  const next = await load(link.href).catch(() => null);
  if (!rows.isConnected) {
    return;
  }
  if (!next) {
    link.removeAttribute("aria-busy");
    place.before(problem("The older events could not be loaded.", () => continueWith(part, link)));
    return;
  }
  const older = [...next.querySelectorAll(".event")].filter((row) => !find(rows, row));
  older.forEach(inOwnZone);
  rows.append(...older);
  arrange(rows);
  place.replaceWith(...[next.querySelector("[data-older]")?.closest("p")].filter(Boolean));
  older[0]?.focus({ preventScroll: true });
  say(part, `${events(older.length)} more, older ones.`);
}

function problem(text, again) {
  const notice = document.createElement("div");
  notice.className = "notice danger";
  notice.dataset.problem = "";
  notice.setAttribute("role", "alert");
  const said = document.createElement("p");
  said.textContent = text;
  notice.append(said, button("Try again", again));
  return notice;
}

function button(label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button small";
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}

function events(count) {
  return count === 1 ? "1 event" : `${count} events`;
}

function say(part, text) {
  part.querySelector("[data-said]").textContent = text;
}

function find(rows, row) {
  return rows.querySelector(`[data-event="${CSS.escape(row.dataset.event)}"]`);
}

function inOwnZone(row) {
  const time = row.querySelector("time");
  time.textContent = CLOCK.format(new Date(time.dateTime));
}

/** Puts the days, as they are in the viewer's zone, above their events. */
function arrange(rows) {
  rows.hidden = !rows.querySelector(".event");
  let before;
  for (const row of [...rows.children]) {
    if (row.matches(".day")) {
      row.remove();
      continue;
    }
    const day = named(new Date(row.querySelector("time").dateTime));
    if (day !== before) {
      const heading = document.createElement("h2");
      heading.textContent = day;
      const item = document.createElement("li");
      item.className = "day";
      item.append(heading);
      row.before(item);
      before = day;
    }
  }
}

function named(time) {
  const date = DATE.format(time);
  const now = new Date();
  if (date === DATE.format(now)) {
    return "Today";
  }
  now.setDate(now.getDate() - 1);
  return date === DATE.format(now) ? "Yesterday" : `${WEEKDAY.format(time)}, ${date}`;
}

/** Follows what happens, as long as the page is seen; gives what stops it. */
function follow(part, list, rows) {
  const state = part.querySelector("[data-state]");
  let position = new URL(list.dataset.live, location).searchParams.get("after");
  let source;
  let timer;
  let patience = PATIENCE[0];
  let fresh = 0;
  let saying;
  let above = 0;
  state.hidden = false;

  const count = (number) => (number === 1 ? "1 new event" : `${number} new events`);
  const upwards = button("", () => {
    part.scrollIntoView();
    rows.querySelector(".event").focus({ preventScroll: true });
  });
  const reached = () => {
    if (above > 0 && !isAbove(part, rows)) {
      above = 0;
      upwards.remove();
    }
  };

  const tell = (kind, words, ...more) => {
    if (state.dataset.state === kind) {
      return;
    }
    const mark = document.createElement("strong");
    mark.className = "live-mark";
    mark.textContent = words[0];
    const rest = document.createElement("span");
    rest.className = "soft";
    rest.textContent = words[1];
    state.dataset.state = kind;
    state.replaceChildren(mark, rest, ...more);
  };
  const stop = () => {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  };
  const end = (kind, ...told) => {
    stop();
    document.removeEventListener("visibilitychange", seen);
    tell(kind, ...told);
    say(part, told[0].join(". "));
  };
  const start = () => {
    stop();
    const url = new URL(list.dataset.live, location);
    url.searchParams.set("after", position);
    source = new EventSource(url);
    source.addEventListener("open", () => {
      if (state.dataset.state === "interrupted") {
        say(part, "Live again.");
      }
      patience = PATIENCE[0];
      tell("live", ["Live", "New events appear by themselves."]);
    });
    source.addEventListener("row", (event) => {
      position = event.lastEventId;
      add(event.data);
    });
    source.addEventListener("too-many", () => {
      const newest = button("Show the newest", () => renew(part, part.querySelector("form").action + query()));
      end("behind", ["More happened than is shown one by one", ""], newest);
    });
    source.addEventListener("signed-out", () => {
      const again = button("Sign in", () => location.assign(list.dataset.live.split("/events")[0]));
      end("over", ["You are signed out", "Nothing new is shown."], again);
    });
    source.addEventListener("error", () => {
      if (state.dataset.state !== "interrupted") {
        say(part, "Interrupted. Trying again.");
      }
      const again = button("Retry", () => {
        tell("connecting", ["Connecting", ""]);
        start();
      });
      tell("interrupted", ["Not live", "Interrupted. Trying again."], again);
      // The browser does not try again after an answer that was no stream.
      if (source?.readyState === EventSource.CLOSED) {
        stop();
        timer = setTimeout(start, patience);
        patience = Math.min(patience * 2, PATIENCE[1]);
      }
    });
  };
  const query = () => `?${new URLSearchParams(new FormData(part.querySelector("form")))}`;

  const add = (html) => {
    const row = new DOMParser().parseFromString(html, "text/html").querySelector(".event");
    if (!row || find(rows, row)) {
      return;
    }
    inOwnZone(row);
    row.classList.add("fresh");
    const below = [...rows.querySelectorAll(".event")].find((other) => other.dataset.event < row.dataset.event);
    const further = isAbove(part, rows);
    keepingView(part, rows, () => {
      list.querySelector("[data-empty]")?.remove();
      rows.insertBefore(document.adoptNode(row), below ?? null);
      forget();
      arrange(rows);
    });
    if (further) {
      above += 1;
      upwards.textContent = `Show ${count(above)}`;
      state.append(upwards);
    }
    fresh += 1;
    clearTimeout(saying);
    saying = setTimeout(() => {
      say(part, `${count(fresh)}.`);
      fresh = 0;
    }, 800);
  };
  /** Of very many rows the oldest go; they can be loaded again. */
  const forget = () => {
    const all = rows.querySelectorAll(".event");
    const older = list.querySelector("[data-older]");
    if (all.length > MOST_ROWS && older && !all[all.length - 1].contains(document.activeElement)) {
      all[all.length - 1].remove();
      const url = new URL(older.href);
      url.searchParams.set("before", all[all.length - 2].dataset.event);
      older.href = url;
    }
  };
  const seen = () => {
    if (document.hidden) {
      stop();
    } else if (!source) {
      start();
    }
  };

  document.addEventListener("visibilitychange", seen);
  document.addEventListener("scroll", reached, { capture: true, passive: true });
  tell("connecting", ["Connecting", ""]);
  seen();
  return () => {
    clearTimeout(saying);
    document.removeEventListener("visibilitychange", seen);
    document.removeEventListener("scroll", reached, { capture: true });
    stop();
    state.dataset.state = "";
    state.hidden = true;
  };
}

/** Where what can be seen begins. */
function edge(part) {
  return part.closest("dialog")?.getBoundingClientRect().top ?? 0;
}

/** Whether the newest rows are out of sight. */
function isAbove(part, rows) {
  return rows.getBoundingClientRect().top < edge(part);
}

/** Whoever reads further down, or is at a row, goes on reading there while rows are added above. */
function keepingView(part, rows, change) {
  const scroller = part.closest("dialog") ?? document.scrollingElement;
  const all = [...rows.querySelectorAll(".event")];
  const read =
    all.find((row) => row.contains(document.activeElement)) ??
    (isAbove(part, rows) && all.find((row) => row.getBoundingClientRect().bottom > edge(part)));
  const before = read && read.getBoundingClientRect().top;
  change();
  if (read) {
    scroller.scrollTop += read.getBoundingClientRect().top - before;
  }
}

document.addEventListener("gone", (event) => {
  if (event.target.querySelector("[data-activity]")) {
    leave();
    leave = () => {};
  }
});
