use ferromq::{Context, XPub};

fn main() -> ferromq::Result<()> {
    let publisher = Context::new()?.socket::<XPub>().subscribe("news").bind("inproc://news")?;
    Ok(())
}
