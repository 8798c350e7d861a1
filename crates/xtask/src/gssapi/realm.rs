//! A realm of Kerberos that lives as long as the tests: a KDC on loopback, a service, two clients, and their keys.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::Result;
use crate::invocation::Invocation;
use crate::prerequisites::administrative;
use crate::program::Program;

const NAME: &str = "FERROMQ.TEST";
const SERVICE: &str = "zmq/localhost";
const CLIENTS: [&str; 2] = ["alice", "mallory"];

/// Dropping it ends the KDC and removes all files.
pub struct Realm {
    kdc: Option<Program>,
    home: PathBuf,
}

impl Realm {
    pub fn start() -> Result<Realm> {
        let home = std::env::temp_dir().join(format!("ferromq-kerberos-{}", std::process::id()));
        let mut realm = Realm { kdc: None, home };
        // The tickets of the clients are kept here, once they have them.
        fs::create_dir_all(realm.home.join("tickets"))
            .map_err(|error| format!("{} cannot be made: {error}.", realm.home.display()))?;
        realm.configure(free_port()?)?;
        realm.populate()?;

        let program = administrative("krb5kdc").ok_or("krb5kdc is not here.")?;
        let mut kdc = Program::start("KDC", &realm.known_to(Invocation::new(&program, &["-n"])))?;
        kdc.printed("krb5kdc: starting...", Instant::now() + Duration::from_secs(20))?;
        realm.kdc = Some(kdc);
        Ok(realm)
    }

    /// Gives a command the variables by which it finds this realm, and nothing of the machine's.
    pub fn known_to(&self, command: Invocation) -> Invocation {
        command
            .variable("KRB5_CONFIG", self.home.join("krb5.conf"))
            .variable("KRB5_KDC_PROFILE", self.home.join("kdc.conf"))
            .variable("KRB5_KTNAME", self.home.join("service.keytab"))
            .variable("KRB5_CLIENT_KTNAME", self.home.join("clients.keytab"))
            .variable("KRB5CCNAME", format!("DIR:{}", self.home.join("tickets").display()))
    }

    fn configure(&self, port: u16) -> Result<()> {
        let home = self.home.display();
        self.write(
            "krb5.conf",
            &format!(
                "[libdefaults]
    default_realm = {NAME}
    dns_lookup_kdc = false
    dns_lookup_realm = false
    dns_canonicalize_hostname = false
    udp_preference_limit = 1
    default_rcache_name = file2:{home}/replays
[realms]
    {NAME} = {{
        kdc = 127.0.0.1:{port}
    }}
"
            ),
        )?;
        self.write(
            "kdc.conf",
            &format!(
                "[realms]
    {NAME} = {{
        database_name = {home}/principals
        key_stash_file = {home}/stash
        acl_file = {home}/acl
        kdc_listen = 127.0.0.1:{port}
        kdc_tcp_listen = 127.0.0.1:{port}
    }}
[logging]
    default = FILE:{home}/log
    kdc = FILE:{home}/log
"
            ),
        )
    }

    fn populate(&self) -> Result<()> {
        // The password encrypts a database that is thrown away.
        self.administrate("kdb5_util", &["-r", NAME, "-P", "of no consequence", "create", "-s"])?;
        for principal in [SERVICE].iter().chain(&CLIENTS) {
            self.administrate("kadmin.local", &["addprinc", "-randkey", principal])?;
        }
        self.write_keys("service.keytab", &[SERVICE])?;
        self.write_keys("clients.keytab", &CLIENTS)
    }

    fn write_keys(&self, file: &str, principals: &[&str]) -> Result<()> {
        let file = self.home.join(file);
        self.administrate("kadmin.local", &[&["ktadd", "-k", &file.to_string_lossy()], principals].concat())
    }

    /// Runs a program of the realm's administrator; what it says counts if it fails.
    fn administrate(&self, program: &str, arguments: &[&str]) -> Result<()> {
        let program = administrative(program).ok_or_else(|| format!("{program} is not here."))?;
        let invocation = self.known_to(Invocation::new(program, arguments));
        let output = invocation.command().output().map_err(|error| invocation.did_not_start(&error))?;
        let said = String::from_utf8_lossy(&output.stderr);
        if output.status.success() { Ok(()) } else { Err(format!("`{invocation}` failed: {}", said.trim())) }
    }

    fn write(&self, name: &str, text: &str) -> Result<()> {
        let path: &Path = &self.home.join(name);
        fs::write(path, text).map_err(|error| format!("{} cannot be written: {error}.", path.display()))
    }
}

impl Drop for Realm {
    fn drop(&mut self) {
        // The KDC writes there until it has ended.
        self.kdc = None;
        let _ = fs::remove_dir_all(&self.home);
    }
}

/// One that nobody listens on now.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    listener.map(|address| address.port()).map_err(|error| format!("there is no free port: {error}."))
}
