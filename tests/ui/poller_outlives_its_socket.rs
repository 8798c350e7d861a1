use ferromq::poll::Interest;
use ferromq::{Context, Poller, Pull};

fn main() -> ferromq::Result<()> {
    let mut poller = Poller::new();
    {
        let pull = Context::new()?.socket::<Pull>().bind("inproc://tasks")?;
        poller.add(&pull, "tasks", Interest::READABLE)?;
    }
    poller.wait()?;
    Ok(())
}
