//! Making and withdrawing invitations.

use lavori_accounts::{Actor, Error as Accounts, invitations};
use lavori_oauth::Parameters;
use lavori_oauth::secret::{PlainSecret, SecretKind};
use lavori_web::{InviteMember, Typed};

use super::members::{self, WHOSE, roles_of};
use super::roles;
use super::visit::{Visit, field, or_problem};
use crate::error::Error;
use crate::flash::Flash;
use crate::respond::Response;

/// Asks whom to invite.
pub(super) async fn ask(visit: &Visit<'_>) -> Result<Response, Error> {
    show(visit, "".into(), "member").await
}

async fn show(visit: &Visit<'_>, email: Typed<'_>, role: &str) -> Result<Response, Error> {
    let overview = visit.administered(&mut visit.app.store.read().await?, WHOSE).await?;
    let roles: Vec<_> = roles_of(overview.role).into_iter().map(|role| role.as_str()).collect();
    let page = InviteMember { place: visit.place_of(&overview), email, roles: &roles, role };
    Ok(visit.page_about(email.problem.is_some(), &page.render()))
}

pub(super) async fn make(visit: &Visit<'_>, actor: &Actor<'_>, form: &Parameters) -> Result<Response, Error> {
    let app = visit.app;
    let email = field(form, "email")?;
    let token = PlainSecret::new(app.oauth.env(), SecretKind::Invitation);
    let outcome = match roles::named(form) {
        Ok(role) => or_problem(invitations::invite(&app.store, actor, visit.slug, email, role, token.hash()).await)?,
        Err(Error::Accounts(Accounts::Refused(problem))) => Err(problem),
        Err(error) => return Err(error),
    };
    match outcome {
        Ok(made) => {
            let url = format!("{}/invitations/{}", app.oauth.issuer(), token.expose());
            Ok(visit.on_to("/members", &Flash::Invited { email: made.email, url }))
        }
        Err(problem) => show(visit, Typed { text: email, problem: Some(&problem) }, field(form, "role")?).await,
    }
}

pub(super) async fn withdraw(visit: &Visit<'_>, actor: &Actor<'_>, invitation: &str) -> Result<Response, Error> {
    let invitation = invitation.parse().map_err(|_| Error::NotFound)?;
    match or_problem(invitations::withdraw(&visit.app.store, actor, visit.slug, invitation).await)? {
        Ok(email) => {
            let said = format!("The invitation of {email} is withdrawn: its link leads nowhere.");
            Ok(visit.done("/members", said))
        }
        Err(problem) => members::show(visit, b"", Some(&problem)).await,
    }
}
