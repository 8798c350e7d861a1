//! Certificates in files: what is written, what is read, who else can read it, and the store that watches a directory.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

use ferromq::security::{Certificate, CertificateStore};
use ferromq::{Error, ErrorKind, KeyPair, PublicKey};
use tempfile::TempDir;

use crate::patience::{PATIENCE, kind_of, repetitions, until};
use crate::process::{Program, explained, python_script};

/// The keys of the "Test key values" in zmq_curve(7).
const CLIENT_PUBLIC: &str = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID";
const SERVER_PUBLIC: &str = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";
const SERVER_SECRET: &str = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6";

fn directory() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Without CURVE there are no pairs of keys.
fn no_curve() -> bool {
    let missing = KeyPair::generate().is_err();
    assert!(!missing || cfg!(not(feature = "curve")), "libzmq was built without CURVE");
    missing
}

fn public(z85: &str) -> Certificate {
    Certificate::from(z85.parse::<PublicKey>().unwrap())
}

/// The `number`th of many public keys.
fn numbered(number: u32) -> PublicKey {
    let mut bytes = [7; 32];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    PublicKey::from_bytes(bytes).unwrap()
}

fn pair() -> Certificate {
    let pair = KeyPair::new(SERVER_PUBLIC.parse().unwrap(), SERVER_SECRET.parse().unwrap()).unwrap();
    Certificate::from(pair).with_metadata("name", "north #1").unwrap()
}

fn names_in(directory: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(directory).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[track_caller]
fn fails<T>(outcome: Result<T, Error>, kind: ErrorKind, path: &Path, says: &str) {
    let Err(error) = outcome else { panic!("it succeeded and must not") };
    assert_eq!((error.kind(), error.path()), (kind, Some(path)), "{error}");
    assert!(error.to_string().contains(says), "{error}");
}

#[test]
fn what_is_saved_is_loaded_again_under_both_namings() {
    if no_curve() {
        return;
    }
    for name in ["client", "client.key"] {
        let directory = directory();
        let path = directory.path().join(name);
        let secret = directory.path().join(format!("{name}_secret"));
        pair().save(&path).unwrap();
        assert_eq!(names_in(directory.path()).len(), 2);
        assert_eq!(Certificate::load(&secret).unwrap(), pair());
        assert_eq!(Certificate::load_private(&secret).unwrap(), pair());
        let known = Certificate::load(&path).unwrap();
        assert_eq!(known, public(SERVER_PUBLIC).with_metadata("name", "north #1").unwrap());
        assert!(!fs::read_to_string(&path).unwrap().contains(SERVER_SECRET));
        fails(Certificate::load_private(&path), ErrorKind::InvalidCertificate, &path, "no secret key");
    }
}

#[test]
fn nothing_is_replaced_unasked_and_nothing_is_left_behind() {
    if no_curve() {
        return;
    }
    let directory = directory();
    let [path, secret] = ["a.key", "a.key_secret"].map(|name| directory.path().join(name));
    for existing in [&path, &secret] {
        fs::write(existing, "mine").unwrap();
        fails(pair().save(&path), ErrorKind::FileExists, existing, "exists already");
        assert_eq!(names_in(directory.path()).len(), 1);
        assert_eq!(fs::read_to_string(existing).unwrap(), "mine");
        fs::remove_file(existing).unwrap();
    }
    fs::write(&path, "mine").unwrap();
    fails(pair().save_public(&path), ErrorKind::FileExists, &path, "exists already");
    pair().save_public_replacing(&path).unwrap();
    pair().save_replacing(&path).unwrap();
    let other = Certificate::generate().unwrap();
    other.save_replacing(&path).unwrap();
    assert_eq!(Certificate::load(&secret).unwrap(), other);
    assert_eq!(Certificate::load(&path).unwrap().public_key(), other.public_key());

    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let kept = fs::read(&secret).unwrap();
    for outcome in [pair().save(&path), pair().save_public_replacing(&path)] {
        assert_eq!(kind_of(outcome), ErrorKind::FileExists);
    }
    fails(pair().save_replacing(&path), ErrorKind::FileExists, &path, "directory");
    assert_eq!(fs::read(&secret).unwrap(), kept);
    assert_eq!(names_in(directory.path()).len(), 2);
}

#[test]
fn a_path_that_cannot_be_a_public_file_is_refused() {
    let directory = directory();
    let certificate = public(SERVER_PUBLIC);
    let at = |name: &str| directory.path().join(name);
    let cases = [
        (at("a.key_secret"), ErrorKind::InvalidCertificate, "does not end in _secret"),
        (at(".."), ErrorKind::InvalidCertificate, "file's name"),
        (at("missing/a.key"), ErrorKind::FileNotFound, "no such file or directory"),
    ];
    for (path, kind, says) in cases {
        fails(certificate.save_public(&path), kind, &path, says);
    }
    fails(certificate.save(at("a.key")), ErrorKind::InvalidCertificate, &at("a.key"), "no secret key");
    assert!(names_in(directory.path()).is_empty());
}

#[test]
#[cfg(unix)]
fn the_secret_file_is_its_owners_alone_and_another_is_noticed() {
    use std::os::unix::fs::PermissionsExt;
    if no_curve() {
        return;
    }
    let directory = directory();
    let [path, secret] = ["a", "a_secret"].map(|name| directory.path().join(name));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let set_mode = |mode| fs::set_permissions(&secret, fs::Permissions::from_mode(mode)).unwrap();
    pair().save(&path).unwrap();
    assert_eq!(mode(&secret), 0o600);
    assert_eq!(mode(&path) & !0o022, 0o644 & mode(&path), "as the umask leaves it");
    for exposed in [0o640, 0o604, 0o620, 0o644, 0o601] {
        set_mode(exposed);
        assert!(Certificate::load(&secret).unwrap().is_exposed());
        let says = format!("mode is {exposed:o}");
        fails(Certificate::load_private(&secret), ErrorKind::ExposedSecret, &secret, &says);
    }
    // Also where a file that everybody could read was.
    pair().save_replacing(&path).unwrap();
    assert_eq!(mode(&secret), 0o600);
    for private in [0o600, 0o400] {
        set_mode(private);
        assert!(!Certificate::load(&secret).unwrap().is_exposed());
        assert_eq!(Certificate::load_private(&secret).unwrap(), pair());
    }
    // A public one is for everybody.
    assert!(!Certificate::load(&path).unwrap().is_exposed());
}

#[test]
fn what_cannot_be_loaded_is_named_with_the_file_and_the_line() {
    let directory = directory();
    let path = directory.path().join("a.key");
    fails(Certificate::load(&path), ErrorKind::FileNotFound, &path, "no such file");
    let good = public(SERVER_PUBLIC).to_public_text().into_bytes();
    let long = [good.clone(), vec![b'#'; 100_000]].concat();
    for (content, kind, line, says) in [
        (&b""[..], ErrorKind::InvalidCertificate, None, "no public-key"),
        (b"curve\n    public-key = \"rq\"\n", ErrorKind::InvalidKey, Some(2), "2 characters"),
        (b"curve\n\tpublic-key", ErrorKind::InvalidCertificate, Some(2), "four spaces"),
        (b"# \xff\n", ErrorKind::NotUtf8, None, "is text"),
        (&long, ErrorKind::InvalidCertificate, None, "64 KiB"),
    ] {
        fs::write(&path, content).unwrap();
        let error = Certificate::load(&path).unwrap_err();
        assert_eq!(error.line(), line, "{error}");
        fails(Err::<(), _>(error), kind, &path, says);
    }
    fs::write(&path, &good).unwrap();
    assert_eq!(Certificate::load(&path).unwrap(), public(SERVER_PUBLIC));
    assert!(Certificate::load(directory.path()).is_err());
}

#[test]
fn a_file_of_any_length_up_to_the_limit_is_read_whole() {
    let directory = directory();
    let path = directory.path().join("a.key");
    let text = public(SERVER_PUBLIC).to_public_text();
    let limit = 64 * 1024;
    for length in [text.len(), 2047, 2048, 2049, 4096, limit - 1, limit] {
        fs::write(&path, "#".repeat(length - text.len()) + &text).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().len(), length as u64);
        assert_eq!(Certificate::load(&path).unwrap(), public(SERVER_PUBLIC), "{length}");
    }
    fs::write(&path, "#".repeat(limit + 1 - text.len()) + &text).unwrap();
    fails(Certificate::load(&path), ErrorKind::InvalidCertificate, &path, "64 KiB");
}

fn knows(store: &CertificateStore, key: PublicKey) -> bool {
    let found = store.lookup(&key).unwrap();
    found.is_some_and(|certificate| certificate.public_key() == key)
}

fn open(directory: &TempDir) -> CertificateStore {
    CertificateStore::open(directory.path()).unwrap()
}

#[test]
fn a_store_notices_each_change_at_once() {
    let directory = directory();
    let store = open(&directory);
    let [path, moved] = ["a.key", "b.key"].map(|name| directory.path().join(name));
    for round in 0..repetitions(200) as u32 {
        let [first, second, third] = [3 * round, 3 * round + 1, 3 * round + 2].map(numbered);
        let knows_only = |key: Option<PublicKey>| {
            for other in [first, second, third] {
                assert_eq!(knows(&store, other), Some(other) == key, "round {round}");
            }
        };
        knows_only(None);
        Certificate::from(first).save_public(&path).unwrap();
        knows_only(Some(first));
        // In place: the same file, of the same length, within the same tick of the clock.
        fs::write(&path, Certificate::from(second).to_public_text()).unwrap();
        knows_only(Some(second));
        // Another file of the same name.
        Certificate::from(third).save_public_replacing(&path).unwrap();
        knows_only(Some(third));
        fs::rename(&path, &moved).unwrap();
        knows_only(Some(third));
        fs::write(&moved, "revoked").unwrap();
        knows_only(None);
        fs::remove_file(&moved).unwrap();
        knows_only(None);
    }
    assert_eq!(store.certificates().unwrap(), []);
}

/// The file was read when it was old, so that it is not read again unless it changes.
#[test]
#[cfg(unix)]
fn a_store_notices_a_change_that_hides_behind_an_old_time_and_the_same_length() {
    use std::os::unix::fs::MetadataExt;
    use std::time::{Duration, SystemTime};
    let directory = directory();
    let store = open(&directory);
    let path = directory.path().join("a.key");
    let old = SystemTime::now() - Duration::from_secs(1000);
    let write = |key| {
        fs::write(&path, Certificate::from(key).to_public_text()).unwrap();
        fs::File::options().write(true).open(&path).unwrap().set_modified(old).unwrap();
    };
    write(numbered(1));
    assert!(knows(&store, numbered(1)));
    until("the file has rested long enough", || {
        let metadata = fs::metadata(&path).unwrap();
        let since_epoch = Duration::new(metadata.ctime() as u64, metadata.ctime_nsec() as u32);
        let rested = (SystemTime::UNIX_EPOCH + since_epoch).elapsed().unwrap_or_default();
        (rested > Duration::from_millis(2100)).then_some(())
    });
    assert!(knows(&store, numbered(1)) && !knows(&store, numbered(2)));
    write(numbered(2));
    assert!(knows(&store, numbered(2)) && !knows(&store, numbered(1)));
}

#[test]
fn nobody_is_in_a_directory_that_is_gone() {
    let directory = directory();
    let inside = directory.path().join("clients");
    fails(CertificateStore::open(&inside), ErrorKind::FileNotFound, &inside, "no such file or directory");
    fs::create_dir(&inside).unwrap();
    let store = CertificateStore::open(&inside).unwrap();
    let certificate = public(CLIENT_PUBLIC);
    certificate.save_public(inside.join("a.key")).unwrap();
    let key = certificate.public_key();
    assert!(knows(&store, key));
    let elsewhere = directory.path().join("elsewhere");
    fs::rename(&inside, &elsewhere).unwrap();
    for _ in 0..2 {
        fails(store.lookup(&key), ErrorKind::FileNotFound, &inside, "no such file or directory");
        fails(store.certificates(), ErrorKind::FileNotFound, &inside, "");
        fails(store.problems(), ErrorKind::FileNotFound, &inside, "");
    }
    fs::write(&inside, "a file").unwrap();
    assert!(store.lookup(&key).is_err());
    fs::remove_file(&inside).unwrap();
    fs::rename(&elsewhere, &inside).unwrap();
    assert!(knows(&store, key));
}

#[test]
fn a_malformed_file_lets_nobody_in_and_locks_nobody_out() {
    let directory = directory();
    let at = |name: &str| directory.path().join(name);
    let good = public(CLIENT_PUBLIC);
    good.save_public(at("good.key")).unwrap();
    fs::write(at("broken.key"), format!("curve\n   public-key = \"{SERVER_PUBLIC}\"\n")).unwrap();
    fs::write(at("latin1.key"), b"# J\xfcrgen\n").unwrap();
    fs::write(at("short.key"), format!("curve\n    public-key = \"{}\"\n", &SERVER_PUBLIC[1..])).unwrap();
    fs::write(at("twin.key"), good.to_public_text()).unwrap();
    let store = open(&directory);
    for _ in 0..2 {
        assert!(knows(&store, good.public_key()));
        assert!(!knows(&store, SERVER_PUBLIC.parse().unwrap()));
        let problems = store.problems().unwrap();
        let told: Vec<_> =
            problems.iter().map(|problem| (problem.kind(), problem.path().unwrap().to_owned())).collect();
        assert_eq!(
            told,
            [
                (ErrorKind::InvalidCertificate, at("broken.key")),
                (ErrorKind::NotUtf8, at("latin1.key")),
                (ErrorKind::InvalidKey, at("short.key")),
                (ErrorKind::InvalidCertificate, at("twin.key")),
            ]
        );
        assert!(problems[3].to_string().contains("its key is in"), "{}", problems[3]);
    }
    // The key is revoked when it is in none of the files any more.
    fs::remove_file(at("good.key")).unwrap();
    assert!(knows(&store, good.public_key()));
    fs::remove_file(at("twin.key")).unwrap();
    assert!(!knows(&store, good.public_key()));
    fs::write(at("broken.key"), public(SERVER_PUBLIC).to_public_text()).unwrap();
    assert!(knows(&store, SERVER_PUBLIC.parse().unwrap()));
    assert_eq!(store.problems().unwrap().len(), 2);
}

#[test]
fn a_store_reads_what_czmqs_reads() {
    let directory = directory();
    let at = |name: &str| directory.path().join(name);
    fs::create_dir_all(at("lab/north")).unwrap();
    fs::create_dir(at(".hidden")).unwrap();
    let inside = ["a.key", "b", "lab/c.txt", "lab/north/d.key", "e.secret"];
    let outside = ["f_secret", "lab/g.key_secret", ".h.key", ".hidden/i.key"];
    for (number, name) in inside.iter().chain(&outside).enumerate() {
        let text = Certificate::from(numbered(number as u32)).to_public_text();
        fs::write(at(name), text).unwrap();
    }
    let store = open(&directory);
    let found: BTreeSet<PublicKey> =
        store.certificates().unwrap().iter().map(|certificate| certificate.public_key()).collect();
    assert_eq!(found, (0..inside.len() as u32).map(numbered).collect());
    assert_eq!(store.problems().unwrap().len(), 0);
}

#[test]
fn a_store_does_not_learn_secret_keys() {
    if no_curve() {
        return;
    }
    let directory = directory();
    fs::write(directory.path().join("a.key"), &*pair().to_secret_text().unwrap()).unwrap();
    let store = open(&directory);
    let found = store.lookup(&SERVER_PUBLIC.parse().unwrap()).unwrap().unwrap();
    assert!(found.key_pair().is_none());
    assert_eq!(found.metadata().collect::<Vec<_>>(), [("name", "north #1")]);
}

#[test]
#[cfg(unix)]
fn links_to_files_count_and_nothing_makes_a_store_wait_or_go_in_circles() {
    use std::os::unix::fs::symlink;
    let [directory, other] = [directory(), directory()];
    let at = |name: &str| directory.path().join(name);
    let target = other.path().join("a.key");
    public(CLIENT_PUBLIC).save_public(&target).unwrap();
    symlink(&target, at("a.key")).unwrap();
    symlink(other.path(), at("elsewhere")).unwrap();
    symlink(directory.path(), at("circle")).unwrap();
    symlink(at("nothing"), at("dangling.key")).unwrap();
    nix::unistd::mkfifo(&at("pipe.key"), nix::sys::stat::Mode::S_IRUSR).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(at("socket.key")).unwrap();
    let store = open(&directory);
    let key = CLIENT_PUBLIC.parse().unwrap();
    assert!(knows(&store, key));
    assert_eq!(store.certificates().unwrap().len(), 1);
    let problems = store.problems().unwrap();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].path(), Some(&*at("dangling.key")));
    fs::write(&target, public(SERVER_PUBLIC).to_public_text()).unwrap();
    assert!(!knows(&store, key) && knows(&store, SERVER_PUBLIC.parse().unwrap()));
}

/// Not as root, who may read everything.
#[test]
#[cfg(unix)]
fn what_cannot_be_read_is_a_problem_until_it_can() {
    use std::os::unix::fs::PermissionsExt;
    let directory = directory();
    let [file, below] = ["a.key", "lab"].map(|name| directory.path().join(name));
    fs::create_dir(&below).unwrap();
    public(CLIENT_PUBLIC).save_public(&file).unwrap();
    public(SERVER_PUBLIC).save_public(below.join("b.key")).unwrap();
    let store = open(&directory);
    let set_mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    set_mode(&file, 0o000);
    set_mode(&below, 0o000);
    if fs::File::open(&file).is_err() {
        assert_eq!(store.certificates().unwrap(), []);
        let problems = store.problems().unwrap();
        let told: Vec<_> = problems.iter().map(|problem| (problem.kind(), problem.path().unwrap())).collect();
        assert_eq!(told, [(ErrorKind::PermissionDenied, &*file), (ErrorKind::PermissionDenied, &*below)]);
    }
    set_mode(&file, 0o644);
    set_mode(&below, 0o755);
    assert_eq!(store.certificates().unwrap().len(), 2);
    assert_eq!(store.problems().unwrap().len(), 0);
}

/// One thread replaces, revokes and breaks certificates while others look: whoever always is in the directory is always
/// found, whoever never is never is.
#[test]
fn many_threads_look_while_files_change() {
    let directory = directory();
    let at = |name: &str| directory.path().join(name);
    let [always, sometimes, never] = [0, 1, 2].map(numbered);
    Certificate::from(always).save_public(at("always.key")).unwrap();
    let store = Arc::new(open(&directory));
    let stop = Arc::new(AtomicBool::new(false));
    let looking: Vec<_> = (0..3)
        .map(|_| {
            let (store, stop) = (Arc::clone(&store), Arc::clone(&stop));
            thread::spawn(move || {
                while !stop.load(Relaxed) {
                    assert!(knows(&store, always) && !knows(&store, never));
                    knows(&store, sometimes);
                }
            })
        })
        .collect();
    for _ in 0..repetitions(20) {
        Certificate::from(sometimes).save_public(at("sometimes.key")).unwrap();
        assert!(knows(&store, sometimes));
        Certificate::from(always).save_public_replacing(at("always.key")).unwrap();
        fs::write(at("broken.key"), "nonsense").unwrap();
        fs::remove_file(at("sometimes.key")).unwrap();
        assert!(!knows(&store, sometimes));
        fs::remove_file(at("broken.key")).unwrap();
    }
    stop.store(true, Relaxed);
    for thread in looking {
        thread.join().unwrap();
    }
}

/// A reader finds the old certificate or the new one, each whole.
#[test]
fn who_reads_while_a_certificate_is_replaced_finds_a_whole_one() {
    if no_curve() {
        return;
    }
    let directory = directory();
    let path = directory.path().join("a.key");
    let secret = directory.path().join("a.key_secret");
    pair().save(&path).unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let reading = {
        let (path, secret, stop) = (path.clone(), secret.clone(), Arc::clone(&stop));
        thread::spawn(move || {
            while !stop.load(Relaxed) {
                Certificate::load_private(&secret).unwrap();
                Certificate::load(&path).unwrap();
            }
        })
    };
    for _ in 0..repetitions(100) {
        Certificate::generate().unwrap().save_replacing(&path).unwrap();
    }
    stop.store(true, Relaxed);
    reading.join().unwrap();
}

#[test]
fn of_many_who_save_under_one_name_one_succeeds() {
    if no_curve() {
        return;
    }
    for _ in 0..repetitions(20) {
        let directory = directory();
        let path = directory.path().join("a.key");
        let savers: Vec<_> = (0..4)
            .map(|_| {
                let path = path.clone();
                thread::spawn(move || {
                    let certificate = Certificate::generate().unwrap();
                    certificate.save(&path).map(|()| certificate)
                })
            })
            .collect();
        let outcomes: Vec<_> = savers.into_iter().map(|saver| saver.join().unwrap()).collect();
        let saved: Vec<_> = outcomes.iter().flatten().collect();
        assert_eq!(saved.len(), 1);
        for error in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
            assert_eq!(error.kind(), ErrorKind::FileExists);
        }
        assert_eq!(Certificate::load(directory.path().join("a.key_secret")).unwrap(), *saved[0]);
        assert_eq!(Certificate::load(&path).unwrap().public_key(), saved[0].public_key());
        assert_eq!(names_in(directory.path()).len(), 2);
    }
}

/// Runs a program of somebody else's, and returns its lines.
fn told_by(name: &str, mut command: Command, arguments: &[&dyn AsRef<OsStr>]) -> Vec<String> {
    command.args(arguments.iter().map(|argument| argument.as_ref()));
    let mut program = Program::start(name, command);
    let lines = program.end_well(PATIENCE);
    lines.unwrap_or_else(|error| panic!("{}", explained(error, [&mut program])))
}

const METADATA: [(&str, &str); 4] =
    [("name", "O'Brien, 100% # é"), ("Floor", "3"), ("role", "a = b"), ("empty", "")];

fn with_metadata(certificate: Certificate) -> Certificate {
    METADATA
        .iter()
        .fold(certificate, |certificate, (name, value)| certificate.with_metadata(name, value).unwrap())
}

fn secret_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("_secret");
    name.into()
}

fn secret_z85(certificate: &Certificate) -> String {
    certificate.key_pair().unwrap().secret().to_z85().to_string()
}

#[test]
#[ignore = "needs pyzmq: run by cargo xtask test"]
fn pyzmq_and_ferromq_load_each_others_certificates() {
    let python = |arguments: &[&dyn AsRef<OsStr>]| {
        told_by("pyzmq", python_script("tests/python/certificates.py"), arguments)
    };
    let [theirs, ours] = [directory(), directory()];

    // Theirs has the metadata in the secret file, without quotes.
    let told = python(&[&"make", &theirs.path(), &"client", &"name=O'Brien, 100% é", &"Floor=3"]);
    let path = theirs.path().join("client.key");
    let known = Certificate::load(&path).unwrap();
    assert_eq!(known.public_key().to_string(), told[0]);
    let whole = Certificate::load(secret_of(&path)).unwrap();
    assert_eq!([whole.public_key().to_string(), secret_z85(&whole)], told[..]);
    assert_eq!(whole.metadata().collect::<Vec<_>>(), [("Floor", "3"), ("name", "O'Brien, 100% é")]);
    assert!(knows(&open(&theirs), known.public_key()));

    for _ in 0..5 {
        let certificate = with_metadata(Certificate::generate().unwrap());
        let path = ours.path().join("client.key");
        certificate.save_replacing(&path).unwrap();
        let key = certificate.public_key().to_string();
        assert_eq!(python(&[&"show", &path]), [&*key, "None"]);
        assert_eq!(python(&[&"show", &secret_of(&path)]), [&*key, &*secret_z85(&certificate)]);
        assert_eq!(python(&[&"list", &ours.path()]), [&*key]);
    }
}

/// czmq's program, unless it cannot be had on this machine, as `cargo xtask test` says then.
fn czmq() -> Option<PathBuf> {
    let program = std::env::var_os("FERROMQ_CZMQ")
        .expect("FERROMQ_CZMQ should name a program with czmq: `cargo xtask test` sets it");
    (!program.is_empty()).then(|| program.into())
}

#[test]
#[ignore = "needs czmq: run by cargo xtask test"]
fn czmq_and_ferromq_load_each_others_certificates() {
    let Some(program) = czmq() else { return };
    let czmq = |arguments: &[&dyn AsRef<OsStr>]| told_by("czmq", Command::new(&program), arguments);
    let shown = |certificate: &Certificate| {
        let mut lines = vec![certificate.public_key().to_string(), secret_z85(certificate)];
        let mut metadata: Vec<_> = METADATA.iter().map(|(name, value)| format!("{name}={value}")).collect();
        metadata.sort();
        lines.extend(metadata);
        lines
    };
    let [theirs, ours] = [directory(), directory()];

    let path = theirs.path().join("client");
    let mut make: Vec<&dyn AsRef<OsStr>> = vec![&"make", &path];
    for (name, value) in &METADATA {
        make.extend([name as &dyn AsRef<OsStr>, value]);
    }
    let told = czmq(&make);
    let whole = Certificate::load_private(secret_of(&path)).unwrap();
    assert_eq!(shown(&whole), told);
    assert_eq!(whole, with_metadata(Certificate::from(whole.key_pair().unwrap().clone())));
    let known = Certificate::load(&path).unwrap();
    assert_eq!(known, with_metadata(Certificate::from(whole.public_key())));
    assert_eq!(*open(&theirs).lookup(&known.public_key()).unwrap().unwrap(), known);

    for _ in 0..20 {
        let certificate = with_metadata(Certificate::generate().unwrap());
        let path = ours.path().join("client");
        certificate.save_replacing(&path).unwrap();
        assert_eq!(czmq(&[&"show", &path]), shown(&certificate));
        let key = certificate.public_key().to_string();
        assert_eq!(czmq(&[&"find", &ours.path(), &key]), shown(&certificate));
        // The public file alone: the secret key is unknown, which czmq shows as zeros.
        fs::remove_file(secret_of(&path)).unwrap();
        let mut public = shown(&certificate);
        public[1] = "0".repeat(40);
        assert_eq!(czmq(&[&"show", &path]), public);
        // Through their hands and back.
        certificate.save_replacing(&path).unwrap();
        let copy = ours.path().join("copy");
        czmq(&[&"copy", &path, &copy]);
        assert_eq!(Certificate::load(secret_of(&copy)).unwrap(), certificate);
        for path in [&copy, &secret_of(&copy)] {
            fs::remove_file(path).unwrap();
        }
    }
}
