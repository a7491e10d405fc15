//! Lines between the two stages, in a few bytes each, by range of payees: there are more of them than of anything else, and until their
//! payee is paid nobody looks at them.

use std::ops::Range;
use std::sync::Arc;

use super::lines::{Line, Units};
use apportion_base::index::{Ix, Optional};
use apportion_base::money::Minor;
use apportion_base::store::{Kept, Spill};
use apportion_data::{DealIx, PayeeIx};
use apportion_rules::{RuleIx, VersionIx};

/// Payees parted into ranges of as many each, except the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PayeeRanges {
    payees: usize,
    of_range: usize,
}

impl PayeeRanges {
    /// So many ranges at most, of so many payees in all.
    pub fn new(payees: usize, ranges: usize) -> Self {
        Self { payees, of_range: payees.div_ceil(ranges.max(1)).max(1) }
    }

    /// How many ranges there are.
    pub fn count(self) -> usize {
        self.payees.div_ceil(self.of_range).max(1)
    }

    fn of(self, payee: PayeeIx) -> usize {
        payee.at() / self.of_range
    }
}

/// The lines of a rule version on some deals, which ascend, packed by range of payees.
#[derive(Debug)]
pub struct PackedLines {
    bytes: Kept,
    /// By range.
    ends: Vec<End>,
}

/// Where the lines of a range end: in the bytes, and how many there are up to there.
#[derive(Debug, Clone, Copy, Default)]
struct End {
    byte: usize,
    line: usize,
}

impl PackedLines {
    /// Packs lines of one rule and version, which `spill` keeps.
    pub fn new(lines: &[Line], ranges: PayeeRanges, spill: &Arc<Spill>) -> Self {
        let mut of_ranges: Vec<Packer> = vec![Packer::default(); ranges.count()];
        lines.iter().for_each(|line| of_ranges[ranges.of(line.payee)].push(line));
        let mut bytes = Vec::with_capacity(of_ranges.iter().map(|packer| packer.bytes.len()).sum());
        let (mut lines, mut ends) = (0, Vec::with_capacity(of_ranges.len()));
        for packer in &of_ranges {
            bytes.extend_from_slice(&packer.bytes);
            lines += packer.lines;
            ends.push(End { byte: bytes.len(), line: lines });
        }
        Self { bytes: spill.keep(bytes), ends }
    }

    /// How many lines some ranges of payees have.
    pub fn count(&self, ranges: &Range<usize>) -> usize {
        self.end(ranges.end).line - self.end(ranges.start).line
    }

    /// The lines of some ranges of payees, one range after the other, those of each in the order in which they were packed. None where they
    /// can't be read, which the spill says then.
    pub fn lines(&self, ranges: Range<usize>) -> Vec<Line> {
        let mut lines = Vec::with_capacity(self.count(&ranges));
        let first = self.end(ranges.start).byte;
        let bytes = self.bytes.read(first..self.end(ranges.end).byte);
        let part = |range: usize| bytes.get(self.end(range).byte - first..self.end(range + 1).byte - first);
        ranges.filter_map(part).for_each(|bytes| Unpacker::new(bytes).read_all(&mut lines));
        lines
    }

    /// Where the lines of the ranges before this one end.
    fn end(&self, range: usize) -> End {
        range.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default()
    }
}

/// Fields that are written where they differ from those of the line before; `amount` where it is not what is uncapped.
mod field {
    pub const RULE: u16 = 1;
    pub const ROLE: u16 = 1 << 1;
    pub const FROM_PAYEE: u16 = 1 << 2;
    pub const OF_RULE: u16 = 1 << 3;
    pub const LEVEL: u16 = 1 << 4;
    pub const BASIS: u16 = 1 << 5;
    pub const RATE: u16 = 1 << 6;
    pub const UNITS: u16 = 1 << 7;
    pub const UNITS_TOTAL: u16 = 1 << 8;
    pub const POOL: u16 = 1 << 9;
    pub const CREDITED: u16 = 1 << 10;
    pub const UNCAPPED: u16 = 1 << 11;
    pub const AMOUNT: u16 = 1 << 12;
}

/// The line before the first: its fields are those that most first lines have.
fn no_line() -> Line {
    Line::new(RuleIx::FIRST, VersionIx::FIRST, DealIx::FIRST, PayeeIx::FIRST)
}

/// Packs the lines of a range.
#[derive(Debug, Clone)]
struct Packer {
    bytes: Vec<u8>,
    last: Line,
    lines: usize,
}

impl Default for Packer {
    fn default() -> Self {
        Self { bytes: Vec::new(), last: no_line(), lines: 0 }
    }
}

impl Packer {
    fn push(&mut self, line: &Line) {
        let last = &self.last;
        let mut record = Record::new(
            zigzag(i64::from(line.deal.raw()) - i64::from(last.deal.raw())),
            zigzag(i64::from(line.payee.raw()) - i64::from(last.payee.raw())),
        );
        let rule = u128::from(line.rule.raw()) << 16 | u128::from(line.version.raw());
        let has_rule = (line.rule, line.version) == (last.rule, last.version);
        record.field(field::RULE, !has_rule, rule);
        record.field(field::ROLE, line.role != last.role, next(line.role));
        record.field(field::FROM_PAYEE, line.from_payee != last.from_payee, next(line.from_payee));
        record.field(field::OF_RULE, line.of_rule != last.of_rule, next(line.of_rule));
        record.field(field::LEVEL, line.level != last.level, line.level.into());
        record.field(field::BASIS, line.basis != last.basis, zigzag(line.basis.raw()));
        record.field(field::RATE, line.rate_e8 != last.rate_e8, zigzag(line.rate_e8));
        record.field(field::UNITS, line.units != last.units, line.units.bits());
        record.field(field::UNITS_TOTAL, line.units_total != last.units_total, line.units_total.bits());
        record.field(field::POOL, line.pool != last.pool, zigzag(line.pool.raw()));
        record.field(field::CREDITED, line.credited != last.credited, zigzag(line.credited.raw()));
        record.field(field::UNCAPPED, line.uncapped != last.uncapped, zigzag(line.uncapped.raw()));
        record.field(field::AMOUNT, line.amount != line.uncapped, zigzag(line.amount.raw()));
        self.bytes.extend_from_slice(record.bytes());
        self.last = *line;
        self.lines += 1;
    }
}

/// Two bytes for the fields, and numbers of up to ten bytes each, fourteen of units: no record is longer.
const LONGEST: usize = 160;

/// A packed line: which fields it has, deal and payee as differences to those before, and the fields.
struct Record {
    bytes: [u8; LONGEST],
    length: usize,
    fields: u16,
}

impl Record {
    fn new(deal: u128, payee: u128) -> Self {
        let mut record = Self { bytes: [0; LONGEST], length: 2, fields: 0 };
        record.number(deal);
        record.number(payee);
        record
    }

    /// Writes a field, if it differs.
    fn field(&mut self, field: u16, differs: bool, number: u128) {
        if differs {
            self.fields |= field;
            self.number(number);
        }
    }

    /// Seven bits a byte, lowest first.
    fn number(&mut self, number: u128) {
        let mut wide = number;
        while wide > u128::from(u64::MAX) {
            self.byte(wide as u8 | 0x80);
            wide >>= 7;
        }
        // Nearly all numbers are of few bytes.
        let mut narrow = wide as u64;
        while narrow >= 0x80 {
            self.byte(narrow as u8 | 0x80);
            narrow >>= 7;
        }
        self.byte(narrow as u8);
    }

    fn byte(&mut self, byte: u8) {
        self.bytes[self.length] = byte;
        self.length += 1;
    }

    fn bytes(&mut self) -> &[u8] {
        self.bytes[..2].copy_from_slice(&self.fields.to_le_bytes());
        &self.bytes[..self.length]
    }
}

/// Reads what a [`Packer`] wrote.
struct Unpacker<'a> {
    bytes: &'a [u8],
    last: Line,
}

impl<'a> Unpacker<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, last: no_line() }
    }

    fn read_all(mut self, lines: &mut Vec<Line>) {
        while let [low, high, rest @ ..] = self.bytes {
            let fields = u16::from_le_bytes([*low, *high]);
            self.bytes = rest;
            self.next(fields);
            lines.push(self.last);
        }
    }

    /// Makes the next line of the last.
    fn next(&mut self, fields: u16) {
        let mut line = self.last;
        line.deal = DealIx::from_raw(self.moved(line.deal.raw()));
        line.payee = PayeeIx::from_raw(self.moved(line.payee.raw()));
        let has = |field| fields & field != 0;
        if has(field::RULE) {
            let rule = self.number();
            (line.rule, line.version) =
                (RuleIx::from_raw((rule >> 16) as u16), VersionIx::from_raw(rule as u16));
        }
        if has(field::ROLE) {
            line.role = self.index();
        }
        if has(field::FROM_PAYEE) {
            line.from_payee = self.index();
        }
        if has(field::OF_RULE) {
            line.of_rule = self.index();
        }
        if has(field::LEVEL) {
            line.level = self.number() as u8;
        }
        if has(field::BASIS) {
            line.basis = self.minor();
        }
        if has(field::RATE) {
            line.rate_e8 = self.signed();
        }
        if has(field::UNITS) {
            line.units = Units::from_bits(self.number());
        }
        if has(field::UNITS_TOTAL) {
            line.units_total = Units::from_bits(self.number());
        }
        if has(field::POOL) {
            line.pool = self.minor();
        }
        if has(field::CREDITED) {
            line.credited = self.minor();
        }
        if has(field::UNCAPPED) {
            line.uncapped = self.minor();
        }
        line.amount = if has(field::AMOUNT) { self.minor() } else { line.uncapped };
        self.last = line;
    }

    fn number(&mut self) -> u128 {
        // Nearly all numbers are of few bytes.
        let (mut number, mut bits) = (0_u64, 0);
        while let [byte, rest @ ..] = self.bytes {
            self.bytes = rest;
            number |= u64::from(byte & 0x7F) << bits;
            bits += 7;
            if byte & 0x80 == 0 {
                return number.into();
            }
            if bits > 56 {
                return self.wide(number, bits);
            }
        }
        number.into()
    }

    /// The rest of a number of more than 63 bits.
    #[cold]
    fn wide(&mut self, low: u64, mut bits: u32) -> u128 {
        let mut number = u128::from(low);
        while let [byte, rest @ ..] = self.bytes {
            self.bytes = rest;
            number |= u128::from(byte & 0x7F) << bits;
            bits += 7;
            if byte & 0x80 == 0 || bits >= u128::BITS {
                break;
            }
        }
        number
    }

    fn signed(&mut self) -> i64 {
        let number = self.number() as u64;
        (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
    }

    fn minor(&mut self) -> Minor {
        Minor::new(self.signed())
    }

    /// A number from its difference to another.
    fn moved(&mut self, last: u32) -> u32 {
        last.wrapping_add(self.signed() as u32)
    }

    fn index<I: Ix>(&mut self) -> Optional<I> {
        // 0 is none, and the code of none is one below it.
        Optional::of_code((self.number() as u32).wrapping_sub(1))
    }
}

/// The code of an index and one more, so that none is 0.
fn next<I: Ix>(index: Optional<I>) -> u128 {
    index.code().wrapping_add(1).into()
}

/// Small numbers of either sign in few bits.
fn zigzag(number: i64) -> u128 {
    (number << 1 ^ number >> 63).cast_unsigned().into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::credit::OfRuleIx;
    use apportion_data::RoleIx;

    /// Numbers of all sizes, small ones often.
    fn number() -> impl Strategy<Value = i64> {
        prop_oneof![Just(0), -5..200_i64, any::<i64>(), Just(i64::MIN), Just(i64::MAX)]
    }

    fn optional<I: Ix + 'static>() -> impl Strategy<Value = Optional<I>> {
        prop_oneof![Just(0), 0..3_u32, any::<u32>()].prop_map(|code| Optional::of_code(code.wrapping_sub(1)))
    }

    fn units() -> impl Strategy<Value = Units> {
        prop_oneof![0..9_u128, Just((1 << 96) - 1), 0..1_u128 << 96].prop_map(Units::from_bits)
    }

    prop_compose! {
        fn line()(
            (rule, version, deal, payee) in (0..3_u16, 0..3_u16, any::<u32>(), 0..20_u32),
            (role, from_payee, of_rule, level) in
                (optional::<RoleIx>(), optional::<PayeeIx>(), optional::<OfRuleIx>(), any::<u8>()),
            (basis, rate_e8, units, units_total) in (number(), number(), units(), units()),
            (pool, credited, uncapped, amount) in (number(), number(), number(), number()),
        ) -> Line {
            let (rule, version) = (RuleIx::from_raw(rule), VersionIx::from_raw(version));
            let line = Line::new(rule, version, DealIx::from_raw(deal), PayeeIx::from_raw(payee));
            let [basis, pool, credited, uncapped, amount] =
                [basis, pool, credited, uncapped, amount].map(Minor::new);
            Line { role, from_payee, of_rule, level, basis, rate_e8, units, units_total, pool, credited, uncapped, amount, ..line }
        }
    }

    proptest! {
        #[test]
        fn what_is_unpacked_is_what_was_packed(
            lines in prop::collection::vec(line(), 0..50), count in 1..30_usize, cut in 0..30_usize,
        ) {
            let ranges = PayeeRanges::new(20, count);
            let cut = cut.min(ranges.count());
            let packed = PackedLines::new(&lines, ranges, &Spill::none());
            let found = [packed.lines(0..cut), packed.lines(cut..ranges.count())];
            prop_assert_eq!(found[0].len(), packed.count(&(0..cut)));
            let mut expected = lines;
            // Stable: within a range lines stay in their order.
            expected.sort_by_key(|line| ranges.of(line.payee));
            prop_assert_eq!(found.concat(), expected);
        }
    }

    #[test]
    fn lines_of_a_deal_take_few_bytes() {
        let line = |deal, payee, credited| Line {
            role: Optional::from_raw(2),
            basis: Minor::new(1_234_500),
            rate_e8: 10_000_000,
            units: Units::from_bits(1_500_000_000),
            units_total: Units::from_bits(4_000_000_000),
            pool: Minor::new(123_450),
            credited: Minor::new(credited),
            uncapped: Minor::new(credited / 10),
            amount: Minor::new(credited / 10),
            ..Line::new(RuleIx::FIRST, VersionIx::FIRST, DealIx::from_raw(deal), PayeeIx::from_raw(payee))
        };
        let lines = [line(70_000, 500, 462_938), line(70_000, 900, 771_562), line(70_001, 40, 1_234_500)];
        let packed = PackedLines::new(&lines, PayeeRanges::new(1_000, 1), &Spill::none());
        assert_eq!(packed.lines(0..1), lines);
        assert!(packed.end(1).byte <= 64, "{} bytes", packed.end(1).byte);
    }

    #[test]
    fn payees_are_parted_evenly() {
        let counts = [(0, 4), (1, 4), (4, 4), (10, 4), (10, 1), (7, 0)];
        let counts = counts.map(|(payees, ranges)| PayeeRanges::new(payees, ranges).count());
        assert_eq!(counts, [1, 1, 4, 4, 1, 1]);
        let ranges = PayeeRanges::new(10, 4);
        assert_eq!([0, 2, 3, 9].map(|payee| ranges.of(PayeeIx::from_raw(payee))), [0, 0, 1, 3]);
    }
}
