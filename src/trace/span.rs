//! Spans of the crate `tracing`.

use tracing::Span;
use tracing::field::display;

use super::Trace;

/// With the feature `tracing`.
#[cfg_attr(docsrs, doc(cfg(feature = "tracing")))]
impl Trace {
    /// A span at the level `info` for the work on a message, with the fields `trace_id` and `span_id`, so that all events
    /// inside of it show them.
    ///
    /// The span's name is `message`, as the names of spans are fixed in the program; `name` is in the field `otel.name`, which the
    /// crate `tracing-opentelemetry` takes for the name.
    ///
    /// ```
    /// use ferromq::trace::Trace;
    ///
    /// let trace = Trace::start();
    /// let _working = trace.span("price an order").entered();
    /// tracing::info!("priced"); // INFO message{otel.name="price an order" trace_id=0af7... span_id=b7ad...}: priced
    /// ```
    pub fn span(&self, name: &str) -> Span {
        tracing::info_span!(
            "message",
            otel.name = name,
            trace_id = display(self.trace_id()),
            span_id = display(self.span_id()),
        )
    }

    /// Records the IDs on a span of the program's own, in the fields `trace_id` and `span_id`, which it must have been
    /// made with.
    ///
    /// ```
    /// use ferromq::trace::Trace;
    /// use tracing::field::Empty;
    ///
    /// let span = tracing::info_span!("order", number = 7, trace_id = Empty, span_id = Empty);
    /// Trace::start().record_on(&span);
    /// ```
    pub fn record_on(&self, span: &Span) {
        span.record("trace_id", display(self.trace_id()));
        span.record("span_id", display(self.span_id()));
    }
}
