use ferromq::{Context, Req};

fn main() {}

async fn wrong(context: Context) -> ferromq::Result<()> {
    let mut req = context.socket::<Req>().connect("inproc://service")?.into_async_io()?;
    let awaiting = req.send("first").await?;
    req.send("second").await?;
    let reply = awaiting.recv().await?;
    Ok(())
}
