//! What libzmq's own tests promise and no other module here tries, written anew. Each test names its source: a file of
//! libzmq 4.3.5 and a function in it. `docs/coverage-of-tests.md` says where the other tests of libzmq have gone.

mod heartbeats;
mod hwm;
mod inproc;
mod peer_messages;
mod reconnect;
mod rep;
mod req;
mod router;
mod stream;
mod turns;
mod wire;
mod xpub;
