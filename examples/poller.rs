//! Waits for a REP, a PULL, a file descriptor and the clock in one loop, in one thread.
//!
//! ```text
//! cargo run --example poller
//! ```
//!
//! A second thread asks questions and hands out tasks, and a pipe tells when it has finished.
//!
//! REP changes its type with every `recv` and `send`, so what to wait for is put together anew in each turn;
//! `examples/monitor.rs` shows the `Poller`, which keeps it.

#[cfg(unix)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    unix::main()
}

#[cfg(not(unix))]
fn main() {
    println!(
        "This example waits for a pipe, as unix has them; see ferromq::poll for what there is elsewhere."
    );
}

#[cfg(unix)]
mod unix {
    use std::error::Error;
    use std::io::pipe;
    use std::thread;
    use std::time::{Duration, Instant};

    use ferromq::poll::{Interest, PollItem, Timers, poll};
    use ferromq::{Context, Pull, Push, Rep, Req};

    #[derive(Clone, Copy)]
    enum Work {
        Heartbeat,
    }

    pub fn main() -> Result<(), Box<dyn Error>> {
        let context = Context::new()?;
        let mut rep = context.socket::<Rep>().bind("inproc://questions")?;
        let pull = context.socket::<Pull>().bind("inproc://tasks")?;
        let (finished, finishing) = pipe()?;

        let asking = thread::spawn(move || {
            let result = ask(&context);
            drop(finishing); // the other end becomes readable
            result
        });

        let mut timers = Timers::new();
        timers.every(Instant::now(), Duration::from_millis(100), Work::Heartbeat);
        let mut done = 0;
        loop {
            let mut items = [
                PollItem::readable(&rep),
                PollItem::readable(&pull),
                PollItem::fd(&finished, Interest::READABLE),
            ];
            poll(&mut items, timers.timeout(Instant::now()))?;
            let [question, task, end] = items.map(|item| item.readiness());

            if question.is_readable() {
                let (question, replying) = rep.recv()?;
                println!("Received question: {question}");
                rep = replying.send(format!("{done} so far"))?;
            }
            if task.is_readable() {
                println!("Received task: {}", pull.recv()?);
                done += 1;
            }
            // A closed pipe is told as an error, or as readable: that depends on the system.
            if !end.is_none() {
                break;
            }
            let now = Instant::now();
            while let Some(work) = timers.due(now) {
                match work {
                    Work::Heartbeat => println!("Still there"),
                }
            }
        }
        asking.join().expect("the thread does not panic")?;
        println!("Done: {done}");
        Ok(())
    }

    fn ask(context: &Context) -> ferromq::Result<()> {
        let mut req = context.socket::<Req>().connect("inproc://questions")?;
        let push = context.socket::<Push>().connect("inproc://tasks")?;
        for number in 1..=3 {
            push.send(format!("Task {number}"))?;
            thread::sleep(Duration::from_millis(80));
            let (reply, next) = req.send("How many?")?.recv()?;
            println!("Received reply: {reply}");
            req = next;
        }
        Ok(())
    }
}
