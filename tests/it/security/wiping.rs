//! Secrets are gone from memory when nobody holds them any more. Looks into the memory of its own process, as Linux shows it.

use std::fs::{self, File};
use std::hint::black_box;
use std::os::unix::fs::FileExt;

use ferromq::security::{CurveServer, PlainClient};
use ferromq::{Context, KeyPair, Push};

use super::{SERVER_PUBLIC, client, gets_in, no_curve, server, server_key};
use crate::process::alone;

/// The second half of a secret, where an allocator writes nothing into memory that it was given back. It is written in
/// another way, so that it is not found here.
struct Hidden(Vec<u8>);

impl Hidden {
    fn of(secret: &[u8]) -> Hidden {
        Hidden(secret[secret.len() / 2..].iter().map(|byte| !byte).collect())
    }

    fn begins(&self, bytes: &[u8]) -> bool {
        bytes.len() >= self.0.len() && self.0.iter().zip(bytes).all(|(hidden, byte)| !hidden == *byte)
    }

    /// Whether it is in the memory of this process, where that can be written to.
    fn is_there(&self) -> bool {
        let memory = File::open("/proc/self/mem").unwrap();
        let maps = fs::read_to_string("/proc/self/maps").unwrap();
        let mut page = vec![0; 1 << 16];
        let unused = page.clone();
        let mut is_there = false;
        for map in maps.lines().filter(|map| map.contains(" rw")) {
            let (from, to) = map.split_once(' ').unwrap().0.split_once('-').unwrap();
            let [mut at, to] = [from, to].map(|address| u64::from_str_radix(address, 16).unwrap());
            while at < to {
                let length = page.len().min((to - at) as usize);
                // What the kernel keeps to itself cannot be read.
                if memory.read_exact_at(&mut page[..length], at).is_err() {
                    break;
                }
                let used = page[..length] != unused[..length];
                is_there |= used && (0..length).any(|place| self.begins(&page[place..length]));
                // Pages overlap, because what is looked for may lie across their borders.
                at += if length == page.len() { (length - self.0.len()) as u64 } else { length as u64 };
            }
            // So that the next look does not find what this one has found.
            black_box(&mut page).fill(0);
        }
        is_there
    }
}

#[test]
fn a_dropped_key_is_nowhere_in_memory() {
    alone("security::wiping::a_dropped_key_is_nowhere_in_memory", || {
        let key = server_key();
        let [z85, hex] = [key.to_z85(), key.to_hex()];
        let hidden = [&key.as_bytes()[..], z85.as_bytes(), hex.as_bytes()].map(Hidden::of);
        let copy = key.clone();
        assert_eq!(hidden.each_ref().map(Hidden::is_there), [true; 3]);
        drop((key, copy, z85, hex));
        assert_eq!(hidden.each_ref().map(Hidden::is_there), [false; 3]);
    });
}

#[test]
fn the_keys_of_closed_sockets_are_nowhere_in_memory() {
    if no_curve() {
        return;
    }
    alone("security::wiping::the_keys_of_closed_sockets_are_nowhere_in_memory", || {
        let keys = KeyPair::new(SERVER_PUBLIC.parse().unwrap(), server_key()).unwrap();
        let hidden = Hidden::of(keys.secret().as_bytes());
        let context = Context::new().unwrap();
        let pull = server(&context, CurveServer::new(keys).allow_any());
        gets_in(&context, client(), &pull);
        assert!(hidden.is_there());
        drop((pull, context));
        assert!(!hidden.is_there());
    });
}

#[test]
fn the_passwords_of_closed_sockets_are_nowhere_in_memory() {
    alone("security::wiping::the_passwords_of_closed_sockets_are_nowhere_in_memory", || {
        let password: Vec<u8> = (100..180).collect();
        let hidden = Hidden::of(&password);
        let security = PlainClient::new("admin", password).unwrap();
        let context = Context::new().unwrap();
        let push = context.socket::<Push>().security(security).open().unwrap();
        assert!(hidden.is_there());
        drop((push, context));
        assert!(!hidden.is_there());
    });
}
