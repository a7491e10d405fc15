//! From a statement to a document of blocks.

use rust_decimal::Decimal;

use super::files::{Month, MonthKind};
use super::known::Known;
use super::model::{Attainment, Change, EarnedLine, InquiryState, RuleLines, RuleName, Statement};
use crate::block::{Block, Cell, Column, Document, Money, Picture, StepRole, Table, Waterfall};
use crate::language::Language;
use crate::phrase::{Phrase, cause, reason};
use apportion_base::money::{Currency, Minor, rescale_exact};
use apportion_book::Period;
use apportion_ledger::balances::Balance;

/// The columns of a statement as CSV, after `part`.
pub const CSV_HEADER: [&str; 40] = [
    "item",
    "reason",
    "month",
    "rule_id",
    "rule",
    "deal_id",
    "customer",
    "close_date",
    "role",
    "from_payee_id",
    "of_rule_id",
    "of_deal_id",
    "payee_id",
    "name",
    "level",
    "lines",
    "credit",
    "rate",
    "before",
    "now",
    "amount",
    "currency",
    "remark",
    "share",
    "held_by",
    "release",
    "period",
    "quota",
    "measure",
    "attained",
    "from",
    "bonus",
    "earned",
    "true_ups",
    "clawbacks",
    "adjustments",
    "released",
    "paid",
    "adjustment_id",
    "paid_amount",
];

/// What stands on all statements of a book.
#[derive(Debug, Clone, Default)]
pub struct Letterhead {
    /// The name of the book.
    pub book: String,
    /// Who sends them.
    pub sender: Option<String>,
    /// What the book says at their end.
    pub note: Option<String>,
    /// A picture.
    pub logo: Option<Picture>,
}

/// A statement as a document.
pub fn document(statement: &Statement, month: &Month, known: &Known, head: &Letterhead) -> Document {
    Paper { statement, month, known, head, language: statement.language }.document()
}

struct Paper<'a> {
    statement: &'a Statement,
    month: &'a Month,
    known: &'a Known,
    head: &'a Letterhead,
    language: Language,
}

impl Paper<'_> {
    fn say(&self, phrase: Phrase) -> &'static str {
        phrase.text(self.language)
    }

    fn currency(&self) -> Currency {
        self.month.currency
    }

    fn money(&self, minor: i128) -> Money {
        Money::new(minor, self.currency())
    }

    fn cell(&self, minor: i128) -> Cell {
        Cell::Amount(self.money(minor))
    }

    fn amount(&self, minor: i128) -> String {
        self.language.money(minor, self.currency())
    }

    fn document(&self) -> Document {
        let Self { statement, month, head, language, .. } = self;
        let period = language.period(month.period);
        let mut document = Document::new(*language, Phrase::StatementFor.with(*language, &[&period]));
        document.logo.clone_from(&head.logo);
        document.lead.push(match statement.name.as_str() {
            "" => statement.payee_id.clone(),
            name => format!("{name} ({})", statement.payee_id),
        });
        document.lead.push(match &head.sender {
            Some(sender) => format!("{} · {sender}", head.book),
            None => head.book.clone(),
        });
        document.lead.push(Phrase::Currency.with(*language, &[self.currency().code()]));
        if month.kind != MonthKind::Close {
            document.mark = Some(self.say(Phrase::Draft).to_owned());
            document.blocks.push(Block::Note(self.say(Phrase::DraftNote).to_owned()));
        }
        if month.kind == MonthKind::Result {
            document.blocks.push(Block::Note(self.say(Phrase::EarnedOnlyNote).to_owned()));
        }
        self.payment(&mut document);
        self.by_rule(&mut document);
        self.attainment(&mut document);
        self.year(&mut document);
        self.team(&mut document);
        self.lines(&mut document);
        self.true_ups(&mut document);
        self.clawbacks(&mut document);
        self.adjustments(&mut document);
        self.held(&mut document);
        self.unpaid(&mut document);
        self.inquiries(&mut document);
        self.ask(&mut document);
        document
    }

    // What is paid.

    fn payment(&self, document: &mut Document) {
        document.heading(2, self.say(Phrase::WhatIsPaid));
        let Some(balance) = &self.statement.balance else {
            if self.month.kind == MonthKind::Result {
                document.blocks.push(Block::Waterfall(self.earned_by_rule()));
            } else {
                document.paragraph(self.say(Phrase::Nothing));
            }
            return;
        };
        document.blocks.push(Block::Waterfall(self.paid(balance)));
        let held = self.stock(
            "held_balance",
            [Phrase::HeldIn, Phrase::HeldChange, Phrase::HeldOut],
            &[balance.held_in, balance.held_change, balance.held_out],
        );
        document.blocks.extend(held);
        document.blocks.extend(self.owed(balance));
    }

    fn waterfall(&self, key: &'static str) -> Waterfall {
        Waterfall {
            key,
            steps_title: self.say(Phrase::Step).to_owned(),
            amounts_title: self.say(Phrase::Amount).to_owned(),
            steps: Vec::new(),
        }
    }

    /// Of a result: what is earned under each rule.
    fn earned_by_rule(&self) -> Waterfall {
        let mut waterfall = self.waterfall("payment");
        let mut total = 0;
        for of_rule in &self.statement.rules {
            let amounts = of_rule.lines.iter().filter_map(|line| line.amount);
            let amount: i128 = amounts.sum();
            total += amount;
            waterfall.change(of_rule.rule.shown(), self.money(amount));
        }
        waterfall.step(self.say(Phrase::Earned), self.money(total), StepRole::Total);
        waterfall
    }

    /// From what was carried in to what is paid.
    fn paid(&self, balance: &Balance) -> Waterfall {
        let mut waterfall = self.waterfall("payment");
        let payment = &balance.payment;
        let mut change = |phrase: Phrase, minor: i128, detail: Option<String>| {
            if minor != 0 {
                waterfall.change(phrase.text(self.language), self.money(minor)).detail = detail;
            }
        };
        let carried = balance.carried_in.wide();
        change(if carried < 0 { Phrase::DebtIn } else { Phrase::CarriedIn }, carried, None);
        let month = self.language.period(self.month.period);
        waterfall.change(Phrase::EarnedIn.with(self.language, &[&month]), self.money(balance.lines.wide()));
        for (period, amount) in by_month(&self.statement.true_ups) {
            let label = Phrase::TrueUpOf.with(self.language, &[&self.language.period(period)]);
            waterfall.change(label, self.money(amount));
        }
        let mut change = |phrase: Phrase, minor: i128, detail: Option<String>| {
            if minor != 0 {
                waterfall.change(phrase.text(self.language), self.money(minor)).detail = detail;
            }
        };
        change(Phrase::Clawbacks, balance.clawbacks.wide(), None);
        let held = balance.held_change.wide();
        change(if held > 0 { Phrase::HeldBack } else { Phrase::Released }, -held, None);
        for adjustment in &self.statement.adjustments {
            change(Phrase::Adjustment, adjustment.amount, Some(adjustment.reason.clone()));
        }
        let draw = |id: Option<&String>| id.map(|id| title_of(&self.known.policy(id, self.month.last_day).0));
        change(Phrase::Guarantee, payment.guarantee.wide(), draw(balance.guarantee_id.as_ref()));
        let recoverable = balance.draw.as_ref().map(|(id, _)| id);
        change(Phrase::Advance, payment.advance.wide(), draw(recoverable));
        change(Phrase::Recovery, -payment.recovery.wide(), draw(recoverable));
        let out = payment.carried_out.wide();
        change(if out < 0 { Phrase::DebtOut } else { Phrase::CarriedOut }, -out, None);
        let paid = self.money(payment.paid.wide());
        waterfall.step(self.say(Phrase::Paid), paid, StepRole::Total);
        if let Some(currency) = Currency::from_code(&balance.paid_currency)
            && currency != self.currency()
        {
            let amount = Money::of(payment.paid_amount, currency);
            let label = Phrase::PaidIn.with(self.language, &[currency.code()]);
            let step = waterfall.step(label, amount, StepRole::Beside);
            step.detail = balance.rate.map(|(rate, _)| {
                Phrase::AtRate.with(self.language, &[&self.language.short_number(rate.into(), 9)])
            });
        }
        waterfall
    }

    /// What is there at the beginning, its change and what is there at the end; nothing where all are 0.
    fn stock(&self, key: &'static str, names: [Phrase; 3], amounts: &[Minor; 3]) -> Option<Block> {
        if amounts.iter().all(|amount| amount.is_zero()) {
            return None;
        }
        let mut waterfall = self.waterfall(key);
        waterfall.change(self.say(names[0]), self.money(amounts[0].wide()));
        waterfall.change(self.say(names[1]), self.money(amounts[1].wide()));
        waterfall.step(self.say(names[2]), self.money(amounts[2].wide()), StepRole::Total);
        Some(Block::Waterfall(waterfall))
    }

    fn owed(&self, balance: &Balance) -> Option<Block> {
        let payment = &balance.payment;
        if balance.owed_in.is_zero() && payment.owed_out.is_zero() && payment.advance.is_zero() {
            return None;
        }
        let mut waterfall = self.waterfall("owed_balance");
        waterfall.change(self.say(Phrase::OwedIn), self.money(balance.owed_in.wide()));
        let changes = [
            (Phrase::Advance, payment.advance.wide()),
            (Phrase::Recovery, -payment.recovery.wide()),
            (Phrase::Forgiven, -payment.forgiven.wide()),
        ];
        for (phrase, minor) in changes.into_iter().filter(|(_, minor)| *minor != 0) {
            waterfall.change(self.say(phrase), self.money(minor));
        }
        waterfall.step(self.say(Phrase::OwedOut), self.money(payment.owed_out.wide()), StepRole::Total);
        Some(Block::Waterfall(waterfall))
    }

    // Summaries.

    fn by_rule(&self, document: &mut Document) {
        if self.statement.rules.is_empty() {
            return;
        }
        document.heading(2, self.say(Phrase::ByRule));
        let columns = vec![
            Column::text("rule_id", self.say(Phrase::Id)).in_data(),
            Column::text("rule", self.say(Phrase::Rule)),
            Column::number("lines", self.say(Phrase::Lines)),
            Column::number("credit", self.say(Phrase::Credit)),
            Column::number("amount", self.say(Phrase::Amount)),
        ];
        let mut table = Table::new("rules", self.say(Phrase::ByRule), columns);
        for RuleLines { rule, lines } in &self.statement.rules {
            let credits = lines.iter().filter_map(|line| line.credit);
            let has_amount = lines.iter().any(|line| line.amount.is_some());
            let amount: i128 = lines.iter().filter_map(|line| line.amount).sum();
            table.row(vec![
                Cell::text(&rule.id),
                Cell::text(title_of(rule)),
                Cell::Count(lines.len() as u64),
                self.cell(credits.sum()),
                if has_amount { self.cell(amount) } else { Cell::Empty },
            ]);
        }
        table.add_total(self.say(Phrase::Total), &["amount"]);
        document.blocks.push(Block::Table(table));
    }

    fn attainment(&self, document: &mut Document) {
        if self.statement.attainment.is_empty() {
            return;
        }
        document.heading(2, self.say(Phrase::Attainment));
        let columns = vec![
            Column::text("rule_id", self.say(Phrase::Id)).in_data(),
            Column::text("rule", self.say(Phrase::Rule)),
            Column::text("period", self.say(Phrase::Period)),
            Column::number("quota", self.say(Phrase::Quota)),
            Column::number("credit", self.say(Phrase::Credit)),
            Column::number("measure", self.say(Phrase::Measure)),
            Column::number("attained", self.say(Phrase::Attained)),
            Column::number("rate", self.say(Phrase::RateReached)),
        ];
        let mut table = Table::new("attainment", self.say(Phrase::Attainment), columns);
        for row in &self.statement.attainment {
            let period = Period::parse(&row.period).map(|period| self.language.period(period));
            table.row(vec![
                Cell::text(&row.rule.id),
                Cell::text(title_of(&row.rule)),
                Cell::text(period.unwrap_or_else(|| row.period.clone())),
                self.quota(row),
                self.cell(row.credit),
                row.measure.map_or(Cell::Empty, |measure| Cell::Number(measure, 9)),
                row.attained.map_or(Cell::Empty, |attained| Cell::Rate(attained, 6)),
                Cell::Rate(row.rate, 8),
            ]);
        }
        hide_empty(&mut table);
        document.blocks.push(Block::Table(table));
        for row in self.statement.attainment.iter().filter(|row| !row.tiers.is_empty()) {
            document.heading(3, format!("{} – {}", self.say(Phrase::Tiers), title_of(&row.rule)));
            document.blocks.push(Block::Table(self.tiers(row)));
        }
    }

    /// A quota in the book's currency, or in the unit of what is counted.
    fn quota(&self, row: &Attainment) -> Cell {
        let Some(quota) = row.quota else { return Cell::Empty };
        match rescale_exact(quota, 6, self.currency().digits()) {
            Ok(minor) if row.measure.is_none() => self.cell(minor),
            _ => Cell::Number(quota, 6),
        }
    }

    fn tiers(&self, row: &Attainment) -> Table {
        let columns = vec![
            Column::text("rule_id", self.say(Phrase::Id)).in_data(),
            Column::number("from", self.say(Phrase::From)),
            Column::number("rate", self.say(Phrase::Rate)),
            Column::number("bonus", self.say(Phrase::Bonus)),
        ];
        let mut table = Table::new("tiers", self.say(Phrase::Tiers), columns);
        for tier in &row.tiers {
            table.row(vec![
                Cell::text(&row.rule.id),
                match (tier.of_quota, row.measure) {
                    (true, _) => rate(tier.from),
                    (false, None) => self.of_rule(tier.from),
                    // In the unit of what is counted.
                    (false, Some(_)) => number(tier.from),
                },
                rate(tier.rate),
                tier.bonus.map_or(Cell::Empty, |bonus| self.of_rule(bonus)),
            ]);
        }
        hide_empty(&mut table);
        table
    }

    /// An amount as a rule says it, in the book's currency; a number where it has more decimals than that.
    fn of_rule(&self, amount: Decimal) -> Cell {
        let plain = amount.normalize();
        match rescale_exact(plain.mantissa(), plain.scale(), self.currency().digits()) {
            Ok(minor) => self.cell(minor),
            Err(_) => number(amount),
        }
    }

    fn year(&self, document: &mut Document) {
        if self.statement.year.is_empty() {
            return;
        }
        document.heading(2, self.say(Phrase::YearSoFar));
        let keys = ["earned", "true_ups", "clawbacks", "adjustments", "paid"];
        let titles = [Phrase::Earned, Phrase::TrueUps, Phrase::Clawbacks, Phrase::Adjustments, Phrase::Paid];
        let mut columns = vec![Column::text("month", self.say(Phrase::Month))];
        columns.extend(keys.iter().zip(titles).map(|(key, title)| Column::number(key, self.say(title))));
        let in_another = |balance: &Balance| balance.paid_currency != self.currency().code();
        let has_another = self.statement.year.iter().any(|month| in_another(&month.balance));
        if has_another {
            columns.push(Column::number("paid_amount", self.say(Phrase::Paid)));
        }
        let mut table = Table::new("year", self.say(Phrase::YearSoFar), columns);
        for month in &self.statement.year {
            let balance = &month.balance;
            let paid = &balance.payment;
            let figures =
                [balance.lines, balance.true_ups, balance.clawbacks, balance.adjustments, paid.paid];
            let mut cells = vec![Cell::text(self.language.period(month.period))];
            cells.extend(figures.map(|figure| self.cell(figure.wide())));
            if has_another {
                let currency = Currency::from_code(&balance.paid_currency);
                cells.push(Cell::amount(currency.map(|currency| Money::of(paid.paid_amount, currency))));
            }
            table.row(cells);
        }
        table.add_total(self.say(Phrase::Total), &keys);
        table.hide_zeros(&["true_ups", "clawbacks", "adjustments"]);
        document.blocks.push(Block::Table(table));
    }

    fn team(&self, document: &mut Document) {
        if self.statement.team.is_empty() {
            return;
        }
        document.heading(2, self.say(Phrase::Team));
        let columns = vec![
            Column::text("payee_id", self.say(Phrase::Payee)),
            Column::text("name", self.say(Phrase::Name)),
            Column::number("level", self.say(Phrase::Level)),
            Column::number("earned", self.say(Phrase::Earned)),
            Column::number("paid", self.say(Phrase::Paid)),
        ];
        let mut table = Table::new("team", self.say(Phrase::Team), columns);
        for member in &self.statement.team {
            let balance = member.balance.as_ref();
            table.row(vec![
                Cell::text(&member.payee_id),
                Cell::text(&member.name),
                Cell::Count(member.level.into()),
                self.cell(member.earned),
                self.cell(balance.map_or(0, |row| row.payment.paid.wide())),
            ]);
        }
        table.add_total(self.say(Phrase::Total), &["earned", "paid"]);
        document.blocks.push(Block::Table(table));
    }

    // Details.

    fn lines(&self, document: &mut Document) {
        if self.statement.rules.is_empty() {
            return;
        }
        document.heading(2, self.say(Phrase::EarnedLines));
        let lines = || self.statement.rules.iter().flat_map(|of_rule| &of_rule.lines);
        let shown = LineColumns {
            customer: lines().any(|line| !line.customer.is_empty()),
            role: lines().any(|line| !line.role.is_empty()),
            from_payee: lines().any(|line| !line.from_payee.is_empty()),
        };
        for RuleLines { rule, lines } in &self.statement.rules {
            document.heading(3, rule.shown());
            if let Some(why) = &rule.why {
                document.blocks.push(Block::Quote(why.as_str().into()));
            }
            let mut table = Table::new("lines", self.say(Phrase::Lines), self.line_columns(shown));
            for line in lines {
                table.row(self.line_cells(rule, line));
            }
            table.add_total(self.say(Phrase::Total), &["amount"]);
            document.blocks.push(Block::Table(table));
        }
    }

    fn line_columns(&self, shown: LineColumns) -> Vec<Column> {
        let maybe = |is_shown: bool, column: Column| if is_shown { column } else { column.in_data() };
        vec![
            Column::text("rule_id", self.say(Phrase::Id)).in_data(),
            Column::text("rule", self.say(Phrase::Rule)).in_data(),
            Column::text("deal_id", self.say(Phrase::Deal)),
            maybe(shown.customer, Column::text("customer", self.say(Phrase::Customer))),
            Column::text("close_date", self.say(Phrase::CloseDate)),
            maybe(shown.role, Column::text("role", self.say(Phrase::Role))),
            maybe(shown.from_payee, Column::text("from_payee_id", self.say(Phrase::CreditOf))),
            Column::number("credit", self.say(Phrase::Credit)),
            Column::number("rate", self.say(Phrase::Rate)),
            Column::number("amount", self.say(Phrase::Amount)),
            Column::text("remark", self.say(Phrase::Remark)),
        ]
    }

    fn line_cells(&self, rule: &RuleName, line: &EarnedLine) -> Vec<Cell> {
        vec![
            Cell::text(&rule.id),
            Cell::text(title_of(rule)),
            Cell::text(&line.deal),
            Cell::text(&line.customer),
            Cell::Date(line.close_date),
            Cell::text(&line.role),
            Cell::text(&line.from_payee),
            line.credit.map_or(Cell::Empty, |credit| self.cell(credit)),
            line.rate.map_or(Cell::Empty, |rate| Cell::Rate(rate, 8)),
            line.amount.map_or(Cell::Empty, |amount| self.cell(amount)),
            Cell::text(self.remark(line)),
        ]
    }

    /// What lowered a line.
    fn remark(&self, line: &EarnedLine) -> String {
        let mut said = Vec::new();
        if line.amount.is_none() {
            said.push(self.say(Phrase::CreditOnly).to_owned());
        }
        let notes = [
            (Phrase::LessByCap, line.capped),
            (Phrase::PostedBeforeNote, line.posted_before),
            (Phrase::HeldNote, line.held),
        ];
        for (phrase, minor) in notes.into_iter().filter(|(_, minor)| *minor != 0) {
            said.push(phrase.with(self.language, &[&self.amount(minor)]));
        }
        said.join("; ")
    }

    fn true_ups(&self, document: &mut Document) {
        if self.statement.true_ups.is_empty() {
            return;
        }
        document.heading(2, self.say(Phrase::TrueUps));
        let columns = vec![
            Column::text("month", self.say(Phrase::Month)),
            Column::text("rule_id", self.say(Phrase::Id)).in_data(),
            Column::text("rule", self.say(Phrase::Rule)),
            Column::text("deal_id", self.say(Phrase::Deal)),
            Column::text("customer", self.say(Phrase::Customer)),
            Column::text("close_date", self.say(Phrase::CloseDate)),
            Column::text("role", self.say(Phrase::Role)),
            Column::text("from_payee_id", self.say(Phrase::CreditOf)),
            Column::number("before", self.say(Phrase::PostedBefore)),
            Column::number("now", self.say(Phrase::Now)),
            Column::number("amount", self.say(Phrase::Difference)),
            Column::text("reason", self.say(Phrase::Why)),
        ];
        let mut table = Table::new("true_ups", self.say(Phrase::TrueUps), columns);
        for change in &self.statement.true_ups {
            table.row(vec![
                Cell::text(self.language.period(change.period)),
                Cell::text(&change.rule.id),
                Cell::text(title_of(&change.rule)),
                Cell::text(&change.deal),
                Cell::text(&change.customer),
                Cell::Date(change.close_date),
                Cell::text(&change.role),
                Cell::text(&change.from_payee),
                self.cell(change.before),
                self.cell(change.now),
                self.cell(change.earned),
                Cell::text(cause(&change.cause, self.language)),
            ]);
        }
        table.add_total(self.say(Phrase::Total), &["amount"]);
        hide_empty(&mut table);
        document.blocks.push(Block::Table(table));
    }

    fn clawbacks(&self, document: &mut Document) {
        if self.statement.clawbacks.is_empty() {
            return;
        }
        document.heading(2, self.say(Phrase::TakenBack));
        let columns = vec![
            Column::text("month", self.say(Phrase::Month)),
            Column::text("rule_id", self.say(Phrase::Id)).in_data(),
            Column::text("rule", self.say(Phrase::Rule)),
            Column::text("deal_id", self.say(Phrase::Deal)),
            Column::text("of_deal_id", self.say(Phrase::ReversedDeal)),
            Column::text("customer", self.say(Phrase::Customer)),
            Column::text("close_date", self.say(Phrase::CloseDate)),
            Column::text("of_rule_id", self.say(Phrase::OfRule)),
            Column::text("role", self.say(Phrase::Role)),
            Column::text("from_payee_id", self.say(Phrase::CreditOf)),
            Column::number("amount", self.say(Phrase::Amount)),
            Column::text("reason", self.say(Phrase::Why)),
        ];
        let mut table = Table::new("clawbacks", self.say(Phrase::TakenBack), columns);
        for change in &self.statement.clawbacks {
            table.row(vec![
                Cell::text(self.language.period(change.period)),
                Cell::text(&change.rule.id),
                Cell::text(title_of(&change.rule)),
                Cell::text(&change.deal),
                Cell::text(&change.of_deal),
                Cell::text(&change.customer),
                Cell::Date(change.close_date),
                Cell::text(&change.of_rule),
                Cell::text(&change.role),
                Cell::text(&change.from_payee),
                self.cell(change.earned),
                Cell::text(self.clawback_reason(change)),
            ]);
        }
        table.add_total(self.say(Phrase::Total), &["amount"]);
        hide_empty(&mut table);
        document.blocks.push(Block::Table(table));
    }

    /// The reason of the rule, or why what was taken back is another amount now.
    fn clawback_reason(&self, change: &Change) -> String {
        match (change.cause.as_str(), &change.rule.why) {
            ("new" | "", Some(why)) => why.clone(),
            ("", None) => String::new(),
            (text, _) => cause(text, self.language),
        }
    }

    fn adjustments(&self, document: &mut Document) {
        if self.statement.adjustments.is_empty() {
            return;
        }
        document.heading(2, self.say(Phrase::Adjustments));
        let columns = vec![
            Column::text("adjustment_id", self.say(Phrase::Id)),
            Column::text("month", self.say(Phrase::Month)),
            Column::text("deal_id", self.say(Phrase::Deal)),
            Column::text("reason", self.say(Phrase::Reason)),
            Column::number("amount", self.say(Phrase::Amount)),
        ];
        let mut table = Table::new("adjustments", self.say(Phrase::Adjustments), columns);
        for adjustment in &self.statement.adjustments {
            table.row(vec![
                Cell::text(&adjustment.id),
                Cell::text(self.language.period(adjustment.period)),
                Cell::text(&adjustment.deal),
                Cell::text(&adjustment.reason),
                self.cell(adjustment.amount),
            ]);
        }
        table.add_total(self.say(Phrase::Total), &["amount"]);
        hide_empty(&mut table);
        document.blocks.push(Block::Table(table));
    }

    fn held(&self, document: &mut Document) {
        let Statement { held, held_changes, .. } = self.statement;
        if held.is_empty() && held_changes.is_empty() {
            return;
        }
        document.heading(2, self.say(Phrase::WhatIsHeld));
        if !held.is_empty() {
            let mut table = Table::new("held", self.say(Phrase::Held), self.held_columns());
            for line in held {
                let by = match (&line.by.why, title_of(&line.by)) {
                    (Some(why), title) => format!("{title}: {why}"),
                    (None, title) => title,
                };
                table.row(vec![
                    Cell::text(&line.rule.id),
                    Cell::text(title_of(&line.rule)),
                    Cell::text(&line.deal),
                    Cell::text(&line.customer),
                    Cell::Date(line.close_date),
                    Cell::text(&line.role),
                    share(&line.share),
                    self.cell(line.held),
                    Cell::text(by),
                    Cell::text(&line.release),
                ]);
            }
            table.add_total(self.say(Phrase::Total), &["amount"]);
            hide_empty(&mut table);
            document.blocks.push(Block::Table(table));
        }
        if !held_changes.is_empty() {
            document.blocks.push(Block::Table(self.held_changes()));
        }
    }

    fn held_columns(&self) -> Vec<Column> {
        vec![
            Column::text("rule_id", self.say(Phrase::Id)).in_data(),
            Column::text("rule", self.say(Phrase::Rule)),
            Column::text("deal_id", self.say(Phrase::Deal)),
            Column::text("customer", self.say(Phrase::Customer)),
            Column::text("close_date", self.say(Phrase::CloseDate)),
            Column::text("role", self.say(Phrase::Role)),
            Column::number("share", self.say(Phrase::MayBePaid)),
            Column::number("amount", self.say(Phrase::Held)),
            Column::text("held_by", self.say(Phrase::HeldBy)),
            Column::text("release", self.say(Phrase::ReleasedBy)),
        ]
    }

    fn held_changes(&self) -> Table {
        let columns = vec![
            Column::text("rule_id", self.say(Phrase::Id)).in_data(),
            Column::text("rule", self.say(Phrase::Rule)),
            Column::text("deal_id", self.say(Phrase::Deal)),
            Column::number("earned", self.say(Phrase::Earned)),
            Column::number("released", self.say(Phrase::MayBePaid)),
            Column::number("amount", self.say(Phrase::HeldChange)),
        ];
        let mut table = Table::new("held_changes", self.say(Phrase::HeldThisMonth), columns);
        for change in &self.statement.held_changes {
            table.row(vec![
                Cell::text(&change.rule.id),
                Cell::text(title_of(&change.rule)),
                Cell::text(&change.deal),
                self.cell(change.earned),
                self.cell(change.released),
                self.cell(change.earned - change.released),
            ]);
        }
        table.add_total(self.say(Phrase::Total), &["earned", "released", "amount"]);
        table
    }

    fn unpaid(&self, document: &mut Document) {
        if self.statement.unpaid.is_empty() {
            return;
        }
        document.heading(2, self.say(Phrase::NoPay));
        let columns = vec![
            Column::text("deal_id", self.say(Phrase::Deal)),
            Column::text("customer", self.say(Phrase::Customer)),
            Column::text("close_date", self.say(Phrase::CloseDate)),
            Column::text("rule_id", self.say(Phrase::Id)).in_data(),
            Column::text("rule", self.say(Phrase::Rule)),
            Column::text("reason", self.say(Phrase::Why)),
        ];
        let mut table = Table::new("unpaid", self.say(Phrase::NoPaySheet), columns);
        for deal in &self.statement.unpaid {
            let rule = deal.rule.as_ref();
            table.row(vec![
                Cell::text(&deal.deal),
                Cell::text(&deal.customer),
                deal.close_date.map_or(Cell::Empty, Cell::Date),
                Cell::text(rule.map_or("", |rule| rule.id.as_str())),
                Cell::text(rule.map_or(String::new(), title_of)),
                Cell::text(reason(deal.reason, self.language)),
            ]);
        }
        hide_empty(&mut table);
        document.blocks.push(Block::Table(table));
    }

    fn inquiries(&self, document: &mut Document) {
        if self.statement.inquiries.is_empty() {
            return;
        }
        document.heading(2, self.say(Phrase::Asked));
        let columns = vec![
            Column::text("inquiry_id", self.say(Phrase::Id)).in_data(),
            Column::text("raised_on", self.say(Phrase::AskedOn)),
            Column::text("deal_id", self.say(Phrase::Deal)),
            Column::text("rule_id", self.say(Phrase::Rule)),
            Column::text("question", self.say(Phrase::Question)),
            Column::text("state", self.say(Phrase::State)),
            Column::text("answered_on", self.say(Phrase::AnsweredOn)),
            Column::text("answer", self.say(Phrase::Answer)),
            Column::text("adjustment_id", self.say(Phrase::Adjustment)),
        ];
        let mut table = Table::new("inquiries", self.say(Phrase::AskedSheet), columns);
        for asked in &self.statement.inquiries {
            table.row(vec![
                Cell::text(&asked.id),
                Cell::Date(asked.raised_on),
                Cell::text(&asked.deal),
                Cell::text(asked.rule.as_ref().map_or(String::new(), title_of)),
                Cell::text(&asked.question),
                Cell::text(self.say(state(asked.state))),
                asked.answered_on.map_or(Cell::Empty, Cell::Date),
                Cell::text(&asked.answer),
                Cell::text(&asked.adjustment),
            ]);
        }
        hide_empty(&mut table);
        document.blocks.push(Block::Table(table));
    }

    fn ask(&self, document: &mut Document) {
        document.heading(2, self.say(Phrase::HowToAsk));
        let name = &self.month.name;
        document.paragraph(Phrase::AskAbout.with(self.language, &[name]));
        if let Some(sender) = &self.head.sender {
            document.paragraph(Phrase::AskSender.with(self.language, &[sender]));
        }
        if let Some(note) = &self.head.note {
            document.blocks.push(Block::Note(note.clone()));
        }
        let source = match self.month.kind {
            MonthKind::Close | MonthKind::Draft => Phrase::FromClose,
            MonthKind::Result => Phrase::FromResult,
        };
        document.footer.push(source.with(self.language, &[name]));
    }
}

/// Columns of lines that only some statements need.
#[derive(Debug, Clone, Copy)]
struct LineColumns {
    customer: bool,
    role: bool,
    from_payee: bool,
}

/// What became of an inquiry, in words.
fn state(state: InquiryState) -> Phrase {
    match state {
        InquiryState::Open => Phrase::StateOpen,
        InquiryState::Answered => Phrase::StateAnswered,
        InquiryState::Accepted => Phrase::StateAccepted,
        InquiryState::Rejected => Phrase::StateRejected,
    }
}

/// Columns in which every cell is empty stand in data alone.
fn hide_empty(table: &mut Table) {
    for place in 0..table.columns.len() {
        if table.rows.iter().all(|row| row[place] == Cell::Empty) {
            let column = table.columns[place].clone();
            table.columns[place] = column.in_data();
        }
    }
}

/// The title of a rule; without one its id.
fn title_of(rule: &RuleName) -> String {
    rule.title.clone().unwrap_or_else(|| rule.id.clone())
}

/// Differences added up by month, in order of time.
fn by_month(changes: &[Change]) -> std::collections::BTreeMap<Period, i128> {
    let mut months = std::collections::BTreeMap::new();
    for change in changes {
        *months.entry(change.period).or_insert(0) += change.earned;
    }
    months
}

/// A fraction in percent.
fn rate(fraction: Decimal) -> Cell {
    let mut fraction = fraction.normalize();
    if fraction.scale() < 2 {
        fraction.rescale(2);
    }
    Cell::Rate(fraction.mantissa(), fraction.scale())
}

fn number(value: Decimal) -> Cell {
    Cell::Number(value.mantissa(), value.scale())
}

/// A share as held.csv has it, in percent.
fn share(text: &str) -> Cell {
    text.parse::<Decimal>().map_or_else(|_| Cell::text(text), rate)
}
