//! Consent: the person picks one organization, perhaps one team, and what the client may do; everything is read anew
//! in the transaction that grants it.

use lavori_audit::{Action, Details, Event, Origin};
use lavori_domain::organizations::{OrganizationState, Team};
use lavori_domain::{ConnectionId, OrganizationId, PersonId, TokenId};
use lavori_policy::Scopes;
use lavori_policy::client_domains::admit;
use lavori_store::authorization_codes::AuthorizationCode;
use lavori_store::authorization_requests::AuthorizationRequest;
use lavori_store::connections::Connection;
use lavori_store::memberships::Membership;
use lavori_store::sessions::Session;
use lavori_store::{
    Conn, Store, Tx, audit_events, authorization_codes, authorization_requests, client_domains, clock, connections,
    locks, memberships, organizations, teams,
};

use crate::authorize::Pending;
use crate::client::Client;
use crate::error::{Error, ErrorCode, Failure};
use crate::housekeeping;
use crate::resource::Resource;
use crate::secret::{PlainSecret, SecretKind};
use crate::server::AuthorizationServer;

/// A stored request with its client and resource readable again.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The client, frozen.
    pub client: Client,
    /// The connector URL, which may fix organization and team.
    pub resource: Resource,
    /// The row.
    pub request: AuthorizationRequest,
}

impl Asked {
    /// The request as it was before anybody signed in, for somebody else to sign in with.
    pub fn pending(&self) -> Pending {
        Pending {
            client: self.client.clone(),
            redirect_uri: self.request.redirect_uri.clone(),
            redirect_uri_given: self.request.redirect_uri_given,
            state: self.request.state.clone(),
            scope: self.request.scope.clone(),
            code_challenge: self.request.code_challenge.clone(),
            resource: self.request.resource.clone(),
        }
    }
}

/// An organization the person may pick, or not, with everything the page says about it.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The membership and the switches.
    pub membership: Membership,
    /// Its teams.
    pub teams: Vec<Team>,
    /// Who can turn its switches on.
    pub administrators: Vec<String>,
    /// Whether the organization lets in clients of this client's domain (OAUTH.md B15).
    pub client_admitted: bool,
}

impl Choice {
    /// Why the organization cannot be picked, if it cannot (PRODUCT.md P1).
    pub fn unavailable(&self) -> Option<&'static str> {
        closed_to(&self.membership).or((!self.client_admitted).then_some(TURNED_AWAY))
    }

    /// Whether the one reason is that the organization does not let in clients of this domain.
    pub fn turns_away(&self) -> bool {
        self.unavailable() == Some(TURNED_AWAY)
    }
}

/// Why a member can connect no client at all to their organization, if they cannot (PRODUCT.md P1).
pub(crate) fn closed_to(membership: &Membership) -> Option<&'static str> {
    if membership.state != OrganizationState::Active {
        return Some("This organization is suspended.");
    }
    (!membership.role.may_connect_clients())
        .then_some("You are a contractor here, and contractors cannot connect clients. Ask an owner or admin.")
}

const TURNED_AWAY: &str = "This organization lets in clients of certain domains only, and this client is of none of \
     them. An owner or admin can add its domain in the organization's settings.";

/// What the person sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The organization's name in URLs.
    pub organization: String,
    /// The team's name in URLs; none for all teams.
    pub team: Option<String>,
    /// What the two toggles say.
    pub scopes: Scopes,
}

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// Back to the client with a code, or with `access_denied`.
    Redirect(String),
    /// The organization's switches do not allow it: nothing was granted, and the request still waits (P10).
    SwitchedOff(Box<Choice>, Option<Team>),
    /// The choice cannot be: nothing was granted, and the request still waits.
    Impossible(&'static str),
    /// The request was decided before, has expired, or was never this session's.
    Gone,
}

/// The organization and team of a decision, as the person may pick them now; or why not, in words for the person.
enum Chosen {
    Yes(Box<Choice>, Option<Team>),
    No(&'static str),
    /// The organization does not let the client in, which its log tells.
    TurnedAway(Box<Choice>, &'static str),
}

impl AuthorizationServer {
    /// Stores a request for a person who is signed in, and gives its handle.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn ask(&self, store: &Store, pending: &Pending, session: &Session) -> Result<PlainSecret, Error> {
        let handle = PlainSecret::new(&*self.env, SecretKind::Request);
        let mut tx = store.begin().await?;
        let now = clock::now(&mut tx).await?;
        let request = AuthorizationRequest {
            handle_hash: handle.hash(),
            session_id: session.id,
            client_id: pending.client.id.clone(),
            client: pending.client.to_json(),
            redirect_uri: pending.redirect_uri.clone(),
            redirect_uri_given: pending.redirect_uri_given,
            state: pending.state.clone(),
            scope: pending.scope.clone(),
            code_challenge: pending.code_challenge.clone(),
            resource: pending.resource.clone(),
            created_at: now,
            expires_at: now.plus_seconds(self.lifetimes.request),
            decided_at: None,
        };
        authorization_requests::insert(&mut tx, &request).await?;
        housekeeping::sweep_requests(&mut tx, now).await?;
        tx.commit().await?;
        Ok(handle)
    }

    /// The request behind a handle, if it still waits for this session's person.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn asked(&self, conn: &mut Conn, handle: &str, session: &Session) -> Result<Option<Asked>, Error> {
        let Some(handle) = PlainSecret::parse(SecretKind::Request, handle) else { return Ok(None) };
        let Some(request) = authorization_requests::find(conn, handle.hash(), session.id).await? else {
            return Ok(None);
        };
        let client =
            Client::from_json(&request.client).ok_or(Error::Internal("a frozen client cannot be read back"))?;
        let resource = Resource::parse(&self.origin, &request.resource)
            .ok_or(Error::Internal("a stored resource is not of this server"))?;
        Ok(Some(Asked { client, resource, request }))
    }

    /// The organizations of a person, each with what the page says about it and this request's client.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn choices(&self, conn: &mut Conn, person: PersonId, asked: &Asked) -> Result<Vec<Choice>, Error> {
        let domain = asked.client.domain(&asked.request.redirect_uri);
        let memberships = memberships::list_of(conn, person).await?;
        let ids: Vec<OrganizationId> = memberships.iter().map(|membership| membership.organization).collect();
        let teams = teams::list(conn, &ids).await?;
        let administrators = memberships::administrators(conn, &ids).await?;
        let domains = client_domains::list(conn, &ids).await?;
        Ok(memberships
            .into_iter()
            .map(|membership| {
                let of = membership.organization;
                let listed: Vec<&str> = domains
                    .iter()
                    .filter(|(organization, _)| *organization == of)
                    .map(|(_, domain)| &**domain)
                    .collect();
                Choice {
                    client_admitted: admit(&listed, domain.as_deref()),
                    teams: teams.iter().filter(|team| team.organization == of).cloned().collect(),
                    administrators: administrators
                        .iter()
                        .filter(|(organization, _)| *organization == of)
                        .map(|(_, name)| name.clone())
                        .collect(),
                    membership,
                }
            })
            .collect())
    }

    /// Notes that the organization a connector URL fixes does not let the request's client in: its person was told on
    /// the consent page, and can only go back (OAUTH.md B15).
    ///
    /// # Errors
    /// When the store fails.
    pub async fn note_turned_away(
        &self,
        store: &Store,
        asked: &Asked,
        session: &Session,
        choice: &Choice,
        origin: &Origin,
    ) -> Result<(), Error> {
        let mut tx = store.begin().await?;
        self.record_turned_away(&mut tx, asked, session, choice, origin).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn record_turned_away(
        &self,
        tx: &mut Tx,
        asked: &Asked,
        session: &Session,
        choice: &Choice,
        origin: &Origin,
    ) -> Result<(), Error> {
        let domain = asked.client.domain(&asked.request.redirect_uri);
        let details = Details::new()
            .text("client", &asked.client.name)
            .text("domain", domain.as_deref().unwrap_or("none"))
            .text("reason", "the organization does not let in clients of this domain");
        let event = Event::new(&*self.env, Action::ConnectionRefused, origin.clone());
        let event = event.by(session.person).within(choice.membership.organization).with(details);
        audit_events::insert(tx, &event).await?;
        Ok(())
    }

    /// Refuses the client: it gets `access_denied`.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn deny(
        &self,
        store: &Store,
        handle: &str,
        session: &Session,
        origin: &Origin,
    ) -> Result<Outcome, Error> {
        let mut tx = store.begin().await?;
        let Some(asked) = self.asked(&mut tx, handle, session).await? else { return Ok(Outcome::Gone) };
        if !take(&mut tx, &asked).await? {
            return Ok(Outcome::Gone);
        }
        let details = Details::new()
            .text("client", &asked.client.name)
            .text("client_id", &asked.client.id)
            .text("redirect_uri", &asked.request.redirect_uri);
        let event = Event::new(&*self.env, Action::ConnectionDenied, origin.clone()).by(session.person).with(details);
        audit_events::insert(&mut tx, &event).await?;
        tx.commit().await?;
        let denied = Failure::new(ErrorCode::AccessDenied, "the person refused");
        let AuthorizationRequest { redirect_uri, state, .. } = &asked.request;
        Ok(Outcome::Redirect(self.error_redirect(redirect_uri, state.as_deref(), &denied)))
    }

    /// Grants what the person decided, if all of it can be granted now, and gives the client its code.
    ///
    /// # Errors
    /// When the store fails. Nothing is granted then.
    pub async fn allow(
        &self,
        store: &Store,
        handle: &str,
        session: &Session,
        decision: &Decision,
        origin: &Origin,
    ) -> Result<Outcome, Error> {
        let mut tx = store.begin().await?;
        let Some(asked) = self.asked(&mut tx, handle, session).await? else { return Ok(Outcome::Gone) };
        // Held until the grant is in: whoever ends the membership or narrows the client domains meanwhile waits, and
        // then finds this connection.
        if let Some(organization) = organizations::find_by_slug(&mut tx, &decision.organization).await? {
            let connection = ConnectionId::new(&*self.env);
            locks::share(&mut tx, organization.id, session.person, connection).await?;
        }
        let (choice, team) = match self.chosen(&mut tx, &asked, session, decision).await? {
            Chosen::Yes(choice, team) => (*choice, team),
            Chosen::No(why) => return Ok(Outcome::Impossible(why)),
            Chosen::TurnedAway(choice, why) => {
                self.record_turned_away(&mut tx, &asked, session, &choice, origin).await?;
                tx.commit().await?;
                return Ok(Outcome::Impossible(why));
            }
        };
        let Membership { organization, switches, role, .. } = choice.membership;
        if switches.grantable(role).is_none_or(|widest| decision.scopes > widest) {
            let details = Details::new().text("client", &asked.client.name).text("scope", &decision.scopes.to_string());
            let event = Event::new(&*self.env, Action::ConnectionRefused, origin.clone());
            audit_events::insert(&mut tx, &event.by(session.person).within(organization).with(details)).await?;
            tx.commit().await?;
            return Ok(Outcome::SwitchedOff(Box::new(choice), team));
        }
        // The first answer wins; a second one, however it came about, grants nothing (OAUTH.md F1).
        if !take(&mut tx, &asked).await? {
            return Ok(Outcome::Gone);
        }
        let code = self.grant(&mut tx, &asked, session, organization, team.as_ref(), decision.scopes, origin).await?;
        tx.commit().await?;
        let AuthorizationRequest { redirect_uri, state, .. } = &asked.request;
        Ok(Outcome::Redirect(self.redirect(redirect_uri, vec![("code", code.expose())], state.as_deref())))
    }

    async fn chosen(
        &self,
        tx: &mut Tx,
        asked: &Asked,
        session: &Session,
        decision: &Decision,
    ) -> Result<Chosen, Error> {
        if asked.resource.organization().is_some_and(|fixed| fixed != decision.organization) {
            return Ok(Chosen::No("The connector URL is for another organization."));
        }
        if asked.resource.team().is_some_and(|fixed| decision.team.as_deref() != Some(fixed)) {
            return Ok(Chosen::No("The connector URL is for another team."));
        }
        let choices = self.choices(tx, session.person, asked).await?;
        let Some(choice) = choices.into_iter().find(|choice| choice.membership.slug == decision.organization) else {
            return Ok(Chosen::No("You do not belong to that organization. Choose one of yours."));
        };
        match choice.unavailable() {
            Some(why) if choice.turns_away() => return Ok(Chosen::TurnedAway(Box::new(choice), why)),
            Some(why) => return Ok(Chosen::No(why)),
            None => {}
        }
        let team = match &decision.team {
            None => None,
            Some(slug) => match choice.teams.iter().find(|team| team.slug == *slug) {
                Some(team) => Some(team.clone()),
                None => return Ok(Chosen::No("The chosen organization has no such team. Choose one of its teams.")),
            },
        };
        Ok(Chosen::Yes(Box::new(choice), team))
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one grant, each of another origin")]
    async fn grant(
        &self,
        tx: &mut Tx,
        asked: &Asked,
        session: &Session,
        organization: OrganizationId,
        team: Option<&Team>,
        approved: Scopes,
        origin: &Origin,
    ) -> Result<PlainSecret, Error> {
        let now = clock::now(tx).await?;
        let connection = Connection {
            organization_id: organization,
            id: ConnectionId::new(&*self.env),
            person_id: session.person,
            team_id: team.map(|team| team.id),
            client_id: asked.request.client_id.clone(),
            client: asked.request.client.clone(),
            redirect_uri: asked.request.redirect_uri.clone(),
            resource: asked.request.resource.clone(),
            approved_scope: approved,
            created_at: now,
            activated_at: None,
            last_used_at: None,
            label: None,
            expires_at: now.plus_seconds(self.lifetimes.connection),
            revoked_at: None,
            revoke_reason: None,
        };
        connections::insert(tx, &connection).await?;
        let code = PlainSecret::new(&*self.env, SecretKind::AuthorizationCode);
        let row = AuthorizationCode {
            organization_id: organization,
            id: TokenId::new(&*self.env),
            code_hash: code.hash(),
            connection_id: connection.id,
            redirect_uri: asked.request.redirect_uri.clone(),
            redirect_uri_given: asked.request.redirect_uri_given,
            code_challenge: asked.request.code_challenge.clone(),
            issued_at: now,
            expires_at: now.plus_seconds(self.lifetimes.code),
            used_at: None,
        };
        authorization_codes::insert(tx, &row).await?;
        let details = Details::new()
            .text("client", &asked.client.name)
            .text("redirect_uri", &asked.request.redirect_uri)
            .text("scope", &approved.to_string())
            .text("team", team.map_or("all teams", |team| &team.slug));
        let event = Event::new(&*self.env, Action::ConnectionApproved, origin.clone());
        let event = event.by(session.person).on(organization, connection.id).with(details);
        audit_events::insert(tx, &event).await?;
        Ok(code)
    }
}

/// Marks the request decided. `false`: another decision came first.
async fn take(tx: &mut Tx, asked: &Asked) -> Result<bool, Error> {
    let now = clock::now(tx).await?;
    Ok(authorization_requests::decide(tx, asked.request.handle_hash, now).await?)
}
