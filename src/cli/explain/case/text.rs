//! Whose a deal is, and what two dispute, for people.

use super::super::super::number;
use super::super::governed::decision_line;
use super::super::page::{self, Grid, Page};
use super::super::steps::at;
use super::super::tables::percent_of;
use crate::ConflictExplanation;
use apportion_base::diagnostic::grouped;
use apportion_base::money::Minor;
use apportion_book::{Book, display_day};
use apportion_documents::block::Cell;
use apportion_engine::explain::Exact;
use apportion_engine::explain::case::tree::{
    ClaimFacts, ConflictCase, ConflictFacts, DealCase, GateOnDeal, InquiryFacts, LevelFacts, PolicyFacts,
    Precedent, PriceFacts,
};
use apportion_engine::explain::case::words;
use apportion_engine::explain::words::{gate, named};

/// Whose a deal is, and why.
pub fn deal(case: &DealCase, book: &Book, page: &mut Page) {
    let mut writer = CaseWriter { page, book };
    writer.claims(case);
    for conflict in &case.conflicts {
        writer.heading(conflict);
        writer.conflict(conflict, false);
    }
    if let Some(price) = &case.price {
        writer.price(price);
    }
    writer.gates(&case.gates);
    writer.inquiries(&case.inquiries);
}

/// A conflict, once for each deal that it is about.
pub fn conflict(answer: &ConflictExplanation) -> Page {
    let mut page = Page::default();
    for case in answer.cases() {
        let mut writer = CaseWriter { page: &mut page, book: &answer.traced().book };
        writer.heading(&case.conflict);
        writer.page.labelled("known", &format!("at the end of {}", display_day(case.as_of)));
        writer.conflict(&case.conflict, case.as_won);
        writer.precedents(case);
    }
    page
}

struct CaseWriter<'a> {
    page: &'a mut Page,
    book: &'a Book,
}

impl CaseWriter<'_> {
    fn money(&self, minor: Minor) -> String {
        number::money(minor.into(), self.book.currency.digits())
    }

    fn exact(&self, value: Exact) -> String {
        grouped(&value.with_decimals(self.book.currency.digits()))
    }

    fn claims(&mut self, case: &DealCase) {
        if case.claims.is_empty() {
            return;
        }
        self.page.indent(0);
        let (day, as_of) = (display_day(case.day), display_day(case.as_of));
        self.page.heading(2, &format!("Claims on the deal: judged on {day}, by what is known on {as_of}"));
        if case.held_by.is_none() {
            self.page.indent(2);
            self.page.prose("nobody holds the deal");
        }
        self.page.blank();
        for claim in &case.claims {
            self.claim(claim, case);
        }
    }

    fn claim(&mut self, claim: &ClaimFacts, case: &DealCase) {
        let role = claim.role.as_ref().map(|role| format!(", as {role}")).unwrap_or_default();
        let head = format!("{}. {} of {}{role}", claim.rank, claim.registration_id, named(&claim.payee));
        let state =
            if claim.is_holder { format!("{}, holds the deal", claim.state) } else { claim.state.to_owned() };
        self.page.indent(2);
        self.page.heading_with_result(3, &head, Cell::text(state));
        self.page.indent(4);
        for (index, said) in words::course(claim).iter().enumerate() {
            self.page.labelled(if index == 0 { "days" } else { "" }, said);
        }
        if claim.members.len() > 1 {
            let members = claim.members.iter();
            let members = members.map(|(payee, share)| format!("{} {}", named(payee), percent_of(*share)));
            self.page.labelled("members", &members.collect::<Vec<_>>().join(", "));
        }
        if let Some(why) = case.held_by.filter(|_| claim.is_holder) {
            self.page.labelled("holder", &words::holder(why));
        }
        if let Some(policy) = &claim.policy {
            self.page.labelled("policy", &policy_line(policy));
        }
        self.page.blank();
    }

    fn heading(&mut self, conflict: &ConflictFacts) {
        self.page.indent(0);
        let head = format!("Conflict {}", conflict.conflict_id);
        self.page.heading_with_result(2, &head, Cell::text(conflict.state));
        self.page.indent(2);
    }

    fn conflict(&mut self, conflict: &ConflictFacts, as_won: bool) {
        let [one, other] = &conflict.claimants;
        let between = format!("{} and {}, about the role {}", named(one), named(other), conflict.role);
        self.page.labelled("between", &between);
        self.page.labelled("kind", &format!("{}: {}", conflict.kind, conflict.meaning));
        let subject = match (&conflict.deal_id, &conflict.opportunity_id) {
            (Some(deal), _) => format!("deal {deal}"),
            (None, Some(opportunity)) => format!("opportunity {opportunity}"),
            (None, None) => "nothing that is in the data yet".to_owned(),
        };
        let value = conflict.value.map(|value| format!(" of {}", self.exact(value))).unwrap_or_default();
        self.page.labelled("about", &format!("{subject}{value}, since {}", display_day(conflict.day)));
        if let Some(holds) = conflict.holds {
            self.page.labelled("holds", holds_text(holds));
        }
        if let Some(policy) = &conflict.policy {
            self.page.labelled("policy", &policy_line(policy));
        }
        self.levels(conflict);
        self.criteria(conflict);
        if let Some(decision) = &conflict.decision {
            self.page.labelled("decided", &decision_line(decision));
        }
        for (index, (decision, code)) in conflict.refused.iter().enumerate() {
            let text = format!("{} ({code}: {})", decision_line(decision), words::refusal(code));
            self.page.labelled(if index == 0 { "not counted" } else { "" }, &text);
        }
        self.outcomes(conflict, as_won);
        self.page.blank();
    }

    fn levels(&mut self, conflict: &ConflictFacts) {
        for (index, level) in conflict.levels.iter().enumerate() {
            let label = if index == 0 { "levels" } else { "" };
            let runs = conflict.level.as_ref() == Some(&level.name);
            self.page.labelled(label, &level_line(level, runs));
        }
    }

    /// The criteria of the two side by side.
    fn criteria(&mut self, conflict: &ConflictFacts) {
        if conflict.criteria.is_empty() {
            return;
        }
        let [one, other] = &conflict.claimants;
        self.page.labelled("criteria", "recommend, and people decide");
        let (one, other) = (one.id.as_str(), other.id.as_str());
        let mut grid = Grid::new(&["criterion", "weight", one, "points", other, "points"]);
        for criterion in &conflict.criteria {
            let score = |side: usize| criterion.scores[side].map_or_else(page::dash, page::number);
            let cells = vec![
                Cell::text(&criterion.name),
                page::number(criterion.weight),
                score(0),
                page::number(criterion.points[0]),
                score(1),
                page::number(criterion.points[1]),
            ];
            grid.row(false, cells, "");
        }
        if let Some([one, other]) = conflict.scores {
            let [one, other] = [one, other].map(page::number);
            let cells = vec![Cell::text("sum"), Cell::Empty, Cell::Empty, one, Cell::Empty, other];
            grid.row(false, cells, "");
        }
        self.page.under(grid);
    }

    /// What each of the two would earn on the deal.
    fn outcomes(&mut self, conflict: &ConflictFacts, as_won: bool) {
        if conflict.outcomes.is_empty() {
            return;
        }
        let currency = self.book.currency.code();
        let text = match as_won {
            true => format!("what each would earn, were it won at its amount on the day, in {currency}"),
            false => format!("what each would earn on the deal, in {currency}"),
        };
        self.page.labelled("otherwise", &text);
        let [one, other] = &conflict.claimants;
        let mut grid = Grid::new(&["decided", &one.id, &other.id]);
        for facts in &conflict.outcomes {
            let said = words::outcome(facts.outcome, &conflict.claimants);
            let [one, other] = facts.amounts.map(|amount| page::amount(amount, self.book.currency));
            grid.row(false, vec![Cell::text(said), one, other], "");
        }
        self.page.under(grid);
    }

    fn precedents(&mut self, case: &ConflictCase) {
        if case.precedents.is_empty() {
            return;
        }
        self.page.indent(0);
        let (kind, role) = (case.conflict.kind, &case.conflict.role);
        self.page.heading(3, &format!("Decided before: conflicts of kind {kind} about the role {role}"));
        self.page.indent(2);
        for precedent in &case.precedents {
            self.page.item(&precedent_line(precedent));
        }
        self.page.blank();
    }

    fn price(&mut self, price: &PriceFacts) {
        self.page.indent(0);
        let verdict = if price.breach { "breach" } else { "within what is allowed" };
        let verdict = if price.approval.is_some() { "approved" } else { verdict };
        self.page.heading_with_result(2, "Price", Cell::text(verdict));
        self.page.indent(2);
        let book =
            price.book.as_ref().map_or_else(|| "no price book".to_owned(), |book| format!("book {book}"));
        let list = price
            .list
            .map_or_else(|| "no list price".to_owned(), |list| format!("list {}", self.exact(list)));
        let amount = self.exact(price.amount);
        self.page.labelled("sold", &format!("{book}, {list}, sold for {amount}"));
        for line in &price.lines {
            let product =
                line.product_id.as_ref().map(|product| format!(" of {product}")).unwrap_or_default();
            let (quantity, amount) = (self.exact(line.quantity), self.exact(line.amount));
            let place = at(line.place.as_ref());
            self.page.labelled("line", &format!("{}: {quantity}{product} for {amount}{place}", line.line_no));
        }
        let percent = |part: Option<Exact>| part.map_or_else(|| "-".to_owned(), percent_of);
        let discount = format!(
            "{} given, {} allowed, {} over",
            percent(price.given),
            percent(price.allowed),
            percent(price.over)
        );
        self.page.labelled("discount", &discount);
        if let Some(approval) = &price.approval {
            let why = approval.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
            let text = format!(
                "{} of {} on {}, up to {}{why}",
                approval.approval_id,
                named(&approval.approved_by),
                display_day(approval.day),
                percent_of(approval.discount)
            );
            self.page.labelled("approval", &text);
        }
        if !price.below_floor.is_zero() {
            let below = self.money(price.below_floor);
            self.page.labelled("floor", &format!("{below} below the floor prices"));
        }
        self.page.labelled("policy", &policy_line(&price.policy));
        self.page.blank();
    }

    fn gates(&mut self, gates: &[GateOnDeal]) {
        if gates.is_empty() {
            return;
        }
        self.page.indent(0);
        self.page.heading(2, "Gates that are not met");
        self.page.indent(2);
        for unmet in gates {
            let text = format!("{}, {}: {}", unmet.rule_id, named(&unmet.payee), gate(&unmet.gate));
            self.page.item(&text);
        }
        self.page.blank();
    }
}

impl CaseWriter<'_> {
    fn inquiries(&mut self, inquiries: &[InquiryFacts]) {
        if inquiries.is_empty() {
            return;
        }
        self.page.indent(0);
        self.page.heading(2, "What was asked about it");
        self.page.indent(2);
        for inquiry in inquiries {
            self.page.item(&inquiry_line(inquiry));
        }
        self.page.blank();
    }
}

/// Who asked what, and what came of it.
fn inquiry_line(inquiry: &InquiryFacts) -> String {
    let about = inquiry.rule_id.as_ref().map(|rule| format!(" about {rule}")).unwrap_or_default();
    let close = inquiry.close.as_ref().map(|close| format!(" in the close {close}")).unwrap_or_default();
    let question = inquiry.question.as_ref().map(|question| format!(": {question}")).unwrap_or_default();
    let (payee, raised) = (named(&inquiry.payee), display_day(inquiry.raised_on));
    let asked = format!("{} of {payee} on {raised}{about}{close}{question}", inquiry.inquiry_id);
    let on = inquiry.answered_on.map(|day| format!(" on {}", display_day(day))).unwrap_or_default();
    let by = inquiry.answered_by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    let answer = inquiry.answer.as_ref().map(|answer| format!(": {answer}")).unwrap_or_default();
    let adjustment =
        inquiry.adjustment_id.as_ref().map(|id| format!("; adjustment {id}")).unwrap_or_default();
    format!("{asked} - {}{on}{by}{answer}{adjustment}", inquiry.state)
}

fn policy_line(policy: &PolicyFacts) -> String {
    let title = policy.title.as_ref().map(|title| format!(": {title}")).unwrap_or_default();
    let why = policy.why.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
    format!("{}{title}{why}", policy.id)
}

fn level_line(level: &LevelFacts, runs: bool) -> String {
    let day = |day: Option<i32>| day.map_or_else(|| "no day".to_owned(), display_day);
    let when = level.when.as_ref().map(|when| format!(", where {when}")).unwrap_or_default();
    let now = if runs { " - this level" } else { "" };
    format!(
        "{}: {} to {} (within {}), by whom {}{when}{now}",
        level.name,
        day(level.begins),
        day(level.due),
        level.within,
        level.who
    )
}

fn holds_text(holds: &str) -> &'static str {
    match holds {
        "share" => "the claimants' lines in the role, and what is paid on their credit of it",
        "claimants" => "all lines of the claimants, and what is paid for their work",
        _ => "all lines of the deal",
    }
}

fn precedent_line(precedent: &Precedent) -> String {
    let [one, other] = &precedent.claimants;
    let subject = precedent.subject_id.as_ref().map(|id| format!("{id}, ")).unwrap_or_default();
    let scores =
        precedent.scores.map(|[one, other]| format!(" (criteria {} to {})", one.plain(), other.plain()));
    let shares = precedent.decision.shares.iter();
    let shares: Vec<String> =
        shares.map(|(payee, share)| format!("{} {}", named(payee), percent_of(*share))).collect();
    let shares = if shares.is_empty() { String::new() } else { format!("; {}", shares.join(", ")) };
    format!(
        "{subject}{} and {}{}: {}{shares}",
        named(one),
        named(other),
        scores.unwrap_or_default(),
        decision_line(&precedent.decision)
    )
}
