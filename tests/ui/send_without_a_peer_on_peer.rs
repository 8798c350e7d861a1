use ferromq::{Context, Peer};

fn main() -> ferromq::Result<()> {
    let peer = Context::new()?.socket::<Peer>().bind("inproc://service")?;
    peer.send("to whom?")?;
    Ok(())
}
