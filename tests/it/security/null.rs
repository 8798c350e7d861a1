//! NULL: the authenticator judges addresses.

use ferromq::security::{Null, ZapDomain};
use ferromq::{Pull, Push};

use super::{TICK, context, gets_in, is_let_in, knocking, server, soon, stays_outside};
use crate::patience::{PATIENCE, until};
use crate::zap_handler::Authenticator;

#[test]
fn the_authenticator_judges_the_addresses_of_null_peers() {
    let context = context();
    let authenticator = Authenticator::start(&context, |question| question.domain == "open");
    let closed = server(&context, Null::in_domain(ZapDomain::new("closed").unwrap()));
    let push = knocking(&context, Null::new(), &closed);
    let question = authenticator.question();
    assert_eq!(
        (&*question.domain, &*question.mechanism, &*question.address),
        ("closed", "NULL", "127.0.0.1")
    );
    assert!(question.credentials.is_empty());
    stays_outside(&push, &closed);
    let open = server(&context, Null::in_domain(ZapDomain::new("open").unwrap()));
    gets_in(&context, Null::new(), &open);
    stays_outside(&push, &closed);
}

#[test]
fn a_null_client_asks_again_for_every_connection() {
    let context = context();
    let authenticator = Authenticator::start(&context, |_| true);
    let pull = server(&context, Null::new());
    let endpoint = pull.last_endpoint().unwrap();
    let push = context
        .socket::<Push>()
        .security(Null::in_domain(ZapDomain::default()))
        .immediate(true)
        .reconnect_interval(TICK)
        .handshake_timeout(soon())
        .connect(&endpoint)
        .unwrap();
    is_let_in(&push, &pull);
    drop(pull);
    until("the client knows that its connection is gone", || push.try_send("lost").is_err().then_some(()));
    drop(authenticator);
    let pull = until("the port is free again", || context.socket::<Pull>().bind(&endpoint).ok());
    stays_outside(&push, &pull);
    let _authenticator = Authenticator::start(&context, |_| true);
    push.send_timeout("let in again", PATIENCE).unwrap();
    assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "let in again");
}
