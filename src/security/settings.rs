//! What libzmq is told, in the one order that works.
//!
//! libzmq's options for security undo one another: whichever comes last decides on the mechanism, and most of those
//! of a client end its being a server. So a socket gets all of them at once, when it is opened, and those that
//! decide come last.

use std::ffi::{CStr, c_int};

use super::gssapi::Form;
use super::{CurveClient, CurveServer, GssapiClient, GssapiServer, Mechanism, Null, Security, ZapDomain};
use super::{PlainClient, PlainServer, Principal};
use crate::error::{Error, ErrorKind, Operation, Result};
use crate::sys::{self, OptionId, gssapi_name, id};

/// An option for security with its value.
#[derive(Clone, Copy)]
pub(crate) enum SecuritySetting<'a> {
    Int(OptionId<c_int>, c_int),
    Bytes(OptionId<[u8]>, &'a [u8]),
}

use SecuritySetting::{Bytes, Int};

impl Security {
    /// The mechanism that the socket's user relies on; `None` for the NULL that asks nobody.
    pub(crate) fn relies_on(&self) -> Option<Mechanism> {
        match self {
            Security::Null(Null { domain: None }) => None,
            Security::Null(_) => Some(Mechanism::Null),
            Security::PlainClient(_) | Security::PlainServer(_) => Some(Mechanism::Plain),
            Security::CurveClient(_) | Security::CurveServer(_) => Some(Mechanism::Curve),
            Security::GssapiClient(_) | Security::GssapiServer(_) => Some(Mechanism::Gssapi),
        }
    }

    /// # Errors
    /// `Unsupported` if the linked libzmq was built without the mechanism, or would let in whom it should not.
    pub(crate) fn check_supported(&self) -> Result<()> {
        let (needs, reason): (&CStr, _) = match self.relies_on() {
            Some(Mechanism::Curve) => (c"curve", super::key_pair::NO_CURVE),
            Some(Mechanism::Gssapi) => (c"gssapi", "the linked libzmq was built without GSSAPI"),
            _ => return Ok(()),
        };
        if !sys::has(needs) {
            return Err(self.refused(ErrorKind::Unsupported, reason));
        }
        // vendor/fixes/0050 makes libzmq obey.
        if cfg!(ferromq_system_libzmq)
            && matches!(self, Security::GssapiServer(GssapiServer { domain: Some(_), .. }))
        {
            let reason = "over GSSAPI the system's libzmq lets in whom the authenticator refuses";
            return Err(self.refused(ErrorKind::Unsupported, reason));
        }
        Ok(())
    }

    /// The error for a security that a socket cannot have.
    pub(crate) fn refused(&self, kind: ErrorKind, reason: &str) -> Error {
        Error::new(Operation::SetOption, kind).about_option("security", format!("{self:?}"), Some(reason))
    }

    /// What to set, in this order, on a socket on which no option for security was set before.
    pub(crate) fn settings(&self) -> Vec<SecuritySetting<'_>> {
        match self {
            Security::Null(Null { domain: None }) => Vec::new(),
            Security::Null(Null { domain: Some(domain) }) => enforced(domain).to_vec(),
            Security::PlainClient(PlainClient { username, password }) => {
                vec![Bytes(id::PLAIN_USERNAME, username), Bytes(id::PLAIN_PASSWORD, password)]
            }
            // PLAIN asks an authenticator without being told to insist on it.
            Security::PlainServer(PlainServer { domain }) => vec![asked_in(domain), Int(id::PLAIN_SERVER, 1)],
            Security::CurveClient(CurveClient { keys, server }) => vec![
                Bytes(id::CURVE_PUBLICKEY, keys.public_bytes()),
                Bytes(id::CURVE_SECRETKEY, keys.secret().as_bytes()),
                Bytes(id::CURVE_SERVERKEY, server.as_bytes()),
            ],
            Security::CurveServer(CurveServer { secret, domain }) => {
                let mut settings = asked_in_or_nobody(domain.as_ref());
                settings.extend([Bytes(id::CURVE_SECRETKEY, secret.as_bytes()), Int(id::CURVE_SERVER, 1)]);
                settings
            }
            Security::GssapiClient(GssapiClient { service, own, plaintext }) => {
                let mut settings = gssapi(own.as_ref(), *plaintext);
                settings.extend([
                    Int(id::GSSAPI_SERVICE_PRINCIPAL_NAMETYPE, name_type(service)),
                    Bytes(id::GSSAPI_SERVICE_PRINCIPAL, service.name.as_bytes()),
                ]);
                settings
            }
            Security::GssapiServer(GssapiServer { own, plaintext, domain }) => {
                let mut settings = gssapi(own.as_ref(), *plaintext);
                settings.extend(asked_in_or_nobody(domain.as_ref()));
                settings.push(Int(id::GSSAPI_SERVER, 1));
                settings
            }
        }
    }
}

fn asked_in(domain: &ZapDomain) -> SecuritySetting<'_> {
    Bytes(id::ZAP_DOMAIN, domain.as_str().as_bytes())
}

/// Without the second, libzmq lets everybody in when there is no authenticator.
fn enforced(domain: &ZapDomain) -> [SecuritySetting<'_>; 2] {
    [asked_in(domain), Int(id::ZAP_ENFORCE_DOMAIN, 1)]
}

/// Insisting on a domain while there is none is how libzmq is told to ask nobody.
fn asked_in_or_nobody(domain: Option<&ZapDomain>) -> Vec<SecuritySetting<'_>> {
    match domain {
        Some(domain) => enforced(domain).to_vec(),
        None => vec![Int(id::ZAP_ENFORCE_DOMAIN, 1)],
    }
}

fn gssapi(own: Option<&Principal>, plaintext: bool) -> Vec<SecuritySetting<'_>> {
    let mut settings = vec![Int(id::GSSAPI_PLAINTEXT, c_int::from(plaintext))];
    if let Some(own) = own {
        settings.push(Int(id::GSSAPI_PRINCIPAL_NAMETYPE, name_type(own)));
        settings.push(Bytes(id::GSSAPI_PRINCIPAL, own.name.as_bytes()));
    }
    settings
}

fn name_type(principal: &Principal) -> c_int {
    match principal.form {
        Form::HostBased => gssapi_name::HOST_BASED,
        Form::User => gssapi_name::USER,
        Form::Kerberos => gssapi_name::KERBEROS,
    }
}
