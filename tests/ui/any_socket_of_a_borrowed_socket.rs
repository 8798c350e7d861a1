use ferromq::{AnySocket, Context, Pull};

fn main() -> ferromq::Result<()> {
    let pull = Context::new()?.socket::<Pull>().bind("inproc://tasks")?;
    let any = AnySocket::from(&pull);
    Ok(())
}
