//! Rate tables: a whole close over a small project whose rule looks its rate up. The file is refused with places, or the
//! deals have the rates of their rows; what `check` looks for in the rows ends.
#![no_main]

use std::path::Path;

use apportion::book::Period;
use apportion::data::NoProgress;
use apportion::diagnostic::Files;
use apportion::project::Project;
use apportion_fuzz::{diagnostics, put, put_project, world};
use libfuzzer_sys::fuzz_target;

const RULE: &str = "[[stipend]]\nid = \"fee\"\neffective = { from = 2026-01-01 }\n\
                    amount = { table = \"rates.csv\", value = \"value\" }\n";

fuzz_target!(
    init: {
        put_project();
        put("rules.toml", RULE);
    },
    |csv: &[u8]| {
        put("rates.csv", csv);
        let mut files = Files::default();
        let period = Period::Quarter { year: 2026, quarter: 1 };
        let project = Project::open(&world(), Path::new(""), &mut files);
        if let Ok(project) = &project {
            for value in project.rules().rules.iter().flat_map(|rule| &rule.versions).filter_map(|version| {
                match &version.body {
                    apportion::rules::Body::Stipend(stipend) => Some(&stipend.amount),
                    _ => None,
                }
            }) {
                if let apportion::rules::Value::Table(table) = value {
                    table.ties();
                    table.gaps();
                }
            }
        }
        if let Err(found) = project.and_then(|project| project.settle(period, &NoProgress)) {
            diagnostics::check(&found, &files);
        }
    }
);
