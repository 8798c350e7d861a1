//! Inputs that are nearly valid: the same in each run, made out of valid ones.
//!
//! Also a module of `tests/it`, which sends such inputs to sockets.

/// Numbers without a pattern (xorshift), the same for the same seed.
pub struct Dice(u64);

impl Dice {
    /// Those of this seed.
    pub fn new(seed: u64) -> Dice {
        // Seeds that differ in little should not begin alike; and 0 would stay 0.
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        dice.next();
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `limit`, which is not 0.
    pub fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.next()) * limit as u128) >> 64) as usize
    }

    /// True once in so many times.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of several, of which there is at least one.
    pub fn one_of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    /// A byte, more often than not one at which something changes.
    pub fn byte(&mut self) -> u8 {
        const EDGES: [u8; 14] = [0, 1, 2, 4, b'\n', b' ', b'"', b'0', b':', 0x7f, 0x80, 0xfe, 0xff, b'#'];
        if self.one_in(2) { *self.one_of(&EDGES) } else { self.next() as u8 }
    }

    /// So many bytes, each as likely as any other.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next() as u8).collect()
    }
}

/// Changes `input` in a few ways; other inputs, of which parts may get into it, are in `seeds`.
pub fn mutate(input: &mut Vec<u8>, seeds: &[Vec<u8>], dice: &mut Dice) {
    for _ in 0..1 + dice.below(4) {
        mutate_once(input, seeds, dice);
    }
}

fn mutate_once(input: &mut Vec<u8>, seeds: &[Vec<u8>], dice: &mut Dice) {
    let at = dice.below(input.len() + 1);
    let end = at + dice.below(input.len() - at + 1);
    match dice.below(9) {
        0 => input.truncate(at),
        1 => drop(input.drain(at..end)),
        2 => {
            let part = input[at..end].repeat(1 + dice.below(3));
            input.splice(at..at, part);
        }
        3 => {
            let other = dice.one_of(seeds);
            let from = dice.below(other.len() + 1);
            let to = from + dice.below(other.len() - from + 1);
            input.splice(at..end, other[from..to].iter().copied());
        }
        4 => {
            let length = dice.below(9);
            let some: Vec<u8> = (0..length).map(|_| dice.byte()).collect();
            input.splice(at..at, some);
        }
        5 => {
            // What may be a length, in network order.
            let length = *dice.one_of(&[
                0,
                1,
                0x7f,
                0xff,
                0xffff,
                0x7fff_ffff,
                0xffff_ffff,
                i64::MAX as u64,
                u64::MAX,
            ]);
            let width = *dice.one_of(&[4, 8]);
            let bytes = &length.to_be_bytes()[8 - width..];
            for (place, byte) in input[at..].iter_mut().zip(bytes) {
                *place = *byte;
            }
        }
        6 => input.extend_from_within(at..end),
        7 if at < input.len() => input[at] ^= 1 << dice.below(8),
        _ if at < input.len() => input[at] = dice.byte(),
        _ => input.push(dice.byte()),
    }
}
