use ferromq::{Context, Push};

fn main() -> ferromq::Result<()> {
    let push = Context::new()?.socket::<Push>().mandatory(true).bind("inproc://tasks")?;
    Ok(())
}
