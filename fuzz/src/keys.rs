use ferromq::{Error, PublicKey, SecretKey, z85};

use crate::{MILLION, Target, seeds_of, text};

pub const TARGET: Target = Target { name: "keys", seeds, check, inputs: MILLION };

fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = seeds_of(&[
        "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7",
        "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6",
        "0000000000000000000000000000000000000000",
        "54FCBA24E93249969316FB617C872BB0C1D1FF14800427C594CBFACF1BC2D652",
        "8e0bdd697628b91d8f245587ee95c5b04d48963f79259877b49cd9063aead3b7",
    ]);
    seeds.push(vec![7; 32]);
    seeds
}

/// A key is 32 bytes, not all of them zero; each has one text in Z85 and one in hexadecimal, apart from case.
fn check(input: &[u8]) {
    if let Ok(bytes) = <&[u8; 32]>::try_from(input) {
        let public = PublicKey::from_bytes(*bytes).ok();
        let secret = SecretKey::from_bytes(bytes).ok();
        assert_eq!(public.is_some(), bytes != &[0; 32]);
        assert_eq!(public.map(|key| *key.as_bytes()), secret.map(|key| *key.as_bytes()));
        if let Some(public) = public {
            assert_eq!(public.to_string().parse::<PublicKey>().expect("it was written"), public);
        }
    }
    let Some(text) = text(input) else { return };
    let decoded = z85::decode(text).ok().filter(|bytes| bytes.len() == 32 && *bytes != [0; 32]);
    agree(text, text.parse(), text.parse(), decoded.as_deref());
    if let Ok(key) = text.parse::<PublicKey>() {
        assert_eq!(key.to_string(), text);
        assert_eq!(*text.parse::<SecretKey>().expect("as the public one").to_z85(), text);
    }
    agree(text, PublicKey::from_hex(text), SecretKey::from_hex(text), from_hex(text).as_deref());
    if let Ok(key) = PublicKey::from_hex(text) {
        assert_eq!(key.to_hex(), text.to_ascii_lowercase());
    }
}

/// Both keys are those of the bytes, or an error that does not quote the text.
fn agree(
    text: &str,
    public: Result<PublicKey, Error>,
    secret: Result<SecretKey, Error>,
    bytes: Option<&[u8]>,
) {
    match (&public, &secret) {
        (Ok(public), Ok(secret)) => {
            assert_eq!((public.as_bytes(), Some(&public.as_bytes()[..])), (secret.as_bytes(), bytes));
        }
        (Err(one), Err(other)) => {
            assert_eq!((one.to_string(), bytes), (other.to_string(), None));
            // Without blanks, it is no part of the reason by chance.
            let telling = text.len() >= 12 && !text.contains(' ');
            assert!(!telling || !one.to_string().contains(text), "{one}");
        }
        _ => panic!("only one of the keys was taken: {public:?}, {secret:?}"),
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let byte = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).expect("two digits");
    let bytes: Vec<_> = (0..64).step_by(2).map(byte).collect();
    (bytes != [0; 32]).then_some(bytes)
}
