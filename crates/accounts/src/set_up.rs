//! The first organization of a server without people, and its owner (PRODUCT.md P2).
//!
//! A page on the network could be opened by anybody first. So it asks for a code that only who reads the server's
//! output knows. Each start makes one, and each replica's is good: whoever reads one log need not read the others.

use lavori_audit::{Action, Details, Event, Origin};
use lavori_domain::organizations::{Organization, OrganizationState, Person, PersonState, Role};
use lavori_domain::{Currency, Env, Id, TimeZone, Timestamp};
use lavori_policy::Switches;
use lavori_store::locks::{self, Guarded};
use lavori_store::{Conn, SecretHash, Store, Tx, audit_events, clock, memberships, organizations, people, set_up};

use crate::checked;
use crate::error::Error;

/// The letters of a code: no two look alike (Crockford's base 32).
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters in a code: 80 bits.
const LENGTH: usize = 16;
/// So many wrong codes are looked at within [`WINDOW`]; then nobody's is.
const GUESSES: i32 = 5;
/// How long wrong codes are counted together, in seconds.
const WINDOW: i64 = 60;

/// A set-up code in clear: printed once, kept nowhere.
pub struct Code(String);

impl Code {
    fn new(env: &dyn Env) -> Self {
        let mut random = [0; LENGTH];
        env.fill(&mut random);
        // 256 is a multiple of 32: every letter is as likely as any other.
        Self(random.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
    }

    /// Reads a code as people type it: in groups or not, in either case, with O for 0 and I or L for 1.
    fn read(text: &str) -> Self {
        let letters = text.chars().filter(|c| c.is_ascii_alphanumeric()).take(2 * LENGTH);
        Self(
            letters
                .map(|letter| match letter.to_ascii_uppercase() {
                    'O' => '0',
                    'I' | 'L' => '1',
                    letter => letter,
                })
                .collect(),
        )
    }

    /// The code in groups of four, for the one line it is printed on.
    pub fn expose(&self) -> String {
        self.0.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-")
    }

    fn hash(&self) -> SecretHash {
        SecretHash::of(&self.0)
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code(..)")
    }
}

/// The first organization and its owner, checked.
#[derive(Debug, Clone)]
pub struct Founding {
    name: String,
    slug: String,
    time_zone: TimeZone,
    currency: Currency,
    owner: String,
    email: String,
}

/// What was typed about them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Typed<'a> {
    /// The organization's name.
    pub name: &'a str,
    /// Its name in URLs; made from its name if empty.
    pub slug: &'a str,
    /// Its IANA time zone.
    pub time_zone: &'a str,
    /// Its ISO 4217 currency.
    pub currency: &'a str,
    /// The owner's name.
    pub owner: &'a str,
    /// The owner's e-mail address.
    pub email: &'a str,
}

/// What is wrong with what was typed, at each field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mistakes {
    /// With the organization's name.
    pub name: Option<String>,
    /// With its name in URLs.
    pub slug: Option<String>,
    /// With its time zone.
    pub time_zone: Option<String>,
    /// With its currency.
    pub currency: Option<String>,
    /// With the owner's name.
    pub owner: Option<String>,
    /// With the owner's address.
    pub email: Option<String>,
}

impl std::fmt::Display for Mistakes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let all = [&self.name, &self.slug, &self.time_zone, &self.currency, &self.owner, &self.email];
        f.write_str(&all.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" "))
    }
}

impl std::error::Error for Mistakes {}

impl Founding {
    /// Checks what was typed.
    ///
    /// # Errors
    /// Every value that cannot be.
    pub fn check(typed: &Typed<'_>) -> Result<Self, Box<Mistakes>> {
        let name = checked::name(typed.name, "the organization");
        // Nothing can be made from a name that cannot be: that is said at the name.
        let slug = match &name {
            Err(_) if typed.slug.trim().is_empty() => Ok(String::new()),
            Err(_) => checked::slug(typed.slug, ""),
            Ok(name) => checked::slug(typed.slug, name),
        };
        let time_zone = checked::time_zone(typed.time_zone);
        let currency = checked::currency(typed.currency);
        let owner = checked::name(typed.owner, "the owner");
        let email = checked::email(typed.email);
        match (name, slug, time_zone, currency, owner, email) {
            (Ok(name), Ok(slug), Ok(time_zone), Ok(currency), Ok(owner), Ok(email)) => {
                Ok(Self { name, slug, time_zone, currency, owner, email })
            }
            (name, slug, time_zone, currency, owner, email) => Err(Box::new(Mistakes {
                name: checked::why(name),
                slug: checked::why(slug),
                time_zone: checked::why(time_zone),
                currency: checked::why(currency),
                owner: checked::why(owner),
                email: checked::why(email),
            })),
        }
    }

    /// The owner's address, as it is kept.
    pub fn email(&self) -> &str {
        &self.email
    }

    /// The organization's name in URLs.
    pub fn slug(&self) -> &str {
        &self.slug
    }
}

/// Whether the server waits for its set-up: nobody is there.
///
/// # Errors
/// When the store fails.
pub async fn is_open(conn: &mut Conn) -> Result<bool, Error> {
    Ok(!people::any(conn).await?)
}

/// Makes a code, if the server waits for its set-up.
///
/// # Errors
/// When the store fails.
pub async fn announce(store: &Store, env: &dyn Env) -> Result<Option<Code>, Error> {
    let mut tx = store.begin().await?;
    locks::take_alone(&mut tx, Guarded::SetUp, None).await?;
    if !is_open(&mut tx).await? {
        return Ok(None);
    }
    let code = Code::new(env);
    let now = clock::now(&mut tx).await?;
    set_up::insert_code(&mut tx, code.hash(), now).await?;
    tx.commit().await?;
    Ok(Some(code))
}

/// Checks a code before any work is done for whoever sent it. A wrong one counts.
///
/// # Errors
/// [`Error::Refused`] for a wrong one, [`Error::TooMany`] when there were too many of them, [`Error::NotFound`] when the
/// server is set up.
pub async fn check_code(store: &Store, code: &str) -> Result<(), Error> {
    let mut tx = begin(store).await?;
    let now = clock::now(&mut tx).await?;
    let (since, wrong) = match set_up::guesses(&mut tx).await? {
        Some((since, wrong)) if now < since.plus_seconds(WINDOW) => (since, wrong),
        _ => (now, 0),
    };
    if wrong >= GUESSES {
        return Err(Error::TooMany { seconds: since.plus_seconds(WINDOW).seconds_since(now).max(1) });
    }
    if is_right(&mut tx, code).await? {
        return Ok(());
    }
    set_up::set_guesses(&mut tx, since, wrong + 1).await?;
    tx.commit().await?;
    Err(Error::refused("That is not the set-up code. Copy it from the line that the server printed at its last start."))
}

/// Makes the first organization and its owner, for whoever knows a code. `password_hash` is a PHC string.
///
/// # Errors
/// [`Error::NotFound`] when somebody was faster, [`Error::Refused`] for a wrong code.
pub async fn found(
    store: &Store,
    env: &dyn Env,
    code: &str,
    founding: &Founding,
    password_hash: &str,
    origin: &Origin,
) -> Result<(), Error> {
    let mut tx = begin(store).await?;
    if !is_right(&mut tx, code).await? {
        return Err(Error::refused("That set-up code is not good any more. Use the one that was printed last."));
    }
    make(tx, env, founding, password_hash, "set-up page", origin).await
}

/// The same, for the operator at the command line.
///
/// # Errors
/// [`Error::NotFound`] when there are people already.
pub async fn bootstrap(store: &Store, env: &dyn Env, founding: &Founding, password_hash: &str) -> Result<(), Error> {
    let tx = begin(store).await?;
    make(tx, env, founding, password_hash, "operator", &Origin::default()).await
}

/// A transaction that nobody else can set the server up beside.
async fn begin(store: &Store) -> Result<Tx, Error> {
    let mut tx = store.begin().await?;
    locks::take_alone(&mut tx, Guarded::SetUp, None).await?;
    if is_open(&mut tx).await? { Ok(tx) } else { Err(Error::NotFound) }
}

async fn is_right(tx: &mut Tx, code: &str) -> Result<bool, Error> {
    let given = Code::read(code).hash();
    // Each is compared, whatever the others said.
    let found = set_up::codes(tx).await?.iter().filter(|known| known.is(&given)).count();
    Ok(found > 0)
}

async fn make(
    mut tx: Tx,
    env: &dyn Env,
    founding: &Founding,
    password_hash: &str,
    by: &str,
    origin: &Origin,
) -> Result<(), Error> {
    let now: Timestamp = clock::now(&mut tx).await?;
    let organization = Organization {
        id: Id::new(env),
        slug: founding.slug.clone(),
        name: founding.name.clone(),
        time_zone: founding.time_zone,
        currency: founding.currency,
        state: OrganizationState::Active,
        created_at: now,
    };
    let owner = Person {
        id: Id::new(env),
        email: founding.email.clone(),
        name: founding.owner.clone(),
        state: PersonState::Active,
        created_at: now,
    };
    // Writing is off until an owner or admin turns it on (P19).
    organizations::insert(&mut tx, &organization, Switches::new(false, false)).await?;
    people::insert(&mut tx, &owner, Some(password_hash)).await?;
    memberships::insert(&mut tx, organization.id, owner.id, Role::Owner, now).await?;
    set_up::close(&mut tx).await?;
    let details = Details::new().text("name", &organization.name).text("slug", &organization.slug).text("by", by);
    let event = Event::new(env, Action::OrganizationCreated, origin.clone());
    audit_events::insert(&mut tx, &event.by(owner.id).within(organization.id).with(details)).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use lavori_domain::env::TestEnv;

    #[test]
    fn p2_a_code_has_80_bits_and_reads_back_however_it_is_typed() {
        let code = Code::new(&TestEnv::default());
        let shown = code.expose();
        assert_eq!(shown.len(), 19);
        assert!(shown.split('-').all(|group| group.len() == 4), "{shown}");
        for typed in
            [shown.clone(), shown.to_lowercase(), shown.replace('-', " "), shown.replace('0', "o").replace('1', "l")]
        {
            assert!(Code::read(&typed).hash().is(&code.hash()), "{typed}");
        }
        assert!(!Code::read(&shown[1..]).hash().is(&code.hash()));
        assert_eq!(format!("{code:?}"), "Code(..)");
    }

    #[test]
    fn p2_every_mistake_is_told_at_once_and_at_its_field() {
        let mistakes = Founding::check(&Typed::default()).unwrap_err();
        let Mistakes { name, slug, time_zone, currency, owner, email } = &*mistakes;
        assert!([name, time_zone, currency, owner, email].into_iter().all(Option::is_some), "{mistakes:?}");
        assert_eq!(slug, &None, "it would have been made from the name");
        assert!(mistakes.to_string().contains("time zone") && mistakes.to_string().contains("currency"));
        let good = Typed {
            name: "Luce",
            slug: "",
            time_zone: "Europe/Rome",
            currency: "eur",
            owner: "Ada",
            email: "Ada@Luce.Example",
        };
        let founding = Founding::check(&good).unwrap();
        assert_eq!((founding.slug(), founding.email()), ("luce", "ada@luce.example"));
        let mistakes = Founding::check(&Typed { slug: "No", ..good }).unwrap_err();
        assert_eq!(*mistakes, Mistakes { slug: mistakes.slug.clone(), ..Mistakes::default() });
        assert!(mistakes.slug.is_some());
    }
}
