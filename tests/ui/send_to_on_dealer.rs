use ferromq::{Context, Dealer, RoutingId};

fn main() -> ferromq::Result<()> {
    let dealer = Context::new()?.socket::<Dealer>().bind("inproc://service")?;
    dealer.send_to(&RoutingId::new("worker")?, "a task")?;
    Ok(())
}
