//! §2.3, `push_pull_producer.py`: hands out ten tasks, and ends.
//!
//! ```text
//! cargo run --example push_pull_producer
//! cargo run --example push_pull_consumer          # in other terminals, any number; or the same in Python:
//! python examples/python/push_pull_consumer.py
//! ```
//!
//! Another endpoint than `tcp://*:5558` can be given as first argument.
//!
//! PUSH waits for the first consumer, and then sends to all that are connected, in turn. "Sent" means queued: when
//! the loop is over, tasks may still be on their way. None is lost, because dropping the context waits for as long as the
//! socket is to linger. Here that is until they are sent, as in Python; without the option it is 30 seconds at most.

use std::env;

use ferromq::{Context, Linger, Push};

fn main() -> ferromq::Result<()> {
    let endpoint = env::args().nth(1).unwrap_or_else(|| "tcp://*:5558".to_owned());
    let context = Context::new()?;
    let push = context.socket::<Push>().linger(Linger::FOREVER).bind(endpoint)?;

    for number in 0..10 {
        let task = format!("Task {number}");
        push.send(&task)?;
        println!("Sent task: {task}");
    }
    Ok(())
}
