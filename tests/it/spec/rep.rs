//! The envelope that REP keeps for its reply.

use ferromq::{Context, Dealer, Rep};

use crate::link::Place;
use crate::patience::PATIENCE;

/// Source: tests/test_spec_rep.cpp, test_envelope_inproc and test_envelope_tcp
#[test]
fn rep_puts_the_envelope_of_the_request_before_the_reply() {
    let context = Context::new().unwrap();
    for place in Place::each() {
        let (rep, dealer) = place.join(context.socket::<Rep>(), context.socket::<Dealer>());
        dealer.send(["hop 2", "hop 1", "", "question", "", "more"]).unwrap();
        let (request, replying) = rep.recv_timeout(PATIENCE).unwrap();
        assert_eq!(request, ["question", "", "more"]);
        let rep = replying.send(["", "answer"]).unwrap();
        assert_eq!(dealer.recv_timeout(PATIENCE).unwrap(), ["hop 2", "hop 1", "", "", "answer"]);

        // What has no delimiter is no request.
        dealer.send(["no", "delimiter"]).unwrap();
        dealer.send(["", "next"]).unwrap();
        assert_eq!(rep.recv_timeout(PATIENCE).unwrap().0, "next");
    }
}
