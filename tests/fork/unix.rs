//! The tests, on systems that have fork.

use std::path::Path;
use std::process::exit;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use ferromq::connections::ConnectionState;
use ferromq::{AnySocket, Context, Error, ErrorKind, Pair, Pub, Pull, Push, Rep, Req, Router, Socket, Sub};
use fork::Fork;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::Pid;

const PATIENCE: Duration = Duration::from_secs(40);

/// What a parent has: sockets over each transport, one of them with a message that waits to be received.
struct Family {
    context: Context,
    push: Socket<Push>,
    pull: Socket<Pull>,
    left: Socket<Pair>,
    right: Socket<Pair>,
    ipc: Socket<Pull>,
    file: String,
}

impl Family {
    fn new() -> Family {
        let context = Context::new().unwrap();
        let pull = context.socket::<Pull>().bind("tcp://127.0.0.1:*").unwrap();
        let push = context.socket::<Push>().connect(pull.last_endpoint().unwrap()).unwrap();
        let left = context.socket::<Pair>().bind("inproc://family").unwrap();
        let right = context.socket::<Pair>().connect("inproc://family").unwrap();
        let ipc = context.socket::<Pull>().bind("ipc://*").unwrap();
        let file = ipc.last_endpoint().unwrap().as_str().replacen("ipc://", "", 1);
        push.send("connected").unwrap();
        assert_eq!(pull.recv().unwrap(), "connected");
        left.send("waiting").unwrap();
        Family { context, push, pull, left, right, ipc, file }
    }

    /// The parent has lost nothing, received nothing that it did not send, and ends in good order.
    fn finds_itself_well(self) {
        assert_eq!(self.right.recv_timeout(PATIENCE).unwrap(), "waiting");
        self.push.send("after").unwrap();
        assert_eq!(self.pull.recv_timeout(PATIENCE).unwrap(), "after");
        assert!(self.pull.try_recv().unwrap_err().is_would_block());
        assert!(Path::new(&self.file).exists(), "the child took the ipc file away");
        let push = self.context.socket::<Push>().connect(format!("ipc://{}", self.file)).unwrap();
        push.send("over ipc").unwrap();
        assert_eq!(self.ipc.recv_timeout(PATIENCE).unwrap(), "over ipc");
        let file = self.file.clone();
        drop((push, self));
        assert!(!Path::new(&file).exists(), "the parent could not take its own ipc file away");
    }
}

/// Lets a child do this with what its parent has, and waits until it has ended as it should.
fn in_a_child(name: &str, act: impl FnOnce(Family)) {
    let family = Family::new();
    match fork::fork().unwrap() {
        Fork::Child => {
            act(family);
            exit(0);
        }
        Fork::Parent(child) => {
            ends_well(name, Pid::from_raw(child));
            family.finds_itself_well();
            println!("{name}: ok");
        }
    }
}

fn ends_well(name: &str, child: Pid) {
    let (has_ended, ended) = channel::<()>();
    // A child that hangs is ended by force, and then has not ended well.
    let watchdog = thread::spawn(move || {
        if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            kill(child, Signal::SIGKILL).unwrap();
        }
    });
    let status = waitpid(child, None).unwrap();
    drop(has_ended);
    watchdog.join().unwrap();
    assert_eq!(status, WaitStatus::Exited(child, 0), "{name}");
}

fn assert_forked<T, E: Into<Error>>(what: &str, outcome: Result<T, E>) {
    match outcome {
        Ok(_) => panic!("{what} succeeded in the child"),
        Err(error) => {
            let error = error.into();
            assert_eq!(error.kind(), ErrorKind::Forked, "{what}: {error}");
        }
    }
}

/// A context in which `count` messages go through.
fn works(context: &Context, count: usize) {
    // A name may still be taken by a socket that was dropped.
    static ROUND: AtomicUsize = AtomicUsize::new(0);
    let inproc = format!("inproc://own-{}", ROUND.fetch_add(1, Ordering::Relaxed));
    for endpoint in [&*inproc, "tcp://127.0.0.1:*"] {
        let rep = context.socket::<Rep>().bind(endpoint).unwrap();
        let mut req = context.socket::<Req>().connect(rep.last_endpoint().unwrap()).unwrap();
        let mut rep = Some(rep);
        for _ in 0..count {
            let asked = req.send("request").unwrap();
            let (request, replying) = rep.take().unwrap().recv().unwrap();
            assert_eq!(request, "request");
            rep = Some(replying.send("reply").unwrap());
            req = asked.recv().unwrap().1;
        }
    }
}

pub fn run() {
    in_a_child("drops everything", drop);

    in_a_child("drops the context first", |family| {
        drop(family.context);
        drop((family.push, family.pull, family.left, family.right, family.ipc));
    });

    in_a_child("sends", |family| {
        let failed = family.push.send("from the child").unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::Forked);
        assert_eq!(failed.into_kept(), "from the child");
        assert_forked("try_send", family.push.try_send(["of", "two frames"]));
        assert_forked("send_timeout", family.left.send_timeout("x", Duration::from_secs(60)));
    });

    in_a_child("receives", |family| {
        // A message is there, and is the parent's.
        assert_forked("recv", family.right.recv());
        assert_forked("try_recv", family.right.try_recv());
        assert_forked("recv_timeout", family.pull.recv_timeout(Duration::from_secs(60)));
    });

    in_a_child("binds, connects and sets options", |family| {
        assert_forked("bind", family.pull.bind("tcp://127.0.0.1:*"));
        assert_forked("connect", family.push.connect("tcp://127.0.0.1:9"));
        assert_forked("unbind", family.ipc.unbind(format!("ipc://{}", family.file)));
        assert_forked("set", family.push.set_send_hwm(1));
        assert_forked("get", family.push.send_hwm());
        let text = family.push.set_send_hwm(1).unwrap_err().to_string();
        assert_eq!(text, "set send_hwm = Hwm(1): it belongs to the process that forked this one (ENOTSOCK)");
    });

    in_a_child("uses the context", |family| {
        assert_forked("socket", family.context.socket::<Sub>().open());
        assert_forked("any socket", AnySocket::open(&family.context, ferromq::SocketKind::Pub));
        assert_forked("option", family.context.io_threads());
        family.context.shutdown();
        family.context.shutdown_handle().shutdown();
    });

    in_a_child("makes a context of its own", |family| {
        let own = Context::new().unwrap();
        works(&own, 10);
        assert_forked("send", family.push.send("x"));
        drop(own);
        drop(family);
        works(&Context::new().unwrap(), 10);
    });

    in_a_child("has a child itself", |family| {
        let own = Context::new().unwrap();
        works(&own, 1);
        match fork::fork().unwrap() {
            Fork::Child => {
                assert_forked("own", own.socket::<Pub>().open());
                assert_forked("parent's", family.push.send("x"));
                works(&Context::new().unwrap(), 1);
                exit(0);
            }
            Fork::Parent(grandchild) => ends_well("grandchild", Pid::from_raw(grandchild)),
        }
        works(&own, 1);
    });

    in_a_child("panics", |family| {
        let unwound = thread::spawn(move || {
            let _family = family;
            std::panic::resume_unwind(Box::new(()));
        });
        assert!(unwound.join().is_err());
    });

    while_other_threads_are_in_libzmq();
    proxies_and_foreign_code_stop_too();
    watches_tell_nothing();
}

/// Locks of libzmq's and of this crate's are held by threads that the child does not have.
fn while_other_threads_are_in_libzmq() {
    // Few enough sockets that the child has file descriptors left.
    let context = Context::builder().max_sockets(100).build().unwrap();
    let socket = context.socket::<Push>().bind("inproc://idle").unwrap();
    let over = AtomicBool::new(false);
    thread::scope(|threads| {
        for number in 0..4 {
            let (context, over) = (&context, &over);
            threads.spawn(move || {
                for round in 0.. {
                    if over.load(Ordering::Relaxed) {
                        break;
                    }
                    let endpoint = format!("inproc://busy-{number}-{round}");
                    // Sockets are closed later than they are dropped, so that there may be too many.
                    let Ok(router) = context.socket::<Router>().bind(&*endpoint) else { continue };
                    let Ok(req) = context.socket::<Req>().connect(&*endpoint) else { continue };
                    let req = req.send("x").unwrap();
                    router.recv_from().unwrap();
                    drop(req);
                }
            });
        }
        for _ in 0..100 {
            match fork::fork().unwrap() {
                Fork::Child => {
                    assert_forked("send", socket.try_send("x"));
                    assert_forked("socket", context.socket::<Push>().open());
                    context.shutdown();
                    drop((socket, context.clone()));
                    works(&Context::new().unwrap(), 1);
                    exit(0);
                }
                Fork::Parent(child) => ends_well("while other threads are in libzmq", Pid::from_raw(child)),
            }
        }
        over.store(true, Ordering::Relaxed);
    });
    println!("while other threads are in libzmq: ok");
}

/// What is handed on as a pointer is refused as well.
fn proxies_and_foreign_code_stop_too() {
    let context = Context::new().unwrap();
    let any = AnySocket::open(&context, ferromq::SocketKind::Dealer).unwrap();
    any.bind("inproc://any").unwrap();
    match fork::fork().unwrap() {
        Fork::Child => {
            assert_forked("any send", any.try_send("x"));
            assert_forked("any recv", any.recv());
            let parts = any.into_raw();
            drop(parts);
            exit(0);
        }
        Fork::Parent(child) => ends_well("any", Pid::from_raw(child)),
    }
    println!("any: ok");
}

/// The child knows nothing of the connections, and waits for none.
fn watches_tell_nothing() {
    let context = Context::new().unwrap();
    let push = context.socket::<Push>().open().unwrap();
    let watched = push.watch().unwrap();
    push.bind("tcp://127.0.0.1:*").unwrap();
    let pull = context.socket::<Pull>().connect(push.last_endpoint().unwrap()).unwrap();
    watched.wait_for_peers(1, PATIENCE).unwrap();
    match fork::fork().unwrap() {
        Fork::Child => {
            assert_eq!((watched.state(), watched.peers().len()), (ConnectionState::Closed, 0));
            assert_forked("wait for peers", watched.wait_for_peers(1, PATIENCE));
            assert_eq!(watched.changes().count(), 0);
            assert_forked("disconnect", push.disconnect("tcp://127.0.0.1:1"));
            assert_forked(
                "watch",
                context.socket::<Push>().open().map_err(Error::from).and_then(|s| s.watch()),
            );
            drop((watched, push, pull, context));
            exit(0);
        }
        Fork::Parent(child) => ends_well("watch", Pid::from_raw(child)),
    }
    assert_eq!(watched.state(), ConnectionState::Ready { peers: 1 });
    println!("watch: ok");
}
