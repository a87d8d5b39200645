// The clock beside a time zone follows the zone that is chosen.

const zone = document.querySelector("select[data-zone]");
const clock = document.querySelector("[data-clock]");

zone?.addEventListener("change", () => {
  try {
    const day = new Intl.DateTimeFormat("en-GB", { timeZone: zone.value, weekday: "long" });
    const time = new Intl.DateTimeFormat("en-GB", { timeZone: zone.value, hour: "2-digit", minute: "2-digit" });
    const now = new Date();
    clock.textContent = `${day.format(now)}, ${time.format(now)}`;
    clock.parentElement.hidden = false;
  } catch {
    // A zone that this browser does not know: it says nothing rather than the time of another one.
    clock.parentElement.hidden = true;
  }
});
