//! What errors say, what they are, and the limits that they report.

use std::error::Error as StdError;

use ferromq::{
    Context, Dealer, Error, ErrorKind, Failed, Frame, Message, Operation, Pair, Pub, Pull, Push, Rep, Req,
    Router, Socket, Sub,
};

use crate::patience::kind_of;

#[test]
fn an_error_says_what_happened_to_what() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap();
    let taken = pull.last_endpoint().unwrap();
    let text = |error: Error| error.to_string();

    let failed = context.socket::<Pull>().bind(&taken).unwrap_err();
    assert_eq!(failed.to_string(), format!("bind {taken}: address already in use (EADDRINUSE)"));
    assert_eq!(text(failed.into()), format!("bind {taken}: address already in use (EADDRINUSE)"));
    assert_eq!(
        text(context.socket::<Pull>().bind("tcp://localhost").unwrap_err().into()),
        "bind tcp://localhost: invalid endpoint: there is no port, as in tcp://localhost:5555"
    );
    assert_eq!(
        text(context.socket::<Pull>().connect("http://localhost:80").unwrap_err().into()),
        "connect http://localhost:80: unknown transport: libzmq knows none of this name"
    );
    assert_eq!(
        text(context.socket::<Pub>().bind("udp://127.0.0.1:5555").unwrap_err().into()),
        "bind udp://127.0.0.1:5555: this pattern does not work over this transport (ENOCOMPATPROTO)"
    );
    assert_eq!(
        text(pull.unbind("tcp://127.0.0.1:9").unwrap_err()),
        "unbind tcp://127.0.0.1:9: the socket has no such endpoint (ENOENT)"
    );
    assert_eq!(
        text(pull.disconnect("inproc://x").unwrap_err()),
        "disconnect inproc://x: the socket has no such endpoint (ENOENT)"
    );
    assert_eq!(
        text(context.socket::<Pull>().open().unwrap().last_endpoint().unwrap_err()),
        "get last_endpoint: the socket has no such endpoint: the socket has neither bound nor connected yet"
    );
    assert_eq!(text(pull.try_recv().unwrap_err()), "receive: nothing could be done without waiting (EAGAIN)");
    assert_eq!(
        text(pull.recv_timeout(std::time::Duration::ZERO).unwrap_err()),
        "receive: timed out (EAGAIN)"
    );
    let push = context.socket::<Push>().open().unwrap();
    assert_eq!(
        text(push.send(Message::new()).unwrap_err().into()),
        "send: invalid message: a message has at least one frame"
    );
    let router = context.socket::<Router>().mandatory(true).open().unwrap();
    let nobody = ferromq::RoutingId::new("nobody").unwrap();
    assert_eq!(
        text(router.send_to(&nobody, "x").unwrap_err().into()),
        "send: host unreachable (EHOSTUNREACH)"
    );
    context.shutdown();
    assert_eq!(text(pull.recv().unwrap_err()), "receive: the context was shut down (ETERM)");
    assert_eq!(
        text(context.socket::<Pull>().open().unwrap_err().into()),
        "open socket: the context was shut down: PULL (ETERM)"
    );
    assert_eq!(format!("{:?}", pull.recv().unwrap_err()), "receive: the context was shut down (ETERM)");
}

#[test]
fn an_error_can_be_asked_for_its_parts() {
    let context = Context::new().unwrap();
    let error: Error = context.socket::<Pull>().bind("tcp://no-such-interface:*").unwrap_err().into();
    assert_eq!(error.kind(), ErrorKind::NoSuchInterface);
    assert_eq!(error.operation(), Operation::Bind);
    assert_eq!(error.endpoint(), Some("tcp://no-such-interface:*"));
    assert_eq!(error.option(), None);
    assert!(error.errno().is_some());

    let pull = context.socket::<Pull>().open().unwrap();
    let error = pull.set_receive_hwm(0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidOption);
    assert_eq!(error.operation(), Operation::SetOption);
    assert_eq!(error.option(), Some("receive_hwm"));
    assert_eq!((error.endpoint(), error.errno()), (None, None));
}

#[test]
fn an_error_is_an_io_error_of_the_same_kind() {
    let context = Context::new().unwrap();
    let pull = context.socket::<Pull>().open().unwrap();
    let error = std::io::Error::from(pull.try_recv().unwrap_err());
    assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
    assert!(error.to_string().contains("EAGAIN"));
    let error = pull.recv_timeout(std::time::Duration::ZERO).unwrap_err();
    assert_eq!(std::io::Error::from(error).kind(), std::io::ErrorKind::TimedOut);
}

#[test]
fn the_question_mark_takes_every_failure_into_the_usual_error_types() {
    fn boxed() -> Result<(), Box<dyn StdError + Send + Sync>> {
        Context::new()?.socket::<Pull>().bind("nonsense")?;
        Ok(())
    }
    fn ours() -> ferromq::Result<()> {
        let req = Context::new()?.socket::<Req>().bind("inproc://nobody")?;
        req.try_send("Hello")?;
        Ok(())
    }
    fn io() -> std::io::Result<()> {
        Context::new()?.socket::<Pull>().open().map_err(Error::from)?.try_recv()?;
        Ok(())
    }
    assert!(boxed().unwrap_err().to_string().starts_with("bind nonsense: invalid endpoint"));
    assert!(ours().unwrap_err().is_would_block());
    assert_eq!(io().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}

#[test]
fn errors_can_cross_threads_and_sockets_can_move() {
    fn error<T: StdError + Send + Sync + 'static>() {}
    fn send<T: Send + 'static>() {}
    fn shared<T: Send + Sync + 'static>() {}
    error::<Error>();
    error::<Failed<Message>>();
    error::<Failed<Socket<Pull>>>();
    error::<Failed<(Socket<Req>, Message)>>();
    error::<Failed<ferromq::Builder<Pub>>>();
    send::<(Socket<Req>, Socket<Rep>, Socket<Pub>, Socket<Sub>, Socket<Push>)>();
    send::<(Socket<Pull>, Socket<Pair>, Socket<Dealer>, Socket<Router>)>();
    send::<(
        Socket<Req, ferromq::state::Relaxed<ferromq::state::Awaiting>>,
        Socket<Rep, ferromq::state::Replying>,
    )>();
    send::<(Frame, Message)>();
    shared::<(Context, ferromq::ContextBuilder, ferromq::Builder<Req>, ferromq::Endpoint, ferromq::RoutingId)>(
    );
}

#[test]
fn an_error_is_small() {
    assert!(size_of::<Error>() <= 24, "an error has {} bytes", size_of::<Error>());
}

#[test]
fn more_sockets_than_the_context_allows_reach_a_limit() {
    let context = Context::builder().max_sockets(2).build().unwrap();
    assert_eq!(context.max_sockets().unwrap(), 2);
    let one = context.socket::<Pair>().open().unwrap();
    let _two = context.socket::<Pair>().open().unwrap();
    let failed = context.socket::<Pair>().bind("inproc://three").unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::LimitReached);
    assert_eq!(failed.to_string(), "open socket: too many open sockets or files: PAIR (EMFILE)");
    drop(one);
    let mut builder = Some(failed.into_kept());
    crate::patience::until("the place of the closed socket", || {
        match builder.take()?.bind("inproc://three") {
            Ok(socket) => Some(socket),
            Err(failed) => {
                assert_eq!(failed.kind(), ErrorKind::LimitReached);
                builder = Some(failed.into_kept());
                None
            }
        }
    });
}

#[test]
fn without_io_threads_there_is_only_inproc() {
    let context = Context::builder().io_threads(0).build().unwrap();
    let failed = context.socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::NoIoThread);
    let pull = failed.into_kept().bind("inproc://works").unwrap();
    let push = context.socket::<Push>().connect("inproc://works").unwrap();
    assert_eq!(kind_of(push.connect("tcp://127.0.0.1:9")), ErrorKind::NoIoThread);
    push.send("works").unwrap();
    assert_eq!(pull.recv().unwrap(), "works");
}

#[test]
fn a_context_refuses_values_that_it_cannot_have() {
    for (builder, expected) in [
        (
            Context::builder().max_sockets(0),
            "set max_sockets = 0: invalid option value: it should be at least 1",
        ),
        (
            Context::builder().io_threads(65),
            "set io_threads = 65: invalid option value: it is above 64, the bits of an affinity",
        ),
    ] {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOption);
        assert_eq!(error.to_string(), expected);
    }
    let context = Context::builder().io_threads(3).io_threads(2).ipv6(true).build().unwrap();
    assert_eq!(context.io_threads().unwrap(), 2);
    assert!(context.ipv6().unwrap());
    assert!(context.socket_limit().unwrap() >= 1023);
    assert!(context.socket::<Pull>().open().unwrap().ipv6().unwrap());
}
