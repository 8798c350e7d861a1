//! ZPL, the ZeroMQ Property Language: names, values and indentation.
//!
//! Where the rules leave room, or other parsers differ, a text is refused: two programs must not read different keys
//! from one file. Whether a `#` begins a comment is the exception, because Z85 has that character: in a bare value it
//! does after white space only.
//!
//! Source: RFC 4.

/// A line with something on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Property<'a> {
    /// Counts from 1.
    pub line: usize,
    /// In how many others it is; at most one more than the property before it.
    pub depth: usize,
    pub name: &'a str,
    pub value: Option<Value<'a>>,
}

/// What follows the `=`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// What is between the quotes.
    Quoted(&'a str),
    /// The rest of the line, which may have a comment in it.
    Bare(&'a str),
}

impl<'a> Value<'a> {
    /// Without the comment, if there is one.
    pub fn text(self) -> &'a str {
        match self {
            Value::Quoted(text) => text,
            Value::Bare(rest) => {
                let comment =
                    rest.match_indices('#').find(|(at, _)| *at == 0 || rest[..*at].ends_with(WHITE));
                rest[..comment.map_or(rest.len(), |(at, _)| at)].trim_end_matches(WHITE)
            }
        }
    }
}

/// Without the text, which may be a secret.
impl std::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Value::Quoted(_) => "Quoted(..)",
            Value::Bare(_) => "Bare(..)",
        })
    }
}

/// Why a text is not ZPL. The reason does not quote it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Malformed {
    pub line: usize,
    pub reason: &'static str,
}

/// The properties in their order. What follows something malformed has no meaning.
pub(super) fn properties(text: &str) -> impl Iterator<Item = Result<Property<'_>, Malformed>> {
    let mut deepest = 0;
    text.split('\n').enumerate().filter_map(move |(index, line)| {
        let line_number = index + 1;
        let read = read(line.strip_suffix('\r').unwrap_or(line)).and_then(|found| match found {
            Some((depth, ..)) if depth > deepest => Err("it is indented deeper than what is above it allows"),
            found => Ok(found),
        });
        match read {
            Ok(None) => None,
            Ok(Some((depth, name, value))) => {
                deepest = depth + 1;
                Some(Ok(Property { line: line_number, depth, name, value }))
            }
            Err(reason) => Some(Err(Malformed { line: line_number, reason })),
        }
    })
}

const WHITE: [char; 2] = [' ', '\t'];
const INDENT: usize = 4;

type Content<'a> = (usize, &'a str, Option<Value<'a>>);

fn read(line: &str) -> Result<Option<Content<'_>>, &'static str> {
    // For some a NUL or a lone carriage return ends the line, for others it does not, not even in a comment.
    if line.chars().any(|character| character.is_control() && character != '\t') {
        return Err("it has a control character");
    }
    let line = line.trim_end_matches(WHITE);
    if is_nothing(line) {
        return Ok(None);
    }
    let content = line.trim_start_matches(' ');
    let indent = line.len() - content.len();
    if content.starts_with('\t') || !indent.is_multiple_of(INDENT) {
        return Err("it is not indented by four spaces for each level");
    }
    let (name, rest) = content.split_at(content.find(|c| !is_name_character(c)).unwrap_or(content.len()));
    if name.is_empty() {
        return Err("it does not begin with a name");
    }
    if name.starts_with('/') || name.ends_with('/') {
        return Err("its name begins or ends with a slash");
    }
    let rest = rest.trim_start_matches(WHITE);
    let value = match rest.strip_prefix('=') {
        Some(value) => Some(read_value(value.trim_start_matches(WHITE))?),
        None if is_nothing(rest) => None,
        None => return Err("after its name there is neither an equals sign nor the end"),
    };
    Ok(Some((indent / INDENT, name, value)))
}

fn read_value(text: &str) -> Result<Value<'_>, &'static str> {
    let Some(quote @ ('"' | '\'')) = text.chars().next() else { return Ok(Value::Bare(text)) };
    match text[1..].split_once(quote) {
        Some((value, rest)) if is_nothing(rest) => Ok(Value::Quoted(value)),
        Some(_) => Err("something follows the closing quote"),
        None => Err("the closing quote is missing"),
    }
}

/// Whether there is only white space, or a comment.
fn is_nothing(text: &str) -> bool {
    let text = text.trim_start_matches(WHITE);
    text.is_empty() || text.starts_with('#')
}

fn is_name_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || "$-_@.&+/".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line, the depth, the name and the value.
    type Shown<'a> = (usize, usize, &'a str, Option<&'a str>);

    fn read_all(text: &str) -> Result<Vec<Shown<'_>>, Malformed> {
        fn shown(p: Property<'_>) -> Shown<'_> {
            (p.line, p.depth, p.name, p.value.map(Value::text))
        }
        properties(text).map(|property| property.map(shown)).collect()
    }

    fn only_value(line: &str) -> Result<Option<&str>, &'static str> {
        let properties = read_all(line).map_err(|malformed| malformed.reason)?;
        assert_eq!(properties.len(), 1, "{line:?}");
        Ok(properties[0].3)
    }

    #[test]
    fn the_example_of_the_rfc_is_read() {
        let text = "\
#   configuration
context
    iothreads = 1
    verbose = 1      #   Ask for a trace
main
    type = zqueue
    frontend
        option
            hwm = 1000
            subscribe = \"#2\"
        bind = 'tcp://eth0:5555'

    backend
";
        assert_eq!(
            read_all(text).unwrap(),
            [
                (2, 0, "context", None),
                (3, 1, "iothreads", Some("1")),
                (4, 1, "verbose", Some("1")),
                (5, 0, "main", None),
                (6, 1, "type", Some("zqueue")),
                (7, 1, "frontend", None),
                (8, 2, "option", None),
                (9, 3, "hwm", Some("1000")),
                (10, 3, "subscribe", Some("#2")),
                (11, 2, "bind", Some("tcp://eth0:5555")),
                (13, 1, "backend", None),
            ]
        );
    }

    #[test]
    fn a_value_is_what_stands_between_quotes_or_before_a_comment() {
        for (line, value) in [
            ("a", None),
            ("a # = 1", None),
            ("a=", Some("")),
            ("a = # nothing", Some("")),
            ("a = b c", Some("b c")),
            ("a = b#c", Some("b#c")),
            ("a = b#c#d # e", Some("b#c#d")),
            ("a = b #c", Some("b")),
            ("a = b\t# c", Some("b")),
            ("a = it's", Some("it's")),
            ("a = \" b # c \" # d", Some(" b # c ")),
            ("a = 'b \"c\"'#d", Some("b \"c\"")),
            ("a = \"\"", Some("")),
            ("a\t=\tb \t", Some("b")),
            ("a = é", Some("é")),
            ("a = b\r", Some("b")),
        ] {
            assert_eq!(only_value(line), Ok(value), "{line:?}");
        }
    }

    #[test]
    fn what_others_would_read_differently_is_refused() {
        for (text, line, reason) in [
            ("a\n  b", 2, "four spaces"),
            ("a\n\tb = 1", 2, "four spaces"),
            ("a\n    \tb = 1", 2, "four spaces"),
            ("    a", 1, "indented deeper"),
            ("a\n        b", 2, "indented deeper"),
            ("a\n    b\nc\n        d", 4, "indented deeper"),
            ("a b", 1, "neither an equals sign"),
            ("a: b", 1, "neither an equals sign"),
            ("= b", 1, "begin with a name"),
            ("é = b", 1, "begin with a name"),
            ("\u{feff}a", 1, "begin with a name"),
            ("/a", 1, "slash"),
            ("a/ = 1", 1, "slash"),
            ("a = \"b", 1, "closing quote is missing"),
            ("a = \"b\" c", 1, "follows the closing quote"),
            ("a = \"b\"c\"", 1, "follows the closing quote"),
            ("# a comment\rcurve", 1, "control character"),
            ("a = b\0c", 1, "control character"),
            ("a\r\r\n", 1, "control character"),
        ] {
            let malformed = read_all(text).expect_err(text);
            assert!(malformed.line == line && malformed.reason.contains(reason), "{text:?}: {malformed:?}");
        }
    }

    #[test]
    fn comments_and_empty_lines_may_be_indented_as_they_like() {
        let text = "\n  # b\n\t# c\n   \na\n    # d\n    e\n";
        assert_eq!(read_all(text).unwrap(), [(5, 0, "a", None), (7, 1, "e", None)]);
        assert_eq!(read_all("").unwrap(), []);
    }
}
