use ferromq::{Context, Dealer};

fn main() -> ferromq::Result<()> {
    let dealer = Context::new()?.socket::<Dealer>().mandatory(true).bind("inproc://broker")?;
    Ok(())
}
