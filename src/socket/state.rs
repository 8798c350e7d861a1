//! The states of REQ and REP, between which every send and receive moves.

/// A state that a socket can be in.
pub trait State: sealed::Sealed {
    /// Whether sockets are opened in it.
    #[doc(hidden)]
    const INITIAL: bool;

    /// The state that a socket comes back to: that in which it was opened.
    type AtRest: State<AtRest = Self::AtRest>;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! states {
    ($($State:ty, initial: $initial:expr, at rest: $AtRest:ty $(, for $S:ident)?;)*) => {
        $(
            impl $(<$S: State>)? sealed::Sealed for $State {}

            impl $(<$S: State>)? State for $State {
                const INITIAL: bool = $initial;
                type AtRest = $AtRest;
            }
        )*
    };
}

states! {
    Open, initial: true, at rest: Open;
    Ready, initial: true, at rest: Ready;
    Awaiting, initial: false, at rest: Ready;
    Relaxed<S>, initial: S::INITIAL, at rest: Relaxed<S::AtRest>, for S;
    Receiving, initial: true, at rest: Receiving;
    Replying, initial: false, at rest: Receiving;
}

/// The one state of a socket whose operations have no order.
#[derive(Clone, Copy, Debug)]
pub enum Open {}

/// REQ may send a request.
#[derive(Clone, Copy, Debug)]
pub enum Ready {}

/// REQ has sent a request and awaits the reply.
#[derive(Clone, Copy, Debug)]
pub enum Awaiting {}

/// REQ in state `S`, opened with [`relaxed`](crate::Builder::relaxed): a request may be sent again before its
/// reply came.
#[derive(Clone, Copy, Debug)]
pub struct Relaxed<S>(std::marker::PhantomData<S>);

/// REP may receive a request.
#[derive(Clone, Copy, Debug)]
pub enum Receiving {}

/// REP has received a request and owes the reply.
#[derive(Clone, Copy, Debug)]
pub enum Replying {}
