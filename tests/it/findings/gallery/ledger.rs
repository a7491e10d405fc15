//! What can be wrong where months are closed.

use apportion::diagnostic::Code;

use crate::findings::entry::{Entry, Expectation, Mistake, Place, entry};
use crate::findings::project::Change;

fn code(code: Code, remedy: &'static str) -> Entry {
    entry(code.family(), code.word(), code.meaning(), remedy)
}

const BOOK: &str = "apportion.toml";
const AUGUST: &[&str] = &["close", "--period", "2026-08", "--by", "ann"];
const JULY: &[&str] = &["close", "--period", "2026-07", "--by", "ann"];

/// A ledger from July on, with some further settings.
fn ledger(settings: &str) -> Change {
    Change::Add(BOOK, format!("\n[ledger]\nfirst = \"2026-07\"\n{settings}"))
}

/// July is closed.
fn posted() -> Change {
    Change::Ran(&["close", "--period", "2026-07", "--by", "ann", "--post"])
}

/// A ledger in which July is closed without approvals, and what changes then.
pub fn after_july(changes: Vec<Change>) -> Vec<Change> {
    [ledger("approvals = 0\n"), posted()].into_iter().chain(changes).collect()
}

/// A draft of July that waits for an approval.
fn drafted() -> Vec<Change> {
    vec![ledger(""), Change::Ran(JULY)]
}

impl Entry {
    /// A close that makes no draft.
    fn stopped(mut self, changes: Vec<Change>) -> Self {
        self.mistakes.push(Mistake { changes, arguments: AUGUST, expected: Expectation::Stopped });
        self
    }

    /// A command that fails, with its place in a file.
    fn closing(mut self, changes: Vec<Change>, place: Place) -> Self {
        let expected = Expectation::Refused { place };
        self.mistakes.push(Mistake { changes, arguments: JULY, expected });
        self
    }
}

const DRAWS: &str = "\n[[draw]]\nid = \"ramp\"\neffective = { from = 2026-01-01 }\namount = 100\n\
                     [[draw]]\nid = \"house\"\neffective = { from = 2026-01-01 }\npayees = \"kind = 'employee'\"\namount = 50\n";
const PAYMENTS: &str = "\n[[payment]]\nid = \"all\"\neffective = { from = 2026-01-01 }\n\
                        [[payment]]\nid = \"staff\"\neffective = { from = 2026-01-01 }\npayees = \"kind = 'employee'\"\n";

pub fn entries() -> Vec<Entry> {
    let mut all = of_closes();
    all.extend(of_drafts());
    all
}

fn of_closes() -> Vec<Entry> {
    vec![
        code(Code::NoLedger, "Add `[ledger]` with the first month that is closed here to apportion.toml.")
            .commanded(JULY, vec![]),
        code(Code::MonthNotOpen, "Close the month that the message names. A month without deals is closed, too.")
            .commanded(AUGUST, vec![ledger("")]),
        code(Code::EarlierAsOf, "Leave `--as-of` out, or name the day that the message names, or a later one.").commanded(
            &["close", "--period", "2026-08", "--by", "ann", "--as-of", "2026-07-15"],
            after_july(vec![]),
        ),
        code(Code::BadOpening, "Correct the file: columns payee_id, carried and owed, each payee of the data once.").closing(
            vec![ledger("opening = \"opening.csv\"\n"), Change::Write("opening.csv", b"payee_id,carried,owed\nzoe,10,0\n".to_vec())],
            Place::In(BOOK),
        ),
        code(Code::TwoDraws, "Let the `payees` of the draws, or their days, exclude each other.")
            .commanded(JULY, vec![Change::Add("rules/stipend.toml", DRAWS.to_owned()), ledger("")]),
        code(Code::TwoPayments, "Let the `payees` of the terms, or their days, exclude each other.")
            .commanded(JULY, vec![Change::Add("rules/stipend.toml", PAYMENTS.to_owned()), ledger("")]),
        code(
            Code::Vanished,
            "Put it back into the data. Where it is right that it is gone, decide in [acceptances](reference/inputs.md#acceptances): `keep` what was posted, or `take-back`.",
        )
        .stopped(after_july(vec![Change::Replace(
            "data/splits.csv",
            "D4,ann,60,ae\nD4,ben,40,se\n",
            "",
        ), Change::Replace("data/deals.csv", "D4,won,2026-07-28,900.00,,declared,A2,,,,,,\n", "")])),
        code(
            Code::LargeTrueUps,
            "Look at what is behind them. Where it is right, accept the sum in [acceptances](reference/inputs.md#acceptances) with the id that the message shows and the action `post`.",
        )
        .stopped(vec![
            ledger("approvals = 0\nreview_over = \"50\"\n"),
            posted(),
            Change::Replace("data/deals.csv", "D4,won,2026-07-28,900.00", "D4,won,2026-07-28,9000.00"),
        ]),
        code(
            Code::RewrittenRule,
            "Give the change a version of its own that begins later. Where closed months should be paid anew, say `retroactive = true` in the version. A rule that is gone needs a version with `when = \"FALSE\"`.",
        )
        .stopped(after_july(vec![Change::Replace("rules/declared.toml", "rate = \"5%\"", "rate = \"6%\"")])),
        code(Code::RewrittenBook, "Put the setting back, or begin another ledger with another `path`.").stopped(
            after_july(vec![Change::Replace(BOOK, "rounding = \"half-away-from-zero\"", "rounding = \"half-even\"")]),
        ),
        code(
            Code::UnreadableLedger,
            "Put the file back from a copy of the ledger; `apportion verify ledger` says what is wrong.",
        )
        .commanded(&["ledger"], after_july(vec![Change::Write("ledger/closes/0001-2026-07/close.json", b"{}\n".to_vec())])),
        code(
            Code::BrokenLedger,
            "Put the file back from a copy of the ledger. What was posted is never rewritten: a mistake is corrected by a later close.",
        )
        .proven(after_july(vec![Change::Write(
            "ledger/closes/0001-2026-07/payouts.csv",
            b"payee_id,name,amount,currency\nann,Ann,9999.00,USD\n".to_vec(),
        )])),
        code(
            Code::WrongPosting,
            "Put the file back from a copy of the ledger, and look for who changed it and its digests. It takes a forger to see it, or a mistake in apportion: then report it.",
        ),
        code(
            Code::NotReplayed,
            "Look at what differs: `written` is what was posted, `proved` what comes out again. Where another version of apportion says another amount, its changelog says why; where the same \
             version does, the copies or the close were changed: take the ledger from a copy.",
        ),
        code(
            Code::InputsNotKept,
            "Set `keep_inputs = true`, the default: later closes keep what they rest on. Of earlier ones, `verify ledger` without `--replay` proves what is there.",
        )
        .replayed(vec![ledger("approvals = 0\nkeep_inputs = false\n"), posted()]),
        code(Code::LedgerInUse, "Wait until it is done, and look at the ledger again. It takes two processes at a time to see it."),
        code(Code::ClosesDiffer, "Make the draft again. It takes a ledger that was exchanged under a draft to see it."),
    ]
}

fn of_drafts() -> Vec<Entry> {
    vec![
        code(Code::NoDraft, "Make one with `apportion close`.").commanded(&["post"], vec![ledger("")]),
        code(Code::ApprovalMissing, "Let other people sign it with `apportion approve --by NAME`.")
            .commanded(&["post"], drafted()),
        code(Code::SelfApproval, "Let somebody else look at it.")
            .commanded(&["approve", "--by", "ann"], drafted()),
        code(Code::AlreadyApproved, "Each approval is of another person.").commanded(
            &["approve", "--by", "ben"],
            drafted().into_iter().chain([Change::Ran(&["approve", "--by", "ben"])]).collect(),
        ),
        code(Code::DraftOutdated, "Make the draft again, and let it be approved again.").commanded(
            &["post"],
            vec![
                ledger("approvals = 0\n"),
                Change::Ran(JULY),
                Change::Replace("data/deals.csv", "D4,won,2026-07-28,900.00", "D4,won,2026-07-28,950.00"),
            ],
        ),
    ]
}

impl Entry {
    /// A ledger whose closes can't be settled again.
    fn replayed(mut self, changes: Vec<Change>) -> Self {
        let arguments = &["verify", "ledger", "--replay"];
        self.mistakes.push(Mistake { changes, arguments, expected: Expectation::Stopped });
        self
    }

    /// A ledger that is not proven.
    fn proven(mut self, changes: Vec<Change>) -> Self {
        let arguments = &["verify", "ledger"];
        self.mistakes.push(Mistake { changes, arguments, expected: Expectation::Stopped });
        self
    }
}
