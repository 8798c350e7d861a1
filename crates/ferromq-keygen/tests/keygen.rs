//! What the command promises, tried by running it.
#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use ferromq::PublicKey;
use ferromq::security::Certificate;
use serde_json::{Value, json};
use tempfile::TempDir;

struct Here(TempDir);

impl Here {
    fn new() -> Self {
        Here(tempfile::tempdir().unwrap())
    }

    fn keygen(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ferromq-keygen"));
        command.args(arguments).current_dir(self.0.path()).output().unwrap()
    }

    /// What it prints when it succeeds.
    #[track_caller]
    fn says(&self, arguments: &[&str]) -> String {
        let output = self.keygen(arguments);
        let [stdout, stderr] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        assert_eq!((output.status.code(), &*stderr), (Some(0), ""), "{arguments:?}");
        stdout
    }

    /// It prints nothing but one line on stderr.
    #[track_caller]
    fn fails(&self, arguments: &[&str], code: i32, says: &str) {
        let output = self.keygen(arguments);
        let [stdout, stderr] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        assert_eq!((output.status.code(), &*stdout), (Some(code), ""), "{arguments:?}: {stderr}");
        assert!(stderr.contains(says) && stderr.ends_with('\n'), "{arguments:?}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{arguments:?}: {stderr}");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn files(&self) -> BTreeSet<String> {
        let names = fs::read_dir(self.0.path()).unwrap();
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    fn files_are(&self, names: &[&str]) {
        assert_eq!(self.files(), names.iter().map(|name| name.to_string()).collect());
    }
}

fn secret_of(path: &Path) -> String {
    let certificate = Certificate::load_private(path).unwrap();
    certificate.key_pair().unwrap().secret().to_z85().to_string()
}

#[test]
fn a_pair_is_made_with_its_metadata_and_the_secret_key_is_not_printed() {
    let here = Here::new();
    let printed = here.says(&["--meta", "name=Anna = A", "client.key", "--meta=Floor=#3"]);
    here.files_are(&["client.key", "client.key_secret"]);
    let known = Certificate::load(here.path("client.key")).unwrap();
    assert_eq!(known.metadata().collect::<Vec<_>>(), [("Floor", "#3"), ("name", "Anna = A")]);
    let key = known.public_key();
    assert_eq!(
        printed,
        format!("public key   {key}\npublic file  client.key\nsecret file  client.key_secret\n")
    );
    let whole = Certificate::load_private(here.path("client.key_secret")).unwrap();
    assert_eq!(whole.public_key(), key);
    assert!(whole.metadata().eq(known.metadata()));
    assert_eq!(here.says(&["--show", "client.key"]), format!("{key}\n"));
    assert_eq!(here.says(&["--show", "client.key_secret"]), format!("{key}\n"));
}

#[test]
fn json_is_one_object_without_the_secret_key() {
    let here = Here::new();
    let made = here.says(&["--json", "a", "--meta", "name=é \\ '"]);
    let shown = here.says(&["--json", "--show", "a_secret"]);
    let key: PublicKey = Certificate::load(here.path("a")).unwrap().public_key();
    let metadata = json!({ "name": "é \\ '" });
    assert_eq!(
        serde_json::from_str::<Value>(&made).unwrap(),
        json!({
            "public_key": key.to_string(), "public_file": "a", "secret_file": "a_secret", "metadata": metadata,
        })
    );
    assert_eq!(
        serde_json::from_str::<Value>(&shown).unwrap(),
        json!({
            "public_key": key.to_string(), "file": "a_secret", "has_secret_key": true, "exposed": false,
            "metadata": metadata,
        })
    );
    let secret = secret_of(&here.path("a_secret"));
    assert!(!made.contains(&secret) && !shown.contains(&secret));
}

#[test]
fn without_a_path_it_is_mycert_key_and_each_pair_is_another() {
    let here = Here::new();
    here.says(&[]);
    here.files_are(&["mycert.key", "mycert.key_secret"]);
    let first = secret_of(&here.path("mycert.key_secret"));
    here.fails(&[], 1, "save certificate mycert.key: it exists already");
    assert_eq!(secret_of(&here.path("mycert.key_secret")), first);
    here.says(&["--force"]);
    assert_ne!(secret_of(&here.path("mycert.key_secret")), first);
}

#[test]
fn a_failure_is_one_line_and_leaves_nothing() {
    let here = Here::new();
    here.fails(&["missing/a.key"], 1, "missing/a.key: there is no such file or directory");
    here.fails(&["a.key_secret"], 1, "does not end in _secret");
    here.fails(&["--show", "a.key"], 1, "load certificate a.key: there is no such file");
    fs::create_dir(here.path("a.key")).unwrap();
    here.fails(&["a.key"], 1, "it is a directory");
    here.fails(&["--force", "a.key"], 1, "it is a directory");
    here.files_are(&["a.key"]);
    fs::write(here.path("b.key"), "curve\n    public-key = x\n").unwrap();
    here.fails(&["--show", "b.key"], 1, "load certificate b.key, line 2: invalid key");
}

#[test]
fn a_command_line_that_is_not_understood_is_exit_code_2() {
    let here = Here::new();
    here.fails(&["--frobnicate"], 2, "--frobnicate");
    here.fails(&["a", "b"], 2, "PATH is there twice");
    here.fails(&[""], 2, "PATH is empty");
    here.fails(&["--show"], 2, "--show");
    here.fails(&["--show", "a", "b"], 2, "--show goes with --json only");
    here.fails(&["--show", "a", "--force"], 2, "--show goes with --json only");
    here.fails(&["--meta", "name"], 2, "NAME=VALUE");
    here.fails(&["--meta", "a b=1"], 2, "letters, digits");
    here.fails(&["--meta", "a=1", "--meta", "A=2"], 2, "it is there already");
    here.fails(&["--meta", "a=1\n2"], 2, "control character");
    here.fails(&["--force=yes"], 2, "--force");
    here.files_are(&[]);
}

#[test]
fn help_and_version_go_to_stdout() {
    let here = Here::new();
    for help in ["--help", "-h"] {
        assert!(here.says(&[help]).contains("usage: ferromq-keygen [OPTIONS] [PATH]"));
    }
    let version = concat!("ferromq-keygen ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(here.says(&["--version"]), version);
    here.files_are(&[]);
}

#[test]
#[cfg(unix)]
fn the_secret_file_is_private_and_one_that_is_not_is_warned_of() {
    use std::os::unix::fs::PermissionsExt;
    let here = Here::new();
    here.says(&["a"]);
    let secret = here.path("a_secret");
    assert_eq!(fs::metadata(&secret).unwrap().permissions().mode() & 0o777, 0o600);
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o644)).unwrap();
    let output = here.keygen(&["--show", "a_secret", "--json"]);
    assert!(output.status.success());
    assert_eq!(serde_json::from_slice::<Value>(&output.stdout).unwrap()["exposed"], true);
    let warning = String::from_utf8(output.stderr).unwrap();
    assert!(warning.contains("warning") && warning.contains("a_secret") && warning.lines().count() == 1);
}
