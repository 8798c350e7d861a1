use ferromq::{Client, Context};

fn main() -> ferromq::Result<()> {
    let client = Context::new()?.socket::<Client>().bind("inproc://service")?;
    client.set_hello_message("hello")?;
    Ok(())
}
