use std::time::Duration;

use ferromq::{Context, Push};

fn main() -> ferromq::Result<()> {
    let push = Context::new()?.socket::<Push>().bind("inproc://tasks")?;
    push.set_heartbeat_interval(Duration::from_secs(5))?;
    Ok(())
}
