//! One amount: what it is paid on, and each step down to what is paid.

use super::super::number;
use super::page::{self, Page};
use super::quotas;
use super::tables::{self, SplitWords, percent_of};
use apportion_base::diagnostic::{count, counted, grouped};
use apportion_base::money::{Currency, Minor};
use apportion_book::{RateQuotation, display_day};
use apportion_documents::block::Cell;
use apportion_engine::explain::tree::{
    Amount, Condition, ConversionFacts, CreditPart, DealFacts, Manager, MeasureFacts, Operation, Place,
    Quantity, QuotaFacts, ReversalPart, Row, Sharers, Split, Step, TakenBackLine, Tiers, VersionFacts,
};
use apportion_engine::explain::words::{self, named, values};
use apportion_engine::explain::{Big, Exact};
use apportion_rules::Mode;

/// How many rows of work are shown.
const WORK: usize = 12;
/// From so many sharers on, those without a part are left out.
const SHARERS: usize = 30;

/// Writes blocks in one currency.
pub struct Blocks<'a> {
    pub page: &'a mut Page,
    pub digits: u32,
    pub currency: Currency,
}

impl<'a> Blocks<'a> {
    pub fn new(page: &'a mut Page, currency: Currency) -> Self {
        Self { page, digits: currency.digits(), currency }
    }

    /// An amount as a result.
    pub fn amount_of(&self, minor: impl Into<i128>) -> Cell {
        page::amount(minor, self.currency)
    }

    fn money(&self, minor: Minor) -> String {
        number::money(minor.into(), self.digits)
    }

    fn wide(&self, minor: i128) -> String {
        number::money(minor, self.digits)
    }

    /// An exact amount, with the decimals of the currency at least.
    fn exact(&self, value: Exact) -> String {
        grouped(&value.with_decimals(self.digits))
    }

    /// A deal with its file and row.
    pub fn deal(&mut self, deal: &DealFacts) {
        if deal.is_milestone {
            let text =
                format!("counts as done on {}{}", display_day(deal.close_date), at(deal.place.as_ref()));
            self.page.labelled("milestone", &text);
            return;
        }
        let outcome = if deal.won { "won" } else { "lost" };
        let text = format!(
            "{outcome}, closed {}, amount {}{}",
            display_day(deal.close_date),
            self.exact(deal.amount),
            at(deal.place.as_ref())
        );
        self.page.labelled("deal", &text);
        if let Some(conversion) = &deal.conversion {
            let sold = deal.reversed.as_ref().map_or(deal.amount, |reversed| reversed.sold);
            let text = self.conversion(conversion, sold);
            self.page.labelled("converted", &text);
        }
        if let Some(reversed) = &deal.reversed {
            let taken = |(deal, size): &(String, Exact)| format!("{} by deal {deal}", self.exact(*size));
            let taken: Vec<String> = reversed.reversals.iter().map(taken).collect();
            let text = format!("sold for {}; reversed: {}", self.exact(reversed.sold), taken.join(", "));
            self.page.labelled("reversed", &text);
        }
    }

    fn conversion(&self, conversion: &ConversionFacts, amount: Exact) -> String {
        let currency = self.currency.code();
        let (sign, quoted) = match conversion.quoted {
            RateQuotation::BookPerUnit => ("x", format!("{currency} for one {}", conversion.currency)),
            RateQuotation::UnitPerBook => ("/", format!("{} for one {currency}", conversion.currency)),
        };
        let newer: Vec<String> = conversion.passed_over.iter().map(words::reject_line).collect();
        let newer = match newer.is_empty() {
            true => String::new(),
            false => format!("; newer rates could not be used: {}", newer.join("; ")),
        };
        format!(
            "{} {} {sign} {} ({quoted}, rate of {}{}) = {currency} {}{newer}",
            conversion.currency,
            self.exact(conversion.amount),
            conversion.rate.plain(),
            display_day(conversion.day),
            conversion.place.as_ref().map(|place| format!(", {}", shown(place))).unwrap_or_default(),
            self.exact(amount)
        )
    }

    /// The whole block.
    pub fn amount(&mut self, amount: &Amount, version: &VersionFacts, with_payee: bool) {
        let mut head = match (with_payee, amount.deal.is_milestone) {
            (true, _) => named(&amount.payee),
            (false, true) => format!("Milestone {}", amount.deal.id),
            (false, false) => format!("Deal {}", amount.deal.id),
        };
        if let Some(role) = &amount.role {
            head.push_str(&format!(", as {role}"));
        }
        if let (Some(from), Some(level)) = (&amount.from_payee, amount.level) {
            head.push_str(&format!(", for {} (level {level})", named(from)));
        }
        if let Some(rule) = &amount.of_rule {
            head.push_str(&format!(", of {rule}"));
        }
        let result = match (amount.amount, amount.credited) {
            (Some(paid), _) => self.amount_of(paid),
            (None, Some(credited)) => Cell::text(format!("credit {}", self.money(credited))),
            (None, None) => Cell::Empty,
        };
        self.page.indent(2);
        self.page.heading_with_result(3, &head, result);
        self.page.indent(4);
        self.deal(&amount.deal);
        self.discount(amount);
        for (index, condition) in amount.when.iter().enumerate() {
            self.page.labelled(if index == 0 { "matches" } else { "" }, &holds(condition));
        }
        self.work(amount);
        for (index, done) in amount.done.iter().enumerate() {
            self.page.labelled(if index == 0 { "done" } else { "" }, &words::done_line(done));
        }
        self.registration(amount);
        self.rate_row(amount);
        for row in version.rows {
            self.row(amount, *row);
        }
        self.decisions(amount);
        for step in &amount.steps {
            self.cap(step);
        }
        match amount.amount {
            Some(paid) => self.page.total("paid", self.amount_of(paid)),
            None => self.page.labelled("paid", "nothing: this rule only credits"),
        }
        self.page.blank();
    }

    /// The discount, where a condition names it.
    fn discount(&mut self, amount: &Amount) {
        let seen = amount.when.iter().flat_map(|condition| &condition.seen);
        let basis = amount.basis.iter().flat_map(|(_, seen)| seen);
        if !seen.chain(basis).any(|seen| seen.column == "discount") {
            return;
        }
        if let (Some(list), Some(discount)) = (amount.deal.list_amount, amount.deal.discount) {
            let list = self.exact(list);
            let text =
                format!("({list} - {}) / {list} = {}", self.exact(amount.deal.amount), discount.plain());
            self.page.labelled("discount", &text);
        }
    }

    fn work(&mut self, amount: &Amount) {
        for (index, work) in amount.work.iter().take(WORK).enumerate() {
            let units = work.units.map(|units| format!(", counts {}", units.plain())).unwrap_or_default();
            let text = words::work_line(work) + &units;
            self.page.labelled(if index == 0 { "work" } else { "" }, &text);
        }
        if amount.work.len() > WORK {
            self.page.labelled("", &format!("and {} more", count((amount.work.len() - WORK) as u64)));
        }
    }

    /// The row of a rate table that decided, and what it was compared with.
    fn rate_row(&mut self, amount: &Amount) {
        let Some(row) = amount.rate.as_ref().and_then(|rate| rate.row.as_ref()) else { return };
        let asks =
            if row.asks.is_empty() { "for any".to_owned() } else { format!("for {}", row.asks.join(", ")) };
        let seen = if row.seen.is_empty() { String::new() } else { format!(": {}", values(&row.seen)) };
        let text = format!("{} row {}, {asks}{seen}", row.place.file, count(u64::from(row.place.row)));
        self.page.labelled("table", &text);
    }

    /// A row of the rule's kind.
    fn row(&mut self, amount: &Amount, row: Row) {
        match row {
            Row::Basis => self.basis(amount),
            Row::Rounded { label, gives } => self.rounded(amount, label, gives),
            Row::Product { label, gives } => self.product(amount, label, gives),
            Row::Split { among, credit, pay, word } => self.split(amount, among, (credit, pay), word),
            Row::Required => {
                let requires = amount.require.iter().map(holds);
                self.list("requires", requires);
            }
            Row::Measure => self.measure(amount),
            Row::Managers => self.list("managers", amount.managers.iter().map(manager_line)),
            Row::Credit => {
                for step in &amount.steps {
                    if let Operation::Sum { parts } = &step.how {
                        self.credit(parts, step.result);
                    }
                }
            }
            Row::TakenBack => {
                for step in &amount.steps {
                    if let Operation::TakenBack(taken) = &step.how {
                        self.taken_back(taken, step.result);
                    }
                }
            }
            Row::Tiers => {
                for step in &amount.steps {
                    if let Operation::Tiers(tiers) = &step.how {
                        self.tiers(tiers, step.result);
                    }
                }
            }
        }
    }

    /// Lines under one label.
    fn list(&mut self, label: &str, lines: impl Iterator<Item = String>) {
        for (index, line) in lines.enumerate() {
            self.page.labelled(if index == 0 { label } else { "" }, &line);
        }
    }

    fn rounded(&mut self, amount: &Amount, label: &str, gives: Quantity) {
        if let Some(Step { how: Operation::Round { value, .. }, result, .. }) = step(amount, gives) {
            let text = format!("{}, rounded", self.exact(*value));
            self.page.labelled_result(label, &text, self.amount_of(*result));
        }
    }

    /// Who shares a credit, a payment, or both.
    fn split(
        &mut self,
        amount: &Amount,
        among: Sharers,
        (credit, pay): (Option<Quantity>, Option<Quantity>),
        word: &str,
    ) {
        let split_that_gives =
            |gives: Option<Quantity>| gives.and_then(|gives| step(amount, gives)).and_then(split_of);
        let words = match among {
            Sharers::Roles => SplitWords::roles(word),
            Sharers::Payees => SplitWords::payees(amount.shared_by.unwrap_or("units"), word),
        };
        self.splits(&words, split_that_gives(credit), split_that_gives(pay));
    }

    fn measure(&mut self, amount: &Amount) {
        let Some(measure) = &amount.measure else { return };
        let whose = if measure.of_deal { "all work on the deal" } else { "this payee's work" };
        let next = measure.next.map(|next| format!(", the next one from {}", grouped(&next.plain())));
        let text = format!(
            "{} of {whose} is {}: the rate from {} on applies{}",
            measure.word,
            grouped(&measure.value.plain()),
            grouped(&measure.from.plain()),
            next.unwrap_or_default()
        );
        self.page.labelled("measure", &text);
    }

    /// The credit that is paid on, from its parts.
    fn credit(&mut self, parts: &[CreditPart], sum: Minor) {
        let part = |part: &CreditPart| {
            let role = part.role.as_ref().map(|role| format!(" as {role}")).unwrap_or_default();
            format!("{}{role} {}", part.rule_id, self.money(part.credited))
        };
        let text = parts.iter().map(part).collect::<Vec<_>>().join(" + ");
        self.page.labelled_result("credit", &text, self.amount_of(sum));
    }

    fn tiers(&mut self, tiers: &Tiers, result: Minor) {
        if let Some(quota) = &tiers.quota {
            self.quota(tiers, quota);
        }
        let credit = if tiers.team { "earlier credit of the team" } else { "earlier deal" };
        let earlier = match (tiers.deals_before, tiers.team) {
            (0, _) => format!("no {credit}"),
            (1, _) => format!("1 {credit}"),
            (credits, true) => format!("{} earlier credits of the team", count(credits.into())),
            (deals, false) => counted(deals.into(), credit),
        };
        let text = format!(
            "{} in {} from {earlier}, {} with this one",
            self.wide(tiers.before),
            tiers.period,
            self.wide(tiers.after)
        );
        self.page.labelled("so far", &text);
        if let Some(measure) = &tiers.measure {
            self.page.labelled(&measure.by, &measure_text(measure));
        }
        let what = match (tiers.mode, &tiers.measure) {
            (Mode::Marginal, None) => "each part of the credit earns the rate of its tier",
            (Mode::Marginal, Some(_)) => {
                "the credit of a deal is spread over its stretch, and each part earns the rate of its tier"
            }
            (Mode::Whole, _) => "all of the credit earns the rate of the tier reached",
            (Mode::Sliding, _) => {
                "all of the credit earns the rate reached on the line from one tier to the next"
            }
        };
        self.page.labelled("tiers", what);
        self.page.under(tables::tiers(tiers, self.currency));
        for (label, when, after, worth, rounded) in [
            ("worth", "with this deal", true, &tiers.worth_after, tiers.rounded_after),
            ("", "before it", false, &tiers.worth_before, tiers.rounded_before),
        ] {
            let text = format!("{when}: {}", worth_text(tiers, after, self.digits));
            let exact = worth.shown(self.digits);
            let exact = if exact == self.wide(rounded) { String::new() } else { format!(" = {exact}") };
            self.page.labelled_result(label, &format!("{text}{exact}"), self.amount_of(rounded));
        }
        self.page.labelled_result("commission", "the difference", self.amount_of(result));
    }

    /// The line that is taken back, the reversals of its deal, and what they take.
    fn taken_back(&mut self, taken: &TakenBackLine, result: Minor) {
        let TakenBackLine { original, rule_id, line, reversals, .. } = taken;
        let text = format!("{rule_id} on deal {}, closed {}", original.id, display_day(original.close_date));
        let paid = self.money(*line);
        self.page.labelled_result("line", &text, self.amount_of(*line));
        for (index, reversal) in reversals.iter().enumerate() {
            let text = self.reversal(reversal, taken.whole);
            self.page.labelled(if index == 0 { "reversals" } else { "" }, &text);
        }
        for (label, when, part, rounded) in [
            ("taken", "with this reversal", &taken.after, taken.rounded_after),
            ("", "before it", &taken.before, taken.rounded_before),
        ] {
            let text = format!("{when}: {paid} x {}%", part.percent().shown(0));
            self.page.labelled_result(label, &text, self.amount_of(rounded));
        }
        let result = self.amount_of(result);
        self.page.labelled_result("clawback", "what was taken before, less what is taken now", result);
    }

    /// A reversal with its part of the deal and its share.
    fn reversal(&self, reversal: &ReversalPart, whole: Exact) -> String {
        let beyond = match reversal.beyond.mantissa {
            0 => String::new(),
            _ => format!(", of which the deal no longer had {}", self.exact(reversal.beyond)),
        };
        format!(
            "{} on {} ({}): {} of {}{beyond}, so {}% of the deal; {}% is taken back then",
            reversal.deal_id,
            display_day(reversal.close_date),
            counted(reversal.days.unsigned_abs(), "day"),
            self.exact(reversal.size),
            self.exact(whole),
            reversal.part.percent().shown(0),
            reversal.share.percent().shown(0)
        )
    }

    /// The quota, and the rows that it is the sum of.
    fn quota(&mut self, tiers: &Tiers, quota: &QuotaFacts) {
        // What is measured in something else than money has no cents.
        let digits = if tiers.measure.is_some() { 0 } else { self.digits };
        let lines = quotas::lines(quota, tiers.period, digits);
        for (place, text) in lines.iter().enumerate() {
            self.page.labelled(if place == 0 { "quota" } else { "" }, text);
        }
    }

    /// The basis, where it is more than the amount of the deal.
    fn basis(&mut self, amount: &Amount) {
        if let Some((text, seen)) = &amount.basis {
            let seen = if seen.is_empty() { String::new() } else { format!(": {}", values(seen)) };
            self.page.labelled("basis", &format!("{text}{seen}"));
        }
    }

    /// `a x b = exact`, and what it rounds to.
    fn product(&mut self, amount: &Amount, label: &str, gives: Quantity) {
        let Some(Step { how: Operation::Product { a, b }, result, .. }) = step(amount, gives) else { return };
        let exact =
            a.1.mantissa
                .checked_mul(b.1.mantissa)
                .map(|mantissa| Exact::new(mantissa, a.1.scale + b.1.scale));
        let b_text = match b.0 {
            Quantity::Rate | Quantity::Percent => percent_of(b.1),
            _ => grouped(&b.1.plain()),
        };
        let by = amount.rate.as_ref().and_then(|rate| rate.by.as_ref());
        let by = by.filter(|_| b.0 == Quantity::Rate || a.0 == Quantity::StipendAmount);
        let by = by.map(|by| format!(" ({})", values(std::slice::from_ref(by)))).unwrap_or_default();
        let (a_by, b_by) =
            if a.0 == Quantity::StipendAmount { (by, String::new()) } else { (String::new(), by) };
        let exact = exact.map(|exact| self.exact(exact)).filter(|exact| *exact != self.money(*result));
        let exact = exact.map(|exact| format!(" = {exact}")).unwrap_or_default();
        let text = format!("{}{a_by} x {b_text}{b_by}{exact}", self.exact(a.1));
        self.page.labelled_result(label, &text, self.amount_of(*result));
    }

    /// A table of who shares; in a line where one takes all.
    fn splits(&mut self, words: &SplitWords, credit: Option<&Split>, pay: Option<&Split>) {
        let Some(first) = credit.or(pay) else { return };
        if let [only] = first.parts.as_slice() {
            let amounts = [credit.map(|split| ("credit", split)), pay.map(|split| (words.pay, split))];
            let amounts = amounts.into_iter().flatten();
            let amounts: Vec<String> = amounts
                .map(|(word, split)| format!("{word} {}", self.money(split.parts[0].amount)))
                .collect();
            let text = format!("{} alone: all of it, {}", named(&only.key), amounts.join(" and "));
            self.page.labelled(words.label, &text);
            return;
        }
        let shorter = |split: Option<&Split>| split.map(short);
        let (credit, pay) = (shorter(credit), shorter(pay));
        let (credit, pay) = (credit.as_ref(), pay.as_ref());
        let what: Vec<String> = [credit.map(|split| ("credit", split)), pay.map(|split| (words.pay, split))]
            .into_iter()
            .flatten()
            .map(|(word, split)| format!("{} of {word}", self.money(split.total)))
            .collect();
        let by_words =
            if words.percent { "by the rule's shares".to_owned() } else { format!("by {}", words.by) };
        self.page.labelled(words.label, &format!("share {} {by_words}", what.join(" and ")));
        self.page.under(tables::split(words, credit, pay, self.currency));
        for (word, split) in [("credit", credit), (words.pay, pay)] {
            if let Some(left) =
                split.and_then(|split| tables::left_over(split, word, words.keys, self.digits))
            {
                self.page.labelled("", &left);
            }
        }
    }

    /// What a cap did.
    fn cap(&mut self, step: &Step) {
        let result = self.amount_of(step.result);
        match &step.how {
            Operation::Gate(gate) => self.gate(gate, step.result),
            Operation::DealCap { cap, total, split: None } => {
                let (cap, total) = (self.money(*cap), self.wide(*total));
                self.page.labelled("cap", &format!("{cap} a deal: all amounts on this one sum to {total}"));
            }
            Operation::DealCap { cap, total, split: Some(split) } => {
                let (cap, total) = (self.money(*cap), self.wide(*total));
                let text =
                    format!("{cap} a deal: all amounts on this one sum to {total}, and share it by size");
                self.page.labelled_result("cap", &text, result);
                if split.parts.len() > 1 {
                    let words = SplitWords::payees("before", "pay");
                    self.page.under(tables::split(&words, None, Some(&short(split)), self.currency));
                    if let Some(left) = tables::left_over(split, "cap", "payee_id", self.digits) {
                        self.page.labelled("", &left);
                    }
                }
            }
            Operation::PayeeCap { every, period, cap, before, after, .. } => {
                let reached = *after > i128::from(*cap) || *before > i128::from(*cap);
                let text = format!(
                    "{} a {}: {} before in {period}, {} with this",
                    self.money(*cap),
                    every.word(),
                    self.wide(*before),
                    self.wide(*after)
                );
                if reached {
                    let before = self.wide((*before).min(i128::from(*cap)));
                    let after = self.wide((*after).min(i128::from(*cap)));
                    let text = format!("{text}; within the cap {before} and {after}");
                    self.page.labelled_result("cap", &text, result);
                } else {
                    self.page.labelled("cap", &text);
                }
            }
            _ => {}
        }
    }
}

/// The step of an amount that gives something.
fn step(amount: &Amount, gives: Quantity) -> Option<&Step> {
    amount.steps.iter().find(|step| step.gives == gives)
}

fn split_of(step: &Step) -> Option<&Split> {
    match &step.how {
        Operation::Split { split, .. } => Some(split),
        _ => None,
    }
}

/// Without those who get nothing, where there are very many.
fn short(split: &Split) -> Split {
    let mut split = split.clone();
    if split.parts.len() > SHARERS {
        let mine = split.parts[split.mine].key.clone();
        split.parts.retain(|part| !part.amount.is_zero() || part.key == mine);
        split.mine = split.parts.iter().position(|part| part.key == mine).unwrap_or(0);
    }
    split
}

/// `deal_type = 'new': deal_type is 'new'`; the text alone where it says the value already.
fn holds(condition: &Condition) -> String {
    if condition.seen.is_empty() {
        condition.text.clone()
    } else {
        format!("{}: {}", condition.text, values(&condition.seen))
    }
}

fn manager_line(manager: &Manager) -> String {
    let rate = manager.rate.map(percent_of).unwrap_or_default();
    let mine = if manager.mine { " - this amount" } else { "" };
    let earns = if manager.earns { "" } else { ", does not earn by this rule" };
    let since = manager.since.as_ref().map(words::since).unwrap_or_default();
    format!("level {}, {rate}: {}{since}{earns}{mine}", manager.level, named(&manager.payee))
}

/// Where a deal's stretch of the measure is.
fn measure_text(measure: &MeasureFacts) -> String {
    let number = |number: Exact| grouped(&number.plain());
    let (from, until) = measure.stretch;
    let stretch = if from == until {
        "it adds none".to_owned()
    } else {
        format!("from {} to {}", number(from), number(until))
    };
    if measure.before == measure.after && from != until {
        // A second credit on the deal.
        return format!("{} so far; the deal's stretch is {stretch}", number(measure.before));
    }
    format!("{} before this deal, {} with it: {stretch}", number(measure.before), number(measure.after))
}

/// How a running total becomes an amount: part by part, or at one rate, and with the bonuses that it has reached. `after`
/// is the total with the deal.
fn worth_text(tiers: &Tiers, after: bool, digits: u32) -> String {
    let (tier, credit) =
        if after { (tiers.tier_after, tiers.after) } else { (tiers.tier_before, tiers.before) };
    let in_tiers = tiers.measure.iter().flat_map(|measure| &measure.in_tiers);
    let in_tiers: Vec<&Big> = in_tiers.map(|(was, is)| if after { is } else { was }).collect();
    if tier.is_none() && in_tiers.is_empty() {
        return "below the first tier".to_owned();
    }
    let reached = tier.unwrap_or(0);
    let rate = |at: usize| match &tiers.rates {
        None => percent_of(tiers.tiers[at].rate),
        Some((before, reached)) => {
            let rate = if after { reached } else { before };
            format!("{}%", rate.percent().shown(0))
        }
    };
    let total = Exact::new(credit, digits);
    let mut parts = Vec::new();
    if !in_tiers.is_empty() {
        let credits = in_tiers.iter().enumerate();
        parts.extend(credits.map(|(at, credit)| format!("{} x {}", credit.shown(digits), rate(at))));
    } else if tiers.mode != Mode::Marginal || reached == 0 && tiers.tiers[0].from.is_zero() {
        parts.push(format!("{} x {}", grouped(&total.with_decimals(digits)), rate(reached)));
    } else {
        let total = Big::exact(total);
        parts.extend((0..=reached).map(|at| {
            let until = if at == reached { &total } else { &tiers.tiers[at + 1].from };
            format!("{} x {}", until.minus(&tiers.tiers[at].from).shown(digits), rate(at))
        }));
    }
    let reached = tier.map_or(&tiers.tiers[..0], |reached| &tiers.tiers[..=reached]);
    let bonuses = reached.iter().filter_map(|tier| tier.bonus);
    parts.extend(bonuses.map(|bonus| format!("bonus {}", grouped(&bonus.with_decimals(digits)))));
    parts.join(" + ")
}

pub(super) fn at(place: Option<&Place>) -> String {
    place.map(|place| format!(" ({})", shown(place))).unwrap_or_default()
}

fn shown(place: &Place) -> String {
    format!("{} row {}", place.file, count(place.row.into()))
}
