//! What one source file refers to, read from its tokens.

use std::path::{Component, Path, PathBuf};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::KEYWORD;
use crate::Result;

/// A source file, and what the check wants to know of it.
pub struct Source {
    /// Relative to the root of the repository.
    pub file: PathBuf,
    /// Where the file is in ferromq's module tree, `[]` for lib.rs; `None` in another crate.
    module: Option<Vec<String>>,
    found: Found,
}

/// A name directly below the crate's root that is referred to.
pub struct Reference {
    pub name: String,
    pub line: usize,
}

/// A name that can be reached as `crate::name` although `module` has it.
pub struct Export {
    pub name: String,
    pub module: String,
}

#[derive(Default)]
struct Found {
    unsafe_lines: Vec<usize>,
    references: Vec<Reference>,
    exports: Vec<Export>,
}

impl Source {
    pub fn read(file: &Path, text: &str) -> Result<Self> {
        let tokens: TokenStream =
            text.parse().map_err(|error| format!("{} is not Rust: {error}.", file.display()))?;
        let module = module_of(file);
        let mut reader =
            Reader { found: Found::default(), module: module.clone().unwrap_or_default(), in_tests: false };
        reader.read(tokens);
        Ok(Self { file: file.to_owned(), module, found: reader.found })
    }

    pub fn in_ferromq(&self) -> bool {
        self.module.is_some()
    }

    /// The module of ferromq's root that the file belongs to; `None` for lib.rs and in other crates.
    pub fn top_module(&self) -> Option<&str> {
        self.module.as_ref()?.first().map(String::as_str)
    }

    pub fn unsafe_lines(&self) -> &[usize] {
        &self.found.unsafe_lines
    }

    pub fn references(&self) -> &[Reference] {
        &self.found.references
    }

    pub fn exports(&self) -> &[Export] {
        &self.found.exports
    }
}

/// `src/a/b.rs` is `a::b`, `src/a/mod.rs` is `a`, `src/lib.rs` is the root.
fn module_of(file: &Path) -> Option<Vec<String>> {
    let inside = file.strip_prefix("src").ok()?.with_extension("");
    let names = inside.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        _ => None,
    });
    let mut path: Vec<_> = names.collect();
    if path.last().is_some_and(|last| last == "mod") || path == ["lib"] {
        path.pop();
    }
    Some(path)
}

struct Reader {
    found: Found,
    /// The module that the tokens are in.
    module: Vec<String>,
    in_tests: bool,
}

impl Reader {
    fn read(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        // Whether an attribute `#[cfg(test)]` belongs to the item that is being read.
        let mut test_item = false;
        let mut i = 0;
        while i < tokens.len() {
            let rest = &tokens[i..];
            i += 1;
            match &tokens[i - 1] {
                TokenTree::Ident(ident) => match ident.to_string().as_str() {
                    KEYWORD => self.found.unsafe_lines.push(ident.span().start().line),
                    "crate" => self.refer(&rest[1..]),
                    "super" if !follows_super(&tokens[..i - 1]) => self.refer_from_super(rest, 0),
                    "use" if self.module.is_empty() => self.export(&rest[1..]),
                    "macro_rules" => self.export_macro(&rest[1..]),
                    "mod" => {
                        if let [_, TokenTree::Ident(name), TokenTree::Group(body), ..] = rest {
                            self.read_module(&name.to_string(), body, test_item);
                            i += 2;
                        }
                    }
                    _ => {}
                },
                TokenTree::Group(group) => {
                    test_item |= is_cfg_test(group);
                    self.read(group.stream());
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            if ends_item(&tokens[i - 1]) {
                test_item = false;
            }
        }
    }

    fn read_module(&mut self, name: &str, body: &Group, tests: bool) {
        let in_tests = self.in_tests;
        self.in_tests |= tests;
        self.module.push(name.to_owned());
        self.read(body.stream());
        self.module.pop();
        self.in_tests = in_tests;
    }

    /// Takes the names that follow the crate's root in a path: `::name` or `::{name, name::x}`.
    fn refer(&mut self, after_root: &[TokenTree]) {
        if self.in_tests {
            return;
        }
        let Some(path) = after_colons(after_root) else { return };
        self.found.references.extend(first_names(path));
    }

    /// Takes a path that starts with `super` if it leads to the crate's root, which is `self.module.len()` levels up;
    /// one that ends below stays in the same top module. `climbed` counts the `super` before a group.
    fn refer_from_super(&mut self, mut path: &[TokenTree], mut climbed: usize) {
        while starts_with_super(path) {
            climbed += 1;
            let after = &path[1..];
            path = after_colons(after).filter(|next| starts_with_super(next)).unwrap_or(after);
        }
        if climbed == self.module.len() {
            self.refer(path);
        } else if let Some([TokenTree::Group(group), ..]) = after_colons(path) {
            for branch in branches(group).iter().filter(|branch| starts_with_super(branch)) {
                self.refer_from_super(branch, climbed);
            }
        }
    }

    /// Takes the names that a `use` in lib.rs makes part of the root.
    fn export(&mut self, after_use: &[TokenTree]) {
        let end = after_use.iter().position(|token| is_punct(token, ';')).unwrap_or(after_use.len());
        let mut path = &after_use[..end];
        while let [TokenTree::Ident(start), after @ ..] = path
            && (start == "self" || start == "crate")
            && let Some(next) = after_colons(after)
        {
            path = next;
        }
        if let [TokenTree::Ident(module), ..] = path {
            let module = module.to_string();
            let names = last_names(path);
            self.found.exports.extend(names.into_iter().map(|name| Export { name, module: module.clone() }));
        }
    }

    fn export_macro(&mut self, after: &[TokenTree]) {
        if let [bang, TokenTree::Ident(name), ..] = after
            && is_punct(bang, '!')
            && let Some(module) = self.module.first()
        {
            self.found.exports.push(Export { name: name.to_string(), module: module.clone() });
        }
    }
}

/// The first name of each path in `a::b`, `{a::b, c}`.
fn first_names(path: &[TokenTree]) -> Vec<Reference> {
    match path {
        [TokenTree::Ident(name), ..] if name != "self" => {
            vec![Reference { name: name.to_string(), line: name.span().start().line }]
        }
        [TokenTree::Group(group), ..] if group.delimiter() == Delimiter::Brace => {
            branches(group).iter().flat_map(|branch| first_names(branch)).collect()
        }
        _ => Vec::new(),
    }
}

/// The name under which each path of a `use` is known: `c` of `a::c`, `d` of `a::{b as d}`.
fn last_names(path: &[TokenTree]) -> Vec<String> {
    match path {
        [.., TokenTree::Group(group)] => {
            branches(group).iter().flat_map(|branch| last_names(branch)).collect()
        }
        [.., TokenTree::Ident(name)] => vec![name.to_string()],
        _ => Vec::new(),
    }
}

fn branches(group: &Group) -> Vec<Vec<TokenTree>> {
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    tokens.split(|token| is_punct(token, ',')).map(<[TokenTree]>::to_vec).collect()
}

fn after_colons(tokens: &[TokenTree]) -> Option<&[TokenTree]> {
    match tokens {
        [first, second, rest @ ..] if is_punct(first, ':') && is_punct(second, ':') => Some(rest),
        _ => None,
    }
}

fn starts_with_super(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [TokenTree::Ident(ident), ..] if ident == "super")
}

/// Whether the path before goes on from another `super`, which has been taken care of.
fn follows_super(before: &[TokenTree]) -> bool {
    matches!(before, [.., TokenTree::Ident(ident), first, second]
        if ident == "super" && is_punct(first, ':') && is_punct(second, ':'))
}

fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}

fn is_cfg_test(group: &Group) -> bool {
    group.delimiter() == Delimiter::Bracket && group.stream().to_string().replace(' ', "") == "cfg(test)"
}

/// Whether attributes before this token have nothing to do with what comes after it.
fn ends_item(token: &TokenTree) -> bool {
    is_punct(token, ';') || matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}
