//! PLAIN: the authenticator judges names and passwords.

use ferromq::security::{PlainClient, PlainServer};

use super::{context, gets_in, knocking, server, stays_outside};
use crate::zap_handler::Authenticator;

#[test]
fn the_authenticator_judges_names_and_passwords() {
    let context = context();
    // Bytes that C would end a string at, and the longest there are.
    let (name, password) = (b"ad\0min".to_vec(), vec![0xff; 255]);
    let expected = [name.clone(), password.clone()];
    let authenticator = Authenticator::start(&context, move |question| question.credentials == expected);
    let pull = server(&context, PlainServer::new());

    let plain = |name: &[u8], password: &[u8]| PlainClient::new(name, password).unwrap();
    let outside: Vec<_> = [(&b"ad\0min"[..], &password[1..]), (b"ad", &password), (b"\0", b"\0")]
        .into_iter()
        .map(|(name, password)| {
            let push = knocking(&context, plain(name, password), &pull);
            let question = authenticator.question();
            assert_eq!(question.mechanism, "PLAIN");
            assert_eq!(question.domain, "global");
            stays_outside(&push, &pull);
            push
        })
        .collect();
    gets_in(&context, plain(&name, &password), &pull);
    for push in &outside {
        stays_outside(push, &pull);
    }
}
