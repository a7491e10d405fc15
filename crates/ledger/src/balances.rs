//! What each payee is paid in a close, and what is carried on: one row for each payee.

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::{self, Entry, EntryType};
use crate::key::{Map, Name, Names};
use crate::payment::{self, Exchange, Quoted};
use crate::posted::{Standing, Standings};
use crate::scope::Ground;
use crate::terms::{self, MonthDays, PayeeTerms, TermsGround};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::money::{Currency, Minor, Overflow};
use apportion_book::RateQuotation;
use apportion_data::{PayeeIx, Rate, Tables};
use apportion_results::payee_name;

/// A row of balances.csv. Amounts are minor units of the book's currency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Balance {
    /// The payee.
    pub payee_id: String,
    /// Its name; empty where none is known.
    pub name: String,
    /// Carried from the close before.
    pub carried_in: Minor,
    /// Owed from the close before.
    pub owed_in: Minor,
    /// Held from the close before.
    pub held_in: Minor,
    /// Σ earned of new entries, clawbacks aside.
    pub lines: Minor,
    /// Σ earned of true-ups, clawbacks aside.
    pub true_ups: Minor,
    /// Σ earned of clawbacks.
    pub clawbacks: Minor,
    /// Σ adjustments.
    pub adjustments: Minor,
    /// Σ earned − Σ released, adjustments aside.
    pub held_change: Minor,
    /// What is paid of it, and how that came about.
    pub payment: payment::Payment,
    /// Held to the next close.
    pub held_out: Minor,
    /// The book's currency.
    pub currency: String,
    /// The currency in which the payee is paid.
    pub paid_currency: String,
    /// The rate of the payee's currency: billionths, and what they say; none in book currency.
    pub rate: Option<(i64, Quoted)>,
    /// The draw behind the guarantee.
    pub guarantee_id: Option<String>,
    /// The recoverable draw last in force, and the last day of that close.
    pub draw: Option<(String, i32)>,
    /// Whether the payee is in the data.
    pub is_known: bool,
    /// Whether the payee has an entry.
    pub has_entry: bool,
}

impl Balance {
    /// N: what the close releases, and its adjustments.
    pub fn net(&self) -> i128 {
        let earned = self.lines.wide() + self.true_ups.wide() + self.clawbacks.wide();
        earned - self.held_change.wide() + self.adjustments.wide()
    }

    /// All figures that are amounts of the book, in the order of balances.csv.
    pub fn figures(&self) -> [Minor; 17] {
        let paid = &self.payment;
        [
            self.carried_in,
            self.owed_in,
            self.held_in,
            self.lines,
            self.true_ups,
            self.clawbacks,
            self.adjustments,
            self.held_change,
            paid.guarantee,
            paid.taken,
            paid.advance,
            paid.recovery,
            paid.forgiven,
            paid.paid,
            paid.carried_out,
            paid.owed_out,
            self.held_out,
        ]
    }

    /// What the payee has after it.
    pub fn standing(&self) -> Standing {
        Standing {
            name: self.name.clone(),
            carried: self.payment.carried_out,
            owed: self.payment.owed_out,
            draw: self.draw.clone(),
            is_known: true,
        }
    }
}

/// Sums of the entries of a payee.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    new: i128,
    true_ups: i128,
    clawbacks: i128,
    adjustments: i128,
    held_change: i128,
}

impl Sums {
    fn of(entries: &[Entry]) -> Self {
        let mut sums = Self::default();
        entries.iter().for_each(|entry| sums.add(entry));
        sums
    }

    fn add(&mut self, entry: &Entry) {
        let earned = entry.earned.wide();
        match entry.entry {
            EntryType::Adjustment => {
                self.adjustments += earned;
                return;
            }
            _ if entry.is_clawback() => self.clawbacks += earned,
            EntryType::New => self.new += earned,
            EntryType::TrueUp => self.true_ups += earned,
        }
        self.held_change += earned - entry.released.wide();
    }
}

/// What is known of payees before a close.
#[derive(Debug)]
pub struct Before<'a> {
    /// What each payee has.
    pub standings: &'a Standings,
    /// What is held of each.
    pub held: &'a Map<Name, Minor>,
    /// The last day of the close before, if there is one.
    pub last_day: Option<i32>,
}

/// The balances, by entries in the order of the file, of all payees who have an entry, or a figure that is or ever was other than 0, in byte order of payee_id.
///
/// # Errors
/// `two-draws`, `two-payments`, and numbers that can't be held.
pub fn balances(
    ground: &Ground<'_>,
    before: &Before<'_>,
    entries: &[Entry],
    names: &Names,
) -> Result<Vec<Balance>, Diagnostic> {
    let month = MonthDays { first: ground.days.first, last: ground.days.last };
    let terms = terms::of_payees(ground.book, ground.tables, &ground.rules.policies, month)?;
    let sums: BTreeMap<&str, Sums> = entry::of_payees(entries)
        .map(|entries| (names.text(entries[0].payee()), Sums::of(entries)))
        .collect();
    let payees = ground.tables.payees.all().map(|payee| ground.tables.payees.id(payee));
    let mut all: BTreeSet<&str> = payees.collect();
    all.extend(sums.keys().copied().chain(before.standings.keys().map(String::as_str)));
    let maker = Maker { ground, before, month, terms: &terms };
    let mut rows = Vec::new();
    for payee_id in all {
        let own = names.find(payee_id);
        let row = maker.row(payee_id, own, sums.get(payee_id)).map_err(|error| {
            Diagnostic::error(Code::NumberTooLarge, format!("payee `{payee_id}`: {error}"))
        })?;
        let was_known = before.standings.get(payee_id).is_some_and(|standing| standing.is_known);
        if row.has_entry || was_known || row.figures().iter().any(|figure| !figure.is_zero()) {
            rows.push(row);
        }
    }
    Ok(rows)
}

struct Maker<'a> {
    ground: &'a Ground<'a>,
    before: &'a Before<'a>,
    month: MonthDays,
    /// By payee of the data.
    terms: &'a [PayeeTerms],
}

impl Maker<'_> {
    fn row(&self, payee_id: &str, own: Option<Name>, sums: Option<&Sums>) -> Result<Balance, Overflow> {
        let ground = self.ground;
        let standing = self.before.standings.get(payee_id).cloned().unwrap_or_default();
        let ix = own.and_then(|own| ground.payee(own));
        let none = PayeeTerms::default();
        let terms = ix.map_or(&none, |payee| &self.terms[payee]);
        let of_entries = sums.copied().unwrap_or_default();
        let held_in = own.and_then(|own| self.before.held.get(&own)).copied().unwrap_or_default();
        let mut row = Balance {
            payee_id: payee_id.to_owned(),
            name: name(ground.tables, ix, &standing),
            carried_in: standing.carried,
            owed_in: standing.owed,
            held_in,
            lines: Minor::from_wide(of_entries.new)?,
            true_ups: Minor::from_wide(of_entries.true_ups)?,
            clawbacks: Minor::from_wide(of_entries.clawbacks)?,
            adjustments: Minor::from_wide(of_entries.adjustments)?,
            held_change: Minor::from_wide(of_entries.held_change)?,
            held_out: Minor::from_wide(held_in.wide() + of_entries.held_change)?,
            currency: ground.book.currency.code().to_owned(),
            is_known: ix.is_some(),
            has_entry: sums.is_some(),
            ..Balance::default()
        };
        let (exchange, currency) = self.exchange(ix, terms);
        if let Exchange::Rate { rate_e9, quoted, .. } = exchange {
            row.rate = Some((rate_e9, quoted));
        }
        row.paid_currency = currency;
        let of_month = TermsGround {
            tables: ground.tables,
            policies: &ground.rules.policies,
            month: self.month,
            last_day: self.before.last_day,
        };
        let figures = terms.figures(of_month, ix, (&row, standing.draw.as_ref()), exchange)?;
        row.payment = payment::pay(&figures, ground.book.rounding)?;
        row.guarantee_id =
            terms.guarantee.as_ref().filter(|_| !row.payment.guarantee.is_zero()).map(|(id, _)| id.clone());
        row.draw = match &terms.draw {
            Some((id, ..)) => Some((id.clone(), self.month.last)),
            None => standing.draw,
        };
        Ok(row)
    }

    /// How the payee is paid: the exchange, and the code of the currency.
    fn exchange(&self, payee: Option<PayeeIx>, terms: &PayeeTerms) -> (Exchange, String) {
        let book = self.ground.book;
        let own = book.currency.code();
        let currency = payee.and_then(|payee| currency(self.ground.tables, payee, self.month.last));
        let Some(code) = currency.filter(|code| terms.own_currency && code != own) else {
            return (Exchange::Book, own.to_owned());
        };
        let rate = self.ground.tables.rates.latest(&code, self.month.last, book.fx_max_age_days);
        let exchange = match (Currency::from_code(&code), rate) {
            (Some(currency), Some(Rate { rate_e9, quoted, .. })) => Exchange::Rate {
                rate_e9,
                quoted: match quoted {
                    RateQuotation::BookPerUnit => Quoted::BookPerUnit,
                    RateQuotation::UnitPerBook => Quoted::UnitPerBook,
                },
                from: book.currency.digits(),
                to: currency.digits(),
            },
            _ => Exchange::NoRate,
        };
        (exchange, code)
    }
}

/// The payee's name; the last one that was known where the data have it no more.
fn name(tables: &Tables, payee: Option<PayeeIx>, standing: &Standing) -> String {
    payee.map_or_else(|| standing.name.clone(), |payee| payee_name(tables, payee).to_owned())
}

/// The payee's own currency on a day.
fn currency(tables: &Tables, payee: PayeeIx, day: i32) -> Option<String> {
    let states = &tables.payees.states;
    states.frame.text("currency", states.on(payee, day).at()).map(str::to_owned)
}
