//! Programs that must not compile, with what the compiler says about them: `tests/ui/*.rs` and `*.stderr`. They use
//! the draft patterns too.
#![cfg(feature = "draft")]
#![forbid(unsafe_code)]

#[test]
#[ignore = "compares the words of one compiler; cargo xtask test runs it with that one"]
fn impossible_calls_do_not_compile_and_the_compiler_says_why() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
