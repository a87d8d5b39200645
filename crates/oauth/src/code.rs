//! Exchanging an authorization code (RFC 6749 section 4.1.3, RFC 7636 section 4.6).

use lavori_audit::{Action, Details, Event, Origin};
use lavori_domain::Timestamp;
use lavori_store::{Store, audit_events, authorization_codes, connections, standing};
use openidconnect::{PkceCodeChallenge, PkceCodeVerifier};

use crate::error::{Error, ErrorCode, Failure};
use crate::housekeeping;
use crate::keys;
use crate::parameters::Parameters;
use crate::resource::Resource;
use crate::secret::{PlainSecret, SecretKind};
use crate::server::AuthorizationServer;
use crate::token::{TokenResponse, invalid_grant, same_resource};

impl AuthorizationServer {
    pub(crate) async fn exchange(
        &self,
        store: &Store,
        parameters: &Parameters,
        client_id: &str,
        resource: Option<Resource>,
        origin: &Origin,
    ) -> Result<TokenResponse, Error> {
        let verifier = verifier(parameters)?;
        let code = parameters.require("code", "code is missing")?;
        let code = PlainSecret::parse(SecretKind::AuthorizationCode, code).ok_or_else(invalid_grant)?;
        let redirect_uri = parameters.get("redirect_uri")?;

        let mut tx = store.begin().await?;
        let row = authorization_codes::find(&mut tx, code.hash()).await?.ok_or_else(invalid_grant)?;
        let connection = connections::lock(&mut tx, row.organization_id, row.connection_id).await?;
        let standing = standing::of_connection(&mut tx, row.organization_id, row.connection_id)
            .await?
            .ok_or_else(invalid_grant)?;
        let event = |action| {
            Event::new(&*self.env, action, origin.clone())
                .by(standing.person)
                .on(row.organization_id, standing.connection)
        };
        let now: Timestamp = standing.now;
        let same_redirect_uri = match redirect_uri {
            Some(uri) => uri == row.redirect_uri,
            None => !row.redirect_uri_given,
        };
        let mistake = if connection.client_id != client_id {
            Some("an authorization code came from another client")
        } else if !same_redirect_uri {
            Some("an authorization code came with another redirect URI")
        } else if !proves(&verifier, &row.code_challenge) {
            Some("an authorization code came with a wrong verifier")
        } else {
            None
        };
        if let Some(mistake) = mistake {
            // Recorded while the code could be of use: whoever holds a dead one cannot fill the log with it.
            if row.used_at.is_none() && now < row.expires_at {
                let details = Details::new().text("reason", mistake);
                audit_events::insert(&mut tx, &event(Action::CallRefused).with(details)).await?;
                tx.commit().await?;
            }
            return Err(invalid_grant());
        }
        same_resource(resource.as_ref(), &self.origin, &connection.resource)?;
        if now >= row.expires_at && row.used_at.is_none() {
            return Err(invalid_grant());
        }
        if !authorization_codes::spend(&mut tx, &row, now).await? {
            // The right client with the right verifier, a second time: somebody else has both (OAUTH.md G1).
            let reason = "an authorization code was used twice";
            if connections::revoke(&mut tx, row.organization_id, row.connection_id, None, reason, now).await? {
                let details = Details::new().text("what", "authorization code");
                audit_events::insert(&mut tx, &event(Action::ReplayDetected).with(details)).await?;
                tx.commit().await?;
            }
            return Err(invalid_grant());
        }
        let grantable = match standing.grantable() {
            Ok(grantable) => grantable,
            Err(refusal) => {
                let details = Details::new().text("reason", &refusal.to_string());
                audit_events::insert(&mut tx, &event(Action::CallRefused).with(details)).await?;
                tx.commit().await?;
                return Err(invalid_grant());
            }
        };
        let scopes = standing.approved.min(grantable);
        let access = self.issue_access_token(&mut tx, &standing, scopes, 1).await?;
        let refresh = self.issue_refresh_token(&mut tx, row.organization_id, row.connection_id, 1, now).await?;
        housekeeping::sweep_grants(&mut tx, row.organization_id, now).await?;
        connections::activate(&mut tx, row.organization_id, row.connection_id, now).await?;
        let details = Details::new().text("scope", &scopes.to_string());
        audit_events::insert(&mut tx, &event(Action::AccessIssued).with(details)).await?;
        tx.commit().await?;
        Ok(self.response(&access, &refresh, scopes))
    }
}

/// The PKCE verifier: 43 to 128 unreserved characters (RFC 7636 section 4.1).
fn verifier(parameters: &Parameters) -> Result<PkceCodeVerifier, Failure> {
    let text = parameters.require("code_verifier", "code_verifier is missing")?;
    let unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    if !(43..=128).contains(&text.len()) || !text.bytes().all(unreserved) {
        let description = "code_verifier must be 43 to 128 characters of A-Z a-z 0-9 - . _ ~";
        return Err(Failure::new(ErrorCode::InvalidRequest, description));
    }
    Ok(PkceCodeVerifier::new(text.to_owned()))
}

fn proves(verifier: &PkceCodeVerifier, challenge: &str) -> bool {
    let computed = PkceCodeChallenge::from_code_verifier_sha256(verifier);
    keys::same(computed.as_str().as_bytes(), challenge.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<PkceCodeVerifier, Failure> {
        verifier(&Parameters::parse(format!("code_verifier={text}").as_bytes()).unwrap())
    }

    #[test]
    fn g5_a_verifier_of_the_wrong_shape_is_refused_before_any_hash() {
        for bad in ["a".repeat(42), "a".repeat(129), "é".repeat(43), "a b".repeat(20), String::new()] {
            assert_eq!(read(&bad).unwrap_err().code, ErrorCode::InvalidRequest, "{bad}");
        }
    }

    #[test]
    fn the_example_of_rfc_7636_appendix_b_holds() {
        let verifier = read("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();
        assert!(proves(&verifier, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
        assert!(!proves(&verifier, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN"));
    }
}
