//! Everything that may happen to a result, and the code that reports it.

use std::fs;

use serde_json::Value;

use super::lines::Lines;
use super::workbench::Bench;
use apportion::diagnostic::Code;

/// One way to tamper with a result.
pub struct Tampering {
    pub name: &'static str,
    pub act: fn(&Bench),
    /// Whether digests and seal are made to fit afterwards, so that only the content of the files shows the change.
    pub covered: bool,
    /// The code that reports it.
    pub code: Code,
}

const fn plain(name: &'static str, code: Code, act: fn(&Bench)) -> Tampering {
    Tampering { name, act, covered: false, code }
}

const fn covered(name: &'static str, code: Code, act: fn(&Bench)) -> Tampering {
    Tampering { name, act, covered: true, code }
}

fn lines(bench: &Bench, change: impl FnOnce(&mut Lines)) {
    let path = bench.out().join("lines.parquet");
    let mut lines = Lines::read(&path);
    change(&mut lines);
    lines.write(&path);
}

fn replace(bench: &Bench, file: &str, from: &str, to: &str) {
    bench.edit(file, |text| text.replacen(from, to, 1));
}

/// Takes a row out of a CSV file by how it starts.
fn without(bench: &Bench, file: &str, start: &str) {
    bench.edit(file, |text| {
        text.lines().filter(|line| !line.starts_with(start)).map(|line| format!("{line}\n")).collect()
    });
}

fn rule<'a>(run: &'a mut Value, id: &str) -> &'a mut Value {
    let rules = run["rules"].as_array_mut().unwrap();
    rules.iter_mut().find(|rule| rule["rule_id"] == id).unwrap()
}

fn cut(bench: &Bench, file: &str, keep: usize) {
    let path = bench.out().join(file);
    let bytes = fs::read(&path).unwrap();
    fs::write(path, &bytes[..bytes.len() - keep]).unwrap();
}

pub const TAMPERINGS: &[Tampering] = &[
    // The files as such.
    plain("a digit of a payout", Code::ChangedFile, |b| replace(b, "payouts.csv", "238.32", "238.23")),
    plain("a line end added", Code::ChangedFile, |b| b.edit("rejects.csv", |text| text + "\n")),
    plain("a truncated lines.parquet", Code::ChangedFile, |b| cut(b, "lines.parquet", 100)),
    plain("a file removed", Code::IncompleteResult, |b| {
        fs::remove_file(b.out().join("payouts.csv")).unwrap()
    }),
    plain("a file added", Code::ExtraFile, |b| fs::write(b.out().join("payouts-2.csv"), "x").unwrap()),
    plain("a folder added", Code::ExtraFile, |b| fs::create_dir(b.out().join("old")).unwrap()),
    plain("a digit of run.json", Code::BrokenSeal, |b| {
        replace(b, "run.json", "\"lines\": 5", "\"lines\": 6")
    }),
    plain("a month before the period", Code::BrokenSeal, |b| replace(b, "run.json", "2026-01", "2026-02")),
    plain("an input changed", Code::ChangedInput, |b| {
        fs::write(b.project().join("data/quotas.csv"), "payee_id,period,amount\nann,2026-Q1,9\n").unwrap();
    }),
    plain("an input gone", Code::NotAtHand, |b| {
        fs::remove_file(b.project().join("data/quotas.csv")).unwrap();
    }),
    plain("a rule file changed", Code::ChangedRuleFile, |b| {
        let path = b.project().join("rules/rules.toml");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, text.replace("\"10%\"", "\"11%\"")).unwrap();
    }),
    plain("the project file changed", Code::ChangedRuleFile, |b| {
        let path = b.project().join("apportion.toml");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, text + "\n# later\n").unwrap();
    }),
    covered("a truncated lines.parquet, covered up", Code::UnreadableLines, |b| cut(b, "lines.parquet", 100)),
    covered("an empty lines.parquet", Code::UnreadableLines, |b| {
        fs::write(b.out().join("lines.parquet"), "").unwrap();
    }),
    // lines.parquet.
    covered("a line removed", Code::NotConserved, |b| {
        lines(b, |l| {
            let index = l.find("team", "D2", "ben");
            l.rows.remove(index);
        });
    }),
    covered("a line added", Code::WrongSum, |b| {
        lines(b, |l| {
            let mut row = l.rows[l.find("help", "D3", "ann")].clone();
            row[l.column("deal_id")] = Some("D2".to_owned());
            row[l.column("close_date")] = l.rows[l.find("team", "D2", "ann")][l.column("close_date")].clone();
            let index = l.find("help", "D3", "ann");
            l.rows.insert(index, row);
        });
    }),
    covered("a line twice", Code::DuplicateLine, |b| lines(b, |l| l.rows.insert(3, l.rows[3].clone()))),
    covered("two lines in another order", Code::LinesOutOfOrder, |b| lines(b, |l| l.rows.swap(0, 1))),
    covered("all lines in another order", Code::LinesOutOfOrder, |b| lines(b, |l| l.rows.reverse())),
    covered("an amount moved between two payees", Code::WrongSum, |b| {
        lines(b, |l| {
            let (ben, cat) = (l.find("team", "D2", "ben"), l.find("team", "D2", "cat"));
            l.add(ben, "amount", 100);
            l.add(cat, "amount", -100);
        });
    }),
    covered("a cent moved between two payees, in every file", Code::WrongSplit, |b| {
        lines(b, |l| {
            let (ann, ben) = (l.find("team", "D3", "ann"), l.find("team", "D3", "ben"));
            for (row, delta) in [(ann, 1), (ben, -1)] {
                l.add(row, "uncapped", delta);
                l.add(row, "amount", delta);
            }
        });
        replace(b, "statements.csv", "558.34,42.34", "558.34,42.35");
        replace(b, "statements.csv", "1058.32,68.32", "1058.32,68.31");
        replace(b, "payouts.csv", "238.32", "238.33");
        replace(b, "payouts.csv", "284.00", "283.99");
    }),
    covered("a stipend taken out of every file", Code::WrongTotal, |b| {
        lines(b, |l| {
            let index = l.find("help", "D3", "ben");
            l.rows.remove(index);
            let index = l.find("help", "D3", "ann");
            l.rows.remove(index);
        });
        without(b, "statements.csv", "ben,Ben Brook,help");
        replace(b, "statements.csv", "help,2,,60.00", "help,1,,35.00");
        replace(b, "payouts.csv", "238.32", "213.32");
        replace(b, "payouts.csv", "284.00", "259.00");
        b.edit_run(|run| {
            let help = rule(run, "help");
            for (key, value) in
                [("pool", "75.00"), ("uncapped", "75.00"), ("withheld", "40.00"), ("amount", "35.00")]
            {
                help[key] = value.into();
            }
            help["lines"] = 1.into();
            run["totals"]["lines"] = 53.into();
            run["totals"]["amount"] = "601.64".into();
        });
    }),
    covered("a cap that gives", Code::CapAdds, |b| {
        lines(b, |l| l.add(l.find("help", "D4", "ann"), "amount", 10_000));
    }),
    covered("an amount of the other sign", Code::CapAdds, |b| {
        lines(b, |l| l.set(l.find("help", "D4", "ann"), "amount", Some("-1")));
    }),
    covered("a credit changed", Code::NotConserved, |b| {
        lines(b, |l| l.add(l.find("booking", "D2", "ben"), "credited", 1));
    }),
    covered("units changed", Code::WrongUnits, |b| {
        lines(b, |l| l.add(l.find("team", "D2", "ben"), "units", 1_000_000_000));
    }),
    covered("units of 0", Code::WrongUnits, |b| {
        lines(b, |l| l.set(l.find("help", "D3", "ann"), "units", Some("0")));
    }),
    covered("units and their total changed", Code::WrongSplit, |b| {
        lines(b, |l| {
            let (ben, cat) = (l.find("team", "D2", "ben"), l.find("team", "D2", "cat"));
            l.add(ben, "units", 1_000_000_000);
            l.add(ben, "units_total", 1_000_000_000);
            l.add(cat, "units_total", 1_000_000_000);
        });
    }),
    covered("numbers beyond all bounds", Code::LineTooLarge, |b| {
        let power = |zeros: usize| format!("1{}", "0".repeat(zeros));
        lines(b, |l| {
            let index = l.find("overlay", "D2", "ann");
            l.set(index, "units", Some(&power(37)));
            l.set(index, "basis", Some(&power(17)));
        });
    }),
    covered("a rate changed", Code::WrongAmount, |b| {
        lines(b, |l| l.set(l.find("lead", "D2", "eve"), "rate", Some("2000000")));
    }),
    covered("a rate changed on one line of a deal", Code::DealDiffers, |b| {
        lines(b, |l| l.add(l.find("team", "D2", "ben"), "rate", 1));
    }),
    covered("the rate of a whole deal", Code::WrongAmount, |b| {
        lines(b, |l| {
            for payee in ["ann", "ben", "cat"] {
                l.set(l.find("team", "D2", payee), "rate", Some("11000000"));
            }
        });
    }),
    covered("the part of a renewal's basis", Code::WrongAmount, |b| {
        lines(b, |l| l.add(l.find("kept-each", "D5", "ann"), "basis", 10_000));
    }),
    covered("the basis of an overlay", Code::WrongAmount, |b| {
        lines(b, |l| {
            for payee in ["ann", "cat"] {
                l.add(l.find("overlay", "D2", payee), "basis", 10_000);
            }
        });
    }),
    covered("the basis of a commission", Code::UnexplainedBasis, |b| {
        lines(b, |l| l.add(l.find("steps", "D2", "ben"), "basis", 1));
    }),
    covered("the basis of a clawback", Code::WrongClawback, |b| {
        lines(b, |l| l.add(l.find("back", "D11", "zoe"), "basis", 100));
    }),
    covered("a clawback of another line", Code::WrongClawback, |b| {
        lines(b, |l| l.set(l.find("back", "D11", "zoe"), "of_rule_id", Some("team")));
    }),
    covered("a clawback of another deal than others of its reversal", Code::WrongClawback, |b| {
        lines(b, |l| {
            let row = l.find("back", "D11", "zoe");
            let mut other = l.rows[row].clone();
            other[l.column("of_deal_id")] = Some("D7".to_owned());
            l.rows.insert(row + 1, other);
        });
    }),
    covered("a reversal of a reversal", Code::WrongClawback, |b| {
        lines(b, |l| l.set(l.find("back", "D12", "zoe"), "of_deal_id", Some("D11")));
    }),
    covered("a line of another rule on a reversal", Code::WrongClawback, |b| {
        lines(b, |l| l.set(l.find("help", "D4", "ann"), "deal_id", Some("D11")));
    }),
    covered("a cent more taken back by each of two reversals", Code::WrongClawback, |b| {
        lines(b, |l| {
            for deal in ["D11", "D12"] {
                let row = l.find("back", deal, "zoe");
                l.add(row, "uncapped", -1);
                l.add(row, "amount", -1);
            }
        });
    }),
    covered("the rate of a clawback", Code::WrongAmount, |b| {
        lines(b, |l| l.add(l.find("back", "D11", "zoe"), "rate", 1_000_000));
    }),
    covered("a clawback that does not say of what", Code::WrongNulls, |b| {
        lines(b, |l| l.set(l.find("back", "D11", "zoe"), "of_deal_id", None));
    }),
    covered("a pool changed on one line of a deal", Code::DealDiffers, |b| {
        lines(b, |l| l.add(l.find("kept", "D5", "ann"), "pool", 1));
    }),
    covered("a credit total changed on a whole deal", Code::NotConserved, |b| {
        lines(b, |l| {
            for payee in ["ann", "ben", "cat"] {
                l.add(l.find("team", "D2", payee), "credit_total", 100);
            }
        });
    }),
    covered("a line of another period", Code::OutsidePeriod, |b| {
        lines(b, |l| l.add(l.find("team", "D2", "ann"), "close_date", -31));
    }),
    covered("a close date that other lines of the deal do not have", Code::TwoCloseDates, |b| {
        lines(b, |l| l.add(l.find("kept", "D5", "ann"), "close_date", 1));
    }),
    covered("an older rule version", Code::WrongVersion, |b| {
        lines(b, |l| {
            for payee in ["ann", "ben", "cat"] {
                let from = l.rows[l.find("team", "D2", "ann")][l.column("rule_from")].clone();
                l.set(l.find("team", "D4", payee), "rule_from", from.as_deref());
            }
        });
    }),
    covered("a rule version of later", Code::WrongVersion, |b| {
        lines(b, |l| l.add(l.find("help", "D3", "ann"), "rule_from", 100));
    }),
    covered("another kind", Code::WrongKind, |b| {
        lines(b, |l| l.set(l.find("help", "D3", "ann"), "kind", Some("commission")));
    }),
    covered("a rule that nobody knows", Code::UnlistedRule, |b| {
        lines(b, |l| l.set(l.find("help", "D3", "ann"), "rule_id", Some("helq")));
    }),
    covered("another role", Code::WrongUnits, |b| {
        lines(b, |l| l.set(l.find("team", "D2", "ben"), "role", Some("cosell")));
    }),
    covered("a line without its role", Code::WrongNulls, |b| {
        lines(b, |l| l.set(l.find("team", "D2", "ann"), "role", None));
    }),
    covered("a stipend with a rate", Code::WrongNulls, |b| {
        lines(b, |l| l.set(l.find("help", "D3", "ann"), "rate", Some("1000000")));
    }),
    covered("an override to another manager", Code::TwoManagers, |b| {
        lines(b, |l| {
            let index = l.find("lead", "D3", "eve");
            l.set(index, "payee_id", Some("fay"));
        });
    }),
    covered("a level of 0", Code::WrongLevel, |b| {
        lines(b, |l| l.set(l.find("lead", "D3", "eve"), "level", Some("0")));
    }),
    covered("another currency on a line", Code::WrongCurrency, |b| {
        lines(b, |l| l.set(l.find("help", "D3", "ann"), "currency", Some("EUR")));
    }),
    covered("a column renamed", Code::WrongColumn, |b| {
        lines(b, |l| {
            let mut fields: Vec<_> = l.schema.fields().iter().map(|f| f.as_ref().clone()).collect();
            fields[17] = fields[17].clone().with_name("paid");
            l.schema = std::sync::Arc::new(arrow::datatypes::Schema::new(fields));
        });
    }),
    covered("a column dropped", Code::WrongColumn, |b| {
        lines(b, |l| {
            let fields: Vec<_> = l.schema.fields().iter().take(18).map(|f| f.as_ref().clone()).collect();
            l.schema = std::sync::Arc::new(arrow::datatypes::Schema::new(fields));
        });
    }),
    // statements.csv and payouts.csv.
    covered("the sum of a statement", Code::WrongSum, |b| replace(b, "statements.csv", "2000.00", "2000.01")),
    covered("the number of lines of a statement", Code::WrongSum, |b| {
        replace(b, "statements.csv", "steps,5", "steps,4");
    }),
    covered("a statement removed", Code::MissingRow, |b| without(b, "statements.csv", "ben,Ben Brook,kept,")),
    covered("a statement added", Code::RowWithoutLines, |b| {
        b.edit("statements.csv", |text| text + "gus,Gus,help,1,,25.00,USD\n");
    }),
    covered("a payout removed", Code::MissingRow, |b| without(b, "payouts.csv", "cat")),
    covered("a payout twice", Code::RowWithoutLines, |b| {
        b.edit("payouts.csv", |text| text + "fay,Fay Fox,25.68,USD\n");
    }),
    covered("a payout to another payee", Code::RowWithoutLines, |b| {
        replace(b, "payouts.csv", "cat,", "zed,");
    }),
    covered("a name in payouts", Code::TwoNames, |b| replace(b, "payouts.csv", "Ben Brook", "Ben Brock")),
    covered("a payout in another currency", Code::WrongCurrency, |b| {
        replace(b, "payouts.csv", "25.68,USD", "25.68,EUR");
    }),
    covered("a payout with three decimals", Code::WrongSum, |b| {
        replace(b, "payouts.csv", "25.68,USD", "25.680,USD");
    }),
    covered("a header changed", Code::BadCsv, |b| replace(b, "payouts.csv", "amount", "Amount")),
    covered("a row with a cell too many", Code::BadCsv, |b| {
        replace(b, "payouts.csv", "51.33,USD", "51.33,USD,")
    }),
    // uncredited.csv.
    covered("what was retained", Code::NotConserved, |b| replace(b, "uncredited.csv", "20.00,", "19.00,")),
    covered("the credit that was retained", Code::NotConserved, |b| {
        replace(b, "uncredited.csv", "20.00,200.00", "20.00,200.01");
    }),
    covered("what was kept back, removed", Code::NotConserved, |b| without(b, "uncredited.csv", "D3,team")),
    covered("a deal that paid nobody, removed", Code::WrongTotal, |b| {
        without(b, "uncredited.csv", "D5,help")
    }),
    covered("a deal that paid, called uncredited", Code::ContradictedReason, |b| {
        replace(b, "uncredited.csv", "D5,help,,no-eligible-payee", "D5,kept,,below-first-rate");
    }),
    covered("a deal with lines, called without a rule", Code::ContradictedReason, |b| {
        replace(b, "uncredited.csv", "D2,help,,no-eligible-payee", "D2,,,no-rule");
    }),
    covered("no quota for somebody who was paid", Code::ContradictedReason, |b| {
        replace(b, "uncredited.csv", "D2,steps,cat,no-quota", "D2,steps,ben,no-quota");
    }),
    covered("a reason that there is not", Code::BadUncredited, |b| {
        replace(b, "uncredited.csv", "negative-deal", "forgotten");
    }),
    covered("a reason of another kind", Code::BadUncredited, |b| {
        replace(b, "uncredited.csv", "negative-deal", "no-splits");
    }),
    covered("uncredited deals in another order", Code::RowsOutOfOrder, |b| {
        b.edit("uncredited.csv", |text| {
            let mut rows: Vec<&str> = text.lines().collect();
            rows.swap(1, 2);
            rows.join("\n") + "\n"
        });
    }),
    // rejects.csv.
    covered("a reject removed", Code::RowsLost, |b| {
        without(b, "rejects.csv", "engagements,data/engagements.csv,18")
    }),
    covered("a reject of a kept row removed", Code::WrongTotal, |b| without(b, "rejects.csv", "payees")),
    covered("a reject called kept", Code::BadReject, |b| {
        replace(b, "rejects.csv", "among the payees,rejected", "among the payees,kept");
    }),
    covered("a code that there is not", Code::BadReject, |b| {
        replace(b, "rejects.csv", "bad-date", "odd-date")
    }),
    covered("a reject of a file that was not read", Code::BadReject, |b| {
        replace(b, "rejects.csv", "data/deals.csv", "data/dealz.csv");
    }),
    covered("rejects in another order", Code::RowsOutOfOrder, |b| {
        b.edit("rejects.csv", |text| {
            let mut rows: Vec<&str> = text.lines().collect();
            rows.swap(1, 4);
            rows.join("\n") + "\n"
        });
    }),
    // reconciliation.csv.
    covered("a deal lost in the reconciliation", Code::WrongReconciliation, |b| {
        let lost = |text: String| {
            let mut rows = text.lines().map(str::to_owned).collect::<Vec<_>>();
            rows[1] = rows[1].replacen("read,", "read,1", 1);
            rows.join("\n") + "\n"
        };
        b.edit("reconciliation.csv", lost);
    }),
    covered("deals called matched that were credited, in both files", Code::WrongReconciliation, |b| {
        b.edit_run(|run| {
            let parts = run["reconciliation"].as_array_mut().unwrap();
            let credited = parts[1]["deals"].as_u64().unwrap();
            let matched = parts[2]["deals"].as_u64().unwrap();
            parts[1]["deals"] = (credited - 1).into();
            parts[2]["deals"] = (matched + 1).into();
        });
        let run = b.run();
        let row = |part: &Value| {
            let text = |key: &str| part[key].as_str().unwrap().to_owned();
            format!("{},{},{}\n", text("part"), part["deals"], text("amount"))
        };
        let rows: String = run["reconciliation"].as_array().unwrap().iter().map(row).collect();
        b.edit("reconciliation.csv", |_| format!("part,deals,amount\n{rows}"));
    }),
    // claims.csv.
    covered("a claim that was denied, called the holder", Code::WrongGovernance, |b| {
        b.edit("claims.csv", |text| text.replace("denied,2,false", "denied,2,true"));
    }),
    covered("a claim of a lesser state before a better one", Code::WrongGovernance, |b| {
        b.edit("claims.csv", |text| text.replace("protected,1", "expired,1"));
    }),
    // attainment.csv.
    covered("a rate that is reached", Code::WrongAttainment, |b| {
        b.edit("attainment.csv", |text| {
            let mut rows: Vec<&str> = text.lines().collect();
            let (before, _) = rows[1].rsplit_once(',').unwrap();
            let row = format!("{before},0.12345678");
            rows[1] = &row;
            rows.join("\n") + "\n"
        });
    }),
    covered("a row of attainment removed", Code::WrongAttainment, |b| {
        b.edit("attainment.csv", |text| {
            let mut rows: Vec<&str> = text.lines().collect();
            rows.pop();
            rows.join("\n") + "\n"
        });
    }),
    // run.json.
    covered("rows read", Code::RowsLost, |b| b.edit_run(|run| run["rows"][0]["read"] = 10.into())),
    covered("rows used and read", Code::RowsLost, |b| {
        b.edit_run(|run| run["rows"].as_array_mut().unwrap().truncate(3));
    }),
    covered("deals matched", Code::WrongTotal, |b| {
        b.edit_run(|run| rule(run, "team")["deals_matched"] = 5.into());
    }),
    covered("the amount of a rule", Code::WrongTotal, |b| {
        b.edit_run(|run| rule(run, "team")["amount"] = "151.34".into());
    }),
    covered("an equation of a rule", Code::NotConserved, |b| {
        b.edit_run(|run| rule(run, "team")["withheld"] = "60.01".into());
    }),
    covered("a total that a kind does not have", Code::WrongTotal, |b| {
        b.edit_run(|run| rule(run, "help")["credited"] = "0.00".into());
    }),
    covered("the total to pay", Code::WrongTotal, |b| {
        b.edit_run(|run| run["totals"]["amount"] = "651.65".into());
    }),
    covered("the number of payees", Code::WrongTotal, |b| {
        b.edit_run(|run| run["totals"]["payees"] = 7.into())
    }),
    covered("a month before the period, covered up", Code::WrongPrior, |b| {
        b.edit_run(|run| run["prior"][0]["month"] = "2025-12".into());
    }),
    covered("another period", Code::OutsidePeriod, |b| b.edit_run(|run| run["period"] = "2026-03".into())),
    covered("another currency", Code::WrongCurrency, |b| {
        b.edit_run(|run| run["book"]["currency"] = "EUR".into());
    }),
    covered("another name of the book", Code::ChangedSetting, |b| {
        b.edit_run(|run| run["book"]["name"] = "Another book".into());
    }),
    covered("another engine", Code::OtherEngine, |b| {
        b.edit_run(|run| run["engine"]["version"] = "0.0.9".into());
    }),
    covered("a key removed", Code::BadRunJson, |b| {
        b.edit_run(|run| drop(rule(run, "team").as_object_mut().unwrap().remove("basis")));
    }),
    covered("a key added", Code::BadRunJson, |b| b.edit_run(|run| run["note"] = "all fine".into())),
    covered("a number as text", Code::BadRunJson, |b| {
        b.edit_run(|run| run["totals"]["lines"] = "55".into());
    }),
    covered("a rule removed", Code::UnlistedRule, |b| {
        b.edit_run(|run| drop(run["rules"].as_array_mut().unwrap().remove(2)));
    }),
    covered("a file no longer listed", Code::BadRunJson, |b| {
        b.edit_run(|run| drop(run["outputs"].as_array_mut().unwrap().pop()));
    }),
];
