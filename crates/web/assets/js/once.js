// A form that does something is sent once, however often its button is pressed; in a dialog, too.

let sent = new WeakSet();

document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") {
    return;
  }
  if (sent.has(event.target)) {
    event.preventDefault();
  }
  sent.add(event.target);
});

window.addEventListener("pageshow", () => {
  sent = new WeakSet();
});
