use ferromq::{Context, Pull};

fn main() -> ferromq::Result<()> {
    let pull = Context::new()?.socket::<Pull>().bind("inproc://tasks")?;
    let (peer, task) = pull.recv_from()?;
    Ok(())
}
