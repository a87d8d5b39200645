//! Billing documents on both databases: what is read is what was written, and what a list finds is what the rules say.

use lavori_domain::billing::{
    Accounting, Discount, Document, DocumentKind, DocumentState, DocumentStatus, ExchangeRate, FrozenClient, Percent,
    Quantity, Series, ServiceItem, Standing, Tax, TaxCategory, UnitPrice,
};
use lavori_domain::{DocumentId, Id};
use lavori_store::billing_documents::{self, DocumentFilter, DocumentKeys, DocumentSort};
use lavori_store::{Error, Reference, Store, Tx, counters, service_items};
use lavori_testkit::{TestStore, stores};

use crate::documents::{draft, left, line, money, vat};
use crate::world::{World, day};

async fn insert(store: &Store, documents: &[Document]) {
    let mut tx = store.begin().await.unwrap();
    for document in documents {
        billing_documents::insert(&mut tx, document).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn refused(test: &TestStore, what: &str, change: impl AsyncFnOnce(&mut Tx) -> Result<(), Error>) {
    let mut tx = test.store.begin().await.unwrap();
    let outcome = change(&mut tx).await;
    assert!(matches!(outcome, Err(Error::Conflict(_))), "{what} on {}: {outcome:?}", test.name);
}

fn item(world: &World, number: i64) -> ServiceItem {
    ServiceItem {
        organization: world.north.id,
        id: Id::new(&world.env),
        number,
        name: "Rigger".to_owned(),
        unit: Some("hour".to_owned()),
        currency: "EUR".parse().unwrap(),
        unit_price: UnitPrice::parse("38.5").unwrap(),
        unit_cost: Some(UnitPrice::parse("24").unwrap()),
        default_quantity: Quantity::parse("8").unwrap(),
        tax: Some(vat("22")),
        markup: None,
        team: None,
        archived_at: None,
        version: 1,
        created_at: world.now,
        updated_at: world.now,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m4_what_is_read_is_what_was_written_and_adds_up_again() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let (north, env) = (&world.north, &world.env);
        let rigger = item(&world, 1);
        let mut tx = test.store.begin().await.unwrap();
        service_items::insert(&mut tx, &rigger).await.unwrap();
        tx.commit().await.unwrap();

        let mut invoice = draft(env, north.id, 1, DocumentKind::Invoice, north.arena, "EUR");
        let reason = Some("Article 196 of Directive 2006/112/EC".to_owned());
        let exempt = Tax::new(TaxCategory::ReverseCharge, Percent::ZERO, reason).unwrap();
        invoice.lines =
            vec![line(env, "1", "140", &[vat("5"), vat("9.975")]), line(env, "-2.5", "41.376543", &[exempt])];
        invoice.lines[0].line.discount = Some(Discount::Percent(Percent::parse("2.5").unwrap()));
        invoice.lines[1].line.discount = Some(Discount::Amount(money("-3.10", "EUR")));
        invoice.lines[1].service_item = Some(rigger.id);
        invoice.discount = Percent::parse("3.3333").unwrap();
        invoice.reference = Some("PO 7".to_owned());
        invoice.compute().unwrap();
        let mut invoice = left(invoice, 1, "2026-11-20", DocumentStatus::Issued);
        invoice.frozen_client = Some(FrozenClient {
            name: "Arena".to_owned(),
            email: Some("info@arena.example".to_owned()),
            address: Some("Piazza Bra 1\nVerona".to_owned()),
            tax_id: Some("IT00000000000".to_owned()),
        });
        let mut inclusive = draft(env, north.id, 2, DocumentKind::Invoice, north.arena, "JPY");
        inclusive.prices_include_tax = true;
        inclusive.discount = Percent::parse("10").unwrap();
        inclusive.compute().unwrap();
        let mut pounds = draft(env, north.id, 3, DocumentKind::Invoice, north.arena, "GBP");
        let rate = ExchangeRate::parse("1.17235").unwrap();
        pounds.accounting = Some(Accounting::of(&pounds.totals, rate, "EUR".parse().unwrap()).unwrap());
        let pounds = left(pounds, 2, "2026-11-20", DocumentStatus::Issued);
        insert(&test.store, &[invoice.clone(), inclusive.clone(), pounds.clone()]).await;

        let mut conn = test.store.read().await.unwrap();
        let numbers = DocumentKeys::Numbers(&[1, 2, 3]);
        let mut found = billing_documents::details(&mut conn, world.whole(), numbers).await.unwrap();
        found.sort_by_key(|detail| detail.summary.number);
        assert_eq!(found[0].document, invoice, "{}", test.name);
        assert_eq!(found[1].document, inclusive, "{}", test.name);
        assert_eq!(found[2].document, pounds, "{}", test.name);
        refused(&test, "a rate that is kept already", async |tx| billing_documents::keep_accounting(tx, &pounds).await)
            .await;
        assert_eq!(found[0].summary.client.as_ref().unwrap().2, "Arena", "the frozen name");
        for detail in found {
            let mut again = detail.document.clone();
            again.compute().unwrap();
            assert_eq!(again.totals, detail.document.totals);
            assert_eq!(Standing::from(&detail.document), detail.summary.standing);
        }

        // A change of the lines replaces them.
        let mut changed = inclusive.clone();
        changed.lines = vec![line(env, "3", "7", &[vat("10")])];
        changed.version = 2;
        changed.compute().unwrap();
        let mut tx = test.store.begin().await.unwrap();
        billing_documents::lock(&mut tx, north.id, &[changed.id]).await.unwrap();
        billing_documents::update(&mut tx, &changed, true).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(billing_documents::load(&mut conn, world.whole(), &[changed.id]).await.unwrap(), [changed]);

        let by_number = Reference::Name("inv-2026-0001");
        let brief = billing_documents::find(&mut conn, world.whole(), by_number).await.unwrap();
        assert_eq!((brief[0].id, brief[0].name.as_str()), (invoice.id, "INV-2026-0001"));
        let found = service_items::find(&mut conn, world.stage(), Reference::Name("rigger")).await.unwrap();
        assert_eq!(found[0].hint.as_deref(), Some("38.5 EUR / hour"));
        let keys = service_items::ServiceItemKeys::Ids(&[rigger.id]);
        assert_eq!(service_items::details(&mut conn, world.stage(), keys).await.unwrap(), [rigger]);
    }
}

/// Documents in every state there is, by what was paid, credited and invoiced.
fn in_all_states(world: &World) -> Vec<Document> {
    let (north, env) = (&world.north, &world.env);
    let mut made: Vec<Document> = Vec::new();
    let mut number = 0;
    let mut add = |kind, status: DocumentStatus, change: &dyn Fn(&mut Document)| {
        number += 1;
        let mut document = draft(env, north.id, number, kind, north.arena, "EUR");
        if status != DocumentStatus::Draft && status != DocumentStatus::Cancelled {
            document = left(document, number, "2026-10-01", status);
        }
        document.status = status;
        change(&mut document);
        made.push(document);
    };
    for status in [DocumentStatus::Draft, DocumentStatus::Issued, DocumentStatus::Cancelled] {
        for due in ["2026-11-21", "2026-11-22"] {
            for (paid, credited) in
                [("0", "0"), ("40", "0"), ("122", "0"), ("0", "122"), ("122", "22"), ("82", "40"), ("0", "40")]
            {
                add(DocumentKind::Invoice, status, &|invoice| {
                    (invoice.due_on, invoice.paid) = (Some(day(due)), money(paid, "EUR"));
                    invoice.credited = money(credited, "EUR");
                });
            }
        }
    }
    let nothing = |invoice: &mut Document| {
        invoice.lines.clear();
        invoice.compute().unwrap();
    };
    add(DocumentKind::Invoice, DocumentStatus::Issued, &nothing);
    for status in [
        DocumentStatus::Draft,
        DocumentStatus::Sent,
        DocumentStatus::Accepted,
        DocumentStatus::Declined,
        DocumentStatus::Cancelled,
    ] {
        for valid in ["2026-11-21", "2026-11-22"] {
            for invoiced in ["0", "40", "100", "130"] {
                add(DocumentKind::Quote, status, &|quote| {
                    (quote.valid_until, quote.invoiced_net) = (Some(day(valid)), money(invoiced, "EUR"));
                });
            }
        }
    }
    made
}

/// What the rules say of a document.
fn stands(document: &Document, state: DocumentState) -> bool {
    let (standing, today) = (Standing::from(document), day("2026-11-22"));
    let word = state.as_str();
    match state {
        DocumentState::Overdue => standing.is_overdue(today),
        DocumentState::Expired => standing.is_expired(today),
        DocumentState::NotInvoiced | DocumentState::PartlyInvoiced | DocumentState::Invoiced => {
            standing.invoiced().is_some_and(|invoiced| invoiced.as_str() == word)
        }
        _ => {
            standing.status.as_str() == word || standing.payment_state().is_some_and(|payment| payment.as_str() == word)
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_databases_derive_what_the_rules_derive() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let all = in_all_states(&world);
        insert(&test.store, &all).await;
        let mut conn = test.store.read().await.unwrap();
        for state in DocumentState::ALL {
            let mut filter = DocumentFilter::all(day("2026-11-22"));
            filter.states = vec![*state];
            let sort = DocumentSort::CreatedFirst;
            let found = billing_documents::list(&mut conn, world.whole(), &filter, sort, None, 500).await.unwrap();
            let found: Vec<DocumentId> = found.iter().map(|document| document.id).collect();
            let expected: Vec<DocumentId> =
                all.iter().filter(|document| stands(document, *state)).map(|document| document.id).collect();
            assert!(!expected.is_empty() && expected.len() < all.len(), "{state} says nothing");
            assert_eq!(found, expected, "{state} on {}", test.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m6_totals_and_bounds_are_of_each_currency_by_itself() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let (north, env) = (&world.north, &world.env);
        let of = |number, currency| {
            let invoice = draft(env, north.id, number, DocumentKind::Invoice, north.arena, currency);
            left(invoice, number, "2026-11-01", DocumentStatus::Issued)
        };
        let mut documents = vec![of(1, "EUR"), of(2, "EUR"), of(3, "JPY"), of(4, "KWD")];
        documents[1].paid = money("22.50", "EUR");
        documents.push(draft(env, north.id, 5, DocumentKind::Invoice, north.arena, "EUR"));
        documents[4].status = DocumentStatus::Cancelled;
        insert(&test.store, &documents).await;
        let mut conn = test.store.read().await.unwrap();
        let mut filter = DocumentFilter::all(day("2026-11-22"));
        let totals = billing_documents::totals(&mut conn, world.whole(), &filter).await.unwrap();
        let shown: Vec<(&str, i64, String, String)> = totals
            .iter()
            .map(|total| {
                (total.gross.currency().to_string(), total.count, total.gross.to_string(), total.due.to_string())
            })
            .map(|(code, count, gross, due)| {
                (["EUR", "JPY", "KWD"].into_iter().find(|known| *known == code).unwrap(), count, gross, due)
            })
            .collect();
        let expected = [("EUR", 2, "244.00", "221.50"), ("JPY", 1, "122", "122"), ("KWD", 1, "122.000", "122.000")];
        assert_eq!(shown, expected.map(|(code, count, gross, due)| (code, count, gross.to_owned(), due.to_owned())));

        for (min, max, expected) in [
            (Some(1_220_000), None, 5),
            (Some(1_220_001), None, 0),
            (None, Some(1_219_999), 0),
            (None, Some(1_220_000), 5),
        ] {
            (filter.min_total, filter.max_total) = (min, max);
            let count = billing_documents::count(&mut conn, world.whole(), &filter, 100).await.unwrap();
            assert_eq!(count, expected, "{min:?} {max:?} on {}", test.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bound_is_rounded_to_the_amounts_that_a_currency_has_and_a_term_stands_for_itself() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let (north, env) = (&world.north, &world.env);
        let of = |number, currency, price: &str, rate: &str, notes: &str| {
            let mut document = draft(env, north.id, number, DocumentKind::Quote, north.arena, currency);
            document.lines = vec![line(env, "1", price, &[vat(rate)])];
            document.notes = Some(notes.to_owned());
            document.compute().unwrap();
            document
        };
        let documents = [
            of(1, "EUR", "8", "25", r"of 5%_\ and more"),
            of(2, "EUR", "9.10", "10", r"of 5xy\ and more"),
            of(3, "JPY", "8", "25", ""),
            of(4, "JPY", "10", "10", ""),
        ];
        assert_eq!(documents.each_ref().map(|it| it.totals.gross.to_string()), ["10.00", "10.01", "10", "11"]);
        insert(&test.store, &documents).await;
        let mut conn = test.store.read().await.unwrap();
        let all = DocumentFilter::all(day("2026-11-22"));
        // 10.005: the least amount above it, and the greatest below.
        for (filter, expected) in [
            (DocumentFilter { min_total: Some(100_050), ..all.clone() }, &[2, 4][..]),
            (DocumentFilter { max_total: Some(100_050), ..all.clone() }, &[1, 3]),
            (DocumentFilter { terms: vec![r"5%_\".to_owned()], ..all.clone() }, &[1]),
            (DocumentFilter { terms: vec![r"5xy\".to_owned()], ..all.clone() }, &[2]),
        ] {
            let sort = DocumentSort::CreatedFirst;
            let found = billing_documents::list(&mut conn, world.whole(), &filter, sort, None, 9).await.unwrap();
            let numbers: Vec<i64> = found.iter().map(|document| document.number).collect();
            assert_eq!(numbers, expected, "{filter:?} on {}", test.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p12_no_document_points_into_another_organization_and_no_number_is_given_twice() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let (north, harbor, env) = (&world.north, &world.harbor, &world.env);
        let base = || draft(env, north.id, 90, DocumentKind::Invoice, north.arena, "EUR");
        let foreign = draft(env, harbor.id, 1, DocumentKind::Invoice, harbor.contact, "EUR");
        let mine = left(
            draft(env, north.id, 1, DocumentKind::Invoice, north.arena, "EUR"),
            1,
            "2026-11-01",
            DocumentStatus::Issued,
        );
        insert(&test.store, &[foreign.clone(), mine]).await;
        type Change<'a> = &'a dyn Fn(&mut Document);
        let changes: [(&str, Change<'_>); 7] = [
            ("client", &|document| document.client = harbor.contact),
            ("project", &|document| document.project = Some(harbor.project)),
            ("team", &|document| document.team = Some(harbor.team)),
            ("source", &|document| document.from = Some(foreign.id)),
            ("key", &|document| document.number = 1),
            ("number", &|document| *document = left(document.clone(), 1, "2026-11-02", DocumentStatus::Issued)),
            ("issued without a number", &|document| document.status = DocumentStatus::Issued),
        ];
        for (what, change) in changes {
            let mut document = base();
            change(&mut document);
            refused(&test, what, async |tx| billing_documents::insert(tx, &document).await).await;
        }
        let mut item = item(&world, 1);
        item.team = Some(harbor.team);
        refused(&test, "item's team", async |tx| service_items::insert(tx, &item).await).await;
        let mut document = base();
        document.lines[0].service_item = Some(Id::new(env));
        refused(&test, "line's item", async |tx| billing_documents::insert(tx, &document).await).await;
        refused(&test, "what another organization's document comes to", async |tx| {
            let rate = ExchangeRate::parse("1.2").unwrap();
            let accounting = Accounting::of(&foreign.totals, rate, "EUR".parse().unwrap()).unwrap();
            let document = Document { organization: north.id, accounting: Some(accounting), ..foreign.clone() };
            billing_documents::keep_accounting(tx, &document).await
        })
        .await;
        refused(&test, "credited too much", async |tx| {
            let mut mine = base();
            billing_documents::insert(tx, &mine).await?;
            mine.credited = money("122.01", "EUR");
            billing_documents::update_sums(tx, &mine).await
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p13_a_team_sees_its_own_documents_and_those_of_its_projects() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let (north, env) = (&world.north, &world.env);
        let of = |number, team, project| {
            let mut document = draft(env, north.id, number, DocumentKind::Invoice, north.festival, "EUR");
            (document.team, document.project) = (team, project);
            document
        };
        let documents = [
            of(1, None, None),
            of(2, Some(north.stage), None),
            of(3, None, Some(north.aurora)),
            of(4, Some(north.sound), Some(north.aurora)),
            of(5, Some(north.stage), Some(north.borealis)),
            of(6, None, Some(north.borealis)),
        ];
        insert(&test.store, &documents).await;
        let mut conn = test.store.read().await.unwrap();
        let mut filter = DocumentFilter::all(day("2026-11-22"));
        let sort = DocumentSort::CreatedFirst;
        let found = billing_documents::list(&mut conn, world.stage(), &filter, sort, None, 100).await.unwrap();
        let shown: Vec<_> =
            found.iter().map(|it| (it.number, it.client_hidden, it.project.is_some(), it.project_hidden)).collect();
        assert_eq!(shown, [(2, true, false, false), (3, true, true, false), (5, true, false, true)], "{}", test.name);
        let numbers = DocumentKeys::Numbers(&[1, 2, 4]);
        assert_eq!(billing_documents::details(&mut conn, world.stage(), numbers).await.unwrap().len(), 1);
        assert!(billing_documents::find(&mut conn, world.stage(), Reference::Number(4)).await.unwrap().is_empty());
        let totals = billing_documents::totals(&mut conn, world.stage(), &filter).await.unwrap();
        assert_eq!((totals.len(), totals[0].count), (1, 3));
        // The client is of the other team: its name finds nothing here.
        filter.terms = vec!["FESTIVAL".to_owned()];
        assert_eq!(billing_documents::count(&mut conn, world.whole(), &filter, 100).await.unwrap(), 6);
        assert_eq!(billing_documents::count(&mut conn, world.stage(), &filter, 100).await.unwrap(), 0);
        filter.terms = vec!["crew".to_owned(), "truck".to_owned()];
        assert_eq!(billing_documents::count(&mut conn, world.stage(), &filter, 100).await.unwrap(), 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_has_no_holes_whatever_fails() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let series = Series { kind: DocumentKind::Invoice, year: 2026 };
        let tries = (0..50).map(|index| {
            let (store, organization) = (test.store.clone(), world.north.id);
            tokio::spawn(async move {
                let mut tx = store.begin().await.unwrap();
                let taken = counters::take_in_series(&mut tx, organization, series).await.unwrap();
                if index % 3 == 0 {
                    tx.rollback().await.unwrap();
                    return None;
                }
                tx.commit().await.unwrap();
                Some(taken.number)
            })
        });
        let mut taken = Vec::new();
        for one in tries.collect::<Vec<_>>() {
            taken.extend(one.await.unwrap());
        }
        taken.sort_unstable();
        assert_eq!(taken, (1..=33).collect::<Vec<i64>>(), "{}", test.name);
    }
}
