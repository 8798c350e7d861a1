//! RADIO: sends to groups.

use crate::options::Group;
use crate::socket::pattern::{SendsTo, pattern};
use crate::socket::state::Open;

/// RADIO sends each message to a [`Group`], that is to every [DISH](crate::Dish) peer that joined it.
///
/// It never waits: a DISH whose queue is full, or that is not connected yet, misses the message. Messages are of
/// one frame, and any number of threads may use it at once. Over `udp` it connects to a unicast or a multicast
/// address and sends every group there, in datagrams of 8192 bytes at most together with the group's name and one
/// more byte. Source: RFC 48. Draft.
///
/// ```
/// use ferromq::{Context, Dish, Group, Radio};
///
/// let context = Context::new()?;
/// let weather = Group::new("weather")?;
/// let radio = context.socket::<Radio>().bind("inproc://station")?;
/// let dish = context.socket::<Dish>().join(&weather).connect("inproc://station")?;
/// radio.send_to(&Group::new("sport")?, "1:0")?;
/// radio.send_to(&weather, "Sunny today.")?;
/// assert_eq!(dish.recv_from()?, (weather, "Sunny today.".into()));
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[doc(alias = "ZMQ_RADIO")]
pub enum Radio {}

pattern!(Radio is ThreadSafe RADIO, initially Open, peers Group);

impl SendsTo for Radio {}
