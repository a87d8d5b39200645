//! References across organizations are refused by the database itself (DESIGN decision 3), and migrations go both ways.

use lavori_domain::budgets::{Budget, BudgetCategory, BudgetLine, BudgetStatus};
use lavori_domain::projects::{Milestone, Phase};
use lavori_domain::{Id, MilestoneId, Money, PhaseId};
use lavori_store::{
    Error, Tx, budgets, contacts, milestones, phases, projects, task_assignees, task_dependencies, tasks, teams,
};
use lavori_testkit::{TestStore, stores};

use crate::world::{World, contact, day, project, task, zone};

/// Each refused change is tried in a transaction of its own: PostgreSQL ends one at its first error.
async fn refused(test: &TestStore, what: &str, change: impl AsyncFnOnce(&mut Tx) -> Result<(), Error>) {
    let mut tx = test.store.begin().await.unwrap();
    let outcome = change(&mut tx).await;
    // SQLite checks a deferred key at the commit.
    let outcome = match outcome {
        Ok(()) => tx.commit().await,
        Err(error) => Err(error),
    };
    assert!(matches!(outcome, Err(Error::Conflict(_))), "{what} on {}: {outcome:?}", test.name);
}

#[tokio::test(flavor = "multi_thread")]
async fn p12_no_record_can_point_into_another_organization() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let (north, harbor, env) = (&world.north, &world.harbor, &world.env);
        let base = project(env, north.id, 90, "Wall");

        for (what, change) in [
            (
                "client",
                Box::new(|p: &mut lavori_domain::projects::Project| p.client = Some(harbor.contact))
                    as Box<dyn Fn(&mut lavori_domain::projects::Project) + '_>,
            ),
            ("team", Box::new(|p| p.team = Some(harbor.team))),
            ("lead", Box::new(|p| p.lead = Some(harbor.ada))),
        ] {
            let mut changed = base.clone();
            change(&mut changed);
            refused(&test, what, async |tx| projects::insert(tx, &changed).await).await;
        }

        let mut tx = test.store.begin().await.unwrap();
        projects::insert(&mut tx, &base).await.unwrap();
        tx.commit().await.unwrap();
        let phase = |project| Phase {
            organization: north.id,
            id: PhaseId::new(env),
            project,
            position: 1,
            name: "x".to_owned(),
            starts_on: None,
            ends_on: None,
        };
        let milestone = |project, phase| Milestone {
            organization: north.id,
            id: MilestoneId::new(env),
            project,
            phase,
            name: "x".to_owned(),
            due_on: day("2026-12-01"),
            done_at: None,
        };
        refused(&test, "phase of a project", async |tx| phases::insert(tx, &phase(harbor.project)).await).await;
        let foreign = milestone(harbor.project, None);
        refused(&test, "milestone of a project", async |tx| milestones::insert(tx, &foreign).await).await;
        let foreign = milestone(base.id, Some(harbor.phase));
        refused(&test, "milestone of a phase", async |tx| milestones::insert(tx, &foreign).await).await;
        let foreign = milestone(base.id, Some(north.load_in));
        refused(&test, "milestone of another project's phase", async |tx| milestones::insert(tx, &foreign).await).await;

        for (what, change) in [
            (
                "project",
                Box::new(|t: &mut lavori_domain::tasks::Task| t.project = harbor.project)
                    as Box<dyn Fn(&mut lavori_domain::tasks::Task) + '_>,
            ),
            ("phase", Box::new(|t| t.phase = Some(harbor.phase))),
            ("phase of another project", Box::new(|t| t.phase = Some(north.load_in))),
            ("milestone", Box::new(|t| t.milestone = Some(harbor.milestone))),
            ("milestone of another project", Box::new(|t| t.milestone = Some(north.doors))),
            ("parent", Box::new(|t| t.parent = Some(harbor.task))),
        ] {
            let mut changed = task(env, &base, 90, "Wall");
            change(&mut changed);
            refused(&test, what, async |tx| tasks::insert(tx, &changed, zone()).await).await;
        }

        let mine = north.tasks[0];
        refused(&test, "assignee", async |tx| task_assignees::insert(tx, north.id, mine, harbor.ada).await).await;
        refused(&test, "assigned task", async |tx| task_assignees::insert(tx, north.id, harbor.task, north.ben).await)
            .await;
        refused(&test, "blocker", async |tx| task_dependencies::insert(tx, north.id, mine, harbor.task).await).await;
        refused(&test, "blocked", async |tx| task_dependencies::insert(tx, north.id, harbor.task, mine).await).await;
        refused(&test, "itself", async |tx| task_dependencies::insert(tx, north.id, mine, mine).await).await;
        refused(&test, "contact's team", async |tx| contacts::link_team(tx, north.id, north.arena, harbor.team).await)
            .await;
        refused(&test, "team's contact", async |tx| {
            contacts::link_team(tx, north.id, harbor.contact, north.stage).await
        })
        .await;
        refused(&test, "team's member", async |tx| teams::add_member(tx, north.id, north.stage, harbor.ada).await)
            .await;
        let budget = |project, team| Budget {
            organization: north.id,
            id: Id::new(env),
            number: 90,
            name: "Wall".to_owned(),
            project,
            team,
            currency: "EUR".parse().unwrap(),
            starts_on: None,
            ends_on: None,
            status: BudgetStatus::Draft,
            revision: 1,
            version: 1,
            created_at: world.now,
            updated_at: world.now,
        };
        let foreign = budget(Some(harbor.project), None);
        refused(&test, "budget of a project", async |tx| budgets::insert(tx, &foreign).await).await;
        let foreign = budget(None, Some(harbor.team));
        refused(&test, "budget of a team", async |tx| budgets::insert(tx, &foreign).await).await;
        let theirs = Budget { organization: harbor.id, ..budget(Some(harbor.project), None) };
        let mut tx = test.store.begin().await.unwrap();
        budgets::insert(&mut tx, &theirs).await.unwrap();
        tx.commit().await.unwrap();
        let zero = Money::zero(theirs.currency);
        let foreign = BudgetLine {
            organization: north.id,
            id: Id::new(env),
            budget: theirs.id,
            position: 1,
            category: BudgetCategory::Other,
            planned: zero,
            committed: zero,
            entered: zero,
            planned_minutes: None,
            note: None,
        };
        refused(&test, "line of a budget", async |tx| budgets::insert_lines(tx, &[foreign]).await).await;
        let nowhere = contact(env, Id::new(env), 1, "Nobody");
        refused(&test, "no organization", async |tx| contacts::insert(tx, &nowhere).await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_given_once_in_an_organization() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let again = project(&world.env, world.north.id, 1, "Again");
        refused(&test, "project", async |tx| projects::insert(tx, &again).await).await;
        let mut again = task(&world.env, &again, 1, "Again");
        again.project = world.north.aurora;
        refused(&test, "task", async |tx| tasks::insert(tx, &again, zone()).await).await;
        let again = contact(&world.env, world.north.id, 1, "Again");
        refused(&test, "contact", async |tx| contacts::insert(tx, &again).await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_migration_can_be_undone_and_done_again() {
    for test in stores().await {
        lavori_store::redo_migrations(&test.url).await.unwrap_or_else(|error| panic!("{}: {error:?}", test.name));
        // What is there afterwards works like the first time.
        World::build(&test.store).await;
    }
}
