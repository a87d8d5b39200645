//! The phases and milestones of a project, and the steps that change them.

use chrono::NaiveDate;
use lavori_domain::RecordType;
use lavori_domain::changes::{Operation, RecordKind};
use lavori_domain::projects::{Milestone, Phase, Project};
use lavori_domain::{Id, MilestoneId, PhaseId, Timestamp};
use lavori_store::{milestones, phases};
use schemars::JsonSchema;
use serde::Deserialize;

use super::archived::Archived;
use crate::access::Write;
use crate::call::{Call, Problems};
use crate::drafts::project::last_day;
use crate::drafts::task::{first_day, read_line};
use crate::error::{Candidate, Code, Error, Problem};
use crate::fields::Fields;
use crate::refs;
use crate::written::Touched;

/// One change.
#[derive(Deserialize, JsonSchema)]
#[schemars(description = "")]
pub(super) struct Step {
    op: Op,
    kind: Part,
    /// The phase or milestone: id or exact name. Not to add.
    r#ref: Option<String>,
    #[schemars(length(min = 1, max = 200))]
    name: Option<String>,
    /// First day of a phase, day of a milestone.
    date: Option<String>,
    /// Last day of a phase.
    end: Option<String>,
    /// The phase it follows, `none` to be the first; of a milestone: the phase it closes.
    after: Option<String>,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline, description = "")]
enum Op {
    Add,
    Rename,
    /// To other days or another place.
    Move,
    /// A milestone was reached.
    Done,
    /// It was not.
    Reopen,
    /// Out of the structure, when no open task hangs on it any more.
    Archive,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum Part {
    Phase,
    Milestone,
}

/// What a step says.
struct Said {
    name: Option<String>,
    date: Option<NaiveDate>,
    end: Option<NaiveDate>,
    /// Not there: not said. `Some(None)`: before all others, or of no phase.
    after: Option<Option<PhaseId>>,
    /// Not there: not said. `Some(None)`: not reached.
    reached: Option<Option<Timestamp>>,
}

/// Why a step cannot be taken; nothing in it: what it lacks was told already.
type Told = Option<Box<Problem>>;

/// What a project is made of, while it changes. What was there stands beside what is to be.
pub(super) struct Structure {
    phases: Vec<(Option<Phase>, Phase)>,
    milestones: Vec<(Option<Milestone>, Milestone)>,
    pub(super) archived: Archived,
}

impl Structure {
    /// As it is; phases in their order.
    pub(super) fn new(phases: Vec<Phase>, milestones: Vec<Milestone>) -> Self {
        Self {
            phases: phases.into_iter().map(|phase| (Some(phase.clone()), phase)).collect(),
            milestones: milestones.into_iter().map(|mark| (Some(mark.clone()), mark)).collect(),
            archived: Archived::default(),
        }
    }

    pub(super) fn phases(&self) -> impl Iterator<Item = &Phase> {
        self.phases.iter().map(|(_, phase)| phase)
    }

    pub(super) fn milestones(&self) -> impl Iterator<Item = &Milestone> {
        self.milestones.iter().map(|(_, mark)| mark)
    }

    /// It in words, for telling what changed.
    pub(super) fn lines(&self) -> Vec<String> {
        let day = |day: Option<NaiveDate>| day.map_or("?".to_owned(), |day| day.to_string());
        let phase_of = |mark: &Milestone| {
            let phase = self.phases().find(|phase| Some(phase.id) == mark.phase);
            phase.map_or(String::new(), |phase| format!(" of {}", phase.name))
        };
        let phases =
            self.phases().map(|phase| format!("{} ({} to {})", phase.name, day(phase.starts_on), day(phase.ends_on)));
        let marks = self.milestones().map(|mark| {
            let done = if mark.done_at.is_some() { ", done" } else { "" };
            format!("{}{} on {}{done}", mark.name, phase_of(mark), mark.due_on)
        });
        phases.chain(marks).collect()
    }

    /// Takes one step of the call; what is wrong goes to `problems`.
    pub(super) fn take(
        &mut self,
        call: &mut Call<'_, Write>,
        project: &Project,
        at: &str,
        step: &Step,
        problems: &mut Problems,
    ) -> Result<(), Error> {
        let zone = call.zone();
        let date = match &step.date {
            None => None,
            Some(text) if step.kind == Part::Phase => {
                problems.keep(call.from(&format!("{at}.date"), text))?.map(|(when, _)| first_day(when, zone))
            }
            Some(text) => problems.keep(call.until(&format!("{at}.date"), text))?.map(|(when, _)| last_day(when, zone)),
        };
        let end = match &step.end {
            None => None,
            Some(text) => problems.keep(call.until(&format!("{at}.end"), text))?.map(|(when, _)| last_day(when, zone)),
        };
        let name = step.name.as_deref().map(|name| read_line(&format!("{at}.name"), name, problems));
        let after = match step.after.as_deref() {
            None => None,
            Some(text) if text.eq_ignore_ascii_case("none") => Some(None),
            Some(text) => {
                match named(&format!("{at}.after"), text, self.phases(), |it| (it.id, &it.name), RecordType::Phase) {
                    Ok(phase) => Some(Some(phase)),
                    Err(problem) => {
                        problems.add(*problem);
                        None
                    }
                }
            }
        };
        let needed = match (step.op, step.kind) {
            (Op::Add, Part::Phase) => vec![("name", name.is_none())],
            (Op::Add, Part::Milestone) => vec![("name", name.is_none()), ("date", step.date.is_none())],
            (Op::Rename, _) => vec![("ref", step.r#ref.is_none()), ("name", name.is_none())],
            (Op::Move | Op::Done | Op::Reopen | Op::Archive, _) => vec![("ref", step.r#ref.is_none())],
        };
        for (field, _) in needed.into_iter().filter(|(_, missing)| *missing) {
            problems.add(Problem::new(Code::MissingArgument, "This step needs it.").field(format!("{at}.{field}")));
        }
        let reached = match step.op {
            Op::Done => Some(Some(call.now())),
            Op::Reopen => Some(None),
            Op::Add | Op::Rename | Op::Move | Op::Archive => None,
        };
        let told = match step.kind {
            _ if step.op == Op::Archive => self.archive(at, step),
            Part::Phase if reached.is_some() => {
                let problem = Problem::new(Code::InvalidArgument, "Only milestones are reached.");
                Err(Some(Box::new(problem.field(format!("{at}.op")))))
            }
            Part::Phase => self.phase(call, project, at, step, Said { name, date, end, after, reached }),
            Part::Milestone => self.milestone(call, project, at, step, Said { name, date, end, after, reached }),
        };
        if let Err(Some(problem)) = told {
            problems.add(*problem);
        }
        Ok(())
    }

    /// Takes a part out, with what the steps before this one made of it.
    fn archive(&mut self, at: &str, step: &Step) -> Result<(), Told> {
        let (argument, text) = (format!("{at}.ref"), step.r#ref.as_deref().ok_or(None)?);
        match step.kind {
            Part::Phase => {
                let id = named(&argument, text, self.phases(), |it| (it.id, &it.name), RecordType::Phase)?;
                let place = self.phases().position(|phase| phase.id == id).ok_or(None)?;
                let (before, phase) = self.phases.remove(place);
                // What it was closed by closes none.
                let closing = self.milestones.iter_mut().map(|(_, mark)| mark).filter(|mark| mark.phase == Some(id));
                closing.for_each(|mark| mark.phase = None);
                self.archived.phases.extend(before.map(|before| (argument, before, phase)));
            }
            Part::Milestone => {
                let id = named(&argument, text, self.milestones(), |it| (it.id, &it.name), RecordType::Milestone)?;
                let place = self.milestones().position(|mark| mark.id == id).ok_or(None)?;
                let (before, mark) = self.milestones.remove(place);
                self.archived.milestones.extend(before.map(|before| (argument, before, mark)));
            }
        }
        Ok(())
    }

    fn phase(
        &mut self,
        call: &Call<'_, Write>,
        project: &Project,
        at: &str,
        step: &Step,
        said: Said,
    ) -> Result<(), Told> {
        let Said { name, date, end, after, .. } = said;
        let place = match step.op {
            Op::Add => {
                let phase = Phase {
                    organization: project.organization,
                    id: PhaseId::new(call.env),
                    project: project.id,
                    position: 0,
                    name: name.clone().ok_or(None)?,
                    starts_on: None,
                    ends_on: None,
                };
                self.phases.push((None, phase));
                self.phases.len() - 1
            }
            Op::Rename | Op::Move | Op::Done | Op::Reopen | Op::Archive => {
                let text = step.r#ref.as_deref().ok_or(None)?;
                let id = named(&format!("{at}.ref"), text, self.phases(), |it| (it.id, &it.name), RecordType::Phase)?;
                self.phases.iter().position(|(_, phase)| phase.id == id).ok_or(None)?
            }
        };
        let mut entry = self.phases.remove(place);
        let phase = &mut entry.1;
        phase.name = name.unwrap_or(std::mem::take(&mut phase.name));
        phase.starts_on = date.or(phase.starts_on);
        phase.ends_on = end.or(phase.ends_on);
        let backwards = phase.starts_on.zip(phase.ends_on).is_some_and(|(first, last)| first > last);
        let to = match after {
            None => place,
            Some(None) => 0,
            Some(Some(other)) => self.phases().position(|phase| phase.id == other).map_or(place, |at| at + 1),
        };
        self.phases.insert(to.min(self.phases.len()), entry);
        for ((_, phase), position) in self.phases.iter_mut().zip(1..) {
            phase.position = position;
        }
        match backwards {
            true => {
                let problem = Problem::new(Code::InvalidDate, "A phase cannot start after its end.");
                Err(Some(Box::new(problem.field(format!("{at}.date")))))
            }
            false => Ok(()),
        }
    }

    fn milestone(
        &mut self,
        call: &Call<'_, Write>,
        project: &Project,
        at: &str,
        step: &Step,
        said: Said,
    ) -> Result<(), Told> {
        let Said { name, date, after, reached, .. } = said;
        if step.op == Op::Add {
            let mark = Milestone {
                organization: project.organization,
                id: MilestoneId::new(call.env),
                project: project.id,
                phase: after.flatten(),
                name: name.ok_or(None)?,
                due_on: date.ok_or(None)?,
                done_at: None,
            };
            self.milestones.push((None, mark));
            return Ok(());
        }
        let text = step.r#ref.as_deref().ok_or(None)?;
        let id = named(&format!("{at}.ref"), text, self.milestones(), |it| (it.id, &it.name), RecordType::Milestone)?;
        let found = self.milestones.iter_mut().map(|(_, mark)| mark).find(|mark| mark.id == id);
        let mark = found.ok_or(None)?;
        mark.name = name.unwrap_or(std::mem::take(&mut mark.name));
        mark.due_on = date.unwrap_or(mark.due_on);
        mark.phase = after.unwrap_or(mark.phase);
        mark.done_at = match reached {
            None => mark.done_at,
            Some(None) => None,
            Some(Some(now)) => mark.done_at.or(Some(now)),
        };
        Ok(())
    }

    /// Writes what changed.
    pub(super) async fn write(self, call: &mut Call<'_, Write>) -> Result<(), Error> {
        let zone = call.zone();
        self.archived.write(call).await?;
        for (before, phase) in self.phases {
            let mut fields = Fields::new();
            match &before {
                None => {
                    fields.first("name", &phase.name)?;
                    fields.first("start", &phase.starts_on)?;
                    fields.first("end", &phase.ends_on)?;
                    phases::insert(&mut call.db, &phase).await?;
                }
                Some(old) => {
                    fields.set("name", &old.name, &phase.name)?;
                    fields.set("start", &old.starts_on, &phase.starts_on)?;
                    fields.set("end", &old.ends_on, &phase.ends_on)?;
                    fields.set("position", &old.position, &phase.position)?;
                    if *old != phase {
                        phases::update(&mut call.db, &phase).await?;
                    }
                }
            }
            let touched = Touched::new(RecordKind::Phase, phase.id, &phase.name, 1).project(Some(phase.project));
            tell(call, before.is_none(), &touched, &fields);
        }
        let done = |mark: &Milestone| mark.done_at.map(|at| zone.rfc3339(at));
        for (before, mark) in self.milestones {
            let mut fields = Fields::new();
            match &before {
                None => {
                    fields.first("name", &mark.name)?;
                    fields.first("due", &mark.due_on)?;
                    milestones::insert(&mut call.db, &mark).await?;
                }
                Some(old) => {
                    fields.set("name", &old.name, &mark.name)?;
                    fields.set("due", &old.due_on, &mark.due_on)?;
                    fields.set("phase", &old.phase.map(|id| id.to_string()), &mark.phase.map(|id| id.to_string()))?;
                    fields.set("done_at", &done(old), &done(&mark))?;
                    if *old != mark {
                        milestones::update(&mut call.db, &mark).await?;
                    }
                }
            }
            let touched = Touched::new(RecordKind::Milestone, mark.id, &mark.name, 1).project(Some(mark.project));
            tell(call, before.is_none(), &touched, &fields);
        }
        Ok(())
    }
}

/// Notes what became of a part.
fn tell(call: &mut Call<'_, Write>, new: bool, touched: &Touched<'_>, fields: &Fields) {
    if new || !fields.is_empty() {
        call.change(touched, if new { Operation::Created } else { Operation::Updated }, fields);
    }
}

/// The one part of this project that `text` names, by id or by name whatever its case.
fn named<'a, T: 'a, K: 'a>(
    argument: &str,
    text: &str,
    parts: impl Iterator<Item = &'a T>,
    of: impl Fn(&'a T) -> (Id<K>, &'a String),
    kind: RecordType,
) -> Result<Id<K>, Box<Problem>> {
    let text = text.trim();
    let found: Vec<(Id<K>, &String)> = parts
        .map(of)
        .filter(|(id, name)| id.to_string() == text || name.to_lowercase() == text.to_lowercase())
        .collect();
    match found.as_slice() {
        [] => Err(Box::new(refs::not_found(argument, text, &[kind]))),
        [(id, _)] => Ok(*id),
        _ => {
            let candidates = found.iter().take(5).map(|(id, name)| Candidate {
                id: id.to_string(),
                key: None,
                name: (*name).clone(),
                hint: None,
            });
            Err(Box::new(refs::ambiguous(argument, text, candidates.collect())))
        }
    }
}
