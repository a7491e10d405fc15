//! Tiers, quotas and what a cumulative total gives.

use super::story::{ALL, BOOKING, Deal, case, case_of, deals, month, pat, row, table};
use super::{Vector, cents, decimal};

/// A commission by these tiers, on the credit of a year.
pub fn commission(tiers: &str, more: &str) -> String {
    format!(
        "{BOOKING}\n[[commission]]\nid = \"rep\"\neffective = {{ from = 2026-01-01 }}\ncredits = [\"booking\"]\n\
         every = \"year\"\ntiers = [ {tiers} ]\n{more}"
    )
}

/// Tiers as a source lists them: from where, and at which rate.
fn tiers(vector: &Vector) -> String {
    let tier = |tier: &serde_json::Value| {
        let [from, rate] = [0, 1].map(|place| super::text(&tier[place]));
        format!("{{ from = \"{from}\", rate = \"{rate}\" }}")
    };
    vector.inputs["tiers"].as_array().unwrap().iter().map(tier).collect::<Vec<_>>().join(", ")
}

/// The quotas of Pat.
pub fn quotas(rows: &[(&str, &str)]) -> String {
    let mut all = vec![row(&["payee_id", "period", "amount"])];
    all.extend(rows.iter().map(|(period, amount)| row(&["pat", period, amount])));
    table("quotas", &all)
}

/// What the commission comes to.
pub fn total(amount: &str) -> String {
    table("totals", &[row(&["rule_id", "amount"]), row(&["booking", ""]), row(&["rep", amount])])
}

/// A year of one payee: a quota, some credits, and the commission.
fn year(name: &str, rules: &str, quota: &str, credits: &[&str], expected: &str) -> String {
    let day = |place: usize| format!("2026-03-{:02}", place + 1);
    let of_deals: Vec<Deal> = credits
        .iter()
        .enumerate()
        .map(|(place, amount)| Deal::new(&format!("D{place:02}"), &day(place), amount))
        .collect();
    let quota = if quota.is_empty() { String::new() } else { quotas(&[("2026", quota)]) };
    case(name, rules, &of_deals) + &quota + "period = \"2026\"\n" + expected
}

pub fn marginal(vector: &Vector) -> Vec<String> {
    let (quota, credits) = (vector.input("quota"), vector.input("credits"));
    let rules = commission(&tiers(vector), "");
    vec![year("marginal", &rules, &quota, &[&credits], &total(&vector.published("commission")))]
}

/// The credit up to each threshold is a deal of its own, so that each tier is a line.
pub fn lines_of_tiers(vector: &Vector) -> Vec<String> {
    let (quota, credits) = (vector.input("quota"), vector.input("credits"));
    assert_eq!((quota.as_str(), credits.as_str()), ("100000", "130000"));
    let rules = commission(&tiers(vector), "");
    let lines = vector.all_published("lines");
    let mut expected = vec![row(&["rule_id", "amount"])];
    expected.extend(["", "", ""].map(|amount| row(&["booking", amount])));
    expected.extend(lines.iter().map(|amount| row(&["rep", amount])));
    vec![
        year("by tiers", &rules, &quota, &["100000", "25000", "5000"], &table("lines", &expected)),
        year("in one", &rules, &quota, &[&credits], &total(&vector.published("commission"))),
    ]
}

pub fn threshold_or_whole(vector: &Vector) -> Vec<String> {
    let (quota, credits, rate) = (vector.input("quota"), vector.input("credits"), vector.input("rate"));
    let tier = format!("{{ from = \"100%\", rate = \"{rate}\" }}");
    [("above_threshold", ""), ("whole", "mode = \"whole\"\n")]
        .map(|(name, mode)| {
            let rules = commission(&tier, mode);
            year(name, &rules, &quota, &[&credits], &total(&vector.published(name)))
        })
        .into()
}

/// Tiers by the number of contracts, each of the same value.
pub fn pool_of_contracts(vector: &Vector) -> Vec<String> {
    let rules = commission(
        "{ from = 0, rate = \"0%\" }, { from = 10, rate = \"2%\" }, { from = 20, rate = \"5%\" }",
        "mode = \"whole\"\ntiers_by = \"deals\"\n",
    );
    let value = vector.input("contract_value");
    let totals = vector.all_published("total");
    let contracts = vector.inputs("n");
    let pool = |n: &str| vec![value.as_str(); n.parse().unwrap()];
    let cases = contracts.iter().zip(&totals);
    let mut cases: Vec<String> = cases
        .map(|(n, amount)| year(&format!("{n} contracts"), &rules, "", &pool(n), &total(amount)))
        .collect();
    // The last line is what the twentieth contract gives.
    let steps = (1..=20).map(|n| match n {
        10 => "200.00".to_owned(),
        11..=19 => "20.00".to_owned(),
        20 => vector.published("step_at_20"),
        _ => "0.00".to_owned(),
    });
    let mut lines = vec![row(&["rule_id", "amount"])];
    lines.extend((1..=20).map(|_| row(&["booking", ""])));
    lines.extend(steps.map(|amount| row(&["rep", &amount])));
    cases.push(year("step by step", &rules, "", &pool("20"), &table("lines", &lines)));
    cases
}

/// The line of a month is the cumulative total less what came before it.
pub fn cumulative(vector: &Vector) -> Vec<String> {
    let (before, now) = (vector.input("cumulative_before"), vector.input("month"));
    let rules = commission(&tiers(vector), "");
    let tables = deals(&[Deal::new("D1", "2026-02-10", &before), Deal::new("D2", "2026-03-10", &now)]);
    let expected = total(&vector.published("commission"));
    vec![case_of("March", &rules, &(tables + &pat(&[], &[]))) + "period = \"2026-03\"\n" + &expected]
}

/// A version that says that it is retroactive pays January by another rate.
pub fn rate_error(vector: &Vector) -> Vec<String> {
    let (was, is) = (vector.input("rate_paid"), vector.input("rate_right"));
    let rules = |rate: &str| ALL.replace("100%", rate).replace("effective", "retroactive = true\neffective");
    let paid = vector.published("paid");
    let (right, trueup) = (vector.published("right"), vector.published("trueup"));
    let deal = Deal::new("D", "2026-01-10", &vector.published("basis"));
    assert_eq!(cents(decimal(&right) - decimal(&paid)), trueup);
    assert_eq!(decimal(&vector.input("overpayment")), -decimal(&trueup));
    let text = case("another rate", &rules(&was), &[deal])
        + &month("2026-01", &[("lines", &paid), ("paid", &paid)])
        + &month("2026-02", &[("true_ups", &trueup), ("carried_out", &trueup)])
        + &format!("rules = '''{}'''\n", rules(&is))
        + &table("entries", &[row(&["earned", "earned_to_date"]), row(&[&trueup, &right])]);
    vec![text]
}

/// A leave of one month: the year's quota is the sum of its months', and the month of the leave counts for nothing.
pub fn a_month_of_leave(vector: &Vector) -> Vec<String> {
    assert_eq!(vector.input("leave_months"), "1");
    let annual = decimal(&vector.input("annual_quota"));
    let monthly = (annual / decimal("12")).to_string();
    let months: Vec<String> = (1..=12).map(|month| format!("2026-{month:02}")).collect();
    let rows: Vec<(&str, &str)> = months.iter().map(|month| (month.as_str(), monthly.as_str())).collect();
    let rules = commission("{ from = \"0%\", rate = \"5%\" }", "prorate = \"days\"\n");
    let quota = vector.published("quota");
    // The published factor is a percentage of two digits.
    let factor = (decimal(&quota) / annual * decimal("100")).round_dp(2);
    assert_eq!(format!("{factor}%"), vector.published("factor"));
    let assignments = table(
        "assignments",
        &[row(&["payee_id", "from", "until", "fte"]), row(&["pat", "2026-06-01", "2026-06-30", "0"])],
    );
    let counts = decimal(&quota).normalize().to_string();
    let expected =
        table("attainment", &[row(&["rule_id", "quota", "attainment"]), row(&["rep", &counts, "1"])]);
    let text = case("a month of leave", &rules, &[Deal::new("D", "2026-03-10", &quota)])
        + &assignments
        + &quotas(&rows)
        + "period = \"2026\"\n"
        + &expected;
    vec![text]
}

/// A quota by the days of the quarter from the payee's start; what the tiers give is rounded once.
pub fn prorated_quota(vector: &Vector) -> Vec<String> {
    let days: Vec<String> = super::list(&vector.expected["days"]);
    let exact = decimal(&vector.input("quota")) * decimal(&days[0]) / decimal(&days[1]);
    assert_eq!(cents(exact), vector.published("quota"));
    let rules = commission(
        "{ from = \"0%\", rate = \"5%\" }, { from = \"100%\", rate = \"8%\" }",
        "prorate = \"days\"\n",
    )
    .replace("every = \"year\"", "every = \"quarter\"");
    let counts = exact.round_dp(6).to_string();
    let tables = deals(&[Deal::new("D", "2026-06-10", &vector.input("credits"))])
        + &pat(&["start_date"], &[&vector.input("start")])
        + &quotas(&[("2026-Q2", &vector.input("quota"))]);
    let text = case_of("by days", &rules, &tables)
        + "period = \"2026-Q2\"\n"
        + &total(&vector.published("commission_rounded_once"))
        + &table("attainment", &[row(&["rule_id", "quota"]), row(&["rep", &counts])]);
    vec![text]
}
