//! How the build script says that it cannot go on.

use std::process;

/// Where to get cmake and a C++ compiler; the end of every sentence about one of them that is missing.
pub(crate) const TOOLS: &str = "Debian/Ubuntu: apt install cmake g++ make; \
     Fedora: dnf install cmake gcc-c++ make; macOS: xcode-select --install and brew install cmake; \
     Windows: the Visual Studio Build Tools with \"Desktop development with C++\" and CMake";

/// Ends the build with one sentence.
///
/// The status is that of success: the error itself stops cargo, which then shows the sentence alone and not
/// all output.
pub(crate) fn fail(sentence: impl AsRef<str>) -> ! {
    report(sentence.as_ref());
    process::exit(0);
}

/// As [`fail`], after everything that this script and the programs that it ran have written.
pub(crate) fn fail_with_output(sentence: impl AsRef<str>) -> ! {
    report(sentence.as_ref());
    process::exit(1);
}

fn report(sentence: &str) {
    // A newline would end cargo's directive and lose the rest.
    println!("cargo::error={}", sentence.replace(['\n', '\r'], " "));
}
