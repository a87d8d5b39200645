//! A whole request in one step, for whoever has nothing to look at between reading and serving.

use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::{Endpoint, Response, code::INVALID_REQUEST, endpoint::too_large, response::Refusal};

/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(15);

impl Endpoint {
    /// Answers an authenticated request: collects its body within [`Config::max_body_bytes`](crate::Config) and 15
    /// seconds, then [`read`](Self::read)s and [`serve`](Self::serve)s it. What the layer above knows about the caller
    /// stands in the extensions of `parts`.
    pub async fn answer<B>(&self, parts: Parts, body: B) -> Response
    where
        B: BodyExt<Data = Bytes>,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let limit = self.config().max_body_bytes;
        let refusal = match tokio::time::timeout(PATIENCE, Limited::new(body, limit).collect()).await {
            Ok(Ok(body)) => match self.read(parts, body.to_bytes()) {
                Ok(incoming) => return self.serve(incoming).await,
                Err(response) => return *response,
            },
            Ok(Err(error)) if error.is::<LengthLimitError>() => too_large(limit),
            Ok(Err(_)) | Err(_) => Refusal::bad(INVALID_REQUEST, "The request did not arrive in time."),
        };
        *refusal.respond(None)
    }
}
