//! The bindings as C++ assertions, and the compiler that checks them.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

use syn::{GenericArgument, PathArguments, PointerMutability, ReturnType, Type, TypePtr};

use crate::bindings::{Bindings, Prototype, Value, layouts};

const PRELUDE: &str = "\
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include \"zmq.h\"
#ifdef _WIN32
typedef void sigset_t;
#endif
constexpr bool same(const char *a, const char *b) { return *a == *b && (*a == 0 || same(a + 1, b + 1)); }
";

/// Types of which C says nothing, or of which Rust need not know anything.
const OPAQUE: &[&str] = &["iovec", "sigset_t"];

/// A C++ program that compiles if, and only if, the bindings say what zmq.h says.
pub fn assertions(bindings: &Bindings) -> String {
    let mut cpp = PRELUDE.to_owned();
    let mut assert = |condition: String, name: &str| {
        writeln!(cpp, "static_assert({condition}, \"{name}\");").expect("a String takes any text");
    };

    for constant in &bindings.constants {
        let name = &constant.name;
        match &constant.value {
            Value::Integer(value) => assert(format!("({name}) == ({value})"), name),
            Value::Text(text) => assert(format!("same({name}, \"{text}\")"), name),
        }
    }
    for function in &bindings.functions {
        let Prototype { name, parameters, result } = function;
        let pointer = function_pointer(parameters.iter(), result);
        assert(is_same(&format!("decltype(&::{name})"), &pointer), name);
    }
    for alias in bindings.types.iter().filter(|alias| !OPAQUE.contains(&alias.name.as_str())) {
        assert(is_same(&cpp_name(&alias.name), &cpp_type(&alias.meaning)), &alias.name);
    }
    let layouts = layouts();
    for item in bindings.structs.iter().filter(|item| !OPAQUE.contains(&item.name.as_str())) {
        let name = &item.name;
        let layout = layouts.iter().find(|layout| layout.name == name);
        let layout = layout.unwrap_or_else(|| panic!("layouts() in bindings.rs does not have {name}"));
        assert(format!("sizeof({name}) == {}", layout.size), name);
        assert(format!("alignof({name}) == {}", layout.align), name);
        for (field, ty) in &item.fields {
            let name = format!("{name}::{field}");
            assert(is_same(&format!("decltype({name})"), &cpp_type(ty)), &name);
            let offset = layout.offsets.iter().find(|(of, _)| of == field);
            let (_, offset) =
                offset.unwrap_or_else(|| panic!("layouts() in bindings.rs does not have {name}"));
            assert(format!("offsetof({}, {field}) == {offset}", item.name), &name);
        }
    }
    cpp
}

fn is_same(a: &str, b: &str) -> String {
    format!("std::is_same<{a}, {b}>::value")
}

fn function_pointer<'a>(parameters: impl Iterator<Item = &'a Type>, result: &ReturnType) -> String {
    let parameters: Vec<String> = parameters.map(cpp_type).collect();
    let result = match result {
        ReturnType::Default => "void".to_owned(),
        ReturnType::Type(_, ty) => cpp_type(ty),
    };
    format!("{result} (*)({})", parameters.join(", "))
}

fn cpp_type(ty: &Type) -> String {
    match ty {
        Type::Ptr(TypePtr { mutability: PointerMutability::Mut(_), elem, .. }) => {
            format!("{} *", cpp_type(elem))
        }
        Type::Ptr(TypePtr { elem, .. }) => format!("{} const *", cpp_type(elem)),
        Type::Path(path) => {
            let last = path.path.segments.last().expect("a path is never empty");
            match &last.arguments {
                PathArguments::None => cpp_name(&last.ident.to_string()),
                PathArguments::AngleBracketed(arguments) if last.ident == "Option" => {
                    optional_function(arguments.args.first().expect("Option has an argument"))
                }
                _ => panic!("the bindings have a generic type: {}", last.ident),
            }
        }
        _ => panic!("the bindings have a type of a new kind"),
    }
}

/// `Option<extern "C" fn(..)>` is how Rust writes a function pointer that may be null.
fn optional_function(argument: &GenericArgument) -> String {
    let GenericArgument::Type(Type::FnPtr(function)) = argument else {
        panic!("an Option of something else")
    };
    function_pointer(function.inputs.iter().map(|input| &input.ty), &function.output)
}

fn cpp_name(rust: &str) -> String {
    match rust {
        "c_void" => "void",
        "c_char" => "char",
        "c_uchar" => "unsigned char",
        "c_short" => "short",
        "c_int" => "int",
        "c_long" => "long",
        "c_ulong" => "unsigned long",
        "u8" => "std::uint8_t",
        "u32" => "std::uint32_t",
        "u64" => "std::uint64_t",
        "usize" => "std::size_t",
        // zmq.h gives these names to the function, not to the pointer.
        "zmq_free_fn" | "zmq_timer_fn" | "zmq_thread_fn" => return format!("{rust} *"),
        // Without `struct` the name would not be known at namespace scope.
        "iovec" => "struct iovec",
        other => other,
    }
    .to_owned()
}

/// Has the C++ compiler check `program`; the error holds what it says.
pub fn check(program: &str, include: &Path) -> Result<(), String> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let file =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bindings-{}-{number}.cpp", process::id()));
    fs::write(&file, program).expect("cargo made the directory");

    let mut cc = cc::Build::new();
    let triple = host_triple();
    cc.cpp(true).std("c++11").include(include).define("ZMQ_BUILD_DRAFT_API", None).define("ZMQ_STATIC", None);
    cc.cargo_metadata(false).target(&triple).host(&triple).opt_level(0).debug(false).warnings(false);
    let compiler = cc.get_compiler();
    let syntax_only = if compiler.is_like_msvc() { "/Zs" } else { "-fsyntax-only" };
    let output = compiler.to_command().arg(syntax_only).arg(&file).output().expect("it has compiled libzmq");

    fs::remove_file(&file).expect("it was written above");
    if output.status.success() {
        return Ok(());
    }
    // MSVC writes its errors to the standard output.
    Err(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

fn host_triple() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-vV").output().expect("rustc has compiled this test");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc says what its host is").to_owned()
}
