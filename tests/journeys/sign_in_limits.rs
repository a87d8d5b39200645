//! Guessing passwords, and what it costs whom.

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use lavori_oauth::{Limit, PasswordParameters};
use lavori_testkit::{Answer, Browser, apps, apps_with};

const ADA: &str = "ada@demo.example";
const RIGHT: &str = "lavori-demo";

/// Addresses of this machine, as many as there are machines in a botnet.
fn address(number: usize) -> IpAddr {
    let [high, low] = u16::try_from(number).expect("what the test set up is there").to_be_bytes();
    Ipv4Addr::new(127, 1, high, low.max(1)).into()
}

/// One attempt, as a browser makes it: with a form of its own.
async fn attempt(browser: &mut Browser, email: &str, password: &str) -> Answer {
    let csrf = browser.open("/sign-in").await.hidden("csrf").expect("a form token");
    browser.submit("/sign-in", &[("csrf", &csrf), ("email", email), ("password", password)]).await
}

/// The page without what differs from one to the next.
fn text(answer: &Answer, email: &str) -> String {
    answer.apart_from_chance().replace(email, "").replace(&answer.hidden("csrf").unwrap_or_default(), "")
}

#[tokio::test]
async fn e2_a_thousand_guesses_on_one_account_from_many_addresses_try_ten_passwords() {
    for app in apps().await {
        let mut tried = 0;
        for number in 0..1000 {
            let answer = attempt(&mut app.browser_at(address(number % 250)), ADA, "guess").await;
            match answer.status.as_u16() {
                422 => tried += 1,
                429 => assert!((1..=300).contains(&answer.header("retry-after").parse::<u64>().unwrap())),
                status => panic!("{status}: {}", answer.body),
            }
        }
        assert_eq!(tried, 10);
        // One event for the window, not one for each guess.
        let actions = app.account_actions().await;
        assert_eq!(actions.iter().filter(|action| *action == "session.sign_in_limited").count(), 1);
        assert_eq!(actions.len(), 11);
        // Others are not concerned, and the right password is not tried either while the limit lasts.
        assert_eq!(attempt(&mut app.browser(), "ben@demo.example", RIGHT).await.status, 303);
        assert_eq!(attempt(&mut app.browser(), ADA, RIGHT).await.status, 429);
        // Nobody is out for good.
        app.shift_clock(301);
        assert_eq!(attempt(&mut app.browser(), ADA, RIGHT).await.status, 303);
    }
}

#[tokio::test]
async fn e2_the_owners_browser_is_not_kept_out_by_others_who_guess() {
    for app in apps().await {
        let mut owner = app.browser();
        assert_eq!(attempt(&mut owner, ADA, RIGHT).await.status, 303);
        let device = owner.cookie("lavori_device").unwrap().to_owned();
        let known = || app.browser_of(&[("lavori_device", Some(&device))]);
        for number in 0..40 {
            attempt(&mut app.browser_at(address(number)), ADA, "guess").await;
            // And from the owner's own network, at accounts of others too.
            attempt(&mut app.browser(), &format!("{number}@demo.example"), "guess").await;
        }
        assert_eq!(attempt(&mut app.browser(), ADA, RIGHT).await.status, 429);
        assert_eq!(attempt(&mut known(), ADA, RIGHT).await.status, 303);
        // The cookie is no free pass: whoever holds it has ten guesses of their own, at this account only.
        let mut statuses = Vec::new();
        for _ in 0..11 {
            statuses.push(attempt(&mut known(), ADA, "guess").await.status.as_u16());
        }
        assert_eq!(statuses, [vec![422; 10], vec![429]].concat());
        assert_eq!(attempt(&mut known(), "ben@demo.example", RIGHT).await.status, 429, "the address is still limited");
    }
}

#[tokio::test]
async fn e2_one_password_over_many_accounts_from_one_address_is_tried_thirty_times() {
    for app in apps().await {
        let mut tried = 0;
        for number in 0..100 {
            let answer = attempt(&mut app.browser(), &format!("person{number}@demo.example"), RIGHT).await;
            tried += u32::from(answer.status == 422);
        }
        assert_eq!(tried, 30);
        assert_eq!(attempt(&mut app.browser_at(address(1)), ADA, RIGHT).await.status, 303, "others may");
        // Accounts that do not exist leave a bounded number of rows.
        let before = app.account_actions().await.len();
        for round in 0..20 {
            app.shift_clock(1);
            for number in 0..30 {
                let email = format!("person{number}@round{round}.example");
                attempt(&mut app.browser_at(address(round * 10 + 2)), &email, RIGHT).await;
            }
        }
        assert!(app.account_actions().await.len() <= before + 160);
        assert!(app.account_actions().await.len() <= 162, "ten an hour in each of sixteen shares");
    }
}

#[tokio::test]
async fn e1_e2_under_a_limit_known_and_unknown_accounts_look_the_same() {
    for app in apps().await {
        let mut pages = Vec::new();
        for email in [ADA, "nobody@demo.example"] {
            for number in 0..10 {
                attempt(&mut app.browser_at(address(number)), email, "guess").await;
            }
            let answer = attempt(&mut app.browser_at(address(11)), email, "guess").await;
            assert_eq!(answer.status, 429);
            assert!(answer.hidden("csrf").is_some(), "the form stays");
            pages.push(text(&answer, email));
        }
        assert_eq!(pages[0], pages[1]);
    }
}

#[tokio::test]
async fn p7_e2_the_request_that_waits_is_kept_under_a_limit() {
    for app in apps_with(|config| config.limits.account = Limit { most: 1, window: 300 }).await {
        let client = app.register().await;
        let mut browser = app.browser();
        let mut page = browser.open(&app.authorize_path(&client, "/mcp")).await;
        for expected in [422, 429] {
            let (csrf, request) = (page.hidden("csrf").unwrap(), page.hidden("request").unwrap());
            let fields = [("csrf", csrf.as_str()), ("request", &request), ("email", ADA), ("password", "guess")];
            page = browser.submit("/sign-in", &fields).await;
            assert_eq!(page.status, expected);
        }
        app.shift_clock(301);
        let page = app.sign_in(&mut browser, &page, ADA).await;
        assert!(page.body.contains("action=\"/consent/"), "{}", page.body);
    }
}

#[tokio::test]
async fn e1_the_time_tells_nothing_about_an_account() {
    let passwords = PasswordParameters { memory_kib: 8192, iterations: 2, parallelism: 1, slots: 4 };
    let generous = Limit { most: 1000, window: 300 };
    for app in apps_with(|config| {
        config.passwords = passwords;
        (config.limits.account, config.limits.address) = (generous, generous);
    })
    .await
    {
        app.disable("ben@demo.example").await;
        let mut times = [const { Vec::new() }; 3];
        for _ in 0..15 {
            for (times, email) in times.iter_mut().zip([ADA, "nobody@demo.example", "ben@demo.example"]) {
                let mut browser = app.browser();
                let csrf = browser.open("/sign-in").await.hidden("csrf").unwrap();
                let fields = [("csrf", csrf.as_str()), ("email", email), ("password", "guess")];
                let started = Instant::now();
                assert_eq!(browser.submit("/sign-in", &fields).await.status, 422);
                times.push(started.elapsed());
            }
        }
        let [wrong, unknown, disabled] = times.map(|mut times| {
            times.sort();
            times[times.len() / 2]
        });
        // Without the work for accounts that do not exist the quotient would be 5 or more.
        for other in [unknown, disabled] {
            let quotient = wrong.as_secs_f64() / other.as_secs_f64();
            assert!((0.5..2.0).contains(&quotient), "{wrong:?} against {other:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn e3_a_hundred_sign_ins_at_once_are_hashed_a_few_at_a_time_and_the_rest_told_to_come_back() {
    let slow = PasswordParameters { memory_kib: 65_536, iterations: 12, parallelism: 1, slots: 1 };
    let generous = Limit { most: 1000, window: 300 };
    for app in apps_with(|config| {
        config.passwords = slow;
        (config.limits.account, config.limits.address) = (generous, generous);
    })
    .await
    {
        let attempts: Vec<_> = (0..100)
            .map(|_| {
                let mut browser = app.browser();
                tokio::spawn(async move { attempt(&mut browser, ADA, "guess").await })
            })
            .collect();
        let mut counts = std::collections::BTreeMap::new();
        for answer in attempts {
            let answer = answer.await.unwrap();
            if answer.status == 503 {
                assert_eq!(answer.header("retry-after"), "2");
            }
            *counts.entry(answer.status.as_u16()).or_insert(0) += 1;
        }
        assert_eq!(counts.keys().copied().collect::<Vec<_>>(), [422, 503], "{counts:?}");
        assert_eq!(attempt(&mut app.browser(), ADA, RIGHT).await.status, 303, "and then it works as ever");
    }
}

#[tokio::test]
async fn c1_registration_has_a_ceiling_and_leaves_no_row_behind() {
    let (all, one) = (Limit { most: 30, window: 60 }, Limit { most: 20, window: 60 });
    for app in apps_with(|config| {
        (config.limits.registrations, config.limits.registrations_of_address) = (all, one);
    })
    .await
    {
        let before = app.row_counts().await;
        let metadata = serde_json::json!({"redirect_uris": ["https://a.example/cb"]});
        let mut counts = Vec::new();
        for number in [1, 2, 3] {
            let http = app.http_at(address(number));
            let mut registered = 0;
            for _ in 0..25 {
                let answer = http.json("/register", &[], &metadata).await;
                if answer.status == 201 {
                    registered += 1;
                } else {
                    assert_eq!(answer.status, 429, "{}", answer.body);
                    assert!((1..=60).contains(&answer.header("retry-after").parse::<u64>().unwrap()));
                    assert_eq!(answer.json()["error"], "temporarily_unavailable");
                }
            }
            counts.push(registered);
        }
        assert_eq!(counts, [20, 10, 0], "one address has its limit, all have another");
        assert_eq!(app.row_counts().await, before);
        app.shift_clock(61);
        assert_eq!(app.http().json("/register", &[], &metadata).await.status, 201);
    }
}

/// What nobody can bear for long is not waited for.
#[tokio::test]
async fn e4_a_password_of_fifteen_kilobytes_costs_no_hash_and_a_megabyte_is_not_read() {
    for app in apps_with(|config| config.passwords.slots = 0).await {
        let started = Instant::now();
        assert_eq!(attempt(&mut app.browser(), ADA, &"x".repeat(15_000)).await.status, 422);
        assert!(started.elapsed() < Duration::from_secs(4), "no slot was waited for");
        assert_eq!(attempt(&mut app.browser(), ADA, &"x".repeat(1 << 20)).await.status, 413);
    }
}
