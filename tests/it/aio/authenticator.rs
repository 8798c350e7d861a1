//! Async callbacks of an authenticator that need a runtime, and async clients that are let in, or not.

use std::time::Duration;

use ferromq::security::{CurveClient, CurveServer, PlainClient, PlainServer};
use ferromq::zap::{Authenticator, Decision, Rules};
use ferromq::{Capability, Context, KeyPair, Pull, Push, Security, Socket, has};
use tokio::runtime::Handle;

use super::runtime::{OneThread, Runtime, SeveralThreads, Smol, on};
use crate::patience::A_WHILE;

/// Work that takes a moment, as of a database.
async fn looks_up<R: Runtime>(user: String) -> bool {
    R::sleep(Duration::from_millis(5)).await;
    R::spawn(async move { user == "admin" }).await
}

fn knocks<R: Runtime>(context: &Context, security: impl Into<Security>, server: &Socket<Pull>) -> Client<R> {
    let builder = context.socket::<Push>().immediate(true).reconnect_interval(Duration::from_millis(20));
    on::<R, _, _>(builder.security(security).connect(server.last_endpoint().unwrap()).unwrap())
}

type Client<R> = ferromq::aio::AsyncSocket<Push, <R as Runtime>::Reactor>;

/// PLAIN and CURVE, each with one who is let in and one who is not; `decide` says so of a user's name.
async fn lets_in<R: Runtime, F>(decide: impl Fn(String) -> F + Clone + Send + Sync + 'static)
where
    F: Future<Output = bool> + Send + 'static,
{
    let context = Context::new().unwrap();
    let by_password = decide.clone();
    let mut rules = Rules::new().plain_async(move |login, _| {
        let decision = by_password(login.username().to_owned());
        async move {
            match decision.await {
                true => Decision::allow_as(login.username()),
                false => Decision::deny("unknown"),
            }
        }
    });
    let admin = KeyPair::generate().unwrap();
    let admins_key = admin.public();
    rules = rules.curve_async(move |key, _| {
        decide(if key == admins_key { "admin".to_owned() } else { key.to_string() })
    });
    let _authenticator = Authenticator::start(&context, rules).unwrap();

    let server = context.socket::<Pull>().security(PlainServer::new()).bind("tcp://127.0.0.1:*").unwrap();
    let plain = |name| PlainClient::new(name, "secret").unwrap();
    let known = knocks::<R>(&context, plain("admin"), &server);
    let unknown = knocks::<R>(&context, plain("stranger"), &server);
    let server = on::<R, _, _>(server);
    known.send("let in").await.unwrap();
    let message = server.recv().await.unwrap();
    assert_eq!(message, "let in");
    assert_eq!(message[0].user_id(), Some("admin"));
    assert!(unknown.send_timeout("not let in", A_WHILE).await.unwrap_err().is_timeout());

    if !has(Capability::Curve) {
        return;
    }
    let keys = KeyPair::generate().unwrap();
    let servers_key = keys.public();
    let server = context.socket::<Pull>().security(CurveServer::new(keys)).bind("tcp://127.0.0.1:*").unwrap();
    let known = knocks::<R>(&context, CurveClient::new(admin, servers_key), &server);
    let stranger = KeyPair::generate().unwrap();
    let unknown = knocks::<R>(&context, CurveClient::new(stranger, servers_key), &server);
    let server = on::<R, _, _>(server);
    known.send("let in").await.unwrap();
    assert_eq!(server.recv().await.unwrap(), "let in");
    assert!(unknown.send_timeout("not let in", A_WHILE).await.unwrap_err().is_timeout());
    assert!(server.try_recv().unwrap_err().is_would_block());
}

/// The callback runs in the authenticator's thread, and has tokio do what needs tokio.
async fn lets_in_whom_tokio_lets_in<R: Runtime>() {
    let handle = Handle::current();
    lets_in::<R, _>(move |user| {
        let looking_up = handle.spawn(looks_up::<R>(user));
        async move { looking_up.await.unwrap_or(false) }
    })
    .await;
}

#[test]
fn callbacks_of_an_authenticator_use_tokio() {
    OneThread::test(lets_in_whom_tokio_lets_in::<OneThread>());
    SeveralThreads::test(lets_in_whom_tokio_lets_in::<SeveralThreads>());
}

#[test]
fn callbacks_of_an_authenticator_use_smol() {
    // smol's timers work in any thread.
    Smol::test(lets_in::<Smol, _>(|user| async move {
        Smol::sleep(Duration::from_millis(5)).await;
        user == "admin"
    }));
}
