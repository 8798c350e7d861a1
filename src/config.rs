//! Sockets from configuration files.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::context::Context;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind, Operation, Result};
use crate::options::plain::Plain;
use crate::socket::pattern::{Pattern, Subscribes};
use crate::socket::rows::{entries, metadata};
use crate::socket::table::Entry;
use crate::socket::{Builder, Socket};

/// The options and endpoints of a socket, from a file in TOML, JSON, YAML or any other format of serde's.
///
/// The keys are the names of the builder's methods, and `bind`, `connect` (endpoints), `subscribe` (topics) and
/// `metadata` (properties), of which each takes one or a list. Values are written like this:
///
/// - a duration with its unit: `"2s"`, `"100ms"`, `"1m 30s"`
/// - what is `None` in Rust: `"none"`
/// - [`Hwm`](crate::Hwm): a number, or `"unlimited"`; [`Linger`](crate::Linger): a duration, `"none"` or `"forever"`
/// - [`ReconnectStop`](crate::ReconnectStop): a list of `"connection_refused"`, `"handshake_failed"`,
///   `"after_disconnect"`
///
/// A key that there is not, and a value that its option does not take, are errors of the format that name the
/// key. Whether the pattern has the option is found when the socket opens. The states of REQ that
/// [`relaxed`](Builder::relaxed) brings are types, and not a matter of configuration.
///
/// ```
/// use ferromq::{Context, Pull, SocketConfig};
///
/// let config: SocketConfig = toml::from_str(r#"
///     bind = ["tcp://127.0.0.1:*", "inproc://tasks"]
///     receive_hwm = 100
///     receive_timeout = "2s"
/// "#).expect("it is right");
/// let pull = config.open::<Pull>(&Context::new()?)?;
/// assert_eq!(pull.receive_hwm()?, 100.into());
///
/// let error = toml::from_str::<SocketConfig>("recieve_hwm = 100").unwrap_err();
/// assert!(error.message().starts_with("recieve_hwm: there is no such key"));
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, PartialEq, Default)]
pub struct SocketConfig {
    bind: Vec<Endpoint>,
    connect: Vec<Endpoint>,
    subscribe: Vec<String>,
    metadata: Vec<(String, String)>,
    /// By name, because formats do not keep the order either.
    options: BTreeMap<&'static str, (&'static Entry, Plain)>,
}

const BIND: &str = "bind";
const CONNECT: &str = "connect";
const SUBSCRIBE: &str = "subscribe";

impl SocketConfig {
    /// Opens a socket of pattern `P` with these options, binds it and connects it.
    ///
    /// # Errors
    /// As for [`Builder::open`] after [`Builder::configure`], and for [`attach`](SocketConfig::attach).
    pub fn open<P: Pattern>(&self, context: &Context) -> Result<Socket<P>> {
        let socket = context.socket::<P>().configure(self).open()?;
        self.attach(&socket)?;
        Ok(socket)
    }

    /// Binds and connects a socket to these endpoints.
    ///
    /// # Errors
    /// As for [`Socket::bind`] and [`Socket::connect`], with the endpoint. What was done before it stays done.
    pub fn attach<P: Pattern, S>(&self, socket: &Socket<P, S>) -> Result<()> {
        self.bind.iter().try_for_each(|endpoint| socket.bind(endpoint))?;
        self.connect.iter().try_for_each(|endpoint| socket.connect(endpoint))
    }

    /// The endpoints to bind to.
    pub fn bind_endpoints(&self) -> &[Endpoint] {
        &self.bind
    }

    /// The endpoints to connect to.
    pub fn connect_endpoints(&self) -> &[Endpoint] {
        &self.connect
    }

    /// Takes in one key; the reason names it if it is wrong.
    fn insert(&mut self, key: &str, value: Plain) -> Result<(), String> {
        let texts = |value: Plain| match value {
            Plain::Text(text) => Ok(vec![text]),
            Plain::List(texts) => Ok(texts),
            other => Err(format!("{key}: expected a text or a list of texts, found {other}")),
        };
        let endpoints = |value| {
            let parsed = texts(value)?.into_iter().map(|text| text.parse::<Endpoint>());
            parsed.collect::<Result<Vec<_>>>().map_err(|error| format!("{key}: {error}"))
        };
        match key {
            BIND => self.bind = endpoints(value)?,
            CONNECT => self.connect = endpoints(value)?,
            SUBSCRIBE => self.subscribe = texts(value)?,
            _ => {
                let Some(entry) = entries().find(|entry| entry.name == key) else {
                    return Err(unknown(key));
                };
                (entry.setting)(&value)?;
                self.options.insert(entry.name, (entry, value));
            }
        }
        Ok(())
    }
}

fn unknown(key: &str) -> String {
    let mut keys: Vec<&str> = entries().map(|entry| entry.name).collect();
    keys.extend([BIND, CONNECT, SUBSCRIBE, metadata::NAME]);
    keys.sort_unstable();
    format!("{key}: there is no such key; there are {}", keys.join(", "))
}

impl<P: Pattern, S> Builder<P, S> {
    /// Sets the options of a configuration, and subscribes to its topics; not its endpoints, which
    /// [`SocketConfig::attach`] uses.
    ///
    /// An option that this pattern does not have is reported when the socket is opened, as
    /// [`Unsupported`](ErrorKind::Unsupported), with the option's name.
    ///
    /// ```
    /// use ferromq::{Context, ErrorKind, Push, Req, SocketConfig};
    ///
    /// let context = Context::new()?;
    /// let config: SocketConfig = toml::from_str("connect = 'inproc://service'\nrouting_id = 'me'").unwrap();
    /// let req = context.socket::<Req>().relaxed().configure(&config).open()?;
    /// config.attach(&req)?;
    ///
    /// let error = context.socket::<Push>().configure(&config).open().unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Unsupported);
    /// assert_eq!(error.to_string(), "set routing_id: not supported: PUSH sockets have no such option");
    /// # Ok::<(), ferromq::Error>(())
    /// ```
    pub fn configure(mut self, config: &SocketConfig) -> Self {
        let missing = |name| {
            let error = Error::new(Operation::SetOption, ErrorKind::Unsupported);
            let reason = format!("{} sockets have no such option", P::NAME);
            error.about_option(name, String::new(), Some(&reason))
        };
        for (entry, value) in config.options.values() {
            if !entry.patterns.contains(&P::NAME) {
                return self.with_refused(missing(entry.name));
            }
            let setting = (entry.setting)(value).expect("it was checked when the configuration was read");
            self = self.with_row(setting);
        }
        if !config.subscribe.is_empty() && !SUBSCRIBERS.contains(&P::NAME) {
            return self.with_refused(missing(SUBSCRIBE));
        }
        for topic in &config.subscribe {
            self = self.with_subscription(topic.as_bytes());
        }
        if !config.metadata.is_empty() && !metadata::PATTERNS.contains(&P::NAME) {
            return self.with_refused(missing(metadata::NAME));
        }
        for (key, value) in &config.metadata {
            self = self.with_metadata(key, value);
        }
        self
    }
}

/// The names of the patterns that [`Subscribes`] is for.
const SUBSCRIBERS: [&str; 2] = [name::<crate::Sub>(), name::<crate::XSub>()];

const fn name<P: Subscribes>() -> &'static str {
    P::NAME
}

impl<'de> Deserialize<'de> for SocketConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Keys)
    }
}

struct Keys;

impl<'de> Visitor<'de> for Keys {
    type Value = SocketConfig;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the options and endpoints of a socket")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<SocketConfig, A::Error> {
        let mut config = SocketConfig::default();
        let mut seen: Vec<String> = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if seen.contains(&key) {
                return Err(A::Error::custom(format!("{key}: it is there twice")));
            }
            if key == metadata::NAME {
                config.metadata = map.next_value::<Properties>()?.0;
                config.metadata.sort();
            } else {
                config.insert(&key, map.next_value()?).map_err(A::Error::custom)?;
            }
            seen.push(key);
        }
        Ok(config)
    }
}

/// A map of texts.
struct Properties(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Properties {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Texts;

        impl<'de> Visitor<'de> for Texts {
            type Value = Properties;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("metadata: keys that begin with X-, and texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Properties, A::Error> {
                let mut properties = Vec::new();
                while let Some(property) = map.next_entry()? {
                    properties.push(property);
                }
                Ok(Properties(properties))
            }
        }

        deserializer.deserialize_map(Texts)
    }
}

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Values;

        impl<'de> Visitor<'de> for Values {
            type Value = Plain;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, a number, true, false or a list of texts")
            }

            fn visit_bool<E>(self, value: bool) -> Result<Plain, E> {
                Ok(Plain::Bool(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Plain, E> {
                Ok(Plain::Number(value.into()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Plain, E> {
                Ok(Plain::Number(value.into()))
            }

            fn visit_str<E>(self, value: &str) -> Result<Plain, E> {
                Ok(Plain::Text(value.into()))
            }

            fn visit_unit<E>(self) -> Result<Plain, E> {
                Ok(Plain::Nothing)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Plain, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = list.next_element()? {
                    texts.push(text);
                }
                Ok(Plain::List(texts))
            }
        }

        deserializer.deserialize_any(Values)
    }
}

/// Nothing is written as the text "none", because TOML has no word for it.
impl Serialize for Plain {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Plain::Nothing => serializer.serialize_str("none"),
            Plain::Bool(value) => serializer.serialize_bool(*value),
            Plain::Number(value) => match i64::try_from(*value) {
                Ok(value) => serializer.serialize_i64(value),
                Err(_) => serializer.serialize_u64(*value as u64),
            },
            Plain::Text(text) => serializer.serialize_str(text),
            Plain::List(texts) => serializer.collect_seq(texts),
        }
    }
}

/// As it was read; passwords and private keys too.
impl Serialize for SocketConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (key, endpoints) in [(BIND, &self.bind), (CONNECT, &self.connect)] {
            if !endpoints.is_empty() {
                let texts: Vec<&str> = endpoints.iter().map(Endpoint::as_str).collect();
                map.serialize_entry(key, &texts)?;
            }
        }
        if !self.subscribe.is_empty() {
            map.serialize_entry(SUBSCRIBE, &self.subscribe)?;
        }
        for (entry, value) in self.options.values() {
            map.serialize_entry(entry.name, value)?;
        }
        // Last, because in TOML it is a table of its own.
        if !self.metadata.is_empty() {
            let properties: BTreeMap<_, _> = self.metadata.iter().cloned().collect();
            map.serialize_entry(metadata::NAME, &properties)?;
        }
        map.end()
    }
}

/// Passwords and private keys are not shown.
impl fmt::Debug for SocketConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("SocketConfig");
        shown.field(BIND, &self.bind).field(CONNECT, &self.connect).field(SUBSCRIBE, &self.subscribe);
        for (entry, value) in self.options.values() {
            if let Ok(setting) = (entry.setting)(value) {
                shown.field(entry.name, &format_args!("{}", setting.shown));
            }
        }
        shown.field(metadata::NAME, &self.metadata).finish()
    }
}
