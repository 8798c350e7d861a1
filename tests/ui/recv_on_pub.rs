use ferromq::{Context, Pub};

fn main() -> ferromq::Result<()> {
    let publisher = Context::new()?.socket::<Pub>().bind("inproc://news")?;
    let message = publisher.recv()?;
    Ok(())
}
