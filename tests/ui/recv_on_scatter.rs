use ferromq::{Context, Scatter};

fn main() -> ferromq::Result<()> {
    let scatter = Context::new()?.socket::<Scatter>().bind("inproc://tasks")?;
    let message = scatter.recv()?;
    Ok(())
}
