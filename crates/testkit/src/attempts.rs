//! What a client asks a server that may go away in the middle: no answer is an outcome like others.

use http::Method;
use serde_json::{Value, json};

use crate::client::{Answer, encode};
use crate::connect::{Connected, borrowed};

impl Connected {
    /// Calls a tool. `None`: no answer.
    pub async fn attempt_call(&self, tool: &str, arguments: &Value) -> Option<Answer> {
        let (headers, body) = self.message("tools/call", json!({"name": tool, "arguments": arguments}));
        self.http.attempt(Method::POST, &self.path, &borrowed(&headers), body).await
    }

    /// Presents the refresh token. `None`: no answer.
    pub async fn attempt_refresh(&self) -> Option<Answer> {
        let fields =
            [("grant_type", "refresh_token"), ("client_id", &self.client_id), ("refresh_token", &self.refresh_token)];
        self.attempt_form("/token", &fields).await
    }

    /// Gives the connection up (RFC 7009). `None`: no answer.
    pub async fn attempt_revoke(&self) -> Option<Answer> {
        self.attempt_form("/revoke", &[("client_id", &self.client_id), ("token", &self.refresh_token)]).await
    }

    async fn attempt_form(&self, path: &str, fields: &[(&str, &str)]) -> Option<Answer> {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        self.http.attempt(Method::POST, path, &headers, encode(fields)).await
    }
}
