//! The checked-in bindings against the zmq.h of the libzmq that is compiled in: every constant, prototype, size and
//! alignment, in both directions.
//!
//! `bindings` reads src/sys/bindings.rs, `cpp` writes what it says as C++ assertions for the compiler to check against
//! the header, and `header` lists what the header has, so that nothing is left out.

use std::path::{Path, PathBuf};
use std::{env, fs};

mod bindings;
mod cpp;
mod header;

use bindings::Bindings;
use header::Header;

/// What zmq.h declares and the bindings leave out, with the reason.
const LEFT_OUT: &[(&str, &str)] = &[
    ("__ZMQ_H_INCLUDED__", "the header's own"),
    ("ZMQ_EXPORT", "the header's own"),
    ("ZMQ_DEFINED_STDINT", "the header's own"),
    ("ZMQ_MAKE_VERSION", "takes arguments"),
    ("ZMQ_VERSION", "made by ZMQ_MAKE_VERSION from the parts, which are there"),
    ("ZMQ_HAVE_TIMERS", "has no value"),
    ("ZMQ_HAVE_POLLER", "has no value"),
];

/// Says everything in which `bindings` and the header in `include` differ.
fn compare(bindings: &str, include: &Path) -> Result<(), String> {
    let bindings = Bindings::read(bindings);
    let header = fs::read_to_string(include.join("zmq.h")).map_err(|error| format!("zmq.h: {error}"))?;
    let mut differences = missing(&bindings, &Header::read(&header));
    if let Err(errors) = cpp::check(&cpp::assertions(&bindings), include) {
        differences.push(errors);
    }
    if differences.is_empty() { Ok(()) } else { Err(differences.join("\n")) }
}

/// What the header has and the bindings neither have nor leave out for a reason.
fn missing(bindings: &Bindings, header: &Header) -> Vec<String> {
    let left_out = |name: &str| LEFT_OUT.iter().any(|(left_out, _)| *left_out == name);
    let macros = header.macros.iter().filter(|name| !bindings.constants.iter().any(|c| c.name == **name));
    let functions =
        header.functions.iter().filter(|name| !bindings.functions.iter().any(|f| f.name == **name));
    macros
        .chain(functions)
        .filter(|name| !left_out(name))
        .map(|name| format!("zmq.h has {name}, the bindings do not"))
        .collect()
}

fn checked_in() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sys/bindings.rs");
    fs::read_to_string(path).expect("src/sys/bindings.rs is part of the crate")
}

/// Where the build script has put zmq.h.
fn include() -> PathBuf {
    env!("FERROMQ_ZMQ_INCLUDE").into()
}

/// `text` with `old`, which it must contain once, replaced.
fn altered(text: &str, old: &str, new: &str) -> String {
    assert_eq!(text.matches(old).count(), 1, "{old} is once in the bindings");
    text.replace(old, new)
}

#[test]
#[cfg_attr(
    ferromq_system_libzmq,
    ignore = "the system's zmq.h is not the one that the bindings are made from"
)]
fn the_bindings_say_what_the_header_says() {
    compare(&checked_in(), &include()).unwrap_or_else(|differences| panic!("{differences}"));
}

#[test]
#[cfg_attr(
    ferromq_system_libzmq,
    ignore = "the system's zmq.h is not the one that the bindings are made from"
)]
fn each_kind_of_mistake_is_found() {
    let bindings = checked_in();
    let mistakes = [
        // Old, new, and what the report must name.
        ("ZMQ_LINGER: c_int = 17;", "ZMQ_LINGER: c_int = 18;", "ZMQ_LINGER"),
        (r#"c"Socket-Type""#, r#"c"Socket-Typ""#, "ZMQ_MSG_PROPERTY_SOCKET_TYPE"),
        (
            "fn zmq_ctx_get(context_: *mut c_void, option_: c_int) -> c_int;",
            "fn zmq_ctx_get(context_: *mut c_void, option_: c_int) -> c_long;",
            "zmq_ctx_get",
        ),
        ("fn zmq_msg_size(msg_: *const zmq_msg_t)", "fn zmq_msg_size(msg_: *mut zmq_msg_t)", "zmq_msg_size"),
        ("fn zmq_sleep(seconds_: c_int)", "fn zmq_sleep(seconds_: c_int, more: c_int)", "zmq_sleep"),
        ("pub fn zmq_bind(s_: *mut c_void, addr_: *const c_char) -> c_int;", "", "zmq_bind,"),
        ("pub const ZMQ_RCVHWM: c_int = 24;", "", "ZMQ_RCVHWM,"),
        ("pub revents: c_short,", "pub revents: c_int,", "zmq_pollitem_t::revents"),
        (
            "Option<unsafe extern \"C\" fn(timer_id: c_int, arg: *mut c_void)>",
            "Option<unsafe extern \"C\" fn(timer_id: c_int)>",
            "zmq_timer_fn",
        ),
        ("pub fn zmq_errno() -> c_int;", "pub fn zmq_errno() -> c_int; pub fn zmq_made_up();", "zmq_made_up"),
    ];
    for (old, new, named) in mistakes {
        let report = compare(&altered(&bindings, old, new), &include()).expect_err(new);
        assert!(report.contains(named), "{new}: {report}");
    }
}

#[test]
#[cfg_attr(
    ferromq_system_libzmq,
    ignore = "the system's zmq.h is not the one that the bindings are made from"
)]
fn what_is_left_out_is_in_the_header_and_not_in_the_bindings() {
    let header = fs::read_to_string(include().join("zmq.h")).expect("the build script says where it is");
    let bindings = checked_in();
    for (name, _) in LEFT_OUT {
        assert!(header.contains(name), "{name} is no longer in zmq.h");
        assert!(!bindings.contains(&format!("const {name}:")), "{name} is in the bindings");
    }
}
