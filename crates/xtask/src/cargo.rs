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
        let build = Invocation::cargo(arguments);
        println!("$ {build}");
        let (messages, built) = build.clone().argument(MESSAGES).standard_output()?;
        if built { Ok(Self { messages }) } else { Err(format!("`{build}` failed.")) }
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
{"reason":"build-script-executed","package_id":"a","cfgs":[],"env":[["OTHER","1"],["INCLUDE","/out/include"]]}
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
}
