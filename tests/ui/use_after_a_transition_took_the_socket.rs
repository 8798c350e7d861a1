use ferromq::{Context, Req};

fn main() -> ferromq::Result<()> {
    let req = Context::new()?.socket::<Req>().connect("inproc://service")?;
    let awaiting = req.send("request")?;
    let again = req.send("request")?;
    Ok(())
}
