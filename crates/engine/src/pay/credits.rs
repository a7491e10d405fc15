//! Each payee's credits: one for each deal, over the rules that count and over roles.

use crate::credit::Line;
use apportion_data::{DealIx, Optional, PayeeIx};

/// What a payee was credited with on a deal, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credit {
    /// Who is paid on it.
    pub payee: PayeeIx,
    /// Whose credit it is, where it is not the payee's own.
    pub from: Optional<PayeeIx>,
    /// The deal.
    pub deal: DealIx,
    /// Days since 1970-01-01.
    pub close_date: i32,
    /// The credit, in minor units.
    pub credited: i128,
}

/// The credits of one payee's lines under the shared_credit rules that count, in order of deal: the order of close date
/// and deal_id, in which stage two adds them up. Each run of lines is in that order.
pub fn credits(runs: &[&[Line]], close_date: &[i32]) -> Vec<Credit> {
    let of_line = |line: &Line| Credit {
        payee: line.payee,
        from: Optional::NONE,
        deal: line.deal,
        close_date: close_date[line.deal],
        credited: i128::from(line.credited),
    };
    let mut credits = Vec::with_capacity(runs.iter().map(|run| run.len()).sum());
    runs.iter().for_each(|run| credits.extend(run.iter().map(of_line)));
    // The run of each rule is already sorted, so that a stable sort only merges them.
    credits.sort_by_key(|credit| credit.deal);
    credits.dedup_by(|next, kept| {
        let same = next.deal == kept.deal;
        if same {
            kept.credited += next.credited;
        }
        same
    });
    credits
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_base::money::Minor;
    use apportion_rules::{RuleIx, VersionIx};

    /// Deals and what is credited on them.
    fn run(lines: &[(u32, i64)]) -> Vec<Line> {
        let line = |&(deal, credited): &(u32, i64)| Line {
            credited: Minor::new(credited),
            ..Line::new(RuleIx::FIRST, VersionIx::FIRST, DealIx::from_raw(deal), PayeeIx::FIRST)
        };
        lines.iter().map(line).collect()
    }

    #[test]
    fn a_deal_is_one_credit_over_rules_and_roles() {
        let (first, second) = (run(&[(0, 100), (0, 20), (2, 7)]), run(&[(0, -3), (1, 5), (2, -7)]));
        let close_date = [10, 11, 12];
        let found: Vec<(u32, i32, i128)> = credits(&[&first, &second], &close_date)
            .into_iter()
            .map(|credit| (credit.deal.raw(), credit.close_date, credit.credited))
            .collect();
        assert_eq!(found, [(0, 10, 117), (1, 11, 5), (2, 12, 0)]);
    }
}
