//! A context that is not made yet, and its options.

use std::sync::Arc;

use super::Context;
use crate::error::{Error, ErrorKind, Operation, Result};
use crate::options::SchedulingPolicy;
use crate::options::codec::{self, Codec};
use crate::sys::{ContextOption, RawContext, Refused, Scheduling, try_on_a_thread};

/// Options of a [`Context`] that is yet to be made.
///
/// libzmq ignores most of these options once a context has had a socket. There is therefore no way to set them
/// later: [`build`](ContextBuilder::build) gives a context that has them.
///
/// ```
/// use ferromq::Context;
///
/// let context = Context::builder().io_threads(2).max_sockets(100).build()?;
/// assert_eq!(context.io_threads()?, 2);
/// # Ok::<(), ferromq::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct ContextBuilder {
    settings: Vec<Setting>,
    cpus: Vec<usize>,
    #[cfg(feature = "draft")]
    thread_name_prefix: Option<String>,
    /// The first value that an option does not take.
    refused: Option<Error>,
}

/// An option and the value that it is to have.
#[derive(Clone, Debug)]
struct Setting {
    name: &'static str,
    shown: String,
    option: ContextOption,
    value: i32,
}

/// Declares context options: for each, its documentation, method and argument, the C name, the constant in
/// `sys` and the codec, the default, and what the getter returns, if libzmq reports it.
macro_rules! context_options {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident($argument:ty) ($c_name:literal) = $option:ident as $Codec:ident, default $default:expr
            $(, read -> $value:ty)?;
    )*) => {
        impl ContextBuilder {
            $(
                $(#[doc = $doc])+
                #[doc = concat!("\n\nSource: zmq_ctx_set(3), `", $c_name, "`.")]
                #[doc(alias = $c_name)]
                #[allow(clippy::useless_conversion)]
                pub fn $name(self, value: $argument) -> Self {
                    self.with::<codec::$Codec>(stringify!($name), ContextOption::$option, value.into())
                }
            )*
        }

        impl Context {
            $($(
                #[doc = concat!("What [`", stringify!($name), "`](ContextBuilder::", stringify!($name), ") is.")]
                #[doc(alias = $c_name)]
                pub fn $name(&self) -> Result<$value> {
                    self.get(stringify!($name), ContextOption::$option).map(codec::$Codec::decode)
                }
            )?)*
        }

        /// C name, number, and whether a fresh context reports the default.
        #[cfg(test)]
        fn rows(fresh: &Context) -> Vec<(&'static str, i32, bool)> {
            vec![$((
                $c_name,
                ContextOption::$option.number(),
                {
                    let reported = None::<<codec::$Codec as Codec>::Value>
                        $(.or(fresh.$name().map(|value: $value| value).ok()))?;
                    reported.is_none_or(|reported| reported == $default)
                },
            )),*]
        }
    };
}

context_options! {
    /// Number of I/O threads; the rule of thumb is one for each gigabyte per second.
    ///
    /// Default: 1. At most 64, which is how many [`affinity`](crate::Builder::affinity) can tell apart. With 0, only
    /// `inproc` works and other transports report [`NoIoThread`](ErrorKind::NoIoThread).
    io_threads(u32) ("ZMQ_IO_THREADS") = IO_THREADS as Threads, default 1_u32, read -> u32;

    /// How many sockets may be open at a time; one more is a [`LimitReached`](ErrorKind::LimitReached) error.
    ///
    /// Default: 1023. 1 to 65535, and at most [`Context::socket_limit`].
    max_sockets(u32) ("ZMQ_MAX_SOCKETS") = MAX_SOCKETS as Sockets, default 1023_u32, read -> u32;

    /// Whether sockets use IPv6 unless they are told otherwise.
    ///
    /// Default: false.
    ipv6(bool) ("ZMQ_IPV6") = IPV6 as Bool, default false, read -> bool;

    /// Whether sockets linger unless they are told otherwise; see [`linger`](crate::Builder::linger).
    ///
    /// Default: true. With false each socket starts with [`Linger::NONE`](crate::Linger::NONE), so that dropping the
    /// context does not wait for messages that were not sent yet.
    blocky(bool) ("ZMQ_BLOCKY") = BLOCKY as Bool, default true, read -> bool;

    /// Whether a received message may share the memory that it was read into with its neighbours, instead of
    /// being copied out of it. A message that is kept for long then keeps that whole memory.
    ///
    /// Default: true.
    zero_copy_receive(bool) ("ZMQ_ZERO_COPY_RECV") = ZERO_COPY_RECV as Bool, default true, read -> bool;

    /// How the operating system schedules libzmq's threads.
    ///
    /// Default: `None`, as the thread that opens the first socket is scheduled. Linux only; real-time policies need a
    /// [priority](ContextBuilder::thread_priority), and the capability `CAP_SYS_NICE` or a resource limit that
    /// allows them. [`build`](ContextBuilder::build) tries it out, because libzmq aborts when it is refused.
    thread_scheduling_policy(impl Into<Option<SchedulingPolicy>>) ("ZMQ_THREAD_SCHED_POLICY")
        = THREAD_SCHED_POLICY as Policy, default None;

    /// The priority of libzmq's threads: with a real-time [policy](ContextBuilder::thread_scheduling_policy) 1 to 99;
    /// with another any number above 0 gives them the highest that a thread without such a policy can have (a nice
    /// value of -20).
    ///
    /// Default: as the operating system has it. Linux only, and tried out as the policy is.
    thread_priority(u32) ("ZMQ_THREAD_PRIORITY") = THREAD_PRIORITY as Count, default 0_u32;
}

impl Context {
    /// What [`thread_scheduling_policy`](ContextBuilder::thread_scheduling_policy) is.
    #[doc(alias = "ZMQ_THREAD_SCHED_POLICY")]
    pub fn thread_scheduling_policy(&self) -> Option<SchedulingPolicy> {
        // libzmq's -1 for "as it is" is also what it returns for a failure, which there is none of here.
        codec::Policy::decode(self.raw.get(ContextOption::THREAD_SCHED_POLICY).unwrap_or(-1))
    }
}

impl ContextBuilder {
    /// The processors that libzmq's threads may run on, by their numbers.
    ///
    /// Default: any. Linux only, and tried out as [the policy](ContextBuilder::thread_scheduling_policy) is. The
    /// last call counts.
    ///
    /// Source: zmq_ctx_set(3), `ZMQ_THREAD_AFFINITY_CPU_ADD`.
    #[doc(alias = "ZMQ_THREAD_AFFINITY_CPU_ADD")]
    #[doc(alias = "ZMQ_THREAD_AFFINITY_CPU_REMOVE")]
    pub fn thread_affinity(mut self, cpus: impl IntoIterator<Item = usize>) -> Self {
        self.cpus = cpus.into_iter().collect();
        self
    }

    /// What the names of libzmq's threads begin with; `/ZMQbg/` and more follows, as far as there is room.
    ///
    /// Default: nothing. 1 to 15 bytes without NUL.
    ///
    /// Source: zmq_ctx_set_ext(3), `ZMQ_THREAD_NAME_PREFIX`.
    #[cfg(feature = "draft")]
    #[doc(alias = "ZMQ_THREAD_NAME_PREFIX")]
    pub fn thread_name_prefix(mut self, prefix: &str) -> Self {
        let reason = match prefix.len() {
            0 => "it is empty",
            16.. => "it is longer than 15 bytes",
            _ if prefix.contains('\0') => "it has a NUL byte",
            _ => {
                self.thread_name_prefix = Some(prefix.into());
                return self;
            }
        };
        let error = Error::new(Operation::SetOption, ErrorKind::InvalidOption);
        self.refused.get_or_insert(error.about_option("thread_name_prefix", prefix.into(), Some(reason)));
        self
    }

    /// Makes the context.
    ///
    /// # Errors
    /// [`InvalidOption`](ErrorKind::InvalidOption) naming an option and the value that it does not take;
    /// [`PermissionDenied`](ErrorKind::PermissionDenied) if the operating system does not let threads be scheduled
    /// like this; [`Unsupported`](ErrorKind::Unsupported) if it, or the linked libzmq, does not have the option;
    /// [`LimitReached`](ErrorKind::LimitReached) if the process has too many open files.
    pub fn build(self) -> Result<Context> {
        if let Some(refused) = self.refused {
            return Err(refused);
        }
        self.try_scheduling()?;
        let raw = RawContext::new().map_err(|errno| Error::from_errno(Operation::NewContext, errno))?;
        for Setting { name, shown, option, value } in self.settings {
            // -1 is what there is, and not taken back in.
            if value != -1 {
                raw.set(option, value).map_err(|errno| {
                    Error::from_errno(Operation::SetOption, errno).about_option(name, shown, None)
                })?;
            }
        }
        for cpu in &self.cpus {
            raw.set(ContextOption::THREAD_AFFINITY_CPU_ADD, *cpu as i32).map_err(|errno| {
                Error::from_errno(Operation::SetOption, errno).about_option(
                    "thread_affinity",
                    cpu.to_string(),
                    None,
                )
            })?;
        }
        #[cfg(feature = "draft")]
        if let Some(prefix) = self.thread_name_prefix {
            raw.set_thread_name_prefix(prefix.as_bytes()).map_err(|errno| {
                Error::from_errno(Operation::SetOption, errno).about_option(
                    "thread_name_prefix",
                    prefix,
                    None,
                )
            })?;
        }
        Ok(Context { raw: Arc::new(raw) })
    }

    fn try_scheduling(&self) -> Result<()> {
        let value = |option| {
            let setting = self.settings.iter().find(|setting| setting.option == option);
            setting.map(|setting| setting.value).filter(|value| *value >= 0)
        };
        let wanted = Scheduling {
            policy: value(ContextOption::THREAD_SCHED_POLICY),
            priority: value(ContextOption::THREAD_PRIORITY),
            cpus: self.cpus.clone(),
        };
        let (name, errno) = match try_on_a_thread(&wanted) {
            Ok(()) => return Ok(()),
            Err(Refused::Policy(errno)) => ("thread_scheduling_policy", errno),
            Err(Refused::Priority(errno)) => ("thread_priority", errno),
            Err(Refused::Cpus(errno)) => ("thread_affinity", errno),
        };
        let shown = match self.settings.iter().find(|setting| setting.name == name) {
            Some(setting) => setting.shown.clone(),
            None => format!("{:?}", wanted.cpus),
        };
        let reason = "the operating system refuses it";
        Err(Error::from_errno(Operation::SetOption, errno).about_option(name, shown, Some(reason)))
    }

    fn with<C: Codec<Wire = i32>>(
        mut self,
        name: &'static str,
        option: ContextOption,
        value: C::Value,
    ) -> Self {
        let shown = format!("{value:?}");
        self.settings.retain(|set_before| set_before.name != name);
        match C::encode(&value) {
            Ok(value) => self.settings.push(Setting { name, shown, option, value }),
            Err(reason) => {
                let error = Error::new(Operation::SetOption, ErrorKind::InvalidOption);
                self.refused.get_or_insert(error.about_option(name, shown, Some(reason)));
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    /// The options that are not rows, with the reason.
    const NOT_ROWS: [(&str, &str); 6] = [
        ("ZMQ_SOCKET_LIMIT", "cannot be set: `socket_limit` reads it"),
        ("ZMQ_MAX_MSGSZ", "libzmq 4.3.5 keeps the number and does nothing with it"),
        ("ZMQ_MSG_T_SIZE", "cannot be set, and is a constant of zmq.h"),
        ("ZMQ_THREAD_AFFINITY_CPU_ADD", "`thread_affinity` sets it for each processor"),
        ("ZMQ_THREAD_AFFINITY_CPU_REMOVE", "`thread_affinity` gives all of them at once"),
        ("ZMQ_THREAD_NAME_PREFIX", "a text, and behind the feature `draft`: `thread_name_prefix` sets it"),
    ];

    #[test]
    fn each_context_option_of_libzmq_has_one_row_or_a_reason_why_not() {
        let bindings = include_str!("../sys/bindings.rs");
        let declared: Vec<&str> =
            bindings.lines().filter_map(|line| line.strip_prefix("pub const ")).collect();
        let at = |name: &str| declared.iter().position(|line| line.starts_with(name)).expect(name);
        let mut declared: Vec<&str> = declared[at("ZMQ_IO_THREADS:")..=at("ZMQ_THREAD_NAME_PREFIX:")]
            .iter()
            .chain(&[
                declared[at("ZMQ_IPV6:")],
                declared[at("ZMQ_BLOCKY:")],
                declared[at("ZMQ_ZERO_COPY_RECV:")],
            ])
            .copied()
            .collect();
        assert_eq!(declared.len(), 10 + 3, "the section of zmq.h is not what it was");

        let fresh = Context::new().unwrap();
        for (name, number, has_default) in rows(&fresh) {
            let line = declared.iter().position(|line| line.starts_with(&format!("{name}:"))).expect(name);
            assert!(declared.remove(line).ends_with(&format!("= {number};")), "{name}");
            assert!(has_default, "{name} has another default");
        }
        let mut reasons: HashMap<_, _> = NOT_ROWS.into_iter().collect();
        for line in declared {
            let name = line.split(':').next().unwrap();
            assert!(reasons.remove(name).is_some(), "{name} should be a row, or in NOT_ROWS with the reason");
        }
        assert!(reasons.is_empty(), "not options of libzmq, or rows as well: {reasons:?}");
    }
}
