use ferromq::{Context, Stream};

fn main() -> ferromq::Result<()> {
    let stream = Context::new()?.socket::<Stream>().bind("tcp://127.0.0.1:*")?;
    stream.send("to whom?")?;
    Ok(())
}
