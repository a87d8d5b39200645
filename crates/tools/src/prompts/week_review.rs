//! `week_review`: what a week holds, what is late, and who is stretched.

use serde_json::{Map, Value, json};

use crate::prompts::given::Given;
use crate::prompts::words::Words;
use crate::prompts::{Prompt, PromptArgument, PromptError};

pub(super) const PROMPT: Prompt = Prompt {
    name: "week_review",
    title: "Review a week",
    about: "What is due and late, which shifts and events clash, and which projects and budgets need attention. Reads \
            only.",
    arguments: &[
        PromptArgument {
            name: "week",
            title: "Week",
            about: "this_week (if left empty), last_week or next_week",
            required: false,
            longest: 20,
        },
        PromptArgument {
            name: "project",
            title: "Project",
            about: "Only this project: its key, such as P-12, or its exact name",
            required: false,
            longest: 200,
        },
        PromptArgument {
            name: "team",
            title: "Team",
            about: "Only this team: its exact name",
            required: false,
            longest: 100,
        },
    ],
    write,
};

fn write(given: &Given) -> Result<String, PromptError> {
    let week = given.word("week", &["this_week", "last_week", "next_week"])?;
    let (project, team) = (given.text("project"), given.text("team"));
    let only = |arguments: Value| {
        let mut arguments = match arguments {
            Value::Object(arguments) => arguments,
            _ => Map::new(),
        };
        let limits = [("project", project), ("team", team)];
        arguments.extend(limits.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?.into()))));
        Value::Object(arguments)
    };
    let open = ["backlog", "todo", "in_progress", "in_review"];
    let mut words = Words::new(format!("Review {week} for me: what needs attention, and what goes well."));
    words.call("get_context", &json!({}), "for today's date and what you may see");
    let due = json!({ "due_after": week, "due_before": week, "status": open, "sort": "due" });
    words.call("list_tasks", &only(due), "for what is due and still open");
    words.call("list_tasks", &only(json!({ "overdue": true, "sort": "due" })), "for what is late already");
    let clashes = json!({ "from": week, "to": week, "only_conflicts": true });
    words.call("list_schedule", &only(clashes), "for clashes, short rest and long work");
    let opens = json!({ "from": week, "to": week, "kind": ["shift"], "person": "none" });
    words.call("list_schedule", &only(opens), "for shifts that nobody has");
    if project.is_none() {
        let ailing = match team {
            Some(team) => json!({ "health": ["at_risk", "off_track"], "team": team }),
            None => json!({ "health": ["at_risk", "off_track"] }),
        };
        words.call("list_projects", &ailing, "for projects that are not on track");
    }
    words.call("list_budgets", &only(json!({ "over_budget": true })), "for budgets that are overspent");
    let narrowed = if team.is_some() {
        " If this connection is limited to a team, the tools take no team: leave it out, and say whose records you saw."
    } else {
        ""
    };
    Ok(words.then(&format!(
        "Then write one page: the three things that matter most first, then the rest by project, each with its key and \
         link, who has it and by when. Say what the answers cover (applied) and what is on further pages.{narrowed} \
         Change nothing; suggest what I could do next."
    )))
}
