//! What can be wrong with rules.

use apportion::diagnostic::Code;

use crate::findings::entry::{Entry, Place, entry};
use crate::findings::project::Change;

const CREDIT: &str = "rules/new-business.toml";
const STIPEND: &str = "rules/stipend.toml";
const RENEWAL: &str = "rules/renewal.toml";
const COMMISSION: &str = "rules/commission.toml";
const CHANNEL: &str = "rules/channel.toml";
const OVERRIDE: &str = "rules/override.toml";
const ROLES: &str =
    "roles = [ { role = \"sourced\", share = \"40%\" }, { role = \"closed\", share = \"60%\" } ]";
const SECOND: &str = "\n[[stipend]]\nid = \"cosell-stipend\"\namount = \"300\"\n";

fn code(code: Code, remedy: &'static str) -> Entry {
    entry(code.family(), code.word(), code.meaning(), remedy)
}

pub fn entries() -> Vec<Entry> {
    let version = |effective: &str| format!("{SECOND}effective = {{ {effective} }}\n");
    vec![
        code(Code::BadId, "Small letters, digits and single hyphens: `new-business`.").when(
            STIPEND,
            "id = \"cosell-stipend\"",
            "id = \"Cosell Stipend\"",
        ),
        code(Code::UntilBeforeFrom, "Put the dates in order; `until` is the last day in force.").when(
            STIPEND,
            "from = 2026-01-01",
            "from = 2026-01-01, until = 2025-12-31",
        ),
        code(
            Code::DuplicateRule,
            "Give one of them another id.",
        )
        .refused(vec![Change::Replace(RENEWAL, "id = \"renewal-engagement\"", "id = \"cosell-stipend\"")], Place::In(STIPEND)),
        code(
            Code::DuplicatePolicy,
            "Make them versions of one id, or let only one of them look for the kind of conflict.",
        )
        .refused(
            vec![Change::Write(
                CHANNEL,
                format!("{}{}", model("who-leads"), model("charter-1")).into_bytes(),
            )],
            Place::Changed,
        ),
        code(Code::ListedTwice, "Take one of the two out.").refused(
            vec![Change::Write(
                CHANNEL,
                b"[[conflict]]\nid = \"resolution\"\neffective = { from = 2026-01-01 }\ndetect = [\"raised\", \"boundary\", \"raised\"]\n\
                  role = \"sourced\"\nlevels = [ { name = \"lead\", who = \"kind = 'employee'\", within = \"5 business days\" } ]\n"
                    .to_vec(),
            )],
            Place::Changed,
        ),
        code(
            Code::OverlappingVersions,
            "Leave `until` out (each version ends the day before the next one), or move one of the dates.",
        )
        .refused(
            vec![
                Change::Replace(STIPEND, "from = 2026-01-01", "from = 2026-01-01, until = 2026-07-31"),
                Change::Add(STIPEND, version("from = 2026-07-01")),
            ],
            Place::Changed,
        ),
        code(
            Code::VersionsDisagree,
            "Keep these as they are, or give the new rule an id of its own.",
        )
        .when_added(
            COMMISSION,
            "\n[[commission]]\nid = \"accelerator\"\neffective = { from = 2027-01-01 }\ncredits = [\"new-business\"]\nevery = \"month\"\ntiers = [ { from = \"0%\", rate = \"5%\" } ]\n",
        ),
        code(Code::DuplicateCap, "Keep one cap per deal, and one per payee for each of month, quarter and year.").when(
            STIPEND,
            "every = \"quarter\" } ]",
            "every = \"quarter\" }, { amount = \"4000\", per = \"payee\", every = \"quarter\" } ]",
        ),
        code(Code::MisplacedCap, "Commissions and overrides are capped per payee: `per = \"payee\", every = \"quarter\"`.").when(
            OVERRIDE,
            "levels = [ { rate = \"1%\" } ]",
            "levels = [ { rate = \"1%\" } ]\ncap = [ { amount = \"100\", per = \"deal\" } ]",
        ),
        code(Code::BadAmount, "Write an amount such as `\"250\"` or `\"1234.50\"`.")
            .when(STIPEND, "amount = \"250\"", "amount = \"250 USD\"")
            .when(STIPEND, "amount = \"5000\"", "amount = \"5000.001\""),
        code(Code::BadRate, "Write it with its sign, `\"10%\"`, or as a fraction up to 1, with at most 8 decimals.")
            .when(CREDIT, "rate = \"10%\"", "rate = 10")
            .when(CREDIT, "rate = \"10%\"", "rate = \"0.0000000001%\""),
        code(Code::DuplicateCredit, "Take one of them out.").when(
            OVERRIDE,
            "credits = [\"new-business\"]",
            "credits = [\"new-business\", \"new-business\"]",
        ),
        code(Code::UnknownRule, "Name rules of the kind shared_credit by their ids.")
            .when(OVERRIDE, "credits = [\"new-business\"]", "credits = [\"new-busines\"]")
            .when(OVERRIDE, "credits = [\"new-business\"]", "credits = [\"cosell-stipend\"]"),
        code(
            Code::BonusFromZero,
            "Give the bonus to a tier that has to be reached; a fixed amount for each deal is a stipend.",
        )
        .when(
            COMMISSION,
            "{ from = \"0%\", rate = \"5%\" }",
            "{ from = \"0%\", rate = \"5%\", bonus = \"500\" }",
        ),
        code(Code::MixedTiers, "Write all `from`s with a percent sign, or none.").when(
            COMMISSION,
            "from = \"100%\"",
            "from = \"100000\"",
        ),
        code(Code::NotAscending, "List them from the lowest to the highest, each once.")
            .when(COMMISSION, "from = \"100%\"", "from = \"0%\"")
            .when(RENEWAL, "from = 8", "from = 2"),
        code(Code::RolesAndModel, "Remove one of the two.").when(
            CREDIT,
            "rate = \"10%\"",
            "rate = \"10%\"\nmodel = \"equal\"",
        ),
        code(Code::DuplicateRole, "Add its shares together.").when(
            CREDIT,
            ROLES,
            "roles = [ { role = \"sourced\", share = \"40%\" }, { role = \"sourced\", share = \"60%\" } ]",
        ),
        code(Code::SharesNot100, "Correct the shares; `unfilled` says what happens to the part of a role that nobody filled.").when(
            CREDIT,
            "role = \"closed\", share = \"60%\"",
            "role = \"closed\", share = \"59%\"",
        ),
        code(Code::TooManyLevels, "Managers that far up are most likely a mistake in the rule.").refused(
            vec![Change::Write(OVERRIDE, many_levels().into_bytes())],
            Place::Changed,
        ),
        code(
            Code::AmbiguousRate,
            "Take one of the rows out, fill in a cell that tells them apart, or add a row with the cells of both. `check` finds such rows before any deal meets them.",
        )
        .refused(rate_table("deal_type,amount_from,rate\nnew,,10%\n,0,8%\n"), Place::Changed),
        code(Code::BadRateTable, "Correct the cell or the row; a cell with a comma is quoted.")
            .refused(rate_table("deal_type,amount_from,rate\nnew,ten,10%\n"), Place::Changed)
            .refused(rate_table("deal_type,amount_from,rate\nnew,1,000,10%\n"), Place::Changed),
        code(
            Code::RateTableTooLarge,
            "Split it over several rules, each with a `when` and a table of its own. It takes a file of that size to see it.",
        ),
        code(
            Code::TooManyRules,
            "Rules that differ in an amount or a rate only can be one, whose value depends on a column. It takes a file of that size to see it.",
        ),
        code(
            Code::NumberTooLarge,
            "Look for a factor that is too large: a rate, a weight or an amount.",
        )
        .refused(
            vec![
                Change::Replace(CREDIT, "rate = \"10%\"", "basis = \"amount * 1000000000\"\nrate = \"10%\""),
                Change::Add("data/deals.csv", "X1,won,2026-07-30,999999999999,,new,A9,,,,,,\n".to_owned()),
                Change::Add("data/engagements.csv", "X1,X1,,ann,sourced,,1\n".to_owned()),
            ],
            Place::Changed,
        ),
    ]
}

/// A channel model by which both channels lead everything.
fn model(id: &str) -> String {
    format!(
        "[[channel_model]]\nid = \"{id}\"\neffective = {{ from = 2026-01-01 }}\nlead = [ {{ when = \"TRUE\", by = \"shared\" }} ]\n\n"
    )
}

/// A rate table, and the rule that reads it.
fn rate_table(csv: &str) -> Vec<Change> {
    vec![
        Change::Write("rates/new-business.csv", csv.as_bytes().to_vec()),
        Change::Replace(
            CREDIT,
            "rate = \"10%\"",
            "rate = { table = \"rates/new-business.csv\", value = \"rate\" }",
        ),
    ]
}

fn many_levels() -> String {
    let head = "[[override]]\nid = \"team-override\"\neffective = { from = 2026-01-01 }\ncredits = [\"new-business\"]\n";
    format!("{head}levels = [\n{}]\n", "  { rate = \"0.01%\" },\n".repeat(256))
}
