//! What cargo says about what it has built.

use std::path::PathBuf;

use crate::Result;
use crate::invocation::Invocation;

const MESSAGES: &str = "--message-format=json-render-diagnostics";

/// What one run of cargo has built.
pub struct Built {
    messages: String,
}

impl Built {
    pub fn by(arguments: &[&str]) -> Result<Self> {
        Self::of(&Invocation::cargo(arguments))
    }

    pub fn of(build: &Invocation) -> Result<Self> {
        println!("$ {build}");
        let (messages, built) = build.clone().argument(MESSAGES).standard_output()?;
        if built { Ok(Self { messages }) } else { Err(format!("`{build}` failed.")) }
    }

    /// Settings for a further run of cargo that link what ferromq's build script has built, so that the build script of
    /// another workspace's ferromq, which cargo takes for another package, need not run.
    pub fn instead_of_the_build_script(&self, host: &str) -> Result<String> {
        link_settings(&self.messages, host)
            .ok_or_else(|| "ferromq's build script has not said what to link.".to_owned())
    }

    /// The executable of the target called `target`.
    pub fn executable(&self, target: &str) -> Result<PathBuf> {
        executable_in(&self.messages, target)
            .ok_or_else(|| format!("cargo has built no executable called `{target}`."))
    }
}

/// The value that ferromq's build script gave to the environment variable `name`, whether or not the crate compiles.
pub fn build_script_variable(name: &str) -> Result<String> {
    let check = Invocation::cargo(&["check", "--package", "ferromq"]).argument(MESSAGES);
    println!("$ {check}");
    let (messages, _) = check.standard_output()?;
    build_script_variable_in(&messages, name)
        .ok_or_else(|| format!("ferromq's build script has not said what {name} is."))
}

/// Where cargo puts what it builds, whatever the environment and the configuration say about it.
pub fn target_directory() -> Result<PathBuf> {
    let (metadata, _) =
        Invocation::cargo(&["metadata", "--no-deps", "--format-version", "1"]).standard_output()?;
    let directory = string_after(&metadata, r#""target_directory":"#).map(PathBuf::from);
    directory.ok_or_else(|| "cargo does not say where its target directory is.".to_owned())
}

/// As the table that cargo takes instead of a build script with `links`. JSON's lists of strings are TOML's, too.
fn link_settings(messages: &str, host: &str) -> Option<String> {
    let mut ran = messages.lines().filter(|line| line.contains(r#""reason":"build-script-executed""#));
    // The other packages come from the registry.
    let ours = ran.find(|line| line.contains(r#""package_id":"path+"#))?;
    let list = |key| Some(format!("[{}]", ours.split_once(key)?.1.split_once(']')?.0));
    let mut settings = format!("[target.{host}.zmq]\n");
    settings += &format!("rustc-link-lib = {}\n", list(r#""linked_libs":["#)?);
    settings += &format!("rustc-link-search = {}\n", list(r#""linked_paths":["#)?);
    settings += &format!("rustc-cfg = {}\n", list(r#""cfgs":["#)?);
    // The build script also says which there may be, and that cargo does not pass on.
    settings += "rustc-check-cfg = [\"cfg(ferromq_system_libzmq)\"]\n";
    let (_, environment) = ours.split_once(r#""env":["#)?;
    for pair in environment
        .split_once(r#","out_dir""#)?
        .0
        .trim_end_matches(']')
        .split("],")
        .filter(|pair| !pair.is_empty())
    {
        let (name, value) = pair.trim_start_matches('[').split_once(',')?;
        settings += &format!("rustc-env.{name} = {value}\n");
    }
    Some(settings)
}

fn executable_in(messages: &str, target: &str) -> Option<PathBuf> {
    let artifacts = messages.lines().filter(|line| line.contains(r#""reason":"compiler-artifact""#));
    artifacts
        .filter(|line| {
            // The first name after "target" is the target's own.
            line.split_once(r#""target":"#).and_then(|(_, rest)| string_after(rest, r#""name":"#)).as_deref()
                == Some(target)
        })
        .find_map(|line| string_after(line, r#""executable":"#))
        .map(PathBuf::from)
}

fn build_script_variable_in(messages: &str, name: &str) -> Option<String> {
    let ran = messages.lines().filter(|line| line.contains(r#""reason":"build-script-executed""#));
    ran.into_iter().find_map(|line| string_after(line, &format!("[\"{name}\",")))
}

/// The JSON string that follows `key`; `None` if the key is missing or its value is not a string.
fn string_after(json: &str, key: &str) -> Option<String> {
    let (_, value) = json.split_once(key)?;
    let mut characters = value.strip_prefix('"')?.chars();
    let mut string = String::new();
    loop {
        match characters.next()? {
            '"' => return Some(string),
            // Paths need no other escapes than these two.
            '\\' => string.push(characters.next()?),
            character => string.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGES: &str = r#"
{"reason":"compiler-artifact","package_id":"a","target":{"kind":["lib"],"name":"server","src_path":"x"},"executable":null}
{"reason":"compiler-artifact","package_id":"a","target":{"kind":["example"],"name":"client","src_path":"x"},"executable":"/t/client"}
{"reason":"compiler-artifact","package_id":"a","target":{"kind":["example"],"name":"server","src_path":"x"},"executable":"C:\\t\\server.exe"}
{"reason":"build-script-executed","package_id":"registry+b","linked_libs":["static=sodium"],"linked_paths":[],"cfgs":[],"env":[],"out_dir":"/b"}
{"reason":"build-script-executed","package_id":"path+file:///a#ferromq@0.1.0","linked_libs":["static=zmq","dylib=stdc++"],"linked_paths":["native=/out/lib"],"cfgs":[],"env":[["OTHER","1"],["INCLUDE","/out/include"]],"out_dir":"/out"}
"#;

    #[test]
    fn the_executable_is_the_one_of_the_target() {
        assert_eq!(executable_in(MESSAGES, "server"), Some(PathBuf::from(r"C:\t\server.exe")));
        assert_eq!(executable_in(MESSAGES, "client"), Some(PathBuf::from("/t/client")));
        assert_eq!(executable_in(MESSAGES, "other"), None);
    }

    #[test]
    fn a_build_script_variable_is_found_by_its_name() {
        assert_eq!(build_script_variable_in(MESSAGES, "INCLUDE").as_deref(), Some("/out/include"));
        assert_eq!(build_script_variable_in(MESSAGES, "MISSING"), None);
    }

    #[test]
    fn what_our_build_script_linked_becomes_settings_of_cargo() {
        let settings = link_settings(MESSAGES, "host").expect("ours is among them");
        let expected = r#"[target.host.zmq]
rustc-link-lib = ["static=zmq","dylib=stdc++"]
rustc-link-search = ["native=/out/lib"]
rustc-cfg = []
rustc-check-cfg = ["cfg(ferromq_system_libzmq)"]
rustc-env."OTHER" = "1"
rustc-env."INCLUDE" = "/out/include"
"#;
        assert_eq!(settings, expected);
        let without = MESSAGES.replace(r#"[["OTHER","1"],["INCLUDE","/out/include"]]"#, "[]");
        let settings = link_settings(&without, "host").expect("ours is among them");
        assert!(!settings.contains("rustc-env"), "{settings}");
    }
}
