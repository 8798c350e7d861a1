//! A client of a request-reply service that outlives its servers.

use std::fmt;
use std::time::{Duration, Instant};

use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind, Failed, Operation, Result};
use crate::message::Message;
use crate::socket::{Builder, Req, Socket};

/// Asks a REP or ROUTER until it replies: each try has a timeout, and when it has passed, the socket is closed and the request
/// sent again over a new one, to the next of the servers. The Guide calls this the Lazy Pirate.
///
/// A server that crashes, hangs or is not there yet costs a timeout and nothing else. A late reply to an earlier try is never
/// taken for the reply to another request. The server may be asked the same more than once, by a client that did not hear
/// its reply; requests for which that matters need a number of their own.
///
/// ```
/// use std::time::Duration;
/// use ferromq::{Context, Rep, Req, RequestClient};
///
/// let context = Context::new()?;
/// let rep = context.socket::<Rep>().bind("tcp://127.0.0.1:*")?;
/// let mut client = RequestClient::connect(context.socket::<Req>(), rep.last_endpoint()?)?
///     .timeout(Duration::from_secs(1))
///     .retries(3);
/// # let server = std::thread::spawn(move || -> ferromq::Result<()> {
/// #     let (request, replying) = rep.recv()?;
/// #     replying.send(format!("World, {request}!"))?;
/// #     Ok(())
/// # });
/// let reply = client.request("Hello")?;
/// assert_eq!(reply, "World, Hello!");
/// # server.join().unwrap()?;
/// # Ok::<(), ferromq::Error>(())
/// ```
///
/// For async programs, an async REQ that is [`relaxed`](Builder::relaxed) has `request` with `timeout` and `retries`.
pub struct RequestClient {
    /// Boxed, so that a client is small enough to be given back.
    builder: Box<Builder<Req>>,
    /// At least one.
    servers: Vec<Endpoint>,
    /// The index of the one that the socket is connected to.
    current: usize,
    /// `None` after a failure.
    socket: Option<Socket<Req>>,
    timeout: Duration,
    retries: u32,
}

impl RequestClient {
    /// A client of the server at `endpoint`, whose sockets have the builder's options; but they do not linger.
    ///
    /// # Errors
    /// With the builder: those of [`Builder::connect`].
    pub fn connect<E>(builder: Builder<Req>, endpoint: E) -> Result<RequestClient, Failed<Builder<Req>>>
    where
        E: TryInto<Endpoint, Error: Into<Error>>,
    {
        let endpoint: Endpoint = match endpoint.try_into() {
            Ok(endpoint) => endpoint,
            Err(error) => return Err(Failed::new(error.into().with_operation(Operation::Connect), builder)),
        };
        let builder = Box::new(builder.linger(Duration::ZERO));
        let socket = Builder::clone(&builder).connect(&endpoint)?;
        Ok(RequestClient {
            builder,
            servers: vec![endpoint],
            current: 0,
            socket: Some(socket),
            timeout: Duration::from_millis(2500),
            retries: 3,
        })
    }

    /// A further server, which is asked when the one before did not reply; and after the last, the first. The client stays
    /// with a server that replies.
    ///
    /// # Errors
    /// With the client: [`InvalidEndpoint`](ErrorKind::InvalidEndpoint),
    /// [`UnknownTransport`](ErrorKind::UnknownTransport). What else is wrong with it is known when it is its turn.
    pub fn or_connect<E>(mut self, endpoint: E) -> Result<RequestClient, Failed<RequestClient>>
    where
        E: TryInto<Endpoint, Error: Into<Error>>,
    {
        match endpoint.try_into() {
            Ok(endpoint) => {
                self.servers.push(endpoint);
                Ok(self)
            }
            Err(error) => Err(Failed::new(error.into().with_operation(Operation::Connect), self)),
        }
    }

    /// How long one try may take, from the connection to the reply. Default: 2.5 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How often a request is sent again. Default: 3 times, so that there are four tries.
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// Sends a request and returns its reply.
    ///
    /// # Errors
    /// With the request: [`GaveUp`](ErrorKind::GaveUp) if there was no reply to any try; then the client can be asked again.
    /// [`Terminated`](ErrorKind::Terminated); [`InvalidMessage`](ErrorKind::InvalidMessage) if the request has no frames;
    /// those of [`Builder::connect`].
    pub fn request(&mut self, request: impl Into<Message>) -> Result<Message, Failed<Message>> {
        let request = request.into();
        for again in 0..=self.retries {
            if again > 0 {
                self.current = (self.current + 1) % self.servers.len();
            }
            match self.once(request.clone()) {
                Err(error) if error.is_timeout() => {}
                outcome => return outcome.map_err(|error| Failed::new(error, request)),
            }
        }
        let error = Error::new(Operation::Receive, ErrorKind::GaveUp).about_detail(format!(
            "no reply in {} tries of {:?}",
            u64::from(self.retries) + 1,
            self.timeout
        ));
        Err(Failed::new(error, request))
    }

    /// One try. The socket is kept only if there was a reply.
    fn once(&mut self, request: Message) -> Result<Message> {
        let began = Instant::now();
        let socket = match self.socket.take() {
            Some(socket) => socket,
            None => Builder::clone(&self.builder).connect(&self.servers[self.current])?,
        };
        let awaiting = socket.send_timeout(request, self.timeout)?;
        let left = self.timeout.saturating_sub(began.elapsed());
        let (reply, socket) = awaiting.recv_timeout(left)?;
        self.socket = Some(socket);
        Ok(reply)
    }
}

impl fmt::Debug for RequestClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestClient")
            .field("servers", &self.servers)
            .field("timeout", &self.timeout)
            .field("retries", &self.retries)
            .finish_non_exhaustive()
    }
}
