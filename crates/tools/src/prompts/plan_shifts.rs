//! `plan_shifts`: from a project or event to shifts that people can work.

use serde_json::json;

use crate::prompts::given::Given;
use crate::prompts::words::{Words, quoted};
use crate::prompts::{Prompt, PromptArgument, PromptError};

pub(super) const PROMPT: Prompt = Prompt {
    name: "plan_shifts",
    title: "Plan shifts",
    about: "Finds who has time for a project or event, proposes shifts that keep to the working time rules, and enters \
            them once you agree.",
    arguments: &[
        PromptArgument {
            name: "event",
            title: "Project or event",
            about: "What the shifts are for: a project or event, by key or name",
            required: true,
            longest: 200,
        },
        PromptArgument {
            name: "from",
            title: "From",
            about: "First day: a date such as 2026-12-03, or a word such as fri, +3d, next_week (if left empty)",
            required: false,
            longest: 40,
        },
        PromptArgument {
            name: "to",
            title: "To",
            about: "Last day, written like the first; the end of what From says if left empty",
            required: false,
            longest: 40,
        },
        PromptArgument {
            name: "crew",
            title: "Crew",
            about: "Who is needed and when, in your own words: 4 riggers on Thursday from 8 to 18, 2 sound on Friday",
            required: false,
            longest: 500,
        },
    ],
    write,
};

fn write(given: &Given) -> Result<String, PromptError> {
    let event = given.text("event").unwrap_or_default();
    let from = given.when("from")?.unwrap_or("next_week");
    let to = given.when("to")?.unwrap_or(from);
    let crew = match given.text("crew") {
        Some(crew) => format!(" What is needed, in my words: {}.", quoted(crew)),
        None => " Ask me which roles are needed and when, before you propose anything.".to_owned(),
    };
    let mut words = Words::new(format!("Plan shifts for {}.{crew}", quoted(event)));
    words.call("get_context", &json!({}), "for today's date, the time zone and what you may change");
    let named = json!({ "query": event, "types": ["project", "event"] });
    words.call("search", &named, "for the record that I mean; ask me if there are several");
    let planned = json!({ "from": from, "to": to, "kind": ["shift"] });
    words.call("list_schedule", &planned, "for what is planned already");
    let free = json!({ "from": from, "to": to, "duration_minutes": 240 });
    words.call("check_availability", &free, "for who has time; once for each role, with its role");
    Ok(words.then(
        "Then show me a table: day, start, end, role, person, and why; leave a shift open where nobody fits, and do not \
         break the working time rules that the answers name. Wait for my yes. Only then try the whole plan with \
         preview_write for create_schedule_entries (kind shift, status pending, one person each or none, its project or \
         event), show me its conflicts, and send the same entries with a request_key.\n\
         If you have no create_schedule_entries, this connection may only read: stop at the table, and tell me that I can \
         connect Lavori again and allow it to modify data.",
    ))
}
