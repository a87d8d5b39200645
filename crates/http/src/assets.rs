//! The stylesheet, script and icons: named by their content, so kept by browsers for good. The icons may be shown by
//! others: a host in a browser puts them beside the server's name.

use bytes::Bytes;
use http::StatusCode;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, HeaderName, HeaderValue};

use crate::respond::{self, Response};

const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The asset at `path`.
pub(crate) fn find(path: &str) -> Option<Response> {
    let asset = lavori_web::assets::find(path)?;
    let content_type = HeaderValue::from_static(asset.content_type);
    let mut response = respond::typed(StatusCode::OK, content_type, Bytes::from_static(asset.body));
    let headers = response.headers_mut();
    let keep = if asset.is_lasting() { "public, max-age=31536000, immutable" } else { "public, max-age=86400" };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
    if asset.is_picture() {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
    }
    Some(response)
}
