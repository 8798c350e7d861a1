//! REQ and REP between a Rust program and a Python program, in both directions.

use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};

use crate::cargo::Built;
use crate::invocation::Invocation;
use crate::program::Program;
use crate::{Result, prerequisites, python};

/// The port of the article's first program.
const PORT: u16 = 5555;
/// Both programs are on this machine; a reply that takes longer than this does not come.
const PATIENCE: Duration = Duration::from_secs(20);

pub fn run() -> Result<()> {
    prerequisites::ensure(&prerequisites::to_build())?;
    let python = python::ensure()?;
    let built = Built::by(&["build", "--package", "ferromq", "--example", "server", "--example", "client"])?;
    let rust = |example| built.executable(example).map(|executable| Invocation::new(executable, &[]));
    let port = free_port()?;

    println!("\nA Rust server and a Python client:");
    converse(
        ("Rust server", rust("server")?),
        ("Python client", python.runs("examples/python/client.py")),
        port,
    )?;
    println!("\nA Python server and a Rust client:");
    converse(
        ("Python server", python.runs("examples/python/server.py")),
        ("Rust client", rust("client")?),
        port,
    )?;
    println!("\nBoth directions work.");
    Ok(())
}

/// Starts both, and checks that the request and the reply have arrived. Both have ended when it returns.
fn converse(server: (&'static str, Invocation), client: (&'static str, Invocation), port: u16) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    let start = |(name, program): (_, Invocation), endpoint: String| {
        Program::start(name, &program.argument(endpoint))
    };
    let mut server = start(server, format!("tcp://*:{port}"))?;
    let mut client = start(client, format!("tcp://localhost:{port}"))?;
    let status = client.wait(deadline, &mut server)?;
    if !status.success() {
        return Err(format!("the {} has failed ({status}).", client.name()));
    }
    server.printed("Received request: Hello", deadline)?;
    client.printed("Received reply: World, Hello!", deadline)
}

/// The article's port, or another one if somebody else has it.
fn free_port() -> Result<u16> {
    let listen =
        |port| TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).and_then(|listener| listener.local_addr());
    if listen(PORT).is_ok() {
        return Ok(PORT);
    }
    let port = listen(0).map_err(|error| format!("there is no free TCP port: {error}."))?.port();
    println!("Port {PORT} is in use by another program; using {port}.");
    Ok(port)
}
