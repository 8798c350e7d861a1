use ferromq::security::PlainClient;
use ferromq::{Context, Stream};

fn main() -> ferromq::Result<()> {
    let security = PlainClient::new("admin", "secret")?;
    let stream = Context::new()?.socket::<Stream>().security(security).bind("tcp://127.0.0.1:*")?;
    Ok(())
}
