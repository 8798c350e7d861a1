use ferromq::{Context, Pull};

fn main() -> ferromq::Result<()> {
    let pull = Context::new()?.socket::<Pull>().bind("inproc://tasks")?;
    pull.subscribe("urgent")?;
    Ok(())
}
