//! §4.3, `secure_server.py`: answers the requests of clients whose keys it knows, encrypted.
//!
//! ```text
//! cargo run --example secure_server
//! cargo run --example secure_client          # in another terminal; or the same in Python:
//! python examples/python/secure_client.py
//! ```
//!
//! Another endpoint than `tcp://*:5563` can be given as first argument, another directory than `target/secure` as second. It
//! has the server's keys in `server.key_secret`, and in `clients` the public keys of those who may connect: copy a file
//! there, and its owner gets in; remove it, and its owner does not get in again. If the directory is missing, it is made,
//! with keys for one client. It serves until Ctrl-C.
//!
//! Mended: the article makes its keys with ssh-keygen, which knows no CURVE keys; sets them on the context, where libzmq has
//! no such options; and asks nobody who the client is. docs/security.md explains what is done here instead.

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};

use ferromq::security::{CertificateStore, CurveServer};
use ferromq::zap::{Authenticator, Rules};
use ferromq::{Context, Rep};

mod certificates;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let endpoint = arguments.next().unwrap_or_else(|| "tcp://*:5563".to_owned());
    let directory = arguments.next().unwrap_or_else(|| certificates::DEFAULT_DIRECTORY.to_owned());
    let directory = PathBuf::from(directory);
    certificates::make_if_missing(&directory)?;
    let context = Context::new()?;

    // Shutting the context down ends every wait in its sockets, from any thread.
    let shutdown = context.shutdown_handle();
    ctrlc::set_handler(move || shutdown.shutdown())?;

    match serve(&context, &endpoint, &directory) {
        Err(error) if error.is_terminated() => Ok(()),
        result => Ok(result?),
    }
}

fn serve(context: &Context, endpoint: &str, directory: &Path) -> ferromq::Result<()> {
    let keys = certificates::load_keys(&directory.join("server.key_secret"))?;
    let clients = CertificateStore::open(directory.join("clients"))?;
    let _authenticator = Authenticator::start(context, Rules::new().curve_store(clients))?;

    let mut rep = context.socket::<Rep>().security(CurveServer::new(keys)).bind(endpoint)?;
    loop {
        let (request, replying) = rep.recv()?;
        println!("Received request: {request}");
        match (request[0].user_id().unwrap_or_default(), request[0].metadata("name")) {
            (key, Some(name)) => println!("From: {key} ({name})"),
            (key, None) => println!("From: {key}"),
        }
        rep = replying.send("Secure message received.")?;
    }
}
