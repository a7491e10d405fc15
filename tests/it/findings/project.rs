//! A sound project with all seven tables and every kind of rule, and ways to put one mistake into it.

use std::path::Path;

/// The files of the project. Its July has no reject, no deal that pays nobody, and a line of every rule.
pub const FILES: [(&str, &str); 14] = [
    (
        "apportion.toml",
        r#"[book]
name = "Northwind channel programme"
currency = "USD"
fiscal_year_starts = 1
rounding = "half-away-from-zero"
incomplete = "hold"
rules = ["rules/*.toml"]

[sources.deals]
path = "data/deals.csv"
types = { seats = "number", fee = "money", signed_on = "date", strategic = "boolean" }

[sources.engagements]
path = "data/engagements.csv"

[sources.payees]
path = "data/payees.csv"

[sources.assignments]
path = "data/assignments.csv"

[sources.splits]
path = "data/splits.csv"

[sources.quotas]
path = "data/quotas.csv"

[sources.fx_rates]
path = "data/fx_rates.csv"
"#,
    ),
    (
        "data/deals.csv",
        "deal_id,outcome,close_date,amount,currency,deal_type,account_id,list_amount,renews_deal_id,seats,fee,signed_on,strategic\n\
         D1,won,2026-07-03,1000.00,,new,A1,1250.00,,3,10.50,2026-07-01,true\n\
         D2,won,2026-07-09,2500.00,EUR,new,A2,,,,,,\n\
         D3,won,2026-07-20,4000.00,,renewal,A1,,D1,,,,\n\
         D4,won,2026-07-28,900.00,,declared,A2,,,,,,\n\
         L1,lost,2026-07-15,700.00,,new,A3,,,,,,\n",
    ),
    (
        "data/engagements.csv",
        "engagement_id,deal_id,account_id,payee_id,role,occurred_on,weight\n\
         E1,D1,,ann,sourced,2026-06-20,1\n\
         E2,D1,,ben,closed,2026-07-02,1\n\
         E3,D1,,eve,cosell,2026-06-30,2\n\
         E4,D2,,ann,sourced,2026-06-25,1\n\
         E5,D2,,ben,closed,2026-07-08,1\n\
         E6,D2,,eve,cosell,2026-07-01,1\n\
         E7,D3,,eve,cosell,2026-07-10,4\n\
         E8,L1,,ann,sourced,2026-07-01,1\n",
    ),
    (
        "data/payees.csv",
        "payee_id,name,kind,tier,manager_id,start_date,end_date\n\
         ann,Ann,employee,,mia,2020-01-01,\n\
         ben,Ben,employee,,mia,2021-05-01,\n\
         eve,Eve GmbH,partner,gold,,,\n\
         mia,Mia,employee,,,2018-03-01,\n",
    ),
    ("data/assignments.csv", "payee_id,from,until,tier,manager_id,fte\neve,2026-09-01,2026-09-30,silver,,\n"),
    ("data/splits.csv", "deal_id,payee_id,percent,role\nD4,ann,60,ae\nD4,ben,40,se\nL1,ann,100,ae\n"),
    ("data/quotas.csv", "payee_id,period,amount\nann,2026-Q3,100000\nben,2026-Q3,80000\n"),
    ("data/fx_rates.csv", "date,currency,rate\n2026-07-01,EUR,1.10\n"),
    (
        "rules/new-business.toml",
        r#"[[shared_credit]]
id = "new-business"
why = "Charter 2.1: who found a deal and who closed it share it"
effective = { from = 2026-01-01 }
when = "deal_type = 'new' AND coalesce(seats, 1) > 0"
rate = "10%"
roles = [ { role = "sourced", share = "40%" }, { role = "closed", share = "60%" } ]
"#,
    ),
    (
        "rules/declared.toml",
        r#"[[shared_credit]]
id = "declared"
effective = { from = 2026-01-01 }
when = "deal_type = 'declared'"
rate = "5%"
model = "declared"
"#,
    ),
    (
        "rules/stipend.toml",
        r#"[[stipend]]
id = "cosell-stipend"
effective = { from = 2026-01-01 }
when = "deal_type = 'new' AND coalesce(fee, 0) >= 0 AND coalesce(signed_on, close_date) <= close_date AND coalesce(strategic, TRUE)"
engaged = "engagements.role = 'cosell' AND payees.kind = 'partner'"
amount = "250"
cap = [ { amount = "5000", per = "payee", every = "quarter" } ]
"#,
    ),
    (
        "rules/renewal.toml",
        r#"[[renewal_bonus]]
id = "renewal-engagement"
effective = { from = 2026-01-01 }
when = "deal_type = 'renewal'"
engaged = "payees.kind = 'partner'"
measure = "weight"
rates = [ { from = 3, rate = "1%" }, { from = 8, rate = "2%" } ]
rate_by = "deal"
"#,
    ),
    (
        "rules/commission.toml",
        r#"[[commission]]
id = "accelerator"
effective = { from = 2026-01-01 }
credits = ["new-business"]
every = "quarter"
tiers = [ { from = "0%", rate = "5%" }, { from = "100%", rate = "7.5%" } ]
mode = "marginal"
"#,
    ),
    (
        "rules/override.toml",
        r#"[[override]]
id = "team-override"
effective = { from = 2026-01-01 }
credits = ["new-business"]
levels = [ { rate = "1%" } ]
"#,
    ),
];

/// One change of one file.
#[derive(Debug, Clone)]
pub enum Change {
    /// Rows or a rule at the end of a file, which is made if there is none.
    Add(&'static str, String),
    /// Other text in place of one that is there.
    Replace(&'static str, &'static str, &'static str),
    /// Another content, or a new file.
    Write(&'static str, Vec<u8>),
    Remove(&'static str),
    /// A command that was run, and must be fine.
    Ran(&'static [&'static str]),
}

impl Change {
    /// The file it is about.
    pub fn file(&self) -> &'static str {
        match self {
            Self::Add(file, _) | Self::Replace(file, ..) | Self::Write(file, _) | Self::Remove(file) => file,
            Self::Ran(_) => "",
        }
    }

    fn make(&self, folder: &Path) {
        if let Self::Ran(arguments) = self {
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_apportion"));
            let output = command.args(*arguments).current_dir(folder).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            return;
        }
        let path = folder.join(self.file());
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let before = || std::fs::read_to_string(&path).unwrap_or_default();
        match self {
            Self::Add(_, text) => std::fs::write(&path, before() + text).unwrap(),
            Self::Replace(file, from, to) => {
                let before = before();
                assert!(before.contains(from), "{file} has no {from}");
                std::fs::write(&path, before.replace(from, to)).unwrap();
            }
            Self::Write(_, bytes) => std::fs::write(&path, bytes).unwrap(),
            Self::Remove(_) => std::fs::remove_file(&path).unwrap(),
            Self::Ran(_) => {}
        }
    }
}

/// Writes the sound project with some changes.
pub fn write(folder: &Path, changes: &[Change]) {
    for (name, text) in FILES {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    for change in changes {
        change.make(folder);
    }
}
