use ferromq::{Client, Context};

fn main() -> ferromq::Result<()> {
    let client = Context::new()?.socket::<Client>().connect("inproc://service")?;
    std::thread::scope(|scope| {
        scope.spawn(|| client.try_send("from one thread"));
        scope.spawn(|| client.try_send("from another"));
    });
    Ok(())
}
