//! What bindgen is told, and what is written by hand because bindgen would fix it to one platform.

use std::path::Path;

use bindgen::callbacks::{DeriveTrait, ImplementsTrait, IntKind, ParseCallbacks};

/// The top of the generated file.
const HEADER: &str = "\
//! libzmq's C interface, drafts included, as its zmq.h declares it.
//!
//! Made by `cargo xtask bindings`; not to be edited. tests/bindings compares it with the header.

#![allow(missing_docs, non_camel_case_types, dead_code)]

use core::ffi::{CStr, c_char, c_int, c_long, c_short, c_uchar, c_ulong, c_void};
";

/// The types whose C definition depends on the platform; bindgen would write the one that it sees.
const BY_HAND: &str = r#"
/// Opaque here; pass a pointer to the platform's own `sigset_t` (Windows has none).
pub type sigset_t = c_void;

/// A file descriptor, on Windows a `SOCKET`.
#[cfg(not(windows))]
pub type zmq_fd_t = c_int;
/// A file descriptor, on Windows a `SOCKET`.
#[cfg(all(windows, target_pointer_width = "64"))]
pub type zmq_fd_t = u64;
/// A file descriptor, on Windows a `SOCKET`.
#[cfg(all(windows, target_pointer_width = "32"))]
pub type zmq_fd_t = u32;

/// 64 bytes that are aligned like a pointer. Not `Copy`: libzmq counts references inside.
#[repr(C)]
#[derive(Debug)]
pub struct zmq_msg_t {
    _align: [*mut c_void; 0],
    _bytes: [c_uchar; 64],
}
"#;

/// Generates the bindings of `include`/zmq.h with the draft interface.
pub fn generate(include: &Path) -> Result<String, String> {
    let header = include.join("zmq.h");
    let bindings = bindgen::builder()
        .header(header.to_string_lossy())
        .clang_arg("-DZMQ_BUILD_DRAFT_API")
        .allowlist_function("zmq_.*")
        .allowlist_type("zmq_.*")
        .allowlist_var("ZMQ_.*|E(FSM|NOCOMPATPROTO|TERM|MTHREAD)")
        .blocklist_item("ZMQ_DEFINED_STDINT")
        .blocklist_type("zmq_fd_t|zmq_msg_t|sigset_t|__sigset_t")
        .parse_callbacks(Box::new(Choices))
        .merge_extern_blocks(true)
        .use_core()
        .generate_cstr(true)
        .layout_tests(false)
        .disable_header_comment()
        .rust_edition(bindgen::RustEdition::Edition2024)
        .rust_target(bindgen::RustTarget::stable(88, 0).map_err(|e| e.to_string())?)
        .formatter(bindgen::Formatter::None)
        .generate()
        .map_err(|e| format!("bindgen cannot read {}: {e}", header.display()))?;
    let bindings =
        bindings.to_string().replace(":: core :: ffi :: ", "").replace(":: core :: option :: ", "");
    Ok(format!("{HEADER}{BY_HAND}\n{bindings}"))
}

/// What bindgen asks about single items.
#[derive(Debug)]
struct Choices;

impl ParseCallbacks for Choices {
    /// A macro constant gets the type with which the C functions take it.
    fn int_macro(&self, _name: &str, value: i64) -> Option<IntKind> {
        i32::try_from(value).is_ok().then_some(IntKind::Int)
    }

    /// `zmq_fd_t` is an integer, so a struct that holds one can still be `Copy`; a `zmq_msg_t` must not be.
    fn blocklisted_type_implements_trait(&self, name: &str, _: DeriveTrait) -> Option<ImplementsTrait> {
        (name == "zmq_fd_t").then_some(ImplementsTrait::Yes)
    }
}
