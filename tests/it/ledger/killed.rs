//! Closes, approvals and posts that are killed at any moment: the old state or the new one, nothing between, and the next command works.
//!
//! Short here, and long on request: `KILLS=1000 DEALS=20000 cargo test --test it -- ledger::killed --nocapture`. `PROGRAM` names another build of the
//! program to be killed.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::desk::{Desk, Files};
use crate::rate_tables::text;
use crate::support::copy_folder;

const BOOK: &str = "[book]\nname = \"Killed\"\ncurrency = \"USD\"\nrules = [\"rules.toml\"]\n[sources]\n\
    deals = { path = \"deals.csv\" }\npayees = { path = \"payees.csv\" }\nengagements = { path = \"engagements.csv\" }\n\
    [ledger]\nfirst = \"2026-01\"\napprovals = 1\n";
const RULES: &str = "[[shared_credit]]\nid = \"tenth\"\neffective = { from = 2026-01-01 }\nrate = \"10%\"\n\
    roles = [ { role = \"closed\", share = \"70%\" }, { role = \"helped\", share = \"30%\" } ]\n\
    [[hold]]\nid = \"later\"\neffective = { from = 2026-01-01 }\nrelease = \"CASE WHEN amount > 9000 THEN 0.5 ELSE 1 END\"\n\
    [[draw]]\nid = \"ramp\"\neffective = { from = 2026-01-01 }\npayees = \"payee_id = 'p007'\"\namount = 900000\nrecoverable = true\n";

const CLOSE: &[&str] = &["close", "--period", "2026-02", "--by", "ann"];
const APPROVE: &[&str] = &["approve", "--by", "ben"];
const POST: &[&str] = &["post"];

/// A number that the environment asks for.
fn asked(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(otherwise)
}

/// A command of the program, on a project.
fn program(desk: &Desk, arguments: &[&str]) -> Command {
    let program = std::env::var_os("PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_apportion").into());
    let mut command = Command::new(program);
    command.env_clear().args(arguments).arg("--project").arg(desk.path(""));
    command
}

/// What a command says, and whether it was content.
fn run(desk: &Desk, arguments: &[&str]) -> (bool, String) {
    let output = program(desk, arguments).output().unwrap();
    (output.status.success(), text(&output))
}

/// The deals of two months, one of January worth more in the second version.
fn deals(count: usize, version: usize) -> String {
    let row = |index: usize| {
        let cents = 10_000 + index * 7_919 % 1_000_000 + if index == 0 { version * 1_000 } else { 0 };
        let (month, day) = (1 + index % 2, 1 + index % 28);
        format!("D{index:06},won,2026-{month:02}-{day:02},{}.{:02}\n", cents / 100, cents % 100)
    };
    format!("deal_id,outcome,close_date,amount\n{}", (0..count).map(row).collect::<String>())
}

/// The files of a folder whose names don't begin with a dot; empty where it is not there.
fn files(folder: &Path) -> Files {
    let Ok(entries) = fs::read_dir(folder) else { return Files::new() };
    let entries = entries.map(|entry| entry.unwrap());
    let named = entries.map(|entry| (entry.file_name().into_string().unwrap(), entry.path()));
    let named = named.filter(|(name, path)| !name.starts_with('.') && path.is_file());
    named.map(|(name, path)| (name, fs::read(path).unwrap())).collect()
}

/// Some moment within so many microseconds, another one each time.
fn moment(most: u128) -> Duration {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let next = u128::from(NEXT.fetch_add(1, Ordering::Relaxed));
    Duration::from_micros(u64::try_from((next * 7_919 + next * next * 104_729) % most.max(1)).unwrap())
}

/// A project in which January is closed, and what February comes to.
struct Bench {
    desk: Desk,
    versions: [String; 2],
    /// The draft that each version gives.
    drafts: [Files; 2],
    approvals: Vec<u8>,
    /// The close that the second version gives.
    close: Files,
    /// How long each command takes, in microseconds.
    takes: [u128; 3],
    /// Kills, commands that had ended before, and new states among the kills; by command.
    counts: [[usize; 3]; 3],
}

impl Bench {
    fn new() -> Self {
        let count = asked("DEALS", 2_000);
        let versions = [0, 1].map(|version| deals(count, version));
        let worked = |index: usize| {
            format!("D{index:06},p{:03},closed\nD{index:06},p{:03},helped\n", index % 97, (index + 31) % 97)
        };
        let desk = Desk::with(&[
            ("apportion.toml", BOOK),
            ("rules.toml", RULES),
            ("deals.csv", &versions[0]),
            (
                "engagements.csv",
                &format!("deal_id,payee_id,role\n{}", (0..count).map(worked).collect::<String>()),
            ),
            (
                "payees.csv",
                &format!("payee_id\n{}", (0..97).map(|index| format!("p{index:03}\n")).collect::<String>()),
            ),
        ]);
        let done = |arguments: &[&str]| {
            let began = Instant::now();
            let (done, said) = run(&desk, arguments);
            assert!(done, "{said}");
            began.elapsed().as_micros() * 11 / 10
        };
        done(&["close", "--period", "2026-01", "--by", "ann"]);
        done(APPROVE);
        done(POST);
        copy_folder(&desk.path("ledger/objects"), &desk.path("objects-of-january"));
        let mut takes = [0; 3];
        let drafts = [0, 1].map(|version| {
            desk.write("deals.csv", &versions[version]);
            takes[0] = done(CLOSE);
            files(&desk.path("ledger/draft"))
        });
        assert_ne!(drafts[0], drafts[1]);
        takes[1] = done(APPROVE);
        let approvals = fs::read(desk.path("ledger/draft/approvals.json")).unwrap();
        copy_folder(&desk.path("ledger/draft"), &desk.path("approved"));
        takes[2] = done(POST);
        let close = files(&desk.path("ledger/closes/0002-2026-02"));
        assert!(close.contains_key("close.json"));
        desk.prove();
        let bench = Self { desk, versions, drafts, approvals, close, takes, counts: [[0; 3]; 3] };
        bench.take_back();
        bench
    }

    /// As before February was posted, with its draft signed.
    fn take_back(&self) {
        for folder in ["ledger/closes/0002-2026-02", "ledger/draft", "ledger/objects"] {
            let _ = fs::remove_dir_all(self.desk.path(folder));
        }
        copy_folder(&self.desk.path("approved"), &self.desk.path("ledger/draft"));
        copy_folder(&self.desk.path("objects-of-january"), &self.desk.path("ledger/objects"));
    }

    /// Starts a command and kills it at some moment. Whether it was killed, and had not ended.
    fn kill(&mut self, command: usize) -> bool {
        let arguments = [CLOSE, APPROVE, POST][command];
        let mut child =
            program(&self.desk, arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(moment(self.takes[command]));
        child.kill().unwrap();
        let is_killed = child.wait().unwrap().code().is_none();
        self.counts[command][usize::from(!is_killed)] += 1;
        is_killed
    }

    fn changed(&mut self, command: usize, is_new: bool, was_killed: bool) {
        self.counts[command][2] += usize::from(is_new && was_killed);
    }

    /// A draft that takes the place of another one.
    fn close(&mut self, version: usize) {
        self.desk.write("deals.csv", &self.versions[version]);
        let mut before = files(&self.desk.path("ledger/draft"));
        before.remove("approvals.json");
        let was_killed = self.kill(0);
        let mut now = files(&self.desk.path("ledger/draft"));
        now.remove("approvals.json");
        assert!(
            now == before || now == self.drafts[version],
            "a draft that is neither the old nor the new one"
        );
        self.changed(0, now == self.drafts[version], was_killed);
        self.only_january();
        let (done, said) = run(&self.desk, CLOSE);
        assert!(done, "{said}");
        assert!(
            files(&self.desk.path("ledger/draft")) == self.drafts[version],
            "the next draft is another one"
        );
    }

    fn approve(&mut self) {
        let was_killed = self.kill(1);
        let draft = files(&self.desk.path("ledger/draft"));
        let signed = draft.get("approvals.json");
        assert!(signed.is_none_or(|signed| *signed == self.approvals), "approvals that nobody gave");
        let is_new = signed.is_some();
        self.changed(1, is_new, was_killed);
        self.only_january();
        let (done, said) = run(&self.desk, APPROVE);
        assert!(done || is_new && said.contains("already-approved"), "{said}");
        assert_eq!(fs::read(self.desk.path("ledger/draft/approvals.json")).unwrap(), self.approvals);
    }

    fn post(&mut self, proves: bool) {
        let was_killed = self.kill(2);
        let now = files(&self.desk.path("ledger/closes/0002-2026-02"));
        assert!(now.is_empty() || now == self.close, "a close that is not whole");
        let is_new = !now.is_empty();
        self.changed(2, is_new, was_killed);
        let (done, said) = run(&self.desk, POST);
        assert!(done != is_new && (done || said.contains("no-draft")), "{said}");
        assert!(files(&self.desk.path("ledger/closes/0002-2026-02")) == self.close, "another close");
        if proves {
            self.desk.prove();
        }
        self.take_back();
    }

    /// January is as it was, and nothing else is closed.
    fn only_january(&self) {
        let mut closes = self.desk.names("ledger/closes");
        closes.retain(|name| !name.starts_with('.'));
        assert_eq!(closes, ["0001-2026-01"]);
    }
}

#[test]
fn a_command_that_is_killed_leaves_the_old_state_or_the_new_one() {
    let mut bench = Bench::new();
    let (kills, began, mut rounds) = (asked("KILLS", 9), Instant::now(), 0);
    while bench.counts.iter().map(|[killed, ..]| killed).sum::<usize>() < kills {
        // The old draft is the one of the first version, and approvals are of the second.
        bench.close(0);
        bench.close(1);
        bench.approve();
        bench.post(rounds % 10 == 0);
        rounds += 1;
    }
    run(&bench.desk, CLOSE);
    let mut left = bench.desk.names("ledger");
    left.retain(|name| name.ends_with("partial"));
    assert!(left.is_empty(), "{left:?}");
    for (command, [killed, ended, new]) in ["close", "approve", "post"].iter().zip(bench.counts) {
        println!("{command}: {killed} kills, {new} of them left the new state; {ended} had ended before");
    }
    println!("{rounds} rounds in {:.0?}", began.elapsed());
}
