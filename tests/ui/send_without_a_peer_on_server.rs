use ferromq::{Context, Server};

fn main() -> ferromq::Result<()> {
    let server = Context::new()?.socket::<Server>().bind("inproc://service")?;
    server.send("to whom?")?;
    Ok(())
}
