use ferromq::zap::Origin;

use crate::{MILLION, Target, seeds_of, text};

pub const TARGET: Target = Target { name: "origin", seeds, check, inputs: MILLION };

fn seeds() -> Vec<Vec<u8>> {
    seeds_of(&[
        "127.0.0.1",
        "192.168.7.0/24",
        "10.1.2.3/8",
        "::1",
        "::ffff:10.0.0.0/104",
        "fe80::/10",
        "0.0.0.0/0",
    ])
}

/// What is taken is written as something that means the same.
fn check(input: &[u8]) {
    let Some(text) = text(input) else { return };
    if let Ok(origin) = text.parse::<Origin>() {
        assert_eq!(origin.to_string().parse::<Origin>().expect("it was written"), origin);
    }
}
