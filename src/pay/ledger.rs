//! The lines of one rule, payee by payee: the form in which running totals are made, and lines are written.

use rayon::prelude::*;

use crate::credit::{Line, runs};

/// Lines that may stand in memory twice while a ledger is made.
const LINES_AT_ONCE: usize = 1 << 22;

/// The lines of one rule, in order of payee and [`Line::place`]: those of the days that are computed before the period,
/// and those of the period.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    pub earlier: Vec<Line>,
    pub paid: Vec<Line>,
}

impl Ledger {
    /// Of `parts` in which deals ascend, one part after the other, and each deal's lines stand in order of
    /// [`Line::place`]. Deals from `first_paid` on are of the period. `payees` is how many there are.
    pub fn of_parts(parts: Vec<Vec<Line>>, first_paid: u32, payees: usize) -> Self {
        debug_assert!(parts.iter().flatten().is_sorted_by_key(|line| line.deal));
        let lines: usize = parts.iter().map(Vec::len).sum();
        let ranges = lines.div_ceil(LINES_AT_ONCE).clamp(1, payees.max(1));
        Self::of_ranges(parts, first_paid, payees, ranges)
    }

    /// The same for one range of payees after the other, so that no more lines than those of a range stand in memory
    /// twice.
    fn of_ranges(mut parts: Vec<Vec<Line>>, first_paid: u32, payees: usize, ranges: usize) -> Self {
        let mut earlier = Vec::new();
        let paid_from = |part: &[Line]| part.partition_point(|line| line.deal < first_paid);
        while parts.first().is_some_and(|part| part.last().is_none_or(|line| line.deal < first_paid)) {
            earlier.push(parts.remove(0));
        }
        if let Some(first) = parts.first_mut() {
            let paid = first.split_off(paid_from(first));
            earlier.push(std::mem::replace(first, paid));
        }
        Self { earlier: by_payee(earlier, payees, ranges), paid: by_payee(parts, payees, ranges) }
    }

    /// The same of lines that stand in no order.
    pub fn of_unordered(lines: Vec<Line>, first_paid: u32, payees: usize) -> Self {
        let (earlier, paid): (Vec<Line>, Vec<Line>) =
            lines.into_par_iter().partition(|line| line.deal < first_paid);
        let [earlier, paid] = [earlier, paid].map(|lines| by_payee(vec![lines], payees, 1));
        let mut ledger = Self { earlier, paid };
        for lines in [&mut ledger.earlier, &mut ledger.paid] {
            let runs: Vec<&mut [Line]> = lines.chunk_by_mut(|a, b| a.payee == b.payee).collect();
            runs.into_par_iter().for_each(|run| run.sort_unstable_by_key(Line::place));
        }
        ledger
    }

    /// Each payee's lines, to be changed: those before the period and those of it.
    pub fn of_payees_mut(&mut self) -> Vec<(&mut [Line], &mut [Line])> {
        let runs = self.runs();
        let (mut earlier, mut paid) = (&mut self.earlier[..], &mut self.paid[..]);
        let mut take = |(before, now): (usize, usize)| {
            let (first, second);
            (first, earlier) = std::mem::take(&mut earlier).split_at_mut(before);
            (second, paid) = std::mem::take(&mut paid).split_at_mut(now);
            (first, second)
        };
        runs.into_iter().map(&mut take).collect()
    }

    /// Each payee's lines: those before the period and those of it.
    pub fn of_payees(&self) -> Vec<(&[Line], &[Line])> {
        let (mut earlier, mut paid) = (&self.earlier[..], &self.paid[..]);
        let mut take = |(before, now): (usize, usize)| {
            let (first, second);
            (first, earlier) = earlier.split_at(before);
            (second, paid) = paid.split_at(now);
            (first, second)
        };
        self.runs().into_iter().map(&mut take).collect()
    }

    /// How many lines each payee has before the period and in it.
    fn runs(&self) -> Vec<(usize, usize)> {
        let (mut earlier, mut paid) = (runs(&self.earlier).peekable(), runs(&self.paid).peekable());
        let mut both = Vec::new();
        loop {
            let payee = |run: Option<&&[Line]>| run.map_or(u32::MAX, |run| run[0].payee);
            let (before, now) = (payee(earlier.peek()), payee(paid.peek()));
            let first = earlier.next_if(|_| before <= now).map_or(0, <[Line]>::len);
            let second = paid.next_if(|_| now <= before).map_or(0, <[Line]>::len);
            if first + second == 0 {
                return both;
            }
            both.push((first, second));
        }
    }

    /// All lines, those before the period first.
    pub fn iter(&self) -> impl Iterator<Item = &Line> {
        self.earlier.iter().chain(&self.paid)
    }
}

/// The parts for one range of payees after the other; what was handed out is forgotten.
fn by_range(
    parts: Vec<Vec<Line>>,
    payees_of_range: usize,
    ranges: usize,
) -> impl Iterator<Item = Vec<Vec<Line>>> {
    let split = |part: Vec<Line>| {
        if ranges == 1 {
            return vec![part];
        }
        let range = |line: &Line| line.payee as usize / payees_of_range;
        let mut counts = vec![0; ranges];
        part.iter().for_each(|line| counts[range(line)] += 1);
        let mut of_ranges: Vec<Vec<Line>> = counts.into_iter().map(Vec::with_capacity).collect();
        part.into_iter().for_each(|line| of_ranges[range(&line)].push(line));
        of_ranges
    };
    let mut parts: Vec<Vec<Vec<Line>>> = parts.into_par_iter().map(split).collect();
    (0..ranges).map(move |range| parts.iter_mut().map(|part| std::mem::take(&mut part[range])).collect())
}

/// A line of the parts.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    part: u32,
    row: u32,
}

/// The lines of all parts, payee by payee, each payee's in the order of the parts.
fn by_payee(parts: Vec<Vec<Line>>, payees: usize, ranges: usize) -> Vec<Line> {
    let mut lines = Vec::with_capacity(parts.iter().map(Vec::len).sum());
    for parts in by_range(parts, payees.div_ceil(ranges).max(1), ranges) {
        let line = |place: &Place| parts[place.part as usize][place.row as usize];
        lines.par_extend(order(&parts, payees).par_iter().with_min_len(1 << 12).map(line));
    }
    lines
}

/// A counting sort by payee, which keeps each payee's order.
fn order(parts: &[Vec<Line>], payees: usize) -> Vec<Place> {
    // Only the payees, so that the counting goes through four bytes a line.
    let payees_of: Vec<Vec<u32>> =
        parts.par_iter().map(|part| part.iter().map(|line| line.payee).collect()).collect();
    let mut next = vec![0_usize; payees + 1];
    for payee in payees_of.iter().flatten() {
        next[*payee as usize + 1] += 1;
    }
    for at in 1..next.len() {
        next[at] += next[at - 1];
    }
    let mut order = vec![Place::default(); next[payees]];
    for (part, payees) in (0_u32..).zip(&payees_of) {
        for (row, payee) in (0_u32..).zip(payees) {
            let place = &mut next[*payee as usize];
            order[*place] = Place { part, row };
            *place += 1;
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::NONE;

    fn line(payee: u32, deal: u32, from_payee: u32) -> Line {
        Line { from_payee, ..Line::new(0, 0, deal, payee) }
    }

    #[test]
    fn each_payee_has_its_lines_together_and_in_their_order() {
        let parts = [
            vec![line(2, 0, NONE), line(0, 0, NONE), line(2, 1, NONE)],
            vec![line(0, 3, NONE), line(2, 4, NONE), line(1, 5, NONE)],
        ];
        for ranges in 1..=3 {
            let ledger = Ledger::of_ranges(parts.to_vec(), 3, 3, ranges);
            assert_eq!(ledger.earlier, [line(0, 0, NONE), line(2, 0, NONE), line(2, 1, NONE)], "{ranges}");
            assert_eq!(ledger.paid, [line(0, 3, NONE), line(1, 5, NONE), line(2, 4, NONE)], "{ranges}");
        }
    }

    #[test]
    fn lines_in_no_order_are_put_into_it() {
        let lines = vec![line(1, 4, 2), line(1, 4, 0), line(0, 9, 1), line(1, 2, 3)];
        let ledger = Ledger::of_unordered(lines, 3, 2);
        assert_eq!(ledger.earlier, [line(1, 2, 3)]);
        assert_eq!(ledger.paid, [line(0, 9, 1), line(1, 4, 0), line(1, 4, 2)]);
    }

    #[test]
    fn a_payee_may_have_lines_before_the_period_or_in_it_or_both() {
        let parts = [[(0, 0), (1, 1), (0, 5), (3, 6)].map(|(payee, deal)| line(payee, deal, NONE)).to_vec()];
        let mut ledger = Ledger::of_parts(parts.to_vec(), 3, 4);
        let sizes: Vec<(usize, usize)> =
            ledger.of_payees().iter().map(|(earlier, paid)| (earlier.len(), paid.len())).collect();
        assert_eq!(sizes, [(1, 1), (1, 0), (0, 1)]);
        let again: Vec<(usize, usize)> =
            ledger.of_payees_mut().iter().map(|(earlier, paid)| (earlier.len(), paid.len())).collect();
        assert_eq!(again, sizes);
    }
}
