//! Two organizations with the same keys and names, the first with two teams and work that crosses between them.

use chrono::NaiveDate;
use lavori_domain::contacts::{Contact, ContactKind};
use lavori_domain::env::TestEnv;
use lavori_domain::organizations::{Organization, OrganizationState, Person, PersonState, Role, Team};
use lavori_domain::projects::{Health, Milestone, Phase, Project, ProjectStatus};
use lavori_domain::tasks::{Due, Priority, Task, TaskStatus};
use lavori_domain::{
    ContactId, Env, Id, MilestoneId, OrganizationId, PersonId, PhaseId, ProjectId, TaskId, TeamId, TimeZone, Timestamp,
};
use lavori_policy::Switches;
use lavori_store::{
    Error, Store, Tx, Within, contacts, memberships, milestones, organizations, people, phases, projects,
    task_assignees, task_dependencies, tasks, teams,
};

/// One organization and the ids of what is in it.
#[derive(Debug, Clone)]
pub struct Northlight {
    pub id: OrganizationId,
    pub stage: TeamId,
    pub sound: TeamId,
    pub ada: PersonId,
    pub ben: PersonId,
    pub cleo: PersonId,
    pub arena: ContactId,
    pub festival: ContactId,
    pub aurora: ProjectId,
    pub borealis: ProjectId,
    pub office: ProjectId,
    pub load_in: PhaseId,
    pub sound_load_in: PhaseId,
    pub doors: MilestoneId,
    /// T-1 to T-7.
    pub tasks: [TaskId; 7],
}

/// The other organization: P-1, T-1 and C-1 exist here too, under the same names.
#[derive(Debug, Clone)]
pub struct Harbor {
    pub id: OrganizationId,
    pub ada: PersonId,
    pub contact: ContactId,
    pub project: ProjectId,
    pub phase: PhaseId,
    pub milestone: MilestoneId,
    pub task: TaskId,
    pub team: TeamId,
}

pub struct World {
    pub env: TestEnv,
    /// Sunday 2026-11-22, 13:00 in Rome.
    pub now: Timestamp,
    pub north: Northlight,
    pub harbor: Harbor,
}

pub fn zone() -> TimeZone {
    "Europe/Rome".parse().unwrap()
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

impl World {
    pub async fn build(store: &Store) -> Self {
        let env = TestEnv::default();
        let now = Timestamp::parse_rfc3339("2026-11-22T12:00:00Z").unwrap();
        let mut tx = store.begin().await.unwrap();
        let north = northlight(&mut tx, &env).await.unwrap();
        let harbor = harbor(&mut tx, &env).await.unwrap();
        tx.commit().await.unwrap();
        Self { env, now, north, harbor }
    }

    pub fn whole(&self) -> Within {
        Within { organization: self.north.id, team: None }
    }

    pub fn stage(&self) -> Within {
        Within { organization: self.north.id, team: Some(self.north.stage) }
    }
}

async fn organization(tx: &mut Tx, env: &TestEnv, slug: &str) -> Result<OrganizationId, Error> {
    let organization = Organization {
        id: Id::new(env),
        slug: slug.to_owned(),
        name: format!("{}{}", slug[..1].to_uppercase(), &slug[1..]),
        time_zone: zone(),
        currency: "EUR".parse().unwrap(),
        state: OrganizationState::Active,
        created_at: env.now(),
    };
    organizations::insert(tx, &organization, Switches::new(false, false)).await?;
    Ok(organization.id)
}

async fn member(
    tx: &mut Tx,
    env: &TestEnv,
    organization: OrganizationId,
    name: &str,
    role: Role,
) -> Result<PersonId, Error> {
    let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
    let state = PersonState::Active;
    let person = Person { id: Id::new(env), email, name: name.to_owned(), state, created_at: env.now() };
    people::insert(tx, &person, None).await?;
    memberships::insert(tx, organization, person.id, role, env.now()).await?;
    Ok(person.id)
}

async fn team(tx: &mut Tx, env: &TestEnv, organization: OrganizationId, name: &str) -> Result<TeamId, Error> {
    let team = Team { organization, id: Id::new(env), slug: name.to_lowercase(), name: name.to_owned() };
    teams::insert(tx, &team).await?;
    Ok(team.id)
}

pub fn contact(env: &TestEnv, organization: OrganizationId, number: i64, name: &str) -> Contact {
    let id = Id::new(env);
    let mut contact = Contact::new(organization, id, number, ContactKind::Company, name.to_owned(), env.now());
    contact.email = Some(format!("info@{}.example", name.split(' ').next().unwrap().to_lowercase()));
    contact
}

pub fn project(env: &TestEnv, organization: OrganizationId, number: i64, name: &str) -> Project {
    Project {
        organization,
        id: Id::new(env),
        number,
        name: name.to_owned(),
        description: None,
        client: None,
        team: None,
        lead: None,
        status: ProjectStatus::Active,
        health: None,
        health_reason: None,
        starts_on: None,
        due_on: None,
        tags: Vec::new(),
        version: 1,
        created_at: env.now(),
        updated_at: env.now(),
    }
}

pub fn task(env: &TestEnv, project: &Project, number: i64, title: &str) -> Task {
    Task::new(project.organization, Id::new(env), number, project.id, title.to_owned(), env.now())
}

async fn phase(tx: &mut Tx, env: &TestEnv, of: &Project, position: i32, name: &str) -> Result<PhaseId, Error> {
    let phase = Phase {
        organization: of.organization,
        id: Id::new(env),
        project: of.id,
        position,
        name: name.to_owned(),
        starts_on: Some(day("2026-11-20")),
        ends_on: Some(day("2026-11-24")),
    };
    phases::insert(tx, &phase).await?;
    Ok(phase.id)
}

async fn milestone(tx: &mut Tx, env: &TestEnv, of: &Project, name: &str) -> Result<MilestoneId, Error> {
    let milestone = Milestone {
        organization: of.organization,
        id: Id::new(env),
        project: of.id,
        phase: None,
        name: name.to_owned(),
        due_on: day("2026-11-28"),
        done_at: None,
    };
    milestones::insert(tx, &milestone).await?;
    Ok(milestone.id)
}

async fn northlight(tx: &mut Tx, env: &TestEnv) -> Result<Northlight, Error> {
    let id = organization(tx, env, "northlight").await?;
    let (stage, sound) = (team(tx, env, id, "Stage").await?, team(tx, env, id, "Sound").await?);
    let ada = member(tx, env, id, "Ada Rossi", Role::Owner).await?;
    let ben = member(tx, env, id, "Ben Weiss", Role::Member).await?;
    let cleo = member(tx, env, id, "Cleo Novak", Role::Member).await?;
    teams::add_member(tx, id, stage, ben).await?;
    teams::add_member(tx, id, sound, cleo).await?;

    let (arena, festival) = (contact(env, id, 1, "Arena Verona"), contact(env, id, 2, "Festival di Città"));
    contacts::insert(tx, &arena).await?;
    contacts::insert(tx, &festival).await?;
    contacts::link_team(tx, id, arena.id, stage).await?;
    contacts::link_team(tx, id, festival.id, sound).await?;

    let mut aurora = project(env, id, 1, "Aurora");
    // Led by somebody of the other team, for a client that only the other team knows.
    (aurora.team, aurora.client, aurora.lead) = (Some(stage), Some(festival.id), Some(cleo));
    (aurora.health, aurora.due_on) = (Some(Health::AtRisk), Some(day("2026-12-20")));
    aurora.description = Some("Opening night under the northern lights".to_owned());
    let mut borealis = project(env, id, 2, "Borealis");
    (borealis.team, borealis.client, borealis.lead) = (Some(sound), Some(festival.id), Some(cleo));
    borealis.status = ProjectStatus::Planned;
    let office = project(env, id, 3, "Office");
    for project in [&aurora, &borealis, &office] {
        projects::insert(tx, project).await?;
    }
    let load_in = phase(tx, env, &aurora, 1, "Load-in").await?;
    phase(tx, env, &aurora, 2, "Show").await?;
    let sound_load_in = phase(tx, env, &borealis, 1, "Load-in").await?;
    let doors = milestone(tx, env, &aurora, "Doors open").await?;

    let mut t1 = task(env, &aurora, 1, "Rig the truss");
    (t1.phase, t1.milestone, t1.status) = (Some(load_in), Some(doors), TaskStatus::InProgress);
    (t1.priority, t1.due) = (Priority::High, Some(Due::Day(day("2026-11-23"))));
    t1.estimate_minutes = Some(90);
    let mut t2 = task(env, &aurora, 2, "Order motors");
    (t2.priority, t2.due) = (Priority::Urgent, Some(Due::Day(day("2026-11-21"))));
    t2.description = Some("Eight chain hoists for the città stage".to_owned());
    let mut t3 = task(env, &aurora, 3, "Focus lights");
    (t3.status, t3.completed_at) = (TaskStatus::Done, Some(env.now()));
    let mut t4 = task(env, &borealis, 4, "Tune the PA");
    t4.due = Some(Due::At(Timestamp::parse_rfc3339("2026-11-25T17:00:00Z").unwrap()));
    let mut t5 = task(env, &office, 5, "Write the offer");
    t5.status = TaskStatus::Backlog;
    let mut t6 = task(env, &aurora, 6, "Rig the truss, left");
    t6.parent = Some(t1.id);
    let mut t7 = task(env, &aurora, 7, "Hang the microphones");
    t7.parent = Some(t4.id);
    let tasks = [t1, t2, t3, t4, t5, t6, t7];
    for task in &tasks {
        tasks::insert(tx, task, zone()).await?;
    }
    let ids = tasks.map(|task| task.id);
    for (task, person) in [(0, ben), (0, cleo), (1, ben), (3, cleo)] {
        task_assignees::insert(tx, id, ids[task], person).await?;
    }
    // The truss waits for the motors, for the lights (done already) and for the other team's tuning.
    for (task, blocked_by) in [(0, 1), (0, 2), (0, 3), (3, 5)] {
        task_dependencies::insert(tx, id, ids[task], ids[blocked_by]).await?;
    }
    Ok(Northlight {
        id,
        stage,
        sound,
        ada,
        ben,
        cleo,
        arena: arena.id,
        festival: festival.id,
        aurora: aurora.id,
        borealis: borealis.id,
        office: office.id,
        load_in,
        sound_load_in,
        doors,
        tasks: ids,
    })
}

async fn harbor(tx: &mut Tx, env: &TestEnv) -> Result<Harbor, Error> {
    let id = organization(tx, env, "harbor").await?;
    let ada = member(tx, env, id, "Ada Haven", Role::Owner).await?;
    let team = team(tx, env, id, "Stage").await?;
    let contact = contact(env, id, 1, "Arena Hamburg");
    contacts::insert(tx, &contact).await?;
    let mut project = project(env, id, 1, "Aurora");
    project.client = Some(contact.id);
    projects::insert(tx, &project).await?;
    let phase = phase(tx, env, &project, 1, "Harbor load-in").await?;
    let milestone = milestone(tx, env, &project, "Harbor doors").await?;
    let mut task = task(env, &project, 1, "Rig the harbor truss");
    (task.phase, task.milestone) = (Some(phase), Some(milestone));
    tasks::insert(tx, &task, zone()).await?;
    task_assignees::insert(tx, id, task.id, ada).await?;
    Ok(Harbor { id, ada, contact: contact.id, project: project.id, phase, milestone, task: task.id, team })
}
