use ferromq::{Context, Rep};

fn main() -> ferromq::Result<()> {
    let rep = Context::new()?.socket::<Rep>().bind("inproc://service")?;
    let rep = rep.send("a reply to nobody")?;
    Ok(())
}
