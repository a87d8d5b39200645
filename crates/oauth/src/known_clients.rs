//! Finding the client behind an id: registered, entered by the operator, or described by its own document.

use crate::authorize::Refusal;
use crate::client::Client;
use crate::error::{ErrorCode, Failure};
use crate::metadata_document::{DocumentUrl, Trouble, Unusable};
use crate::server::AuthorizationServer;

impl AuthorizationServer {
    /// The client behind an id: registered dynamically, entered by the operator, or described by the document that the
    /// id is the URL of, which is fetched now unless it is still fresh.
    ///
    /// # Errors
    /// [`Refusal::Page`], [`Refusal::Document`] or [`Refusal::Overloaded`]: never a redirect, for there is nobody yet
    /// whose redirect URI could be believed.
    pub(crate) async fn find_client(&self, id: &str) -> Result<Client, Refusal> {
        if let Some(client) = self.registered_client(id).or_else(|| self.configured_clients.find(id).cloned()) {
            return Ok(client);
        }
        let page = |description| Refusal::Page(Failure::new(ErrorCode::InvalidClient, description));
        if !DocumentUrl::is_meant(id) {
            return Err(page("this client is not registered here"));
        }
        let url = DocumentUrl::parse(id).map_err(page)?;
        self.documents.read(&url).await.map_err(|trouble| match trouble {
            Trouble::Unusable(problem) => Refusal::Document(Unusable { url: url.as_str().to_owned(), problem }),
            Trouble::Overloaded(seconds) => Refusal::Overloaded { seconds },
        })
    }

    /// Whether an id can be a client's, told without asking anybody: at the token endpoint a document's URL is only
    /// compared with what was frozen (OAUTH.md decision 3).
    pub(crate) fn may_be_client(&self, id: &str) -> bool {
        self.registered_client(id).is_some()
            || self.configured_clients.find(id).is_some()
            || DocumentUrl::parse(id).is_ok()
    }
}
