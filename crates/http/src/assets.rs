//! The stylesheet, script and icon: named by their content, so kept by browsers for good.

use bytes::Bytes;
use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue};

use crate::respond::{self, Response};

/// The asset at `path`.
pub(crate) fn find(path: &str) -> Option<Response> {
    let asset = lavori_web::assets::find(path)?;
    let content_type = HeaderValue::from_static(asset.content_type);
    let mut response = respond::typed(StatusCode::OK, content_type, Bytes::from_static(asset.body));
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    Some(response)
}
