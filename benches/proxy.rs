//! How many messages a proxy passes on in a second, compared with zmq_proxy in the same run.
//!
//! `cargo bench --bench proxy -- MESSAGES`. A PUSH floods a PULL/PUSH proxy and a PULL counts; then a DEALER asks through a
//! ROUTER/DEALER proxy and a DEALER answers. Both proxies run in turn several times, and the best of each is compared.

use std::ffi::{c_int, c_void};
use std::thread;
use std::time::{Duration, Instant};

use ferromq::{Context, Dealer, Hwm, ProxyEnd, Pull, Push, Router, proxy};

unsafe extern "C" {
    fn zmq_proxy(frontend: *mut c_void, backend: *mut c_void, capture: *mut c_void) -> c_int;
}

/// The socket of libzmq behind an end.
trait Pointer: ProxyEnd + Send + 'static {
    fn pointer(&self) -> *mut c_void;
}

macro_rules! pointers {
    ($($pattern:ty),*) => {
        $(impl Pointer for ferromq::Socket<$pattern> {
            fn pointer(&self) -> *mut c_void {
                self.as_raw()
            }
        })*
    };
}

pointers!(Push, Pull, Dealer, Router);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Which {
    Ours,
    Libzmqs,
}

fn spawn(which: Which, frontend: impl Pointer, backend: impl Pointer) {
    thread::spawn(move || match which {
        Which::Ours => drop(proxy(&frontend, &backend)),
        Which::Libzmqs => {
            // SAFETY: both sockets are open and this thread's; zmq_proxy returns when the context is shut down.
            unsafe { zmq_proxy(frontend.pointer(), backend.pointer(), std::ptr::null_mut()) };
        }
    });
}

/// Messages per second, one way.
fn one_way(which: Which, endpoint: &str, size: usize, frames: usize, messages: usize) -> f64 {
    let context = Context::new().expect("a context");
    let open = || -> ferromq::Result<_> {
        let frontend = context.socket::<Pull>().bind(endpoint.replace('#', "front"))?;
        let backend = context.socket::<Push>().bind(endpoint.replace('#', "back"))?;
        let push = context.socket::<Push>().linger(Duration::ZERO).connect(frontend.last_endpoint()?)?;
        let pull = context.socket::<Pull>().connect(backend.last_endpoint()?)?;
        Ok((push, frontend, backend, pull))
    };
    let (push, frontend, backend, pull) = open().expect("the sockets");
    spawn(which, frontend, backend);
    let sending = thread::spawn(move || {
        let body = vec![b'x'; size];
        for _ in 0..messages {
            if frames == 1 {
                push.send(&body[..]).expect("send");
            } else {
                push.send(vec![&body[..]; frames]).expect("send");
            }
        }
        push
    });
    pull.recv().expect("receive");
    let began = Instant::now();
    for _ in 1..messages {
        pull.recv().expect("receive");
    }
    let took = began.elapsed();
    drop(sending.join().expect("the sender"));
    context.shutdown();
    (messages - 1) as f64 / took.as_secs_f64()
}

/// Round trips per second through a ROUTER/DEALER broker, with so many under way.
fn round_trips(which: Which, endpoint: &str, under_way: usize, messages: usize) -> f64 {
    let context = Context::new().expect("a context");
    let open = || -> ferromq::Result<_> {
        let frontend = context.socket::<Router>().bind(endpoint.replace('#', "front"))?;
        let backend = context.socket::<Dealer>().bind(endpoint.replace('#', "back"))?;
        let client =
            context.socket::<Dealer>().send_hwm(Hwm::UNLIMITED).connect(frontend.last_endpoint()?)?;
        let worker = context.socket::<Dealer>().send_hwm(Hwm::UNLIMITED).connect(backend.last_endpoint()?)?;
        Ok((client, frontend, backend, worker))
    };
    let (client, frontend, backend, worker) = open().expect("the sockets");
    spawn(which, frontend, backend);
    thread::spawn(move || -> ferromq::Result<()> {
        loop {
            worker.send(worker.recv()?)?;
        }
    });
    let began = Instant::now();
    for _ in 0..under_way {
        client.send("request").expect("send");
    }
    for number in 0..messages {
        client.recv().expect("receive");
        if number + under_way < messages {
            client.send("request").expect("send");
        }
    }
    let took = began.elapsed();
    context.shutdown();
    messages as f64 / took.as_secs_f64()
}

fn compare(what: &str, mut measure: impl FnMut(Which) -> f64) {
    let (mut ours, mut libzmqs) = (0.0_f64, 0.0_f64);
    for _ in 0..5 {
        ours = ours.max(measure(Which::Ours));
        libzmqs = libzmqs.max(measure(Which::Libzmqs));
    }
    println!("{what:<42} {ours:>12.0} {libzmqs:>12.0} {:>8.2}", ours / libzmqs);
}

fn main() {
    let messages: usize = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(200_000);
    println!("{:<42} {:>12} {:>12} {:>8}", "messages/s", "ferromq", "zmq_proxy", "ratio");
    for (transport, endpoint) in [("inproc", "inproc://#"), ("tcp", "tcp://127.0.0.1:*")] {
        for (size, frames) in [(16, 1), (16, 3), (4096, 1)] {
            compare(&format!("{transport}, one way, {frames} x {size} B"), |which| {
                one_way(which, endpoint, size, frames, messages)
            });
        }
        for under_way in [1, 100] {
            compare(&format!("{transport}, there and back, {under_way} under way"), |which| {
                round_trips(which, endpoint, under_way, messages / 10)
            });
        }
    }
}
