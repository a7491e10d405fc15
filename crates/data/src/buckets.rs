//! A stable counting sort of rows into buckets.
//!
//! Sorting a large table at once would access memory at random. So segments of rows are sorted in parallel, and a bucket
//! is then read from all segments.

use std::ops::Range;

use rayon::prelude::*;

/// Rows of a segment.
const SEGMENT_ROWS: usize = 1 << 16;

/// Rows by bucket.
pub(super) struct Buckets<T> {
    pub(super) rows: Vec<T>,
    /// Where each bucket begins, and the end of the last.
    pub(super) starts: Vec<u32>,
}

impl<T: Copy> Buckets<T> {
    /// `bucket` gives one of `count` buckets. There are fewer than 2^32 rows.
    pub(super) fn new<'r>(
        rows: impl Iterator<Item = &'r T> + Clone,
        count: usize,
        bucket: impl Fn(&T) -> usize,
    ) -> Self
    where
        T: 'r,
    {
        let mut starts = vec![0_u32; count + 1];
        rows.clone().for_each(|row| starts[bucket(row) + 1] += 1);
        for position in 1..starts.len() {
            starts[position] += starts[position - 1];
        }
        let mut next = starts.clone();
        let mut sorted = rows.clone().next().map_or_else(Vec::new, |any| vec![*any; starts[count] as usize]);
        for row in rows {
            let place = &mut next[bucket(row)];
            sorted[*place as usize] = *row;
            *place += 1;
        }
        Self { rows: sorted, starts }
    }

    pub(super) fn bucket(&self, bucket: usize) -> &[T] {
        &self.rows[self.starts[bucket] as usize..self.starts[bucket + 1] as usize]
    }
}

/// Pieces in which the rows of a segment are kept where what was taken of all segments is freed piece by piece.
pub(super) const PIECES: usize = 16;

/// Rows of a table by bucket, segment by segment.
pub(super) struct Segments<T> {
    segments: Vec<Segment<T>>,
    /// Buckets of a piece.
    of_piece: usize,
}

/// Some rows by bucket.
struct Segment<T> {
    /// By some buckets that follow each other: their rows. Those that were freed are empty.
    pieces: Vec<Vec<T>>,
    /// Where each bucket begins, and the end of the last.
    starts: Vec<u32>,
}

impl<T: Copy + Send + Sync> Segments<T> {
    /// Sorts a table of `len` rows, each segment of which is kept in so many pieces. `rows` gives the rows of a range that are sorted.
    pub(super) fn new(
        (len, pieces): (usize, usize),
        rows: impl Fn(Range<usize>) -> Vec<T> + Sync,
        count: usize,
        bucket: impl Fn(&T) -> usize + Sync,
    ) -> Self {
        let of_segment = |segment: usize| {
            let first = segment * SEGMENT_ROWS;
            rows(first..len.min(first + SEGMENT_ROWS))
        };
        Self::of_segments((len.div_ceil(SEGMENT_ROWS), pieces), of_segment, count, bucket)
    }

    /// Sorts the rows of so many segments, which are kept in so many pieces.
    pub(super) fn of_segments(
        (segments, pieces): (usize, usize),
        rows: impl Fn(usize) -> Vec<T> + Sync,
        count: usize,
        bucket: impl Fn(&T) -> usize + Sync,
    ) -> Self {
        let of_piece = count.div_ceil(pieces).max(1);
        let segment = |place: usize| Segment::new(Buckets::new(rows(place).iter(), count, &bucket), of_piece);
        let segments = (0..segments).into_par_iter().with_max_len(1).map(segment).collect();
        Self { segments, of_piece }
    }

    /// The rows of a bucket, in the order of the table; none once they are freed.
    pub(super) fn bucket(&self, bucket: usize) -> impl Iterator<Item = &T> + Clone {
        let piece = bucket / self.of_piece;
        self.segments.iter().flat_map(move |segment| segment.bucket(bucket, piece, self.of_piece))
    }

    /// Frees rows of the buckets before this one.
    pub(super) fn free_before(&mut self, bucket: usize) {
        let pieces = bucket / self.of_piece;
        for segment in &mut self.segments {
            segment.pieces.iter_mut().take(pieces).for_each(|piece| *piece = Vec::new());
        }
    }

    /// The number of sorted rows.
    pub(super) fn len(&self) -> usize {
        self.segments.iter().filter_map(|segment| segment.starts.last()).map(|end| *end as usize).sum()
    }
}

impl<T: Copy> Segment<T> {
    fn new(Buckets { rows, starts }: Buckets<T>, of_piece: usize) -> Self {
        let buckets = starts.len() - 1;
        if of_piece >= buckets {
            return Self { pieces: vec![rows], starts };
        }
        let piece = |first: usize| {
            let until = starts[buckets.min(first + of_piece)];
            rows[starts[first] as usize..until as usize].to_vec()
        };
        let pieces = (0..buckets).step_by(of_piece).map(piece).collect();
        Self { pieces, starts }
    }

    fn bucket(&self, bucket: usize, piece: usize, of_piece: usize) -> &[T] {
        let before = self.starts[piece * of_piece];
        let (from, until) = (self.starts[bucket] - before, self.starts[bucket + 1] - before);
        self.pieces[piece].get(from as usize..until as usize).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_order_within_a_bucket() {
        let rows = [(2, 'a'), (0, 'b'), (2, 'c'), (3, 'd'), (0, 'e')];
        let buckets = Buckets::new(rows.iter(), 5, |row| row.0);
        assert_eq!(buckets.rows, [(0, 'b'), (0, 'e'), (2, 'a'), (2, 'c'), (3, 'd')]);
        assert_eq!(buckets.starts, [0, 2, 2, 4, 5, 5]);
        assert!(Buckets::new([].iter(), 2, |row: &usize| *row).rows.is_empty());
    }

    #[test]
    fn a_bucket_goes_on_over_segments() {
        let len = 2 * SEGMENT_ROWS + 100;
        let odd = |range: Range<usize>| range.filter(|row| row % 2 == 1).collect();
        let mut segments = Segments::new((len, PIECES), odd, 7, |row| row % 7);
        assert_eq!(segments.len(), len / 2);
        for bucket in 0..7 {
            let expected = (0..len).filter(|row| row % 2 == 1 && row % 7 == bucket);
            assert!(segments.bucket(bucket).copied().eq(expected));
        }
        segments.free_before(5);
        assert_eq!([4, 5].map(|bucket| segments.bucket(bucket).count() == 0), [true, false]);
        assert_eq!(segments.len(), len / 2);
    }

    #[test]
    fn what_is_not_freed_is_in_one_piece() {
        let segments = Segments::new((SEGMENT_ROWS + 5, 1), |range| range.collect(), 3, |row| row % 3);
        let expected = (0..SEGMENT_ROWS + 5).filter(|row| row % 3 == 1);
        assert!(segments.bucket(1).copied().eq(expected));
        assert!(segments.segments.iter().all(|segment| segment.pieces.len() == 1));
    }
}
