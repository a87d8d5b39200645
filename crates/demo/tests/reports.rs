//! Every report shows something of the demo.

use lavori_demo::seed;
use lavori_domain::Env;
use lavori_domain::env::TestEnv;
use lavori_store::analytics::{self, Dimension, Grouping, Selection, Since, Stretch, Utilisation};
use lavori_store::budgets::{self, BudgetFilter};
use lavori_store::{Within, organizations};
use lavori_testkit::stores;

fn by(dimension: &[Dimension]) -> Grouping<'_> {
    Grouping { by: dimension, most: 1000 }
}

#[tokio::test]
async fn every_report_has_rows_for_both_organizations() {
    for test in stores().await {
        let env = TestEnv::default();
        seed(&test.store, &env, "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA").await.unwrap();
        let mut conn = test.store.read().await.unwrap();
        for slug in ["northlight", "harbor"] {
            let organization = organizations::find_by_slug(&mut conn, slug).await.unwrap().unwrap();
            let (within, now) = (Within { organization: organization.id, team: None }, env.now());
            let selection = Selection {
                project: None,
                client: None,
                currency: None,
                from: now.plus_seconds(-180 * 86_400),
                until: now.plus_seconds(30 * 86_400),
                now,
                zone: organization.time_zone,
            };
            let (of, what) = (&selection, format!("{slug} on {}", test.name));

            let projects = analytics::project_progress(&mut conn, within, of, by(&[Dimension::Project])).await.unwrap();
            assert!(projects.iter().any(|(_, it)| it.tasks.done.tasks > 0), "{what}");
            let days = |days: i64| now.plus_seconds(-days * 86_400);
            let since = Since { days30: days(30), days60: days(60), days90: days(90) };
            let late = analytics::overdue_tasks(&mut conn, within, of, since, by(&[Dimension::Person])).await.unwrap();
            assert!(late.iter().any(|(_, it)| it.tasks > 0), "{what}");
            let through = analytics::task_throughput(&mut conn, within, of, by(&[Dimension::Month])).await.unwrap();
            assert!(through.iter().any(|(_, it)| it.completed > 0), "{what}");
            let whole = [Stretch { key: String::new(), days: 210 }];
            let people = analytics::utilisation(&mut conn, within, of, &whole, by(&[Dimension::Person])).await.unwrap();
            // In Harbor everything is young: its crews are yet to come, and so is its money.
            let is_worked = slug == "northlight";
            let is_busy =
                |it: &Utilisation| it.scheduled > 0 && it.weekly_minutes_days > 0 && (it.worked > 0 || !is_worked);
            assert!(people.iter().any(|(_, it)| is_busy(it)), "{what}: {people:?}");
            assert!(people.iter().any(|(_, it)| it.open > 0), "{what}: nobody is looked for");
            let revenue = analytics::revenue(&mut conn, within, of, by(&[Dimension::Month])).await.unwrap();
            assert!(revenue.iter().any(|(_, it)| it.invoiced > 0), "{what}");
            assert!(revenue.iter().any(|(_, it)| it.paid > 0 || !is_worked), "{what}");
            let owed = analytics::receivables_aging(&mut conn, within, of, by(&[Dimension::Client])).await.unwrap();
            assert!(owed.iter().any(|(_, it)| it.due > 0 && (it.ages[0] < it.due || !is_worked)), "{what}");
            let quotes = analytics::quote_conversion(&mut conn, within, of, by(&[Dimension::Client])).await.unwrap();
            assert!(quotes.iter().any(|(_, it)| it.accepted.0 > 0 && it.median_days.is_some()), "{what}: {quotes:?}");
            let costs = analytics::budget_costs(&mut conn, within, of, by(&[Dimension::Project])).await.unwrap();
            assert!(costs.iter().any(|(_, it)| it.labour > 0 || !is_worked), "{what}");
            assert!(costs.iter().all(|(_, it)| it.uncosted == 0 && it.planned > 0), "{what}");

            // The crews do not make every production too dear.
            let over = BudgetFilter { over_budget: Some(true), ..BudgetFilter::default() };
            let over = budgets::count(&mut conn, within, &over, 100).await.unwrap();
            let all = budgets::count(&mut conn, within, &BudgetFilter::default(), 100).await.unwrap();
            assert!(over <= 2 && all > 3, "{over} of {all} budgets of {what} are over");
        }
    }
}
