//! `apportion accrue`: what was earned for contracts and is an asset, and what is owed to payees.

pub mod args;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::close::pretty;
use super::ledger::answer::{Answer, Column};
use super::options::{Global, ReportFormat};
use super::progress::Bars;
use super::report::Reporter;
use super::{Ending, Failure, disk, print_data, project};
use crate::{Accruals, Session};
use apportion_base::diagnostic::Files;
use apportion_base::money::format_scaled;
use apportion_contract::output::assets::{ASSET_FILE, LIABILITY_FILE};
use apportion_ledger::accruals::AssetFigures;
use apportion_ledger::stopped;
use args::AccrueArgs;

/// Writes and prints the assets and liabilities of a period.
pub fn accrue(args: &AccrueArgs, global: &Global, reporter: &Reporter) -> Result<Ending, Failure> {
    let folder = project::find(global)?;
    let bars = Arc::new(Bars::new(reporter));
    let session = Session::open(&folder)?.with_progress(Arc::<Bars>::clone(&bars));
    let store = disk();
    let accruals = session.accruals(&store, args.period);
    bars.finish(reporter);
    let accruals = accruals?;
    let default = || folder.join("out").join(format!("accrue-{}", args.period));
    let out = args.out.clone().unwrap_or_else(default);
    let files = accruals.write(&session, store.as_ref(), &out)?.map(|path| project::shown(&path));
    let currency = session.book().currency;
    let found = accruals.stops.iter().flat_map(|stop| {
        stopped::diagnostics(stop, accruals.closed.last().copied().unwrap_or(args.period), currency)
    });
    found.for_each(|one| reporter.diagnostic(&one, &Files::default()));
    notes(&accruals).iter().for_each(|note| reporter.note(note));
    let (digits, code) = (currency.digits(), currency.code());
    print_data(&match args.format {
        ReportFormat::Table => text(&accruals, (&session.book().name, digits, code), &files).into_bytes(),
        ReportFormat::Json => pretty(&as_json(&accruals, (digits, code), &files))?,
    })?;
    Ok(if accruals.stops.is_empty() { Ending::Fine } else { Ending::Findings })
}

/// What a reader of the figures has to know.
fn notes(accruals: &Accruals) -> Vec<String> {
    let mut notes = Vec::new();
    if !accruals.capitalises {
        notes.push(
            "No rule file has a [[capitalise]] policy: what was earned is an expense at once.".to_owned(),
        );
    }
    if let Some(month) = accruals.first_open {
        notes.push(format!(
            "{month} is not closed: assets are those of closed months, and liabilities have what a close until the end of {} would post now.",
            accruals.period
        ));
    }
    notes
}

/// By rule, for people.
fn text(accruals: &Accruals, (name, digits, code): (&str, u32, &str), files: &[String; 2]) -> String {
    let mut shown = String::new();
    for (mut answer, what) in [
        (assets_by_rule(accruals, digits), "assets by rule"),
        (liabilities_by_rule(accruals, digits), "liabilities by rule"),
    ] {
        answer.title(format!("{name}: {what}, {}, amounts in {code}", accruals.period));
        shown += &answer.table();
        shown += "\n";
    }
    for file in files {
        shown += &format!("  {file}\n");
    }
    shown
}

fn assets_by_rule(accruals: &Accruals, digits: u32) -> Answer {
    let mut by_rule: BTreeMap<&str, AssetFigures> = BTreeMap::new();
    for row in &accruals.assets {
        by_rule.entry(&row.rule_id).or_default().add(&row.figures);
    }
    let names = ["opening", "additions", "amortised", "written_off", "closing"];
    let mut answer = Answer::new([Column::Text("rule_id")].into_iter().chain(names.map(Column::Amount)));
    answer.sum(&names);
    for (rule, figures) in by_rule {
        let amounts = figures.all().map(|figure| format_scaled(figure, digits));
        answer.row(std::iter::once(rule.to_owned()).chain(amounts).collect());
    }
    answer
}

fn liabilities_by_rule(accruals: &Accruals, digits: u32) -> Answer {
    let mut by_rule: BTreeMap<&str, [i128; 3]> = BTreeMap::new();
    for row in &accruals.liabilities {
        let sums = by_rule.entry(&row.rule_id).or_default();
        let own = [row.not_posted, row.held, row.carried];
        sums.iter_mut().zip(own).for_each(|(sum, amount)| *sum += amount);
    }
    let names = ["not_posted", "held", "carried"];
    let mut answer = Answer::new([Column::Text("rule_id")].into_iter().chain(names.map(Column::Amount)));
    answer.sum(&names);
    for (rule, sums) in by_rule {
        let amounts = sums.map(|sum| format_scaled(sum, digits));
        let rule = if rule.is_empty() { "no rule" } else { rule };
        answer.row(std::iter::once(rule.to_owned()).chain(amounts).collect());
    }
    answer
}

/// All rows.
fn as_json(accruals: &Accruals, (digits, code): (u32, &str), files: &[String; 2]) -> Value {
    let object = |names: &mut dyn Iterator<Item = &'static str>, cells: Vec<String>| {
        Value::Object(names.map(str::to_owned).zip(cells.into_iter().map(Value::String)).collect())
    };
    let assets = accruals.assets.iter().map(|row| {
        let figures = row.figures.all().map(|figure| format_scaled(figure, digits));
        let cells = [row.deal_id.clone(), row.rule_id.clone()].into_iter().chain(figures).collect();
        object(&mut ASSET_FILE.header(), cells)
    });
    let liabilities = accruals.liabilities.iter().map(|row| {
        let sums = [row.not_posted, row.held, row.carried].map(|sum| format_scaled(sum, digits));
        let cells = [row.payee_id.clone(), row.rule_id.clone()].into_iter().chain(sums).collect();
        object(&mut LIABILITY_FILE.header(), cells)
    });
    json!({
        "period": accruals.period.to_string(),
        "closed": accruals.closed.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "currency": code,
        "assets": assets.collect::<Vec<_>>(),
        "liabilities": liabilities.collect::<Vec<_>>(),
        "files": files,
    })
}
