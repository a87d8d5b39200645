"use strict";

/** What people read first of each report: its figures of note, what is drawn, and how. */
const REPORTS = {
  project_progress: { title: "Project progress", note: ["progress_percent", "done", "tasks", "projects_late"], draw: ["progress_percent"] },
  overdue_tasks: { title: "Overdue tasks", note: ["overdue", "high_or_urgent"], draw: ["1-30", "31-60", "61-90", "90+"], else: ["overdue"], ages: 1 },
  task_throughput: { title: "Task throughput", note: ["completed", "created", "median_days_open"], draw: ["completed", "created"] },
  utilisation: { title: "Utilisation", note: ["utilisation_percent", "scheduled_minutes", "capacity_minutes", "open_shift_minutes"], draw: ["utilisation_percent"] },
  revenue: { title: "Revenue", note: ["net", "paid", "invoices", "credit_notes"], draw: ["net", "paid"] },
  receivables_aging: { title: "Receivables by age", note: ["due", "earliest_due"], draw: ["not_due", "1-30", "31-60", "61-90", "90+"], else: ["due"], ages: 0 },
  budget_burn: { title: "Budget burn", note: ["burn_percent", "planned", "actual", "remaining", "over_budget"], draw: ["burn_percent"] },
  quote_conversion: { title: "Quote conversion", note: ["accepted_percent", "accepted_net", "open_net", "median_days_to_accept"], draw: ["accepted_net", "declined_net"] },
};
const NAMES = {
  not_due: "Not due yet", "1-30": "1–30 days late", "31-60": "31–60 days late", "61-90": "61–90 days late", "90+": "Over 90 days late",
  due: "Owed", net: "Net revenue", done: "Tasks done", tasks: "Tasks", accepted: "Quotes accepted", declined: "Quotes declined",
};

let locale;

const human = (word) => word.charAt(0).toUpperCase() + word.slice(1).replaceAll("_", " ");
const nameOf = (figure) => NAMES[figure] ?? human(figure.replace(/_(percent|minutes)$/, ""));

/** What a figure counts, by its name and its form. */
function unitOf(figure, value, currency) {
  if (figure.endsWith("_percent")) return "percent";
  if (figure.endsWith("_minutes")) return "minutes";
  if (/(^|_)days(_|$)/.test(figure)) return "days";
  if (typeof value === "string" && !/^-?\d+(\.\d+)?$/.test(value)) return "text";
  return typeof value === "string" && currency ? "money" : "count";
}

/** A formatter of the host's language; of the browser's where that is none. */
function number(options) {
  try {
    return new Intl.NumberFormat(locale, options);
  } catch {
    return new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
  }
}

/** A value as people read it. Decimal texts go to Intl as they are: no digit passes through a float. */
function shown(figure, value, currency, short = false) {
  if (value === undefined || value === null) return "–";
  const unit = unitOf(figure, value, currency);
  const brief = short ? { notation: "compact", minimumFractionDigits: 0, maximumFractionDigits: 1 } : {};
  if (unit === "money") return number({ style: "currency", currency, ...brief }).format(value);
  if (unit === "percent") return number({ style: "unit", unit: "percent", maximumFractionDigits: 1 }).format(value);
  if (unit === "minutes") return number({ style: "unit", unit: "hour", maximumFractionDigits: 1, ...brief }).format(value / 60);
  if (unit === "days") return number({ style: "unit", unit: "day", unitDisplay: "long", ...brief }).format(value);
  if (unit === "text") return day(value);
  return number(brief).format(value);
}

/** A date or an instant as a day, as it stands in the text: never moved to another zone. Other texts stay. */
function day(text) {
  const found = /^(\d{4})-(\d\d)(?:-(\d\d))?(?!\d)/.exec(text);
  if (!found) return text;
  const date = new Date(Date.UTC(found[1], found[2] - 1, found[3] ?? 1));
  const parts = found[3] ? { day: "numeric", month: "short", year: "numeric" } : { month: "short", year: "numeric" };
  try {
    return new Intl.DateTimeFormat(locale, { ...parts, timeZone: "UTC" }).format(date);
  } catch {
    return text;
  }
}

/** What makes one group, in words, and the key of its record. */
function label(by, made) {
  if (made && typeof made === "object") return { name: String(made.name ?? made.key ?? made.id ?? ""), key: made.key };
  if (by === "week" || by === "month") return { name: made === "none" ? "No date" : day(String(made)) };
  if (by === "currency") return { name: String(made) };
  return { name: NAMES[made] ?? human(String(made ?? "none")) };
}
const labels = (group) => Object.entries(group ?? {}).map(([by, made]) => label(by, made));
const called = (group) => labels(group).map((one) => one.name).join(" · ");

/** How far something reaches on a scale; the only place where a decimal text becomes a float. */
const size = (value) => Number(value ?? 0) || 0;
