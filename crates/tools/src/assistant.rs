//! The surface of an in-app assistant: the same registry for tools of every effect. Nothing mounts it on MCP: the endpoint
//! takes a [`Registry`], and this is none.

use std::sync::Arc;

use lavori_audit::Origin;
use lavori_domain::Env;
use lavori_policy::Caller;
use lavori_store::Store;
use lavori_store::recorder::Recorder;
use serde_json::{Map, Value};

use crate::config::Config;
use crate::list::ToolSet;
use crate::registry::{Answer, InvokeError, Registry, RegistryError};
use crate::tool::AnyTool;

/// Tools for an assistant inside the embedder's own product, where the person looks on: deletes, messages and content
/// among them. Scopes, arguments, transactions and the audit log are as over MCP.
pub struct Assistant(Registry);

impl Assistant {
    /// Makes the surface of `tools`, in this order.
    ///
    /// # Errors
    /// When two tools share a name, or a schema is none.
    pub fn new(
        store: Store,
        recorder: Recorder,
        env: Arc<dyn Env>,
        config: Config,
        tools: Vec<AnyTool>,
    ) -> Result<Self, RegistryError> {
        let tools = tools.into_iter().map(AnyTool::into_inner).collect();
        Ok(Self(Registry::of_any(store, recorder, env, config, tools)?))
    }

    /// The same as [`Registry::with`].
    #[must_use]
    pub fn with<T: Send + Sync + 'static>(self, own: T) -> Self {
        Self(self.0.with(own))
    }

    /// The tools that `caller` is shown.
    pub fn list_for(&self, caller: &Caller) -> &ToolSet {
        self.0.list_for(caller)
    }

    /// Runs a tool for `caller`.
    ///
    /// # Errors
    /// As [`Registry::invoke`].
    pub async fn invoke(
        &self,
        caller: &Caller,
        origin: &Origin,
        name: &str,
        arguments: Map<String, Value>,
    ) -> Result<Answer, InvokeError> {
        self.0.invoke(caller, origin, name, arguments).await
    }
}
