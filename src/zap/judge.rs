//! Who decides about the peers of one mechanism, and where that runs.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::{Decision, Request};

pub(super) type Deciding = Pin<Box<dyn Future<Output = Decision> + Send>>;

type Decide<C> = dyn Fn(&C, &Request) -> Decision + Send + Sync;

/// Decides about requests of the mechanism whose credentials are a `C`.
pub(super) enum Judge<C> {
    /// Never waits, and so is asked on the authenticator's own thread.
    Quick(Arc<Decide<C>>),
    /// May wait, and is asked on a thread for that.
    Slow(Arc<Decide<C>>),
    /// Makes a future, which the authenticator's thread drives.
    Async(Arc<dyn Fn(C, Request) -> Deciding + Send + Sync>),
}

/// What became of a request.
pub(super) enum Verdict {
    Decided(Decision),
    /// It is decided by this, which may wait.
    Slow(Box<dyn FnOnce() -> Decision + Send>),
    Async(Deciding),
}

impl<C: Clone + Send + 'static> Judge<C> {
    pub(super) fn quick<D: Into<Decision>>(
        decide: impl Fn(&C, &Request) -> D + Send + Sync + 'static,
    ) -> Option<Self> {
        Some(Judge::Quick(Arc::new(move |credentials, request| decide(credentials, request).into())))
    }

    pub(super) fn slow<D: Into<Decision>>(
        decide: impl Fn(&C, &Request) -> D + Send + Sync + 'static,
    ) -> Option<Self> {
        Some(Judge::Slow(Arc::new(move |credentials, request| decide(credentials, request).into())))
    }

    pub(super) fn future<F>(decide: impl Fn(C, Request) -> F + Send + Sync + 'static) -> Option<Self>
    where
        F: Future<Output: Into<Decision>> + Send + 'static,
    {
        Some(Judge::Async(Arc::new(move |credentials, request| {
            let deciding = decide(credentials, request);
            Box::pin(async move { deciding.await.into() })
        })))
    }

    pub(super) fn ask(&self, credentials: &C, request: &Request) -> Verdict {
        match self {
            Judge::Quick(decide) => Verdict::Decided(decide(credentials, request)),
            Judge::Slow(decide) => {
                let (decide, credentials, request) = (decide.clone(), credentials.clone(), request.clone());
                Verdict::Slow(Box::new(move || decide(&credentials, &request)))
            }
            Judge::Async(decide) => Verdict::Async(decide(credentials.clone(), request.clone())),
        }
    }
}

impl<C> Clone for Judge<C> {
    fn clone(&self) -> Self {
        match self {
            Judge::Quick(decide) => Judge::Quick(decide.clone()),
            Judge::Slow(decide) => Judge::Slow(decide.clone()),
            Judge::Async(decide) => Judge::Async(decide.clone()),
        }
    }
}
