//! A small sound project, and one mistake after the other planted in it: for each code of `apportion check` the
//! sentence that explains it, what to do, the mistake, and everything that the command then finds.

mod channel;
mod policies;

use apportion::diagnostic::Code;

/// A mistake and what is found of it.
pub struct PlantedMistake {
    pub code: Code,
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
    /// So many rows at the end, each with its number for `#`.
    Rows(&'static str, usize, &'static str),
}

impl Edit {
    /// The rows of [`Edit::Rows`].
    pub fn rows(times: usize, row: &str) -> String {
        (1..=times).map(|number| row.replace('#', &number.to_string())).collect()
    }
}

use Edit::{Append, Replace, Rows};

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

/// Deals name those that they reverse, in the place of a column that no rule names.
const REVERSALS: Edit = Replace("data/deals.csv", "deal_type,list_amount", "deal_type,reverses_deal_id");

const MIRROR: &str =
    "\n[[clawback]]\nid = \"back\"\neffective = { from = 2026-01-01 }\nmethod = \"mirror\"\n";

const RECOMPUTE: &str =
    "\n[[clawback]]\nid = \"back\"\neffective = { from = 2026-01-01 }\nmethod = \"recompute\"\n";

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

/// A source that the sound project does not have.
const ASSIGNMENTS: &str = "\n[sources.assignments]\npath = \"data/assignments.csv\"\n";

pub const JULY: Option<&str> = Some("2026-07");

/// All of them.
pub fn all() -> impl Iterator<Item = &'static PlantedMistake> {
    PLANTED.iter().chain(&policies::PLANTED).chain(&channel::PLANTED)
}

/// One for each code but those of policies, in byte order.
const PLANTED: [PlantedMistake; 55] = [
    PlantedMistake {
        code: Code::OverReversed,
        todo: "Look whether a reversal is there twice, and whether it names the right deal.",
        edits: &[
            REVERSALS,
            Append("data/deals.csv", "R1,won,2026-07-25,-1500.00,credit,D1\n"),
            Append("rules/pay.toml", MIRROR),
        ],
        period: JULY,
        found: &["warning[over-reversed]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::ScheduleTooShort,
        todo: "Look at the days: `within` is counted in days from the close date of the deal that is reversed.",
        edits: &[
            REVERSALS,
            Append("data/deals.csv", "R1,won,2026-07-25,-500.00,credit,D1\n"),
            Append("rules/pay.toml", MIRROR),
            Append(
                "rules/pay.toml",
                "schedule = [ { within = 3, share = \"100%\" }, { within = 12, share = \"50%\" } ]\n",
            ),
        ],
        period: JULY,
        found: &["warning[pays-nobody]", "warning[schedule-too-short]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::EarlierOriginal,
        todo: "Take back what was paid in earlier years with `method = \"mirror\"`, or settle it by hand.",
        edits: &[
            REVERSALS,
            Append("data/deals.csv", "Z1,won,2025-12-30,500.00,new,\nR1,won,2026-07-25,-500.00,credit,Z1\n"),
            Append("rules/pay.toml", RECOMPUTE),
        ],
        period: JULY,
        found: &["note[earlier-original]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::UnmatchedReversal,
        todo: "Widen the `when` of the clawback, or leave it where reversals of this sort are paid as negative deals.",
        edits: &[
            REVERSALS,
            Append(
                "data/deals.csv",
                "R1,won,2026-07-25,-500.00,credit,D1\nR2,won,2026-07-26,-500.00,new,D4\n",
            ),
            Append("rules/pay.toml", MIRROR),
            Append("rules/pay.toml", "when = \"deal_type = 'credit'\"\n"),
        ],
        period: JULY,
        found: &["note[unmatched-reversal]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::AlwaysTrue,
        todo: "Correct the condition, or remove `when` if the rule is for all won deals.",
        edits: &[Append(
            "rules/credit.toml",
            "[[shared_credit]]\nid = \"booking\"\neffective = { from = 2026-01-01 }\nwhen = \"amount > 0 OR deal_type = 'new'\"\nroles = [ { role = \"closed\", share = \"100%\" } ]\n",
        )],
        period: JULY,
        found: &["warning[always-true]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::AssignmentChangesNothing,
        todo: "Nothing if it is there for the record; else see whether the payee's own row was changed where an assignment was meant.",
        edits: &[
            Append("apportion.toml", ASSIGNMENTS),
            Append("data/assignments.csv", "payee_id,from,until,tier\ngil,2026-03-01,2026-08-31,gold\n"),
        ],
        period: JULY,
        found: &["note[assignment-changes-nothing]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::AssignmentGap,
        todo: "End the earlier assignment on the day before the later one begins.",
        edits: &[
            Append("apportion.toml", ASSIGNMENTS),
            Append(
                "data/assignments.csv",
                "payee_id,from,until,tier\nsil,2026-01-01,2026-07-14,gold\nsil,2026-07-16,,gold\n",
            ),
        ],
        period: JULY,
        found: &["warning[assignment-gap]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::AssignmentOutsideContract,
        todo: "Correct the assignment, or the payee's dates.",
        edits: &[
            Append("apportion.toml", ASSIGNMENTS),
            Append("data/assignments.csv", "payee_id,from,until,tier\nmax,2016-01-01,2016-12-31,gold\n"),
        ],
        period: JULY,
        found: &["note[assignment-outside-contract]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::MostlyBelowFirstRate,
        todo: "Nothing if the threshold is intentionally high; else lower the first `from`, or look at how the work is measured.",
        edits: &[
            Append(
                "data/deals.csv",
                "D6,won,2026-07-21,100.00,renewal,\nD7,won,2026-07-22,100.00,renewal,\n",
            ),
            Append("data/engagements.csv", "D6,gil,adoption,0.5\nD7,gil,adoption,0.5\n"),
        ],
        period: JULY,
        found: &["note[mostly-below-first-rate]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::BelowFirstTier,
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
    PlantedMistake {
        code: Code::CapBelowAmount,
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
    PlantedMistake {
        code: Code::CreditsNothing,
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
    PlantedMistake {
        code: Code::EndedPayee,
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
    PlantedMistake {
        code: Code::FallingRate,
        todo: "Nothing if more is to earn a lower rate; else look for a slipped digit.",
        edits: &[Replace("rules/pay.toml", "{ from = 3, rate = \"2%\" }", "{ from = 3, rate = \"0.2%\" }")],
        period: JULY,
        found: &["warning[falling-rate]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::GivesAway,
        todo: "Look for a slipped digit in the rates and amounts of these rules; or set `warn_over` in [book] where more is meant.",
        edits: &[Replace(
            "rules/pay.toml",
            "gold = \"500\", silver = \"350\"",
            "gold = \"800\", silver = \"600\"",
        )],
        period: JULY,
        found: &["warning[gives-away]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::HeldDeals,
        todo: "Mend the rejected rows; or set `incomplete = \"pay\"` in [book] to pay without them.",
        edits: &[Append("data/engagements.csv", "D4,nobody,closed,1\n")],
        period: JULY,
        found: &["warning[unknown-payee]", "warning[held-deals]"],
        exit_code: 1,
    },
    PlantedMistake {
        code: Code::RangeGap,
        todo: "Let each range begin where the one before ends; or add a row without a range for what is between.",
        edits: &[
            Replace(
                "rules/credit.toml",
                "rate = \"10%\"",
                "rate = { table = \"rates/new.csv\", value = \"rate\" }",
            ),
            Append("rates/new.csv", "amount_from,amount_below,rate\n0,2000,10%\n2500,,12%\n"),
        ],
        period: JULY,
        found: &["warning[range-gap]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::RepeatedEngagements,
        todo: "If they are one piece of work, map an `engagement_id` or set `distinct = true` for the source.",
        edits: &[Append("data/engagements.csv", "D2,gil,cosell,1\n")],
        period: JULY,
        found: &["warning[repeated-engagements]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::LinesInCell,
        todo: "Look at the lines in an editor. Write a quote that belongs to a text twice, or set another `quote`.",
        edits: &[Append(
            "data/deals.csv",
            "D7,won,2026-07-22,1000.00,\"services,\nD8,won,2026-07-22,1000.00,services\",\n",
        )],
        period: JULY,
        found: &["warning[lines-in-cell]", "note[no-rule]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::NotConverted,
        todo: "Give the column the type `money`: it is converted like the amount then, and `source_fee` is what the file has.",
        edits: &[
            Replace("data/deals.csv", "list_amount\n", "list_amount,currency,fee\n"),
            Replace("data/deals.csv", "900.00,new,\n", "900.00,new,,,0\n"),
            Replace("data/deals.csv", "1000.00,new,\n", "1000.00,new,,EUR,20\n"),
            Replace("data/deals.csv", "2000.00,expansion,\n", "2000.00,expansion,,,0\n"),
            Replace("data/deals.csv", "5000.00,renewal,\n", "5000.00,renewal,,,0\n"),
            Replace("data/deals.csv", "3000.00,new,\n", "3000.00,new,,,0\n"),
            Append("data/rates.csv", "date,currency,rate\n2026-07-01,EUR,1.10\n"),
            Append("apportion.toml", "\n[sources.fx_rates]\npath = \"data/rates.csv\"\n"),
            Replace(
                "apportion.toml",
                "path = \"data/deals.csv\"",
                "path = \"data/deals.csv\"\ntypes = { fee = \"number\" }",
            ),
            Replace("rules/credit.toml", "basis = \"amount\"", "basis = \"amount - fee\""),
        ],
        period: JULY,
        found: &["warning[not-converted]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::LookAlikeIds,
        todo: "See whether two of them are one person; give one id to their work, and take the other payee out.",
        edits: &[
            Append("data/payees.csv", "Ann,Ann,partner,silver,,,\ng\u{200b}il,Gil,partner,gold,,,\n"),
            Append("data/engagements.csv", "D1,Ann,sourced,2\nD1,g\u{200b}il,closed,2\n"),
        ],
        period: JULY,
        found: &["warning[look-alike-ids]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::DateBeyondCalendar,
        todo: "If such a date means that there is no end, make it null with `nulls`.",
        edits: &[
            Replace("data/payees.csv", "max,2020-01-01,", "max,2020-01-01,9999-12-31"),
            Replace(
                "rules/credit.toml",
                "rate = \"10%\"",
                "rate = \"10%\"\nengaged = \"payees.end_date + 30 >= close_date\"",
            ),
            Replace(
                "data/payees.csv",
                "ben,Ben,employee,,max,2020-01-01,9999-12-31",
                "ben,Ben,employee,,max,2020-01-01,2030-12-31",
            ),
            Append("data/engagements.csv", "D1,ben,sourced,1\nD4,ben,sourced,1\n"),
        ],
        period: JULY,
        found: &["warning[date-beyond-calendar]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::WideReach,
        todo: "See whether the account is one, or stands for deals without an account; narrow the rule with `when`.",
        edits: &[
            Replace(
                "apportion.toml",
                "path = \"data/deals.csv\"",
                "path = \"data/deals.csv\"\ndefaults = { account_id = \"none\" }",
            ),
            Rows("data/deals.csv", 1_000, "X#,won,2026-07-21,1000.00,wide,\n"),
            Rows("data/engagements.csv", 1_000, "X#,ben,closed,1\n"),
            Append(
                "rules/pay.toml",
                "[[stipend]]\nid = \"thanks\"\neffective = { from = 2026-01-01 }\nwhen = \"deal_type = 'wide'\"\nreach = [\"account\"]\nengaged = \"role = 'closed'\"\namount = 10\n",
            ),
        ],
        period: JULY,
        found: &["warning[wide-reach]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::IdleCap,
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
    PlantedMistake {
        code: Code::MatchesNothing,
        todo: "Mend the condition; the help line says which part of it is never true, and what the column has.",
        edits: &[Append(
            "rules/pay.toml",
            "[[stipend]]\nid = \"big-deals\"\neffective = { from = 2026-01-01 }\nwhen = \"amount > 1000 AND deal_type = 'strategic'\"\nengaged = \"role = 'cosell'\"\namount = 50\n",
        )],
        period: JULY,
        found: &["warning[matches-nothing]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::MatchesNothingInPeriod,
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
    PlantedMistake {
        code: Code::NeverInForce,
        todo: "Nothing if it has ended or is still to come; else mend `effective`.",
        edits: &[Append(
            "rules/pay.toml",
            "[[stipend]]\nid = \"last-year\"\neffective = { from = 2025-01-01, until = 2025-12-31 }\nengaged = \"role = 'cosell'\"\namount = 50\n",
        )],
        period: JULY,
        found: &["note[never-in-force]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::NoBasis,
        todo: "Fill the column, or write in `basis` what to use instead, with coalesce.",
        edits: &[Replace(
            "rules/credit.toml",
            "basis = \"amount\"",
            "basis = \"coalesce(list_amount, nullif(amount, 3000))\"",
        )],
        period: JULY,
        found: &["warning[no-basis]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::NoQuota,
        todo: "Add the quotas, by the length of period that the commission has, or narrow `payees`.",
        edits: &[Replace("data/quotas.csv", "ben,2026-Q3,1000\n", "")],
        period: JULY,
        found: &["warning[no-quota]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::ValueWithoutRate,
        todo: "Add the missing cases to `is`, or an `else`.",
        edits: &[
            Append("data/payees.csv", "tin,Tin Ltd,partner,bronze,,,\n"),
            Append("data/engagements.csv", "D2,tin,cosell,1\n"),
        ],
        period: JULY,
        found: &["warning[value-without-rate]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::NoRule,
        todo: "Nothing if no rule should pay them; else widen the `when` of a rule.",
        edits: &[Append("data/deals.csv", "D5,won,2026-07-21,10.00,services,\n")],
        period: JULY,
        found: &["note[no-rule]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::NoWonDeals,
        todo: "See whether the period is right, and the export complete; look at the `values` of `outcome`.",
        edits: &[],
        period: Some("2026-12"),
        found: &["warning[no-won-deals]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::OverlappingRules,
        todo: "Nothing if both are supposed to pay (`--allow overlapping-rules`); else make their `when` exclude each other, or give shared_credit rules one `one_of`.",
        edits: &[Append(
            "rules/credit.toml",
            "[[shared_credit]]\nid = \"large\"\neffective = { from = 2026-01-01 }\nwhen = \"amount BETWEEN 2500 AND 4000\"\nrate = \"1%\"\nroles = [ { role = \"closed\", share = \"100%\" } ]\n",
        )],
        period: JULY,
        found: &["warning[overlapping-rules]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::PaidOnLeave,
        todo: "Nothing if work from before the leave is paid; else say in `engaged` or `payees` that `fte` is above 0.",
        edits: &[
            Append("apportion.toml", ASSIGNMENTS),
            Append("data/assignments.csv", "payee_id,from,until,fte\nann,2026-07-15,2026-07-31,0\n"),
            Replace("rules/pay.toml", "mode = \"marginal\"", "prorate = \"days\""),
        ],
        period: JULY,
        found: &["note[paid-on-leave]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::PayeeWithoutWork,
        todo: "Nothing if they just started; else see whether their id is spelled alike everywhere.",
        edits: &[Append("data/payees.csv", "zoe,Zoe Ltd,partner,gold,,,\n")],
        period: JULY,
        found: &["note[payee-without-work]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::PaysNobody,
        todo: "The help line says why, deal by deal counted; `explain` shows one of them.",
        edits: &[Replace("rules/pay.toml", "touches >= 1", "touches >= 50")],
        period: JULY,
        found: &["warning[pays-nobody]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::PaysZero,
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
    PlantedMistake {
        code: Code::QuotaMissing,
        todo: "Add the quotas before the first deal closes, or narrow `payees`.",
        edits: &[
            Append("data/payees.csv", "zed,Zed,employee,,max,2020-01-01,\n"),
            Append("data/engagements.csv", "D2,zed,closed,1\n"),
        ],
        period: JULY,
        found: &["note[quota-missing]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::RoleNeverFilled,
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
    PlantedMistake {
        code: Code::SharedDeals,
        todo: "Nothing if both are supposed to pay; else make their `when` exclude each other.",
        edits: &[Append(
            "rules/pay.toml",
            "[[stipend]]\nid = \"closing\"\neffective = { from = 2026-01-01 }\nwhen = \"deal_type = 'expansion'\"\nengaged = \"role = 'closed'\"\namount = 10\n",
        )],
        period: JULY,
        found: &["note[shared-deals]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::SplitsNot100,
        todo: "Correct the splits, or set `overlay = true` if each percent counts on its own.",
        edits: &[
            Append("apportion.toml", "\n[sources.splits]\npath = \"data/splits.csv\"\n"),
            Append("data/splits.csv", "deal_id,payee_id,percent\nD1,ann,60\nD1,ben,30\nD4,ben,100\n"),
            Replace(
                "rules/credit.toml",
                "roles = [ { role = \"sourced\", share = \"50%\" }, { role = \"closed\", share = \"50%\" } ]",
                "model = \"declared\"",
            ),
            // Some rule must count the engagements in these roles.
            Append(
                "rules/credit.toml",
                "[[shared_credit]]\nid = \"booking\"\neffective = { from = 2026-01-01 }\nroles = [ { role = \"closed\", share = \"50%\" }, { role = \"sourced\", share = \"50%\" } ]\n",
            ),
        ],
        period: JULY,
        found: &["warning[splits-not-100]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::TakenByName,
        todo: "Look with `apportion sources deals`. If it is the currency of the amount, map it: `currency = \"currency\"`; else map the column that is, or \
               take the book's for all rows.",
        edits: &[
            Replace(
                "data/deals.csv",
                "deal_id,outcome,close_date,amount,deal_type,",
                "deal_id,outcome,close_date,net,deal_type,",
            ),
            Replace("data/deals.csv", "list_amount", "currency"),
            Replace(
                "apportion.toml",
                "path = \"data/deals.csv\"",
                "path = \"data/deals.csv\"\ncolumns = { amount = \"net\" }",
            ),
        ],
        period: JULY,
        found: &["warning[taken-by-name]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::TinyPercents,
        todo: "Multiply fractions by 100 in an `expr`. Percentages of a workbook are read as what it shows where the column is mapped as it is.",
        edits: &[
            Append("apportion.toml", "\n[sources.splits]\npath = \"data/splits.csv\"\n"),
            Append("data/splits.csv", "deal_id,payee_id,percent\nD1,ann,0.6\nD1,ben,0.4\n"),
            Append(
                "rules/credit.toml",
                "[[shared_credit]]\nid = \"declared\"\neffective = { from = 2026-01-01 }\nmodel = \"declared\"\noverlay = true\n",
            ),
        ],
        period: JULY,
        found: &["warning[tiny-percents]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::TinyTiers,
        todo: "Write the thresholds with a percent sign, or as amounts of credit.",
        edits: &[
            Replace(
                "rules/pay.toml",
                "{ from = \"0%\", rate = \"5%\" }, { from = \"100%\", rate = \"7.5%\" }",
                "{ from = \"0\", rate = \"5%\" }, { from = \"1\", rate = \"7.5%\" }",
            ),
            Replace("data/quotas.csv", "ann,2026-Q3,1000", "ann,2026-Q3,2000000"),
        ],
        period: JULY,
        found: &["warning[tiny-tiers]", "note[unused-source]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::TwoReadings,
        todo: "Look at a few cells. If the file has decimal commas, say so with `numbers`; else there is nothing to do.",
        edits: &[Replace("data/deals.csv", "1000.00,new,", "1000.00,new,1.250")],
        period: JULY,
        found: &["warning[two-readings]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::TwoRules,
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
    PlantedMistake {
        code: Code::UnevenFiles,
        todo: "Export all files with the same columns. If the rows of the other files really have none, `defaults` says what they are.",
        edits: &[
            Append(
                "data/deals-august.csv",
                "deal_id,outcome,close_date,amount,deal_type\nD9,won,2026-08-03,100.00,new\n",
            ),
            Append("data/engagements.csv", "D9,ann,closed,1\n"),
            Replace("apportion.toml", "path = \"data/deals.csv\"", "path = \"data/deals*.csv\""),
        ],
        period: JULY,
        found: &["warning[uneven-files]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::UnknownValue,
        todo: "Write it as the data does; small and capital letters differ.",
        edits: &[Replace("rules/pay.toml", "IN ('cosell')", "IN ('cosell', 'Closed')")],
        period: JULY,
        found: &["warning[unknown-value]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::UnreachableRow,
        todo: "Put the ends in order: `x_below` is the first value that is too high, `until` the last day.",
        edits: &[
            Replace(
                "rules/credit.toml",
                "rate = \"10%\"",
                "rate = { table = \"rates/new.csv\", value = \"rate\" }",
            ),
            Append("rates/new.csv", "amount_from,amount_below,rate\n0,2000,10%\n2000,,12%\n9000,5000,15%\n"),
        ],
        period: JULY,
        found: &["warning[unreachable-row]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::UnusedCase,
        todo: "Nothing if it is kept for later; else take it out.",
        edits: &[Replace("rules/pay.toml", "silver = \"350\"", "silver = \"350\", platinum = \"900\"")],
        period: JULY,
        found: &["note[unused-case]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::UnusedColumn,
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
    PlantedMistake {
        code: Code::UnusedRole,
        todo: "Name the role in the `roles` or `engaged` of a rule, or leave its rows out with `where`.",
        edits: &[Append("data/engagements.csv", "D1,ann,meeting,1\nD4,ann,meeting,1\n")],
        period: JULY,
        found: &["warning[unused-role]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::UnusedSource,
        todo: "Nothing if a rule is still to come; else take the source out.",
        edits: &[
            Append("apportion.toml", "\n[sources.splits]\npath = \"data/splits.csv\"\n"),
            Append("data/splits.csv", "deal_id,payee_id,percent\nD1,ann,60\n"),
        ],
        period: JULY,
        found: &["note[unused-source]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::VersionWithoutDeals,
        todo: "See whether the dates of the versions are as agreed.",
        edits: &[Append(
            "rules/credit.toml",
            "\n[[shared_credit]]\nid = \"new-business\"\neffective = { from = 2026-07-25 }\nwhen = \"deal_type = 'new'\"\nrate = \"12%\"\nroles = [ { role = \"sourced\", share = \"50%\" }, { role = \"closed\", share = \"50%\" } ]\n",
        )],
        period: JULY,
        found: &["warning[version-without-deals]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::WholeDeal,
        todo: "Write the intended rate: 15% was typed as 150%.",
        edits: &[Replace("rules/credit.toml", "rate = \"10%\"", "rate = \"150%\"")],
        period: JULY,
        found: &["warning[whole-deal]", "warning[gives-away]"],
        exit_code: 0,
    },
];
