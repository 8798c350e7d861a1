//! The instructions per message that the wrapper costs over bare C calls.

use crate::Result;
use crate::invocation::Invocation;
use crate::prerequisites;

pub fn run() -> Result<()> {
    prerequisites::ensure(&prerequisites::to_build())?;
    prerequisites::ensure(&[prerequisites::VALGRIND])?;
    Invocation::new("bash", &["benches/tax.sh"]).run()
}
