use ferromq::{Context, Router};

fn main() -> ferromq::Result<()> {
    let router = Context::new()?.socket::<Router>().conflate(true).bind("inproc://broker")?;
    Ok(())
}
