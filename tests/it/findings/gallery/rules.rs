//! What can be wrong with rules.

use crate::findings::entry::{Entry, Family, Place, entry};
use crate::findings::project::Change;

const CREDIT: &str = "rules/new-business.toml";
const STIPEND: &str = "rules/stipend.toml";
const RENEWAL: &str = "rules/renewal.toml";
const COMMISSION: &str = "rules/commission.toml";
const OVERRIDE: &str = "rules/override.toml";
const ROLES: &str =
    "roles = [ { role = \"sourced\", share = \"40%\" }, { role = \"closed\", share = \"60%\" } ]";
const SECOND: &str = "\n[[stipend]]\nid = \"cosell-stipend\"\namount = \"300\"\n";

fn code(code: &'static str, what: &'static str, remedy: &'static str) -> Entry {
    entry(Family::Rules, code, what, remedy)
}

pub fn entries() -> Vec<Entry> {
    let version = |effective: &str| format!("{SECOND}effective = {{ {effective} }}\n");
    vec![
        code("bad-id", "The id of a rule is not kebab-case.", "Small letters, digits and single hyphens: `new-business`.").when(
            STIPEND,
            "id = \"cosell-stipend\"",
            "id = \"Cosell Stipend\"",
        ),
        code("until-before-from", "A version of a rule ends before it begins.", "Put the dates in order; `until` is the last day in force.").when(
            STIPEND,
            "from = 2026-01-01",
            "from = 2026-01-01, until = 2025-12-31",
        ),
        code(
            "duplicate-rule",
            "Rules of different kinds share an id.",
            "Give one of them another id.",
        )
        .refused(vec![Change::Replace(RENEWAL, "id = \"renewal-engagement\"", "id = \"cosell-stipend\"")], Place::In(STIPEND)),
        code(
            "overlapping-versions",
            "A version of a rule has an `until` on or after the day on which the next one begins: two formulas would be in force.",
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
            "versions-disagree",
            "Versions of one rule differ in what its running totals rest on: `credits`, `every`, `mode`, or the unit of tiers.",
            "Keep these as they are, or give the new rule an id of its own.",
        )
        .when_added(
            COMMISSION,
            "\n[[commission]]\nid = \"accelerator\"\neffective = { from = 2027-01-01 }\ncredits = [\"new-business\"]\nevery = \"month\"\ntiers = [ { from = \"0%\", rate = \"5%\" } ]\n",
        ),
        code("duplicate-cap", "Two caps of one kind in one rule.", "Keep one cap per deal, and one per payee for each of month, quarter and year.").when(
            STIPEND,
            "every = \"quarter\" } ]",
            "every = \"quarter\" }, { amount = \"4000\", per = \"payee\", every = \"quarter\" } ]",
        ),
        code("misplaced-cap", "A cap per deal on a kind of rule that has none.", "Commissions and overrides are capped per payee: `per = \"payee\", every = \"quarter\"`.").when(
            OVERRIDE,
            "levels = [ { rate = \"1%\" } ]",
            "levels = [ { rate = \"1%\" } ]\ncap = [ { amount = \"100\", per = \"deal\" } ]",
        ),
        code("bad-amount", "An amount that can't be one: not a number, negative, with a percent sign, or finer than the currency where it is paid out.", "Write an amount such as `\"250\"` or `\"1234.50\"`.")
            .when(STIPEND, "amount = \"250\"", "amount = \"250 USD\"")
            .when(STIPEND, "amount = \"5000\"", "amount = \"5000.001\""),
        code("bad-rate", "A rate that can't be one. A bare number is a fraction: 0.10 is 10%, and 10 would be 1,000%.", "Write it with its sign, `\"10%\"`, or as a fraction up to 1, with at most 8 decimals.")
            .when(CREDIT, "rate = \"10%\"", "rate = 10")
            .when(CREDIT, "rate = \"10%\"", "rate = \"0.0000000001%\""),
        code("duplicate-credit", "`credits` names a rule twice; its credit would count double.", "Take one of them out.").when(
            OVERRIDE,
            "credits = [\"new-business\"]",
            "credits = [\"new-business\", \"new-business\"]",
        ),
        code("unknown-rule", "`credits` names a rule that does not exist or that credits nothing.", "Name rules of the kind shared_credit by their ids.")
            .when(OVERRIDE, "credits = [\"new-business\"]", "credits = [\"new-busines\"]")
            .when(OVERRIDE, "credits = [\"new-business\"]", "credits = [\"cosell-stipend\"]"),
        code("mixed-tiers", "Some tiers of a rule are in percent of quota and others in amounts.", "Write all `from`s with a percent sign, or none.").when(
            COMMISSION,
            "from = \"100%\"",
            "from = \"100000\"",
        ),
        code("not-ascending", "The `from`s of tiers or rates don't ascend.", "List them from the lowest to the highest, each once.")
            .when(COMMISSION, "from = \"100%\"", "from = \"0%\"")
            .when(RENEWAL, "from = 8", "from = 2"),
        code("roles-and-model", "A rule has `roles` and a `model`: it can share in one way only.", "Remove one of the two.").when(
            CREDIT,
            "rate = \"10%\"",
            "rate = \"10%\"\nmodel = \"equal\"",
        ),
        code("duplicate-role", "A role is listed twice.", "Add its shares together.").when(
            CREDIT,
            ROLES,
            "roles = [ { role = \"sourced\", share = \"40%\" }, { role = \"sourced\", share = \"60%\" } ]",
        ),
        code("shares-not-100", "The shares of the roles don't add up to 100%.", "Correct the shares; `unfilled` says what happens to the part of a role that nobody filled.").when(
            CREDIT,
            "role = \"closed\", share = \"60%\"",
            "role = \"closed\", share = \"59%\"",
        ),
        code("too-many-levels", "An override has more levels than are taken.", "Managers that far up are most likely a mistake in the rule.").refused(
            vec![Change::Write(OVERRIDE, many_levels().into_bytes())],
            Place::Changed,
        ),
        code(
            "number-too-large",
            "A result has more digits than are possible: 18 for an amount, 38 for an intermediate result. The message names the rule and the deal.",
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

fn many_levels() -> String {
    let head = "[[override]]\nid = \"team-override\"\neffective = { from = 2026-01-01 }\ncredits = [\"new-business\"]\n";
    format!("{head}levels = [\n{}]\n", "  { rate = \"0.01%\" },\n".repeat(256))
}
