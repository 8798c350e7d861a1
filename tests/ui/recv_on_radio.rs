use ferromq::{Context, Radio};

fn main() -> ferromq::Result<()> {
    let radio = Context::new()?.socket::<Radio>().bind("inproc://station")?;
    let message = radio.recv()?;
    Ok(())
}
