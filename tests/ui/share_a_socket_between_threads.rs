use ferromq::{Context, Push};

fn main() -> ferromq::Result<()> {
    let push = Context::new()?.socket::<Push>().bind("inproc://tasks")?;
    std::thread::scope(|scope| {
        scope.spawn(|| push.send("from one thread"));
        scope.spawn(|| push.send("from another"));
    });
    Ok(())
}
