//! Our guarded HTTP client as the library wants it.

use std::pin::Pin;

use lavori_fetch::{Error, Fetcher};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};

/// A [`Fetcher`] that the library may use.
pub(super) struct Outgoing<'f>(pub(super) &'f Fetcher);

impl<'c> AsyncHttpClient<'c> for Outgoing<'_> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Error>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.0.send(request))
    }
}
