//! DISH: receives what is sent to the groups that it joined.

use crate::error::{Error, ErrorKind, Operation, Result};
use crate::options::Group;
use crate::options::setting::{Encoded, Setting};
use crate::socket::pattern::{ReceivesFrom, pattern};
use crate::socket::state::Open;
use crate::socket::{Builder, Socket};
use crate::sys::Errno;

/// DISH receives from its [RADIO](crate::Radio) peers the messages that are sent to a group which it joined.
///
/// Messages are of one frame, and any number of threads may use it at once. Over `udp` it binds, to an interface's
/// address or to a multicast address. Source: RFC 48. Draft. See [`Radio`](crate::Radio) for an example.
#[derive(Clone, Copy, Debug)]
#[doc(alias = "ZMQ_DISH")]
pub enum Dish {}

pattern!(Dish is ThreadSafe DISH, initially Open, peers Group);

impl ReceivesFrom for Dish {}

impl Builder<Dish, Open> {
    /// Joins a group before the socket binds or connects; may be called several times.
    #[doc(alias = "zmq_join")]
    pub fn join(self, group: &Group) -> Self {
        self.with_setting(Setting {
            name: "join",
            shown: group.to_string(),
            value: Encoded::Join(group.clone()),
            remembered: false,
        })
    }
}

impl Socket<Dish, Open> {
    /// Joins a group.
    ///
    /// # Errors
    /// [`WrongState`](ErrorKind::WrongState) if the socket is a member already,
    /// [`Terminated`](ErrorKind::Terminated).
    ///
    /// ```
    /// use ferromq::{Context, Dish, ErrorKind, Group};
    ///
    /// let dish = Context::new()?.socket::<Dish>().bind("inproc://station")?;
    /// let weather = Group::new("weather")?;
    /// dish.join(&weather)?;
    /// assert_eq!(dish.join(&weather).unwrap_err().kind(), ErrorKind::WrongState);
    /// dish.leave(&weather)?;
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    #[doc(alias = "zmq_join")]
    pub fn join(&self, group: &Group) -> Result<()> {
        let joined = self.core.raw.join(group.as_c());
        joined.map_err(|errno| about(Operation::Join, errno, group, "the socket is a member already"))
    }

    /// Leaves a group.
    ///
    /// # Errors
    /// [`WrongState`](ErrorKind::WrongState) if the socket is not a member,
    /// [`Terminated`](ErrorKind::Terminated).
    #[doc(alias = "zmq_leave")]
    pub fn leave(&self, group: &Group) -> Result<()> {
        let left = self.core.raw.leave(group.as_c());
        left.map_err(|errno| about(Operation::Leave, errno, group, "the socket is not a member"))
    }
}

fn about(operation: Operation, errno: Errno, group: &Group, reason: &str) -> Error {
    let error = Error::from_errno(operation, errno);
    match errno {
        Errno::EINVAL => {
            error.with_kind(ErrorKind::WrongState).about_detail(format!("group {group}: {reason}"))
        }
        _ => error.about_detail(format!("group {group}")),
    }
}
