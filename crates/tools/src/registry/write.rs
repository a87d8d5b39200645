//! A write from its claim to its commit: repeated calls are told, tried ones undone, done ones recorded.

use lavori_store::audit_events;
use lavori_store::changes::{self, By};
use lavori_store::request_keys::{self, Claim};
use serde_json::{Map, Value};

use super::{Answer, InvokeError, Recorded, Registry};
use crate::access::Write;
use crate::call::Call;
use crate::error::{Code, Error, Problem};
use crate::tool::{Registered, Running};
use crate::writing::Options;

/// How a tool that writes is run.
pub(crate) type RunWrite = for<'a, 'c> fn(&'a mut Call<'c, Write>, &'a Value) -> Running<'a>;

/// What became of a write.
pub(super) enum Ended {
    /// It is committed, with its record.
    Committed(Answer),
    /// Nothing was done, and its record is still to be made: the word for it, and what is answered.
    Undone(&'static str, Result<String, Error>),
}

impl Registry {
    /// Runs a write whose arguments were checked.
    pub(super) async fn write(
        &self,
        recorded: &Recorded<'_>,
        tool: &Registered,
        run: RunWrite,
        options: Options,
        arguments: &Value,
    ) -> Result<Ended, InvokeError> {
        let caller = recorded.caller;
        let organization = caller.tenant.organization;
        let request = options.request(caller, tool.name, tool.effect, arguments);
        let mut tx = match self.begin(caller).await? {
            Ok(tx) => tx,
            Err(refusal) => {
                self.record_refusal(caller, recorded.origin, tool.name, &refusal.to_string()).await?;
                return Err(InvokeError::CutOff(refusal));
            }
        };
        let dry_run = options.dry_run;
        if let (Some(request), false) = (request, dry_run) {
            let told = match request_keys::claim(&mut tx, organization, request, caller.now).await? {
                Claim::First => None,
                Claim::Done(answer) => Some(("replayed", again(&answer))),
                Claim::Reused => Some((Code::RequestKeyReused.as_str(), Err(reused()))),
            };
            if let Some((word, outcome)) = told {
                tx.rollback().await?;
                return Ok(Ended::Undone(word, outcome));
            }
        }
        let mut call = self.call(caller, tool.name, arguments, tx);
        call.options = options;
        let json = match run(&mut call, arguments).await {
            Ok(json) if dry_run => {
                call.db.rollback().await?;
                return Ok(Ended::Undone("dry_run", Ok(json)));
            }
            Ok(json) => json,
            Err(error) => {
                call.db.rollback().await?;
                let word = super::word_of(&error);
                return Ok(Ended::Undone(word, Err(error)));
            }
        };
        let by = By { organization, person: caller.person, connection: Some(caller.connection), at: caller.now };
        // What cannot be recorded now is not done now, and may be tried again.
        if let Some(event) = recorded.event("ok", &call.changed) {
            audit_events::insert(&mut call.db, &event).await.map_err(InvokeError::Busy)?;
        }
        if let Some(request) = request {
            request_keys::answer(&mut call.db, organization, request.key, &json).await?;
        }
        changes::append(&mut call.db, by, &call.changes).await.map_err(InvokeError::Busy)?;
        call.db.commit().await?;
        Ok(Ended::Committed(Answer { json, is_error: false }))
    }
}

/// The first answer, which says that it is given again.
fn again(answer: &str) -> Result<String, Error> {
    let mut answer: Map<String, Value> =
        serde_json::from_str(answer).map_err(|error| Error::Internal(Box::new(error)))?;
    answer.insert("replayed".to_owned(), Value::Bool(true));
    crate::json::write(&answer).map_err(|error| Error::Internal(Box::new(error)))
}

fn reused() -> Error {
    let message = "This key named another write. Nothing was done: give a new write a new key, and send a repeated one \
                   with exactly the arguments it had.";
    Problem::new(Code::RequestKeyReused, message).field("request_key").into()
}
