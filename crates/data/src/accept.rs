//! Rejects that a source expects: its `accept`.

use std::collections::{BTreeMap, BTreeSet};

use apportion_book::Book;

use super::staging::StagingTable;
use apportion_contract::RejectCode;

/// How many rejected rows of a table are of codes of which their source accepts so many. Where there are more, none is
/// accepted; and a row that has another fault as well is not.
pub(super) fn accepted(staging: &StagingTable, book: &Book) -> u64 {
    if staging.files.iter().all(|file| book.sources[file.source].reshape.accept.is_empty()) {
        return 0;
    }
    // Rejected rows and broken records by source, each with its codes.
    let mut codes: BTreeMap<(usize, bool, u64), BTreeSet<RejectCode>> = BTreeMap::new();
    for finding in staging.findings.iter().filter(|finding| finding.rejected) {
        let source = staging.file(finding.row).source;
        codes.entry((source, false, u64::from(finding.row))).or_default().insert(finding.code);
    }
    for (index, broken) in (0_u64..).zip(&staging.broken) {
        let source = staging.files[broken.file as usize].source;
        codes.entry((source, true, index)).or_default().insert(broken.code());
    }
    let mut rows: BTreeMap<(usize, RejectCode), u64> = BTreeMap::new();
    for ((source, ..), codes) in &codes {
        codes.iter().for_each(|code| *rows.entry((*source, *code)).or_default() += 1);
    }
    let is_accepted = |source: usize, code: RejectCode| {
        let rows = rows.get(&(source, code)).copied().unwrap_or(0);
        book.sources[source]
            .reshape
            .accept
            .iter()
            .any(|accept| accept.code.value == code && rows <= u64::from(accept.most))
    };
    let all =
        |source: usize, codes: &BTreeSet<RejectCode>| codes.iter().all(|code| is_accepted(source, *code));
    codes.iter().filter(|((source, ..), codes)| all(*source, codes)).count() as u64
}
