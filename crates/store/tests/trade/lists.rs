//! Lists of tasks and projects: filters, orders, pages, counts.

use lavori_domain::projects::{Health, ProjectStatus};
use lavori_domain::tasks::{Priority, TaskStatus};
use lavori_store::projects::{ProjectFilter, ProjectPosition, ProjectSort, TaskCounts};
use lavori_store::tasks::{Assignee, TaskFilter, TaskPosition, TaskSort};
use lavori_store::{Conn, Within, Words, projects, tasks};
use lavori_testkit::stores;

use crate::world::{World, day};

async fn numbers(conn: &mut Conn, within: Within, filter: &TaskFilter, sort: TaskSort) -> Vec<i64> {
    let lines = tasks::list(conn, within, filter, sort, None, 100).await.unwrap();
    lines.iter().map(|line| line.number).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a9_every_filter_of_tasks_lets_through_what_it_says() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let north = &world.north;
        let mut conn = test.store.read().await.unwrap();
        type Change = Box<dyn Fn(&mut TaskFilter)>;
        let (aurora, load_in, doors, truss, ben) =
            (north.aurora, north.load_in, north.doors, north.tasks[0], north.ben);
        let (sound, now) = (north.sound, world.now);
        let cases: Vec<(&str, Change, Vec<i64>)> = vec![
            ("all", Box::new(|_| {}), vec![1, 2, 3, 4, 5, 6, 7]),
            ("words", Box::new(|f| f.words = Words::parse("rig tru")), vec![1, 6]),
            ("words in a description", Box::new(|f| f.words = Words::parse("CITTA hoist")), vec![2]),
            ("project", Box::new(move |f| f.project = Some(aurora)), vec![1, 2, 3, 6, 7]),
            ("phase", Box::new(move |f| f.phase = Some(load_in)), vec![1]),
            ("milestone", Box::new(move |f| f.milestone = Some(doors)), vec![1]),
            ("parent", Box::new(move |f| f.parent = Some(truss)), vec![6]),
            ("person", Box::new(move |f| f.assignee = Some(Assignee::Person(ben))), vec![1, 2]),
            ("nobody", Box::new(|f| f.assignee = Some(Assignee::Nobody)), vec![3, 5, 6, 7]),
            ("status", Box::new(|f| f.statuses = vec![TaskStatus::Done, TaskStatus::Backlog]), vec![3, 5]),
            ("priority", Box::new(|f| f.priorities = vec![Priority::High, Priority::Urgent]), vec![1, 2]),
            ("overdue", Box::new(|f| f.overdue = Some(true)), vec![2]),
            ("not overdue", Box::new(|f| f.overdue = Some(false)), vec![1, 3, 4, 5, 6, 7]),
            ("blocked", Box::new(|f| f.blocked = Some(true)), vec![1, 4]),
            ("not blocked", Box::new(|f| f.blocked = Some(false)), vec![2, 3, 5, 6, 7]),
            ("due after", Box::new(move |f| f.due_after = Some(now)), vec![1, 4]),
            ("due before", Box::new(move |f| f.due_before = Some(now.plus_seconds(2 * 86_400))), vec![1, 2]),
            ("updated", Box::new(move |f| f.updated_since = Some(now.plus_seconds(60))), vec![]),
            ("team", Box::new(move |f| f.team = Some(sound)), vec![4]),
            (
                "two kinds are both meant",
                Box::new(move |f| (f.project, f.overdue) = (Some(aurora), Some(true))),
                vec![2],
            ),
        ];
        for (name, change, expected) in cases {
            let mut filter = TaskFilter::all(world.now);
            change(&mut filter);
            let found = numbers(&mut conn, world.whole(), &filter, TaskSort::CreatedFirst).await;
            assert_eq!(found, expected, "{name} on {}", test.name);
            let counted = tasks::count(&mut conn, world.whole(), &filter, 100).await.unwrap();
            assert_eq!(counted, expected.len() as i64, "{name} counted on {}", test.name);
        }
        assert_eq!(tasks::count(&mut conn, world.whole(), &TaskFilter::all(world.now), 5).await.unwrap(), 5);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_order_is_kept_over_pages_of_every_size() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let mut conn = test.store.read().await.unwrap();
        let filter = TaskFilter::all(world.now);
        let orders = [
            (TaskSort::UpdatedLast, vec![7, 6, 5, 4, 3, 2, 1]),
            (TaskSort::UpdatedFirst, vec![1, 2, 3, 4, 5, 6, 7]),
            (TaskSort::DueFirst, vec![2, 1, 4, 3, 5, 6, 7]),
            (TaskSort::DueLast, vec![4, 1, 2, 3, 5, 6, 7]),
            (TaskSort::CreatedFirst, vec![1, 2, 3, 4, 5, 6, 7]),
            (TaskSort::CreatedLast, vec![7, 6, 5, 4, 3, 2, 1]),
        ];
        for (sort, expected) in orders {
            for size in 1..=8 {
                let (mut found, mut after) = (Vec::new(), None);
                loop {
                    let page = tasks::list(&mut conn, world.whole(), &filter, sort, after, size).await.unwrap();
                    let Some(last) = page.last() else { break };
                    after = Some(TaskPosition::of(last, sort));
                    found.extend(page.iter().map(|line| line.number));
                }
                assert_eq!(found, expected, "{sort:?} by {size} on {}", test.name);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p13_a_narrowed_list_holds_the_team_s_records_only() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let mut conn = test.store.read().await.unwrap();
        let everything = TaskFilter::all(world.now);
        for sort in [TaskSort::CreatedFirst, TaskSort::UpdatedFirst] {
            assert_eq!(numbers(&mut conn, world.stage(), &everything, sort).await, [1, 2, 3, 6, 7], "{}", test.name);
        }
        let mut other = everything.clone();
        other.team = Some(world.north.sound);
        assert_eq!(numbers(&mut conn, world.stage(), &other, TaskSort::DueFirst).await, [] as [i64; 0]);
        other.team = None;
        other.project = Some(world.north.borealis);
        assert_eq!(tasks::count(&mut conn, world.stage(), &other, 10).await.unwrap(), 0);

        let everything = ProjectFilter::default();
        let found =
            projects::list(&mut conn, world.stage(), &everything, ProjectSort::CreatedFirst, None, 10).await.unwrap();
        let [aurora] = found.as_slice() else { panic!("{found:?} on {}", test.name) };
        assert_eq!((aurora.number, &aurora.client, &aurora.lead), (1, &None, &None));
        assert!(aurora.client_hidden && aurora.lead_hidden);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a9_every_filter_of_projects_lets_through_what_it_says() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let north = &world.north;
        let mut conn = test.store.read().await.unwrap();
        let base = ProjectFilter::default;
        let cases = [
            ("all", base(), vec![1, 2, 3]),
            ("words", ProjectFilter { words: Words::parse("north light"), ..base() }, vec![1]),
            ("status", ProjectFilter { statuses: vec![ProjectStatus::Planned], ..base() }, vec![2]),
            ("health", ProjectFilter { healths: vec![Health::AtRisk, Health::OffTrack], ..base() }, vec![1]),
            ("client", ProjectFilter { client: Some(north.festival), ..base() }, vec![1, 2]),
            ("lead", ProjectFilter { lead: Some(north.cleo), ..base() }, vec![1, 2]),
            ("team", ProjectFilter { team: Some(north.sound), ..base() }, vec![2]),
            ("due from", ProjectFilter { due_from: Some(day("2026-12-20")), ..base() }, vec![1]),
            ("due from later", ProjectFilter { due_from: Some(day("2026-12-21")), ..base() }, vec![]),
            ("due to", ProjectFilter { due_to: Some(day("2026-12-20")), ..base() }, vec![1]),
            ("updated", ProjectFilter { updated_since: Some(world.now.plus_seconds(60)), ..base() }, vec![]),
        ];
        for (name, filter, expected) in cases {
            let found = projects::list(&mut conn, world.whole(), &filter, ProjectSort::CreatedFirst, None, 10).await;
            let found: Vec<i64> = found.unwrap().iter().map(|project| project.number).collect();
            assert_eq!(found, expected, "{name} on {}", test.name);
            let counted = projects::count(&mut conn, world.whole(), &filter, 10).await.unwrap();
            assert_eq!(counted, expected.len() as i64, "{name} counted on {}", test.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn projects_keep_their_order_over_pages_too() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let mut conn = test.store.read().await.unwrap();
        let orders = [
            (ProjectSort::UpdatedLast, vec![3, 2, 1]),
            (ProjectSort::UpdatedFirst, vec![1, 2, 3]),
            (ProjectSort::DueFirst, vec![1, 2, 3]),
            (ProjectSort::Name, vec![1, 2, 3]),
            (ProjectSort::CreatedFirst, vec![1, 2, 3]),
            (ProjectSort::CreatedLast, vec![3, 2, 1]),
        ];
        for (sort, expected) in orders {
            let (mut found, mut after) = (Vec::new(), None);
            loop {
                let filter = ProjectFilter::default();
                let page = projects::list(&mut conn, world.whole(), &filter, sort, after, 1).await.unwrap();
                let Some(last) = page.last() else { break };
                after = Some(ProjectPosition::of(last, sort));
                found.push(last.number);
            }
            assert_eq!(found, expected, "{sort:?} on {}", test.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn how_far_a_project_is_follows_from_its_tasks() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let mut conn = test.store.read().await.unwrap();
        let asked = [world.north.aurora, world.north.office];
        let counts = projects::task_counts(&mut conn, world.whole(), &asked, world.now).await.unwrap();
        assert_eq!(counts[&world.north.aurora], TaskCounts { total: 5, done: 1, open: 4, overdue: 1 }, "{}", test.name);
        assert_eq!(counts[&world.north.office], TaskCounts { total: 1, done: 0, open: 1, overdue: 0 });
        assert_eq!(counts.len(), 2);
    }
}
