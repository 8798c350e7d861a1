use ferromq::{Context, Pub};

fn main() -> ferromq::Result<()> {
    let publisher = Context::new()?.socket::<Pub>().subscribe("news").bind("inproc://news")?;
    Ok(())
}
