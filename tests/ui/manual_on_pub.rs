use ferromq::{Context, Pub};

fn main() -> ferromq::Result<()> {
    let publisher = Context::new()?.socket::<Pub>().manual(true).bind("inproc://news")?;
    Ok(())
}
