//! omq-tokio.

use std::time::Duration;

use bytes::Bytes;
use omq_tokio::{
    Context, CurveKeypair, CurvePublicKey, CurveSecretKey, Endpoint, Message, Options, Socket, SocketType,
};

use crate::talk::{Frames, Invitation, Result, Talks, Waiting};

const GROUP: &str = "probe";

pub struct Omq {
    socket: Socket,
    pattern: String,
    /// Of the last client whose message a SERVER has received.
    client: u32,
}

fn said(error: omq_tokio::Error) -> String {
    error.to_string()
}

pub async fn open(invitation: &Invitation, keys: &[String]) -> Result<Box<dyn Talks>> {
    let kind = match invitation.pattern.as_str() {
        "REQ" => SocketType::Req,
        "REP" => SocketType::Rep,
        "DEALER" => SocketType::Dealer,
        "ROUTER" => SocketType::Router,
        "PUB" => SocketType::Pub,
        "SUB" => SocketType::Sub,
        "XPUB" => SocketType::XPub,
        "XSUB" => SocketType::XSub,
        "PUSH" => SocketType::Push,
        "PULL" => SocketType::Pull,
        "PAIR" => SocketType::Pair,
        "CLIENT" => SocketType::Client,
        "SERVER" => SocketType::Server,
        "RADIO" => SocketType::Radio,
        "DISH" => SocketType::Dish,
        "SCATTER" => SocketType::Scatter,
        "GATHER" => SocketType::Gather,
        "CHANNEL" => SocketType::Channel,
        other => return Err(format!("there is no {other} here")),
    };
    let mut options = Options::default().linger(Duration::from_secs(5));
    if kind == SocketType::Router {
        options = options.router_mandatory(true);
    }
    if let Some(name) = invitation.name() {
        options = options.identity(name);
    }
    if invitation.heartbeats > 0 {
        options = options
            .heartbeat_interval(Duration::from_millis(invitation.heartbeats))
            .heartbeat_timeout(Duration::from_secs(20))
            .heartbeat_ttl(Duration::from_secs(20));
    }
    if invitation.curve {
        let public = |text: &str| CurvePublicKey::from_z85(text).map_err(said);
        let secret = |text: &str| CurveSecretKey::from_z85(text).map_err(said);
        let [server, server_secret, client, client_secret] = keys else { panic!("it is given four keys") };
        options = if invitation.binds {
            options.curve_server(CurveKeypair { public: public(server)?, secret: secret(server_secret)? })
        } else {
            let keypair = CurveKeypair { public: public(client)?, secret: secret(client_secret)? };
            options.curve_client(keypair, public(server)?)
        };
    }
    let socket = Context::current().socket(kind, options);
    if ["SUB", "XSUB"].contains(&invitation.pattern.as_str()) {
        socket.subscribe("").await.map_err(said)?;
    }
    if invitation.pattern == "DISH" {
        socket.join(GROUP).await.map_err(said)?;
    }
    if invitation.binds {
        // Its wildcard is a port of 0.
        let endpoint: Endpoint = invitation.endpoint.replace(":*", ":0").parse().map_err(said)?;
        let bound = socket.bind(endpoint).await.map_err(said)?;
        println!("at {bound}");
    } else {
        let endpoint: Endpoint = invitation.endpoint.parse().map_err(said)?;
        socket.connect(endpoint).await.map_err(said)?;
    }
    Ok(Box::new(Omq { socket, pattern: invitation.pattern.clone(), client: 0 }))
}

impl Talks for Omq {
    fn send(&mut self, frames: Frames) -> Waiting<'_, ()> {
        Box::pin(async move {
            let only = frames.last().cloned().unwrap_or_default();
            let message = match self.pattern.as_str() {
                "SERVER" => Message::single(only).with_routing_id(self.client),
                "RADIO" => Message::with_group(GROUP, only),
                _ => Message::multipart(frames),
            };
            self.socket.send(message).await.map_err(said)
        })
    }

    fn receive(&mut self) -> Waiting<'_, Frames> {
        Box::pin(async move {
            let message = self.socket.recv().await.map_err(said)?;
            let mut frames: Frames = (0..message.len()).filter_map(|part| message.part_bytes(part)).collect();
            match self.pattern.as_str() {
                "SERVER" => {
                    self.client = message.routing_id().ok_or("a message without a client")?;
                    frames.insert(0, Bytes::new());
                }
                "DISH" if frames.len() == 2 => drop(frames.remove(0)),
                _ => {}
            }
            Ok(frames)
        })
    }
}
