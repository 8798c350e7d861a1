use ferromq::{Context, Dgram};

fn main() -> ferromq::Result<()> {
    let dgram = Context::new()?.socket::<Dgram>().bind("udp://127.0.0.1:*")?;
    std::thread::scope(|scope| {
        scope.spawn(|| dgram.recv_from());
        scope.spawn(|| dgram.recv_from());
    });
    Ok(())
}
