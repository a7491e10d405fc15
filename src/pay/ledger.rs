//! The lines of one rule, payee by payee: the form in which running totals are made, and lines are written.

use rayon::prelude::*;

use crate::credit::Line;

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
    /// Of `parts` in which each payee's lines stand in order of [`Line::place`], one part after the other. Deals from
    /// `first_paid` on are of the period. `payees` is how many there are.
    pub fn of_parts(parts: Vec<Vec<Line>>, first_paid: u32, payees: usize) -> Self {
        let lines: usize = parts.iter().map(Vec::len).sum();
        let ranges = lines.div_ceil(LINES_AT_ONCE).clamp(1, payees.max(1));
        Self::of_ranges(parts, first_paid, payees, ranges)
    }

    /// The same for one range of payees after the other, so that no more lines than those of a range stand in memory
    /// twice.
    fn of_ranges(parts: Vec<Vec<Line>>, first_paid: u32, payees: usize, ranges: usize) -> Self {
        let payees_of_range = payees.div_ceil(ranges).max(1);
        let count = |paid: bool| {
            parts
                .par_iter()
                .map(|part| part.iter().filter(|line| (line.deal >= first_paid) == paid).count())
                .sum()
        };
        let mut ledger =
            Self { earlier: Vec::with_capacity(count(false)), paid: Vec::with_capacity(count(true)) };
        for parts in by_range(parts, payees_of_range, ranges) {
            let by_payee = ByPayee::of(&parts, first_paid, payees);
            let (earlier, paid) = by_payee.order.split_at(by_payee.earlier);
            let line = |place: &Place| parts[place.part as usize][place.row as usize];
            ledger.earlier.par_extend(earlier.par_iter().with_min_len(1 << 12).map(line));
            ledger.paid.par_extend(paid.par_iter().with_min_len(1 << 12).map(line));
        }
        ledger
    }

    /// The same of lines that stand in no order.
    pub fn of_unordered(lines: Vec<Line>, first_paid: u32, payees: usize) -> Self {
        let mut ledger = Self::of_parts(vec![lines], first_paid, payees);
        for lines in [&mut ledger.earlier, &mut ledger.paid] {
            let runs: Vec<&mut [Line]> = lines.chunk_by_mut(|a, b| a.payee == b.payee).collect();
            runs.into_par_iter().for_each(|run| run.sort_unstable_by_key(Line::place));
        }
        ledger
    }

    /// Each payee's lines, to be changed: those before the period and those of it.
    pub fn of_payees_mut(&mut self) -> Vec<(&mut [Line], &mut [Line])> {
        let mut runs = Vec::new();
        let mut earlier = self.earlier.chunk_by_mut(|a, b| a.payee == b.payee).peekable();
        let mut paid = self.paid.chunk_by_mut(|a, b| a.payee == b.payee).peekable();
        loop {
            let payee = |run: Option<&&mut [Line]>| run.map_or(u32::MAX, |run| run[0].payee);
            let (before, now) = (payee(earlier.peek()), payee(paid.peek()));
            let first = earlier.next_if(|_| before <= now).unwrap_or_default();
            let second = paid.next_if(|_| now <= before).unwrap_or_default();
            if first.is_empty() && second.is_empty() {
                return runs;
            }
            runs.push((first, second));
        }
    }

    /// Each payee's lines: those before the period and those of it.
    pub fn of_payees(&self) -> impl Iterator<Item = (&[Line], &[Line])> {
        let mut earlier = self.earlier.chunk_by(|a, b| a.payee == b.payee).peekable();
        let mut paid = self.paid.chunk_by(|a, b| a.payee == b.payee).peekable();
        std::iter::from_fn(move || {
            let payee = |run: Option<&&[Line]>| run.map_or(u32::MAX, |run| run[0].payee);
            let (before, now) = (payee(earlier.peek()), payee(paid.peek()));
            let first = earlier.next_if(|_| before <= now).unwrap_or_default();
            let second = paid.next_if(|_| now <= before).unwrap_or_default();
            (!first.is_empty() || !second.is_empty()).then_some((first, second))
        })
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
        let mut of_ranges = vec![Vec::new(); ranges];
        for line in part {
            of_ranges[line.payee as usize / payees_of_range].push(line);
        }
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

/// The lines of all parts by payee, those before the period first: a counting sort, which keeps each payee's order.
struct ByPayee {
    order: Vec<Place>,
    /// How many stand before the period.
    earlier: usize,
}

impl ByPayee {
    fn of(parts: &[Vec<Line>], first_paid: u32, payees: usize) -> Self {
        let bucket = |line: &Line| line.payee as usize + if line.deal < first_paid { 0 } else { payees };
        let mut ends = vec![0_usize; 2 * payees + 1];
        for line in parts.iter().flatten() {
            ends[bucket(line) + 1] += 1;
        }
        for at in 1..ends.len() {
            ends[at] += ends[at - 1];
        }
        let earlier = ends[payees];
        let mut next = ends;
        let mut order = vec![Place::default(); next.last().copied().unwrap_or(0)];
        for (part, lines) in (0_u32..).zip(parts) {
            for (row, line) in (0_u32..).zip(lines) {
                let slot = &mut next[bucket(line)];
                order[*slot] = Place { part, row };
                *slot += 1;
            }
        }
        Self { order, earlier }
    }
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
        let parts = [[(0, 0), (0, 5), (1, 1), (3, 6)].map(|(payee, deal)| line(payee, deal, NONE)).to_vec()];
        let mut ledger = Ledger::of_parts(parts.to_vec(), 3, 4);
        let sizes: Vec<(usize, usize)> =
            ledger.of_payees().map(|(earlier, paid)| (earlier.len(), paid.len())).collect();
        assert_eq!(sizes, [(1, 1), (1, 0), (0, 1)]);
        let again: Vec<(usize, usize)> =
            ledger.of_payees_mut().iter().map(|(earlier, paid)| (earlier.len(), paid.len())).collect();
        assert_eq!(again, sizes);
    }
}
