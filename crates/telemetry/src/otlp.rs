//! Traces on their way to a collector: OTLP over HTTP, in batches, never in a request's way.

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use lavori_fetch::{Fetcher, Network, SetupError};
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{BatchSpanProcessor, SpanProcessor};
use tokio::runtime::Handle;
use url::Url;

pub(crate) type Processor = BatchSpanProcessor;

/// A collector that traces are sent to.
#[derive(Debug)]
pub struct Traces {
    url: Url,
    sample_percent: u8,
    client: Through,
}

/// Our own client, which other programs' traffic goes through as well: it knows this machine's authorities.
#[derive(Debug)]
struct Through {
    fetcher: Fetcher,
    /// The processor's thread is not the runtime's.
    runtime: Handle,
}

#[async_trait]
impl HttpClient for Through {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (fetcher, request) = (self.fetcher.clone(), request.map(|body| body.to_vec()));
        let response = self.runtime.spawn(async move { fetcher.send(request).await }).await??;
        Ok(response.map(Bytes::from))
    }
}

impl Traces {
    /// To the collector at `endpoint`, a base URL as OpenTelemetry has it: `/v1/traces` is added. Of the requests that
    /// belong to no trace, `sample_percent` are traced. Within a runtime.
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn to(endpoint: &Url, sample_percent: u8, network: &Network) -> Result<Self, SetupError> {
        let mut url = endpoint.clone();
        url.set_path(&format!("{}/v1/traces", endpoint.path().trim_end_matches('/')));
        let fetcher = Fetcher::for_configured(network, [endpoint])?;
        Ok(Self { url, sample_percent, client: Through { fetcher, runtime: Handle::current() } })
    }

    pub(crate) fn sample_percent(&self) -> u8 {
        self.sample_percent
    }

    pub(crate) fn processor(self) -> Result<Processor, ExporterBuildError> {
        let exporter = SpanExporter::builder().with_http().with_http_client(self.client).with_endpoint(self.url);
        let mut processor = BatchSpanProcessor::builder(exporter.build()?).build();
        let version = opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let resource = Resource::builder_empty().with_service_name("lavori-server").with_attribute(version);
        processor.set_resource(&resource.build());
        Ok(processor)
    }
}
