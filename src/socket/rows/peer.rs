//! Messages that libzmq sends or makes up when peers come and go.

use crate::socket::table::options;

options! {
    /// The body of a message that is sent to each new peer, before anything else.
    ///
    /// Default: empty, none. One frame.
    HelloMessage ("ZMQ_HELLO_MSG") = HELLO_MSG as Content, default Vec::new(), on [Dealer, Router; Client, Server, Peer],
        build hello_message(impl Into<Vec<u8>>), builder_only set_hello_message,
        remembered hello_message -> Vec<u8>;

    /// The body of a message that this socket receives when a peer that connected to it has gone.
    ///
    /// Default: empty, none. One frame, from the peer that has gone.
    DisconnectMessage ("ZMQ_DISCONNECT_MSG") = DISCONNECT_MSG as Content, default Vec::new(), on [Router; Server, Peer],
        build disconnect_message(impl Into<Vec<u8>>), builder_only set_disconnect_message,
        remembered disconnect_message -> Vec<u8>;

    /// The body of a message that this socket receives when a connection that it made is lost, and is made again.
    ///
    /// Default: empty, none. One frame.
    HiccupMessage ("ZMQ_HICCUP_MSG") = HICCUP_MSG as Content, default Vec::new(), on [Dealer; Client, Peer],
        build hiccup_message(impl Into<Vec<u8>>), builder_only set_hiccup_message,
        remembered hiccup_message -> Vec<u8>;
}
