//! The lines of one rule, payee by payee: the form in which running totals are made, and lines are written.

use std::ops::Range;

use rayon::prelude::*;

use crate::credit::{Line, runs};
use apportion_data::PayeeIx;

/// How many lines may be in memory twice while they are sorted.
const LINES_AT_ONCE: usize = 1 << 21;

/// Least number of lines in a stretch, except the last one: six MiB, so that it fits into memory that stage one has
/// freed. One allocation for all lines would need new memory.
const STRETCH_LINES: usize = 1 << 16;

/// The lines of one rule over the year, in order of payee and [`Line::place`], so that those of a payee ascend by deal.
/// They are stored in stretches; the lines of a payee are in one stretch.
#[derive(Debug, Clone, Default)]
pub struct LinesByPayee {
    /// In order of payee; no payee has lines in two of them.
    pub stretches: Vec<Vec<Line>>,
}

impl LinesByPayee {
    /// Of `parts` in which the deals of each payee ascend, one part after the other, and each deal's lines are in order of
    /// [`Line::place`]. `payees` is how many there are.
    pub fn of_parts(parts: Vec<Vec<Line>>, payees: usize) -> Self {
        let lines: usize = parts.iter().map(Vec::len).sum();
        // One range of payees at a time, so that only the lines of one range are in memory twice.
        let ranges = lines.div_ceil(LINES_AT_ONCE).clamp(1, payees.max(1));
        let lines = Self { stretches: by_payee(parts, payees, ranges, STRETCH_LINES) };
        debug_assert!(lines.of_payees().iter().all(|lines| lines.is_sorted_by_key(|line| line.deal)));
        lines
    }

    /// The same from lines in any order.
    pub fn of_unordered(lines: Vec<Line>, payees: usize) -> Self {
        let mut lines = Self { stretches: by_payee(vec![lines], payees, 1, STRETCH_LINES) };
        lines.of_payees_mut().into_par_iter().for_each(|lines| lines.sort_unstable_by_key(Line::place));
        lines
    }

    /// Each payee's lines, to be changed.
    pub fn of_payees_mut(&mut self) -> Vec<&mut [Line]> {
        let stretches = self.stretches.par_iter_mut().with_max_len(1);
        stretches.flat_map_iter(|stretch| stretch.chunk_by_mut(|a, b| a.payee == b.payee)).collect()
    }

    /// Each payee's lines.
    pub fn of_payees(&self) -> Vec<&[Line]> {
        let stretches = self.stretches.par_iter().with_max_len(1);
        stretches.flat_map_iter(|stretch| runs(stretch)).collect()
    }

    /// All lines.
    pub fn iter(&self) -> impl Iterator<Item = &Line> {
        self.stretches.iter().flatten()
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
        let range = |line: &Line| line.payee.at() / payees_of_range;
        let mut counts = vec![0; ranges];
        part.iter().for_each(|line| counts[range(line)] += 1);
        let mut of_ranges: Vec<Vec<Line>> = counts.into_iter().map(Vec::with_capacity).collect();
        part.into_iter().for_each(|line| of_ranges[range(&line)].push(line));
        of_ranges
    };
    let mut parts: Vec<Vec<Vec<Line>>> = parts.into_par_iter().with_max_len(1).map(split).collect();
    (0..ranges).map(move |range| parts.iter_mut().map(|part| std::mem::take(&mut part[range])).collect())
}

/// A line of the parts.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    part: u32,
    row: u32,
}

/// The lines of all parts, payee by payee, each payee's in the order of the parts; in stretches of `stretch` lines.
fn by_payee(parts: Vec<Vec<Line>>, payees: usize, ranges: usize, stretch: usize) -> Vec<Vec<Line>> {
    let mut stretches = Vec::new();
    for parts in by_range(parts, payees.div_ceil(ranges).max(1), ranges) {
        let Order { places, ends } = Order::of(&parts, payees);
        let line = |place: &Place| parts[place.part as usize][place.row as usize];
        let lines =
            |payees: Range<usize>| places[places_of(&ends, payees)].iter().map(line).collect::<Vec<Line>>();
        stretches.par_extend(cuts(&ends, stretch).into_par_iter().with_max_len(1).map(lines));
    }
    stretches
}

/// The places of all lines, payee by payee, and where each payee's end.
struct Order {
    places: Vec<Place>,
    ends: Vec<usize>,
}

impl Order {
    /// A counting sort by payee, which keeps each payee's order.
    fn of(parts: &[Vec<Line>], payees: usize) -> Self {
        // Only the payees, so that the counting goes through four bytes a line.
        let payees_of: Vec<Vec<PayeeIx>> = parts
            .par_iter()
            .with_max_len(1)
            .map(|part| part.iter().map(|line| line.payee).collect())
            .collect();
        let mut ends = vec![0_usize; payees];
        payees_of.iter().flatten().for_each(|payee| ends[*payee] += 1);
        for index in 1..payees {
            ends[index] += ends[index - 1];
        }
        let mut places = vec![Place::default(); ends.last().copied().unwrap_or(0)];
        // The places of some payees are filled by one thread.
        let some = places.len().div_ceil(2 * rayon::current_num_threads()).max(1);
        let (mut shares, mut rest) = (Vec::new(), &mut places[..]);
        for payees in cuts(&ends, some) {
            let (share, after) =
                std::mem::take(&mut rest).split_at_mut(places_of(&ends, payees.clone()).len());
            shares.push((payees, share));
            rest = after;
        }
        let fill = |(payees, places)| fill(places, payees, &ends, &payees_of);
        shares.into_par_iter().with_max_len(1).for_each(fill);
        Self { places, ends }
    }
}

/// Puts the lines of some payees, whose places these are, where they belong.
fn fill(places: &mut [Place], payees: Range<usize>, ends: &[usize], payees_of: &[Vec<PayeeIx>]) {
    let before = places_of(ends, payees.clone()).start;
    let mut next: Vec<usize> =
        payees.clone().map(|payee| places_of(ends, payee..payee + 1).start - before).collect();
    for (part, of_lines) in (0_u32..).zip(payees_of) {
        for (row, payee) in (0_u32..).zip(of_lines) {
            let payee = payee.at();
            if payees.contains(&payee) {
                let next = &mut next[payee - payees.start];
                places[*next] = Place { part, row };
                *next += 1;
            }
        }
    }
}

/// The places of some payees, which are one payee and more.
fn places_of(ends: &[usize], payees: Range<usize>) -> Range<usize> {
    payees.start.checked_sub(1).map_or(0, |last| ends[last])..ends[payees.end - 1]
}

/// All payees that have lines, as ranges of at least `stretch` lines, except the last range.
fn cuts(ends: &[usize], stretch: usize) -> Vec<Range<usize>> {
    let mut cuts = Vec::new();
    let (mut first, mut start) = (0, 0);
    for (payee, end) in ends.iter().enumerate() {
        if end - start >= stretch || (payee + 1 == ends.len() && *end > start) {
            cuts.push(first..payee + 1);
            (first, start) = (payee + 1, *end);
        }
    }
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_data::{DealIx, NONE, Optional};
    use apportion_rules::{RuleIx, VersionIx};

    fn line(payee: u32, deal: u32, from_payee: u32) -> Line {
        let (deal, payee) = (DealIx::from_raw(deal), PayeeIx::from_raw(payee));
        let line = Line::new(RuleIx::FIRST, VersionIx::FIRST, deal, payee);
        Line { from_payee: Optional::from_raw(from_payee), ..line }
    }

    #[test]
    fn each_payee_has_its_lines_together_and_in_their_order() {
        let parts = [
            vec![line(2, 0, NONE), line(0, 0, NONE), line(2, 1, NONE)],
            vec![line(0, 3, NONE), line(2, 4, NONE), line(1, 5, NONE)],
        ];
        for (ranges, stretch) in (1..=3).flat_map(|ranges| (1..=4).map(move |stretch| (ranges, stretch))) {
            let stretches = by_payee(parts.to_vec(), 3, ranges, stretch);
            let expected =
                [line(0, 0, NONE), line(0, 3, NONE), line(1, 5, NONE), line(2, 0, NONE), line(2, 1, NONE)];
            assert_eq!(stretches.concat()[..5], expected, "{ranges} {stretch}");
            assert_eq!(stretches.concat()[5..], [line(2, 4, NONE)], "{ranges} {stretch}");
            let payees = |lines: &Vec<Line>| [lines[0].payee, lines[lines.len() - 1].payee];
            let ends: Vec<PayeeIx> = stretches.iter().flat_map(payees).collect();
            assert!(
                ends.chunks(2).zip(ends.chunks(2).skip(1)).all(|(a, b)| a[1] < b[0]),
                "{ranges} {stretch}"
            );
        }
        let ends = [2, 2, 3, 7, 7];
        let size = |payees: &Range<usize>| places_of(&ends, payees.clone()).len();
        let sizes = |stretch| cuts(&ends, stretch).iter().map(size).collect::<Vec<_>>();
        assert_eq!([1, 2, 3, 4, 9].map(sizes), [vec![2, 1, 4], vec![2, 5], vec![3, 4], vec![7], vec![7]]);
        assert!(cuts(&[], 1).is_empty() && cuts(&[0, 0], 1).is_empty());
    }

    #[test]
    fn lines_in_no_order_are_put_into_it() {
        let lines = vec![line(1, 4, 2), line(1, 4, 0), line(0, 9, 1), line(1, 2, 3)];
        let lines = LinesByPayee::of_unordered(lines, 2);
        assert_eq!(lines.stretches.concat(), [line(0, 9, 1), line(1, 2, 3), line(1, 4, 0), line(1, 4, 2)]);
    }

    #[test]
    fn payees_without_lines_are_left_out() {
        let part = [(0, 0), (1, 1), (0, 5), (3, 6)].map(|(payee, deal)| line(payee, deal, NONE)).to_vec();
        let mut lines = LinesByPayee::of_parts(vec![part], 4);
        // So few lines are in one stretch.
        assert_eq!(lines.stretches.len(), 1);
        let sizes: Vec<usize> = lines.of_payees().iter().map(|lines| lines.len()).collect();
        assert_eq!(sizes, [2, 1, 1]);
        assert_eq!(lines.of_payees_mut().iter().map(|lines| lines.len()).collect::<Vec<_>>(), sizes);
        assert_eq!(lines.iter().count(), 4);
    }
}
