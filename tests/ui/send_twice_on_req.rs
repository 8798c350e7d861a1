use ferromq::{Context, Req};

fn main() -> ferromq::Result<()> {
    let req = Context::new()?.socket::<Req>().connect("inproc://service")?;
    let req = req.send("first")?;
    let req = req.send("second")?;
    Ok(())
}
