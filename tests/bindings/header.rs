//! The names that zmq.h defines and exports.

/// What a program that includes the header can use.
pub struct Header {
    pub macros: Vec<String>,
    pub functions: Vec<String>,
}

impl Header {
    pub fn read(text: &str) -> Self {
        let lines: Vec<&str> = text.lines().collect();
        let macros = lines.iter().enumerate().filter_map(|(i, line)| {
            let name = identifier(line.strip_prefix("#define ")?);
            // The platform's own errno values are defined only where the platform does not have them.
            let is_substitute = i > 0 && lines[i - 1] == format!("#ifndef {name}") && name.starts_with('E');
            (!is_substitute).then(|| name.to_owned())
        });
        let code: String =
            lines.iter().filter(|line| !line.trim_start().starts_with('#')).flat_map(|l| [l, " "]).collect();
        let declarations = code.split("ZMQ_EXPORT ").skip(1);
        let functions = declarations.map(|declaration| {
            let before_parameters = declaration.split('(').next().unwrap_or_default().trim_end();
            let start = before_parameters.rfind(|c| !is_identifier(c)).map_or(0, |end| end + 1);
            before_parameters[start..].to_owned()
        });
        Self { macros: macros.collect(), functions: functions.collect() }
    }
}

fn identifier(text: &str) -> &str {
    &text[..text.find(|c| !is_identifier(c)).unwrap_or(text.len())]
}

fn is_identifier(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[test]
fn macros_and_functions_are_found_by_name() {
    let header = Header::read(
        "#define ZMQ_A 1\n#ifndef ENOTSUP\n#define ENOTSUP (X + 1)\n#endif\n#define EFSM (X + 51)\n\
         ZMQ_EXPORT int\nzmq_b (void *a,\n  zmq_fn *f (int));\nZMQ_EXPORT char *zmq_c (void);",
    );
    assert_eq!(header.macros, ["ZMQ_A", "EFSM"]);
    assert_eq!(header.functions, ["zmq_b", "zmq_c"]);
}
