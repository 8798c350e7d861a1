//! zeromq.

use zeromq::util::PeerIdentity;
use zeromq::{
    DealerSocket, PubSocket, PullSocket, PushSocket, RepSocket, ReqSocket, RouterSocket, Socket,
    SocketOptions, SocketRecv, SocketSend, SubSocket, XPubSocket, XSubSocket, ZmqError, ZmqMessage,
};

use crate::talk::{Frames, Invitation, Result, Talks, Waiting};

fn said(error: ZmqError) -> String {
    error.to_string()
}

/// A socket that both sends and receives; or one that does only the first, or only the second.
struct Both<S>(S);
struct Sends<S>(S);
struct Receives<S>(S);

pub async fn open(invitation: &Invitation) -> Result<Box<dyn Talks>> {
    Ok(match invitation.pattern.as_str() {
        "REQ" => Box::new(Both(attached::<ReqSocket>(invitation).await?)),
        "REP" => Box::new(Both(attached::<RepSocket>(invitation).await?)),
        "DEALER" => Box::new(Both(attached::<DealerSocket>(invitation).await?)),
        "ROUTER" => Box::new(Both(attached::<RouterSocket>(invitation).await?)),
        "XPUB" => Box::new(Both(attached::<XPubSocket>(invitation).await?)),
        "PUB" => Box::new(Sends(attached::<PubSocket>(invitation).await?)),
        "PUSH" => Box::new(Sends(attached::<PushSocket>(invitation).await?)),
        "PULL" => Box::new(Receives(attached::<PullSocket>(invitation).await?)),
        "SUB" => {
            let mut socket = attached::<SubSocket>(invitation).await?;
            socket.subscribe("").await.map_err(said)?;
            Box::new(Receives(socket))
        }
        "XSUB" => {
            let mut socket = attached::<XSubSocket>(invitation).await?;
            socket.subscribe("").await.map_err(said)?;
            Box::new(Receives(socket))
        }
        other => return Err(format!("there is no {other} here")),
    })
}

async fn attached<S: Socket>(invitation: &Invitation) -> Result<S> {
    let mut options = SocketOptions::default();
    if let Some(name) = invitation.name() {
        let name: PeerIdentity = name.parse().map_err(said)?;
        options.peer_identity(name);
    }
    let mut socket = S::with_options(options);
    if invitation.binds {
        // Its wildcard is a port of 0.
        let bound = socket.bind(&invitation.endpoint.replace(":*", ":0")).await.map_err(said)?;
        println!("at {bound}");
    } else {
        socket.connect(&invitation.endpoint).await.map_err(said)?;
    }
    Ok(socket)
}

fn message(frames: Frames) -> Result<ZmqMessage> {
    ZmqMessage::try_from(frames).map_err(|error| error.to_string())
}

impl<S: SocketSend + SocketRecv> Talks for Both<S> {
    fn send(&mut self, frames: Frames) -> Waiting<'_, ()> {
        Box::pin(async { self.0.send(message(frames)?).await.map_err(said) })
    }

    fn receive(&mut self) -> Waiting<'_, Frames> {
        Box::pin(async { Ok(self.0.recv().await.map_err(said)?.into_vec()) })
    }
}

impl<S: SocketSend> Talks for Sends<S> {
    fn send(&mut self, frames: Frames) -> Waiting<'_, ()> {
        Box::pin(async { self.0.send(message(frames)?).await.map_err(said) })
    }

    fn receive(&mut self) -> Waiting<'_, Frames> {
        Box::pin(async { Err("it does not receive".to_owned()) })
    }
}

impl<S: SocketRecv> Talks for Receives<S> {
    fn send(&mut self, _: Frames) -> Waiting<'_, ()> {
        Box::pin(async { Err("it does not send".to_owned()) })
    }

    fn receive(&mut self) -> Waiting<'_, Frames> {
        Box::pin(async { Ok(self.0.recv().await.map_err(said)?.into_vec()) })
    }
}
