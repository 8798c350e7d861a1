//! Whether a file has changed.

use std::fs;
use std::time::{Duration, SystemTime};

/// What tells a file from another, and from itself after a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Version {
    /// On Unix when the content or anything else of it changed, which no program can set back; elsewhere when the
    /// content was changed.
    changed: Option<SystemTime>,
    modified: Option<SystemTime>,
    length: u64,
    /// The file system and the number in it.
    place: (u64, u64),
}

impl Version {
    #[cfg(unix)]
    pub(crate) fn of(metadata: &fs::Metadata) -> Version {
        use std::os::unix::fs::MetadataExt;
        let seconds = u64::try_from(metadata.ctime()).ok().map(Duration::from_secs);
        let nanoseconds = u64::try_from(metadata.ctime_nsec()).ok().map(Duration::from_nanos);
        let since_epoch = seconds.zip(nanoseconds).map(|(seconds, nanoseconds)| seconds + nanoseconds);
        Version {
            changed: since_epoch.and_then(|time| SystemTime::UNIX_EPOCH.checked_add(time)),
            modified: metadata.modified().ok(),
            length: metadata.len(),
            place: (metadata.dev(), metadata.ino()),
        }
    }

    #[cfg(not(unix))]
    pub(crate) fn of(metadata: &fs::Metadata) -> Version {
        let modified = metadata.modified().ok();
        Version { changed: modified, modified, length: metadata.len(), place: (0, 0) }
    }

    /// Whether a change after this would be seen. Clocks of file systems tick every 4 ms, some every 2 seconds: in the
    /// same tick a file may change twice.
    pub(crate) fn is_settled(&self, now: SystemTime) -> bool {
        const LONGEST_TICK: Duration = Duration::from_secs(2);
        self.changed.is_some_and(|changed| now.duration_since(changed).is_ok_and(|age| age > LONGEST_TICK))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// On some file systems no test can write twice in one tick, on others every test does.
    #[test]
    fn a_file_that_changed_a_moment_ago_may_change_unnoticed() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let version = Version::of(&file.as_file().metadata().unwrap());
        let changed = version.changed.unwrap();
        for (later, settled) in [(0, false), (1, false), (2, false), (3, true)] {
            assert_eq!(version.is_settled(changed + Duration::from_secs(later)), settled, "{later} s later");
        }
        assert!(!version.is_settled(changed - Duration::from_secs(10)), "the clock was set back");
        assert!(!Version { changed: None, ..version }.is_settled(changed));
    }
}
