//! Who covers what: the work that territories make.
//!
//! Deals are not compared with territories one by one. The texts by which a version matches become numbers, so that a deal is a few of
//! them; deals with the same ones, between the same days on which territories begin and end, are decided together. The territories that
//! match are found shape by shape: all that fill the same cells are looked up at once.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use apportion_data::{AddedEngagement, AddedWork, DealIx, Deals, Frame, PayeeIx, Territories, Territory};
use apportion_rules::{Coverage, MatchColumn};
use arrow::array::{Array, UInt32Array};
use rayon::prelude::*;

use crate::fault::PolicyFault;
use crate::scope::{Dated, Judged};
use crate::texts::Texts;

/// What is done in work of this kind.
pub const ACTIVITY: &str = "coverage";

/// The work that coverage makes, and where it makes none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Covered {
    /// By deal, then by policy, then by payee.
    pub work: AddedWork,
    /// Deals for which several territories fit equally well, with the id of the coverage: by deal, then by policy.
    pub ties: Vec<(DealIx, String)>,
}

/// The work that all coverages make for all deals, won or lost. `coverages` are in byte order of their ids.
///
/// # Errors
/// The first deal of the first policy on which its condition has no value.
pub fn covered(
    coverages: &[Dated<'_, Coverage>],
    territories: &Territories,
    deals: &Deals,
) -> Result<Covered, PolicyFault> {
    let mut all = Covered::default();
    for coverage in coverages {
        let parts = rows_covered(coverage, territories, Judged::deals(deals))?;
        let kinds: Vec<u32> = parts.iter().map(|part| all.work.kind(part.role, ACTIVITY)).collect();
        let made: Vec<PartCovered> = parts
            .into_par_iter()
            .zip(kinds)
            .with_max_len(1)
            .map(|(part, kind)| part_covered(&part, kind, deals))
            .collect();
        all.work.rows.reserve_exact(made.iter().map(|part| part.work.len()).sum());
        for PartCovered { work, ties } in made {
            all.work.rows.extend(work);
            all.ties.extend(ties.into_iter().map(|deal| (deal, coverage.id.to_owned())));
        }
    }
    // Both sorts keep the order of policies.
    all.work.rows.sort_by_key(|work| work.deal);
    all.ties.sort_by_key(|(deal, _)| *deal);
    Ok(all)
}

/// What a coverage makes of some deals.
struct PartCovered {
    work: Vec<AddedEngagement>,
    ties: Vec<DealIx>,
}

fn part_covered(part: &CoveredPart<'_>, kind: u32, deals: &Deals) -> PartCovered {
    let mut covered = PartCovered { work: Vec::with_capacity(part.rows.len()), ties: Vec::new() };
    for (row, outcome) in part.outcomes() {
        let deal = DealIx::from_raw(row);
        let occurred_on = deals.close_date[deal];
        match outcome {
            Outcome::Tie => covered.ties.push(deal),
            Outcome::Payees(payees) => {
                covered.work.extend(payees.iter().map(|&(payee, weight_e9)| AddedEngagement {
                    deal,
                    payee,
                    kind,
                    occurred_on,
                    weight_e9,
                }))
            }
        }
    }
    covered
}

/// What a version of coverage makes of some deals, or of some that are open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoveredPart<'a> {
    /// The role of the work.
    pub role: &'a Arc<str>,
    /// Rows, ascending, each with the place of what became of it.
    rows: Vec<(u32, u32)>,
    /// What becomes of rows that are alike; none where no territory matches.
    decided: Vec<Option<Outcome>>,
}

impl CoveredPart<'_> {
    /// The rows that territories match.
    pub fn outcomes(&self) -> impl Iterator<Item = (u32, &Outcome)> {
        self.rows.iter().filter_map(|(row, kind)| Some((*row, self.decided[*kind as usize].as_ref()?)))
    }
}

/// Who covers a deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Several territories fit equally well: nobody.
    Tie,
    /// In order of payee, each with the weight in billionths.
    Payees(Vec<(PayeeIx, i64)>),
}

/// What a policy makes of the rows that it matches, by version and then ascending.
///
/// # Errors
/// The first row on which its condition has no value.
pub fn rows_covered<'a>(
    coverage: &Dated<'a, Coverage>,
    territories: &Territories,
    judged: Judged<'_>,
) -> Result<Vec<CoveredPart<'a>>, PolicyFault> {
    let mut covered = Vec::new();
    for version in &coverage.versions {
        let terms = version.terms;
        let rows = judged.matching(coverage.policy, terms.when.as_ref(), version.rows(judged.days))?;
        let map = Map::new(territories, &terms.by);
        let numbered = map.numbered(&terms.by, judged.frame);
        let of_part = |rows: &[u32]| map.covered(&numbered, judged.days, rows, &terms.role);
        covered.par_extend(rows.par_chunks(PART_ROWS).with_max_len(1).map(of_part));
    }
    Ok(covered)
}

/// Rows that one task decides.
const PART_ROWS: usize = 1 << 16;

/// The number of a text that no territory names, and of null.
const OTHER: u32 = 0;

/// The territories, by what they match.
struct Map<'t> {
    rows: &'t [Territory],
    /// By column: the numbers of its texts, from 1.
    numbers: Vec<BTreeMap<&'t str, u32>>,
    /// Those with the most filled cells first.
    shapes: Vec<Shape>,
    /// Days from which on other territories are in force, ascending.
    bounds: Vec<i32>,
}

/// All territories that fill the same cells.
struct Shape {
    /// Places of the filled cells among the columns.
    filled: Vec<usize>,
    /// Territories by the numbers of these cells.
    territories: HashMap<Vec<u32>, Vec<usize>>,
}

impl<'t> Map<'t> {
    fn new(territories: &'t Territories, by: &[MatchColumn]) -> Self {
        let texts: Vec<Texts<'t>> =
            by.iter().map(|column| Texts::new(territories.column(&column.name))).collect();
        let mut numbers = vec![BTreeMap::new(); by.len()];
        let mut shapes: BTreeMap<Vec<usize>, Shape> = BTreeMap::new();
        for row in 0..territories.rows.len() {
            let (mut filled, mut key) = (Vec::new(), Vec::new());
            for (place, (texts, numbers)) in texts.iter().zip(&mut numbers).enumerate() {
                if let Some(text) = texts.get(row) {
                    filled.push(place);
                    key.push(number_of(numbers, text));
                }
            }
            let shape =
                shapes.entry(filled.clone()).or_insert_with(|| Shape { filled, territories: HashMap::new() });
            shape.territories.entry(key).or_default().push(row);
        }
        let mut shapes: Vec<Shape> = shapes.into_values().collect();
        shapes.sort_by_key(|shape| std::cmp::Reverse(shape.filled.len()));
        Self { rows: &territories.rows, numbers, shapes, bounds: bounds(&territories.rows) }
    }

    /// By column: how each row's text is numbered.
    fn numbered<'f>(&self, by: &[MatchColumn], frame: &'f Frame) -> Vec<Numbered<'f, '_>> {
        let columns = by.iter().zip(&self.numbers);
        columns.map(|(column, numbers)| Numbered::new(Texts::of(frame, &column.of_deals), numbers)).collect()
    }

    /// What becomes of some rows, which ascend.
    fn covered<'a>(
        &self,
        numbered: &[Numbered<'_, '_>],
        days: &[i32],
        rows: &[u32],
        role: &'a Arc<str>,
    ) -> CoveredPart<'a> {
        let column = |column: &Numbered<'_, '_>| rows.iter().map(|row| column.of(*row as usize)).collect();
        let columns: Vec<Vec<u32>> = numbered.iter().map(column).collect();
        let kinds = Kinds::of(rows, days, &columns, &self.bounds);
        let decide = |first: &usize| {
            let codes: Vec<u32> = columns.iter().map(|column| column[*first]).collect();
            self.decide(&codes, days[rows[*first] as usize])
        };
        let decided = kinds.first.iter().map(decide).collect();
        CoveredPart { role, rows: rows.iter().copied().zip(kinds.of_row).collect(), decided }
    }

    /// Who covers what has these numbers on a day; none where no territory matches.
    fn decide(&self, codes: &[u32], day: i32) -> Option<Outcome> {
        let mut best: Vec<&Territory> = Vec::new();
        let mut filled = 0;
        for shape in &self.shapes {
            if !best.is_empty() && shape.filled.len() < filled {
                break;
            }
            filled = shape.filled.len();
            let key: Vec<u32> = shape.filled.iter().map(|place| codes[*place]).collect();
            let matching = shape.territories.get(&key).into_iter().flatten().map(|row| &self.rows[*row]);
            best.extend(matching.filter(|territory| in_force(territory, day)));
        }
        let rank = best.iter().map(|territory| territory.rank_e9).min()?;
        best.retain(|territory| territory.rank_e9 == rank);
        Some(outcome(&best))
    }
}

/// A column whose texts have the numbers of a map.
enum Numbered<'f, 'n> {
    /// The texts, and their numbers.
    Texts(Texts<'f>, &'n BTreeMap<&'n str, u32>),
    /// Numbers of distinct texts, and for each of those its number in the map.
    Dictionary(&'f UInt32Array, Vec<u32>),
}

impl<'f, 'n> Numbered<'f, 'n> {
    fn new(texts: Texts<'f>, numbers: &'n BTreeMap<&'n str, u32>) -> Self {
        let Texts::Dictionary(keys, distinct) = texts else { return Self::Texts(texts, numbers) };
        let number = |text: Option<&str>| numbers.get(text?).copied();
        Self::Dictionary(keys, distinct.iter().map(|text| number(text).unwrap_or(OTHER)).collect())
    }

    /// The number of a row's text.
    fn of(&self, row: usize) -> u32 {
        let number = match self {
            Self::Texts(texts, numbers) => texts.get(row).and_then(|text| numbers.get(text)),
            Self::Dictionary(keys, numbers) => {
                let is_there = row < keys.len() && keys.is_valid(row);
                is_there.then(|| keys.value(row) as usize).and_then(|key| numbers.get(key))
            }
        };
        number.copied().unwrap_or(OTHER)
    }
}

/// Those that stay, by payee; a tie where they are of several territories.
fn outcome(best: &[&Territory]) -> Outcome {
    if best.windows(2).any(|pair| matches!(pair, [one, other] if one.territory != other.territory)) {
        return Outcome::Tie;
    }
    let mut payees: BTreeMap<PayeeIx, i64> = BTreeMap::new();
    for territory in best {
        let heaviest = payees.entry(territory.payee).or_insert(territory.weight_e9);
        *heaviest = (*heaviest).max(territory.weight_e9);
    }
    Outcome::Payees(payees.into_iter().collect())
}

fn in_force(territory: &Territory, day: i32) -> bool {
    territory.from.is_none_or(|from| from <= day) && territory.until.is_none_or(|until| day <= until)
}

/// The number of a text, which it gets where it has none.
fn number_of<'t>(numbers: &mut BTreeMap<&'t str, u32>, text: &'t str) -> u32 {
    // There are fewer texts than rows can be numbered.
    let next = u32::try_from(numbers.len() + 1).unwrap_or(OTHER);
    *numbers.entry(text).or_insert(next)
}

/// The days from which on other territories are in force.
fn bounds(rows: &[Territory]) -> Vec<i32> {
    let ends = rows.iter().filter_map(|row| row.until?.checked_add(1));
    let mut bounds: Vec<i32> = rows.iter().filter_map(|row| row.from).chain(ends).collect();
    bounds.sort_unstable();
    bounds.dedup();
    bounds
}

/// Rows that are decided alike.
struct Kinds {
    /// By place of a row: its kind.
    of_row: Vec<u32>,
    /// By kind: the place of its first row.
    first: Vec<usize>,
}

impl Kinds {
    /// Rows with the same numbers in all columns whose days are between the same bounds.
    fn of(rows: &[u32], days: &[i32], columns: &[Vec<u32>], bounds: &[i32]) -> Self {
        let stretch = |row: &u32| bounds.partition_point(|bound| *bound <= days[*row as usize]);
        let mut of_row: Vec<u32> =
            rows.iter().map(|row| u32::try_from(stretch(row)).unwrap_or(u32::MAX)).collect();
        let mut first = refine(&mut of_row, |_| 0);
        for column in columns {
            first = refine(&mut of_row, |place| column[place]);
        }
        Self { of_row, first }
    }
}

/// Splits kinds by another number of each row; says where each kind begins.
fn refine(kinds: &mut [u32], number: impl Fn(usize) -> u32) -> Vec<usize> {
    let mut known: HashMap<(u32, u32), u32> = HashMap::new();
    let mut first = Vec::new();
    for (place, kind) in kinds.iter_mut().enumerate() {
        // There are no more kinds than rows.
        let next = u32::try_from(first.len()).unwrap_or(u32::MAX);
        *kind = *known.entry((*kind, number(place))).or_insert(next);
        if *kind == next {
            first.push(place);
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{dated, deal, deals, frame, texts, when};

    fn territory(
        id: &str,
        payee: u32,
        days: (Option<i32>, Option<i32>),
        weight: i64,
        rank: i128,
    ) -> Territory {
        let (from, until) = days;
        let payee = PayeeIx::from_raw(payee);
        Territory { territory: id.to_owned(), payee, from, until, weight_e9: weight, rank_e9: rank }
    }

    fn by() -> Vec<MatchColumn> {
        let column =
            |name: &str, of_deals: &str| MatchColumn { name: name.to_owned(), of_deals: of_deals.to_owned() };
        vec![column("country", "accounts.country"), column("segment", "segment")]
    }

    fn deal_columns(countries: &[&str], segments: &[&str]) -> Frame {
        frame(vec![("accounts.country", texts(countries)), ("segment", texts(segments))])
    }

    const ALWAYS: (Option<i32>, Option<i32>) = (None, None);

    #[test]
    fn the_most_filled_cells_then_the_lowest_rank_then_one_territory() {
        let rows = vec![
            territory("world", 0, ALWAYS, 1, 0),
            territory("ch", 1, ALWAYS, 1, 0),
            territory("ch", 1, ALWAYS, 3, 0),
            territory("ch", 2, ALWAYS, 2, 0),
            territory("ch-low", 3, ALWAYS, 1, 5),
            territory("large", 4, ALWAYS, 1, 0),
            territory("at-large", 5, (Some(5), Some(6)), 1, 0),
            territory("at", 6, ALWAYS, 1, 0),
        ];
        let columns = frame(vec![
            ("country", texts(&["-", "CH", "CH", "CH", "CH", "-", "AT", "AT"])),
            ("segment", texts(&["-", "-", "-", "-", "-", "large", "large", "-"])),
        ]);
        let territories = Territories { rows, frame: columns };
        // Country, segment and day; who covers with which weight; `None` is a tie.
        type Case = (&'static str, &'static str, i32, Option<Vec<(u32, i64)>>);
        let cases: [Case; 7] = [
            ("DE", "small", 1, Some(vec![(0, 1)])),
            ("-", "-", 2, Some(vec![(0, 1)])),
            ("CH", "small", 3, Some(vec![(1, 3), (2, 2)])),
            ("CH", "large", 4, None),
            ("AT", "large", 5, Some(vec![(5, 1)])),
            ("AT", "large", 6, Some(vec![(5, 1)])),
            ("AT", "large", 7, None),
        ];
        let column = |of: fn(&Case) -> &'static str| cases.iter().map(of).collect::<Vec<_>>();
        let days: Vec<i32> = cases.iter().map(|case| case.2).collect();
        let judged = deals(&days, &[1; 7], deal_columns(&column(|case| case.0), &column(|case| case.1)));
        let terms = Coverage { when: None, by: by(), role: "territory".into() };
        let found = covered(&[dated("owners", vec![(0, None, &terms)])], &territories, &judged).unwrap();
        for (number, case) in cases.iter().enumerate() {
            let work: Vec<(u32, i64)> = found
                .work
                .rows
                .iter()
                .filter(|work| work.deal == deal(number))
                .map(|work| (work.payee.raw(), work.weight_e9))
                .collect();
            let tied = found.ties.contains(&(deal(number), "owners".to_owned()));
            assert_eq!((work, tied), (case.3.clone().unwrap_or_default(), case.3.is_none()), "{case:?}");
        }
        let (first, kinds) = (found.work.rows[0], &found.work.kinds);
        assert_eq!((first.kind, first.occurred_on, kinds.len()), (0, 1, 1));
        assert_eq!((&*kinds[0].role, kinds[0].activity), ("territory", "coverage"));
    }

    #[test]
    fn only_what_the_version_matches() {
        let territories =
            Territories { rows: vec![territory("all", 0, ALWAYS, 1, 0)], frame: Frame::default() };
        let columns = deal_columns(&["CH", "AT", "CH", "CH"], &["-"; 4]);
        let condition = when(&columns, "segment IS NULL AND \"accounts.country\" = 'CH'");
        let terms = Coverage { when: Some(condition), by: Vec::new(), role: "a".into() };
        let judged = deals(&[1, 2, 3, 9], &[1; 4], columns);
        let other = Coverage { when: None, by: Vec::new(), role: "b".into() };
        let coverages = [dated("x", vec![(1, Some(8), &terms)]), dated("y", vec![(3, None, &other)])];
        let found = covered(&coverages, &territories, &judged).unwrap();
        let role = |work: &AddedEngagement| &*found.work.kinds[work.kind as usize].role;
        let work: Vec<_> = found.work.rows.iter().map(|work| (work.deal.raw(), role(work))).collect();
        assert_eq!(work, [(0, "a"), (2, "a"), (2, "b"), (3, "b")]);
    }

    /// Each deal compared with each territory, as the contract says it.
    fn one_by_one(territories: &Territories, row: usize, day: i32, columns: &Frame) -> Option<Outcome> {
        let cells = |place: usize, name: &str, of_deals: &str| {
            let own = Texts::of(&territories.frame, name).get(place);
            (own, Texts::of(columns, of_deals).get(row))
        };
        let mut matching: Vec<(usize, &Territory)> = Vec::new();
        for (place, territory) in territories.rows.iter().enumerate().filter(|(_, row)| in_force(row, day)) {
            let cells = [cells(place, "country", "accounts.country"), cells(place, "segment", "segment")];
            if cells.iter().all(|(own, other)| own.is_none() || own == other) {
                matching.push((cells.iter().filter(|(own, _)| own.is_some()).count(), territory));
            }
        }
        let most = matching.iter().map(|(filled, _)| *filled).max()?;
        matching.retain(|(filled, _)| *filled == most);
        let rank = matching.iter().map(|(_, territory)| territory.rank_e9).min()?;
        let best: Vec<&Territory> =
            matching.iter().map(|(_, row)| *row).filter(|row| row.rank_e9 == rank).collect();
        Some(outcome(&best))
    }

    proptest! {
        #[test]
        fn found_by_shape_as_one_by_one(
            rows in prop::collection::vec((0..4_usize, 0..3_usize, 0..3_usize, 0..3_u32, 0..6_i32, 0..6_i32, 0..2_i128), 0..12),
            judged in prop::collection::vec((0..4_usize, 0..4_usize, 0..8_i32), 1..12),
        ) {
            const WORDS: [&str; 4] = ["-", "a", "b", "c"];
            let mut judged = judged;
            judged.sort_by_key(|(_, _, day)| *day);
            type Row = (usize, usize, usize, u32, i32, i32, i128);
            let column = |of: fn(&Row) -> usize| {
                texts(&rows.iter().map(|row| WORDS[of(row)]).collect::<Vec<_>>())
            };
            let columns = frame(vec![("country", column(|row| row.1)), ("segment", column(|row| row.2))]);
            let territories = Territories {
                rows: rows
                    .iter()
                    .map(|(id, _, _, payee, from, length, rank)| {
                        let days = (Some(*from).filter(|from| *from > 0), Some(from + length).filter(|_| *length < 5));
                        territory(WORDS[*id], *payee, days, i64::from(*length), *rank)
                    })
                    .collect(),
                frame: columns,
            };
            let of_deals = |of: fn(&(usize, usize, i32)) -> usize| judged.iter().map(|row| WORDS[of(row)]).collect::<Vec<_>>();
            let columns = deal_columns(&of_deals(|row| row.0), &of_deals(|row| row.1));
            let days: Vec<i32> = judged.iter().map(|row| row.2).collect();
            let terms = Coverage { when: None, by: by(), role: "x".into() };
            let policy = dated("x", vec![(0, None, &terms)]);
            let found = rows_covered(&policy, &territories, Judged::open(&columns, &days)).unwrap();
            for (row, day) in days.iter().enumerate() {
                let all = found.iter().flat_map(CoveredPart::outcomes);
                let of_row = all.filter(|(covered, _)| *covered as usize == row).map(|(_, outcome)| outcome);
                let expected = one_by_one(&territories, row, *day, &columns);
                prop_assert_eq!(of_row.collect::<Vec<_>>(), expected.iter().collect::<Vec<_>>());
            }
        }
    }
}
