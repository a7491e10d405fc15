//! Files that were cut off or damaged on their way, at many places: an error, or a reading in which every row is
//! accounted for. Never a panic, never a row less without a word.
//!
//! The damage is drawn from a fixed seed. `CORRUPTIONS=5000` damages each file of the small project so many times, and
//! each file of the fixtures a hundredth of that.

mod damage;
mod formats;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use apportion::book::Period;
use apportion::data::NoProgress;
use apportion::data::read::hush_guarded_panics;
use apportion::diagnostic::{Code, Diagnostic, Files, render};
use apportion::project::{Close, Project};
use apportion::world::Disk;
use rayon::prelude::*;

use crate::support::repository;

/// The projects of the repository, and a quarter of each in which something is paid.
const FIXTURES: [(&str, i32, u8); 7] = [
    ("adventureworks", 2014, 2),
    ("adventureworks-eur", 2014, 2),
    ("adventureworks-fx", 2014, 2),
    ("adventureworks-xlsx", 2014, 2),
    ("hubspot", 2020, 4),
    ("ravenstack", 2024, 3),
    ("salesforce", 2019, 4),
];

/// Damages of each file of the small project by default.
const USUAL: usize = 60;

fn wanted() -> usize {
    std::env::var("CORRUPTIONS").map_or(USUAL, |text| text.parse().unwrap())
}

#[test]
fn every_format() {
    hush_guarded_panics();
    let all: Vec<(&str, bool, usize)> = formats::ALL
        .iter()
        .flat_map(|(name, whole)| (0..3).map(move |table| (*name, *whole, table)))
        .collect();
    let wrong: Vec<String> = all
        .into_par_iter()
        .flat_map_iter(|(format, whole, table)| {
            let folder = tempfile::tempdir().unwrap();
            let files = formats::write(folder.path(), format);
            let before =
                settle(folder.path(), Period::Quarter { year: 2026, quarter: 3 }, &mut Files::default());
            let before = rows_read(&before.unwrap());
            assert_eq!(before, formats::ROWS, "{format}");
            let rows = |closed: &Close| whole && rows_read(closed) != formats::ROWS;
            damaged(folder.path(), &files[table], wanted(), Period::Quarter { year: 2026, quarter: 3 }, &rows)
        })
        .collect();
    assert!(wrong.is_empty(), "{} times:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_file_of_the_fixtures() {
    hush_guarded_panics();
    let wrong: Vec<String> = FIXTURES
        .into_iter()
        .flat_map(|(name, year, quarter)| {
            let period = Period::Quarter { year, quarter };
            let fixture = repository("fixtures").join(name);
            let closed = settle(&fixture, period, &mut Files::default()).unwrap();
            let inputs: BTreeSet<String> =
                closed.tables.inputs.iter().map(|input| input.path.clone()).collect();
            let rules = closed.rule_files.iter().map(|file| file.path.clone());
            let all: Vec<String> = inputs.into_iter().chain(rules).collect();
            let of_file = |file: &String| {
                let folder = tempfile::tempdir().unwrap();
                // As deep as in the repository, because its rules may be at `../../rules`.
                let project = folder.path().join("fixtures").join(name);
                std::fs::create_dir_all(&project).unwrap();
                for file in &all {
                    copy(&fixture, &project, file);
                }
                damaged(&project, &project.join(file), wanted().div_ceil(100), period, &|_| false)
            };
            all.par_iter().flat_map_iter(of_file).collect::<Vec<String>>()
        })
        .collect();
    assert!(wrong.is_empty(), "{} times:\n{}", wrong.len(), wrong.join("\n"));
}

fn copy(from: &Path, to: &Path, file: &str) {
    let target = to.join(file);
    std::fs::create_dir_all(target.parent().unwrap()).unwrap();
    std::fs::copy(from.join(file), target).unwrap();
}

fn settle(project: &Path, period: Period, files: &mut Files) -> Result<Close, Vec<Diagnostic>> {
    Project::open(&Disk::shared(), project, files)?.settle(period, &NoProgress)
}

fn rows_read(closed: &Close) -> Vec<u64> {
    closed.tables.counts.iter().map(|counts| counts.read).collect()
}

/// Damages a file of a project `times` times, each time from sound; returns what should not have come of it.
/// `lost` says whether a reading lost a row that its format could have missed.
fn damaged(
    project: &Path,
    file: &PathBuf,
    times: usize,
    period: Period,
    lost: &dyn Fn(&Close) -> bool,
) -> Vec<String> {
    let sound = std::fs::read(file).unwrap();
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let mut wrong = Vec::new();
    for (index, damage) in damage::series(&name, sound.len()).take(times).enumerate() {
        std::fs::write(file, damage.applied(&sound)).unwrap();
        let mut files = Files::default();
        let settled = catch_unwind(AssertUnwindSafe(|| settle(project, period, &mut files)));
        let why = match settled {
            Err(_) => Err("a panic".to_owned()),
            Ok(Err(found)) => refused(&found, &files),
            Ok(Ok(closed)) if lost(&closed) => Err(format!("rows read: {:?}", rows_read(&closed))),
            Ok(Ok(closed)) => accounted(&closed),
        };
        if let Err(why) = why {
            wrong.push(format!("{name}, damage {index}, {damage:?}: {why}"));
            if let Some(folder) = std::env::var_os("CORRUPTIONS_KEPT") {
                std::fs::copy(file, Path::new(&folder).join(format!("{index}-{name}"))).unwrap();
            }
        }
    }
    std::fs::write(file, sound).unwrap();
    wrong
}

/// Every finding can be shown, and none is a mistake of ours.
fn refused(found: &[Diagnostic], files: &Files) -> Result<(), String> {
    for finding in found {
        let shown = render(finding, files);
        if finding.code == Code::Internal || finding.code == Code::DoesNotAddUp || shown.trim().is_empty() {
            return Err(shown);
        }
    }
    if found.is_empty() { Err("no reason".to_owned()) } else { Ok(()) }
}

/// Every row that was read is used, filtered or rejected, and every one that was rejected is in the rejects.
fn accounted(closed: &Close) -> Result<(), String> {
    for counts in &closed.tables.counts {
        let rejected: BTreeSet<(&str, u64)> = closed
            .tables
            .rejects
            .iter()
            .filter(|reject| reject.rejected && reject.table == counts.table)
            .map(|reject| (reject.file.as_str(), reject.row))
            .collect();
        // A file that feeds several sources of a table has each of its rows that many times.
        let files: Vec<&String> = closed
            .tables
            .inputs
            .iter()
            .filter(|input| input.table == counts.table)
            .map(|input| &input.path)
            .collect();
        let once = files.iter().collect::<BTreeSet<_>>().len() == files.len();
        let rejected = rejected.len() as u64;
        // A file that two sources read is told once.
        let records = counts.rejected - counts.rejected_parts;
        let all = if once { rejected == records } else { rejected <= records };
        if counts.read != counts.used + counts.filtered + counts.repeated + counts.rejected || !all {
            return Err(format!("{counts:?}, and {rejected} rows are among the rejects"));
        }
    }
    Ok(())
}
