//! Searches in rows that are in order, and where groups of rows begin.

use std::cmp::Ordering;
use std::ops::Range;

/// The places of the rows that are equal to what is asked for. `compare` says where a row is beside it; rows are in that order.
pub fn equal_range<T>(rows: &[T], compare: impl Fn(&T) -> Ordering) -> Range<usize> {
    let from = rows.partition_point(|row| compare(row).is_lt());
    let len = rows[from..].partition_point(|row| compare(row).is_eq());
    from..from + len
}

/// The rows that are equal to what is asked for, as [`equal_range`] finds them.
pub fn equal<T>(rows: &[T], compare: impl Fn(&T) -> Ordering) -> &[T] {
    &rows[equal_range(rows, compare)]
}

/// The place of what is asked for among `count` rows that are in order and differ; `compare` says where the row at a place is beside it.
pub fn place_of(count: usize, compare: impl Fn(usize) -> Ordering) -> Option<usize> {
    let (mut from, mut until) = (0, count);
    while from < until {
        let middle = from.midpoint(until);
        match compare(middle) {
            Ordering::Equal => return Some(middle),
            Ordering::Less => from = middle + 1,
            Ordering::Greater => until = middle,
        }
    }
    None
}

/// Where each of `count` groups of rows begins once rows are in order of groups, and where the last one ends: one more than groups. `groups` has
/// the group of each row, in any order.
pub fn offsets(count: usize, groups: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut offsets = vec![0; count + 1];
    for group in groups {
        offsets[group + 1] += 1;
    }
    for place in 1..offsets.len() {
        offsets[place] += offsets[place - 1];
    }
    offsets
}

/// The places of the rows of a group, by the [`offsets`] of groups; none of a group behind the last.
pub fn group(offsets: &[usize], group: usize) -> Range<usize> {
    match offsets.get(group..=group.saturating_add(1)) {
        Some(&[from, until]) => from..until,
        _ => 0..0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_by_their_order() {
        let rows = [1, 3, 3, 3, 7];
        for (asked, found) in [(0, 0..0), (1, 0..1), (2, 1..1), (3, 1..4), (7, 4..5), (8, 5..5)] {
            assert_eq!(equal_range(&rows, |row| row.cmp(&asked)), found, "{asked}");
            assert_eq!(equal(&rows, |row| row.cmp(&asked)), &rows[found], "{asked}");
        }
        let ids = ["a", "b", "d"];
        for (asked, found) in [("a", Some(0)), ("b", Some(1)), ("c", None), ("d", Some(2)), ("e", None)] {
            assert_eq!(place_of(ids.len(), |place| ids[place].cmp(asked)), found, "{asked}");
        }
        assert_eq!(place_of(0, |_| Ordering::Equal), None);
    }

    #[test]
    fn groups_begin_where_those_before_end() {
        assert_eq!(offsets(4, [2, 0, 2, 3].into_iter()), [0, 1, 1, 3, 4]);
        assert_eq!(offsets(0, std::iter::empty()), [0]);
        let of_groups = offsets(2, [1, 0, 1].into_iter());
        assert_eq!([0, 1, 2, usize::MAX].map(|at| group(&of_groups, at)), [0..1, 1..3, 0..0, 0..0]);
    }
}
