//! A small sound project, and one mistake after the other planted in it: for each code of `apportion check` the sentence
//! that explains it, what to do, the mistake, and everything that the command then finds.

/// A mistake and what is found of it.
pub struct Planted {
    pub code: &'static str,
    /// What it means, for people.
    pub sentence: &'static str,
    /// What to do about it.
    pub todo: &'static str,
    pub edits: &'static [Edit],
    /// Without a period all of the data is looked at.
    pub period: Option<&'static str>,
    /// All findings, as `severity[code]`; the code itself among them.
    pub found: &'static [&'static str],
    pub exit_code: i32,
}

/// A change of one file of the project.
pub enum Edit {
    /// Every occurrence of a text by another one.
    Replace(&'static str, &'static str, &'static str),
    /// More at the end.
    Append(&'static str, &'static str),
}

use Edit::{Append, Replace};

pub const FILES: [(&str, &str); 7] = [
    ("apportion.toml", PROJECT),
    ("rules/credit.toml", CREDIT),
    ("rules/pay.toml", PAY),
    ("data/deals.csv", DEALS),
    ("data/engagements.csv", ENGAGEMENTS),
    ("data/payees.csv", PAYEES),
    ("data/quotas.csv", QUOTAS),
];

const PROJECT: &str = r#"[book]
name = "Northwind channel programme"
currency = "USD"
rules = ["rules/*.toml"]

[sources.deals]
path = "data/deals.csv"

[sources.engagements]
path = "data/engagements.csv"

[sources.payees]
path = "data/payees.csv"

[sources.quotas]
path = "data/quotas.csv"
"#;

const CREDIT: &str = r#"[[shared_credit]]
id = "new-business"
effective = { from = 2026-01-01 }
when = "deal_type = 'new'"
basis = "amount"
rate = "10%"
roles = [ { role = "sourced", share = "50%" }, { role = "closed", share = "50%" } ]
"#;

const PAY: &str = r#"[[stipend]]
id = "cosell-stipend"
effective = { from = 2026-01-01 }
when = "deal_type = 'expansion'"
engaged = "role IN ('cosell')"
require = "touches >= 1"
amount = { by = "payees.tier", is = { gold = "500", silver = "350" } }
cap = [ { amount = "1000", per = "deal" }, { amount = "2000", per = "payee", every = "quarter" } ]

[[renewal_bonus]]
id = "renewal-bonus"
effective = { from = 2026-01-01 }
when = "deal_type = 'renewal'"
engaged = "role = 'adoption'"
measure = "weight"
rates = [ { from = 1, rate = "1%" }, { from = 3, rate = "2%" } ]
rate_by = "deal"

[[commission]]
id = "accelerator"
effective = { from = 2026-01-01 }
credits = ["new-business"]
payees = "kind = 'employee'"
every = "quarter"
tiers = [ { from = "0%", rate = "5%" }, { from = "100%", rate = "7.5%" } ]
mode = "marginal"

[[override]]
id = "managers"
effective = { from = 2026-01-01 }
credits = ["new-business"]
levels = [ { rate = "1%" } ]
"#;

const DEALS: &str = "\
deal_id,outcome,close_date,amount,deal_type,list_amount
D0,lost,2026-07-01,900.00,new,
D1,won,2026-07-03,1000.00,new,
D2,won,2026-07-09,2000.00,expansion,
D3,won,2026-07-15,5000.00,renewal,
D4,won,2026-07-20,3000.00,new,
";

const ENGAGEMENTS: &str = "\
deal_id,payee_id,role,weight
D1,ann,sourced,1
D1,ben,closed,1
D2,gil,cosell,1
D2,sil,cosell,1
D2,ann,closed,1
D3,gil,adoption,2
D4,ann,sourced,1
D4,ben,closed,1
";

const PAYEES: &str = "\
payee_id,name,kind,tier,manager_id,start_date,end_date
ann,Ann,employee,,max,2020-01-01,
ben,Ben,employee,,max,2020-01-01,
gil,Gil Ltd,partner,gold,,,
sil,Sil Ltd,partner,silver,,,
max,Max,manager,,,2018-01-01,
";

const QUOTAS: &str = "payee_id,period,amount\nann,2026-Q3,1000\nben,2026-Q3,1000\n";

pub const JULY: Option<&str> = Some("2026-07");

/// One for each code, in byte order.
pub const PLANTED: [Planted; 32] = [
    Planted {
        code: "always-true",
        sentence: "A `when` is true for every won deal of the data that closed while the rule was in force: it keeps nothing out.",
        todo: "Correct the condition, or remove `when` if the rule is for all won deals.",
        edits: &[Append(
            "rules/credit.toml",
            "[[shared_credit]]\nid = \"booking\"\neffective = { from = 2026-01-01 }\nwhen = \"amount > 0 OR deal_type = 'new'\"\nroles = [ { role = \"closed\", share = \"100%\" } ]\n",
        )],
        period: JULY,
        found: &["warning[always-true]"],
        exit_code: 0,
    },
    Planted {
        code: "below-first-rate",
        sentence: "More than half of the deals with work that counts for a renewal_bonus stay below its first rate.",
        todo: "Nothing if the threshold is intentionally high; else lower the first `from`, or look at how the work is measured.",
        edits: &[
            Append(
                "data/deals.csv",
                "D6,won,2026-07-21,100.00,renewal,\nD7,won,2026-07-22,100.00,renewal,\n",
            ),
            Append("data/engagements.csv", "D6,gil,adoption,0.5\nD7,gil,adoption,0.5\n"),
        ],
        period: JULY,
        found: &["note[below-first-rate]"],
        exit_code: 0,
    },
    Planted {
        code: "below-first-tier",
        sentence: "More than half of the payees with credit that counts for a commission do not reach its first tier.",
        todo: "Nothing early in a period; else look at the quotas, and at the first `from`.",
        edits: &[
            Replace("rules/pay.toml", "{ from = \"0%\"", "{ from = \"50%\""),
            Replace("data/quotas.csv", "ann,2026-Q3,1000", "ann,2026-Q3,100000\ncat,2026-Q3,100000"),
            Append("data/payees.csv", "cat,Cat,employee,,,,\n"),
            Append("data/engagements.csv", "D4,cat,sourced,1\n"),
        ],
        period: JULY,
        found: &["note[below-first-tier]"],
        exit_code: 0,
    },
    Planted {
        code: "cap-below-amount",
        sentence: "A stipend's amount for one deal is more than one of its caps: a deal never earns the whole amount.",
        todo: "Raise the cap, or correct the amount.",
        edits: &[Replace(
            "rules/pay.toml",
            "amount = \"1000\", per = \"deal\"",
            "amount = \"400\", per = \"deal\"",
        )],
        period: JULY,
        found: &["warning[cap-below-amount]"],
        exit_code: 0,
    },
    Planted {
        code: "credits-nothing",
        sentence: "A commission or override pays on the credit of a rule that gives no credit in the period.",
        todo: "Read what is said of the other rule, or name the rule that makes the credit.",
        edits: &[
            Replace(
                "rules/pay.toml",
                "credits = [\"new-business\"]\npayees",
                "credits = [\"new-business\", \"next-year\"]\npayees",
            ),
            Append(
                "rules/credit.toml",
                "[[shared_credit]]\nid = \"next-year\"\neffective = { from = 2027-01-01 }\nroles = [ { role = \"closed\", share = \"100%\" } ]\n",
            ),
        ],
        period: JULY,
        found: &["warning[credits-nothing]", "note[never-in-force]"],
        exit_code: 0,
    },
    Planted {
        code: "ended-payee",
        sentence: "A payee earns on deals that closed after their `end_date`.",
        todo: "Nothing if the plan pays after leaving; else say in `engaged` or `payees` who is still there.",
        edits: &[Replace(
            "data/payees.csv",
            "ben,Ben,employee,,max,2020-01-01,",
            "ben,Ben,employee,,max,2020-01-01,2026-06-30",
        )],
        period: JULY,
        found: &["warning[ended-payee]"],
        exit_code: 0,
    },
    Planted {
        code: "falling-rate",
        sentence: "A higher tier or step has a lower rate than the one before.",
        todo: "Nothing if more is to earn a lower rate; else look for a slipped digit.",
        edits: &[Replace("rules/pay.toml", "{ from = 3, rate = \"2%\" }", "{ from = 3, rate = \"0.2%\" }")],
        period: JULY,
        found: &["warning[falling-rate]"],
        exit_code: 0,
    },
    Planted {
        code: "held-deals",
        sentence: "Deals would be held, because a row of engagements or splits that names them was rejected.",
        todo: "Mend the rejected rows; or set `incomplete = \"pay\"` in [book] to pay without them.",
        edits: &[Append("data/engagements.csv", "D4,nobody,closed,1\n")],
        period: JULY,
        found: &["warning[unknown-payee]", "warning[held-deals]"],
        exit_code: 1,
    },
    Planted {
        code: "idle-cap",
        sentence: "A cap can't be reached, because another cap of the rule is reached before it.",
        todo: "Remove it, or correct the amount.",
        edits: &[Replace(
            "rules/pay.toml",
            "every = \"quarter\" } ]\n\n[[renewal",
            "every = \"quarter\" }, { amount = \"2500\", per = \"payee\", every = \"month\" } ]\n\n[[renewal",
        )],
        period: JULY,
        found: &["warning[idle-cap]"],
        exit_code: 0,
    },
    Planted {
        code: "matches-nothing",
        sentence: "A `when` is true for no won deal of all the data that closed while the rule was in force.",
        todo: "Mend the condition; the help line says which part of it is never true, and what the column has.",
        edits: &[Append(
            "rules/pay.toml",
            "[[stipend]]\nid = \"big-deals\"\neffective = { from = 2026-01-01 }\nwhen = \"amount > 1000 AND deal_type = 'strategic'\"\nengaged = \"role = 'cosell'\"\namount = 50\n",
        )],
        period: JULY,
        found: &["warning[matches-nothing]"],
        exit_code: 0,
    },
    Planted {
        code: "matches-nothing-in-period",
        sentence: "A `when` is true for no won deal of the period, though it is for deals of other days.",
        todo: "Nothing if there were no such deals; else look for what is missing in the export.",
        edits: &[
            Append("data/deals.csv", "D8,won,2026-06-10,10.00,upsell,\n"),
            Append(
                "rules/pay.toml",
                "[[stipend]]\nid = \"upsells\"\neffective = { from = 2026-01-01 }\nwhen = \"deal_type = 'upsell'\"\nengaged = \"role = 'cosell'\"\namount = 50\n",
            ),
        ],
        period: JULY,
        found: &["note[matches-nothing-in-period]"],
        exit_code: 0,
    },
    Planted {
        code: "never-in-force",
        sentence: "No version of a rule is in force on any day of the period.",
        todo: "Nothing if it has ended or is still to come; else mend `effective`.",
        edits: &[Append(
            "rules/pay.toml",
            "[[stipend]]\nid = \"last-year\"\neffective = { from = 2025-01-01, until = 2025-12-31 }\nengaged = \"role = 'cosell'\"\namount = 50\n",
        )],
        period: JULY,
        found: &["note[never-in-force]"],
        exit_code: 0,
    },
    Planted {
        code: "no-basis",
        sentence: "A rule's `basis` is null for deals that it matches: they pay nothing.",
        todo: "Fill the column, or say in `basis` what then holds, with coalesce.",
        edits: &[Replace(
            "rules/credit.toml",
            "basis = \"amount\"",
            "basis = \"coalesce(list_amount, nullif(amount, 3000))\"",
        )],
        period: JULY,
        found: &["warning[no-basis]"],
        exit_code: 0,
    },
    Planted {
        code: "no-quota",
        sentence: "Payees have credit that counts for a commission on quota, and no quota for the period: it pays them nothing.",
        todo: "Add the quotas, by the length of period that the commission has, or narrow `payees`.",
        edits: &[Replace("data/quotas.csv", "ben,2026-Q3,1000\n", "")],
        period: JULY,
        found: &["warning[no-quota]"],
        exit_code: 0,
    },
    Planted {
        code: "no-rate",
        sentence: "A value by a column has no case and no `else` for what deals, or payees engaged on them, have in it: they are paid nothing.",
        todo: "Add the missing cases to `is`, or an `else`.",
        edits: &[
            Append("data/payees.csv", "tin,Tin Ltd,partner,bronze,,,\n"),
            Append("data/engagements.csv", "D2,tin,cosell,1\n"),
        ],
        period: JULY,
        found: &["warning[no-rate]"],
        exit_code: 0,
    },
    Planted {
        code: "no-rule",
        sentence: "Won deals match no shared_credit, stipend or renewal_bonus rule.",
        todo: "Nothing if no rule should pay them; else widen the `when` of a rule.",
        edits: &[Append("data/deals.csv", "D5,won,2026-07-21,10.00,services,\n")],
        period: JULY,
        found: &["note[no-rule]"],
        exit_code: 0,
    },
    Planted {
        code: "no-won-deals",
        sentence: "No won deal closed in the period; nothing else is said of the rules then.",
        todo: "See whether the period is right, and the export complete; look at the `values` of `outcome`.",
        edits: &[],
        period: Some("2026-12"),
        found: &["warning[no-won-deals]"],
        exit_code: 0,
    },
    Planted {
        code: "overlapping-rules",
        sentence: "Two paying rules of one kind pay the same payee for the same deals, or set two pools aside on them.",
        todo: "Nothing if both are supposed to pay (`--allow overlapping-rules`); else make their `when` exclude each other, or give shared_credit rules one `one_of`.",
        edits: &[Append(
            "rules/credit.toml",
            "[[shared_credit]]\nid = \"large\"\neffective = { from = 2026-01-01 }\nwhen = \"amount BETWEEN 2500 AND 4000\"\nrate = \"1%\"\nroles = [ { role = \"closed\", share = \"100%\" } ]\n",
        )],
        period: JULY,
        found: &["warning[overlapping-rules]"],
        exit_code: 0,
    },
    Planted {
        code: "payee-without-work",
        sentence: "A payee has no engagement and no split, and manages no other payee.",
        todo: "Nothing if they just started; else see whether their id is spelled alike everywhere.",
        edits: &[Append("data/payees.csv", "zoe,Zoe Ltd,partner,gold,,,\n")],
        period: JULY,
        found: &["note[payee-without-work]"],
        exit_code: 0,
    },
    Planted {
        code: "pays-nobody",
        sentence: "A rule matches deals of the period and makes no amount (or, for one that only credits, no line).",
        todo: "The help line says why, deal by deal counted; `explain` shows one of them.",
        edits: &[Replace("rules/pay.toml", "touches >= 1", "touches >= 50")],
        period: JULY,
        found: &["warning[pays-nobody]"],
        exit_code: 0,
    },
    Planted {
        code: "pays-zero",
        sentence: "A rate, amount, share or cap is 0, so that it pays nothing.",
        todo: "Correct the number; a shared_credit rule that only credits has no `rate`; a rule that is over has an `until`.",
        edits: &[Replace(
            "rules/credit.toml",
            "share = \"50%\" } ]",
            "share = \"50%\" }, { role = \"cosell\", share = \"0%\" } ]",
        )],
        period: JULY,
        found: &["warning[pays-zero]"],
        exit_code: 0,
    },
    Planted {
        code: "quota-missing",
        sentence: "The `payees` of a commission on quota selects payees who have no quota for the period, and no credit yet.",
        todo: "Add the quotas before the first deal closes, or narrow `payees`.",
        edits: &[
            Append("data/payees.csv", "zed,Zed,employee,,max,2020-01-01,\n"),
            Append("data/engagements.csv", "D2,zed,closed,1\n"),
        ],
        period: JULY,
        found: &["note[quota-missing]"],
        exit_code: 0,
    },
    Planted {
        code: "role-never-filled",
        sentence: "A role of a shared_credit rule that makes lines is filled on none of its deals in the period.",
        todo: "See whether the role is spelled as in the engagements, and whether that work is in the export.",
        edits: &[Replace(
            "rules/credit.toml",
            "{ role = \"sourced\", share = \"50%\" }",
            "{ role = \"sourced\", share = \"40%\" }, { role = \"enabled\", share = \"10%\" }",
        )],
        period: JULY,
        found: &["warning[role-never-filled]"],
        exit_code: 0,
    },
    Planted {
        code: "shared-deals",
        sentence: "Two paying rules of one kind match the same deals, though no payee is paid by both on one of them.",
        todo: "Nothing if both are supposed to pay; else make their `when` exclude each other.",
        edits: &[Append(
            "rules/pay.toml",
            "[[stipend]]\nid = \"closing\"\neffective = { from = 2026-01-01 }\nwhen = \"deal_type = 'expansion'\"\nengaged = \"role = 'closed'\"\namount = 10\n",
        )],
        period: JULY,
        found: &["note[shared-deals]"],
        exit_code: 0,
    },
    Planted {
        code: "splits-not-100",
        sentence: "The declared percents of a deal don't add up to 100: a `declared` rule does not pay it.",
        todo: "Correct the splits, or set `overlay = true` if each percent counts on its own.",
        edits: &[
            Append("apportion.toml", "\n[sources.splits]\npath = \"data/splits.csv\"\n"),
            Append("data/splits.csv", "deal_id,payee_id,percent\nD1,ann,60\nD1,ben,30\nD4,ben,100\n"),
            Replace(
                "rules/credit.toml",
                "roles = [ { role = \"sourced\", share = \"50%\" }, { role = \"closed\", share = \"50%\" } ]",
                "model = \"declared\"",
            ),
            // Somebody must count the engagements in these roles.
            Append(
                "rules/credit.toml",
                "[[shared_credit]]\nid = \"booking\"\neffective = { from = 2026-01-01 }\nroles = [ { role = \"closed\", share = \"50%\" }, { role = \"sourced\", share = \"50%\" } ]\n",
            ),
        ],
        period: JULY,
        found: &["warning[splits-not-100]"],
        exit_code: 0,
    },
    Planted {
        code: "two-rules",
        sentence: "Two shared_credit rules of one `one_of` match the same deals: neither pays them.",
        todo: "Make their `when` exclude each other, so that each deal has one of them.",
        edits: &[
            Replace("rules/credit.toml", "rate = \"10%\"", "rate = \"10%\"\none_of = \"primary\""),
            Append(
                "rules/credit.toml",
                "[[shared_credit]]\nid = \"large\"\neffective = { from = 2026-01-01 }\nwhen = \"amount BETWEEN 2500 AND 4000\"\nrate = \"1%\"\none_of = \"primary\"\nroles = [ { role = \"closed\", share = \"100%\" } ]\n",
            ),
            Append("data/deals.csv", "D5,won,2026-07-21,2600.00,services,\n"),
            Append("data/engagements.csv", "D5,ann,closed,1\n"),
        ],
        period: JULY,
        found: &["warning[two-rules]"],
        exit_code: 0,
    },
    Planted {
        code: "unknown-value",
        sentence: "A rule names a text that its column never has, and the column has one that is spelled nearly so.",
        todo: "Write it as the data does; small and capital letters differ.",
        edits: &[Replace("rules/pay.toml", "IN ('cosell')", "IN ('cosell', 'Closed')")],
        period: JULY,
        found: &["warning[unknown-value]"],
        exit_code: 0,
    },
    Planted {
        code: "unused-case",
        sentence: "A value by a column has a case that no row of the data has.",
        todo: "Nothing if it is kept for later; else take it out.",
        edits: &[Replace("rules/pay.toml", "silver = \"350\"", "silver = \"350\", platinum = \"900\"")],
        period: JULY,
        found: &["note[unused-case]"],
        exit_code: 0,
    },
    Planted {
        code: "unused-column",
        sentence: "A source says something about a column that the contract does not have and no rule names.",
        todo: "See whether it is misspelt; else take it out, or leave it for a rule that is still to come.",
        edits: &[Replace(
            "apportion.toml",
            "path = \"data/payees.csv\"",
            "path = \"data/payees.csv\"\ndefaults = { teir = \"gold\" }",
        )],
        period: JULY,
        found: &["note[unused-column]"],
        exit_code: 0,
    },
    Planted {
        code: "unused-role",
        sentence: "The data has engagements in a role that no rule counts.",
        todo: "Name the role in the `roles` or `engaged` of a rule, or leave its rows out with `where`.",
        edits: &[Append("data/engagements.csv", "D1,ann,meeting,1\nD4,ann,meeting,1\n")],
        period: JULY,
        found: &["warning[unused-role]"],
        exit_code: 0,
    },
    Planted {
        code: "unused-source",
        sentence: "No rule uses the rows of a source.",
        todo: "Nothing if a rule is still to come; else take the source out.",
        edits: &[
            Append("apportion.toml", "\n[sources.splits]\npath = \"data/splits.csv\"\n"),
            Append("data/splits.csv", "deal_id,payee_id,percent\nD1,ann,60\n"),
        ],
        period: JULY,
        found: &["note[unused-source]"],
        exit_code: 0,
    },
    Planted {
        code: "version-without-deals",
        sentence: "A version of a rule is in force on days of the period, and no won deal of the period closed on them.",
        todo: "See whether the dates of the versions are as agreed.",
        edits: &[Append(
            "rules/credit.toml",
            "\n[[shared_credit]]\nid = \"new-business\"\neffective = { from = 2026-07-25 }\nwhen = \"deal_type = 'new'\"\nrate = \"12%\"\nroles = [ { role = \"sourced\", share = \"50%\" }, { role = \"closed\", share = \"50%\" } ]\n",
        )],
        period: JULY,
        found: &["warning[version-without-deals]"],
        exit_code: 0,
    },
];
