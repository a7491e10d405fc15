//! Reads the JSON of an explanation and does every step again, with its own fractions and without the engine.

use std::collections::BTreeMap;

use serde_json::Value;

/// An exact number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fraction {
    n: i128,
    d: i128,
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}

impl Fraction {
    fn new(n: i128, d: i128) -> Self {
        assert_ne!(d, 0);
        let common = gcd(n, d).max(1) * d.signum();
        Self { n: n / common, d: d / common }
    }

    /// A decimal or `n/d`.
    pub fn parse(text: &str) -> Self {
        if let Some((n, d)) = text.split_once('/') {
            return Self::new(n.parse().unwrap(), d.parse().unwrap());
        }
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits: i128 = format!("{whole}{decimals}").parse().unwrap();
        Self::new(digits, 10_i128.pow(decimals.len() as u32))
    }

    fn of(value: &Value) -> Self {
        Self::parse(value.as_str().unwrap_or_else(|| panic!("{value} is not a number in a string")))
    }

    fn times(self, other: Self) -> Self {
        let (a, b) = (gcd(self.n, other.d).max(1), gcd(other.n, self.d).max(1));
        Self::new(
            (self.n / a).checked_mul(other.n / b).unwrap(),
            (self.d / b).checked_mul(other.d / a).unwrap(),
        )
    }

    fn over(self, other: Self) -> Self {
        self.times(Self::new(other.d, other.n))
    }

    fn plus(self, other: Self) -> Self {
        let common = gcd(self.d, other.d);
        let n = self.n.checked_mul(other.d / common).unwrap() + other.n.checked_mul(self.d / common).unwrap();
        Self::new(n, (self.d / common).checked_mul(other.d).unwrap())
    }

    fn minus(self, other: Self) -> Self {
        self.plus(Self::new(-other.n, other.d))
    }

    fn less(self, other: Self) -> bool {
        self.minus(other).n < 0
    }

    fn least(self, other: Self) -> Self {
        if other.less(self) { other } else { self }
    }

    fn size(self) -> Self {
        Self::new(self.n.abs(), self.d)
    }

    /// Cut off to a whole number.
    fn floor_of_size(self) -> i128 {
        self.n.abs() / self.d
    }
}

/// The book's way to round, and its digits.
#[derive(Debug, Clone, Copy)]
pub struct Book {
    half_even: bool,
    minor: i128,
}

impl Book {
    fn round(self, exact: Fraction) -> Fraction {
        let scaled = exact.times(Fraction::new(self.minor, 1));
        let (size, sign) = (scaled.n.abs(), scaled.n.signum());
        let (quotient, rest) = (size / scaled.d, size % scaled.d);
        let up = match (2 * rest).cmp(&scaled.d) {
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Greater => true,
            std::cmp::Ordering::Equal => !self.half_even || quotient % 2 == 1,
        };
        Fraction::new(sign * (quotient + i128::from(up)), self.minor)
    }

    /// The largest remainders, as `docs/reference/money.md#splitting` describes them.
    fn split(self, total: Fraction, units: &[Fraction]) -> Vec<Fraction> {
        let sum = units.iter().fold(Fraction::new(0, 1), |sum, unit| sum.plus(*unit));
        let minor = Fraction::new(self.minor, 1);
        let exact: Vec<Fraction> =
            units.iter().map(|unit| total.size().times(*unit).over(sum).times(minor)).collect();
        let mut parts: Vec<i128> = exact.iter().map(|share| share.floor_of_size()).collect();
        let size = total.size().times(minor);
        assert_eq!(size.d, 1, "a total is whole minor units");
        let left = size.n - parts.iter().sum::<i128>();
        let rest = |index: usize| exact[index].minus(Fraction::new(parts[index], 1));
        let mut keys: Vec<usize> = (0..units.len()).collect();
        keys.sort_by(|&a, &b| match (rest(b).less(rest(a)), rest(a).less(rest(b))) {
            (true, _) => std::cmp::Ordering::Less,
            (_, true) => std::cmp::Ordering::Greater,
            _ => a.cmp(&b),
        });
        for &key in keys.iter().take(left as usize) {
            parts[key] += 1;
        }
        parts.into_iter().map(|part| Fraction::new(part * total.n.signum(), self.minor)).collect()
    }
}

/// Sums over the lines of an explanation.
pub struct LineSums {
    pub steps: usize,
}

/// Checks every step of every amount.
pub fn check(explanation: &Value) -> LineSums {
    let digits = explanation["amounts"][0]["steps"][0]["result"]
        .as_str()
        .map_or(2, |text| text.split_once('.').map_or(0, |(_, decimals)| decimals.len() as u32));
    let half_even = explanation["rounding"] == "half-even";
    let book = Book { half_even, minor: 10_i128.pow(digits) };
    let mut steps = 0;
    let amounts = explanation["amounts"].as_array().unwrap();
    let mut totals: BTreeMap<String, Fraction> = BTreeMap::new();
    for amount in amounts {
        steps += line(book, amount);
        chained(amount, &mut totals);
    }
    LineSums { steps }
}

/// Running totals begin where the payee's line before left them.
fn chained(amount: &Value, totals: &mut BTreeMap<String, Fraction>) {
    for step in amount["steps"].as_array().unwrap() {
        let total = if step["how"] == "tiers" { &step["tiers"] } else { step };
        if total["before"].is_null() {
            continue;
        }
        let key = format!(
            "{} {} {} {} {}",
            amount["payee"]["payee_id"], amount["rule_id"], step["how"], total["every"], total["period"]
        );
        let after = Fraction::of(&total["after"]);
        if let Some(before) = totals.insert(key, after) {
            assert_eq!(before, Fraction::of(&total["before"]), "{amount:#}");
        }
    }
}

/// Checks the steps of a line and returns how many there are.
fn line(book: Book, amount: &Value) -> usize {
    let mut known: BTreeMap<&str, Fraction> = BTreeMap::new();
    let mut pay = None;
    let steps = amount["steps"].as_array().unwrap();
    assert!(!steps.is_empty(), "a line without steps: {amount:#}");
    for step in steps {
        let gives = step["gives"].as_str().unwrap();
        if step["how"] != "sum" {
            for given in step["of"].as_array().into_iter().flatten() {
                let name = given["name"].as_str().unwrap();
                if let Some(before) = known.get(name) {
                    assert_eq!(*before, Fraction::of(&given["value"]), "{name} of {amount:#}");
                }
            }
        }
        if step["how"] == "decided" {
            let mine = claimants(step).find(|part| part["mine"] == true).unwrap();
            let before = mine["before"].as_str().map(Fraction::parse);
            assert_eq!(before, known.get(gives).copied(), "{gives} of {amount:#}");
        }
        let result = again(book, step, pay, known.get("credit").copied());
        assert_eq!(result, Fraction::of(&step["result"]), "{gives} of {amount:#}");
        known.insert(gives, result);
        if gives == "uncapped" || gives.starts_with("within_") {
            pay = Some(result);
        }
    }
    for (key, expected) in [
        ("credited", known.get("credited").copied()),
        ("uncapped", known.get("uncapped").copied()),
        ("amount", pay),
    ] {
        match amount[key].as_str() {
            Some(text) => assert_eq!(expected, Some(Fraction::parse(text)), "{key} of {amount:#}"),
            None => assert_eq!(expected, None, "{key} of {amount:#}"),
        }
    }
    steps.len()
}

/// The result of a step. `pay` is what the steps before led to.
fn again(book: Book, step: &Value, pay: Option<Fraction>, credit: Option<Fraction>) -> Fraction {
    let operand = |index: usize| Fraction::of(&step["of"][index]["value"]);
    match step["how"].as_str().unwrap() {
        "round" => book.round(operand(0)),
        "product" => book.round(operand(0).times(operand(1))),
        "quotient" => book.round(operand(0).over(operand(1))),
        "split" => {
            assert_eq!(operand(0), Fraction::of(&step["split"]["total"]));
            split(book, &step["split"], None)
        }
        "sum" => {
            let parts = step["of"].as_array().unwrap().iter().map(|part| Fraction::of(&part["credited"]));
            parts.fold(Fraction::new(0, 1), Fraction::plus)
        }
        "tiers" => tiers(book, &step["tiers"], credit.unwrap()),
        "taken-back" => taken_back(book, &step["taken_back"]),
        "decided" => decided(book, step),
        "gate" => {
            assert_eq!(pay, Some(operand(0)), "{step:#}");
            let left = book.round(operand(0).times(Fraction::of(&step["gate"]["share"])));
            assert_eq!(operand(0).minus(left), Fraction::of(&step["gate"]["retained"]), "{step:#}");
            let asks = &step["gate"]["asks"];
            let meet = Fraction::new(asks["meet"].as_i64().unwrap().into(), 1);
            if let Some(rows) = asks["at_least"].as_i64() {
                assert!(meet.less(Fraction::new(rows.into(), 1)), "{step:#}");
            }
            left
        }
        "cap-per-deal" => {
            let (cap, total) = (Fraction::of(&step["cap"]), Fraction::of(&step["total"]));
            let over = cap.less(total.size());
            assert_eq!(over, !step["split"].is_null(), "{step:#}");
            if over {
                let signed = if total.n < 0 { Fraction::new(-cap.n, cap.d) } else { cap };
                assert_eq!(signed, Fraction::of(&step["split"]["total"]));
                split(book, &step["split"], pay)
            } else {
                pay.unwrap()
            }
        }
        "cap-per-payee" => {
            let [cap, came, before, after] =
                ["cap", "came_with", "before", "after"].map(|key| Fraction::of(&step[key]));
            assert_eq!(pay, Some(came), "{step:#}");
            assert_eq!(before.plus(came), after, "{step:#}");
            after.least(cap).minus(before.least(cap))
        }
        other => panic!("what is {other}?"),
    }
}

/// The two claimants of a decision.
fn claimants(step: &Value) -> impl Iterator<Item = &Value> {
    step["decided"]["claimants"].as_array().unwrap().iter()
}

/// My part of what two claimants have together.
fn decided(book: Book, step: &Value) -> Fraction {
    let had = claimants(step).filter_map(|part| part["before"].as_str()).map(Fraction::parse);
    let total = had.fold(Fraction::new(0, 1), Fraction::plus);
    assert_eq!(total, Fraction::of(&step["decided"]["total"]), "{step:#}");
    let shares: Vec<Fraction> = claimants(step).map(|part| Fraction::of(&part["share"])).collect();
    let nothing = Fraction::new(0, 1);
    let parts = if shares.iter().all(|share| *share == nothing) {
        assert!(step["decided"]["split"].is_null(), "{step:#}");
        vec![nothing; 2]
    } else {
        assert_eq!(total, Fraction::of(&step["decided"]["split"]["total"]), "{step:#}");
        split(book, &step["decided"]["split"], None);
        book.split(total, &shares)
    };
    let mut mine = None;
    for (part, after) in claimants(step).zip(parts) {
        assert_eq!(after, Fraction::of(&part["after"]), "{step:#}");
        mine = mine.or((part["mine"] == true).then_some(after));
    }
    mine.unwrap()
}

/// My part of a split; `unit` is what my units have to be.
fn split(book: Book, split: &Value, unit: Option<Fraction>) -> Fraction {
    let parts = split["parts"].as_array().unwrap();
    let shares = |part: &Value| part["shares"] == true;
    let units: Vec<Fraction> = parts
        .iter()
        .map(|part| if shares(part) { Fraction::of(&part["units"]) } else { Fraction::new(0, 1) })
        .collect();
    let total = Fraction::of(&split["total"]);
    let sum = units.iter().fold(Fraction::new(0, 1), |sum, unit| sum.plus(*unit));
    let results = book.split(total, &units);
    let mut mine = None;
    let mut extras = 0;
    for ((part, unit_of), result) in parts.iter().zip(&units).zip(&results) {
        assert_eq!(Fraction::of(&part["result"]), *result, "{split:#}");
        assert_eq!(Fraction::of(&part["exact"]), total.times(*unit_of).over(sum), "{split:#}");
        let extra = Fraction::of(&part["cut"]) != *result;
        assert_eq!(part["extra"] == true, extra, "{split:#}");
        extras += u64::from(extra);
        if part["mine"] == true {
            assert!(mine.is_none());
            mine = Some(*result);
            if let Some(unit) = unit {
                assert_eq!(unit.size(), *unit_of, "{split:#}");
            }
        }
    }
    assert_eq!(split["left"].as_u64(), Some(extras), "{split:#}");
    mine.unwrap()
}

/// What reversals take back of a line.
fn taken_back(book: Book, taken: &Value) -> Fraction {
    let (mut before, mut after) = (Fraction::new(0, 1), Fraction::new(0, 1));
    for reversal in taken["reversals"].as_array().unwrap() {
        before = after;
        after = after.plus(Fraction::of(&reversal["part"]).times(Fraction::of(&reversal["share"])));
        assert_eq!(after, Fraction::of(&reversal["after"]), "{taken:#}");
    }
    assert_eq!((before, after), (Fraction::of(&taken["before"]), Fraction::of(&taken["after"])), "{taken:#}");
    let of_line = |part: Fraction| book.round(Fraction::of(&taken["line"]).times(part));
    assert_eq!(of_line(before), Fraction::of(&taken["rounded_before"]), "{taken:#}");
    of_line(before).minus(of_line(after))
}

/// What a quota counts by the days on which its payee is there.
fn prorated(quota: &Value) {
    let prorated = &quota["prorated"];
    let Some(there) = prorated["there"].as_array() else { return };
    let days = |value: &Value| Fraction::new(value.as_i64().unwrap().into(), 1);
    let parts = there.iter().map(|stretch| days(&stretch["days"]).times(Fraction::of(&stretch["fte"])));
    let counted = parts.fold(Fraction::new(0, 1), Fraction::plus).over(days(&prorated["days"]));
    assert_eq!(counted.times(Fraction::of(&prorated["amount"])), Fraction::of(&quota["amount"]), "{quota:#}");
}

fn tiers(book: Book, tiers: &Value, credit: Fraction) -> Fraction {
    let ladder: Vec<(Fraction, Fraction)> = tiers["tiers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tier| {
            let from = Fraction::of(&tier["from"]);
            if let Some(quota) = tiers["quota"]["amount"].as_str() {
                assert_eq!(from, Fraction::parse(quota).times(Fraction::of(&tier["of_quota"])));
            }
            (from, Fraction::of(&tier["rate"]))
        })
        .collect();
    let bonuses = |total: Fraction| {
        let tiers = tiers["tiers"].as_array().unwrap().iter().zip(&ladder);
        let reached = tiers.filter(|(_, (from, _))| !total.less(*from));
        let bonuses = reached.filter_map(|(tier, _)| tier["bonus"].as_str()).map(Fraction::parse);
        bonuses.fold(Fraction::new(0, 1), Fraction::plus)
    };
    let sliding = |total: Fraction, reached: usize| {
        let (from, rate) = ladder[reached];
        match ladder.get(reached + 1) {
            Some((next, to)) if from.less(total) => {
                rate.plus(to.minus(rate).times(total.minus(from).over(next.minus(from))))
            }
            _ => rate,
        }
    };
    let worth = |total: Fraction, key: &str| {
        let reached = ladder.iter().rposition(|(from, _)| !total.less(*from));
        let reached = reached.or((ladder[0].0.n == 0).then_some(0));
        assert_eq!(tiers[key].as_u64(), reached.map(|index| index as u64), "{tiers:#}");
        let Some(reached) = reached else { return Fraction::new(0, 1) };
        let by_rates = match tiers["mode"].as_str().unwrap() {
            "whole" => total.times(ladder[reached].1),
            "sliding" => {
                let rate = sliding(total, reached);
                assert_eq!(rate, Fraction::of(&tiers[key.replace("tier", "rate")]), "{tiers:#}");
                total.times(rate)
            }
            _ => (0..=reached).fold(Fraction::new(0, 1), |sum, index| {
                let until = if index == reached { total } else { ladder[index + 1].0 };
                sum.plus(until.minus(ladder[index].0).times(ladder[index].1))
            }),
        };
        by_rates.plus(bonuses(total))
    };
    let quota = &tiers["quota"];
    if let Some(parts) = quota["parts"].as_array() {
        parts.iter().for_each(prorated);
    } else {
        prorated(quota);
    }
    if let Some(parts) = tiers["quota"]["parts"].as_array() {
        let parts = parts.iter().map(|part| Fraction::of(&part["amount"]));
        let sum = parts.fold(Fraction::new(0, 1), Fraction::plus);
        assert_eq!(sum, Fraction::of(&tiers["quota"]["amount"]), "{tiers:#}");
    }
    let (before, after) = (Fraction::of(&tiers["before"]), Fraction::of(&tiers["after"]));
    assert_eq!(before.plus(credit), after, "{tiers:#}");
    let (was, is) = if tiers["measure"].is_null() {
        (worth(before, "tier_before"), worth(after, "tier_after"))
    } else {
        let of_total = |total: Fraction, key: &str| {
            let measure = Fraction::of(&tiers["measure"][key]);
            let in_tiers = tiers["measure"]["in_tiers"].as_array().unwrap();
            if in_tiers.is_empty() {
                let reached = ladder.iter().rposition(|(from, _)| !measure.less(*from));
                let reached = reached.or((ladder[0].0.n == 0).then_some(0));
                let rate = reached.map_or(Fraction::new(0, 1), |reached| match tiers["mode"].as_str() {
                    Some("sliding") => sliding(measure, reached),
                    _ => ladder[reached].1,
                });
                return total.times(rate).plus(bonuses(measure));
            }
            let parts =
                in_tiers.iter().zip(&ladder).map(|(part, (_, rate))| Fraction::of(&part[key]).times(*rate));
            parts.fold(Fraction::new(0, 1), Fraction::plus).plus(bonuses(measure))
        };
        spread(&tiers["measure"], &ladder, credit);
        (of_total(before, "before"), of_total(after, "after"))
    };
    assert_eq!((was, is), (Fraction::of(&tiers["worth_before"]), Fraction::of(&tiers["worth_after"])));
    let (was, is) = (book.round(was), book.round(is));
    assert_eq!((was, is), (Fraction::of(&tiers["rounded_before"]), Fraction::of(&tiers["rounded_after"])));
    is.minus(was)
}

/// The credit of a deal is spread evenly over its stretch: what each tier gains is its part of it.
fn spread(measure: &Value, ladder: &[(Fraction, Fraction)], credit: Fraction) {
    let [from, until] = ["from", "until"].map(|key| Fraction::of(&measure[key]));
    let (low, high) = if until.less(from) { (until, from) } else { (from, until) };
    for (index, part) in measure["in_tiers"].as_array().unwrap().iter().enumerate() {
        let start =
            if index == 0 && ladder[0].0.n == 0 || ladder[index].0.less(low) { low } else { ladder[index].0 };
        let end = ladder.get(index + 1).map_or(high, |(next, _)| next.least(high));
        let gained = if low == high {
            let inside = !low.less(start) && ladder.get(index + 1).is_none_or(|(next, _)| low.less(*next));
            if inside { credit } else { Fraction::new(0, 1) }
        } else if start.less(end) {
            credit.times(end.minus(start)).over(high.minus(low))
        } else {
            Fraction::new(0, 1)
        };
        assert_eq!(Fraction::of(&part["before"]).plus(gained), Fraction::of(&part["after"]), "{measure:#}");
    }
}
