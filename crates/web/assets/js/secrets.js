// Password fields: a button that shows what is typed, and a word when Caps Lock is on.

for (const button of document.querySelectorAll("button[data-shows]")) {
  showOnClick(button);
}

function showOnClick(button) {
  const field = document.getElementById(button.dataset.shows);
  const word = button.firstChild;
  const show = (shown) => {
    field.type = shown ? "text" : "password";
    word.data = shown ? "Hide" : "Show";
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    const { selectionStart, selectionEnd } = field;
    show(field.type === "password");
    field.focus();
    field.setSelectionRange(selectionStart, selectionEnd);
  });
  // Browsers offer to keep a password only if it is one when it is sent; and nobody finds it shown when they come back.
  field.form.addEventListener("submit", () => show(false));
  window.addEventListener("pageshow", () => show(false));
  tellCapsLock(field);
}

function tellCapsLock(field) {
  const told = document.createElement("p");
  told.className = "wrong";
  told.setAttribute("role", "status");
  field.parentElement.after(told);
  const tell = (event) => {
    const on = event.getModifierState?.("CapsLock") ?? false;
    told.textContent = on ? "Caps Lock is on." : "";
  };
  field.addEventListener("keydown", tell);
  field.addEventListener("keyup", tell);
  field.addEventListener("blur", () => {
    told.textContent = "";
  });
}
