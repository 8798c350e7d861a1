//! §4.1, `distributed_task_queue_push.py`: hands out a hundred tasks in random order, at random intervals, to any number of
//! workers.
//!
//! ```text
//! cargo run --example distributed_task_queue_push
//! cargo run --example distributed_task_queue_pull          # in other terminals, any number; or the same in Python:
//! python examples/python/distributed_task_queue_pull.py
//! ```
//!
//! Another endpoint than `tcp://*:5561` can be given as first argument, another longest interval than 1 second as second. It
//! ends when the tasks are sent, and at Ctrl-C.
//!
//! PUSH waits while there is no worker, and gives each task to the next of those that are connected at that moment: start more
//! of them, and each gets fewer tasks. It does not hear what becomes of a task. Those that a worker had and had not done
//! when it died are lost; where each counts, the workers have to report, as those of `crates/ferromq-task-queue` do.

use std::env;
use std::error::Error;
use std::thread;
use std::time::Duration;

use ferromq::{Context, Push};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let endpoint = arguments.next().unwrap_or_else(|| "tcp://*:5561".to_owned());
    let longest = arguments.next().map_or(Ok(1.0), |seconds| seconds.parse())?;
    let longest = Duration::try_from_secs_f64(longest)?;
    let context = Context::new()?;

    // Shutting the context down ends every wait in its sockets, from any thread.
    let shutdown = context.shutdown_handle();
    ctrlc::set_handler(move || shutdown.shutdown())?;

    match hand_out(&context, &endpoint, longest) {
        Err(error) if error.is_terminated() => Ok(()),
        result => Ok(result?),
    }
    // Dropping the context waits for tasks that are still on their way to a worker, up to 30 seconds.
}

fn hand_out(context: &Context, endpoint: &str, longest: Duration) -> ferromq::Result<()> {
    let push = context.socket::<Push>().bind(endpoint)?;

    let mut tasks: Vec<String> = (0..100).map(|number| format!("Task {number}")).collect();
    fastrand::shuffle(&mut tasks);
    for task in tasks {
        push.send(&task)?;
        println!("Sent task: {task}");
        thread::sleep(longest.mul_f64(fastrand::f64()));
    }
    Ok(())
}
