// The set-up page guesses what it can; whatever is typed stays.

const setUp = document.querySelector("form[data-set-up]");

if (setUp) {
  const { name, slug, time_zone: zone, currency } = Object.fromEntries(
    ["name", "slug", "time_zone", "currency"].map((field) => [field, setUp.elements.namedItem(field)]),
  );
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone.value === "" && here) {
    zone.value = here;
    const [own] = [...currency.options].filter(({ value }) => zonesOf(value.slice(0, 2)).includes(here));
    currency.value = own?.value ?? currency.value;
  }
  followZone(zone, setUp.querySelector("[data-now]"));
  followName(name, slug, setUp.querySelector("[data-slug]"));
}

/** The time zones of the country that the first two letters of a currency name (ISO 4217), if the browser knows them. */
function zonesOf(country) {
  try {
    return new Intl.Locale(`und-${country}`).getTimeZones?.() ?? [];
  } catch {
    return [];
  }
}

/** Says what time it is where the organization is. */
function followZone(zone, told) {
  const tell = () => {
    try {
      const time = new Intl.DateTimeFormat("en-GB", { timeZone: zone.value, hour: "2-digit", minute: "2-digit" });
      told.textContent = zone.value ? `It is ${time.format()} there now.` : "";
    } catch {
      told.textContent = "";
    }
  };
  zone.addEventListener("input", tell);
  tell();
}

/** Makes the short name from the name, as long as nobody types one. */
function followName(name, slug, shown) {
  let own = slug.value !== "" && slug.value !== made(name.value);
  const show = () => {
    shown.textContent = slug.value || "short-name";
  };
  name.addEventListener("input", () => {
    if (!own) {
      slug.value = made(name.value);
      show();
    }
  });
  slug.addEventListener("input", () => {
    own = slug.value !== "";
    show();
  });
  show();
}

function made(name) {
  const apart = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", ł: "l", þ: "th" };
  return name
    .toLowerCase()
    .replace(/[ßæœøđðłþ]/g, (letter) => apart[letter])
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replace(/^-+|-+$/g, "");
}
