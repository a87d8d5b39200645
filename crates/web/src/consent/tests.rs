use super::*;
use crate::testing::{HOSTILE, assert_sound, attribute, field, fields, has, tags};
use crate::{Destination, Identity};

fn fontana() -> Organization<'static> {
    Organization {
        slug: "fontana",
        name: "Fontana Eventi",
        role: "Admin",
        why_not: None,
        write_enabled: true,
        billing_enabled: true,
        who_can_enable: vec!["Giulia Bianchi", "Marco Rossi"],
        teams: vec![Team { slug: "lighting", name: "Lighting" }, Team { slug: "sound", name: "Sound" }],
    }
}

fn north() -> Organization<'static> {
    Organization {
        slug: "north",
        name: "North Stage",
        role: "Member",
        write_enabled: false,
        billing_enabled: false,
        who_can_enable: vec!["Kirsten Dahl"],
        teams: vec![Team { slug: "sound", name: "Sound North" }],
        ..fontana()
    }
}

fn contractor() -> Organization<'static> {
    Organization {
        slug: "circus",
        name: "Circus Works",
        role: "Contractor",
        why_not: Some("Contractors cannot connect clients."),
        ..north()
    }
}

fn page<'a>(organizations: &'a [Organization<'a>]) -> Consent<'a> {
    Consent {
        csrf: "csrf-1",
        handle: "handle-1",
        client: Client {
            name: "Claude",
            destination: Destination::Web { host: "claude.ai" },
            identity: Identity::Unverified,
        },
        email: "ada@example.com",
        sign_out: SignOut { csrf: "csrf-2", request: Some("sealed-1") },
        organizations,
        pinned: None,
        chosen: Chosen::default(),
        problem: None,
        reset: false,
    }
}

/// The part of the page from the consent form on.
fn form(html: &str) -> &str {
    let start = html.find(r#"<form method="post" action="/consent/handle-1""#).unwrap();
    &html[start..]
}

#[test]
fn p09_the_form_has_its_fields_and_no_others() {
    let html = page(&[fontana(), north()]).render();
    assert_sound(&html);
    assert_eq!(
        fields(form(&html)),
        ["decision", "csrf", "organization", "team-fontana", "team-north", "allow_write", "allow_billing"]
    );
    field(&html, "csrf", "csrf-1");
    field(&html, "allow_write", "on");
    field(&html, "allow_billing", "on");
    field(&html, "decision", "allow");
    field(&html, "decision", "deny");
}

#[test]
fn p09_write_and_billing_are_off_even_when_shown_again() {
    let html = Consent {
        chosen: Chosen { organization: Some("fontana"), team: Some("sound") },
        problem: Some("Please choose again."),
        ..page(&[fontana(), north()])
    }
    .render();
    assert_sound(&html);
    assert!(!has(field(&html, "allow_write", "on"), "checked"));
    assert!(!has(field(&html, "allow_billing", "on"), "checked"));
    assert!(has(field(&html, "organization", "fontana"), "checked"));
    assert!(html.contains(r#"<option value="sound" selected>Sound</option>"#));
    assert!(html.contains(r#"<option value="sound">Sound North</option>"#));
    assert!(html.contains("Please choose again."));
    assert!(!html.contains("is off again"), "it was not on");
    let html = Consent { problem: Some("Please choose again."), reset: true, ..page(&[fontana(), north()]) }.render();
    assert_sound(&html);
    assert!(html.contains("Changing data is off again"));
}

#[test]
fn a_problem_is_told_at_the_field_it_is_about() {
    let organizations = [fontana(), north()];
    let problem = Some("Please choose again.");
    let html = Consent { problem, ..page(&organizations) }.render();
    assert_sound(&html);
    let about = |html: &str, name: &str, value: &str| attribute(field(html, name, value), "aria-describedby").unwrap();
    assert!(about(&html, "organization", "fontana").ends_with(" problem"));
    assert!(html.contains(r#"role="alert" id="problem""#));

    let chosen = Chosen { organization: Some("fontana"), team: Some("gone") };
    let html = Consent { problem, chosen, ..page(&organizations) }.render();
    assert_sound(&html);
    assert!(!about(&html, "organization", "fontana").contains("problem"));
    let select = |name: &str| {
        let named = |tag: &&str| attribute(tag, "name").as_deref() == Some(name);
        tags(&html).into_iter().find(named).unwrap()
    };
    assert!(has(select("team-fontana"), "aria-invalid"));
    assert!(!has(select("team-north"), "aria-invalid"));
}

#[test]
fn p09_read_is_shown_as_always_included() {
    let html = page(&[fontana()]).render();
    assert!(html.contains("Always included"));
    for area in ["tasks", "schedule", "billing and budgets", "directory"] {
        assert!(html.contains(area), "{area}");
    }
}

#[test]
fn p08_a_single_organization_is_chosen_already() {
    let html = page(&[fontana()]).render();
    assert_sound(&html);
    assert_eq!(attribute(field(&html, "organization", "fontana"), "type").as_deref(), Some("hidden"));
    assert!(html.contains("Your only organization"));
    assert!(html.contains(r#"<option value="">All teams</option>"#));

    let html = page(&[fontana(), contractor()]).render();
    assert!(has(field(&html, "organization", "fontana"), "checked"));
}

#[test]
fn p08_among_several_none_is_chosen_for_the_person() {
    let html = page(&[fontana(), north()]).render();
    assert!(!has(field(&html, "organization", "fontana"), "checked"));
    assert!(!has(field(&html, "organization", "north"), "checked"));
    assert!(has(field(&html, "organization", "north"), "required"));
    for (name, own, other) in
        [("Fontana Eventi", "Lighting", "Sound North"), ("North Stage", "Sound North", "Lighting")]
    {
        let teams = html.split_once(&format!(r#"Team<span class="unseen"> of {name}</span>"#)).unwrap().1;
        let teams = teams.split_once("</select>").unwrap().0;
        assert!(teams.contains(own) && !teams.contains(other), "{name}");
    }
}

#[test]
fn p01_a_contractor_sees_the_organization_and_the_reason() {
    let html = page(&[fontana(), contractor()]).render();
    assert_sound(&html);
    let radio = field(&html, "organization", "circus");
    assert!(has(radio, "disabled") && !has(radio, "checked"));
    let about = attribute(radio, "aria-describedby").unwrap();
    let reason = html.split_once(&format!(r#"id="{about}""#)).unwrap().1;
    let reason = reason.split_once("</p>").unwrap().0;
    assert!(reason.contains("Contractors cannot connect clients."));
    assert!(!html.contains("Sound North"), "its teams are not offered");
}

#[test]
fn a_choice_that_is_not_available_is_not_kept() {
    let html = Consent {
        chosen: Chosen { organization: Some("circus"), team: Some("sound") },
        ..page(&[fontana(), north(), contractor()])
    }
    .render();
    assert_sound(&html);
    assert!(!has(field(&html, "organization", "circus"), "checked"));
    assert!(!html.contains(r#"value="sound" selected"#));
}

#[test]
fn p10_what_is_turned_off_is_said_beforehand_with_who_can_change_it() {
    let mut no_billing = fontana();
    no_billing.billing_enabled = false;
    let html = page(&[no_billing, north()]).render();
    assert_sound(&html);
    for (slug, text) in [
        ("north", "Read only: changes are turned off here. Kirsten Dahl can turn them on."),
        ("fontana", "Billing changes are turned off here. Giulia Bianchi or Marco Rossi can turn them on."),
    ] {
        let about = attribute(field(&html, "organization", slug), "aria-describedby").unwrap();
        let row = html.split_once(&format!(r#"id="{about}""#)).unwrap().1.split_once("</p>").unwrap().0;
        assert!(row.contains(text), "{slug}");
    }
    assert_eq!(html.matches("If you ask for it, it is refused").count(), 2);
    assert!(!has(field(&html, "allow_write", "on"), "disabled"));
    assert!(!has(field(&html, "allow_billing", "on"), "disabled"));
}

#[test]
fn a_pinned_organization_and_team_are_fixed() {
    let html = Consent {
        pinned: Some(Pinned { organization: "north", team: Some("sound") }),
        chosen: Chosen { organization: Some("fontana"), team: Some("lighting") },
        ..page(&[fontana(), north()])
    }
    .render();
    assert_sound(&html);
    for (name, value) in [("organization", "north"), ("team-north", "sound")] {
        let kind = attribute(field(&html, name, value), "type");
        assert_eq!(kind.as_deref(), Some("hidden"));
    }
    assert!(!html.contains("<select") && !html.contains(r#"type="radio""#));
    assert!(!html.contains("Fontana Eventi"));
    assert!(html.contains("Sound North") && html.contains("Fixed by the connector URL"));
}

#[test]
fn a_pinned_organization_leaves_the_team_to_choose() {
    let html = Consent { pinned: Some(Pinned { organization: "fontana", team: None }), ..page(&[fontana(), north()]) }
        .render();
    assert_sound(&html);
    assert!(html.contains(r#"<option value="lighting">Lighting</option>"#));
    assert!(!html.contains("Sound North") && !html.contains("team-north"));
}

#[test]
fn where_nothing_can_be_allowed_only_cancel_is_offered() {
    let pin = |organization, team| Some(Pinned { organization, team });
    let all = [fontana(), contractor()];
    for (organizations, pinned, why) in [
        (&all[..], pin("elsewhere", None), "do not belong to"),
        (&all[..], pin("circus", None), "Contractors cannot connect"),
        (&all[..], pin("fontana", Some("rigging")), "a team that is"),
        (&all[1..], None, "Contractors cannot connect"),
        (&[][..], None, "do not belong to an organization"),
    ] {
        let html = Consent { pinned, ..page(organizations) }.render();
        assert_sound(&html);
        assert!(html.contains(why), "{why}");
        field(&html, "decision", "deny");
        assert!(!html.contains(r#"value="allow""#), "{why}");
        assert!(!html.contains("allow_write"), "{why}");
    }
}

#[test]
fn an_organization_without_teams_asks_for_none() {
    let mut small = fontana();
    small.teams.clear();
    let html = page(&[small]).render();
    assert_sound(&html);
    assert!(!fields(&html).iter().any(|name| name.starts_with("team")));
}

#[test]
fn c7_an_unverified_client_is_called_so_and_its_host_stands_in_the_heading() {
    let html = page(&[fontana()]).render();
    let heading = html.split_once("<h1").unwrap().1.split_once("</h1>").unwrap().0;
    assert!(heading.contains("claude.ai"));
    assert!(!heading.contains("Claude"), "the name is not the identity");
    assert!(html.contains("unverified"));

    let mut verified = page(&[]);
    verified.client.identity = Identity::Verified { host: "claude.ai" };
    let html = verified.render();
    assert!(!html.to_lowercase().contains("unverified"));
    assert!(html.contains("Verified"));
}

#[test]
fn f9_an_app_on_this_computer_comes_with_a_warning_and_its_place() {
    let organizations = [fontana()];
    for (destination, place) in [
        (Destination::Loopback { host: "localhost:33418" }, "localhost:33418"),
        (Destination::CustomScheme { scheme: "cursor" }, "cursor://"),
    ] {
        for identity in [Identity::Unverified, Identity::Verified { host: "claude.ai" }] {
            let mut consent = page(&organizations);
            consent.client.destination = destination;
            consent.client.identity = identity;
            let html = consent.render();
            assert_sound(&html);
            assert!(html.contains("an app on this computer"));
            assert!(html.contains(place));
            assert!(html.contains("Lavori cannot tell which app"));
            assert!(!html.contains("Verified"), "nobody can vouch for it");
        }
    }
}

#[test]
fn a_client_without_a_name_is_not_given_one() {
    let organizations = [fontana()];
    let mut consent = page(&organizations);
    consent.client.name = "";
    let html = consent.render();
    assert_sound(&html);
    assert!(html.contains("gave no name"));
    assert!(!html.contains("<bdi></bdi>"));
}

#[test]
fn the_signed_in_person_is_shown_and_can_leave() {
    let html = page(&[fontana()]).render();
    assert!(html.contains("ada@example.com"));
    assert!(html.contains(r#"<form method="post" action="/sign-out""#));
    field(&html, "csrf", "csrf-2");
    field(&html, "request", "sealed-1");
}

#[test]
fn a_stray_enter_answers_nothing() {
    let html = page(&[fontana()]).render();
    let buttons: Vec<_> = tags(form(&html))
        .into_iter()
        .filter(|tag| tag.starts_with("button"))
        .map(|tag| (attribute(tag, "value").unwrap(), has(tag, "formnovalidate"), has(tag, "hidden")))
        .collect();
    // Enter in a field presses the first button (HTML, implicit submission).
    let neither = ("neither".to_owned(), true, true);
    assert_eq!(buttons, [neither, ("deny".to_owned(), true, false), ("allow".to_owned(), false, false)]);
}

#[test]
fn twenty_organizations_with_teams_still_make_a_small_page() {
    let organizations = vec![north(); 20];
    assert!(page(&organizations).render().len() < 40_000);
}

#[test]
fn nothing_given_reaches_the_page_unescaped() {
    for text in HOSTILE {
        let organization = Organization {
            slug: text,
            name: text,
            role: text,
            why_not: None,
            write_enabled: false,
            billing_enabled: false,
            who_can_enable: vec![text],
            teams: vec![Team { slug: text, name: text }],
        };
        let organizations = [
            organization.clone(),
            Organization { slug: "other", write_enabled: true, ..organization.clone() },
            Organization { slug: "third", why_not: Some(text), ..organization },
        ];
        for destination in [
            Destination::Web { host: text },
            Destination::Loopback { host: text },
            Destination::CustomScheme { scheme: text },
        ] {
            for pinned in [None, Some(Pinned { organization: text, team: Some(text) })] {
                let html = Consent {
                    csrf: text,
                    handle: text,
                    client: Client { name: text, destination, identity: Identity::Verified { host: text } },
                    email: text,
                    sign_out: SignOut { csrf: text, request: Some(text) },
                    organizations: &organizations,
                    pinned,
                    chosen: Chosen { organization: Some(text), team: Some(text) },
                    problem: Some(text),
                    reset: true,
                }
                .render();
                assert_sound(&html);
                assert!(!html.contains(text));
            }
        }
    }
}

#[test]
fn p09_what_allow_means_is_said_with_the_place_where_the_page_knows_it() {
    let mut small = fontana();
    small.teams.clear();
    let pin = Some(Pinned { organization: "fontana", team: Some("sound") });
    for (organizations, pinned, place) in [
        (vec![small], None, "<bdi>Fontana Eventi</bdi></span>, and change nothing"),
        (vec![fontana()], None, "<bdi>Fontana Eventi</bdi> (all teams, or the one chosen above)</span>, and change"),
        (vec![fontana(), north()], pin, "team <bdi>Sound</bdi> of <bdi>Fontana Eventi</bdi></span>, and change"),
        (vec![fontana(), north()], None, "the organization and team chosen above</span>, and change"),
    ] {
        let html = Consent { pinned, ..page(&organizations) }.render();
        assert_sound(&html);
        assert!(html.contains(place), "{place}");
    }
}

#[test]
fn only_a_client_that_opens_an_app_leaves_the_page_where_it_is() {
    let organizations = [fontana()];
    let mut consent = page(&organizations);
    assert!(!consent.render().contains("Your answer is in."));
    consent.client.destination = Destination::CustomScheme { scheme: "cursor" };
    let html = consent.render();
    assert_sound(&html);
    assert!(html.contains("Your answer is in."));
}
