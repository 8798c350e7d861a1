//! The other end of `interop/tests/matrix`: holds one conversation after the other, as `tests/it/matrix/peer.rs` says.
//!
//! usage: ferromq-rivals LIBRARY SERVER'S-PUBLIC-KEY SERVER'S-SECRET-KEY CLIENT'S-PUBLIC-KEY CLIENT'S-SECRET-KEY

mod omq;
mod talk;
mod zeromq;

use std::env;

use talk::{Invitation, Lines, Talks};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (library, keys) = arguments.split_first().expect("it is told which library to use");
    match library.as_str() {
        "omq-tokio" => println!("omq-tokio 0.33.0"),
        "zeromq" => println!("zeromq 0.7.0"),
        other => panic!("{other} is not among these"),
    }
    let mut lines = Lines::new();
    while let Some(line) = lines.next().await {
        let invitation = Invitation::from_line(&line);
        let opened: Result<Box<dyn Talks>, String> = match library.as_str() {
            "omq-tokio" => omq::open(&invitation, keys).await,
            _ => zeromq::open(&invitation).await,
        };
        let socket = match opened {
            Ok(mut socket) => {
                match invitation.talk(socket.as_mut(), &mut lines).await {
                    Ok(()) => println!("done"),
                    Err(error) => println!("failed: {error}"),
                }
                Some(socket)
            }
            Err(error) => {
                println!("failed: {error}");
                None
            }
        };
        lines.next().await;
        drop(socket);
        println!("closed");
    }
}
