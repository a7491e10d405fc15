//! What is taken back of earlier deals.

use super::story::{ALL, Deal, case, case_of, month, pat, row, table};
use super::tiers::{commission, quotas};
use super::{Vector, cents, decimal};

fn mirror(more: &str) -> String {
    format!("[[clawback]]\nid = \"back\"\neffective = {{ from = 2026-01-01 }}\nmethod = \"mirror\"\n{more}")
}

const RECOMPUTE: &str =
    "[[clawback]]\nid = \"again\"\neffective = { from = 2026-01-01 }\nmethod = \"recompute\"\n";

/// What the rules `all` and `back` come to in the year 2026.
fn totals(name: &str, rules: &str, of_deals: &[Deal], [all, back]: [&str; 2]) -> String {
    case(name, rules, of_deals)
        + "period = \"2026\"\n"
        + &table("totals", &[row(&["rule_id", "amount"]), row(&["all", all]), row(&["back", back])])
}

/// Cancelled after three months of twelve: all of it goes back.
pub fn whole_within_a_window(vector: &Vector) -> Vec<String> {
    let earned = vector.input("commission");
    assert_eq!(
        (vector.input("cancelled_after_months"), vector.input("window_months")),
        ("3".into(), "12".into())
    );
    let rules = format!("{ALL}{}", mirror("schedule = [ { within = 365, share = \"100%\" } ]\n"));
    let of_deals = [Deal::new("D", "2026-01-10", &earned), Deal::reversing("R", "2026-04-10", &earned, "D")];
    let back = format!("-{}", vector.published("chargeback"));
    vec![totals("in the window", &rules, &of_deals, [&cents(decimal(&earned)), &back])]
}

/// Half of what was earned, entered by hand: with the month of the clawback, and about the deal.
pub fn half_by_hand(vector: &Vector) -> Vec<String> {
    assert_eq!(vector.input("share"), "50%");
    let (earned, back) = (vector.input("earned"), vector.published("adjustment"));
    let of_deal = [Deal::new("D", "2026-01-10", &earned)];
    let adjustment = table(
        "adjustments",
        &[
            row(&[
                "adjustment_id",
                "payee_id",
                "period",
                "amount",
                "reason",
                "entered_by",
                "approved_by",
                "deal_id",
                "kind",
            ]),
            row(&["A", "pat", "2026-02", &back, "left early", "ann", "cfo", "D", "clawback"]),
        ],
    );
    let by_hand = case("by hand", ALL, &of_deal)
        + &adjustment
        + &month("2026-01", &[("paid", &cents(decimal(&earned)))])
        + &month("2026-02", &[("adjustments", &back), ("carried_out", &back)])
        + &table("entries", &[row(&["deal_id", "kind", "earned"]), row(&["D", "clawback", &back])]);
    let by_rule = format!("{ALL}{}", mirror("schedule = [ { within = 90, share = \"50%\" } ]\n"));
    let of_deals = [Deal::new("D", "2026-01-10", &earned), Deal::reversing("R", "2026-02-10", &earned, "D")];
    vec![by_hand, totals("by a rule", &by_rule, &of_deals, [&cents(decimal(&earned)), &back])]
}

/// 100% within 90 days, 50% within 180, and a share of 100% that somebody decided.
pub fn shares_by_days(vector: &Vector) -> Vec<String> {
    let entries = vector.inputs["entries"].as_array().unwrap();
    let [in_90, in_180, by_hand] = [0, 1, 2].map(|place| super::text(&entries[place][0]));
    let shares = [0, 1, 2].map(|place| super::text(&entries[place][1]));
    assert_eq!(shares, ["100%", "50%", "100%"]);
    let earned = decimal(&vector.input("earned"));
    let rest = earned - decimal(&in_90) - decimal(&in_180) - decimal(&by_hand);
    let by_days = "when = \"reversal_cause = 'customer'\"\nschedule = [ { within = 90, share = \"100%\" }, { within = 180, share = \"50%\" } ]\n";
    let manual = mirror("when = \"reversal_cause = 'decided'\"\n").replace("\"back\"", "\"by-hand\"");
    let rules = format!("{ALL}{}{manual}", mirror(by_days));
    let header = row(&[
        "deal_id",
        "account_id",
        "outcome",
        "close_date",
        "amount",
        "reverses_deal_id",
        "reversal_cause",
    ]);
    let deal =
        |id: &str, day: &str, amount: &str, of: [&str; 2]| row(&[id, "A", "won", day, amount, of[0], of[1]]);
    let minus = |amount: &str| format!("-{amount}");
    let rows = [
        header,
        deal("D1", "2026-01-10", &in_90, ["", ""]),
        deal("D2", "2026-01-10", &in_180, ["", ""]),
        deal("D3", "2026-01-10", &by_hand, ["", ""]),
        deal("D4", "2026-01-10", &rest.to_string(), ["", ""]),
        // 90 days, 91 days, and a year's end.
        deal("R1", "2026-04-10", &minus(&in_90), ["D1", "customer"]),
        deal("R2", "2026-04-11", &minus(&in_180), ["D2", "customer"]),
        deal("R3", "2026-12-31", &minus(&by_hand), ["D3", "decided"]),
    ];
    let taken = decimal(&vector.published("clawbacks"));
    let manual = decimal(&by_hand);
    assert_eq!(cents(earned - taken), vector.published("net"));
    let expected = [
        row(&["rule_id", "amount"]),
        row(&["all", &cents(earned)]),
        row(&["back", &cents(manual - taken)]),
        row(&["by-hand", &cents(-manual)]),
    ];
    let text = case_of("by days", &rules, &(table("deals", &rows) + &pat(&[], &[])))
        + "period = \"2026\"\n"
        + &table("totals", &expected);
    vec![text]
}

/// Nine months advanced, four earned: by a line from all to nothing over nine months of thirty days.
pub fn unearned_months(vector: &Vector) -> Vec<String> {
    let (advance, months) = (vector.input("advance"), decimal(&vector.input("months_advanced")));
    let monthly = decimal(&vector.published("monthly"));
    assert_eq!(monthly * months, decimal(&advance));
    assert_eq!((vector.input("months_advanced"), vector.input("months_earned")), ("9".into(), "4".into()));
    let rules =
        format!("{ALL}{}", mirror("schedule = [ { within = 270, share = \"100%\", to = \"0%\" } ]\n"));
    let back = decimal(&vector.published("chargeback"));
    // 120 and 150 days after the first of January: a month more is one monthly amount less.
    [("four months", "2026-05-01", back), ("five months", "2026-05-31", back - monthly)]
        .map(|(name, day, back)| {
            let of_deals = [Deal::new("D", "2026-01-01", &advance), Deal::reversing("R", day, &advance, "D")];
            totals(name, &rules, &of_deals, [&cents(decimal(&advance)), &cents(-back)])
        })
        .into()
}

/// Three quarters are advanced, a twelfth is paid in each of the last three months; a chargeback is set against the next commission.
pub fn advance_and_chargeback(vector: &Vector) -> Vec<String> {
    let rate = |name: &str| decimal(vector.input(name).trim_end_matches('%')) / decimal("100");
    let premium = vector.input("annual_premium");
    let release = format!(
        "[[hold]]\nid = \"as-earned\"\neffective = {{ from = 2026-01-01 }}\nwhen = \"deal_id = 'D'\"\n\
         release = \"CASE WHEN period_end < DATE '2026-10-01' THEN {} WHEN period_end < DATE '2026-11-01' THEN 10 / 12 \
         WHEN period_end < DATE '2026-12-01' THEN 11 / 12 ELSE 1 END\"\n",
        rate("advance")
    );
    let level = format!("{}%", rate("level") * decimal("100"));
    let rules = ALL.replace("100%", &level);
    let (total, advance) = (vector.published("total"), vector.published("advance"));
    let later = vector.all_published("months_10_to_12");
    let mut text =
        case("an advance", &format!("{rules}{release}"), &[Deal::new("D", "2026-01-10", &premium)])
            + &month("2026-01", &[("lines", &total), ("paid", &advance)]);
    for quiet in 2..10 {
        text += &month(&format!("2026-{quiet:02}"), &[("paid", "0.00")]);
    }
    for (place, paid) in later.iter().enumerate() {
        text += &month(&format!("2026-{}", place + 10), &[("paid", paid)]);
    }
    let (chargeback, next) = (vector.input("chargeback"), vector.input("next_commission"));
    let of_deals = [
        Deal::new("D", "2026-01-10", &chargeback),
        Deal::reversing("R", "2026-02-10", &chargeback, "D"),
        Deal::new("E", "2026-02-10", &next),
    ];
    let offset = case("a chargeback", &format!("{ALL}{}", mirror("")), &of_deals)
        + &month("2026-01", &[("paid", &cents(decimal(&chargeback)))])
        + &month(
            "2026-02",
            &[("clawbacks", &cents(-decimal(&chargeback))), ("paid", &vector.published("next_pay"))],
        );
    vec![text, offset]
}

pub fn netted_from_the_next_pay(vector: &Vector) -> Vec<String> {
    let rules = format!("{}{}", ALL.replace("100%", &vector.input("rate")), mirror(""));
    assert_eq!(vector.input("rate"), "10%");
    let deal = vector.input("deal");
    let next = (decimal(&vector.input("next_commission")) * decimal("10")).to_string();
    let of_deals = [
        Deal::new("D", "2026-01-10", &deal),
        Deal::reversing("R", "2026-02-10", &deal, "D"),
        Deal::new("E", "2026-02-10", &next),
    ];
    let (paid, back, net) =
        (vector.published("commission"), vector.published("clawback"), vector.published("net_paid"));
    let text = case("netted", &rules, &of_deals)
        + &month("2026-01", &[("lines", &paid), ("paid", &paid)])
        + &month("2026-02", &[("clawbacks", &back), ("paid", &net)]);
    vec![text]
}

/// A run of two months: in the first the steps have paid two placements, in the second both fall through.
pub fn steps_of_a_placement(vector: &Vector) -> Vec<String> {
    let cases = vector.inputs["cases"].as_array().unwrap();
    let [one, other] = [0, 1].map(|place| super::text(&cases[place][0]));
    assert_eq!([0, 1].map(|place| super::text(&cases[place][1])), ["1", "45"]);
    let steps = "schedule = [ { within = 7, share = \"100%\" }, { within = 30, share = \"75%\" }, \
                 { within = 60, share = \"50%\" }, { within = 90, share = \"25%\" } ]\n";
    let run = vector.input("run_total");
    let of_deals = [
        Deal::new("D1", "2026-02-28", &one),
        Deal::new("D2", "2026-01-15", &other),
        Deal::reversing("R1", "2026-03-01", &one, "D1"),
        Deal::reversing("R2", "2026-03-01", &other, "D2"),
        Deal::new("E", "2026-03-10", &run),
    ];
    let taken = vector.all_published("clawbacks");
    let entries = [
        row(&["deal_id", "of_deal_id", "earned"]),
        row(&["E", "", &cents(decimal(&run))]),
        row(&["R1", "D1", &cents(-decimal(&taken[0]))]),
        row(&["R2", "D2", &cents(-decimal(&taken[1]))]),
    ];
    let text = case("steps", &format!("{ALL}{}", mirror(steps)), &of_deals)
        + &month("2026-01", &[])
        + &month("2026-02", &[])
        + &month("2026-03", &[("lines", &cents(decimal(&run))), ("paid", &vector.published("net_run"))])
        + &table("entries", &entries);
    vec![text]
}

/// The commission of the library: 5% up to the quota, 8% above it.
fn by_quarter() -> String {
    commission("{ from = \"0%\", rate = \"5%\" }, { from = \"100%\", rate = \"8%\" }", RECOMPUTE)
        .replace("every = \"year\"", "every = \"quarter\"")
}

fn recompute_totals(amount: &str) -> String {
    let mut rows = vec![row(&["rule_id", "amount"])];
    rows.extend([row(&["again", "0.00"]), row(&["booking", ""]), row(&["rep", amount])]);
    table("totals", &rows)
}

/// A refund of the first of two deals, in the month after the quarter's.
pub fn recomputed(vector: &Vector) -> Vec<String> {
    let amounts = vector.inputs("deals");
    let refund = super::text(&vector.inputs["refund"]["amount"]);
    let of_deals =
        || vec![Deal::new("D1", "2026-01-10", &amounts[0]), Deal::new("D2", "2026-01-20", &amounts[1])];
    let quota = quotas(&[("2026-Q1", &vector.input("quota"))]);
    let mut with_refund = of_deals();
    with_refund.push(Deal::reversing("R", "2026-02-20", &refund, "D1"));
    let (before, after) = (vector.published("before"), vector.published("after"));
    let back = cents(-decimal(&vector.published("clawback")));
    let year = |name: &str, of_deals: &[Deal], amount: &str| {
        case(name, &by_quarter(), of_deals) + &quota + "period = \"2026-Q1\"\n" + &recompute_totals(amount)
    };
    let closes = case("closed", &by_quarter(), &with_refund)
        + &quota
        + &month("2026-01", &[("lines", &before)])
        + &month("2026-02", &[("lines", "0.00"), ("true_ups", &back)]);
    vec![year("before", &of_deals(), &before), year("after", &with_refund, &after), closes]
}

/// A deal of its own and a shared one: the refund moves what is left of both.
pub fn beside_a_shared_deal(vector: &Vector) -> Vec<String> {
    let of_pat = vector.inputs["deals"].as_array().unwrap();
    let [solo, shared] = [0, 1].map(|place| super::text(&of_pat[place][0]));
    let rows = [
        row(&["deal_id", "outcome", "close_date", "amount", "reverses_deal_id"]),
        row(&["D1", "won", "2026-01-10", &solo, ""]),
        row(&["D2", "won", "2026-01-20", &shared, ""]),
        row(&["R", "won", "2026-02-20", &format!("-{solo}"), "D1"]),
    ];
    let tables = table("deals", &rows)
        + &table("payees", &[row(&["payee_id"]), row(&["pat"]), row(&["quinn"])])
        + &table(
            "engagements",
            &[
                row(&["deal_id", "payee_id", "role"]),
                row(&["D1", "pat", "closed"]),
                row(&["D2", "pat", "closed"]),
                row(&["D2", "quinn", "closed"]),
            ],
        )
        + &quotas(&[("2026-Q1", &vector.input("quota"))]);
    let back = cents(-decimal(&vector.published("clawback")));
    let rules = by_quarter().replace("reach = [\"account\"]\n", "");
    let balances = table("balances", &[row(&["payee_id", "true_ups"]), row(&["pat", &back])]);
    let text = case_of("beside a shared deal", &rules, &tables)
        + &month("2026-01", &[])
        + "[[case.month]]\nperiod = \"2026-02\"\n"
        + &balances;
    vec![text]
}

/// Two refunds of one deal, each posted in its month.
pub fn two_partial_refunds(vector: &Vector) -> Vec<String> {
    let amounts = vector.inputs("deals");
    let refunds = vector.inputs["refunds"].as_array().unwrap();
    let refund = |place: usize| [0, 1].map(|part| super::text(&refunds[place][part]));
    let ([first_day, first], [second_day, second]) = (refund(0), refund(1));
    let of_deals = [
        Deal::new("D1", "2026-01-10", &amounts[0]),
        Deal::new("D2", "2026-01-20", &amounts[1]),
        Deal::reversing("R1", &first_day, &first, "D1"),
        Deal::reversing("R2", &second_day, &second, "D1"),
    ];
    let back: Vec<String> =
        vector.all_published("clawbacks").iter().map(|amount| cents(-decimal(amount))).collect();
    let text = case("two refunds", &by_quarter(), &of_deals)
        + &quotas(&[("2026-Q1", &vector.input("quota"))])
        + &month("2026-01", &[])
        + &month("2026-02", &[("true_ups", &back[0])])
        + &month("2026-03", &[("true_ups", "0.00")])
        + &month("2026-04", &[("true_ups", "0.00")])
        + &month("2026-05", &[("true_ups", &back[1])]);
    vec![text]
}

/// The largest remainder is not monotone: with a cent less to share, the third payee has one more.
pub fn a_refund_that_pays_more(vector: &Vector) -> Vec<String> {
    let split = vector.inputs("split");
    assert_eq!((split.len(), vector.input("payee").as_str(), vector.input("rate").as_str()), (3, "3", "5%"));
    let percent = |place: usize| split[place].trim_end_matches('%').to_owned();
    let rows = [
        row(&["deal_id", "outcome", "close_date", "amount", "reverses_deal_id"]),
        row(&["D1", "won", "2026-01-10", &vector.input("solo"), ""]),
        row(&["D2", "won", "2026-01-20", &vector.input("deal"), ""]),
        row(&["R", "won", "2026-02-20", &format!("-{}", vector.input("refund")), "D2"]),
    ];
    let splits = table(
        "splits",
        &[
            row(&["deal_id", "payee_id", "percent"]),
            row(&["D1", "p3", "100"]),
            row(&["D2", "p1", &percent(0)]),
            row(&["D2", "p2", &percent(1)]),
            row(&["D2", "p3", &percent(2)]),
        ],
    );
    let payees = table("payees", &[row(&["payee_id"]), row(&["p1"]), row(&["p2"]), row(&["p3"])]);
    let rules = commission("{ from = 0, rate = \"5%\" }", RECOMPUTE)
        .replace("model = \"equal\"\nreach = [\"account\"]", "model = \"declared\"")
        .replace("[[commission]]", "[[commission]]\npayees = \"payee_id = 'p3'\"");
    let (before, after) = (vector.published("before"), vector.published("after"));
    let gain = cents(-decimal(&vector.published("clawback")));
    assert_eq!(cents(decimal(&after) - decimal(&before)), gain);
    // The credit of the third payee on the shared deal, before and after.
    let credits = |period: &str, resplit: &str| {
        case_of("credits", &rules, &(table("deals", &rows) + &splits + &payees))
            + &format!("period = \"{period}\"\n")
            + &table(
                "lines",
                &[
                    row(&["payee_id", "rule_id", "deal_id", "credited"]),
                    row(&["p1", "booking", "D2", if resplit == "0.00" { "0.03" } else { "0.02" }]),
                    row(&["p2", "booking", "D2", if resplit == "0.00" { "0.03" } else { "0.02" }]),
                    row(&["p3", "booking", "D1", &vector.input("solo")]),
                    row(&["p3", "booking", "D2", resplit]),
                    row(&["p3", "rep", "D1", ""]),
                    row(&["p3", "rep", "D2", ""]),
                ],
            )
    };
    let closes = case_of("closed", &rules, &(table("deals", &rows) + &splits + &payees))
        + &month("2026-01", &[("lines", &before)])
        + &month("2026-02", &[("true_ups", &gain)])
        + &table("entries", &[row(&["deal_id", "earned"]), row(&["D2", &gain])]);
    vec![credits("2026-01", "0.00"), credits("2026-Q1", &vector.published("resplit")), closes]
}
