use ferromq::{Context, Req};

fn main() {}

async fn wrong(context: Context) -> ferromq::Result<()> {
    let req = context.socket::<Req>().connect("inproc://service")?.into_async_io()?;
    let reply = req.recv().await?;
    Ok(())
}
