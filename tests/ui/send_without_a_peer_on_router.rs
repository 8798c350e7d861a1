use ferromq::{Context, Router};

fn main() -> ferromq::Result<()> {
    let router = Context::new()?.socket::<Router>().bind("inproc://broker")?;
    router.send("to whom?")?;
    Ok(())
}
