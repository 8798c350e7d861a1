//! Running another program, and showing it the way that it can be typed again.

use std::ffi::OsStr;
use std::fmt;
use std::fs::File;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};

use crate::{Result, limit};

/// The root of the repository; every program is started there.
pub fn root() -> PathBuf {
    // cargo sets the variable when it runs us; what was compiled in is right as long as the checkout has not moved.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let root = PathBuf::from(here).join("../..");
    root.canonicalize().unwrap_or(root)
}

/// A program with its arguments and the environment variables that are set for it.
#[derive(Clone)]
pub struct Invocation {
    program: String,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    /// Arguments that are too many to show, and what is shown instead.
    unshown: Option<(Vec<String>, String)>,
}

impl Invocation {
    pub fn new(program: impl AsRef<OsStr>, arguments: &[&str]) -> Self {
        Self {
            program: program.as_ref().to_string_lossy().into_owned(),
            arguments: arguments.iter().map(ToString::to_string).collect(),
            environment: Vec::new(),
            unshown: None,
        }
    }

    pub fn cargo(arguments: &[&str]) -> Self {
        Self::new("cargo", arguments)
    }

    pub fn argument(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_string_lossy().into_owned());
        self
    }

    pub fn arguments<S: AsRef<OsStr>>(self, arguments: impl IntoIterator<Item = S>) -> Self {
        arguments.into_iter().fold(self, Invocation::argument)
    }

    /// Arguments for the end of the command, of which it shows only what they are.
    pub fn arguments_shown_as(mut self, shown: &str, arguments: Vec<String>) -> Self {
        self.unshown = Some((arguments, shown.to_owned()));
        self
    }

    pub fn variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.environment.push((name.to_owned(), value.as_ref().to_string_lossy().into_owned()));
        self
    }

    pub fn through_sudo(mut self) -> Self {
        let program = std::mem::replace(&mut self.program, "sudo".to_owned());
        self.arguments.insert(0, program);
        self
    }

    /// The standard library's command for it.
    pub fn command(&self) -> Command {
        // The cargo that runs us, which need not be the one on the PATH.
        let cargo = std::env::var_os("CARGO").filter(|_| self.program == "cargo");
        let mut command = Command::new(cargo.unwrap_or_else(|| self.program.clone().into()));
        let unshown = self.unshown.iter().flat_map(|(arguments, _)| arguments);
        command.args(self.arguments.iter().chain(unshown)).current_dir(root());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        if let Some(mark) = limit::current_mark() {
            command.env(limit::MARK, mark);
        }
        command
    }

    /// Shows it, runs it with our input and output, and fails unless it succeeds.
    pub fn run(&self) -> Result<()> {
        println!("$ {self}");
        self.succeeded(self.command().status())
    }

    /// Runs it with no input and with `output` for all that it says, and fails unless it succeeds.
    pub fn run_into(&self, output: &File) -> Result<()> {
        let copy =
            || output.try_clone().map_err(|error| format!("the output of `{self}` has no file: {error}."));
        let (standard, errors) = (copy()?, copy()?);
        let mut command = self.command();
        command.stdin(Stdio::null()).stdout(standard).stderr(errors);
        self.succeeded(command.status())
    }

    /// Runs it with our error output, and gives what it wrote to its standard output even if it failed.
    pub fn standard_output(&self) -> Result<(String, bool)> {
        let output = self.command().stderr(Stdio::inherit()).output();
        let output = output.map_err(|error| self.did_not_start(&error))?;
        Ok((String::from_utf8_lossy(&output.stdout).into_owned(), output.status.success()))
    }

    /// Whether it starts and succeeds; nothing of it is shown.
    pub fn succeeds(&self) -> bool {
        let mut command = self.command();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    fn succeeded(&self, status: std::io::Result<ExitStatus>) -> Result<()> {
        let status = status.map_err(|error| self.did_not_start(&error))?;
        if status.success() { Ok(()) } else { Err(format!("`{self}` failed ({status}).")) }
    }

    pub fn did_not_start(&self, error: &std::io::Error) -> String {
        format!("`{}` cannot be started: {error}.", self.program)
    }
}

impl fmt::Display for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.environment {
            write!(f, "{name}={} ", quoted(value))?;
        }
        write!(f, "{}", quoted(&self.program))?;
        self.arguments.iter().try_for_each(|argument| write!(f, " {}", quoted(argument)))?;
        self.unshown.iter().try_for_each(|(_, shown)| write!(f, " [{shown}]"))
    }
}

/// In quotes if a shell would not take it as one word.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_=+./:,@%\\".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{word}'") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_shown_as_it_can_be_typed() {
        let doc = Invocation::cargo(&["doc", "--no-deps"]).variable("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(doc.to_string(), "RUSTDOCFLAGS='-D warnings' cargo doc --no-deps");
    }

    #[test]
    fn a_program_that_does_not_exist_is_named_in_the_error() {
        let error = Invocation::new("no-such-program-here", &[]).run().expect_err("it does not exist");
        assert!(error.contains("`no-such-program-here` cannot be started"), "{error}");
    }
}
