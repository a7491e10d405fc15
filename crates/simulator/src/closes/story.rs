//! What is known of some months, close by close: deals that come late, change, move, vanish and come back, are returned and cancelled,
//! customers who pay in parts, payees who leave the data, adjustments, and a rule that is added. [`super::worth`] says what they earn.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::random::Random;

/// Files of the project by their paths in it.
pub type Inputs = BTreeMap<&'static str, String>;

const PAYEES: [&str; 4] = ["ann", "ben", "cat", "dan"];

const RULES: &str = "[[shared_credit]]\nid = \"tenth\"\neffective = { from = 2025-01-01 }\nrate = \"10%\"\n\
    roles = [ { role = \"closed\", share = \"100%\" } ]\n\
    [[commission]]\nid = \"steps\"\neffective = { from = 2025-01-01 }\ncredits = [\"tenth\"]\nevery = \"year\"\n\
    tiers = [ { from = \"0\", rate = \"5%\" }, { from = \"3000\", rate = \"10%\" } ]\n\
    [[override]]\nid = \"lead\"\neffective = { from = 2025-01-01 }\ncredits = [\"tenth\"]\nlevels = [ { rate = \"1%\" } ]\n\
    [[clawback]]\nid = \"back\"\neffective = { from = 2025-01-01 }\nwhen = \"reversal_cause = 'returned'\"\nmethod = \"mirror\"\n\
    rules = [\"tenth\"]\n\
    [[clawback]]\nid = \"again\"\neffective = { from = 2025-01-01 }\nwhen = \"reversal_cause = 'cancelled'\"\nmethod = \"recompute\"\n\
    [[hold]]\nid = \"cash\"\neffective = { from = 2025-01-01 }\npayees = \"payee_id = 'dan'\"\nrelease = \"deals.received_share\"\n\
    [[draw]]\nid = \"ramp\"\neffective = { from = 2025-01-01 }\npayees = \"payee_id = 'ben'\"\namount = 50\nrecoverable = true\nlimit = 120\n\
    [[draw]]\nid = \"floor\"\neffective = { from = 2025-01-01 }\npayees = \"payee_id = 'ann'\"\namount = 20\n\
    [[payment]]\nid = \"abroad\"\neffective = { from = 2025-01-01 }\npayees = \"payee_id = 'cat'\"\ncurrency = \"payee\"\nminimum = 5\ndebt_share = \"50%\"\n";

/// A deal, over all closes. Months are counted from 0, the first that is closed.
#[derive(Debug, Clone)]
pub struct DealStory {
    /// Its id.
    pub id: String,
    month: usize,
    day: usize,
    /// Who closed it.
    pub payee: &'static str,
    /// Tens of dollars.
    amount: i64,
    /// The first close that knows it.
    known: usize,
    /// From which close on it is worth something else.
    change: Option<(usize, i64)>,
    /// From which close on it is of another month.
    moved: Option<(usize, usize)>,
    /// Closes that do not find it.
    gone: Option<(usize, usize)>,
    /// From which close on it is lost.
    lost: Option<usize>,
    /// Parts of ten that the customer has paid, by close.
    paid: usize,
    /// The deal that reverses it.
    reversal: Option<ReversalStory>,
}

/// A deal that reverses another one.
#[derive(Debug, Clone)]
struct ReversalStory {
    month: usize,
    day: usize,
    /// Whole dollars.
    size: i64,
    cause: Cause,
    /// The first close that knows it.
    known: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// What it earned is taken back by a mirror.
    Returned,
    /// It is computed again.
    Cancelled,
}

/// A sequence of months.
#[derive(Debug, Clone)]
pub struct Story {
    /// The months that are closed, in order.
    pub months: Vec<String>,
    true_up: usize,
    /// The month in which a fiscal year starts.
    starts: usize,
    review_over: bool,
    deals: Vec<DealStory>,
    /// A payee who is not in the data of one close.
    missing: Option<(usize, &'static str)>,
    /// From which month on there is a second rule.
    added: Option<usize>,
    /// By month: payee and dollars, and the close that knows another amount.
    adjustments: Vec<(usize, &'static str, i64, usize)>,
    order: u64,
}

fn month(year: i32, month: usize) -> String {
    format!("{:04}-{:02}", year + i32::try_from((month - 1) / 12).unwrap_or(0), (month - 1) % 12 + 1)
}

impl Story {
    /// The story of a seed.
    pub fn new(seed: u64) -> Self {
        let mut random = Random::new(seed ^ 0x0b00_c105_ed0f_f1ce);
        let count = 2 + random.below(3);
        let first = 9 + random.below(6);
        let months: Vec<String> = (0..count).map(|index| month(2025, first + index)).collect();
        let deals = (0..3 + random.below(6)).map(|index| deal(index, count, &mut random)).collect();
        let mut adjustments = Vec::new();
        for month in 0..count {
            if random.once_in(2) {
                let dollars = 40 - i64::try_from(random.below(100)).unwrap_or(0);
                adjustments.push((month, PAYEES[random.below(4)], dollars, month + 1 + random.below(3)));
            }
        }
        Self {
            months,
            true_up: random.below(2),
            starts: [1, 4, 11][random.below(3)],
            review_over: random.once_in(4),
            deals,
            missing: random.once_in(3).then(|| (1 + random.below(count), PAYEES[random.below(4)])),
            added: random.once_in(3).then(|| 1 + random.below(count)),
            adjustments,
            order: random.number(),
        }
    }

    /// The deals.
    pub fn deals(&self) -> &[DealStory] {
        &self.deals
    }

    /// Whether a payee is in the data of a close.
    pub fn has_payee(&self, payee: &str, now: usize) -> bool {
        self.missing.is_none_or(|(close, missing)| close != now || missing != payee)
    }

    /// Whether a deal that closed in a month has the second rule.
    pub fn has_more(&self, deal: &DealStory, now: usize) -> bool {
        self.added.is_some_and(|added| deal.month(now) >= added && now >= added)
    }

    /// The fiscal year of a month.
    pub fn year_of(&self, index: usize) -> usize {
        let parts = self.months.get(index).and_then(|month| month.split_once('-'));
        let (year, month) = parts.unwrap_or(("2027", "6"));
        let (year, month): (usize, usize) = (year.parse().unwrap_or(0), month.parse().unwrap_or(1));
        if month >= self.starts { year + 1 } else { year }
    }

    /// Whether all months that a deal was ever in are computed again in a close.
    pub fn is_in_horizon(&self, deal: &DealStory, now: usize) -> bool {
        [deal.month, deal.month(now)].iter().all(|index| self.is_computed(*index, now))
    }

    /// Whether a close knows a deal that reverses this one, whose month is computed again.
    pub fn has_reversal(&self, deal: &DealStory, now: usize) -> bool {
        let is_there =
            |reversal: &ReversalStory| now >= reversal.known && self.is_computed(reversal.month, now);
        deal.reversal.as_ref().is_some_and(is_there)
    }

    fn is_computed(&self, index: usize, now: usize) -> bool {
        index >= self.months.len() || self.year_of(index) + self.true_up >= self.year_of(now)
    }

    /// The project as a close finds it. Decisions are what somebody wrote meanwhile.
    pub fn inputs(&self, now: usize, decisions: &str) -> Inputs {
        let mut deals: Vec<String> = self.deals.iter().filter_map(|deal| self.row(deal, now)).collect();
        deals.extend(self.deals.iter().filter_map(|deal| self.reversal_row(deal, now)));
        let turn = usize::try_from(self.order % 7).unwrap_or(0) % deals.len().max(1);
        deals.rotate_left(turn);
        let known = || self.deals.iter().filter(|deal| deal.is_there(now));
        let engagements = known().map(|deal| format!("{},{},closed", deal.id, deal.payee));
        let payees = PAYEES.into_iter().filter(|payee| self.has_payee(payee, now));
        let payees = payees.map(|payee| {
            let lead = lead_of(payee).filter(|lead| self.has_payee(lead, now)).unwrap_or_default();
            format!("{payee},{},{lead}", if payee == "cat" { "EUR" } else { "USD" })
        });
        let receipts = known().map(|deal| {
            let part = i64::try_from((deal.paid * (now + 1)).min(10)).unwrap_or(0);
            format!("R{0},{0},{1}-02,{2}", deal.id, self.months[now], deal.amount(now) * part)
        });
        let adjustments =
            self.adjustments.iter().filter(|(month, payee, ..)| *month <= now && self.has_payee(payee, now));
        let adjustments = adjustments.map(|(month, payee, dollars, changed)| {
            let dollars = if now >= *changed { dollars + 7 } else { *dollars };
            format!("X{month},{payee},{},{dollars},prize,ann,cfo", self.months[*month])
        });
        let rates = format!("date,currency,rate\n{}-28,EUR,1.2{now}\n", self.months[now]);
        let mut inputs = Inputs::from([
            ("apportion.toml", self.book()),
            ("rules/all.toml", RULES.to_owned()),
            ("payees.csv", table("payee_id,currency,manager_id", payees)),
            ("deals.csv", table("deal_id,outcome,close_date,amount,reverses_deal_id,reversal_cause", deals)),
            ("engagements.csv", table("deal_id,payee_id,role", engagements)),
            ("receipts.csv", table("receipt_id,deal_id,received_on,amount", receipts)),
            (
                "adjustments.csv",
                table("adjustment_id,payee_id,period,amount,reason,entered_by,approved_by", adjustments),
            ),
            ("acceptances.csv", format!("id,action,reason,by\n{decisions}")),
            ("fx.csv", rates),
        ]);
        if let Some(added) = self.added.filter(|added| now >= *added) {
            let from = &self.months[added];
            inputs.insert(
                "rules/more.toml",
                format!(
                    "[[shared_credit]]\nid = \"more\"\neffective = {{ from = {from}-01 }}\nrate = \"5%\"\n\
                     roles = [ {{ role = \"closed\", share = \"100%\" }} ]\n"
                ),
            );
        }
        inputs
    }

    fn row(&self, deal: &DealStory, now: usize) -> Option<String> {
        if !deal.is_there(now) {
            return None;
        }
        let outcome = if deal.is_won(now) { "won" } else { "lost" };
        // A month beyond the last one is one of next year.
        let month = self.months.get(deal.month(now)).map_or("2027-06", String::as_str);
        Some(format!("{},{outcome},{month}-{:02},{},,", deal.id, deal.day, deal.amount(now) * 10))
    }

    fn reversal_row(&self, deal: &DealStory, now: usize) -> Option<String> {
        let reversal = deal.reversal.as_ref().filter(|reversal| now >= reversal.known)?;
        let ReversalStory { month, day, size, cause, .. } = reversal;
        let cause = match cause {
            Cause::Returned => "returned",
            Cause::Cancelled => "cancelled",
        };
        let (id, original, month) = (deal.reversal_id(), &deal.id, &self.months[*month]);
        Some(format!("{id},won,{month}-{day:02},-{size},{original},{cause}"))
    }

    fn book(&self) -> String {
        let mut text = "[book]\nname = \"A story\"\ncurrency = \"USD\"\nrules = [\"rules/*.toml\"]\nincomplete = \"pay\"\n".to_owned();
        let _ = writeln!(text, "fiscal_year_starts = {}\n[sources]", self.starts);
        for name in ["deals", "payees", "engagements", "receipts", "adjustments", "acceptances"] {
            let _ = writeln!(text, "{name} = {{ path = \"{name}.csv\" }}");
        }
        let _ = writeln!(
            text,
            "fx_rates = {{ path = \"fx.csv\" }}\n[ledger]\nfirst = \"{}\"\napprovals = 1",
            self.months[0]
        );
        let _ = writeln!(text, "true_up = {}", self.true_up);
        if self.review_over {
            text.push_str("review_over = \"15\"\n");
        }
        text
    }
}

fn table(header: &str, rows: impl IntoIterator<Item = String>) -> String {
    rows.into_iter().fold(format!("{header}\n"), |text, row| text + &row + "\n")
}

fn deal(index: usize, count: usize, random: &mut Random) -> DealStory {
    let month = random.below(count);
    let known = if random.once_in(3) { (month + 1 + random.below(2)).min(count) } else { month };
    let later = |random: &mut Random| known + 1 + random.below(2);
    let tens = |random: &mut Random| 10 * (1 + i64::try_from(random.below(40)).unwrap_or(0));
    let change = random.once_in(3).then(|| (later(random), tens(random)));
    let moved = random.once_in(4).then(|| (later(random), random.below(count + 1)));
    let gone = random.once_in(3).then(|| {
        let from = later(random);
        (from, from + 1 + random.below(2))
    });
    let reversal = random.once_in(3).then(|| reversal(known, count, random));
    DealStory {
        id: format!("D{index}"),
        month,
        day: 1 + random.below(28),
        payee: PAYEES[random.below(4)],
        amount: tens(random),
        known,
        change,
        moved,
        gone,
        lost: random.once_in(6).then(|| later(random)),
        paid: 1 + random.below(5),
        reversal,
    }
}

/// A reversal of a deal that is known from some close on.
fn reversal(known: usize, count: usize, random: &mut Random) -> ReversalStory {
    let month = random.below(count);
    ReversalStory {
        month,
        day: 1 + random.below(28),
        size: 1 + i64::try_from(random.below(3000)).unwrap_or(0),
        cause: if random.once_in(2) { Cause::Returned } else { Cause::Cancelled },
        known: known.max(month) + random.below(2),
    }
}

/// Whose override is paid on what a payee is credited with.
pub fn lead_of(payee: &str) -> Option<&'static str> {
    ["ann", "ben"].contains(&payee).then_some("dan")
}

impl DealStory {
    /// Whether the data of a close have it.
    pub fn is_there(&self, now: usize) -> bool {
        now >= self.known && self.gone.is_none_or(|(from, until)| !(from..until).contains(&now))
    }

    /// Whether it is won, and closed by the month of a close.
    pub fn counts(&self, now: usize) -> bool {
        self.is_there(now) && self.is_won(now) && self.month(now) <= now
    }

    fn is_won(&self, now: usize) -> bool {
        self.lost.is_none_or(|from| now < from)
    }

    /// Tens of dollars.
    fn amount(&self, now: usize) -> i64 {
        match self.change {
            Some((from, amount)) if now >= from => amount,
            _ => self.amount,
        }
    }

    /// The month of its close date, as it is known in a close.
    pub fn month(&self, now: usize) -> usize {
        match self.moved {
            Some((from, month)) if now >= from => month,
            _ => self.month,
        }
    }

    /// Its place among others: by close date and id.
    pub fn place(&self, now: usize) -> (usize, usize, &str) {
        (self.month(now), self.day, &self.id)
    }

    /// The id of the deal that reverses it.
    pub fn reversal_id(&self) -> String {
        format!("R{}", self.id)
    }

    /// What its reversal takes of it, in whole dollars: not before it closed, and not more than there is.
    fn reversed(&self, cause: Cause, now: usize) -> i64 {
        let takes = |reversal: &&ReversalStory| {
            let is_known = now >= reversal.known && reversal.month <= now && reversal.cause == cause;
            is_known && self.counts(now) && (reversal.month, reversal.day) >= (self.month(now), self.day)
        };
        let size = self.reversal.as_ref().filter(takes).map_or(0, |reversal| reversal.size);
        size.min(10 * self.amount(now))
    }

    /// What is taken back of its lines, in whole dollars of the deal.
    pub fn returned(&self, now: usize) -> i64 {
        self.reversed(Cause::Returned, now)
    }

    /// What it counts in a close, in whole dollars.
    pub fn dollars(&self, now: usize) -> i64 {
        10 * self.amount(now) - self.reversed(Cause::Cancelled, now)
    }
}
