//! Which items of a source file have which documentation aliases.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use crate::layers::KEYWORD;

/// The aliases in a file, each with the path of its item, such as `Socket::bind`.
pub fn in_source(text: &str) -> Result<Vec<(String, String)>, String> {
    let tokens: TokenStream = text.parse().map_err(|error| format!("it is not Rust: {error}"))?;
    let mut found = Vec::new();
    scan(tokens, None, &mut found);
    Ok(found)
}

/// Reads items; `owner` is the type whose `impl`, or the enum whose braces, they are in.
fn scan(tokens: TokenStream, owner: Option<&str>, found: &mut Vec<(String, String)>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut aliases: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            TokenTree::Punct(hash) if hash.as_char() == '#' => {
                if let Some(TokenTree::Group(attribute)) = tokens.get(at + 1) {
                    aliases.extend(alias(attribute));
                    at += 1;
                }
            }
            TokenTree::Ident(word) => {
                let word = word.to_string();
                let name = tokens.get(at + 1).and_then(ident);
                match (&*word, name) {
                    ("pub" | "const" | "crate" | "async" | KEYWORD | "extern", _)
                        if !is_constant(&word, &tokens[at..]) => {}
                    (
                        "fn" | "struct" | "enum" | "trait" | "const" | "type" | "mod" | "static",
                        Some(name),
                    ) => {
                        record(&mut aliases, owner, &name, found);
                        if let Some(body) = body_after(&tokens, &mut at) {
                            match &*word {
                                "enum" | "trait" => scan(body.stream(), Some(&name), found),
                                "mod" => scan(body.stream(), None, found),
                                _ => {}
                            }
                        }
                        continue;
                    }
                    ("impl", _) => {
                        let start = at + 1;
                        if let Some(body) = body_after(&tokens, &mut at) {
                            let owner = implemented(&tokens[start..at - 1]);
                            aliases.clear();
                            scan(body.stream(), owner.as_deref(), found);
                        }
                        continue;
                    }
                    ("macro_rules", _) => {
                        body_after(&tokens, &mut at);
                        continue;
                    }
                    _ if matches!(tokens.get(at + 1), Some(TokenTree::Punct(p)) if p.as_char() == '!') => {
                        if let Some(TokenTree::Group(body)) = tokens.get(at + 2) {
                            rows(body.stream(), found);
                            scan(body.stream(), owner, found);
                        }
                        at += 2;
                    }
                    _ => {
                        record(&mut aliases, owner, &word, found);
                        // A macro's own way to write an item with members.
                        if let Some(TokenTree::Group(members)) = tokens.get(at + 1)
                            && members.delimiter() == Delimiter::Brace
                        {
                            scan(members.stream(), Some(&word), found);
                        }
                    }
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// Whether a `const` begins a constant and not a function.
fn is_constant(word: &str, tokens: &[TokenTree]) -> bool {
    word == "const" && tokens.get(1).and_then(ident).is_some_and(|next| !["fn", KEYWORD].contains(&&*next))
}

fn record(aliases: &mut Vec<String>, owner: Option<&str>, name: &str, found: &mut Vec<(String, String)>) {
    for alias in aliases.drain(..) {
        let path = owner.map_or_else(|| name.to_owned(), |owner| format!("{owner}::{name}"));
        found.push((alias, path));
    }
}

/// The next group in braces, unless a semicolon comes first; `at` is then behind it.
fn body_after<'a>(tokens: &'a [TokenTree], at: &mut usize) -> Option<&'a Group> {
    while let Some(token) = tokens.get(*at) {
        *at += 1;
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return Some(group),
            TokenTree::Punct(end) if end.as_char() == ';' => return None,
            _ => {}
        }
    }
    None
}

/// The name of the type in `<P> Trait for Type<P> where ...`.
fn implemented(header: &[TokenTree]) -> Option<String> {
    let mut depth = 0;
    let mut name = None;
    let mut previous = ' ';
    for token in header {
        match token {
            TokenTree::Punct(p) => {
                match p.as_char() {
                    '<' => depth += 1,
                    '>' if previous != '-' => depth -= 1,
                    _ => {}
                }
                previous = p.as_char();
            }
            TokenTree::Ident(word) if depth == 0 => match &*word.to_string() {
                "for" => name = None,
                "where" => break,
                word => name = Some(word.to_owned()),
            },
            _ => {}
        }
    }
    name
}

/// The alias in `doc(alias = "name")`.
fn alias(attribute: &Group) -> Option<String> {
    let mut tokens = attribute.stream().into_iter();
    if ident(&tokens.next()?)? != "doc" {
        return None;
    }
    let TokenTree::Group(arguments) = tokens.next()? else { return None };
    let mut arguments = arguments.stream().into_iter();
    if ident(&arguments.next()?)? != "alias" {
        return None;
    }
    text(&arguments.nth(1)?)
}

/// The rows of the option tables: `Row ("ZMQ_NAME") ... build method(...)` for sockets, `method(...) ("ZMQ_NAME")` for
/// contexts.
fn rows(tokens: TokenStream, found: &mut Vec<(String, String)>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut row = None;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => {
                let Some(name) = c_name(group) else { continue };
                match tokens[..at].last_chunk() {
                    Some([TokenTree::Ident(method), TokenTree::Group(_)]) => {
                        found.push((name, format!("ContextBuilder::{method}")));
                    }
                    _ => row = Some(name),
                }
            }
            TokenTree::Ident(word) if word == "build" => {
                if let (Some(name), Some(method)) = (row.take(), tokens.get(at + 1).and_then(ident)) {
                    found.push((name, format!("Builder::{method}")));
                }
            }
            _ => {}
        }
    }
}

/// The name in `("ZMQ_NAME")`.
fn c_name(group: &Group) -> Option<String> {
    let mut inside = group.stream().into_iter();
    let name = text(&inside.next()?)?;
    (inside.next().is_none() && name.starts_with("ZMQ_")).then_some(name)
}

fn ident(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Ident(word) => Some(word.to_string()),
        _ => None,
    }
}

fn text(token: &TokenTree) -> Option<String> {
    let TokenTree::Literal(literal) = token else { return None };
    Some(literal.to_string().strip_prefix('"')?.strip_suffix('"')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_methods_variants_and_rows_are_found() {
        let source = r#"
            #[doc(alias = "a")] pub enum Kind { #[doc(alias = "b")] First, Second(u8), #[doc(alias = "c")] Third { x: u8 } }
            impl<P: Fn() -> u8, S> Display for Socket<P, S> where S: Copy {
                /// Text.
                #[doc(alias = "d")] #[inline] pub const fn method(&self) -> u8 { 0 }
                #[doc(alias = "e")] pub const LIMIT: u8 = 1;
            }
            #[doc(alias = "f")] #[derive(Clone)] pub struct Frame { raw: u8 }
            macro_rules! ignored { () => { #[doc(alias = "no")] fn no() {} } }
            options! { /// Text.
                Row ("ZMQ_ROW") = ROW as Bool, default false, on all, build row(bool), live set_row, read row -> bool; }
            sets! { Set { #[doc(alias = "h")] MEMBER = 1 "member", } }
            context_options! { threads(u32) ("ZMQ_THREADS") = THREADS as Count, default 1_u32, read -> u32; }
            mod inner { #[doc(alias = "g")] pub fn free() {} }
        "#;
        let found = in_source(source).unwrap();
        let expected = [
            ("a", "Kind"),
            ("b", "Kind::First"),
            ("c", "Kind::Third"),
            ("d", "Socket::method"),
            ("e", "Socket::LIMIT"),
            ("f", "Frame"),
            ("ZMQ_ROW", "Builder::row"),
            ("h", "Set::MEMBER"),
            ("ZMQ_THREADS", "ContextBuilder::threads"),
            ("g", "free"),
        ];
        let expected: Vec<_> = expected.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
        assert_eq!(found, expected);
    }
}
