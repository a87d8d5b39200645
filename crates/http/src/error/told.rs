//! What a person is told when something went wrong: what happened, whether anything was changed, and the way on.

use http::StatusCode;
use lavori_accounts::Error as Accounts;
use lavori_oauth::provider::ProviderError;
use lavori_web::{Problem, WayOn};

use super::Error;

/// The words of a page.
pub(super) struct Told {
    title: &'static str,
    explanation: String,
    steps: Vec<String>,
    way_on: WayOn<'static>,
}

const SIGN_IN: WayOn<'static> = WayOn { href: "/sign-in", label: "Go to the sign-in page" };
const ACCOUNT: WayOn<'static> = WayOn { href: "/settings/account", label: "Go to your account" };
const ORGANIZATIONS: WayOn<'static> = WayOn { href: "/settings/organizations", label: "Go to your organizations" };
const CONNECTIONS: WayOn<'static> = WayOn { href: "/settings/mcp", label: "See your connections" };
const CONNECT: WayOn<'static> = WayOn { href: "/", label: "See how to connect" };

const AGAIN_FROM_CLIENT: &str = "Go back to your assistant and connect again from there.";
const COOKIES: &str = "If your browser blocks cookies, allow them for this site.";
/// What was asked for may have been done before the trouble: nobody is told otherwise.
const LOOK_FIRST: &str = "If you sent a form, look first whether it was done before you send it again.";
const TELL_OPERATOR: &str = "If it happens again, tell whoever runs this server, with the code below.";

impl Told {
    fn new(title: &'static str, explanation: impl Into<String>, steps: &[&str]) -> Self {
        let steps = steps.iter().map(|step| (*step).to_owned()).collect();
        Self { title, explanation: explanation.into(), steps, way_on: WayOn::HOME }
    }

    fn on(self, way_on: WayOn<'static>) -> Self {
        Self { way_on, ..self }
    }

    pub(super) fn page(self, status: StatusCode, request_id: &str) -> Page<'_> {
        Page { told: self, status: status.as_u16(), request_id }
    }
}

/// The words on their way to a page.
pub(super) struct Page<'a> {
    told: Told,
    status: u16,
    request_id: &'a str,
}

impl Page<'_> {
    pub(super) fn render(&self) -> String {
        let Told { title, explanation, steps, way_on } = &self.told;
        let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
        let (status, request_id) = (self.status, self.request_id);
        Problem { title, explanation, next_steps: &steps, way_on: *way_on, status, request_id }.render()
    }
}

impl Error {
    /// What a person is told.
    pub(super) fn told(&self, status: StatusCode) -> Told {
        match self {
            Self::Accounts(Accounts::TooMany { .. }) => self.wait(),
            Self::Accounts(Accounts::Forbidden { what, who }) => {
                let who = if who.is_empty() { "an owner of the organization".to_owned() } else { who.join(", ") };
                let ask = format!("Ask one of those who can: {who}.");
                Told::new("You cannot change that", format!("{what} Nothing was changed."), &[&ask]).on(ORGANIZATIONS)
            }
            Self::Accounts(error) => {
                let steps = ["Go back, load the page again, and look at how it is now."];
                Told::new("That could not be done", format!("{error} Nothing was changed."), &steps).on(ORGANIZATIONS)
            }
            Self::SetUpAlready => Told::new(
                "This server is set up already",
                "Somebody has made the first organization. Everybody else joins by invitation.",
                &[
                    "If that was you, sign in.",
                    "If not, ask an owner or admin of your organization for a link that invites you.",
                ],
            )
            .on(SIGN_IN),
            Self::InvitationOver => Told::new(
                "This invitation is over",
                "Its link was used already, was withdrawn, or is older than seven days; or part of it is missing.",
                &[
                    "If you used it yourself, you have an account: sign in.",
                    "If not, check that you opened the whole link.",
                    "Otherwise ask whoever invited you for a new one.",
                ],
            )
            .on(SIGN_IN),
            Self::Doubtful(failure) => Told::new(
                "This connection request cannot be used",
                format!(
                    "Your assistant, the client, sent a request with a mistake in it: {}. Nothing was sent to the \
                     client, and it got no access.",
                    failure.description
                ),
                &[AGAIN_FROM_CLIENT, "If it happens again, tell its makers what is said above."],
            )
            .on(CONNECT),
            Self::Document(unusable) => Told::new(
                "Your assistant cannot say who it is",
                format!(
                    "It describes itself in a document at {}, and that document cannot be used: {}. Nothing was sent \
                     to the client, and it got no access.",
                    unusable.url, unusable.problem
                ),
                &[
                    "Wait a moment and connect again from your assistant.",
                    "If it happens again, tell its makers what is said above.",
                ],
            )
            .on(CONNECT),
            Self::Gone => Told::new(
                "This request is over",
                "It was answered before, it waited for more than ten minutes, or it belongs to another browser or \
                 another person. Nothing more can come of it.",
                &[
                    "If you allowed it, the client has its access: there is nothing more to do here.",
                    "If not, go back to your client and connect again from there.",
                ],
            )
            .on(CONNECTIONS),
            Self::Forged => Told::new(
                "This form was not accepted",
                "The page was open for too long, or somebody else has signed in at this browser since. Nothing was \
                 changed.",
                &["Go back, load the page again, and repeat what you did.", COOKIES],
            ),
            Self::Provider(ProviderError::Unknown) | Self::NotFound => Told::new(
                "There is no such page",
                "The address is not right, what was there is gone, or it is not for the account you are signed in with.",
                &["Check the address for something missing.", "Or find your way from the start page."],
            ),
            Self::Provider(why) => of_provider(why),
            Self::IdentityTaken => Told::new(
                "That account signs in somebody else",
                "An account at a provider can belong to one person here only. Nothing was changed.",
                &[
                    "Add another account.",
                    "Or, if both are yours: sign in with that account, remove it on the account page there, and add it \
                     here again.",
                ],
            )
            .on(ACCOUNT),
            Self::LastWayToSignIn => Told::new(
                "That is your last way to sign in",
                "Without it you could not sign in any more. Nothing was changed.",
                &["Set a password or add another account first, and then remove this one."],
            )
            .on(ACCOUNT),
            Self::NotAllowed => Told::new(
                "There is nothing to see at this address",
                "It only takes what a form of ours sends to it. Nothing was changed.",
                &["Find the page with the form from the start page."],
            ),
            Self::TooLarge => Told::new(
                "That is too long",
                "What was sent is longer than any form of ours may be. Nothing was changed.",
                &["Go back, make it shorter, and send it again."],
            ),
            Self::MediaType(_) | Self::Incomplete | Self::OAuth(lavori_oauth::Error::Refused(_)) => Told::new(
                "What was sent could not be read",
                "It did not arrive whole, or it is not what this page expects. Nothing was changed.",
                &["Go back, load the page again, and repeat what you did."],
            ),
            _ if status == StatusCode::TOO_MANY_REQUESTS => self.wait(),
            _ if status == StatusCode::SERVICE_UNAVAILABLE => Told::new(
                "The server is busy",
                "Too much came at once, and your request was not finished.",
                &["Wait a moment, and load the page again.", LOOK_FIRST],
            ),
            _ => Told::new(
                "Something failed on our side",
                "It is not your fault. Your request was not finished.",
                &["Wait a moment, and load the page again.", LOOK_FIRST, TELL_OPERATOR],
            ),
        }
    }

    fn wait(&self) -> Told {
        let minutes = self.retry_after().unwrap_or_default().div_ceil(60).max(1);
        let wait = format!("Wait {minutes} {}, and try again.", if minutes == 1 { "minute" } else { "minutes" });
        let why = "That failed too often in a short time. For a while nothing more is tried, and nothing was changed.";
        Told::new("Too many attempts", why, &[&wait])
    }
}

/// Adding an account went wrong: signing in tells its own trouble on the sign-in page.
fn of_provider(why: &ProviderError) -> Told {
    let told = match why {
        ProviderError::Declined(_) => Told::new(
            "The account was not added",
            "The provider did not agree, or you cancelled there. Nothing was changed.",
            &["Try again from your account, or go on without it."],
        ),
        ProviderError::Token(_) => Told::new(
            "The account was not added",
            "What the provider said about it cannot be believed. Nothing was changed.",
            &["Try again from your account.", TELL_OPERATOR],
        ),
        ProviderError::Down(_) => Told::new(
            "The provider cannot be reached just now",
            "So the account was not added. Nothing was changed.",
            &["Try again from your account in a moment, or go on without it."],
        ),
        ProviderError::Metadata(_) => Told::new(
            "This provider is not set up correctly",
            "So the account was not added. Nothing was changed.",
            &["Go on without it, and tell whoever runs this server, with the code below."],
        ),
        _ => {
            return Told::new(
                "This sign-in cannot be finished",
                "It was begun in another browser or more than ten minutes ago, or it was finished before. Nothing was \
                 changed.",
                &["Go back to where you wanted to sign in, and begin again there.", COOKIES],
            )
            .on(SIGN_IN);
        }
    };
    told.on(ACCOUNT)
}
