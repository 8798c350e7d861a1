//! A `tracing` event for each decision; without that feature, nothing.

use std::fmt::Display;

#[cfg(feature = "tracing")]
use super::Status;
use super::{Decision, Request};
use crate::error::Error;

#[cfg(feature = "tracing")]
pub(super) fn decided(request: &Request, decision: &Decision) {
    let (status, text) = (decision.status().code(), decision.text());
    let (domain, address) = (request.domain(), request.address());
    let credentials = request.credentials();
    let user_id = decision.user_id();
    match decision.status() {
        Status::Success => tracing::debug!(domain, %address, ?credentials, user_id, status, "allowed"),
        Status::Internal => tracing::warn!(domain, %address, ?credentials, status, text, "failed"),
        _ => tracing::info!(domain, %address, ?credentials, status, text, "refused"),
    }
}

#[cfg(feature = "tracing")]
pub(super) fn malformed(reason: impl Display) {
    tracing::warn!(%reason, "a message that is no ZAP request");
}

#[cfg(feature = "tracing")]
pub(super) fn ended(error: &Error) {
    tracing::info!(%error, "the authenticator has ended");
}

#[cfg(not(feature = "tracing"))]
pub(super) fn decided(_request: &Request, _decision: &Decision) {}

#[cfg(not(feature = "tracing"))]
pub(super) fn malformed(_reason: impl Display) {}

#[cfg(not(feature = "tracing"))]
pub(super) fn ended(_error: &Error) {}
