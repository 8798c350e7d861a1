use ferromq::{Context, Dish};

fn main() -> ferromq::Result<()> {
    let dish = Context::new()?.socket::<Dish>().bind("inproc://station")?;
    let message = dish.recv()?;
    Ok(())
}
