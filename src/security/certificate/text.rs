//! Certificates as text.

use zeroize::Zeroizing;

use super::metadata::{Metadata, PUBLIC_KEY, SECRET_KEY, looks_like_a_key};
use super::{Certificate, Keys};
use crate::error::{Error, ErrorKind, Operation, Result};
use crate::security::zpl::{self, Property, Value};
use crate::security::{KeyPair, PublicKey, SecretKey};

/// How long a text is at most. One without metadata has 300 bytes.
pub(in crate::security) const MAX_LENGTH: usize = 64 * 1024;

/// Whether to look at the secret key, if there is one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::security) enum Wanted {
    All,
    Public,
}

pub(in crate::security) fn read(text: &str, wanted: Wanted) -> Result<Certificate> {
    if text.len() > MAX_LENGTH {
        return Err(too_long());
    }
    let mut metadata = Metadata::default();
    let mut public: Option<PublicKey> = None;
    let mut secret: Option<(usize, SecretKey)> = None;
    let mut section = "";
    for property in zpl::properties(text) {
        let Property { line, depth, name, value } = property.map_err(|zpl::Malformed { line, reason }| {
            refused(ErrorKind::InvalidCertificate, Some(line), reason)
        })?;
        let malformed =
            |reason: &str| refused(ErrorKind::InvalidCertificate, Some(line), &format!("{name}: {reason}"));
        if depth == 0 {
            section = name;
        }
        match (depth, section, name) {
            (1, "curve", PUBLIC_KEY) => {
                if public.is_some() {
                    return Err(malformed("it is there twice"));
                }
                public = Some(key(value, line, name)?);
            }
            (1, "curve", SECRET_KEY) if wanted == Wanted::Public => {}
            (1, "curve", SECRET_KEY) => {
                if secret.is_some() {
                    return Err(malformed("it is there twice"));
                }
                secret = Some((line, key(value, line, name)?));
            }
            _ if looks_like_a_key(name) => {
                return Err(malformed("another program would take it for a key of the section curve"));
            }
            (1, "metadata", _) => {
                metadata.insert(name, value.map_or("", Value::text)).map_err(malformed)?;
            }
            _ => {}
        }
    }
    let Some(public) = public else {
        let reason = "there is no public-key in a section curve";
        return Err(refused(ErrorKind::InvalidCertificate, None, reason));
    };
    let keys = match secret {
        None => Keys::Public(public),
        Some((line, secret)) => {
            Keys::Pair(KeyPair::new(public, secret).map_err(|error| about_key(&error, line, SECRET_KEY))?)
        }
    };
    Ok(Certificate { keys, metadata, exposed: false })
}

pub(in crate::security) fn too_long() -> Error {
    refused(ErrorKind::InvalidCertificate, None, "it is longer than 64 KiB")
}

fn refused(kind: ErrorKind, line: Option<usize>, reason: &str) -> Error {
    Error::new(Operation::LoadCertificate, kind).about_file(None, line, reason)
}

fn key<'a, K: TryFrom<&'a str, Error = Error>>(
    value: Option<Value<'a>>,
    line: usize,
    name: &str,
) -> Result<K> {
    K::try_from(value.map_or("", Value::text)).map_err(|error| about_key(&error, line, name))
}

fn about_key(error: &Error, line: usize, name: &str) -> Error {
    refused(error.kind(), Some(line), &format!("{name}: {}", error.reason().unwrap_or("it is none")))
}

const PUBLIC_HEADER: &str = "\
#   ZeroMQ CURVE certificate of ferromq: public.
#   Who is to trust this key has to get it in a way that nobody can tamper with.

";

const SECRET_HEADER: &str = "\
#   ZeroMQ CURVE certificate of ferromq: SECRET.
#   Whoever can read this file can pass for its owner. Give away the public one.

";

pub(super) fn public(certificate: &Certificate) -> String {
    let mut text = String::with_capacity(capacity(certificate));
    write_public(PUBLIC_HEADER, certificate, &mut text);
    text
}

pub(super) fn secret(certificate: &Certificate, pair: &KeyPair) -> Zeroizing<String> {
    // Enough from the start: growing would leave a copy of the secret behind.
    let mut text = Zeroizing::new(String::with_capacity(capacity(certificate)));
    write_public(SECRET_HEADER, certificate, &mut text);
    write_key(SECRET_KEY, &pair.secret().to_z85(), &mut text);
    debug_assert!(text.len() <= capacity(certificate));
    text
}

/// More than any text of it needs.
fn capacity(certificate: &Certificate) -> usize {
    512 + certificate.metadata.written_length()
}

fn write_public(header: &str, certificate: &Certificate, text: &mut String) {
    text.push_str(header);
    text.push_str("metadata\n");
    certificate.metadata.write(text);
    text.push_str("curve\n");
    write_key(PUBLIC_KEY, &certificate.public_key().to_string(), text);
}

fn write_key(name: &str, z85: &str, text: &mut String) {
    text.extend(["    ", name, " = \"", z85, "\"\n"]);
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLIC: &str = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";
    const SECRET: &str = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6";
    /// A key with the character that begins comments wherever it can be.
    const AWKWARD: &str = "@####0####@####1####z####@####0####@####";

    fn key(z85: &str) -> PublicKey {
        z85.parse().unwrap()
    }

    fn curve(key: &str) -> String {
        format!("curve\n    public-key = \"{key}\"\n")
    }

    fn public_of(text: &str) -> Certificate {
        text.parse::<Certificate>().unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    fn refusal(text: &str) -> (ErrorKind, Option<usize>, String) {
        let error = text.parse::<Certificate>().expect_err(text);
        assert!(!error.to_string().contains(PUBLIC) && !error.to_string().contains(SECRET), "{error}");
        (error.kind(), error.line(), error.to_string())
    }

    #[test]
    fn quotes_around_a_key_may_be_missing_whatever_is_in_it() {
        for text in ["\"KEY\"", "'KEY'", "KEY", "KEY # of north", "\"KEY\"# of north", "KEY\t"] {
            for z85 in [PUBLIC, AWKWARD] {
                let text = format!("curve\n    public-key = {}\n", text.replace("KEY", z85));
                assert_eq!(public_of(&text).public_key(), key(z85), "{text}");
            }
        }
    }

    #[test]
    fn metadata_comes_back_from_text_as_it_went_in() {
        let mut certificate = Certificate::from(key(PUBLIC));
        for (name, value) in [
            ("name", "north # not a comment"),
            ("a.b-c_d+e", "it's 100%"),
            ("Empty", ""),
            ("blank", "  x  "),
            ("letters", "é ☃ = \\n"),
            (&"n".repeat(255), &"v".repeat(10_000)),
        ] {
            certificate = certificate.with_metadata(name, value).unwrap();
        }
        assert_eq!(public_of(&certificate.to_public_text()), certificate);
        assert!(certificate.to_secret_text().is_none());
        let names: Vec<_> = certificate.metadata().map(|(name, _)| name.chars().next().unwrap()).collect();
        assert_eq!(names, ['a', 'b', 'E', 'l', 'n', 'n']);
    }

    #[test]
    fn what_only_a_file_can_have_is_written_again() {
        let text =
            format!("metadata\n    $a@b&c/d = say \"hi\" #5\n    tab = a\tb\n    bare\n{}", curve(PUBLIC));
        let certificate = public_of(&text);
        let metadata: Vec<_> = certificate.metadata().collect();
        assert_eq!(metadata, [("$a@b&c/d", "say \"hi\""), ("bare", ""), ("tab", "a\tb")]);
        assert_eq!(public_of(&certificate.to_public_text()), certificate);
    }

    #[test]
    fn other_sections_and_what_is_deeper_are_skipped() {
        let text = format!(
            "server\n    metadata\n        a = 1\nmetadata\n    b = 2\n        c = 3\n{}        x = 4\n    type = 5\n",
            curve(PUBLIC)
        );
        assert_eq!(public_of(&text).metadata().collect::<Vec<_>>(), [("b", "2")]);
    }

    #[test]
    fn what_is_no_certificate_is_refused_with_the_line() {
        use ErrorKind::{InvalidCertificate, InvalidKey};
        let ours = curve(PUBLIC);
        let zeros = "0".repeat(40);
        for (text, kind, line, says) in [
            (String::new(), InvalidCertificate, None, "no public-key"),
            ("metadata\n    a = 1\ncurve\n".to_owned(), InvalidCertificate, None, "no public-key"),
            ("curve\n    public-key\n".to_owned(), InvalidKey, Some(2), "0 characters"),
            ("curve\n    public-key =\n".to_owned(), InvalidKey, Some(2), "0 characters"),
            (curve(&PUBLIC[1..]), InvalidKey, Some(2), "39 characters"),
            (curve(&zeros), InvalidKey, Some(2), "zero"),
            (curve(&PUBLIC.replace('>', "~")), InvalidKey, Some(2), "character 6"),
            (curve(PUBLIC).replace('"', "") + " x", InvalidCertificate, Some(3), "four spaces"),
            (format!("{ours}    public-key = \"{AWKWARD}\"\n"), InvalidCertificate, Some(3), "twice"),
            (format!("{ours}{ours}"), InvalidCertificate, Some(4), "twice"),
            (format!("{ours}    secret-key = x\n"), InvalidKey, Some(3), "1 characters"),
            (format!("{ours}metadata\n    a = 1\n    A = 2\n"), InvalidCertificate, Some(5), "there already"),
            (format!("{ours}metadata\n    a = '\"' \"'\"\n"), InvalidCertificate, Some(4), "closing quote"),
            (format!("{ours}metadata\n    a = x'y\"\n"), InvalidCertificate, Some(4), "both kinds"),
            (format!("{ours}metadata\n    {} = 1\n", "n".repeat(256)), InvalidCertificate, Some(4), "255"),
            (
                format!("{ours}metadata\n    n = {}\n", "v".repeat(17_000)),
                InvalidCertificate,
                Some(4),
                "16 KiB",
            ),
            (ours.clone() + &"#\n".repeat(40_000), InvalidCertificate, None, "64 KiB"),
        ] {
            let (is_kind, is_line, says_so) = refusal(&text);
            assert!((is_kind, is_line) == (kind, line) && says_so.contains(says), "{says_so}\n{text:.300}");
        }
    }

    /// pyzmq looks at the beginning of each line, and not at sections.
    #[test]
    fn what_pyzmq_would_take_for_another_key_is_refused() {
        for place in
            ["public-key = x\n", "metadata\n    public-key-of = x\n", "a\n    b\n        secret-key = x\n"]
        {
            let (kind, _, says) = refusal(&format!("{place}{}", curve(PUBLIC)));
            assert!(kind == ErrorKind::InvalidCertificate && says.contains("another program"), "{says}");
        }
        let (kind, line, _) = refusal(&format!("{}    public-key2 = {AWKWARD}\n", curve(PUBLIC)));
        assert_eq!((kind, line), (ErrorKind::InvalidCertificate, Some(3)));
    }

    #[test]
    fn metadata_that_not_everybody_could_read_is_refused() {
        let certificate = Certificate::from(key(PUBLIC)).with_metadata("a", "1").unwrap();
        for (name, value) in [
            ("", "x"),
            ("a b", "x"),
            ("a=b", "x"),
            ("$a", "x"),
            ("é", "x"),
            ("A", "x"),
            ("public-key", "x"),
            ("secret-key.old", "x"),
            (&"n".repeat(256), "x"),
            ("b", "x\ny"),
            ("b", "x\0"),
            ("b", "\u{85}"),
            ("b", "say \"hi\""),
            ("b", &"v".repeat(17_000)),
        ] {
            let refused = certificate.clone().with_metadata(name, value).expect_err(name);
            assert_eq!(refused.kind(), ErrorKind::InvalidCertificate);
            assert!(!refused.to_string().contains('\n'), "{refused}");
        }
    }

    #[test]
    fn the_two_keys_have_to_belong_together() {
        let with_secret = |secret: &str| format!("{}    secret-key = \"{secret}\"\n", curve(PUBLIC));
        if KeyPair::generate().is_err() {
            assert_eq!(refusal(&with_secret(SECRET)).0, ErrorKind::Unsupported);
            return;
        }
        let certificate: Certificate = with_secret(SECRET).parse().unwrap();
        assert_eq!(*certificate.key_pair().unwrap().secret().to_z85(), SECRET);
        assert_eq!(certificate.to_secret_text().unwrap().parse::<Certificate>().unwrap(), certificate);
        assert!(!certificate.to_public_text().contains(SECRET));
        assert!(!format!("{certificate:?}").contains(SECRET));

        let (kind, line, says) = refusal(&with_secret("D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"));
        assert_eq!((kind, line), (ErrorKind::InvalidKey, Some(3)));
        assert!(says.contains("does not belong"), "{says}");
        // A store looks at the public key only.
        let public = read(&with_secret("nonsense"), Wanted::Public).unwrap();
        assert_eq!(public, Certificate::from(key(PUBLIC)));
    }

    #[test]
    fn no_text_grows_while_it_is_written() {
        let Ok(certificate) = Certificate::generate() else { return };
        let certificate = certificate.with_metadata("a", &"v".repeat(16_000)).unwrap();
        let text = certificate.to_secret_text().unwrap();
        assert!(text.len() <= capacity(&certificate), "{}", text.len());
        assert!(text.len() < MAX_LENGTH);
    }
}
