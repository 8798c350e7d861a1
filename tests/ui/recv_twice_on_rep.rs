use ferromq::{Context, Rep};

fn main() -> ferromq::Result<()> {
    let rep = Context::new()?.socket::<Rep>().bind("inproc://service")?;
    let (first, rep) = rep.recv()?;
    let (second, rep) = rep.recv()?;
    Ok(())
}
