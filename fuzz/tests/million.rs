//! Each target with a million inputs, the same ones in each run, without anything that would have to be installed.

use std::env;
use std::thread;

use ferromq_fuzz::mutation::{Dice, mutate};
use ferromq_fuzz::{TARGETS, Target};

/// The numbers of a run, and how many inputs it has: other ones are a matter of environment variables.
const SEED: &str = "FERROMQ_SEED";
const INPUTS: &str = "FERROMQ_FUZZ_INPUTS";
/// What is longer takes more time and shows nothing new.
const LONGEST: usize = 2048;

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok().map(|number| number.parse().expect("it is a number"))
}

/// Shows the input that the target does not like.
struct Shown<'a>(&'a Target, &'a [u8]);

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("the target {} was given b\"{}\"", self.0.name, self.1.escape_ascii());
        }
    }
}

fn try_out(name: &str) {
    let target = TARGETS.iter().find(|target| target.name == name).expect("there is such a target");
    let mut dice = Dice::new(number(SEED).unwrap_or(1));
    let seeds = (target.seeds)();
    for seed in &seeds {
        let _shown = Shown(target, seed);
        (target.check)(seed);
    }
    for _ in 0..number(INPUTS).unwrap_or(target.inputs as u64) {
        let mut input = dice.one_of(&seeds).clone();
        mutate(&mut input, &seeds, &mut dice);
        input.truncate(LONGEST);
        let _shown = Shown(target, &input);
        (target.check)(&input);
    }
}

macro_rules! tests {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                try_out(stringify!($name));
            }
        )*

        #[test]
        fn every_target_is_tried_out() {
            let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
            assert_eq!(names, [$(stringify!($name)),*]);
        }
    };
}

tests!(z85 keys endpoint metadata properties certificate zap origin batch compressed trace);
