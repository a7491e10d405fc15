//! `verify` on results that were left alone, and on results that were not.

pub mod advice;
mod arithmetic;
mod cases;
pub mod lines;
mod tampering;
mod workbench;

use std::process::Command;

use apportion::diagnostic::Code;
use apportion::verify::{ProjectFiles, Verdict, verify};
use tampering::TAMPERINGS;
pub use workbench::Bench;

#[test]
fn a_result_that_was_left_alone_is_proven() {
    let bench = Bench::new();
    let report = bench.verify();
    for proof in &report.proofs {
        assert_eq!(proof.verdict, Verdict::Proven, "{proof:?}");
        assert!(!proof.measures.is_empty(), "{} looked at nothing", proof.name);
    }
    let project = ProjectFiles { folder: None, required: false };
    let report = verify(&bench.out(), project, Some(&report.digest)).unwrap();
    assert!(report.proven(), "what is not at hand is no finding");
    assert_eq!(report.proofs.iter().filter(|proof| proof.verdict == Verdict::NotAtHand).count(), 3);
}

/// docs/how-to/verify.md lists the proofs in their order.
#[test]
fn the_page_lists_every_proof() {
    let page = std::fs::read_to_string(crate::support::repository("docs/how-to/verify.md")).unwrap();
    let report = Bench::new().verify();
    let rows = report.proofs.iter().map(|proof| format!("| {} | {} |\n", proof.name, proof.claim));
    let table: String = rows.collect();
    assert!(page.contains(&table), "{table}");
}

/// docs/findings.md has each code, with a tampering that causes it.
#[test]
fn every_code_has_advice() {
    use advice::ADVICE;
    use apportion::verify::codes::{CODES, MORE_CODES};
    let advised: Vec<Code> = ADVICE.iter().map(|advice| advice.code).collect();
    let known: Vec<Code> = CODES.iter().chain(&MORE_CODES).map(|(code, _)| *code).collect();
    assert_eq!(advised, known);
    for advice in ADVICE {
        assert!(!advice.todo.is_empty());
        let Some(name) = advice.tampering else { continue };
        let tampering = TAMPERINGS.iter().find(|tampering| tampering.name == name).unwrap();
        assert_eq!(tampering.code, advice.code, "{name}");
    }
}

/// Every way to tamper is found with its own code; the snapshot has the other codes that it causes.
#[test]
fn every_kind_of_tampering_is_found() {
    let mut found = String::new();
    for tampering in TAMPERINGS {
        let bench = Bench::new();
        (tampering.act)(&bench);
        if tampering.covered {
            bench.cover();
        }
        let codes = bench.codes();
        assert!(codes.contains(&tampering.code.word()), "{}: {codes:?}", tampering.name);
        let digests = ["changed-file", "broken-seal"].iter().any(|code| codes.contains(code));
        assert!(!(tampering.covered && digests), "{}: the digests show it", tampering.name);
        found.push_str(&format!("{}: {}\n", tampering.name, codes.join(", ")));
    }
    assert!(TAMPERINGS.len() >= 20);
    insta::assert_snapshot!(found);
}

#[test]
fn a_changed_byte_anywhere_is_found() {
    let bench = Bench::new();
    for name in apportion::results::FILES {
        let path = bench.out().join(name);
        let bytes = std::fs::read(&path).unwrap();
        let step = (bytes.len() / 150).max(1);
        for index in (0..bytes.len()).step_by(step) {
            for bit in [0x01, 0x20, 0x80] {
                let mut changed = bytes.clone();
                changed[index] ^= bit;
                std::fs::write(&path, changed).unwrap();
                assert!(!bench.verify().proven(), "byte {index} of {name}");
            }
        }
        std::fs::write(&path, bytes).unwrap();
    }
    assert!(bench.verify().proven());
}

#[test]
fn a_result_that_was_exchanged_as_a_whole_is_found_by_its_digest() {
    let bench = Bench::new();
    let noted = bench.verify().digest;
    bench.edit_run(|run| run["prior"][0]["amount"] = "1.00".into());
    bench.cover();
    assert!(bench.verify().proven(), "what was paid before the period is not in these files");
    let at_hand = ProjectFiles { folder: None, required: false };
    let report = verify(&bench.out(), at_hand, Some(&noted)).unwrap();
    assert_eq!(report.groups().map(|group| group.code).collect::<Vec<_>>(), [Code::OtherDigest]);
}

fn command(bench: &Bench, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_apportion"))
        .current_dir(bench.project())
        .arg("verify")
        .args(arguments)
        .env_remove("APPORTION_PROJECT")
        .output()
        .unwrap();
    format!(
        "exit code {}\n{}\n{}",
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap()
    )
}

#[test]
fn the_command_on_a_proven_result() {
    insta::with_settings!({ filters => [(r"[0-9a-f]{64}", "[sha256]"), (r"[\d,]+ bytes", "[n] bytes")] }, {
        insta::assert_snapshot!(command(&Bench::new(), &["out/2026-02", "--inputs"]));
    });
}

#[test]
fn the_command_on_a_result_that_was_tampered_with() {
    let bench = Bench::new();
    let tampering = TAMPERINGS.iter().find(|tampering| tampering.name == "a line removed").unwrap();
    (tampering.act)(&bench);
    bench.cover();
    insta::with_settings!({ filters => [(r"[0-9a-f]{64}", "[sha256]"), (r"[\d,]+ bytes", "[n] bytes")] }, {
        insta::assert_snapshot!(command(&bench, &["out/2026-02"]));
    });
    let json = command(&bench, &["out/2026-02", "--format", "json", "-q"]);
    let json = json.trim_start_matches("exit code 1\n");
    let (json, _) = json.rsplit_once("\n}\n").unwrap();
    let report: serde_json::Value = serde_json::from_str(&format!("{json}\n}}")).unwrap();
    assert_eq!(report["proven"], false);
    let proofs = report["proofs"].as_array().unwrap();
    let whole = proofs.iter().find(|proof| proof["proof"] == "conservation").unwrap();
    assert_eq!(whole["result"], "FAILED");
    assert_eq!(whole["findings"][0]["first"][0]["written"], "1000.00");
}

#[test]
fn what_is_no_result_can_not_be_read() {
    let bench = Bench::new();
    let said = command(&bench, &["rules"]);
    assert!(said.starts_with("exit code 2\n\nerror[not-a-result]: `rules` is not a result"), "{said}");
    let said = command(&bench, &["nowhere"]);
    assert!(said.starts_with("exit code 2\n\nerror[not-a-result]: `nowhere` is not a folder"), "{said}");
    assert!(command(&bench, &["out/2026-02", "--digest", "abc"]).contains("64 hex digits"));
}
