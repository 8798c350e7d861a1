use ferromq::poll::Interest;
use ferromq::{Context, Poller, Req};

fn main() -> ferromq::Result<()> {
    let req = Context::new()?.socket::<Req>().connect("inproc://service")?;
    let mut poller = Poller::new();
    poller.add(&req, "req", Interest::WRITABLE)?;
    let req = req.send("request")?;
    poller.wait()?;
    Ok(())
}
