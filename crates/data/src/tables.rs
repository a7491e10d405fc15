//! The dense tables: the input tables as columns, which the engine works on.
//!
//! Keys are interned: a deal is a [`DealIx`], a payee a [`PayeeIx`]. Payees are numbered in byte order of their ids,
//! deals in order of close date and then of id, so that an order by index is the order of lines and of running
//! totals.
//!
//! An index that may be null is an [`Optional`]. Two kinds of columns stay plain numbers, with typed methods: the roles of engagements,
//! whose memory an Arrow array shares, and offsets.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringArray};
use arrow::buffer::ScalarBuffer;

pub use super::states::{AssignmentIx, PayeeStates, StateIx};
pub use apportion_base::index::{Ix, Optional};
use apportion_book::TableName;
use apportion_contract::RejectAction;
pub use apportion_contract::RejectCode;

use super::reversals::Reversal;
use apportion_expr::Type;

use super::fx::Rates;

apportion_base::indices! {
    /// A deal: its rank among all kept deals by close date, then by bytes of `deal_id`.
    DealIx(u32);
    /// A payee: its rank among all kept payees by bytes of `payee_id`.
    PayeeIx(u32);
    /// An account. The order of accounts has no meaning.
    AccountIx(u32);
    /// A row of the [`Engagements`].
    EngagementIx(u32);
    /// A row of the [`Splits`].
    SplitIx(u32);
    /// A role that engagements name: its rank among all of them by bytes.
    RoleIx(u32);
}

/// Null in a column of plain numbers of indices.
pub const NONE: u32 = u32::MAX;

/// An entry of such a column as an option: `None` for [`NONE`].
pub fn some_index(index: u32) -> Option<u32> {
    (index != NONE).then_some(index)
}

/// Null in a column of days since 1970-01-01.
pub const NO_DAY: i32 = i32::MIN;

/// Columns by name, as Arrow arrays of the same length, in the types of expressions:
/// text as `Utf8` or `Dictionary(UInt32, Utf8)`, number as `Decimal128(38, s)`, date as `Date32`, boolean as `Boolean`.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// The length of every column.
    pub rows: usize,
    /// Name and values of each column.
    pub columns: Vec<(String, ArrayRef)>,
}

impl Frame {
    /// The column with this name; `None` if it was not read.
    pub fn column(&self, name: &str) -> Option<&ArrayRef> {
        self.columns.iter().find(|(known, _)| known == name).map(|(_, array)| array)
    }
}

/// The columns of each table that rules may name. It is made from the headers of files, without reading rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// The schema of each table.
    pub tables: BTreeMap<TableName, TableSchema>,
}

/// One table of a [`Catalogue`]. The table's own columns are always listed, also those that no file has (they are
/// null).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableSchema {
    /// Whether the table has a source.
    pub present: bool,
    /// Name and type of each column.
    pub columns: Vec<(String, Type)>,
}

/// The columns that rules name, by table. Columns that `apportion` knows are read in any case.
pub type UsedColumns = BTreeMap<TableName, BTreeSet<String>>;

/// The dense tables, the rejects, and counts of both.
#[derive(Debug, Clone)]
pub struct Tables {
    /// Deals.
    pub deals: Deals,
    /// Engagements. Tables that differ in their deals share them.
    pub engagements: Arc<Engagements>,
    /// Payees.
    pub payees: Payees,
    /// Declared splits.
    pub splits: Arc<Splits>,
    /// Quotas.
    pub quotas: Quotas,
    /// What customers paid.
    pub receipts: Receipts,
    /// What is paid or taken by hand, in byte order of ids.
    pub adjustments: Vec<Adjustment>,
    /// Decisions about what stops a close, in byte order of ids.
    pub acceptances: Vec<Acceptance>,
    /// Exchange rates.
    pub rates: Rates,
    /// The day on which the period ends for which `received_share` of deals is filled; `None` where it is not.
    pub period_end: Option<i32>,
    /// Findings about rows, in the order of rejects.csv.
    pub rejects: Vec<Reject>,
    /// Row counts by table, in the order of [`TableName`]; tables without a source are left out.
    pub counts: Vec<Counts>,
    /// Texts that expressions of sources could not read, in the order of tables and names.
    pub unread: Vec<UnreadTexts>,
    /// Dates that expressions of sources moved outside of the calendar, in the order of tables and names.
    pub beyond: Vec<DatesBeyond>,
    /// Rejected rows that their sources accept.
    pub accepted: u64,
    /// Engagements without an id that equal another one.
    pub repeated_engagements: RepeatedEngagements,
    /// Records with a quoted cell whose lines look like records, by file and line.
    pub lines_in_cells: BTreeSet<LinesInCell>,
    /// Won deals that were read and are not among the deals.
    pub left_out: LeftOut,
    /// The files read, in order of path.
    pub inputs: Vec<Input>,
}

impl Tables {
    /// The columns of a table that rules can name; those of payees have a row for each state.
    pub fn frame(&self, table: TableName) -> Option<&Frame> {
        match table {
            TableName::Deals => Some(&self.deals.frame),
            TableName::Engagements => Some(&self.engagements.frame),
            TableName::Payees => Some(&self.payees.states.frame),
            TableName::Splits => Some(&self.splits.frame),
            TableName::Assignments
            | TableName::Quotas
            | TableName::FxRates
            | TableName::Receipts
            | TableName::Adjustments
            | TableName::Acceptances => None,
        }
    }

    /// The tables with other deals, which have the same numbers. What is large is shared.
    #[must_use]
    pub fn with_deals(&self, deals: Deals) -> Self {
        Self {
            deals,
            engagements: Arc::clone(&self.engagements),
            payees: self.payees.clone(),
            splits: Arc::clone(&self.splits),
            quotas: self.quotas.clone(),
            receipts: self.receipts.clone(),
            adjustments: self.adjustments.clone(),
            acceptances: self.acceptances.clone(),
            rates: self.rates.clone(),
            period_end: self.period_end,
            rejects: self.rejects.clone(),
            counts: self.counts.clone(),
            unread: self.unread.clone(),
            beyond: self.beyond.clone(),
            accepted: self.accepted,
            repeated_engagements: self.repeated_engagements.clone(),
            left_out: self.left_out.clone(),
            lines_in_cells: self.lines_in_cells.clone(),
            inputs: self.inputs.clone(),
        }
    }

    /// Frees all rows of the engagements. Their roles are kept, because lines refer to them.
    pub fn forget_engagements(&mut self) {
        let roles = match Arc::get_mut(&mut self.engagements) {
            Some(engagements) => std::mem::take(&mut engagements.roles),
            None => self.engagements.roles.clone(),
        };
        self.engagements = Arc::new(Engagements { roles, ..Engagements::default() });
    }
}

/// Won deals that were read and are not among the [`Deals`], by the day on which they closed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Rows that were rejected, in order of day.
    pub rejected: Vec<LeftOutDay>,
    /// Rows that a `where` left out, in order of day.
    pub filtered: Vec<LeftOutDay>,
    /// Rejected rows of deals whose outcome or day could not be read: they may be won deals of any day.
    pub unplaced: u64,
}

/// What was left out of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftOutDay {
    /// Days since 1970-01-01.
    pub day: i32,
    /// How many deals.
    pub deals: u64,
    /// The sum of their amounts in book currency, in millionths; amounts that could not be read or converted are not in it.
    pub amount_e6: i128,
    /// How many rows have no amount in the sum.
    pub without_amount: u64,
}

/// Texts that expressions of a source were to read as a number, a date or something else, and could not: they are null
/// there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadTexts {
    /// The table that the source feeds.
    pub table: TableName,
    /// Our name of the column that the expression makes, the column's name in `types`, or `where`.
    pub what: String,
    /// How many of them.
    pub count: u64,
}

/// Dates that an expression of a source moved outside of the years 1 to 9999: they are null there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatesBeyond {
    /// The table that the source feeds.
    pub table: TableName,
    /// Our name of the column that the expression makes, or `where`.
    pub what: String,
    /// The date that was moved, as the expression names it: mostly a column of the file.
    pub date: String,
    /// How many of them.
    pub count: u64,
    /// The file of the first of them.
    pub file: String,
    /// Its row.
    pub row: u64,
}

/// A record of a text file with a quoted cell whose lines look like records of the file: two stray quotes make one of all that is
/// between them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinesInCell {
    /// The file, relative to the project's folder.
    pub file: String,
    /// The line on which the record begins.
    pub first: u64,
    /// The line on which it ends.
    pub last: u64,
}

/// Engagements without an id that equal an earlier one in all columns that were read. Each of them counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RepeatedEngagements {
    /// How many there are; the first of equal ones is not among them.
    pub rows: u64,
    /// How many of them are in another file than the first one, and both files are of one source.
    pub across_files: u64,
    /// The deals that they name, ascending, each once.
    pub deals: Vec<DealIx>,
    /// Some of them: file and row of the first, file and row of the repeat. Those in two files come first.
    pub examples: Vec<[(String, u64); 2]>,
}

/// Deals in order of `close_date`, then of the bytes of `deal_id`. All columns have one entry per deal ([`DealIx`]).
#[derive(Debug, Clone)]
pub struct Deals {
    /// `deal_id`.
    pub ids: StringArray,
    /// The rank of the deal by bytes of `deal_id` alone.
    pub id_rank: Vec<u32>,
    /// Whether the outcome is `won`; otherwise it is `lost`.
    pub won: Vec<bool>,
    /// Days since 1970-01-01, ascending.
    pub close_date: Vec<i32>,
    /// The amount in book currency, in millionths of its major unit.
    pub amount_e6: Vec<i64>,
    /// The account.
    pub account: Vec<Optional<AccountIx>>,
    /// How many accounts there are.
    pub accounts: usize,
    /// The deal that this one renews; none if there is none or it is not among the deals.
    pub renews: Vec<Optional<DealIx>>,
    /// Whether an engagement that names the deal was rejected (other than as a duplicate).
    pub incomplete_engagements: Vec<bool>,
    /// Whether a split that names the deal was rejected (other than as a duplicate).
    pub incomplete_splits: Vec<bool>,
    /// Won deals that reverse another one, in order.
    pub reversals: Vec<Reversal>,
    /// The columns that rules name, also `source_amount`, `discount` and attributes.
    pub frame: Frame,
}

impl Deals {
    /// How many there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.won.len()
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.won.is_empty()
    }

    /// All of them, in order.
    #[inline]
    pub fn all(&self) -> impl DoubleEndedIterator<Item = DealIx> + ExactSizeIterator + Clone + use<> {
        DealIx::all(self.len())
    }

    /// The `deal_id`.
    #[inline]
    pub fn id(&self, deal: DealIx) -> &str {
        self.ids.value(deal.at())
    }

    /// The first deal that closed on a day or later (days since 1970-01-01); the one after the last if none did.
    #[inline]
    pub fn first_from(&self, day: i32) -> DealIx {
        first_from(&self.close_date, day)
    }

    /// The deal that a reversal reverses; `None` where it is none, or that deal is not in the data.
    pub fn original(&self, deal: DealIx) -> Option<DealIx> {
        self.reversal(deal)?.original.get()
    }

    /// The days from the close date of one deal to that of a later one; below 0 where it is earlier.
    pub fn days_between(&self, first: DealIx, later: DealIx) -> i64 {
        i64::from(self.close_date[later]) - i64::from(self.close_date[first])
    }
}

/// The first deal that closed on a day or later, given the close date of each deal; the one after the last if none did.
#[inline]
pub fn first_from(close_date: &[i32], day: i32) -> DealIx {
    // A table has fewer rows than deals can be numbered.
    DealIx::new(close_date.partition_point(|closed| *closed < day)).unwrap_or(DealIx::from_raw(NONE))
}

/// Engagements, grouped by the deal they name; those that name no deal come last. Within a group they are in the
/// order of the files, so nothing may depend on that order.
#[derive(Debug, Clone, Default)]
pub struct Engagements {
    /// Offsets, one more than deals: the rows of deal `d` are `by_deal[d]..by_deal[d + 1]`. The rows after the last
    /// offset name no deal.
    pub by_deal: Vec<u32>,
    /// The deal named.
    pub deal: Vec<Optional<DealIx>>,
    /// The account named, in the same numbering as [`Deals::account`].
    pub account: Vec<Optional<AccountIx>>,
    /// The payee.
    pub payee: Vec<PayeeIx>,
    /// The numbers of a [`RoleIx`]. An Arrow array shares the memory: see [`Engagements::role`].
    pub role: ScalarBuffer<u32>,
    /// Distinct roles in byte order, by [`RoleIx`].
    pub roles: Vec<String>,
    /// Days since 1970-01-01, or [`NO_DAY`].
    pub occurred_on: ScalarBuffer<i32>,
    /// The weight, in billionths.
    pub weight_e9: Vec<i64>,
    /// Rank of `engagement_id` by bytes among all engagements, 0 if it is null (null comes first). Empty unless
    /// a rule names the id ([`UsedColumns`]).
    pub id_rank: Vec<u32>,
    /// The columns that rules name.
    pub frame: Frame,
}

impl Engagements {
    /// How many rows there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.payee.len()
    }

    /// Whether there is no row.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.payee.is_empty()
    }

    /// All rows, in order.
    #[inline]
    pub fn all(&self) -> impl DoubleEndedIterator<Item = EngagementIx> + ExactSizeIterator + Clone + use<> {
        EngagementIx::all(self.len())
    }

    /// The rows that name a deal.
    #[inline]
    pub fn of_deal(
        &self,
        deal: DealIx,
    ) -> impl DoubleEndedIterator<Item = EngagementIx> + ExactSizeIterator + Clone + use<> {
        (self.by_deal[deal]..self.by_deal[deal.next()]).map(EngagementIx::from_raw)
    }

    /// With roles that no row has, in addition: those of lines that were posted before.
    pub fn add_roles<'r>(&mut self, added: impl IntoIterator<Item = &'r str>) {
        let is_new = |role: &&str| self.roles.binary_search_by(|known| known.as_str().cmp(role)).is_err();
        let mut all: BTreeSet<&str> = added.into_iter().filter(is_new).collect();
        if all.is_empty() {
            return;
        }
        all.extend(self.roles.iter().map(String::as_str));
        let all: Vec<String> = all.into_iter().map(str::to_owned).collect();
        // What expressions see is another array, with texts of its own.
        let moved: Vec<u32> = (0..)
            .zip(&all)
            .filter(|(_, role)| self.roles.binary_search(role).is_ok())
            .map(|(place, _)| place)
            .collect();
        self.role = self.role.iter().map(|role| moved[*role as usize]).collect();
        self.roles = all;
    }

    /// The role of a row.
    #[inline]
    pub fn role(&self, row: EngagementIx) -> RoleIx {
        RoleIx::from_raw(self.role[row])
    }
}

/// Payees in byte order of `payee_id`. All columns have one entry per payee ([`PayeeIx`]).
#[derive(Debug, Clone)]
pub struct Payees {
    /// `payee_id`.
    pub ids: StringArray,
    /// The columns that rules name, and `name`, as the payees' own rows have them.
    pub frame: Frame,
    /// What payees are on a day, as assignments make it: what rules see.
    pub states: PayeeStates,
}

impl Payees {
    /// How many there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// All of them, in order.
    #[inline]
    pub fn all(&self) -> impl DoubleEndedIterator<Item = PayeeIx> + ExactSizeIterator + Clone + use<> {
        PayeeIx::all(self.len())
    }

    /// The `payee_id`.
    #[inline]
    pub fn id(&self, payee: PayeeIx) -> &str {
        self.ids.value(payee.at())
    }
}

/// Declared splits, grouped by deal; within a deal in order of payee and role.
#[derive(Debug, Clone)]
pub struct Splits {
    /// Offsets, one more than deals: the rows of deal `d` are `by_deal[d]..by_deal[d + 1]`.
    pub by_deal: Vec<u32>,
    /// The payee.
    pub payee: Vec<PayeeIx>,
    /// The percentage in billionths of a percent: 100% is 100_000_000_000.
    pub percent_e9: Vec<i64>,
    /// The columns that rules name.
    pub frame: Frame,
}

impl Splits {
    /// The rows of a deal.
    #[inline]
    pub fn of_deal(
        &self,
        deal: DealIx,
    ) -> impl DoubleEndedIterator<Item = SplitIx> + ExactSizeIterator + Clone + use<> {
        (self.by_deal[deal]..self.by_deal[deal.next()]).map(SplitIx::from_raw)
    }
}

/// Quotas in order of payee, period and measure.
#[derive(Debug, Clone, Default)]
pub struct Quotas {
    /// The payee.
    pub payee: Vec<PayeeIx>,
    /// The period of the quota.
    pub period: Vec<apportion_book::Period>,
    /// What is measured; none for money of the kind that commissions name without saying so.
    pub measure: Vec<Option<String>>,
    /// The quota in millionths, of the major unit of the book's currency or of the unit of the measure; above 0.
    pub amount_e6: Vec<i64>,
}

impl Quotas {
    /// The row of a payee's quota for a period, if it has one of its own.
    pub fn row(
        &self,
        payee: PayeeIx,
        period: apportion_book::Period,
        measure: Option<&str>,
    ) -> Option<usize> {
        let from = self.payee.partition_point(|other| *other < payee);
        let rows = self.payee[from..].partition_point(|other| *other == payee);
        (from..from + rows)
            .find(|row| self.period[*row] == period && self.measure[*row].as_deref() == measure)
    }
}

/// Receipts, grouped by deal; within a deal in the order of the files, so nothing may depend on that order. Empty where the project
/// has no source of them.
#[derive(Debug, Clone, Default)]
pub struct Receipts {
    /// Offsets, one more than deals: the rows of deal `d` are `by_deal[d]..by_deal[d + 1]`.
    pub by_deal: Vec<u32>,
    /// Days since 1970-01-01.
    pub received_on: Vec<i32>,
    /// In millionths of the major unit of the deal's currency.
    pub amount_e6: Vec<i64>,
    /// By deal: its amount in its own currency, in millionths of the major unit.
    pub own_amount_e6: Vec<i64>,
}

/// What a close pays or takes besides what the rules give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    /// `adjustment_id`.
    pub id: String,
    /// Whom it is for.
    pub payee: PayeeIx,
    /// The month that it is about.
    pub period: apportion_book::Period,
    /// In millionths of the major unit of the book's currency.
    pub amount_e6: i64,
    /// Why.
    pub reason: String,
    /// Who entered it.
    pub entered_by: String,
    /// Who approved it: somebody else.
    pub approved_by: String,
    /// The deal that it is about, for information.
    pub deal_id: Option<String>,
    /// The rule that it is about, for information.
    pub rule_id: Option<String>,
    /// What it is, for information and for journals.
    pub kind: Option<String>,
}

/// A decision about what stops a close.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// The id of what it is about.
    pub id: String,
    /// What becomes of it.
    pub action: apportion_contract::AcceptanceAction,
    /// Why.
    pub reason: String,
    /// Who decided it.
    pub by: String,
}

/// One finding about one row: what could not be used, where, and why. `docs/reference/rejects.md` lists the codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// The input table.
    pub table: TableName,
    /// The file as in run.json: relative to the project's folder, with `/`.
    pub file: String,
    /// The number of the row in its file, as a spreadsheet shows it; in a text file the line on which the record begins.
    pub row: u64,
    /// The parts of the row's key joined with `|`; empty if it has none.
    pub key: String,
    /// The column; empty if the finding is about the whole row.
    pub column: String,
    /// What is wrong.
    pub code: RejectCode,
    /// The raw text of the cell; empty if the finding is about the whole row.
    pub value: String,
    /// What is wrong, in a sentence.
    pub message: String,
    /// False if the row was kept without a part of it.
    pub rejected: bool,
}

impl Reject {
    /// What happened to the row.
    pub fn action(&self) -> RejectAction {
        if self.rejected { RejectAction::Rejected } else { RejectAction::Kept }
    }
}

/// Rows of a table: read = used + filtered + repeated + rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// The input table.
    pub table: TableName,
    /// Rows of all its files.
    pub read: u64,
    /// Rows of the dense table, and those that `sum` added to one of them.
    pub used: u64,
    /// Rows that a `where` left out, and those that name a deal that one left out.
    pub filtered: u64,
    /// Of the filtered rows those that name such a deal.
    pub of_filtered_deals: u64,
    /// Rows that equal another one, of sources with `distinct`.
    pub repeated: u64,
    /// Rows that could not be used.
    pub rejected: u64,
    /// Of these, rows that share their record in the file with one before: parts of what was turned or taken apart.
    pub rejected_parts: u64,
    /// Rows after the end of a table, which were not read.
    pub passed_over: u64,
    /// Cells that were rounded, as `decimals` of their source says.
    pub rounded: u64,
}

/// One input file and its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Relative to the project's folder, with `/`.
    pub path: String,
    /// The input table that it was read for.
    pub table: TableName,
    /// SHA-256 of its bytes, in lower-case hex.
    pub sha256: String,
}
