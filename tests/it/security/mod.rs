//! Who gets in and who does not: keys, NULL, PLAIN and CURVE, judged by a ZAP handler that is written by hand.

mod curve;
mod doors;
mod keys;
mod null;
mod plain;
mod python;
mod value;
#[cfg(target_os = "linux")]
mod wiping;

use std::time::Duration;

use ferromq::security::CurveClient;
use ferromq::{Context, KeyPair, PublicKey, SecretKey};

use crate::knocking::{TICK, gets_in, is_let_in, knocking, server, stays_outside};
use crate::patience::{A_WHILE, under_valgrind};

/// The keys of the "Test key values" in zmq_curve(7).
const CLIENT_PUBLIC: &str = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID";
const CLIENT_SECRET: &str = "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs";
const SERVER_PUBLIC: &str = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";
const SERVER_SECRET: &str = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6";

fn context() -> Context {
    Context::new().unwrap()
}

fn server_key() -> SecretKey {
    SERVER_SECRET.parse().unwrap()
}

fn server_public() -> PublicKey {
    SERVER_PUBLIC.parse().unwrap()
}

/// Whether this libzmq has CURVE. Only a build without the feature may lack it.
fn no_curve() -> bool {
    let missing = KeyPair::generate().is_err();
    assert!(!missing || cfg!(not(feature = "curve")), "libzmq was built without CURVE");
    missing
}

fn client() -> CurveClient {
    CurveClient::new(KeyPair::generate().unwrap(), server_public())
}

/// How long a handshake may take where libzmq lets go of a peer only after that time.
fn soon() -> Duration {
    if under_valgrind() { 100 * A_WHILE } else { 3 * A_WHILE }
}
