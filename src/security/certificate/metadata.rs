//! The metadata of certificates, and what can be written so that everybody reads the same.

use std::collections::BTreeMap;
use std::fmt;

/// The sections' and properties' names in a file.
pub(super) const PUBLIC_KEY: &str = "public-key";
pub(super) const SECRET_KEY: &str = "secret-key";

/// How long a name is at most: ZMTP has a byte for that.
const MAX_NAME: usize = 255;
/// How long all lines together may be.
const MAX_TOTAL: usize = 16 * 1024;
/// What a line has besides the name and the value.
const AROUND: usize = "     = \"\"\n".len();

/// Names and values.
#[derive(Clone, PartialEq, Eq, Default)]
pub(super) struct Metadata {
    /// By the names in lower case, because in ZMTP case does not make a name another one.
    entries: BTreeMap<String, (String, String)>,
    /// As it is written.
    length: usize,
}

impl Metadata {
    /// Adds what a file may have.
    pub fn insert(&mut self, name: &str, value: &str) -> Result<(), &'static str> {
        if name.len() > MAX_NAME {
            return Err("the name is longer than 255 bytes");
        }
        if value.contains('"') && value.contains('\'') {
            return Err("the value has both kinds of quotes");
        }
        let length = self.length + AROUND + name.len() + value.len();
        if length > MAX_TOTAL {
            return Err("all metadata together is longer than 16 KiB");
        }
        let folded = name.to_ascii_lowercase();
        if self.entries.contains_key(&folded) {
            return Err("it is there already");
        }
        self.entries.insert(folded, (name.to_owned(), value.to_owned()));
        self.length = length;
        Ok(())
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.values().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// How many bytes [`write`](Metadata::write) appends.
    pub fn written_length(&self) -> usize {
        self.length
    }

    /// Appends one line for each.
    pub fn write(&self, text: &mut String) {
        for (name, value) in self.iter() {
            let quote = if value.contains('"') { '\'' } else { '"' };
            text.extend(["    ", name, " = "]);
            text.push(quote);
            text.push_str(value);
            text.push(quote);
            text.push('\n');
        }
    }
}

impl fmt::Debug for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// Whether pyzmq, which looks at the beginning of each line and not at sections, would take the property for a key.
pub(super) fn looks_like_a_key(name: &str) -> bool {
    name.starts_with(PUBLIC_KEY) || name.starts_with(SECRET_KEY)
}

/// Whether every program can read the property, and write it again.
pub(super) fn check_new(name: &str, value: &str) -> Result<(), &'static str> {
    let of_a_name = |character: char| character.is_ascii_alphanumeric() || "-_.+".contains(character);
    if name.is_empty() {
        Err("the name is empty")
    } else if !name.chars().all(of_a_name) {
        Err("the name has something else than letters, digits, -, _, . and +")
    } else if looks_like_a_key(name) {
        Err("pyzmq would take it for a key")
    } else if value.chars().any(char::is_control) {
        Err("the value has a control character")
    } else if value.contains('"') {
        Err("the value has a double quote, which czmq does not write so that it can be read")
    } else {
        Ok(())
    }
}
