//! The authenticator: whom its rules let in and as whom, and what becomes of the others.

use std::collections::HashMap;
use std::future::poll_fn;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use ferromq::monitor::{AuthFailure, EventKind, EventSet};
use ferromq::security::{Null, PlainClient, PlainServer, ZapDomain};
use ferromq::zap::{Authenticator, Decision, Origin, PasswordFile, Passwords, Rules};
use ferromq::{Context, Dealer, Error, ErrorKind, Message, Monitor, Pull, Push, Rep, Security, Socket};

use crate::link::{Directory, Place};
use crate::patience::{A_WHILE, PATIENCE, does_not_hang, kind_of, under_valgrind, until};

/// How soon a client that was turned away tries again.
const TICK: Duration = Duration::from_millis(5);

fn context() -> Context {
    Context::new().unwrap()
}

pub fn domain(name: &str) -> ZapDomain {
    ZapDomain::new(name).unwrap()
}

fn server(context: &Context, security: impl Into<Security>) -> Socket<Pull> {
    context.socket::<Pull>().security(security).bind("tcp://127.0.0.1:*").unwrap()
}

fn plain(username: &str, password: &str) -> PlainClient {
    PlainClient::new(username, password).unwrap()
}

/// A PUSH that queues nothing before its handshake has succeeded, tries again and again, and what happens to it.
fn knocking(
    context: &Context,
    security: impl Into<Security>,
    server: &Socket<Pull>,
) -> (Socket<Push>, Monitor) {
    let builder = context.socket::<Push>().security(security).immediate(true).reconnect_interval(TICK);
    let push = builder.open().unwrap();
    let failures = EventSet::HANDSHAKE_FAILED_AUTH | EventSet::DISCONNECTED;
    let monitor = push.monitor_with(failures).unwrap();
    push.connect(server.last_endpoint().unwrap()).unwrap();
    (push, monitor)
}

/// Knocks, and returns the message that was let in.
fn gets_in(context: &Context, security: impl Into<Security>, server: &Socket<Pull>) -> Message {
    let (push, _) = knocking(context, security, server);
    push.send_timeout("let in", PATIENCE).unwrap();
    let message = server.recv_timeout(PATIENCE).unwrap();
    assert_eq!(message, "let in");
    message
}

fn user_id(message: &Message) -> &str {
    message[0].user_id().expect("the authenticator says who it is")
}

/// Knocks, until the monitor has told that the authenticator did not want it and that the connection is closed; nothing
/// has been delivered then.
fn is_refused(context: &Context, security: impl Into<Security>, server: &Socket<Pull>) {
    let (push, monitor) = knocking(context, security, server);
    let mut told = Vec::new();
    while told.last() != Some(&EventKind::Disconnected) {
        told.push(monitor.recv_timeout(PATIENCE).unwrap().kind());
    }
    assert_eq!(told[0], EventKind::HandshakeFailedAuth(AuthFailure::Denied));
    assert!(push.try_send("not let in").unwrap_err().is_would_block());
    assert!(server.try_recv().unwrap_err().is_would_block());
}

/// What the server's socket is told about the next peers that are not let in.
fn failures(server: &Socket<Pull>) -> Monitor {
    server.monitor_with(EventSet::HANDSHAKE_FAILED_AUTH).unwrap()
}

fn next_failure(monitor: &Monitor) -> AuthFailure {
    match monitor.recv_timeout(PATIENCE).unwrap().kind() {
        EventKind::HandshakeFailedAuth(failure) => failure,
        other => panic!("{other:?}"),
    }
}

#[test]
fn rules_without_a_mechanism_let_nobody_in() {
    let context = context();
    let authenticator = Authenticator::start(&context, Rules::new()).unwrap();
    let null = server(&context, Null::in_domain(domain("lab")));
    let with_password = server(&context, PlainServer::new());
    is_refused(&context, Security::default(), &null);
    is_refused(&context, plain("admin", "secret"), &with_password);
    authenticator.set_rules(Rules::new().null().plain([("admin", "secret")].into()));
    assert_eq!(user_id(&gets_in(&context, Security::default(), &null)), "anonymous");
    assert_eq!(user_id(&gets_in(&context, plain("admin", "secret"), &with_password)), "admin");
}

#[test]
fn addresses_are_looked_at_before_credentials() {
    let context = context();
    let rules = || Rules::new().null();
    let authenticator = Authenticator::start(&context, rules()).unwrap();
    let pull = server(&context, Null::in_domain(domain("lab")));
    gets_in(&context, Security::default(), &pull);

    let own = Ipv4Addr::LOCALHOST;
    for denying in [
        rules().deny(own).unwrap(),
        rules().deny("127.0.0.0/8").unwrap(),
        rules().allow("10.0.0.0/8").unwrap(),
        rules().allow(own).unwrap().deny(own).unwrap(),
        rules().allow(Origin::IPC).unwrap(),
    ] {
        authenticator.set_rules(denying);
        is_refused(&context, Security::default(), &pull);
    }
    for allowing in [
        rules().allow(own).unwrap(),
        rules().allow("10.0.0.0/8").unwrap().allow("127.0.0.1").unwrap(),
        rules().deny("10.0.0.0/8").unwrap(),
    ] {
        authenticator.set_rules(allowing);
        gets_in(&context, Security::default(), &pull);
    }
    assert_eq!(kind_of(rules().allow("the office")), ErrorKind::InvalidOption);
}

#[cfg(target_os = "linux")]
#[test]
fn a_peer_over_ipc_is_known_by_its_user() {
    let own = std::fs::metadata("/proc/self").map(|own| std::os::unix::fs::MetadataExt::uid(&own)).unwrap();
    let context = context();
    let rules = || Rules::new().null();
    let authenticator = Authenticator::start(&context, rules().allow(Origin::user(own)).unwrap()).unwrap();
    let builder = context.socket::<Pull>().security(Null::in_domain(domain("lab")));
    let pull = builder.bind("ipc://*").unwrap();
    gets_in(&context, Security::default(), &pull);
    authenticator.set_rules(rules().allow(Origin::user(own + 1)).unwrap());
    is_refused(&context, Security::default(), &pull);
    authenticator.set_rules(rules().allow(Origin::IPC).unwrap());
    gets_in(&context, Security::default(), &pull);
    authenticator.set_rules(rules().deny(Origin::IPC).unwrap());
    is_refused(&context, Security::default(), &pull);
}

#[test]
fn a_wrong_password_or_name_is_refused_and_one_that_was_removed() {
    let context = context();
    let passwords = Passwords::from([("admin", "secret"), ("empty", "")]);
    let _authenticator = Authenticator::start(&context, Rules::new().plain(passwords.clone())).unwrap();
    let pull = server(&context, PlainServer::new());
    gets_in(&context, plain("admin", "secret"), &pull);
    for (username, password) in [("admin", "Secret"), ("admin", "secre"), ("Admin", "secret"), ("empty", "x")]
    {
        is_refused(&context, plain(username, password), &pull);
    }
    assert!(passwords.remove("admin"));
    is_refused(&context, plain("admin", "secret"), &pull);
    passwords.insert("admin", "new");
    is_refused(&context, plain("admin", "secret"), &pull);
    gets_in(&context, plain("admin", "new"), &pull);
}

#[test]
fn a_name_that_would_be_read_as_another_is_refused() {
    let context = context();
    let _authenticator = Authenticator::start(&context, Rules::new().plain_callback(|_, _| true)).unwrap();
    let pull = server(&context, PlainServer::new());
    let cut = PlainClient::new(*b"admin\0x", "secret").unwrap();
    is_refused(&context, cut, &pull);
    let no_text = PlainClient::new(*b"\xff", "secret").unwrap();
    is_refused(&context, no_text, &pull);
    gets_in(&context, plain("admin", "secret"), &pull);
}

#[test]
fn a_file_of_passwords_is_read_again_when_it_changes() {
    let directory = Directory::new();
    let path = directory.path().join("passwords");
    std::fs::write(&path, "# users\n\nadmin=sec=ret \n").unwrap();
    let context = context();
    let file = PasswordFile::open(&path).unwrap();
    let _authenticator = Authenticator::start(&context, Rules::new().plain_file(file)).unwrap();
    let pull = server(&context, PlainServer::new());
    assert_eq!(user_id(&gets_in(&context, plain("admin", "sec=ret "), &pull)), "admin");

    // As long as before, and within the same tick of the clock.
    std::fs::write(&path, "# users\n\nadmin=SEC=ret \n").unwrap();
    is_refused(&context, plain("admin", "sec=ret "), &pull);
    gets_in(&context, plain("admin", "SEC=ret "), &pull);

    let told = failures(&pull);
    for break_it in
        [|path: &_| std::fs::write(path, "admin").unwrap(), |path: &_| std::fs::remove_file(path).unwrap()]
    {
        break_it(&path);
        let (push, _) = knocking(&context, plain("admin", "SEC=ret "), &pull);
        until("the file's failure", || (next_failure(&told) == AuthFailure::Temporary).then_some(()));
        assert!(push.try_send("not let in").unwrap_err().is_would_block());
    }
    // Who was sent away meanwhile tries again.
    let (push, _) = knocking(&context, plain("admin", "back"), &pull);
    assert_eq!(next_failure(&told), AuthFailure::Temporary);
    std::fs::write(&path, "admin=back").unwrap();
    push.send_timeout("let in", PATIENCE).unwrap();
}

#[test]
fn a_file_without_passwords_is_a_typed_error() {
    let directory = Directory::new();
    let path = directory.path().join("passwords");
    assert_eq!(kind_of(PasswordFile::open(&path)), ErrorKind::FileNotFound);
    std::fs::write(&path, "admin=secret\nnobody\n").unwrap();
    let error = PasswordFile::open(&path).unwrap_err();
    assert_eq!((error.kind(), error.line(), error.path()), (ErrorKind::Format, Some(2), Some(&*path)));
    assert!(
        error.to_string().contains("passwords, line 2") && !error.to_string().contains("secret"),
        "{error}"
    );
    std::fs::write(&path, "admin=secret\nguest=any\nadmin=other\n").unwrap();
    assert_eq!(PasswordFile::open(&path).unwrap_err().line(), Some(3));
    std::fs::write(&path, b"admin=\xff\n").unwrap();
    assert_eq!(kind_of(PasswordFile::open(&path)), ErrorKind::NotUtf8);
}

#[test]
fn each_domain_has_its_own_rules_and_the_others_the_general_ones() {
    let context = context();
    let of = |username: &str| Rules::new().plain([(username, "secret")].into());
    let authenticator = Authenticator::builder(&context)
        .rules(of("anywhere"))
        .domain(domain("north"), of("northern"))
        .start()
        .unwrap();
    let north = server(&context, PlainServer::new().domain(domain("north")));
    let south = server(&context, PlainServer::new().domain(domain("south")));
    gets_in(&context, plain("northern", "secret"), &north);
    gets_in(&context, plain("anywhere", "secret"), &south);
    is_refused(&context, plain("anywhere", "secret"), &north);
    is_refused(&context, plain("northern", "secret"), &south);

    authenticator.set_domain(domain("south"), of("southern"));
    is_refused(&context, plain("anywhere", "secret"), &south);
    gets_in(&context, plain("southern", "secret"), &south);
    assert!(authenticator.remove_domain(&domain("south")));
    gets_in(&context, plain("anywhere", "secret"), &south);
}

#[test]
fn a_callback_names_the_peer_and_gives_it_properties() {
    let context = context();
    let rules = Rules::new().plain_callback(|login, request| {
        Decision::allow_as(format!("{}@{}", login.username(), request.domain()))
            .with_metadata("X-Role", "reader")?
            .with_metadata("Peer-Address", "10.0.0.1")
    });
    let _authenticator = Authenticator::start(&context, rules).unwrap();
    let pull = server(&context, PlainServer::new());
    let pusher = context.socket::<Push>().security(plain("joe", "any")).metadata("X-Role", "admin");
    let push = pusher.connect(pull.last_endpoint().unwrap()).unwrap();
    push.send("let in").unwrap();
    let message = pull.recv_timeout(PATIENCE).unwrap();
    assert_eq!(user_id(&message), "joe@global");
    assert_eq!(
        message[0].metadata("X-Role"),
        Some("reader"),
        "the authenticator's goes before the peer's claim"
    );
    assert_eq!(message[0].peer_address(), Some("127.0.0.1"), "and libzmq's own before the authenticator's");
}

#[test]
fn every_status_is_told_to_the_monitor_and_keeps_the_peer_outside() {
    let context = context();
    let rules = Rules::new().plain_callback(|login, _| match login.username() {
        "later" => Decision::try_later("busy"),
        "never" => Decision::deny("no"),
        "broken" => Decision::error("disk full"),
        "failed" => Err::<bool, Error>(PasswordFile::open("/nowhere").unwrap_err()).into(),
        "panics" => panic!("on purpose"),
        _ => Decision::allow(),
    });
    let _authenticator = Authenticator::start(&context, rules).unwrap();
    let pull = server(&context, PlainServer::new());
    for (username, failure) in [
        ("later", AuthFailure::Temporary),
        ("never", AuthFailure::Denied),
        ("broken", AuthFailure::Internal),
        ("failed", AuthFailure::Internal),
        ("panics", AuthFailure::Internal),
    ] {
        let told = failures(&pull);
        let (push, _) = knocking(&context, plain(username, "any"), &pull);
        assert_eq!(next_failure(&told), failure, "{username}");
        assert!(push.try_send("not let in").unwrap_err().is_would_block());
        drop(push);
        pull.stop_monitor().unwrap();
        gets_in(&context, plain("joe", "any"), &pull);
    }
}

#[test]
fn a_peer_that_is_to_try_again_does_so_at_once() {
    const NEVER: Duration = Duration::from_secs(3600);
    let context = context();
    let asked = Arc::new(AtomicUsize::new(0));
    let second_time = move || match asked.fetch_add(1, SeqCst) % 2 {
        0 => Decision::try_later("busy"),
        _ => Decision::allow(),
    };
    let (null, with_password) = (second_time.clone(), second_time);
    let rules = Rules::new().null_callback(move |_| null()).plain_callback(move |_, _| with_password());
    let _authenticator = Authenticator::start(&context, rules).unwrap();
    let doors: [(Security, Security); 3] = [
        (Null::in_domain(domain("lab")).into(), Security::default()),
        // The client's own authenticator is asked about the server.
        (Security::default(), Null::in_domain(domain("lab")).into()),
        (PlainServer::new().into(), plain("joe", "any").into()),
    ];
    for (door, key) in doors {
        let pull = context.socket::<Pull>().security(door).handshake_timeout(NEVER);
        let pull = pull.bind("tcp://127.0.0.1:*").unwrap();
        let push = context.socket::<Push>().security(key).handshake_timeout(NEVER).reconnect_interval(TICK);
        let push = push.connect(pull.last_endpoint().unwrap()).unwrap();
        push.send("let in").unwrap();
        assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "let in");
    }
}

/// Lets callbacks go that wait for it.
#[derive(Clone, Default)]
struct Gate(Arc<(Mutex<bool>, std::sync::Condvar)>);

impl Gate {
    fn wait(&self) {
        let open = self.0.0.lock().unwrap();
        drop(self.0.1.wait_while(open, |open| !*open).unwrap());
    }

    fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }
}

#[test]
fn a_callback_that_never_ends_is_bounded_and_does_not_hold_up_others() {
    let context = context();
    let gate = Gate::default();
    let stuck = gate.clone();
    let rules = Rules::new().null().plain_callback(move |login, _| {
        if login.username() == "stuck" {
            stuck.wait();
        }
        true
    });
    let authenticator = Authenticator::builder(&context)
        .rules(rules)
        .decision_timeout(if under_valgrind() { 20 * A_WHILE } else { A_WHILE })
        .callback_threads(2)
        .start()
        .unwrap();
    let pull = server(&context, PlainServer::new());
    let told = failures(&pull);
    let (push, _) = knocking(&context, plain("stuck", "any"), &pull);
    assert_eq!(next_failure(&told), AuthFailure::Temporary);
    // It has tried again, and has taken the second thread, too: those whom no callback judges get in.
    until("all threads are taken", || (next_failure(&told) == AuthFailure::Temporary).then_some(()));
    let null = server(&context, Null::in_domain(domain("lab")));
    gets_in(&context, Security::default(), &null);
    assert!(push.try_send("not let in").unwrap_err().is_would_block());
    // And the authenticator stops although callbacks wait.
    does_not_hang("stopping", move || authenticator.stop());
    gate.open();
}

#[test]
fn async_callbacks_wait_side_by_side() {
    const PEERS: usize = 20;
    let context = context();
    // All of them wait until the last one has come, which no number of threads would do.
    let wakers = Arc::new(Mutex::new(HashMap::<String, Waker>::new()));
    let complete = Arc::new(AtomicBool::new(false));
    let rules = {
        let (wakers, complete) = (Arc::clone(&wakers), Arc::clone(&complete));
        Rules::new().plain_async(move |login, _request| {
            let (wakers, complete) = (Arc::clone(&wakers), Arc::clone(&complete));
            async move {
                poll_fn(|context| {
                    if complete.load(SeqCst) {
                        return Poll::Ready(());
                    }
                    wakers.lock().unwrap().insert(login.username().into(), context.waker().clone());
                    if complete.load(SeqCst) { Poll::Ready(()) } else { Poll::Pending }
                })
                .await;
                Decision::allow_as(format!("async {}", login.username()))
            }
        })
    };
    let _authenticator = Authenticator::start(&context, rules).unwrap();
    let pull = server(&context, PlainServer::new());
    let peers: Vec<_> = (0..PEERS)
        .map(|number| knocking(&context, plain(&format!("peer {number}"), "any"), &pull).0)
        .collect();
    until("all have asked", || (wakers.lock().unwrap().len() == PEERS).then_some(()));
    assert!(peers.iter().all(|push| push.try_send("too soon").is_err()));
    complete.store(true, SeqCst);
    // From another thread, as a runtime does.
    thread::spawn(move || wakers.lock().unwrap().drain().for_each(|(_, waker)| waker.wake())).join().unwrap();
    for (number, push) in peers.iter().enumerate() {
        push.send_timeout("let in", PATIENCE).unwrap();
        assert_eq!(user_id(&pull.recv_timeout(PATIENCE).unwrap()), format!("async peer {number}"));
    }
}

#[test]
fn an_async_callback_that_never_ends_or_panics_is_bounded() {
    let context = context();
    let dropped = Arc::new(AtomicUsize::new(0));
    struct Counts(Arc<AtomicUsize>);
    impl Drop for Counts {
        fn drop(&mut self) {
            self.0.fetch_add(1, SeqCst);
        }
    }
    let counting = Arc::clone(&dropped);
    let rules = Rules::new().plain_async(move |login, _| {
        assert_ne!(login.username(), "panics early");
        let counts = Counts(Arc::clone(&counting));
        async move {
            let _counts = counts;
            match login.username() {
                "stuck" => std::future::pending::<()>().await,
                "panics" => panic!("on purpose"),
                _ => {}
            }
            true
        }
    });
    let _authenticator =
        Authenticator::builder(&context).rules(rules).decision_timeout(A_WHILE).start().unwrap();
    let pull = server(&context, PlainServer::new());
    for (username, failure) in [
        ("stuck", AuthFailure::Temporary),
        ("panics", AuthFailure::Internal),
        ("panics early", AuthFailure::Internal),
    ] {
        let told = failures(&pull);
        let before = dropped.load(SeqCst);
        let (push, _) = knocking(&context, plain(username, "any"), &pull);
        assert_eq!(next_failure(&told), failure, "{username}");
        assert!(push.try_send("not let in").unwrap_err().is_would_block());
        if username != "panics early" {
            until("its future is let go", || (dropped.load(SeqCst) > before).then_some(()));
        }
        drop(push);
        pull.stop_monitor().unwrap();
        gets_in(&context, plain("joe", "any"), &pull);
    }
}

#[test]
fn a_second_authenticator_is_an_error_until_the_first_has_stopped() {
    let context = context();
    let first = Authenticator::start(&context, Rules::new().null()).unwrap();
    let error = Authenticator::start(&context, Rules::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddressInUse);
    assert!(error.to_string().contains("the context has an authenticator already"), "{error}");
    assert!(first.is_running());

    let pull = server(&context, Null::in_domain(domain("lab")));
    gets_in(&context, Security::default(), &pull);
    first.stop();
    let second = Authenticator::start(&context, Rules::new()).unwrap();
    is_refused(&context, Security::default(), &pull);
    drop(second);
    // Another context has its own.
    let elsewhere = Context::new().unwrap();
    let _third = Authenticator::start(&elsewhere, Rules::new()).unwrap();
    let _fourth = Authenticator::start(&context, Rules::new()).unwrap();
}

#[test]
fn who_waits_when_the_authenticator_stops_gets_in_with_the_next_one() {
    let context = context();
    let gate = Gate::default();
    let (asked, was_asked) = channel();
    let waiting = gate.clone();
    let first = Authenticator::start(
        &context,
        Rules::new().plain_callback(move |_, _| {
            let _ = asked.send(());
            waiting.wait();
            true
        }),
    )
    .unwrap();
    let pull = server(&context, PlainServer::new());
    let (push, _) = knocking(&context, plain("joe", "any"), &pull);
    was_asked.recv_timeout(PATIENCE).unwrap();
    first.stop();
    let _second = Authenticator::start(&context, Rules::new().plain_callback(|_, _| true)).unwrap();
    push.send_timeout("let in", PATIENCE).unwrap();
    assert_eq!(pull.recv_timeout(PATIENCE).unwrap(), "let in");
    gate.open();
}

#[test]
fn peers_that_leave_before_they_are_judged_are_forgotten() {
    let context = context();
    let gate = Gate::default();
    let (asked, was_asked) = channel();
    let waiting = gate.clone();
    let rules = Rules::new().plain_callback(move |_, _| {
        let _ = asked.send(());
        waiting.wait();
        true
    });
    let _authenticator = Authenticator::start(&context, rules).unwrap();
    let pull = server(&context, PlainServer::new());
    for _ in 0..4 {
        let leaves = knocking(&context, plain("joe", "any"), &pull);
        was_asked.recv_timeout(PATIENCE).unwrap();
        drop(leaves);
    }
    gate.open();
    for _ in 0..4 {
        gets_in(&context, plain("joe", "any"), &pull);
    }
}

#[test]
fn shutting_the_context_down_ends_the_authenticator() {
    let context = context();
    let authenticator = Authenticator::start(&context, Rules::new().null()).unwrap();
    context.shutdown();
    until("it has ended", || (!authenticator.is_running()).then_some(()));
    does_not_hang("dropping it", move || drop((authenticator, context)));
}

#[test]
fn the_context_may_be_dropped_before_its_authenticator() {
    let context = context();
    let authenticator = Authenticator::start(&context, Rules::new().null()).unwrap();
    let pull = server(&context, Null::in_domain(domain("lab")));
    gets_in(&context, Security::default(), &pull);
    does_not_hang("dropping all", move || {
        drop(context);
        drop(pull);
        drop(authenticator);
    });
}

#[test]
fn rules_can_be_changed_from_within_a_callback() {
    let context = context();
    let handle = Arc::new(Mutex::new(None::<Authenticator>));
    let own = Arc::clone(&handle);
    let rules = Rules::new().plain_callback(move |_, _| {
        if let Some(authenticator) = &*own.lock().unwrap() {
            authenticator.set_rules(Rules::new());
        }
        true
    });
    *handle.lock().unwrap() = Some(Authenticator::start(&context, rules).unwrap());
    let pull = server(&context, PlainServer::new());
    gets_in(&context, plain("first", "any"), &pull);
    is_refused(&context, plain("second", "any"), &pull);
    let authenticator = handle.lock().unwrap().take();
    drop(authenticator);
}

#[test]
fn an_async_callback_may_stop_its_own_authenticator() {
    let context = context();
    let handle = Arc::new(Mutex::new(None::<Authenticator>));
    let own = Arc::clone(&handle);
    let rules = Rules::new().plain_async(move |_, _| {
        drop(own.lock().unwrap().take());
        async { true }
    });
    let mut held = handle.lock().unwrap();
    *held = Some(Authenticator::start(&context, rules).unwrap());
    drop(held);
    let pull = server(&context, PlainServer::new());
    gets_in(&context, plain("last", "any"), &pull);
    let next = || Authenticator::start(&context, Rules::new().plain_callback(|_, _| true)).ok();
    let _next = until("the place is free", next);
    gets_in(&context, plain("next", "any"), &pull);
}

/// Asks as libzmq does, and returns the frames of the answer.
fn ask(context: &Context, frames: &[&str]) -> Result<Vec<String>, Error> {
    let dealer = context.socket::<Dealer>().connect("inproc://zeromq.zap.01")?;
    dealer.send(frames.iter().copied().collect::<Message>())?;
    let answer = dealer.recv_timeout(PATIENCE)?;
    Ok(answer.iter().map(|frame| frame.as_bytes().escape_ascii().to_string()).collect())
}

#[test]
fn whatever_is_asked_it_answers_or_leaves_it_and_goes_on() {
    let context = context();
    let _authenticator = Authenticator::start(&context, Rules::new().null()).unwrap();
    let well: &[&str] = &["", "1.0", "\0id", "la", "127.0.0.1", "", "NULL"];
    let answer = ask(&context, well).unwrap();
    assert_eq!(answer, ["", "1.0", r"\x00id", "200", "OK", "anonymous", ""]);

    // Through intermediaries, which leave their names: they get them back.
    let routed: &[&str] = &["one", "two", "", "1.0", "7", "la", "", "", "NULL"];
    assert_eq!(ask(&context, routed).unwrap()[..5], ["one", "two", "", "1.0", "7"]);

    for malformed in [
        &["", "1.1", "7", "la", "", "", "NULL"] as &[&str],
        &["", "1.0", "7"],
        &["", "1.0", "7", "la", "", "", "NULL", "?"],
        &["", "1.0", "7", "la", "", "", "KERBEROS"],
    ] {
        let answer = ask(&context, malformed).unwrap();
        assert_eq!(
            (&answer[..4], &answer[5..]),
            (&["", "1.0", "7", "400"].map(String::from)[..], &["", ""].map(String::from)[..])
        );
    }
    // Nothing to answer to.
    let dealer = context.socket::<Dealer>().connect("inproc://zeromq.zap.01").unwrap();
    dealer.send(["no", "envelope"]).unwrap();
    dealer.send(["", "1.0"]).unwrap();
    dealer.send("").unwrap();
    assert!(ask(&context, well).is_ok());
    assert!(dealer.try_recv().unwrap_err().is_would_block());
}

#[test]
fn principals_are_let_in_by_their_names() {
    let context = context();
    let rules = |rules: Rules| rules.gssapi(["alice@FERROMQ.TEST"]);
    let authenticator = Authenticator::start(&context, rules(Rules::new())).unwrap();
    let answer_to = |principal| {
        ask(&context, &["", "1.0", "1", "lab", "127.0.0.1", "", "GSSAPI", principal]).unwrap()[3..6].to_vec()
    };
    assert_eq!(answer_to("alice@FERROMQ.TEST"), ["200", "OK", "alice@FERROMQ.TEST"]);
    assert_eq!(answer_to("mallory@FERROMQ.TEST")[0], "400");
    authenticator.set_rules(rules(Rules::new().deny("127.0.0.1").unwrap()));
    assert_eq!(answer_to("alice@FERROMQ.TEST")[0], "400");
    authenticator.set_rules(Rules::new().gssapi_callback(|principal, _| principal.starts_with("mallory")));
    assert_eq!(answer_to("alice@FERROMQ.TEST")[0], "400");
    assert_eq!(answer_to("mallory@FERROMQ.TEST")[0], "200");
    authenticator.set_rules(Rules::new().gssapi_any());
    assert_eq!(answer_to("anybody")[0], "200");
}

#[test]
fn a_handler_by_hand_keeps_the_place_of_the_authenticator() {
    let context = context();
    let _by_hand = context.socket::<Rep>().bind("inproc://zeromq.zap.01").unwrap();
    assert_eq!(kind_of(Authenticator::start(&context, Rules::new())), ErrorKind::AddressInUse);
}

#[test]
fn peers_over_each_transport_are_judged() {
    let context = context();
    let _authenticator =
        Authenticator::start(&context, Rules::new().plain([("joe", "secret")].into())).unwrap();
    for place in Place::every().iter().filter(|place| !place.endpoint().starts_with("inproc")) {
        let builder = context.socket::<Pull>().security(PlainServer::new());
        let pull = builder.bind(place.endpoint()).unwrap();
        is_refused(&context, plain("joe", "wrong"), &pull);
        assert_eq!(user_id(&gets_in(&context, plain("joe", "secret"), &pull)), "joe", "{}", place.endpoint());
    }
}

#[cfg(feature = "tracing")]
#[test]
fn each_decision_is_an_event_that_shows_no_password() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let written = Arc::clone(&log);
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || Lines(Arc::clone(&written)))
        .init();
    let context = context();
    let _authenticator =
        Authenticator::start(&context, Rules::new().plain([("joe", "correct")].into())).unwrap();
    let pull = server(&context, PlainServer::new().domain(domain("logged")));
    gets_in(&context, plain("joe", "correct"), &pull);
    is_refused(&context, plain("joe", "mistaken"), &pull);
    let dealer = context.socket::<Dealer>().connect("inproc://zeromq.zap.01").unwrap();
    dealer.send(["", "0.9", "logged"]).unwrap();
    let lines = until("three events", || {
        let log = String::from_utf8(log.lock().unwrap().clone()).unwrap();
        let ours =
            |line: &&str| line.contains("ferromq::zap") && (line.contains("logged") || line.contains("0.9"));
        (log.contains("version is not 1.0"))
            .then(|| log.lines().filter(ours).map(String::from).collect::<Vec<_>>())
    });
    let [allowed, refused] = lines.as_slice() else { panic!("{lines:?}") };
    for (line, parts) in [
        (allowed, ["DEBUG", "allowed", "address=127.0.0.1", "\"joe\"", "status=200"]),
        (refused, ["INFO", "refused", "address=127.0.0.1", "wrong username or password", "status=400"]),
    ] {
        assert!(parts.iter().all(|part| line.contains(part)), "{line}");
        assert!(!line.contains("correct") && !line.contains("mistaken"), "{line}");
    }
}

/// Where the events are written to.
#[cfg(feature = "tracing")]
struct Lines(Arc<Mutex<Vec<u8>>>);

#[cfg(feature = "tracing")]
impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
