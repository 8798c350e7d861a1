use ferromq::{Context, Push};

fn main() -> ferromq::Result<()> {
    let push = Context::new()?.socket::<Push>().bind("inproc://tasks")?;
    let message = push.recv()?;
    Ok(())
}
