use ferromq::{Context, Gather};

fn main() -> ferromq::Result<()> {
    let gather = Context::new()?.socket::<Gather>().bind("inproc://tasks")?;
    gather.send("a task")?;
    Ok(())
}
