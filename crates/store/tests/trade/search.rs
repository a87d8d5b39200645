//! Search over everything.

use diesel::connection::SimpleConnection;
use diesel::{Connection as _, SqliteConnection};
use lavori_domain::RecordType;
use lavori_store::search::{named, search};
use lavori_store::tasks::{TaskFilter, TaskSort};
use lavori_store::{Conn, Within, Words, projects, tasks};
use lavori_testkit::{TestStore, stores};

use crate::world::{World, project, task, zone};

async fn found(conn: &mut Conn, within: Within, query: &str) -> Vec<String> {
    let hits = search(conn, within, query, RecordType::ALL, 20).await.unwrap();
    hits.into_iter().map(|hit| format!("{}: {}", hit.kind.as_str(), hit.title)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_is_found_by_the_beginnings_of_words_without_case_or_accents() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let mut conn = test.store.read().await.unwrap();
        let cases: [(&str, &[&str]); 14] = [
            ("bore", &["project: Borealis"]),
            ("citta", &["contact: Festival di Città", "task: Order motors"]),
            ("CITTÀ fest", &["contact: Festival di Città"]),
            ("truss rig", &["task: Rig the truss, left", "task: Rig the truss"]),
            ("load-in", &["phase: Load-in", "phase: Load-in"]),
            ("in load", &["phase: Load-in", "phase: Load-in"]),
            ("doors", &["milestone: Doors open"]),
            ("info verona", &["contact: Arena Verona"]),
            ("ben.weiss@exa", &["member: Ben Weiss"]),
            ("stag", &["team: Stage", "task: Order motors"]),
            ("eight chain", &["task: Order motors"]),
            // Letters and digits are all that counts.
            ("  rig* & (the) \"truss\" | !'", &["task: Rig the truss, left", "task: Rig the truss"]),
            ("uss", &[]),
            ("truss nothing", &[]),
        ];
        for (query, expected) in cases {
            assert_eq!(found(&mut conn, world.whole(), query).await, expected, "{query} on {}", test.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_called_so_comes_first_and_projects_before_tasks() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let mut tx = test.store.begin().await.unwrap();
        let aurora = project(&world.env, world.north.id, 50, "Truss depot");
        projects::insert(&mut tx, &aurora).await.unwrap();
        for number in 100..160 {
            let many = task(&world.env, &aurora, number, "Check truss bolts");
            tasks::insert(&mut tx, &many, zone()).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut conn = test.store.read().await.unwrap();
        // Sixty newer tasks match as well: the one called exactly so is first all the same.
        assert_eq!(found(&mut conn, world.whole(), "RIG the truss").await[0], "task: Rig the truss", "{}", test.name);
        assert_eq!(found(&mut conn, world.whole(), "truss").await[0], "project: Truss depot");
        let limited = search(&mut conn, world.whole(), "truss", &[RecordType::Task], 5).await.unwrap();
        assert_eq!(limited.len(), 5);
        assert!(limited.iter().all(|hit| hit.title == "Check truss bolts" && hit.number.unwrap() > 154), "{limited:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_title_is_best_and_a_match_elsewhere_least() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let mut tx = test.store.begin().await.unwrap();
        let depot = project(&world.env, world.north.id, 50, "Depot");
        projects::insert(&mut tx, &depot).await.unwrap();
        let best_first = ["Gantry", "Gantry at the arena", "Night gantry", "Rigging"];
        for (number, title) in (100..).zip(best_first) {
            let mut made = task(&world.env, &depot, number, title);
            made.description = Some("At the gantry".to_owned());
            tasks::insert(&mut tx, &made, zone()).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut conn = test.store.read().await.unwrap();
        let hits = search(&mut conn, world.whole(), "GANTRY", &[RecordType::Task], 5).await.unwrap();
        let titles: Vec<&str> = hits.iter().map(|hit| hit.title.as_str()).collect();
        assert_eq!(titles, best_first, "{}", test.name);
        assert_eq!(Words::parse(" -- *&!' "), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_common_word_finds_the_latest_tasks_and_a_rare_one_its_own() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let mut tx = test.store.begin().await.unwrap();
        let mut depot = project(&world.env, world.north.id, 50, "Depot");
        depot.team = Some(world.north.stage);
        projects::insert(&mut tx, &depot).await.unwrap();
        for number in 1_000..3_100 {
            let many = task(&world.env, &depot, number, &format!("Coil cable {number}"));
            tasks::insert(&mut tx, &many, zone()).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut conn = test.store.read().await.unwrap();
        let mut filter = TaskFilter::all(world.now);
        for within in [world.whole(), world.stage()] {
            let latest = search(&mut conn, within, "cable", &[RecordType::Task], 3).await.unwrap();
            let numbers: Vec<_> = latest.iter().map(|hit| hit.number.unwrap()).collect();
            assert_eq!(numbers, [3_099, 3_098, 3_097], "{}", test.name);
            assert_eq!(found(&mut conn, within, "coil 2500").await, ["task: Coil cable 2500"]);

            filter.words = Words::parse("coil cab");
            let lines = tasks::list(&mut conn, within, &filter, TaskSort::UpdatedLast, None, 3).await.unwrap();
            assert_eq!(lines.iter().map(|line| line.number).collect::<Vec<_>>(), [3_099, 3_098, 3_097]);
            assert_eq!(tasks::count(&mut conn, within, &filter, 9_999).await.unwrap(), 2_100);
            filter.words = Words::parse("coil 2500");
            assert_eq!(tasks::count(&mut conn, within, &filter, 9_999).await.unwrap(), 1);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w8_search_sees_a_write_of_its_own_transaction() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let mut tx = test.store.begin().await.unwrap();
        let fresh = project(&world.env, world.north.id, 60, "Zephyr gala");
        projects::insert(&mut tx, &fresh).await.unwrap();
        assert_eq!(found(&mut tx, world.whole(), "zephyr").await, ["project: Zephyr gala"], "{}", test.name);
        tx.rollback().await.unwrap();
        let mut conn = test.store.read().await.unwrap();
        assert_eq!(found(&mut conn, world.whole(), "zephyr").await, [] as [String; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p12_p13_search_stays_within_organization_and_team() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let mut conn = test.store.read().await.unwrap();
        for query in ["harbor", "hamburg", "haven"] {
            assert_eq!(found(&mut conn, world.whole(), query).await, [] as [String; 0], "{query} on {}", test.name);
        }
        assert_eq!(found(&mut conn, world.whole(), "aurora").await, ["project: Aurora"]);

        let stage = world.stage();
        for query in ["borealis", "tune", "offer", "cleo", "sound", "festival"] {
            assert_eq!(found(&mut conn, stage, query).await, [] as [String; 0], "{query} on {}", test.name);
            assert!(!found(&mut conn, world.whole(), query).await.is_empty(), "{query}");
        }
        assert_eq!(found(&mut conn, stage, "load").await, ["phase: Load-in"]);
        assert_eq!(found(&mut conn, stage, "ben").await, ["member: Ben Weiss"]);
        // A visible project's client of another team is not named.
        let aurora = search(&mut conn, stage, "aurora", RecordType::ALL, 5).await.unwrap();
        assert_eq!(aurora[0].subtitle, None);
        let aurora = search(&mut conn, world.whole(), "aurora", RecordType::ALL, 5).await.unwrap();
        assert_eq!(aurora[0].subtitle.as_deref(), Some("Festival di Città"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_query_is_an_operator_or_an_error() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let mut conn = test.store.read().await.unwrap();
        let strange = [
            "\"",
            "'",
            "* OR rig",
            "rig AND NOT truss",
            "NEAR(rig truss)",
            "words:rig",
            "rig | truss",
            "!rig",
            "<->",
            "a\\b",
            "3d 4.5 1e5 -2 0x1f",
            "日本 公演",
            "👷🏽 rig",
            "ﬁ ß İ ı",
            "http://a.b/c?d=e#f",
            "x:*",
            "\u{301}",
        ];
        for query in strange {
            search(&mut conn, world.whole(), query, RecordType::ALL, 5).await.unwrap_or_else(|error| {
                panic!("{query} on {}: {error:?}", test.name);
            });
        }
        // Words of the query are words, not operators.
        assert_eq!(found(&mut conn, world.whole(), "rig OR motors").await, [] as [String; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a5_exact_names_of_all_kinds_are_found_in_one_go_within_the_walls() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let mut conn = test.store.read().await.unwrap();
        let names =
            ["aurora", "LOAD-IN", "Doors open", "rig the truss", "Arena Verona", "cleo.novak@example.com", "Stage"];
        let mut hits: Vec<String> = named(&mut conn, world.whole(), &names, 50)
            .await
            .unwrap()
            .into_iter()
            .map(|hit| format!("{}: {}", hit.kind.as_str(), hit.title))
            .collect();
        hits.sort();
        let expected = [
            "contact: Arena Verona",
            "member: Cleo Novak",
            "milestone: Doors open",
            "phase: Load-in",
            "phase: Load-in",
            "project: Aurora",
            "task: Rig the truss",
            "team: Stage",
        ];
        assert_eq!(hits, expected, "{}", test.name);
        let narrowed =
            named(&mut conn, world.stage(), &["Borealis", "Load-in", "Cleo Novak", "Sound"], 50).await.unwrap();
        assert_eq!(narrowed.len(), 1, "{narrowed:?}");
        let other = named(&mut conn, world.whole(), &["Arena Hamburg", "Rig the harbor truss", "Ada Haven"], 50).await;
        assert_eq!(other.unwrap(), []);
    }
}

/// Changes rows as an operator would, behind the store's back.
async fn execute(test: &TestStore, sql: &str) {
    if let Some(path) = test.url.strip_prefix("sqlite:") {
        let mut conn = SqliteConnection::establish(path).unwrap();
        conn.batch_execute(sql).unwrap();
    } else {
        let (client, connection) = tokio_postgres::connect(&test.url, tokio_postgres::NoTls).await.unwrap();
        let running = tokio::spawn(connection);
        client.batch_execute(sql).await.unwrap();
        drop(client);
        running.await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w8_search_keeps_in_step_with_changed_and_removed_rows() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        execute(
            &test,
            "UPDATE tasks SET title = 'Fold the drapes' WHERE title = 'Write the offer';
             UPDATE tasks SET status = 'done' WHERE title = 'Fold the drapes';
             UPDATE projects SET description = 'Zephyr' WHERE name = 'Office';
             UPDATE phases SET name = 'Zephyr phase' WHERE name = 'Show';
             UPDATE milestones SET name = 'Zephyr milestone' WHERE name = 'Doors open';
             UPDATE contacts SET email = 'zephyr@example.com' WHERE name = 'Arena Verona';
             UPDATE people SET name = 'Zephyr Weiss' WHERE name = 'Ben Weiss';
             UPDATE teams SET name = 'Zephyr team' WHERE slug = 'sound';
             DELETE FROM task_dependencies; DELETE FROM task_assignees;
             DELETE FROM tasks WHERE title = 'Hang the microphones';",
        )
        .await;
        let mut conn = test.store.read().await.unwrap();
        assert_eq!(found(&mut conn, world.whole(), "drapes").await, ["task: Fold the drapes"], "{}", test.name);
        let mut zephyrs = found(&mut conn, world.whole(), "zephyr").await;
        zephyrs.sort();
        let expected = [
            "contact: Arena Verona",
            "member: Zephyr Weiss",
            "milestone: Zephyr milestone",
            "phase: Zephyr phase",
            "project: Office",
            "team: Zephyr team",
        ];
        assert_eq!(zephyrs, expected, "{}", test.name);
        for gone in ["offer", "show", "doors", "microphones", "sound"] {
            assert_eq!(found(&mut conn, world.whole(), gone).await, [] as [String; 0], "{gone} on {}", test.name);
        }
    }
}
