use ferromq::{Context, Group, Sub};

fn main() -> ferromq::Result<()> {
    let subscriber = Context::new()?.socket::<Sub>().bind("inproc://news")?;
    subscriber.join(&Group::new("weather")?)?;
    Ok(())
}
