//! OpenTelemetry's `SpanContext`.

use opentelemetry::trace::{SpanContext, TraceState};
use opentelemetry::{SpanId as OtelSpanId, TraceFlags, TraceId as OtelTraceId};

use super::{SpanId, Trace, TraceId, TraceParent};

/// With the feature `opentelemetry`, and version 0.33 of that crate.
#[cfg_attr(docsrs, doc(cfg(feature = "opentelemetry")))]
impl Trace {
    /// The trace of a span of OpenTelemetry's, to be sent along with a message; `None` if the context is invalid, as it
    /// is where there is no span.
    ///
    /// ```
    /// use ferromq::trace::Trace;
    /// use opentelemetry::trace::SpanContext;
    ///
    /// let context = SpanContext::from(&Trace::start()); // of a message that was received
    /// let trace = Trace::from_span_context(&context).expect("it is valid");
    /// assert!(context.is_remote());
    /// assert_eq!(trace.trace_id().to_bytes(), context.trace_id().to_bytes());
    /// assert!(Trace::from_span_context(&SpanContext::empty_context()).is_none());
    /// ```
    pub fn from_span_context(context: &SpanContext) -> Option<Trace> {
        let trace_id = TraceId::from_bytes(context.trace_id().to_bytes())?;
        let span_id = SpanId::from_bytes(context.span_id().to_bytes())?;
        let trace = Trace::of(TraceParent::new(trace_id, span_id, context.is_sampled()));
        Some(trace.with_state(&context.trace_state().header()))
    }
}

/// The context of the remote span that sent the message: the parent of those that are started here. The hops are not in it, and
/// neither is a `tracestate` that OpenTelemetry does not take.
#[cfg_attr(docsrs, doc(cfg(feature = "opentelemetry")))]
impl From<&Trace> for SpanContext {
    fn from(trace: &Trace) -> SpanContext {
        let state = trace.state().and_then(|state| state.parse().ok());
        SpanContext::new(
            OtelTraceId::from_bytes(trace.trace_id().to_bytes()),
            OtelSpanId::from_bytes(trace.span_id().to_bytes()),
            if trace.is_sampled() { TraceFlags::SAMPLED } else { TraceFlags::NOT_SAMPLED },
            true,
            state.unwrap_or(TraceState::NONE),
        )
    }
}
