//! Each payee's credits: one for each deal, over the rules that count and over roles.

use crate::credit::Lines;

/// What a payee was credited with on a deal, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credit {
    pub payee: u32,
    pub deal: u32,
    /// Days since 1970-01-01.
    pub close_date: i32,
    pub credited: i128,
}

/// The credits on `lines` (of the shared_credit rules that count), in order of payee, close date and deal: the order in
/// which stage two adds them up.
pub fn credits<'a>(lines: impl Iterator<Item = &'a Lines>, close_date: &[i32]) -> Vec<Credit> {
    let of_line = |lines: &'a Lines, row: usize| Credit {
        payee: lines.payee[row],
        deal: lines.deal[row],
        close_date: close_date[lines.deal[row] as usize],
        credited: i128::from(lines.credited[row]),
    };
    let mut credits: Vec<Credit> =
        lines.flat_map(|lines| (0..lines.len()).map(move |row| of_line(lines, row))).collect();
    credits.sort_unstable_by_key(|credit| (credit.payee, credit.close_date, credit.deal));
    credits.dedup_by(|next, kept| {
        let same = (next.payee, next.deal) == (kept.payee, kept.deal);
        if same {
            kept.credited += next.credited;
        }
        same
    });
    credits
}
