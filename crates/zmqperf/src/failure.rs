//! Why the command ends without a result, in a sentence.

use std::fmt;

use ferromq::Failed;

/// What `main` tells the user.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

/// A sentence for the user; and whether libzmq's context was shut down, which is how a run is ended from outside.
#[derive(Debug)]
pub struct Failure {
    sentence: String,
    terminated: bool,
    misuse: bool,
}

impl Failure {
    /// A failure that this sentence explains.
    pub fn new(sentence: impl Into<String>) -> Self {
        Failure { sentence: sentence.into(), terminated: false, misuse: false }
    }

    /// The command line asks for what there cannot be.
    pub fn misuse(sentence: impl Into<String>) -> Self {
        Failure { misuse: true, ..Failure::new(sentence) }
    }

    /// Whether the command line is to blame.
    pub fn is_misuse(&self) -> bool {
        self.misuse
    }

    /// Whether a socket was used after its context was shut down.
    pub fn is_terminated(&self) -> bool {
        self.terminated
    }

    /// The same, after words that say what was attempted.
    pub fn during(self, attempt: impl fmt::Display) -> Self {
        Failure { sentence: format!("{attempt}: {}", self.sentence), ..self }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl From<ferromq::Error> for Failure {
    fn from(error: ferromq::Error) -> Self {
        Failure { terminated: error.is_terminated(), ..Failure::new(error.to_string()) }
    }
}

impl<K> From<Failed<K>> for Failure {
    fn from(failed: Failed<K>) -> Self {
        ferromq::Error::from(failed).into()
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Failure::new(error.to_string())
    }
}
