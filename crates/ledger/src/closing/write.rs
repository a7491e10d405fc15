//! The files of a draft.

use std::sync::Arc;

use super::Closing;
use super::outcome::{CloseOutcome, ComputedClose, DraftReport};
use crate::accruals::Assets;
use crate::earned::EarnedEntries;
use crate::entry::{Entry, EntryType};
use crate::folder::{
    FileRecord, InputRecord, write_assets, write_balances, write_contract_reversals, write_entries,
    write_findings, write_held, write_payouts, write_people, write_reversals, write_schedules,
};
use crate::ledger::{Closes, Draft, FolderWriter, sealed};
use crate::people::People;
use crate::rewritten::RuleSnapshot;
use crate::scope::Ground;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_contract::output::assets::{ASSETS, CONTRACT_REVERSALS, SCHEDULES};
use apportion_contract::output::ledger::{
    APPROVALS, BALANCES, DRAFT, ENTRIES, FINDINGS, HELD, LINES_RESTATED, PEOPLE, REVERSALS,
};
use apportion_contract::output::{PAYOUTS, RUN};
use apportion_engine::credit::{Line, Lines};
use apportion_engine::project::{self, Prepared};
use apportion_engine::settle::PeriodView;
use apportion_results::PeriodFiles;

/// What is written beside what was computed.
pub(super) struct Written {
    pub(super) people: People,
    pub(super) restated: Lines,
    pub(super) rules: Vec<RuleSnapshot>,
    pub(super) opening: Option<InputRecord>,
}

/// The lines of closed months that have an entry, as they are now.
pub(super) fn restated(ground: &Ground<'_>, made: &EarnedEntries) -> Lines {
    let is_true_up = |entry: &Entry| entry.entry == EntryType::TrueUp;
    let places = made.entries.iter().zip(&made.lines).filter(|(entry, _)| is_true_up(entry));
    let mut lines: Vec<Line> = places
        .filter_map(|(_, line)| *line)
        .map(|line| ground.years[line.place.0].lines[line.place.1])
        .collect();
    lines.sort_by_key(|line| (line.rule, line.payee, line.place()));
    let mut stretches: Vec<Vec<Line>> = Vec::new();
    for line in lines {
        match stretches.last_mut() {
            Some(stretch) if stretch.last().is_some_and(|last: &Line| last.rule == line.rule) => {
                stretch.push(line);
            }
            _ => stretches.push(vec![line]),
        }
    }
    Lines::of_stretches(stretches)
}

impl Closing<'_> {
    pub(super) fn write(
        &self,
        computed: ComputedClose,
        (Prepared { tables, governance }, of_period): (Prepared, PeriodView),
        closes: &Closes,
        written: Written,
    ) -> Result<CloseOutcome, Vec<Diagnostic>> {
        self.progress.phase("writing", None);
        let one = |error: Diagnostic| vec![error];
        let book = Arc::clone(self.project.book());
        let close = project::Close {
            book: Arc::clone(&book),
            rules: Arc::clone(self.project.rules()),
            rule_files: self.project.rule_files().to_vec(),
            tables: Arc::clone(&tables),
            settlement: of_period,
            period: computed.period,
            governance,
        };
        let before = match self.ledger.draft(closes) {
            // What can't be read is no draft to compare with, and has no approvals.
            Err(error) if error.code == Code::UnreadableLedger => None,
            read => read.map_err(one)?,
        };
        let folder = self.ledger.begin_draft().map_err(one)?;
        let files = write_files(&folder, &close, &computed, &written).map_err(one)?;
        let record = self.record(&close, &computed, closes, (files, written)).map_err(one)?;
        let sealed_record = sealed(&record).map_err(one)?;
        // Approvals are those of its digest.
        let approvals = before
            .as_ref()
            .filter(|draft| draft.digest == sealed_record.digest)
            .map_or_else(Vec::new, |draft| draft.approvals.clone());
        if !approvals.is_empty() {
            folder.write_text(APPROVALS, &sealed(&approvals).map_err(one)?.text).map_err(one)?;
        }
        folder.write_text(DRAFT, &sealed_record.text).map_err(one)?;
        let warning = folder.publish().map_err(one)?;
        let draft = Draft { record, digest: sealed_record.digest, period: computed.period, approvals };
        let rules = close.rules;
        Ok(CloseOutcome::Draft(Box::new(DraftReport {
            computed,
            draft,
            before,
            warning,
            book,
            rules,
            tables,
        })))
    }
}

fn write_files(
    folder: &FolderWriter,
    close: &project::Close,
    computed: &ComputedClose,
    written: &Written,
) -> Result<Vec<FileRecord>, Diagnostic> {
    let currency = close.book.currency;
    let ComputedClose { period, entries, names, balances, held, findings, reversals, .. } = computed;
    let period_files = PeriodFiles::new(close)?;
    let mut outputs = Vec::new();
    for name in period_files.names() {
        outputs.push(folder.write_as(name, name, |out| period_files.write(name, out))?);
    }
    outputs.push(folder.write_as(PAYOUTS, PAYOUTS, |out| write_payouts(out, balances))?);
    outputs.push(folder.write_as(RUN, RUN, |out| period_files.write_manifest(out, &outputs))?);
    let mut files: Vec<FileRecord> = outputs
        .into_iter()
        .map(|output| FileRecord { file: output.file.to_owned(), sha256: output.sha256, bytes: output.bytes })
        .collect();
    let parquet = |error: parquet::errors::ParquetError| std::io::Error::other(error);
    files
        .push(folder.write(ENTRIES, |out| {
            write_entries(out, (*period, currency), entries, names).map_err(parquet)
        })?);
    files.push(folder.write(BALANCES, |out| write_balances(out, currency, balances))?);
    files.push(folder.write(PEOPLE, |out| write_people(out, &written.people))?);
    let policies = &close.rules.policies;
    files.push(folder.write(HELD, |out| write_held(out, currency, held, names, (&close.tables, policies)))?);
    files.push(folder.write(FINDINGS, |out| write_findings(out, currency, findings))?);
    files.push(folder.write(REVERSALS, |out| write_reversals(out, currency, reversals))?);
    let restated = written.restated.clone();
    files.push(folder.write(LINES_RESTATED, |out| period_files.write_lines(out, restated))?);
    if let Some(Assets { rows, schedules, reversals }) = &computed.assets {
        files.push(folder.write(ASSETS, |out| write_assets(out, currency, rows))?);
        files.push(folder.write(SCHEDULES, |out| write_schedules(out, currency, schedules))?);
        files.push(
            folder.write(CONTRACT_REVERSALS, |out| write_contract_reversals(out, currency, reversals))?,
        );
    }
    Ok(files)
}
