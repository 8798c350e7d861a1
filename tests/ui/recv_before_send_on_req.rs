use ferromq::{Context, Req};

fn main() -> ferromq::Result<()> {
    let req = Context::new()?.socket::<Req>().connect("inproc://service")?;
    let (reply, req) = req.recv()?;
    Ok(())
}
