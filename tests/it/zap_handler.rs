//! A ZAP handler written by hand: a REP where libzmq asks, which notes what it is asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, JoinHandle};

use ferromq::{Context, Rep};

use crate::patience::{A_WHILE, PATIENCE};

pub const ZAP: &str = "inproc://zeromq.zap.01";

/// What an authenticator is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    pub domain: String,
    pub address: String,
    pub mechanism: String,
    pub credentials: Vec<Vec<u8>>,
}

/// Answers ZAP requests until it is dropped. Whom it lets in is user `somebody`.
pub struct Authenticator {
    asked: Receiver<Question>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Authenticator {
    pub fn start(context: &Context, lets_in: impl Fn(&Question) -> bool + Send + 'static) -> Authenticator {
        let mut rep = context.socket::<Rep>().receive_timeout(A_WHILE).bind(ZAP).unwrap();
        let (tell, asked) = channel();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            while !stopped.load(Relaxed) {
                let (request, replying) = match rep.recv() {
                    Ok(received) => received,
                    Err(failed) => {
                        rep = failed.into_kept();
                        continue;
                    }
                };
                let text = |frame: usize| String::from_utf8_lossy(&request[frame]).into_owned();
                assert_eq!(text(0), "1.0");
                let question = Question {
                    domain: text(2),
                    address: text(3),
                    mechanism: text(5),
                    credentials: request.iter().skip(6).map(|frame| frame.to_vec()).collect(),
                };
                let status = if lets_in(&question) { "200" } else { "400" };
                rep = replying.send(["1.0", &text(1), status, "", "somebody", ""]).unwrap();
                let _ = tell.send(question);
            }
        });
        Authenticator { asked, stop, thread: Some(thread) }
    }

    /// Waits until it is asked next.
    pub fn question(&self) -> Question {
        self.asked.recv_timeout(PATIENCE).expect("the authenticator is asked")
    }

    pub fn is_not_asked(&self) {
        if let Ok(question) = self.asked.try_recv() {
            panic!("the authenticator was asked: {question:?}");
        }
    }
}

impl Drop for Authenticator {
    fn drop(&mut self) {
        self.stop.store(true, Relaxed);
        let ended = self.thread.take().expect("it is joined once").join();
        assert!(ended.is_ok() || thread::panicking(), "the authenticator panicked");
    }
}
