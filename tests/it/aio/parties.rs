//! A watchdog for long traffic: fails when nobody gets on any more, and says who waited for what.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use super::runtime::{Runtime, Task};

/// How long nobody may get on.
const STALL: Duration = Duration::from_secs(15);

/// Somebody who does something again and again.
pub struct Party {
    name: String,
    done: AtomicU64,
}

impl Party {
    /// Has done it once more.
    pub fn gets_on(&self) {
        self.done.fetch_add(1, Relaxed);
    }
}

impl fmt::Debug for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} has done {}", self.name, self.done.load(Relaxed))
    }
}

/// All who are watched.
#[derive(Default)]
pub struct Parties(Vec<(Arc<Party>, Task<()>)>);

impl Parties {
    /// Somebody more.
    pub fn add<R: Runtime, F>(&mut self, name: impl Into<String>, act: impl FnOnce(Arc<Party>) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let party = Arc::new(Party { name: name.into(), done: AtomicU64::new(0) });
        self.0.push((Arc::clone(&party), R::spawn(act(Arc::clone(&party)))));
    }

    /// Waits until all have done what they had to do.
    pub async fn end<R: Runtime>(self) {
        let (parties, tasks): (Vec<_>, Vec<_>) = self.0.into_iter().unzip();
        let progress = || parties.iter().map(|party| party.done.load(Relaxed)).sum::<u64>();
        for (party, mut task) in parties.iter().zip(tasks) {
            let mut before = progress();
            while R::within(STALL, &mut task).await.is_none() {
                let now = progress();
                assert_ne!(now, before, "nobody gets on, and {} has not ended: {parties:#?}", party.name);
                before = now;
            }
        }
    }
}
