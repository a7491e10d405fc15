//! What mirrored reversals take a part of: the lines of the deals that they reverse, with what the close leaves of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::earned::{left_of_line, left_of_posted};
use crate::key::{Key, Map, Name, Names};
use crate::ledger::{History, LedgerFolder};
use crate::posted::{Posted, PostedKey};
use crate::scope::Ground;
use crate::vanished::VanishedThings;
use apportion_base::diagnostic::Diagnostic;
use apportion_base::digest::FileDigest;
use apportion_base::money::Minor;
use apportion_contract::output::ledger::CLOSE;
use apportion_data::{DealIx, Optional, PayeeIx, RoleIx, Tables};
use apportion_engine::credit::Line;
use apportion_engine::project::{PostedLines, PostedOriginals};
use apportion_engine::settle::{Clawbacks, Effect, OriginalLine, OriginalLines, StageTwo};

/// The lines that the mirrored reversals of the years take back. Of a deal of the horizon that is what is posted with the close, of an
/// earlier one what was posted, and of one from before the ledger the line as it is computed.
pub fn originals(
    ground: &Ground<'_>,
    (clawbacks, years): (&Clawbacks, &[StageTwo]),
    (posted, vanished): (&Posted, &VanishedThings),
    names: &Names,
) -> OriginalLines {
    let mut lines = OriginalLines::default();
    let wanted = wanted(ground, clawbacks);
    if wanted.is_empty() {
        return lines;
    }
    let days = ground.days;
    let close_date = &ground.tables.deals.close_date;
    let mut computed: Map<Key, Line> = Map::default();
    for line in years.iter().flat_map(|year| year.lines_of(ground.rules, |deal| wanted.contains(&deal))) {
        let day = close_date[line.deal];
        if day < days.ledger_from {
            lines.add(line.deal, of_line(ground, &line, line.amount));
        } else if ground.settles(line.deal) {
            computed.insert(ground.key(&line), line);
        }
    }
    for (key, state) in posted_of(ground, &wanted, posted, names) {
        let line = computed.remove(&key);
        let decision = vanished.decision(ground, &key);
        let now = left_of_posted(ground, decision, (&key, state), line.map(|line| line.amount));
        // What was taken away from a payee, and is on no line any more, is nobody's line.
        let is_there = line.is_some() || !now.is_zero();
        let line = as_line(ground.tables, (&key, now), names, |payee| ground.payee(payee));
        if let Some((deal, line)) = ground.deal_of(&key).zip(line).filter(|_| is_there) {
            lines.add(deal, line);
        }
    }
    let mut new: Vec<(Key, Line)> = computed.into_iter().collect();
    new.sort_by(|(a, _), (b, _)| a.place(names).cmp(&b.place(names)));
    for (key, line) in new {
        if let Some(now) = left_of_line(vanished.decision(ground, &key), line.amount) {
            lines.add(line.deal, of_line(ground, &line, now));
        }
    }
    lines
}

/// The lines of some deals as the ledger has posted them so far.
fn posted_lines(tables: &Tables, wanted: &[DealIx], posted: &Posted, names: &Names) -> OriginalLines {
    let mut lines = OriginalLines::default();
    let deals: Map<Name, DealIx> =
        wanted.iter().filter_map(|deal| Some((names.find(tables.deals.id(*deal))?, *deal))).collect();
    let payees: Map<Name, _> =
        tables.payees.all().filter_map(|payee| Some((names.find(tables.payees.id(payee))?, payee))).collect();
    let is_of_milestone = |key: &Key| posted.paid_milestones(key.rule);
    let counts = |posted: &&PostedKey| {
        let of_deal = deals.contains_key(&posted.key.deal) && !is_of_milestone(&posted.key);
        of_deal && !posted.key.is_clawback() && !posted.earned.is_zero()
    };
    let counted = posted.keys().iter().filter(counts);
    let mut keys: Vec<(&Key, Minor)> = counted.map(|posted| (&posted.key, posted.earned)).collect();
    keys.sort_by(|(a, _), (b, _)| a.place(names).cmp(&b.place(names)));
    for (key, amount) in keys {
        let line = as_line(tables, (key, amount), names, |payee| payees.get(&payee).copied());
        if let Some((deal, line)) = deals.get(&key.deal).zip(line) {
            lines.add(*deal, line);
        }
    }
    lines
}

/// The lines that the ledger of a project has posted, for a run that takes them back.
#[derive(Debug)]
pub struct LedgerLines(pub LedgerFolder);

impl PostedLines for LedgerLines {
    fn lines(&self, tables: &mut Tables, wanted: &[DealIx]) -> Result<PostedOriginals, Diagnostic> {
        let History { closes, names, posted, .. } = self.0.history()?;
        let Some(last) = closes.last() else { return Ok(PostedOriginals::default()) };
        Arc::make_mut(&mut tables.engagements).add_roles(roles(&posted, &names));
        // Each close names the one before by its digest, and its entries by theirs: so this is all of the ledger.
        let path = self.0.shown(&last.record.close, CLOSE);
        let source = Some(FileDigest { path, sha256: last.digest.clone() });
        Ok(PostedOriginals { lines: posted_lines(tables, wanted, &posted, &names), source })
    }
}

/// The roles that posted keys name.
pub fn roles<'n>(posted: &Posted, names: &'n Names) -> BTreeSet<&'n str> {
    posted.keys().iter().filter_map(|posted| names.maybe_text(posted.key.role)).collect()
}

/// The deals whose lines the mirrored reversals of the computed years take back.
fn wanted(ground: &Ground<'_>, clawbacks: &Clawbacks) -> BTreeSet<DealIx> {
    let close_date = &ground.tables.deals.close_date;
    let mirrored = clawbacks.reversals.iter().filter_map(|reversal| match reversal.effect {
        Effect::Mirror(taken) if ground.computes(close_date[reversal.deal]) => Some(taken.original),
        Effect::Mirror(_) | Effect::Recompute(_) | Effect::Nothing(_) => None,
    });
    mirrored.collect()
}

/// The posted keys of these deals, in order, but for deals from before the ledger of a year that is computed: those have lines.
fn posted_of(
    ground: &Ground<'_>,
    wanted: &BTreeSet<DealIx>,
    posted: &Posted,
    names: &Names,
) -> Vec<(Key, Minor)> {
    let has_lines = |day: i32| day < ground.days.ledger_from && ground.computes(day);
    let is_wanted = |key: &Key| {
        let deal = ground.deal_of(key).filter(|deal| wanted.contains(deal));
        deal.is_some_and(|deal| !has_lines(ground.tables.deals.close_date[deal]))
    };
    let keys = posted.keys().iter().filter(|posted| !posted.key.is_clawback() && is_wanted(&posted.key));
    let mut keys: Vec<(Key, Minor)> = keys.map(|posted| (posted.key, posted.earned)).collect();
    keys.sort_by(|(a, _), (b, _)| a.place(names).cmp(&b.place(names)));
    keys
}

fn of_line(ground: &Ground<'_>, line: &Line, amount: Minor) -> OriginalLine {
    let Line { payee, role, from_payee, .. } = *line;
    OriginalLine { rule_id: Arc::from(ground.rules[line.rule].id.as_str()), payee, role, from_payee, amount }
}

/// A posted key as a line; none where a payee that it names is not in the data, so that no line can name it.
fn as_line(
    tables: &Tables,
    (key, amount): (&Key, Minor),
    names: &Names,
    payee_of: impl Fn(Name) -> Option<PayeeIx>,
) -> Option<OriginalLine> {
    let from_payee = match key.from_payee {
        None => None,
        Some(payee) => Some(payee_of(payee)?),
    };
    Some(OriginalLine {
        rule_id: names.text(key.rule).into(),
        payee: payee_of(key.payee)?,
        role: role(tables, names.maybe_text(key.role)),
        from_payee: from_payee.into(),
        amount,
    })
}

fn role(tables: &Tables, role: Option<&str>) -> Optional<RoleIx> {
    let place = role
        .and_then(|role| tables.engagements.roles.binary_search_by(|known| known.as_str().cmp(role)).ok());
    place.and_then(RoleIx::new).into()
}
