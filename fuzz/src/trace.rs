use std::time::{Duration, UNIX_EPOCH};

use ferromq::trace::{Trace, TraceParent};

use crate::{MILLION, Target, text};

pub const TARGET: Target = Target { name: "trace", seeds, check, inputs: MILLION };

const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

fn seeds() -> Vec<Vec<u8>> {
    let mut trace = Trace::of(PARENT.parse().expect("it is valid"));
    let without = trace.to_frame().to_vec();
    trace = trace.with_state("congo=t61rcWkgMzE");
    for (number, name) in ["source", "the gateway", "", "Gr\u{fc}n"].iter().enumerate() {
        trace.stamp_at(name, UNIX_EPOCH + Duration::from_nanos(1_733_050_000_000_000_000 + number as u64));
    }
    let later = format!("cc{}-what-comes-later", &PARENT[2..]);
    vec![without, trace.to_frame().to_vec(), PARENT.as_bytes().to_vec(), later.into_bytes()]
}

/// What is read is written as something that means the same.
fn check(input: &[u8]) {
    if let Ok(Some(trace)) = Trace::from_frame(input) {
        assert_eq!(Trace::from_frame(&trace.to_frame()).expect("it was written"), Some(trace));
    }
    if let Some(parent) = text(input).and_then(|text| text.parse::<TraceParent>().ok()) {
        let written = parent.to_string();
        assert_eq!(written.len(), PARENT.len());
        assert_eq!(written.parse::<TraceParent>().expect("it was written"), parent);
    }
}
