//! Whole records, what they point at, and finding one by what somebody called it.

use lavori_store::contacts::ContactKeys;
use lavori_store::milestones::MilestoneKeys;
use lavori_store::phases::PhaseKeys;
use lavori_store::projects::ProjectKeys;
use lavori_store::tasks::{TaskKeys, TaskLink};
use lavori_store::{Reference, contacts, directory, milestones, phases, projects, tasks};
use lavori_testkit::stores;

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_task_comes_with_the_names_of_what_it_points_at() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let mut conn = test.store.read().await.unwrap();
        let found = tasks::details(&mut conn, world.whole(), TaskKeys::Numbers(&[1, 7, 99])).await.unwrap();
        assert_eq!(found.len(), 2, "{}", test.name);
        let truss = found.iter().find(|task| task.line.number == 1).unwrap();
        assert_eq!(truss.line.project.name, "Aurora");
        assert_eq!(truss.phase.as_ref().unwrap().1, "Load-in");
        assert_eq!(truss.milestone.as_ref().unwrap().1, "Doors open");
        assert_eq!((truss.estimate_minutes, &truss.parent, truss.parent_hidden), (Some(90), &None, false));
        let microphones = found.iter().find(|task| task.line.number == 7).unwrap();
        assert_eq!(microphones.parent.as_ref().unwrap().1, 4);
        let by_id = tasks::details(&mut conn, world.whole(), TaskKeys::Ids(&world.north.tasks[..2])).await.unwrap();
        assert_eq!(by_id.len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p13_what_belongs_to_another_team_is_only_counted() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let north = &world.north;
        let mut conn = test.store.read().await.unwrap();
        let truss = north.tasks[0];

        let all: Vec<TaskLink> =
            tasks::links(&mut conn, world.whole(), &[truss]).await.unwrap().into_iter().map(|(_, link)| link).collect();
        assert_eq!(
            all,
            [
                TaskLink::Assignee(north.ben, "Ben Weiss".to_owned()),
                TaskLink::Assignee(north.cleo, "Cleo Novak".to_owned()),
                TaskLink::Blocker(north.tasks[1], 2, "Order motors".to_owned()),
                TaskLink::Blocker(north.tasks[3], 4, "Tune the PA".to_owned()),
            ],
            "{}",
            test.name
        );
        let seen: Vec<TaskLink> =
            tasks::links(&mut conn, world.stage(), &[truss]).await.unwrap().into_iter().map(|(_, link)| link).collect();
        assert_eq!(
            seen,
            [
                TaskLink::Assignee(north.ben, "Ben Weiss".to_owned()),
                TaskLink::HiddenAssignee,
                TaskLink::Blocker(north.tasks[1], 2, "Order motors".to_owned()),
                TaskLink::HiddenBlocker,
            ],
            "{}",
            test.name
        );
        let microphones = tasks::details(&mut conn, world.stage(), TaskKeys::Numbers(&[7])).await.unwrap();
        assert!(microphones[0].parent.is_none() && microphones[0].parent_hidden);
        // The tuning (other team) waits for the left truss.
        let left = north.tasks[5];
        assert_eq!(tasks::waiting_for(&mut conn, world.stage(), &[left]).await.unwrap(), [(left, None)]);
        let told = tasks::waiting_for(&mut conn, world.whole(), &[left]).await.unwrap();
        assert_eq!(told, [(left, Some((north.tasks[3], 4, "Tune the PA".to_owned())))]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a5_a_record_is_found_by_id_key_or_exact_name_in_any_case() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let north = &world.north;
        let mut conn = test.store.read().await.unwrap();
        let conn = &mut conn;
        let whole = world.whole();

        for reference in [Reference::Id(north.tasks[0]), Reference::Number(1), Reference::Name("rig the TRUSS")] {
            let found = tasks::find(conn, whole, reference).await.unwrap();
            assert_eq!(found.iter().map(|task| task.id).collect::<Vec<_>>(), [north.tasks[0]], "{}", test.name);
        }
        for reference in [Reference::Id(north.aurora), Reference::Number(1), Reference::Name("aurora")] {
            let found = projects::find(conn, whole, reference).await.unwrap();
            assert_eq!(found.iter().map(|project| project.id).collect::<Vec<_>>(), [north.aurora]);
        }
        for reference in [Reference::Id(north.arena), Reference::Number(1), Reference::Name("ARENA verona")] {
            let found = contacts::find(conn, whole, reference).await.unwrap();
            assert_eq!(found.iter().map(|contact| contact.id).collect::<Vec<_>>(), [north.arena]);
        }
        let mail = "BEN.weiss@example.com";
        for reference in [Reference::Id(north.ben), Reference::Name(mail), Reference::Name("ben weiss")] {
            let found = directory::find_member(conn, whole, reference).await.unwrap();
            assert_eq!(found.iter().map(|member| member.id).collect::<Vec<_>>(), [north.ben], "{reference:?}");
        }
        for reference in [Reference::Id(north.stage), Reference::Name("STAGE")] {
            assert_eq!(directory::find_team(conn, whole, reference).await.unwrap()[0].id, north.stage);
        }
        assert_eq!(phases::find(conn, whole, None, Reference::Name("load-in")).await.unwrap().len(), 2);
        let one = phases::find(conn, whole, Some(north.aurora), Reference::Name("load-in")).await.unwrap();
        assert_eq!((one.len(), one[0].id), (1, north.load_in));
        let doors = milestones::find(conn, whole, None, Reference::Name("doors open")).await.unwrap();
        assert_eq!(doors[0].id, north.doors);
        for part in ["Rig", "Rig the truss,", "%", "_ig the truss", ""] {
            assert!(tasks::find(conn, whole, Reference::Name(part)).await.unwrap().is_empty(), "{part}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p12_p13_nothing_of_another_organization_or_team_is_found_by_any_name() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let (north, harbor) = (&world.north, &world.harbor);
        let mut conn = test.store.read().await.unwrap();
        let conn = &mut conn;
        let whole = world.whole();

        assert!(tasks::find(conn, whole, Reference::Id(harbor.task)).await.unwrap().is_empty());
        assert!(tasks::find(conn, whole, Reference::Name("Rig the harbor truss")).await.unwrap().is_empty());
        assert!(projects::find(conn, whole, Reference::Id(harbor.project)).await.unwrap().is_empty());
        assert!(contacts::find(conn, whole, Reference::Id(harbor.contact)).await.unwrap().is_empty());
        assert!(contacts::find(conn, whole, Reference::Name("Arena Hamburg")).await.unwrap().is_empty());
        assert!(phases::find(conn, whole, None, Reference::Id(harbor.phase)).await.unwrap().is_empty());
        assert!(milestones::find(conn, whole, None, Reference::Id(harbor.milestone)).await.unwrap().is_empty());
        assert!(directory::find_member(conn, whole, Reference::Id(harbor.ada)).await.unwrap().is_empty());
        assert!(directory::find_team(conn, whole, Reference::Id(harbor.team)).await.unwrap().is_empty());
        assert!(directory::members(conn, whole, &[harbor.ada]).await.unwrap().is_empty());
        assert!(directory::teams_by_id(conn, whole, &[harbor.team]).await.unwrap().is_empty());
        assert!(tasks::details(conn, whole, TaskKeys::Ids(&[harbor.task])).await.unwrap().is_empty());
        assert!(projects::details(conn, whole, ProjectKeys::Ids(&[harbor.project])).await.unwrap().is_empty());
        assert!(contacts::details(conn, whole, ContactKeys::Ids(&[harbor.contact])).await.unwrap().is_empty());
        assert!(phases::details(conn, whole, PhaseKeys::Projects(&[harbor.project])).await.unwrap().is_empty());
        assert!(milestones::details(conn, whole, MilestoneKeys::Ids(&[harbor.milestone])).await.unwrap().is_empty());
        assert!(tasks::links(conn, whole, &[harbor.task]).await.unwrap().is_empty());

        let stage = world.stage();
        assert!(tasks::find(conn, stage, Reference::Number(4)).await.unwrap().is_empty());
        assert!(tasks::find(conn, stage, Reference::Name("Write the offer")).await.unwrap().is_empty());
        assert!(projects::find(conn, stage, Reference::Id(north.borealis)).await.unwrap().is_empty());
        assert!(contacts::find(conn, stage, Reference::Id(north.festival)).await.unwrap().is_empty());
        assert_eq!(contacts::find(conn, stage, Reference::Id(north.arena)).await.unwrap().len(), 1);
        assert_eq!(phases::find(conn, stage, None, Reference::Name("Load-in")).await.unwrap().len(), 1);
        assert!(phases::find(conn, stage, None, Reference::Id(north.sound_load_in)).await.unwrap().is_empty());
        assert!(directory::find_member(conn, stage, Reference::Id(north.cleo)).await.unwrap().is_empty());
        assert!(directory::find_team(conn, stage, Reference::Name("sound")).await.unwrap().is_empty());
        assert_eq!(directory::teams(conn, stage, 10).await.unwrap().len(), 1, "{}", test.name);
        assert_eq!(directory::teams(conn, whole, 10).await.unwrap().len(), 2);
    }
}
