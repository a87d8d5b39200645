// Links with `data-opens` show the page they lead to over this one: in a dialog that asks, or in a panel at the side.
// Only the part of that page marked `data-shown` is taken. Whatever goes wrong, the link is followed as any other.

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-opens], dialog a[data-closes], dialog a[data-stays]");
  if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) {
    return;
  }
  event.preventDefault();
  if ("closes" in link.dataset) {
    link.closest("dialog").close();
  } else if ("stays" in link.dataset) {
    fill(link.closest("dialog"), link.href).catch(() => location.assign(link.href));
  } else {
    open(link).catch(() => location.assign(link.href));
  }
});

// A form that asks for another view (filters) stays where it is shown.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const dialog = form.closest("dialog");
  if (dialog && form.method === "get") {
    event.preventDefault();
    const url = `${form.action}?${new URLSearchParams(new FormData(form, event.submitter))}`;
    fill(dialog, url).catch(() => location.assign(url));
  }
});

async function open(link) {
  const dialog = document.createElement("dialog");
  dialog.className = link.dataset.opens;
  // Others hear of what is shown only from what stands in the page.
  document.body.append(dialog);
  if (link.dataset.opens === "panel") {
    tell(dialog, link, "Loading…");
    present(dialog, link);
    return fillPanel(dialog, link);
  }
  link.setAttribute("aria-busy", "true");
  try {
    await fill(dialog, link.href);
  } catch (error) {
    dialog.remove();
    throw error;
  } finally {
    link.removeAttribute("aria-busy");
  }
  present(dialog, link);
}

/** A panel is there at once: it says that it is loading, and what to do when that fails. */
async function fillPanel(dialog, link) {
  try {
    await fill(dialog, link.href);
  } catch (problem) {
    if (problem.cause === "elsewhere") {
      throw problem;
    }
    const again = document.createElement("button");
    again.type = "button";
    again.className = "button";
    again.textContent = "Try again";
    again.addEventListener("click", () => {
      tell(dialog, link, "Loading…");
      fillPanel(dialog, link).catch(() => location.assign(link.href));
    });
    tell(dialog, link, "This could not be loaded. Check your connection to the internet, and try again.", again);
  }
}

/** What stands in a panel before its page, or instead of it. */
function tell(dialog, link, text, ...more) {
  const title = document.createElement("h1");
  title.textContent = link.textContent;
  const said = document.createElement("p");
  said.setAttribute("role", more.length > 0 ? "alert" : "status");
  said.textContent = text;
  const part = document.createElement("div");
  part.className = "card waiting";
  const buttons = document.createElement("p");
  buttons.append(...more);
  part.append(title, said, buttons);
  show(dialog, part);
}

function present(dialog, link) {
  dialog.addEventListener("close", () => {
    dialog.dispatchEvent(new CustomEvent("gone", { bubbles: true }));
    dialog.remove();
    link.focus();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) {
      dialog.close();
    }
  });
  dialog.showModal();
  (dialog.querySelector("[autofocus]") ?? dialog.querySelector("h1")).focus();
}

/** Fetches a page and shows its part in the dialog; other scripts hear of it by the event `shown`. */
async function fill(dialog, url) {
  const response = await fetch(url, { headers: { accept: "text/html" } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const part = page.querySelector("[data-shown]");
  if (!response.ok || response.redirected || !part) {
    throw new Error("not a page to be shown here", { cause: response.redirected ? "elsewhere" : "failed" });
  }
  show(dialog, document.adoptNode(part));
  dialog.dispatchEvent(new CustomEvent("shown", { bubbles: true, detail: part }));
}

function show(dialog, part) {
  const title = part.querySelector("h1");
  title.id = "dialog-title";
  title.tabIndex = -1;
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.replaceChildren(closeButton(dialog), part);
  dialog.scrollTop = 0;
  if (dialog.open) {
    title.focus();
  }
}

function closeButton(dialog) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button small";
  button.textContent = "Close";
  button.addEventListener("click", () => dialog.close());
  const place = document.createElement("div");
  place.className = "dialog-close";
  place.append(button);
  return place;
}
