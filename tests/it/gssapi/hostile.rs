//! Peers that write the bytes of their handshakes themselves.

use std::io::{Read, Write};
use std::iter;
use std::net::{TcpListener, TcpStream};

use ferromq::monitor::{EventKind, ProtocolError};
use ferromq::security::GssapiServer;
use ferromq::{Linger, Pull, Push};

use super::{TICK, client, context, failure, gets_in, knocks, server, stays_outside};
use crate::patience::{A_WHILE, PATIENCE, until};
use crate::process::{Program, alone, explained, python_script};

fn greeting() -> Vec<u8> {
    let mut greeting = vec![0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0];
    greeting.extend(b"GSSAPI");
    greeting.resize(64, 0);
    greeting
}

fn command(body: &[u8]) -> Vec<u8> {
    [&[0x06], &(body.len() as u64).to_be_bytes()[..], body].concat()
}

fn initiate(claimed_length: u32, token: &[u8]) -> Vec<u8> {
    command(&[b"\x08INITIATE", &claimed_length.to_be_bytes()[..], token].concat())
}

/// Handshakes that a Kerberos library need not even look at, and some that it refuses.
fn malformed_handshakes() -> Vec<Vec<u8>> {
    // The beginning of a token of Kerberos: a tag, a length, the mechanism's number, and that a request follows.
    let kerberos = b"\x60\x20\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x01\x00";
    vec![
        command(b""),
        command(b"\x08"),
        command(b"\x08INITIATE"),
        command(b"\x08INITIATE\0\0\0"),
        command(b"\x05READY"),
        command(&[0xff; 300]),
        // This would begin a negotiation about the mechanism.
        initiate(0, b""),
        initiate(0, b"more than was said"),
        initiate(1, b"more than was said"),
        initiate(100, b"less than was said"),
        initiate(u32::MAX, b"less than was said"),
        initiate(7, b"garbage"),
        initiate(kerberos.len() as u32, kerberos),
        [initiate(7, b"garbage"), initiate(7, b"garbage")].concat(),
        // As a message, and not as a command.
        b"\x00\x05hello".to_vec(),
    ]
}

#[test]
#[ignore = "needs Kerberos: run by cargo xtask gssapi"]
fn a_server_survives_malformed_handshakes() {
    alone("gssapi::hostile::a_server_survives_malformed_handshakes", || {
        let context = context();
        let pull = context.socket::<Pull>().security(GssapiServer::new().allow_any()).open().unwrap();
        let monitor = pull.monitor().unwrap();
        pull.bind("tcp://127.0.0.1:*").unwrap();
        let endpoint = pull.last_endpoint().unwrap();
        let address = endpoint.as_str().strip_prefix("tcp://").unwrap();
        for handshake in malformed_handshakes() {
            let mut peer = TcpStream::connect(address).unwrap();
            peer.write_all(&[greeting(), handshake].concat()).unwrap();
            let failure = failure(&monitor);
            assert!(matches!(failure, EventKind::HandshakeFailedProtocol(_)), "{failure}");
            // The server hangs up.
            let _ = peer.read_to_end(&mut Vec::new());
        }
        gets_in(&context, client("alice"), &pull);
    });
}

/// A message to be sent makes libzmq look for something to write, in the middle of a handshake that has not failed yet.
#[test]
#[ignore = "needs Kerberos: run by cargo xtask gssapi"]
fn a_client_survives_a_server_that_is_none() {
    alone("gssapi::hostile::a_client_survives_a_server_that_is_none", || {
        let context = context();
        for answer in malformed_handshakes() {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let push = context.socket::<Push>().security(client("alice")).reconnect_interval(TICK);
            let push = push.linger(Linger::NONE).open().unwrap();
            let monitor = push.monitor().unwrap();
            push.connect(format!("tcp://{}", listener.local_addr().unwrap())).unwrap();
            // The first connection breaks: libzmq then looks at what there is to be sent, and wants to be told of more.
            drop(listener.accept().unwrap());
            let (mut peer, _) = listener.accept().unwrap();
            peer.write_all(&greeting()).unwrap();
            // The greeting of the client, and the head of its INITIATE.
            peer.read_exact(&mut [0; 64 + 2 + 9]).unwrap();
            peer.write_all(&answer).unwrap();
            until("the client gives up", || {
                let heard = iter::from_fn(|| monitor.recv_timeout(A_WHILE).ok());
                let given_up = heard
                    .map(|event| event.kind())
                    .find(|kind| matches!(kind, EventKind::HandshakeFailedProtocol(_)));
                let _ = push.try_send("to nobody");
                given_up
            });
            let pull = server(&context, GssapiServer::new().allow_any());
            push.connect(pull.last_endpoint().unwrap()).unwrap();
            // The first ones may still go the way of the connection that has failed.
            let arrived = until("a message gets to an honest server", || {
                let _ = push.try_send("to the honest one");
                pull.try_recv().ok()
            });
            assert_eq!(arrived, "to the honest one");
        }
    });
}

/// A peer that Kerberos knows, and that wraps what nobody should.
#[test]
#[ignore = "needs Kerberos: run by cargo xtask gssapi"]
fn a_server_survives_whom_it_knows() {
    alone("gssapi::hostile::a_server_survives_whom_it_knows", || {
        let context = context();
        for when in ["handshake", "later"] {
            for how in ["readable", "empty", "no-token", "garbage", "longer", "shorter", "nothing"] {
                let pull = server(&context, GssapiServer::new().allow_any());
                let endpoint = pull.last_endpoint().unwrap();
                let mut command = python_script("tests/python/hostile_gssapi.py");
                command.args([endpoint.as_str(), when, how]);
                let mut peer = Program::start(format!("the peer that wraps {how}, {when},"), command);
                let outcome = peer.expect_line("hung up").and_then(|()| peer.end_well(PATIENCE));
                outcome.unwrap_or_else(|error| panic!("{}", explained(error, [&mut peer])));
                assert!(pull.try_recv().unwrap_err().is_would_block());
                gets_in(&context, client("alice"), &pull);
            }
        }
    });
}

#[test]
#[ignore = "needs Kerberos: run by cargo xtask gssapi"]
fn nobody_gets_in_who_replays_a_handshake() {
    let context = context();
    let pull = context.socket::<Pull>().security(GssapiServer::new().allow_any()).open().unwrap();
    let monitor = pull.monitor().unwrap();
    pull.bind("tcp://127.0.0.1:*").unwrap();
    // What an honest client says to somebody else.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let push = knocks(&context, client("alice"))
        .connect(format!("tcp://{}", listener.local_addr().unwrap()))
        .unwrap();
    let (mut honest, _) = listener.accept().unwrap();
    honest.write_all(&greeting()).unwrap();
    let mut said = vec![0; 64 + 9];
    honest.read_exact(&mut said).unwrap();
    assert_eq!(said[64], 0x06, "a long command");
    let length = u64::from_be_bytes(said[65..].try_into().unwrap()) as usize;
    said.resize(64 + 9 + length, 0);
    honest.read_exact(&mut said[64 + 9..]).unwrap();
    drop((push, listener));

    let endpoint = pull.last_endpoint().unwrap();
    let address = endpoint.as_str().strip_prefix("tcp://").unwrap();
    let mut first = TcpStream::connect(address).unwrap();
    first.write_all(&said).unwrap();
    // The greeting of the server, and that it answers.
    first.read_exact(&mut [0; 64 + 2 + 9]).unwrap();
    let mut second = TcpStream::connect(address).unwrap();
    second.write_all(&said).unwrap();
    let refused = EventKind::HandshakeFailedProtocol(ProtocolError::ZmtpCryptographic);
    assert_eq!(failure(&monitor), refused);
    stays_outside(&knocks(&context, client("nobody")).connect(&endpoint).unwrap(), &pull);
}
