use ferromq::{Context, Push};

fn main() {}

async fn wrong(context: Context) -> ferromq::Result<()> {
    let push = context.socket::<Push>().bind("inproc://tasks")?.into_async_io()?;
    let message = push.recv().await?;
    Ok(())
}
