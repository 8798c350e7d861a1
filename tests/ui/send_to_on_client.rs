use ferromq::{Client, Context, RoutingId};

fn main() -> ferromq::Result<()> {
    let client = Context::new()?.socket::<Client>().bind("inproc://service")?;
    client.send_to(&RoutingId::new("worker")?, "a task")?;
    Ok(())
}
