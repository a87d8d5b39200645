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
    assert_eq!(fields(form(&html)), ["csrf", "organization", "team", "allow_write", "allow_billing", "decision"]);
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
    assert!(has(field(&html, "organization", "fontana"), "checked"));
    assert!(!html.contains("<optgroup"));
    assert!(html.contains(r#"<option value="" selected>All teams</option>"#));

    let html = page(&[fontana(), contractor()]).render();
    assert!(has(field(&html, "organization", "fontana"), "checked"));
}

#[test]
fn p08_among_several_none_is_chosen_for_the_person() {
    let html = page(&[fontana(), north()]).render();
    assert!(!has(field(&html, "organization", "fontana"), "checked"));
    assert!(!has(field(&html, "organization", "north"), "checked"));
    assert!(has(field(&html, "organization", "north"), "required"));
    assert!(html.contains(r#"<optgroup label="Fontana Eventi" data-organization="fontana">"#));
    assert!(html.contains(r#"<optgroup label="North Stage" data-organization="north">"#));
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
    assert!(html.contains("Read only: changes are turned off"));
    assert!(html.contains("Changes are turned off in North Stage. Asking for them will be refused"));
    assert!(html.contains("Kirsten Dahl can turn them on."));
    assert!(html.contains("Billing changes are turned off in Fontana Eventi."));
    assert!(html.contains("Giulia Bianchi or Marco Rossi can turn them on."));
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
    for (name, value) in [("organization", "north"), ("team", "sound")] {
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
    assert!(!html.contains("Sound North") && !html.contains("<optgroup"));
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
    assert!(!fields(&html).contains(&"team".to_owned()));
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
fn cancel_comes_first_so_that_a_stray_enter_grants_nothing() {
    let html = page(&[fontana()]).render();
    let buttons: Vec<_> = tags(form(&html))
        .into_iter()
        .filter(|tag| tag.starts_with("button"))
        .map(|tag| (attribute(tag, "value"), has(tag, "formnovalidate")))
        .collect();
    assert_eq!(buttons, [(Some("deny".to_owned()), true), (Some("allow".to_owned()), false)]);
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
                }
                .render();
                assert_sound(&html);
                assert!(!html.contains(text));
            }
        }
    }
}
