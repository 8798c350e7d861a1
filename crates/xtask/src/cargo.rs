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

    /// Settings for a further run of cargo that link what the build scripts of ferromq and libsodium have built, so that
    /// they need not run again for another workspace or profile.
    pub fn instead_of_the_build_scripts(&self, host: &str) -> Result<String> {
        link_settings(&self.messages, host)
            .ok_or_else(|| "ferromq's build script has not said what to link.".to_owned())
    }

    /// The directory in which the build script of a package from the registry has found or built a library.
    pub fn linked_path(&self, package: &str) -> Option<PathBuf> {
        linked_path_in(&self.messages, package)
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

/// As the tables that cargo takes instead of build scripts with `links`. JSON's lists of strings are TOML's, too.
fn link_settings(messages: &str, host: &str) -> Option<String> {
    let ran = |package| {
        let mut ran = messages.lines().filter(|line| line.contains(r#""reason":"build-script-executed""#));
        ran.find(|line| string_after(line, r#""package_id":"#).is_some_and(|id| id.contains(package)))
    };
    // The other packages come from the registry.
    let mut settings = table("zmq", ran("path+")?, host)?;
    // The build script also says which there may be, and that cargo does not pass on.
    settings += "rustc-check-cfg = [\"cfg(ferromq_system_libzmq)\"]\n";
    if let Some(sodium) = ran("#libsodium-sys-stable@") {
        settings += &table("sodium", sodium, host)?;
    }
    Some(settings)
}

fn table(links: &str, ran: &str, host: &str) -> Option<String> {
    let list = |key| Some(format!("[{}]", ran.split_once(key)?.1.split_once(']')?.0));
    let mut settings = format!("[target.{host}.{links}]\n");
    settings += &format!("rustc-link-lib = {}\n", list(r#""linked_libs":["#)?);
    settings += &format!("rustc-link-search = {}\n", list(r#""linked_paths":["#)?);
    settings += &format!("rustc-cfg = {}\n", list(r#""cfgs":["#)?);
    let (_, environment) = ran.split_once(r#""env":["#)?;
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

fn linked_path_in(messages: &str, package: &str) -> Option<PathBuf> {
    let mut ran = messages.lines().filter(|line| line.contains(r#""reason":"build-script-executed""#));
    let ran = ran.find(|line| line.contains(&format!("#{package}@")))?;
    let path = string_after(ran, r#""linked_paths":["#)?;
    Some(PathBuf::from(path.split_once('=').map_or(&*path, |(_, path)| path)))
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
{"reason":"build-script-executed","package_id":"registry+https://b#libsodium-sys-stable@1.2.3","linked_libs":["static=sodium"],"linked_paths":[],"cfgs":[],"env":[],"out_dir":"/b"}
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
    fn a_linked_path_is_without_its_kind() {
        let messages = MESSAGES.replace(r#""linked_paths":[]"#, r#""linked_paths":["native=/s/lib"]"#);
        assert_eq!(linked_path_in(&messages, "libsodium-sys-stable"), Some(PathBuf::from("/s/lib")));
        assert_eq!(linked_path_in(MESSAGES, "libsodium-sys-stable"), None);
    }

    #[test]
    fn what_the_build_scripts_linked_becomes_settings_of_cargo() {
        let settings = link_settings(MESSAGES, "host").expect("ours is among them");
        let expected = r#"[target.host.zmq]
rustc-link-lib = ["static=zmq","dylib=stdc++"]
rustc-link-search = ["native=/out/lib"]
rustc-cfg = []
rustc-env."OTHER" = "1"
rustc-env."INCLUDE" = "/out/include"
rustc-check-cfg = ["cfg(ferromq_system_libzmq)"]
[target.host.sodium]
rustc-link-lib = ["static=sodium"]
rustc-link-search = []
rustc-cfg = []
"#;
        assert_eq!(settings, expected);
        let without = MESSAGES.replace(r#"[["OTHER","1"],["INCLUDE","/out/include"]]"#, "[]");
        let settings = link_settings(&without, "host").expect("ours is among them");
        assert!(!settings.contains("rustc-env"), "{settings}");
    }
}
