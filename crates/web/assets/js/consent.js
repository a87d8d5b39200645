// The consent form follows what is chosen in it, and says when its answer has arrived.

/** How often the page asks whether its answer has arrived, and how long it waits between, in milliseconds. */
const TRIES = 20;
const PAUSE = 1500;

for (const form of document.querySelectorAll("form[data-consent]")) {
  if (form.elements.allow_write) {
    followChoices(form);
  }
  if ("app" in form.dataset) {
    sayWhenAnswered(form);
  }
  // A page that was answered is over, however one comes back to it: the server says so.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      location.reload();
    }
  });
}

/** Keeps billing under write, and the sentence over the buttons with the chosen organization and team. */
function followChoices(form) {
  const { allow_write: write, allow_billing: billing } = form.elements;

  const refresh = () => {
    if (!write.checked) {
      billing.checked = false;
    }
    const chosen = form.querySelector("[name=organization]:is(:checked, [type=hidden])");
    if (chosen) {
      sayWhere(form, chosen.closest(".option, .fixed"));
    }
  };
  form.addEventListener("change", refresh);
  // Enter would press a button, and nothing here is answered by chance.
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input")) {
      event.preventDefault();
    }
  });
  window.addEventListener("pageshow", refresh);
  refresh();
}

/** Names the organization and team of this row wherever the page speaks of the chosen ones. */
function sayWhere(form, row) {
  const name = (text) => Object.assign(document.createElement("bdi"), { textContent: text });
  const organization = row.querySelector("bdi").textContent;
  const team = row.querySelector("select")?.selectedOptions[0];
  for (const place of form.querySelectorAll("[data-where]")) {
    place.replaceChildren(name(organization));
    if (team) {
      place.prepend(...(team.value === "" ? ["all teams of "] : ["team ", name(team.textContent), " of "]));
    }
  }
  for (const place of form.querySelectorAll("[data-organization-name]")) {
    place.replaceChildren(name(organization));
  }
}

/** An app is opened without leaving this page, which would look as if nothing had happened. */
function sayWhenAnswered(form) {
  const sent = form.querySelector("#sent");
  form.addEventListener("submit", async () => {
    for (let tries = 0; tries < TRIES; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
      const status = await fetch(location.href).then((response) => response.status, () => 0);
      if (status === 400) {
        for (const part of form.children) {
          part.hidden = part !== sent;
        }
        sent.focus();
        return;
      }
    }
  });
}
