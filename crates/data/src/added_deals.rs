//! Tables with further deals: milestones, and what is open if it were won.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, StringArray, UInt32Array};
use arrow::buffer::ScalarBuffer;
use arrow::datatypes::DataType;

use apportion_base::diagnostic::{Code, Diagnostic};

use super::accounts::of_rows;
use super::cells::array::Cells;
use super::cells::cell::Cell;
use super::column::NO_NUMBER;
use super::contract;
use super::deals::discount_e6;
use super::engagements::group;
use super::frames::{decimals, fixed, indexed};
use super::purchases::{self, Purchase};
use super::tables::channel::{ChannelTables, OpportunityIx};
use super::tables::deals::Deals;
use super::tables::engagements::{Engagements, GroupedDeals, Splits};
use super::tables::frame::Frame;
use super::tables::indices::{AccountIx, DealIx, EngagementIx, NONE};
use super::tables::{DoneMilestone, Effects, Receipts, Reversal, Tables};
use apportion_base::index::Optional;
use apportion_book::TableName;

/// A deal that is added.
#[derive(Debug, Clone)]
pub struct AddedDeal {
    /// Its `deal_id`; of a milestone it may be that of a deal as well.
    pub id: String,
    /// Whether it is won.
    pub won: bool,
    /// Days since 1970-01-01.
    pub close_date: i32,
    /// In book currency, in millionths.
    pub amount_e6: i64,
    /// In book currency, in millionths.
    pub list_amount_e6: Option<i64>,
    /// The customer.
    pub account: Optional<AccountIx>,
    /// The opportunity that it was: engagements that name it, and no deal, name the deal.
    pub opportunity: Optional<OpportunityIx>,
    /// The deal that it renews, by its place before.
    pub renews: Optional<DealIx>,
    /// Whether a rejected row names it.
    pub incomplete: bool,
    /// The row of the frame that gives its other columns; null without one.
    pub row: Option<u32>,
}

/// The tables with further deals, and what became of the deals that were there.
#[derive(Debug, Clone)]
pub struct WithAddedDeals {
    /// The tables. What policies change of a settlement is empty, but for the milestones among the deals: it is made of them anew.
    pub tables: Tables,
    /// By deal before: the deal now. It ascends.
    pub moved: Vec<DealIx>,
    /// By added deal, in the order in which they were given: the deal now.
    pub added: Vec<DealIx>,
}

impl Tables {
    /// The tables in which these are deals like any other. `values` are columns of deals by name, a row for each that
    /// [`AddedDeal::row`] names: those of open opportunities on a day.
    ///
    /// # Errors
    /// More deals or engagements than can be numbered.
    pub fn with_added_deals(
        &self,
        added: &[AddedDeal],
        values: &Frame,
    ) -> Result<WithAddedDeals, Diagnostic> {
        let merge = Merge::new(&self.deals, added).ok_or_else(|| too_many("deals"))?;
        let mut deals = merge.deals(&self.deals, values);
        let engagements = merge.engagements(&self.engagements, &deals)?;
        let channel = merge.channel(&self.channel);
        let receipts = merge.receipts(&self.receipts);
        if let Some(last_day) = self.period_end {
            merge.received_shares(&mut deals, &receipts, last_day);
        }
        let mut tables = self.with_deals(deals);
        tables.engagements = Arc::new(engagements);
        tables.splits = Arc::new(merge.splits(&self.splits));
        tables.receipts = receipts;
        tables.channel = Arc::new(channel);
        tables.effects =
            Arc::new(Effects { milestones: merge.milestones(&self.effects), ..Effects::default() });
        tables.repeated_engagements.deals.iter_mut().for_each(|deal| *deal = merge.moved[*deal]);
        Ok(WithAddedDeals { tables, moved: merge.moved, added: merge.places })
    }
}

fn too_many(what: &str) -> Diagnostic {
    Diagnostic::error(
        Code::TooManyRows,
        format!("with those that are added there are more {what} than can be numbered"),
    )
}

/// Where a deal comes from.
#[derive(Debug, Clone, Copy)]
enum Origin {
    Known(usize),
    Added(usize),
}

/// How the deals that were there and those that are added become one table.
struct Merge<'a> {
    added: &'a [AddedDeal],
    /// By deal now.
    origins: Vec<Origin>,
    /// By deal before.
    moved: Vec<DealIx>,
    /// By added deal.
    places: Vec<DealIx>,
}

impl<'a> Merge<'a> {
    /// In order of close date, then id.
    fn new(deals: &Deals, added: &'a [AddedDeal]) -> Option<Self> {
        let count = deals.len().checked_add(added.len()).filter(|count| *count < DealIx::LIMIT)?;
        let mut order: Vec<usize> = (0..added.len()).collect();
        order.sort_by(|a, b| key(&added[*a]).cmp(&key(&added[*b])));
        let (mut origins, mut moved) = (Vec::with_capacity(count), Vec::with_capacity(deals.len()));
        let mut places = vec![DealIx::FIRST; added.len()];
        let mut order = order.into_iter().peekable();
        let mut place = DealIx::FIRST;
        for deal in deals.all() {
            let before = (deals.close_date[deal], deals.id(deal));
            while let Some(next) = order.next_if(|next| key(&added[*next]) < before) {
                places[next] = place;
                origins.push(Origin::Added(next));
                place = place.next();
            }
            moved.push(place);
            origins.push(Origin::Known(deal.at()));
            place = place.next();
        }
        for next in order {
            places[next] = place;
            origins.push(Origin::Added(next));
            place = place.next();
        }
        Some(Self { added, origins, moved, places })
    }

    /// A column of plain values.
    fn column<T: Copy>(&self, known: &[T], added: impl Fn(&AddedDeal) -> T) -> Vec<T> {
        let value = |origin: &Origin| match *origin {
            Origin::Known(deal) => known[deal],
            Origin::Added(index) => added(&self.added[index]),
        };
        self.origins.iter().map(value).collect()
    }

    fn moved(&self, deal: Optional<DealIx>) -> Optional<DealIx> {
        deal.get().map(|deal| self.moved[deal]).into()
    }

    fn deals(&self, before: &Deals, values: &Frame) -> Deals {
        let id = |origin: &Origin| match *origin {
            Origin::Known(deal) => before.ids.value(deal),
            Origin::Added(index) => self.added[index].id.as_str(),
        };
        let ids: StringArray = self.origins.iter().map(|origin| Some(id(origin))).collect();
        let won = self.column(&before.won, |deal| deal.won);
        let close_date = self.column(&before.close_date, |deal| deal.close_date);
        let amount_e6 = self.column(&before.amount_e6, |deal| deal.amount_e6);
        let account = self.column(&before.account, |deal| deal.account);
        let reversal = |reversal: &Reversal| Reversal {
            deal: self.moved[reversal.deal],
            original: self.moved(reversal.original),
            ..*reversal
        };
        let renews = self.column(&before.renews, |deal| deal.renews);
        let mut deals = Deals {
            id_rank: self.id_ranks(before),
            ids,
            won,
            close_date,
            amount_e6,
            account,
            accounts: before.accounts,
            renews: renews.into_iter().map(|deal| self.moved(deal)).collect(),
            incomplete_engagements: self.column(&before.incomplete_engagements, |deal| deal.incomplete),
            incomplete_splits: self.column(&before.incomplete_splits, |deal| deal.incomplete),
            reversals: before.reversals.iter().map(reversal).collect(),
            frame: Frame::default(),
        };
        deals.frame = self.frame(&before.frame, values, &deals);
        deals
    }

    /// By deal: its rank by id alone.
    fn id_ranks(&self, before: &Deals) -> Vec<u32> {
        let mut by_id: Vec<u32> = vec![0; before.len()];
        for (deal, rank) in (0_u32..).zip(&before.id_rank) {
            by_id[*rank as usize] = deal;
        }
        // How many known ids are before each added one.
        let known_before = |added: &AddedDeal| {
            by_id.partition_point(|deal| before.ids.value(*deal as usize) < added.id.as_str()) as u32
        };
        let mut added: Vec<(u32, &str, usize)> = self
            .added
            .iter()
            .enumerate()
            .map(|(index, deal)| (known_before(deal), deal.id.as_str(), index))
            .collect();
        added.sort_unstable();
        let starts: Vec<u32> = added.iter().map(|(known, ..)| *known).collect();
        let mut of_added = vec![0_u32; added.len()];
        for (others, (known, _, index)) in (0_u32..).zip(&added) {
            of_added[*index] = known + others;
        }
        let rank = |origin: &Origin| match *origin {
            Origin::Known(deal) => {
                let rank = before.id_rank[deal];
                rank + starts.partition_point(|known| *known <= rank) as u32
            }
            Origin::Added(index) => of_added[index],
        };
        self.origins.iter().map(rank).collect()
    }

    /// The columns that rules name.
    fn frame(&self, before: &Frame, values: &Frame, deals: &Deals) -> Frame {
        let positions = std::cell::OnceCell::new();
        let column = |(name, known): &(String, ArrayRef)| {
            let array = match name.as_str() {
                name if contract::reserved(TableName::Deals).any(|other| other == name)
                    && name != "received_share" =>
                {
                    purchases::column(name, positions.get_or_init(|| purchases_of(deals)))
                }
                _ => None,
            };
            let array = array.unwrap_or_else(|| {
                merged(&self.origins, known, &self.added_column(name, known.data_type(), values))
            });
            (name.clone(), array)
        };
        Frame { rows: self.origins.len(), columns: before.columns.iter().map(column).collect() }
    }

    /// A column of the added deals, a row for each.
    fn added_column(&self, name: &str, ty: &DataType, values: &Frame) -> ArrayRef {
        let added = self.added.iter();
        match name {
            "deal_id" => Arc::new(added.map(|deal| Some(deal.id.as_str())).collect::<StringArray>()),
            "outcome" => {
                let word = |deal: &AddedDeal| Some(if deal.won { "won" } else { "lost" });
                Arc::new(added.map(word).collect::<StringArray>())
            }
            "close_date" => Arc::new(added.map(|deal| Some(deal.close_date)).collect::<Date32Array>()),
            "amount" => fixed(added.map(|deal| deal.amount_e6), 6),
            "list_amount" => fixed(added.map(|deal| deal.list_amount_e6.unwrap_or(NO_NUMBER)), 6),
            "discount" => decimals(added.map(|deal| discount_e6(deal.amount_e6, deal.list_amount_e6?)), 6),
            _ => {
                let rows: UInt32Array = added.map(|deal| deal.row).collect();
                match values.column(name) {
                    Some(column) => of_rows(column, &rows),
                    None => arrow::array::new_null_array(ty, rows.len()),
                }
            }
        }
    }

    /// Engagements that name the opportunity of an added deal, and no deal themselves, name it now, beside deals that it has; all are
    /// grouped anew.
    fn engagements(&self, before: &Engagements, deals: &Deals) -> Result<Engagements, Diagnostic> {
        let mut of_opportunity: HashMap<OpportunityIx, Vec<DealIx>> = HashMap::new();
        for (deal, place) in self.added.iter().zip(&self.places) {
            if let Some(opportunity) = deal.opportunity.get() {
                of_opportunity.entry(opportunity).or_default().push(*place);
            }
        }
        let mut rows: Vec<(u32, Optional<DealIx>)> = Vec::with_capacity(before.len());
        // What policies made is made anew, as their effects are.
        for row in before.all().take(before.len().saturating_sub(before.added)) {
            let deal = self.moved(before.deal[row]);
            // Once, though it may be there for several deals.
            let is_first = before.work(row) == row;
            let opportunity = named_alone(before, row).filter(|_| is_first);
            let named =
                opportunity.and_then(|named| of_opportunity.get(&named)).map_or(&[][..], Vec::as_slice);
            if !deal.is_none() || named.is_empty() {
                rows.push((row.raw(), deal));
            }
            rows.extend(named.iter().map(|deal| (row.raw(), Optional::some(*deal))));
        }
        let count = u32::try_from(rows.len()).ok().filter(|count| *count < NONE);
        let places: Vec<u32> = (0..count.ok_or_else(|| too_many("engagements"))?).collect();
        let (places, by_deal) = group(&places, deals.len(), |place| rows[place as usize].1.code());
        let rows: Vec<(u32, Optional<DealIx>)> = places.iter().map(|place| rows[*place as usize]).collect();
        Ok(regrouped(before, &rows, by_deal, deals))
    }

    fn splits(&self, before: &Splits) -> Splits {
        Splits { by_deal: self.offsets(&before.by_deal), ..before.clone() }
    }

    fn receipts(&self, before: &Receipts) -> Receipts {
        if before.by_deal.is_empty() {
            return before.clone();
        }
        Receipts {
            by_deal: self.offsets(&before.by_deal),
            own_amount_e6: self.column(&before.own_amount_e6, |deal| deal.amount_e6),
            ..before.clone()
        }
    }

    /// Offsets by deal, with none of the rows of an added one.
    fn offsets(&self, before: &[u32]) -> Vec<u32> {
        let mut offsets = Vec::with_capacity(self.origins.len() + 1);
        let mut next = before.first().copied().unwrap_or(0);
        for origin in &self.origins {
            offsets.push(next);
            if let Origin::Known(deal) = origin {
                next = before.get(deal + 1).copied().unwrap_or(next);
            }
        }
        offsets.push(next);
        offsets
    }

    fn channel(&self, before: &ChannelTables) -> ChannelTables {
        let mut channel = before.clone();
        if !before.present.is_empty() {
            let none = vec![Optional::NONE; self.moved.len()];
            let known = if before.deal_opportunity.is_empty() { &none } else { &before.deal_opportunity };
            channel.deal_opportunity = self.column(known, |deal| deal.opportunity);
        }
        channel.registrations.rows.iter_mut().for_each(|row| row.deal = self.moved(row.deal));
        channel.conflicts.raised.iter_mut().for_each(|row| row.deal = self.moved(row.deal));
        channel.prices.lines.iter_mut().for_each(|row| row.deal = self.moved[row.deal]);
        channel.prices.approvals.iter_mut().for_each(|row| row.deal = self.moved[row.deal]);
        channel.handoffs.iter_mut().for_each(|row| row.deal = self.moved(row.deal));
        channel
    }

    /// The milestones that were among the deals.
    fn milestones(&self, before: &Effects) -> Vec<DoneMilestone> {
        let moved =
            |milestone: &DoneMilestone| DoneMilestone { deal: self.moved[milestone.deal], ..*milestone };
        before.milestones.iter().map(moved).collect()
    }

    /// Of the added deals, as none of them is paid.
    fn received_shares(&self, deals: &mut Deals, receipts: &Receipts, last_day: i32) {
        let shares: Vec<(DealIx, i128)> =
            self.places.iter().map(|deal| (*deal, receipts.share_e9(*deal, last_day))).collect();
        let mut shares = shares;
        shares.sort_unstable_by_key(|(deal, _)| *deal);
        for (name, column) in &mut deals.frame.columns {
            if name == "received_share" {
                *column = super::reversals::with_values(column, &shares);
            }
        }
    }
}

fn key(deal: &AddedDeal) -> (i32, &str) {
    (deal.close_date, deal.id.as_str())
}

fn purchases_of(deals: &Deals) -> Vec<Option<purchases::Position>> {
    let reversals: BTreeSet<DealIx> = deals.reversals.iter().map(|reversal| reversal.deal).collect();
    let purchase = |deal: DealIx| Purchase {
        account: deals.account[deal],
        day: deals.close_date[deal],
        counts: deals.won[deal] && deals.amount_e6[deal] >= 0 && !reversals.contains(&deal),
    };
    purchases::positions(deals.all().map(purchase), deals.accounts)
}

/// Engagements in these rows, each with the deal that it names.
fn regrouped(
    before: &Engagements,
    rows: &[(u32, Optional<DealIx>)],
    by_deal: Vec<u32>,
    deals: &Deals,
) -> Engagements {
    let at = |place: &(u32, Optional<DealIx>)| place.0 as usize;
    let of = |column: &[u32]| -> Vec<u32> { rows.iter().map(|row| column[at(row)]).collect() };
    let taken: UInt32Array = rows.iter().map(|(row, _)| Some(*row)).collect();
    let deal: Vec<Optional<DealIx>> = rows.iter().map(|(_, deal)| *deal).collect();
    let column = |(name, array): &(String, ArrayRef)| {
        let array = match name.as_str() {
            "deal_id" => indexed(deal.iter().map(|deal| deal.code()), deals.ids.clone()),
            _ => of_rows(array, &taken),
        };
        (name.clone(), array)
    };
    let frame = Frame { rows: rows.len(), columns: before.frame.columns.iter().map(column).collect() };
    Engagements {
        deals: GroupedDeals::all(deals.len()),
        by_deal,
        added_by_deal: Vec::new(),
        added: 0,
        account: rows.iter().map(|row| before.account[at(row)]).collect(),
        opportunity: match before.opportunity.is_empty() {
            true => Vec::new(),
            false => rows.iter().map(|row| before.opportunity[at(row)]).collect(),
        },
        by_opportunity: match before.by_opportunity.is_empty() {
            true => Vec::new(),
            false => rows.iter().map(|row| before.by_opportunity[at(row)]).collect(),
        },
        copies: copies(before, rows),
        payee: rows.iter().map(|row| before.payee[at(row)]).collect(),
        role: ScalarBuffer::from(of(&before.role)),
        roles: before.roles.clone(),
        occurred_on: rows.iter().map(|row| before.occurred_on[at(row)]).collect(),
        weight_e9: rows.iter().map(|row| before.weight_e9[at(row)]).collect(),
        ids: before.ids.of_rows(rows.iter().map(|(row, _)| *row)),
        deal,
        frame,
    }
}

/// The opportunity that a row names, without a deal.
fn named_alone(engagements: &Engagements, row: EngagementIx) -> Option<OpportunityIx> {
    let opportunity = engagements.opportunity.get(row.at())?.get()?;
    engagements.by_opportunity.get(row.at()).is_some_and(|alone| *alone).then_some(opportunity)
}

/// By row: the first that is the same piece of work; empty where each is there once.
fn copies(before: &Engagements, rows: &[(u32, Optional<DealIx>)]) -> Vec<EngagementIx> {
    let mut first: Vec<Option<EngagementIx>> = vec![None; before.len()];
    let mut repeated = false;
    let mut copy = |(place, (row, _)): (EngagementIx, &(u32, Optional<DealIx>))| {
        let first = &mut first[before.work(EngagementIx::from_raw(*row)).at()];
        repeated |= first.is_some();
        *first.get_or_insert(place)
    };
    let all: Vec<EngagementIx> = EngagementIx::all(rows.len()).zip(rows).map(&mut copy).collect();
    if repeated { all } else { Vec::new() }
}

/// A column of known and of added deals in the type of the known ones.
fn merged(origins: &[Origin], known: &ArrayRef, added: &ArrayRef) -> ArrayRef {
    let (of_known, of_added) = (Cells::new(known), Cells::new(added));
    let cell = |origin: &Origin| match *origin {
        Origin::Known(deal) => of_known.cell(deal),
        Origin::Added(index) => of_added.cell(index),
    };
    match known.data_type() {
        DataType::Dictionary(..) => merged_texts(origins, &of_known, &of_added),
        DataType::Decimal128(_, scale) => {
            let number = |origin: &Origin| match cell(origin) {
                Cell::Number(mantissa, other) => {
                    rescaled(mantissa, other, u32::try_from(*scale).unwrap_or(0))
                }
                _ => None,
            };
            let numbers: Decimal128Array = origins.iter().map(number).collect();
            Arc::new(numbers.with_data_type(known.data_type().clone()))
        }
        DataType::Date32 => {
            let day = |origin: &Origin| match cell(origin) {
                Cell::Date(day) => Some(day),
                _ => None,
            };
            Arc::new(origins.iter().map(day).collect::<Date32Array>())
        }
        DataType::Boolean => {
            let flag = |origin: &Origin| match cell(origin) {
                Cell::Boolean(flag) => Some(flag),
                _ => None,
            };
            Arc::new(origins.iter().map(flag).collect::<BooleanArray>())
        }
        _ => {
            let mut buffer = String::new();
            let texts: Vec<Option<String>> =
                origins.iter().map(|origin| cell(origin).text(&mut buffer).map(str::to_owned)).collect();
            Arc::new(texts.into_iter().collect::<StringArray>())
        }
    }
}

/// A number with other decimals; zeros that are dropped say nothing.
fn rescaled(mantissa: i128, from: u32, to: u32) -> Option<i128> {
    match to.checked_sub(from) {
        Some(more) => mantissa.checked_mul(10_i128.checked_pow(more)?),
        None => Some(mantissa / 10_i128.checked_pow(from - to)?),
    }
}

/// Categories, with the distinct texts in byte order.
fn merged_texts(origins: &[Origin], known: &Cells<'_>, added: &Cells<'_>) -> ArrayRef {
    let mut buffer = String::new();
    let count = origins.iter().filter(|origin| matches!(origin, Origin::Added(_))).count();
    let added: Vec<Option<String>> =
        (0..count).map(|index| added.cell(index).text(&mut buffer).map(str::to_owned)).collect();
    let of_known: Vec<Option<&str>> = match known {
        Cells::Dictionary(_, values) => values.iter().collect(),
        _ => Vec::new(),
    };
    let all: BTreeSet<&str> =
        of_known.iter().copied().flatten().chain(added.iter().filter_map(Option::as_deref)).collect();
    let place: HashMap<&str, u32> = all.iter().copied().zip(0_u32..).collect();
    let of_value: Vec<u32> =
        of_known.iter().map(|text| text.and_then(|text| place.get(text)).copied().unwrap_or(NONE)).collect();
    let code = |origin: &Origin| match *origin {
        Origin::Known(deal) => match known {
            Cells::Dictionary(keys, _) if keys.is_valid(deal) => {
                of_value.get(keys.value(deal) as usize).copied().unwrap_or(NONE)
            }
            _ => NONE,
        },
        Origin::Added(index) => {
            added[index].as_deref().and_then(|text| place.get(text)).copied().unwrap_or(NONE)
        }
    };
    indexed(origins.iter().map(code), all.iter().map(|text| Some(*text)).collect())
}
