//! Tries every sequence of choices, depth first.

use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::Hash;

/// Runs one thing again and again, each time with other choices. It is told in which situation each choice is made: what
/// follows from one situation is tried once, however many ways lead to it.
pub(super) struct Explorer<S> {
    /// What was chosen, and out of how many.
    choices: Vec<(usize, usize)>,
    next: usize,
    situations: HashMap<S, usize>,
    /// Where the choices have led so far: after how many of them, and the number of the situation.
    trail: Vec<(usize, usize)>,
    step: usize,
    /// From which situation to which, but for those that are [excused](Explorer::excuse).
    steps: Vec<(usize, usize)>,
    excused: bool,
    cut: bool,
    pub(super) runs: usize,
}

impl<S: Hash + Eq + Debug> Explorer<S> {
    pub(super) fn new() -> Self {
        Explorer {
            choices: Vec::new(),
            next: 0,
            situations: HashMap::new(),
            trail: Vec::new(),
            step: 0,
            steps: Vec::new(),
            excused: false,
            cut: false,
            runs: 0,
        }
    }

    /// Chooses one out of `count`.
    pub(super) fn choose(&mut self, count: usize) -> usize {
        if self.cut {
            return 0;
        }
        if self.next == self.choices.len() {
            self.choices.push((0, count));
        }
        let (chosen, of) = self.choices[self.next];
        assert_eq!(of, count, "what is explored depends on nothing but the choices");
        self.next += 1;
        chosen
    }

    /// Tells in which situation the next choice is made. Whether it is new.
    pub(super) fn enter(&mut self, situation: impl FnOnce() -> S) -> bool {
        let excused = std::mem::take(&mut self.excused);
        if self.cut {
            return false;
        }
        self.step += 1;
        if self.step <= self.trail.len() {
            return false;
        }
        let new = self.situations.len();
        let number = *self.situations.entry(situation()).or_insert(new);
        if let Some((_, from)) = self.trail.last()
            && !excused
        {
            self.steps.push((*from, number));
        }
        self.trail.push((self.next, number));
        self.cut = number != new;
        !self.cut
    }

    /// What happens until the next situation is entered is nothing that the program does by itself, so that a circle that it is part
    /// of does not count as one.
    pub(super) fn excuse(&mut self) {
        self.excused = true;
    }

    /// Whether what follows has been tried before.
    pub(super) fn is_cut(&self) -> bool {
        self.cut
    }

    /// Gets ready for the next run. `false` if there is none.
    pub(super) fn turn(&mut self) -> bool {
        self.runs += 1;
        self.next = 0;
        self.step = 0;
        self.cut = false;
        self.excused = false;
        while let Some((chosen, of)) = self.choices.pop() {
            if chosen + 1 < of {
                while self.trail.last().is_some_and(|(after, _)| *after > self.choices.len()) {
                    self.trail.pop();
                }
                self.choices.push((chosen + 1, of));
                return true;
            }
        }
        false
    }

    pub(super) fn situations(&self) -> usize {
        self.situations.len()
    }

    /// Situations that follow from each other for ever.
    pub(super) fn circle(&self) -> Option<Vec<&S>> {
        let mut next = vec![Vec::new(); self.situations.len()];
        for (from, to) in &self.steps {
            next[*from].push(*to);
        }
        let (mut begun, mut done) = (vec![false; next.len()], vec![false; next.len()]);
        for start in 0..next.len() {
            let mut path = if done[start] { Vec::new() } else { vec![(start, 0)] };
            begun[start] = true;
            while let Some((at, branch)) = path.last_mut() {
                let Some(&to) = next[*at].get(*branch) else {
                    done[*at] = true;
                    path.pop();
                    continue;
                };
                *branch += 1;
                if done[to] {
                    continue;
                }
                if begun[to] {
                    let circle =
                        path.iter().map(|(at, _)| *at).skip_while(|at| *at != to).collect::<Vec<_>>();
                    let find = |number| self.situations.iter().find(|(_, other)| **other == number);
                    return Some(circle.into_iter().filter_map(|number| Some(find(number)?.0)).collect());
                }
                begun[to] = true;
                path.push((to, 0));
            }
        }
        None
    }
}
