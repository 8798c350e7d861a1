//! The command line.

use std::path::PathBuf;

use super::contenders::{CONTENDERS, Contender};
use super::measurement::{Measurement, PATTERNS, Pattern, TRANSPORTS, Transport, plan};
use crate::Result;

pub struct Settings {
    pub rounds: usize,
    /// Of tokio, for all that are async.
    pub runtime: &'static str,
    /// How much of the usual time a run takes.
    pub scale: f64,
    pub contenders: Vec<&'static Contender>,
    pub plan: Vec<Measurement>,
    /// Whether the page is written.
    pub page: bool,
    /// What was measured before, to be shown instead of measuring.
    pub from: Option<PathBuf>,
}

/// What the examples of all rivals run on, and then the other.
const RUNTIMES: [&str; 2] = ["multi-thread", "current-thread"];

impl Settings {
    pub fn read(arguments: &[String]) -> Result<Self> {
        let mut settings = Self {
            rounds: 5,
            runtime: RUNTIMES[0],
            scale: 1.0,
            contenders: Vec::new(),
            plan: Vec::new(),
            page: false,
            from: None,
        };
        let (mut patterns, mut transports, mut sizes) = (PATTERNS.to_vec(), TRANSPORTS.to_vec(), None);
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("something is missing after {argument}"));
            match argument.as_str() {
                "--rounds" => {
                    let rounds = value()?.parse().ok().filter(|rounds| *rounds > 0);
                    settings.rounds = rounds.ok_or("after --rounds there should be a number")?;
                }
                "--scale" => {
                    let scale = value()?.parse().ok().filter(|scale| *scale > 0.0 && *scale <= 100.0);
                    settings.scale = scale.ok_or("after --scale there should be a number such as 0.1")?;
                }
                "--sizes" => sizes = Some(read_sizes(value()?)?),
                "--only" => patterns = read_patterns(value()?)?,
                "--transports" => transports = read_transports(value()?)?,
                "--runtime" => {
                    let value = value()?;
                    let runtime = RUNTIMES.into_iter().find(|runtime| runtime == value);
                    settings.runtime = runtime
                        .ok_or(format!("after --runtime there should be {}", RUNTIMES.join(" or ")))?;
                }
                "--page" => settings.page = true,
                "--from" => settings.from = Some(value()?.into()),
                name => settings.contenders.push(Contender::named(name).ok_or_else(|| {
                    let names: Vec<_> = CONTENDERS.iter().map(|contender| contender.name).collect();
                    format!("nothing is called {name}; there are: {}", names.join(", "))
                })?),
            }
        }
        if settings.contenders.is_empty() {
            settings.contenders = CONTENDERS.iter().collect();
        }
        settings.plan = plan(&patterns, &transports, sizes.as_deref());
        if settings.plan.is_empty() {
            return Err("nothing is measured there unless --sizes says of what size".to_owned());
        }
        Ok(settings)
    }

    /// How many runs there are in a round.
    pub fn runs(&self) -> usize {
        let those_for =
            |measurement| self.contenders.iter().filter(move |contender| contender.is_for(measurement));
        self.plan.iter().flat_map(those_for).count()
    }
}

fn read_sizes(list: &str) -> Result<Vec<usize>> {
    let sizes =
        list.split(',').map(|size| size.parse().ok().filter(|size| *size >= 8)).collect::<Option<_>>();
    sizes.ok_or("after --sizes there should be numbers from 8, as in 16,256".to_owned())
}

/// `pub-sub` is with any number of subscribers.
fn read_patterns(list: &str) -> Result<Vec<Pattern>> {
    let wanted: Vec<_> = list.split(',').collect();
    let is = |pattern: Pattern, name: &str| {
        pattern.name() == name || name == "pub-sub" && matches!(pattern, Pattern::PubSub(_))
    };
    if let Some(unknown) = wanted.iter().find(|name| !PATTERNS.iter().any(|pattern| is(*pattern, name))) {
        let names = PATTERNS.map(Pattern::name).join(", ");
        return Err(format!("--only does not know {unknown}; there are: {names}, pub-sub"));
    }
    Ok(PATTERNS.into_iter().filter(|pattern| wanted.iter().any(|name| is(*pattern, name))).collect())
}

fn read_transports(list: &str) -> Result<Vec<Transport>> {
    let wanted: Vec<_> = list.split(',').collect();
    let names = TRANSPORTS.map(Transport::name);
    if let Some(unknown) = wanted.iter().find(|name| !names.contains(name)) {
        return Err(format!("--transports does not know {unknown}; there are: {}", names.join(", ")));
    }
    Ok(TRANSPORTS.into_iter().filter(|transport| wanted.contains(&transport.name())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<Settings> {
        Settings::read(&arguments.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn everything_is_compared_unless_some_are_named() {
        let all = read(&[]).expect("nothing need be said");
        assert_eq!((all.rounds, all.contenders.len()), (5, CONTENDERS.len()));
        for pattern in PATTERNS {
            assert!(all.plan.iter().any(|measurement| measurement.pattern == pattern), "{pattern:?}");
        }
        let some =
            read(&["--rounds", "7", "--sizes", "64,65", "--only", "pub-sub", "--transports", "ipc", "tmq"]);
        let some = some.expect("it is right");
        assert_eq!((some.rounds, some.plan.len(), some.contenders.len(), some.runs()), (7, 4, 1, 4));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let error = |arguments| read(arguments).err().expect("it is wrong");
        assert!(error(&["mtq"]).contains("nothing is called mtq; there are: ferromq, "));
        assert!(error(&["--runtime", "smol"]).contains("multi-thread or current-thread"));
        assert!(error(&["--sizes", "16,4"]).contains("numbers from 8"));
        assert!(error(&["--rounds"]).contains("missing after --rounds"));
        assert!(error(&["--rounds", "0"]).contains("a number"));
        assert!(error(&["--scale", "0"]).contains("a number"));
        assert!(error(&["--only", "push"]).contains("does not know push; there are: push-pull, "));
        assert!(error(&["--transports", "tcp,udp"]).contains("does not know udp; there are: tcp, "));
        assert!(error(&["--only", "dealer-router", "--transports", "ipc"]).contains("--sizes"));
    }
}
