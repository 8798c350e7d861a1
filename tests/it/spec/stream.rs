//! STREAM, at either end of a connection.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use ferromq::{Context, Dealer, RoutingId, Socket, Stream, StreamEvent};

use crate::patience::{PATIENCE, taking, until};

const LOOPBACK: &str = "tcp://127.0.0.1:*";

fn connected(stream: &Socket<Stream>) -> RoutingId {
    match stream.recv_event_timeout(PATIENCE).expect("a connection") {
        StreamEvent::Connected(peer) => peer,
        other => panic!("{other:?} comes before the connection"),
    }
}

/// The next bytes from `peer`, so many at least: where a piece ends means nothing.
fn read(stream: &Socket<Stream>, peer: &RoutingId, length: usize) -> Vec<u8> {
    let mut received = Vec::new();
    while received.len() < length {
        match stream.recv_event_timeout(PATIENCE).expect("bytes") {
            StreamEvent::Data(from, data) if from == *peer => received.extend_from_slice(data.as_bytes()),
            other => panic!("{other:?} after {} bytes of {length}", received.len()),
        }
    }
    received
}

/// Source: tests/test_stream.cpp, test_stream_to_dealer
#[test]
fn a_stream_that_speaks_zmtp_exchanges_messages_with_a_dealer() {
    let context = Context::new().unwrap();
    let stream = context.socket::<Stream>().bind(LOOPBACK).unwrap();
    let dealer = context.socket::<Dealer>().connect(stream.last_endpoint().unwrap()).unwrap();
    dealer.send(["", "to the stream"]).unwrap();
    let peer = connected(&stream);

    let mut greeting = [0; 64];
    (greeting[0], greeting[9], greeting[10]) = (0xff, 0x7f, 3);
    greeting[12..16].copy_from_slice(b"NULL");
    stream.send_to(&peer, greeting.to_vec()).unwrap();
    let ready = b"\x04\x1c\x05READY\x0bSocket-Type\x00\x00\x00\x06ROUTER";
    stream.send_to(&peer, ready.to_vec()).unwrap();

    // Its greeting, READY with type and identity, and a message of two frames.
    let theirs = b"\x04\x29\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER\x08Identity\x00\x00\x00\x00";
    let message = b"\x01\x00\x00\x0dto the stream";
    let received = read(&stream, &peer, 64 + theirs.len() + message.len());
    assert_eq!((received[0], received[9], received[10]), (0xff, 0x7f, 3));
    assert_eq!(received[64..64 + theirs.len()], *theirs);
    assert_eq!(received[64 + theirs.len()..], *message);

    // Where the stream's own messages end means nothing either.
    stream.send_to(&peer, b"\x00\x0dto the ".to_vec()).unwrap();
    stream.send_to(&peer, "dealer").unwrap();
    assert_eq!(dealer.recv_timeout(PATIENCE).unwrap(), "to the dealer");
}

/// Source: tests/test_stream.cpp, test_stream_to_stream
#[test]
fn two_streams_exchange_bytes_and_know_of_each_other() {
    let context = Context::new().unwrap();
    let server = context.socket::<Stream>().bind(LOOPBACK).unwrap();
    let client = context.socket::<Stream>().open().unwrap();
    let to_server = client.connect_peer(server.last_endpoint().unwrap()).unwrap();
    assert_eq!(connected(&client), to_server);
    let to_client = connected(&server);
    let request = b"GET /\n\n";
    client.send_to(&to_server, request.to_vec()).unwrap();
    assert_eq!(read(&server, &to_client, request.len()), request);
    let page = b"HTTP/1.0 200 OK\r\n\r\n\x00binary\xff";
    server.send_to(&to_client, page.to_vec()).unwrap();
    assert_eq!(read(&client, &to_server, page.len()), page);
}

/// Source: tests/test_stream_disconnect.cpp, test_stream_disconnect, and tests/test_stream_empty.cpp, test_stream_empty
#[test]
fn either_end_of_a_stream_can_end_the_connection_and_both_are_told() {
    let context = Context::new().unwrap();
    for server_ends in [true, false] {
        let server = context.socket::<Stream>().bind(LOOPBACK).unwrap();
        let client = context.socket::<Stream>().connect(server.last_endpoint().unwrap()).unwrap();
        let (to_server, to_client) = (connected(&client), connected(&server));
        client.send_to(&to_server, "the last word").unwrap();
        assert_eq!(read(&server, &to_client, 13), b"the last word");
        let (ends, its_peer, is_told, of) = match server_ends {
            true => (&server, &to_client, &client, &to_server),
            false => (&client, &to_server, &server, &to_client),
        };
        ends.disconnect_peer(its_peer).unwrap();
        let event = until("news of the end", || {
            // libzmq ends a connection only when its socket is used again.
            let _ = ends.try_recv_event();
            is_told.try_recv_event().ok()
        });
        assert_eq!(event, StreamEvent::Disconnected(of.clone()));
    }
}

/// Source: tests/test_stream_exceeds_buffer.cpp, test_stream_exceeds_buffer
#[test]
fn more_bytes_than_a_buffer_holds_arrive_whole_and_in_order() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let stream = Context::new().unwrap().socket::<Stream>().open().unwrap();
    let peer = stream.connect_peer(format!("tcp://{}", listener.local_addr().unwrap())).unwrap();
    let (mut other, _) = listener.accept().unwrap();
    assert_eq!(connected(&stream), peer);
    for length in [8191, 8192, 8193, 16_385, 1_000_000] {
        let bytes = crate::shapes::counting(length);
        let sent = bytes.clone();
        thread::scope(|threads| {
            threads.spawn(|| other.write_all(&sent).unwrap());
            assert_eq!(read(&stream, &peer, length), bytes);
        });
        stream.send_to(&peer, bytes.clone()).unwrap();
        let mut back = vec![0; length];
        other.set_read_timeout(Some(PATIENCE)).unwrap();
        other.read_exact(&mut back).unwrap();
        assert_eq!(back, bytes);
    }
}

/// What ends a connection of which the other side says nothing is the handshake timeout, and not its default.
const SOON: Duration = Duration::from_millis(100);

fn hangs_up(mut silent: TcpStream) {
    silent.set_read_timeout(Some(PATIENCE)).unwrap();
    silent.read_to_end(&mut Vec::new()).expect("the connection ends");
}

/// Source: tests/test_stream_timeout.cpp, test_stream_handshake_timeout_accept
#[test]
fn a_connection_that_was_accepted_and_says_nothing_ends_with_the_handshake_timeout() {
    let dealer = Context::new().unwrap().socket::<Dealer>().handshake_timeout(SOON).bind(LOOPBACK).unwrap();
    let address = dealer.last_endpoint().unwrap().address().to_owned();
    taking(SOON * 8 / 10, || hangs_up(TcpStream::connect(address).unwrap()));
}

/// Source: tests/test_stream_timeout.cpp, test_stream_handshake_timeout_connect
#[test]
fn a_connection_that_was_made_and_hears_nothing_ends_with_the_handshake_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("tcp://{}", listener.local_addr().unwrap());
    taking(SOON * 8 / 10, || {
        let _dealer =
            Context::new().unwrap().socket::<Dealer>().handshake_timeout(SOON).connect(endpoint).unwrap();
        hangs_up(listener.accept().unwrap().0);
    });
}
