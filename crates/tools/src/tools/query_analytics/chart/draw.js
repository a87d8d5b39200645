
/** An element with attributes and children; a text stays a text. */
function make(tag, given = {}, ...children) {
  const svg = ["svg", "g", "line", "polyline", "circle"].includes(tag) || given.svg;
  const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name === "svg") continue;
    if (name === "color") element.style.setProperty("--c", `var(--${value})`);
    else if (name === "width%") element.style.width = `${value}%`;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

const byId = (id) => document.getElementById(id);

/** The figures that are drawn of these rows, with the colour of each. */
function drawn(about, rows) {
  const has = (figure) => rows.some((row) => row.figures?.[figure] !== undefined);
  const first = Object.keys(rows[0]?.figures ?? {}).find((figure) => unitOf(figure, rows[0].figures[figure]) !== "text");
  let figures = (about.draw ?? []).filter(has);
  // By its place in the report, so that an age has its colour wherever another one is missing.
  let color = (figure) => (about.ages === undefined ? `c${about.draw.indexOf(figure)}` : `a${about.ages + about.draw.indexOf(figure)}`);
  if (!figures.length) {
    figures = (about.else ?? [first]).filter((figure) => figure && has(figure));
    color = () => "c0";
  }
  const stacked = about.ages !== undefined && figures.length > 1;
  return { stacked, figures: figures.map((figure) => ({ figure, color: color(figure) })) };
}

const keyTo = (color, text) => make("span", { class: "key" }, make("i", { color }), text);

/** Bars: the name, the bar and the value of each row are text in a list. */
function bars(rows, about, currency, caption) {
  const { stacked, figures } = drawn(about, rows);
  const total = (row) => figures.reduce((sum, { figure }) => sum + Math.max(0, size(row.figures[figure])), 0);
  const most = (row) => (stacked ? total(row) : Math.max(...figures.map(({ figure }) => size(row.figures[figure]))));
  const percent = figures.every(({ figure }) => figure.endsWith("_percent"));
  const reach = Math.max(percent ? 100 : 0, ...rows.map(most)) || 1;
  const part = ({ figure, color }, row) =>
    make("span", { color, "width%": (Math.max(0, size(row.figures[figure])) / reach) * 100 });
  const list = make("ul", { class: stacked || figures.length === 1 ? "bars" : "bars two" });
  for (const row of rows) {
    const lines = stacked ? [figures.map((one) => part(one, row))] : figures.map((one) => [part(one, row)]);
    const values = stacked ? [row.figures[about.else[0]]] : figures.map(({ figure }) => row.figures[figure]);
    const of = (place) => (stacked ? about.else[0] : figures[place].figure);
    const name = make("span", { class: "name" });
    if (!row.group) name.append("All");
    labels(row.group).forEach((one, place) => {
      name.append(place ? " · " : "", one.name, ...(one.key ? [make("small", {}, one.key)] : []));
    });
    const value = values.map((value, place) => shown(of(place), value, row.currency ?? currency)).join("\n");
    const track = make("span", { class: "track", "aria-hidden": "true" }, ...lines.map((line) => make("span", { class: "bar" }, ...line)));
    list.append(make("li", {}, name, track, make("span", { class: "value" }, value)));
  }
  return make("figure", {}, captionOf(figures, caption), list);
}

function captionOf(figures, caption) {
  const keys = figures.length > 1 ? figures.map(({ figure, color }) => keyTo(color, nameOf(figure))) : [];
  const what = figures.length === 1 ? `${nameOf(figures[0].figure)} ${caption}` : human(caption);
  return make("figcaption", {}, make("b", {}, what), ...keys);
}

/** The weeks or months from the first to the last: one without figures is a gap, not a nought. */
function stretches(keys) {
  const sorted = [...new Set(keys)].sort();
  const all = [];
  let at = sorted[0];
  while (at && at <= sorted.at(-1) && all.length < 400) {
    all.push(at);
    const [year, month, date] = at.split("-").map(Number);
    at = date
      ? new Date(Date.UTC(year, month - 1, date + 7)).toISOString().slice(0, 10)
      : new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 7);
  }
  return all;
}

/** Round steps up to at least `most`. */
function steps(low, high) {
  const raw = (high - low) / 4 || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].find((it) => it * power >= raw) * power;
  const ticks = [];
  for (let tick = Math.floor(low / step); !(ticks.at(-1) >= high) && ticks.length < 12; tick += 1) ticks.push(tick * step);
  return ticks;
}

/** Lines over weeks or months: of each figure, or of the first figure for each other group. */
function lines(rows, by, about, currency, width) {
  const { figures } = drawn({ ...about, ages: undefined }, rows);
  const other = Object.keys(rows[0].group).find((word) => word !== by);
  const dated = rows.filter((row) => /^\d{4}-\d\d/.test(row.group[by]));
  const series = [];
  if (other) {
    const named = [...new Set(dated.map((row) => label(other, row.group[other]).name))];
    for (const [place, name] of named.slice(0, 5).entries()) {
      const own = dated.filter((row) => label(other, row.group[other]).name === name);
      series.push({ name, color: `c${place}`, figure: figures[0].figure, rows: own });
    }
  } else {
    for (const { figure, color } of figures) series.push({ name: nameOf(figure), color, figure, rows: dated });
  }
  const places = stretches(dated.map((row) => row.group[by]));
  const values = series.flatMap((one) => one.rows.map((row) => size(row.figures[one.figure])));
  const ticks = steps(Math.min(0, ...values), Math.max(0, ...values));
  const figure = series[0].figure;
  const tickText = (tick) => shown(figure, unitOf(figure, "0", currency) === "money" ? String(tick) : tick, currency, true);
  const left = Math.max(...ticks.map((tick) => tickText(tick).length)) * 6.6 + 12;
  const [top, right, height, foot] = [10, 14, 190, 24];
  const x = (place) => left + 8 + ((width - left - right - 8) * place) / Math.max(1, places.length - 1);
  const y = (value) => top + (height - top) * (1 - (value - ticks[0]) / (ticks.at(-1) - ticks[0] || 1));
  const told = `${series.map((one) => one.name).join(", ")} by ${by}, ${day(places[0])} to ${day(places.at(-1))}; the table below has every figure.`;
  const plot = make("svg", { class: "plot", viewBox: `0 0 ${width} ${height + foot}`, height: height + foot, role: "img", "aria-label": told });
  for (const tick of ticks) {
    plot.append(make("line", { x1: left, x2: width - right, y1: y(tick), y2: y(tick) }));
    plot.append(make("text", { svg: 1, x: left - 8, y: y(tick) + 4, "text-anchor": "end" }, tickText(tick)));
  }
  const apart = Math.ceil(places.length / Math.max(1, Math.floor((width - left) / 92)));
  places.forEach((place, index) => {
    if (index % apart) return;
    const anchor = places.length === 1 || index ? (x(index) > width - 46 ? "end" : "middle") : "start";
    plot.append(make("text", { svg: 1, x: anchor === "end" ? width - 2 : x(index), y: height + 19, "text-anchor": anchor }, day(place)));
  });
  for (const one of series) {
    const at = new Map(one.rows.map((row) => [row.group[by], row.figures[one.figure]]));
    let run = [];
    const draw = () => {
      if (run.length > 1) plot.append(make("polyline", { color: one.color, points: run.join(" ") }));
      run = [];
    };
    places.forEach((place, index) => {
      if (at.get(place) === undefined) return draw();
      run.push(`${x(index)},${y(size(at.get(place)))}`);
    });
    draw();
    places.forEach((place, index) => {
      if (at.get(place) === undefined) return;
      const text = `${one.name}, ${day(place)}: ${shown(one.figure, at.get(place), currency)}`;
      plot.append(make("circle", { color: one.color, cx: x(index), cy: y(size(at.get(place))), r: 4 }, make("title", { svg: 1 }, text)));
    });
  }
  const what = other ? `${nameOf(figure)} by ${by} and ${other}` : `By ${by}`;
  const keys = series.map((one) => keyTo(one.color, one.name));
  const hidden = other ? new Set(dated.map((row) => label(other, row.group[other]).name)).size - series.length : 0;
  if (hidden > 0) keys.push(make("span", {}, `${hidden} more in the table`));
  return make("figure", {}, make("figcaption", {}, make("b", {}, what), ...keys), plot);
}

/** Every figure of every row, and of all together. */
function table(rows, total, currency, by) {
  const figures = [...new Set([...rows, ...(total ? [total] : [])].flatMap((row) => Object.keys(row.figures)))];
  const cells = (row) => [...figures.map((figure) => make("td", {}, shown(figure, row.figures[figure], currency))), make("td", {}, shown("counted", row.counted)), make("td", {}, shown("excluded", row.excluded))];
  const line = (name, row) => make("tr", {}, make("th", { scope: "row" }, name), ...cells(row));
  const heads = [...figures.map(nameOf), "Records counted", "Left out"].map((name) => make("th", { scope: "col" }, name));
  const made = make("table", {}, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, by ? human(by) : "Of"), ...heads)));
  made.append(make("tbody", {}, ...rows.map((row) => line(called(row.group) || "All", row))));
  if (total) made.append(make("tfoot", {}, line("All", total)));
  return made;
}

/** One currency's figures, or all where they are no money: what is of note, the drawing, the table. */
function block(about, answer, currency, total, rows, width) {
  const section = make("section", {});
  if (currency) section.append(make("h2", {}, currency));
  const note = (about.note ?? Object.keys(total?.figures ?? {}).slice(0, 4)).filter((figure) => total?.figures[figure] !== undefined);
  if (note.length) {
    const tile = (figure) => make("div", {}, make("dt", {}, nameOf(figure)), make("dd", {}, shown(figure, total.figures[figure], currency)));
    section.append(make("dl", { class: "tiles" }, ...note.map(tile)));
  }
  const words = Object.keys((rows[0] ?? {}).group ?? {});
  const time = words.find((word) => word === "week" || word === "month");
  if (rows.length && time && rows.some((row) => /^\d{4}-/.test(row.group[time]))) section.append(lines(rows, time, about, currency, width));
  else if (rows.length) section.append(bars(rows, about, currency, `by ${words.join(" and ")}`));
  else if (total && drawn(about, [total]).figures.length) section.append(bars([total], about, currency, "of all"));
  if (rows.length || total) {
    const name = `All figures${currency ? ` in ${currency}` : ""}`;
    const scroll = make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": name }, table(rows, total, currency, words.join(" · ")));
    section.append(make("details", {}, make("summary", {}, `${name} as a table`), scroll));
  }
  return section;
}

/** Draws an answer of `query_analytics` anew. */
function report(answer) {
  const about = Object.hasOwn(REPORTS, answer.report) ? REPORTS[answer.report] : { title: human(String(answer.report ?? "report")) };
  const { applied = {} } = answer;
  byId("title").textContent = document.title = about.title;
  byId("where").textContent = [applied.organization, applied.team && `team ${applied.team} only`].filter(Boolean).join(" · ");
  const time = /T(\d\d:\d\d)/.exec(answer.as_of ?? "");
  const of = answer.as_of ? `as of ${day(answer.as_of)}${time ? `, ${time[1]}` : ""}${applied.time_zone ? ` (${applied.time_zone})` : ""}` : "";
  byId("when").textContent = [answer.from && `${day(answer.from)} – ${day(answer.to)}`, of].filter(Boolean).join(" · ");
  const totals = answer.totals ?? [];
  const rows = (answer.data ?? []).filter((row) => row && row.figures);
  const currencies = [...new Set([...totals, ...rows].map((one) => one.currency))];
  const open = [...document.querySelectorAll("details")].map((one) => one.open);
  const width = Math.max(240, byId("blocks").clientWidth);
  const of_currency = (currency) => rows.filter((row) => row.currency === currency);
  byId("blocks").replaceChildren(
    ...currencies.map((currency) => block(about, answer, currency, totals.find((one) => one.currency === currency), of_currency(currency), width)),
  );
  document.querySelectorAll("details").forEach((one, place) => (one.open = open[place] ?? false));
  say(currencies.length ? "" : "There is nothing to count for this question.");
  const lines = [answer.definition, ...(answer.notices ?? [])].filter(Boolean);
  byId("foot").replaceChildren(...lines.map((line) => make("p", {}, line)));
  byId("foot").hidden = !lines.length;
}

/** Says how it stands, where there are no figures. */
function say(text, bad = false) {
  const state = byId("state");
  state.textContent = text;
  state.classList.toggle("bad", bad);
}
