//! Programs that must not compile, with what the compiler says about them: `tests/ui/*.rs` and `*.stderr`. They use
//! the draft patterns too, and async sockets.
#![cfg(all(unix, feature = "draft", feature = "async-io"))]
#![forbid(unsafe_code)]

#[test]
#[ignore = "compares the words of one compiler; cargo xtask test runs it with that one"]
fn impossible_calls_do_not_compile_and_the_compiler_says_why() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
    // What is next to an impossible call, and is possible.
    cases.pass("tests/ui/pass/*.rs");
}
