// Makes the pages more pleasant. Nothing depends on it: without it every form posts the same
// fields, and the server holds the same rules.

for (const form of document.querySelectorAll("form[data-consent]")) {
  sendOnce(form);
  if (form.elements.allow_write) {
    followChoices(form);
  }
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  copyOnClick(button);
}

/** Ignores a second click while the first is on its way. */
function sendOnce(form) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) {
      event.preventDefault();
    }
    sent = true;
  });
  window.addEventListener("pageshow", () => {
    sent = false;
  });
}

/** Shows what the chosen organization has and allows, and keeps billing under write. */
function followChoices(form) {
  const write = form.elements.allow_write;
  const billing = form.elements.allow_billing;
  const radios = [...form.querySelectorAll("input[type=radio][name=organization]")];
  const teams = form.querySelector("[data-teams]");
  const groups = [...form.querySelectorAll("optgroup[data-organization]")];
  const select = form.elements.team;

  const clearBilling = () => {
    if (!write.checked) {
      billing.checked = false;
    }
  };

  const showOrganization = () => {
    const slug = radios.find((radio) => radio.checked)?.value;
    for (const note of form.querySelectorAll("[data-note]")) {
      note.hidden = note.dataset.note !== slug;
    }
    if (groups.length > 0) {
      const own = groups.find((group) => group.dataset.organization === slug);
      if (!own?.contains(select.selectedOptions[0] ?? null)) {
        select.value = "";
      }
      for (const group of groups) {
        if (group === own) {
          select.append(group);
        } else {
          group.remove();
        }
      }
      teams.hidden = !own;
    }
  };

  write.addEventListener("change", clearBilling);
  const refresh = () => {
    clearBilling();
    if (radios.length > 0) {
      showOrganization();
    }
  };
  for (const radio of radios) {
    radio.addEventListener("change", refresh);
  }
  window.addEventListener("pageshow", refresh);
  refresh();
}

/** Copies a field or a text; where the clipboard is refused, selects it for copying by hand. */
function copyOnClick(button) {
  const source = document.getElementById(button.dataset.copy);
  const status = document.getElementById(`${source.id}-hint`);
  const label = button.textContent;
  const hint = status.textContent;
  let timer;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.value ?? source.textContent);
      button.textContent = "Copied";
      status.textContent = "Copied.";
    } catch {
      if (source.select) {
        source.focus();
        source.select();
      } else {
        getSelection().selectAllChildren(source);
      }
      status.textContent = "Your browser does not let this page copy: it is selected, copy it by hand.";
    }
    clearTimeout(timer);
    timer = setTimeout(() => {
      button.textContent = label;
      status.textContent = hint;
    }, 3000);
  });
}
