//! Making and withdrawing invitations.

use lavori_accounts::{Actor, invitations};
use lavori_oauth::Parameters;
use lavori_oauth::secret::{PlainSecret, SecretKind};

use super::{Done, members};
use crate::app::App;
use crate::error::Error;

pub(super) async fn make(app: &App, actor: &Actor<'_>, slug: &str, form: &Parameters) -> Result<Done, Error> {
    let role = members::role(form)?;
    let email = form.get("email")?.unwrap_or_default();
    let token = PlainSecret::new(app.oauth.env(), SecretKind::Invitation);
    let made = invitations::invite(&app.store, actor, slug, email, role, token.hash()).await?;
    let url = format!("{}/invitations/{}", app.oauth.issuer(), token.expose());
    Ok(Done::Invited { email: made.email, url })
}

pub(super) async fn withdraw(app: &App, actor: &Actor<'_>, slug: &str, invitation: &str) -> Result<Done, Error> {
    let invitation = invitation.parse().map_err(|_| Error::NotFound)?;
    let email = invitations::withdraw(&app.store, actor, slug, invitation).await?;
    Ok(Done::Said(format!("The invitation of {email} is withdrawn: its link leads nowhere.")))
}
