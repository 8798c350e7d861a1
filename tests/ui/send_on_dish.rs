use ferromq::{Context, Dish};

fn main() -> ferromq::Result<()> {
    let dish = Context::new()?.socket::<Dish>().bind("inproc://station")?;
    dish.send("news")?;
    Ok(())
}
