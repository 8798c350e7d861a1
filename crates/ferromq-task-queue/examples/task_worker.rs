//! A worker of a task queue: squares numbers until Ctrl-C. It finishes the task that it has.
//!
//! ```text
//! cargo run -p ferromq-task-queue --example task_worker
//! ```
//!
//! Another endpoint than `tcp://localhost:5571` can be given as first argument, and as second one how many milliseconds
//! a task takes. Broker and client: `task_broker`, `task_client`.

use std::env;
use std::error::Error;
use std::thread::sleep;
use std::time::Duration;

use ferromq::{Context, Dealer, Message};
use ferromq_task_queue::Worker;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let endpoint = arguments.next().unwrap_or_else(|| "tcp://localhost:5571".to_owned());
    let work = Duration::from_millis(arguments.next().as_deref().unwrap_or("10").parse()?);

    let context = Context::new()?;
    let worker = Worker::new(context.socket::<Dealer>().linger(Duration::from_secs(1)), endpoint)?;
    let stop = worker.stop_handle();
    ctrlc::set_handler(move || stop.stop())?;
    worker.run(|task| {
        println!("Received task: {task}");
        sleep(work);
        square(&task)
    })?;
    Ok(())
}

fn square(task: &Message) -> Result<String, Box<dyn Error>> {
    let number: u32 = task.as_str()?.parse()?;
    Ok((u64::from(number) * u64::from(number)).to_string())
}
