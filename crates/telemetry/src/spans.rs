//! Our spans as OpenTelemetry's.
//!
//! A request's span is open before it is known which trace it belongs to: an MCP message may name one that the headers
//! do not (`_meta`). So a span becomes OpenTelemetry's when it is closed and everything about it is known; a bridge that
//! starts one when ours is entered could not take the parent any more.

use std::sync::Arc;
use std::time::SystemTime;

use opentelemetry::trace::{SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState};
use opentelemetry::{InstrumentationScope, KeyValue, Value};
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator, SpanData, SpanEvents, SpanLinks, SpanProcessor};
use tracing::Subscriber;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::{LookupSpan, SpanRef};

/// Hands finished spans to a processor.
pub(crate) struct Spans<P> {
    processor: Arc<P>,
    sample_percent: u8,
    scope: InstrumentationScope,
}

/// A span that is not closed yet.
struct Open {
    span_id: SpanId,
    started: SystemTime,
    /// Its own trace, if nobody names another.
    trace_id: TraceId,
    is_sampled: bool,
    fields: Fields,
}

/// What was recorded of it.
#[derive(Default)]
struct Fields {
    /// What the client named: its trace, its span, its decision.
    trace_id: Option<TraceId>,
    parent_id: Option<SpanId>,
    flags: Option<TraceFlags>,
    failed: bool,
    attributes: Vec<KeyValue>,
}

impl Visit for Fields {
    fn record_debug(&mut self, _field: &Field, _value: &dyn std::fmt::Debug) {
        // Only texts and numbers that somebody chose to send.
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "trace_id" => self.trace_id = TraceId::from_hex(value).ok(),
            "parent_id" => self.parent_id = SpanId::from_hex(value).ok(),
            "trace_flags" => self.flags = u8::from_str_radix(value, 16).ok().map(TraceFlags::new),
            name => self.attributes.push(KeyValue::new(name, value.to_owned())),
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        // RFC 9110 section 15.6: what went wrong here, and not at the client.
        self.failed |= field.name() == "status" && value >= 500;
        self.attributes.push(KeyValue::new(field.name(), Value::I64(value.try_into().unwrap_or(i64::MAX))));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.attributes.push(KeyValue::new(field.name(), value));
    }
}

impl<P: SpanProcessor> Spans<P> {
    pub(crate) fn new(processor: Arc<P>, sample_percent: u8) -> Self {
        Self { processor, sample_percent, scope: InstrumentationScope::builder("lavori").build() }
    }

    /// The finished span; `None` where its trace is not sampled.
    fn finished<S>(&self, span: &SpanRef<'_, S>, now: SystemTime) -> Option<SpanData>
    where
        S: Subscriber + for<'s> LookupSpan<'s>,
    {
        // The outermost span of ours says which trace this is, and the next one outwards is the parent.
        let (mut parent_span_id, mut is_remote, mut trace) = (SpanId::INVALID, true, None);
        for (distance, outer) in span.scope().enumerate() {
            let extensions = outer.extensions();
            let Some(open) = extensions.get::<Open>() else { continue };
            if distance > 0 && parent_span_id == SpanId::INVALID {
                (parent_span_id, is_remote) = (open.span_id, false);
            }
            let is_sampled = open.fields.flags.map_or(open.is_sampled, |flags| flags.is_sampled());
            let remote = open.fields.parent_id.unwrap_or(SpanId::INVALID);
            trace = Some((open.fields.trace_id.unwrap_or(open.trace_id), remote, is_sampled));
        }
        let (trace_id, remote_parent, is_sampled) = trace?;
        if !is_sampled {
            return None;
        }
        if parent_span_id == SpanId::INVALID {
            parent_span_id = remote_parent;
        }
        let mut extensions = span.extensions_mut();
        let open = extensions.remove::<Open>()?;
        let flags = TraceFlags::SAMPLED;
        Some(SpanData {
            span_context: SpanContext::new(trace_id, open.span_id, flags, false, TraceState::NONE),
            parent_span_id,
            parent_span_is_remote: is_remote && parent_span_id != SpanId::INVALID,
            span_kind: if is_remote { SpanKind::Server } else { SpanKind::Internal },
            name: span.name().into(),
            start_time: open.started,
            end_time: now,
            attributes: open.fields.attributes,
            dropped_attributes_count: 0,
            events: SpanEvents::default(),
            links: SpanLinks::default(),
            status: if open.fields.failed { Status::error("") } else { Status::Unset },
            instrumentation_scope: self.scope.clone(),
        })
    }
}

impl<P, S> Layer<S> for Spans<P>
where
    P: SpanProcessor + 'static,
    S: Subscriber + for<'s> LookupSpan<'s>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let generator = RandomIdGenerator::default();
        let trace_id = generator.new_trace_id();
        let chance = trace_id.to_bytes()[15] as u32 * 100 / 256;
        let mut open = Open {
            span_id: generator.new_span_id(),
            started: now(),
            trace_id,
            is_sampled: chance < u32::from(self.sample_percent),
            fields: Fields::default(),
        };
        attributes.record(&mut open.fields);
        span.extensions_mut().insert(open);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(open) = span.extensions_mut().get_mut::<Open>() {
            values.record(&mut open.fields);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        if let Some(data) = context.span(&id).and_then(|span| self.finished(&span, now())) {
            self.processor.on_end(data);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "when something happened, told to whoever operates the server")]
fn now() -> SystemTime {
    SystemTime::now()
}
