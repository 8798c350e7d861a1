use ferromq::{Context, Sub};

fn main() -> ferromq::Result<()> {
    let subscriber = Context::new()?.socket::<Sub>().bind("inproc://news")?;
    subscriber.send("news")?;
    Ok(())
}
