//! A third quarter with every kind of rule, every model, and something wrong of every kind.

use std::path::Path;

const PROJECT: &str = r#"[book]
name = "Northwind channel programme"
currency = "USD"
fiscal_year_starts = 1
rules = ["rules.toml"]

[sources.deals]
path = "deals.csv"

[sources.engagements]
path = "engagements.csv"

[sources.payees]
path = "payees.csv"

[sources.splits]
path = "splits.csv"

[sources.quotas]
path = "quotas.csv"

[sources.fx_rates]
path = "fx_rates.csv"
"#;

pub const RULES: &str = r#"[[shared_credit]]
id = "new-business"
title = "Shared credit for new business"
why = "Charter 2.1: new business is team work. Whoever opened the door, worked beside us and closed shares one pool."
effective = { from = 2026-01-01 }
when = "deal_type IN ('new', 'expansion') AND amount > 0"
rate = "10%"
roles = [ { role = "sourced", share = "30%" }, { role = "cosell", share = "20%" }, { role = "closed", share = "50%" } ]
one_of = "primary"

[[shared_credit]]
id = "new-business"
title = "Shared credit for new business"
why = "Charter 2.1 as amended on 1 September: the pool is smaller."
effective = { from = 2026-09-01 }
when = "deal_type IN ('new', 'expansion') AND amount > 0"
rate = "7.5%"
roles = [ { role = "sourced", share = "30%" }, { role = "cosell", share = "20%" }, { role = "closed", share = "50%" } ]
one_of = "primary"

[[shared_credit]]
id = "large-deals"
effective = { from = 2026-01-01 }
when = "amount >= 100000"
rate = "1%"
model = "equal"
one_of = "primary"

[[shared_credit]]
id = "renewal-team"
effective = { from = 2026-01-01 }
when = "deal_type = 'renewal'"
reach = ["deal", "prior"]
rate = { by = "deals.channel", is = { partner = "3%" } }
roles = [ { role = "closed", share = "60%" }, { role = "adoption", share = "40%" } ]
within = "equal"
unfilled = "retain"

[[shared_credit]]
id = "influence"
effective = { from = 2026-01-01 }
when = "deal_type = 'new' AND coalesce(discount, 0) <= 0.25"
engaged = "payees.kind = 'partner' AND occurred_on <= close_date"
rate = "1%"
model = "time-decay"
half_life_days = 30

[[shared_credit]]
id = "journey"
effective = { from = 2026-01-01 }
when = "deal_type = 'new'"
basis = "amount * 0.5"
model = "position"

[[shared_credit]]
id = "opener"
effective = { from = 2026-01-01 }
when = "deal_type = 'new'"
rate = "0.1%"
model = "first-touch"

[[shared_credit]]
id = "declared"
effective = { from = 2026-01-01 }
when = "deal_type = 'declared'"
rate = "5%"
model = "declared"

[[shared_credit]]
id = "overlay"
effective = { from = 2026-01-01 }
when = "deal_type = 'declared'"
rate = "1%"
model = "declared"
overlay = true
splits = "splits.role = 'se'"

[[stipend]]
id = "cosell-stipend"
title = "Co-selling stipend"
effective = { from = 2026-01-01 }
when = "deal_type = 'new'"
engaged = "engagements.role = 'cosell' AND payees.kind = 'partner'"
require = "touches >= 2 AND last_on > close_date - 60"
amount = { by = "payees.tier", is = { gold = "500", silver = "350" } }
cap = [ { amount = "600", per = "deal" }, { amount = "700", per = "payee", every = "quarter" } ]

[[renewal_bonus]]
id = "adoption"
title = "Renewal bonus for adoption work"
effective = { from = 2026-01-01 }
when = "deal_type = 'renewal'"
reach = ["deal", "prior"]
engaged = "role IN ('adoption', 'cosell') AND occurred_on > close_date - 180"
measure = "weight"
rates = [ { from = 3, rate = "1%" }, { from = 8, rate = "2%" } ]
rate_by = "deal"

[[renewal_bonus]]
id = "reviews"
effective = { from = 2026-01-01 }
when = "deal_type = 'renewal'"
reach = ["account"]
engaged = "role = 'review'"
measure = "touches"
rates = [ { from = 2, rate = { by = "payees.tier", is = { gold = "0.4%" }, else = "0.25%" } } ]
rate_by = "payee"

[[commission]]
id = "accelerator"
title = "Sales commission on quota"
effective = { from = 2026-01-01 }
credits = ["new-business"]
payees = "kind = 'employee'"
every = "quarter"
tiers = [ { from = "0%", rate = "5%" }, { from = "100%", rate = "7.5%" } ]

[[commission]]
id = "volume"
effective = { from = 2026-01-01 }
credits = ["new-business"]
payees = "kind = 'partner'"
every = "year"
mode = "whole"
tiers = [ { from = "500", rate = "1%" }, { from = "2000", rate = "2%" } ]

[[override]]
id = "managers"
title = "Managers' override"
effective = { from = 2026-01-01 }
credits = ["new-business"]
payees = "kind = 'employee'"
levels = [ { rate = "1%" }, { rate = "0.5%" } ]
cap = [ { amount = "120", per = "payee", every = "quarter" } ]
"#;

const DEALS: &str = "\
deal_id,outcome,close_date,amount,currency,deal_type,account_id,channel,list_amount,renews_deal_id
D01,won,2026-03-15,2000.00,,new,A1,direct,,
D02,won,2026-07-03,1000.05,,new,A1,partner,1250.00,
D03,won,2026-07-09,2500.00,EUR,new,A2,partner,,
D04,won,2026-08-20,4000.01,,renewal,A1,partner,,D02
D05,won,2026-08-28,900.10,,declared,A2,direct,,
D06,won,2026-08-29,800.00,,declared,A2,direct,,
D07,won,2026-09-02,150000.00,,new,A3,direct,,
D08,won,2026-09-05,100.00,,new,A3,direct,,
D09,won,2026-09-10,8000.00,,new,A4,direct,,
D10,won,2026-09-11,500.00,,renewal,A5,direct,,
D11,won,2026-09-12,500.00,,service,A5,direct,,
D12,won,2026-09-15,-300.00,,new,A1,direct,,
D13,won,2026-09-20,3000.00,,renewal,A4,partner,,D09
D14,won,2026-09-21,600.00,,new,A6,direct,1000.00,
L1,lost,2026-07-15,700.00,,new,A3,direct,,
";

const ENGAGEMENTS: &str = "\
engagement_id,deal_id,account_id,payee_id,role,occurred_on,weight
E01,D01,,ann,closed,2026-03-10,1
E02,D01,,cat,sourced,2026-03-01,1
E03,D02,,cat,sourced,2026-06-20,1
E04,D02,,cat,cosell,2026-06-25,1
E05,D02,,cat,cosell,2026-06-30,1
E06,D02,,dan,cosell,2026-06-28,2
E07,D02,,dan,cosell,2026-07-01,1
E08,D02,,ann,closed,2026-07-02,1
E09,D02,,ben,closed,2026-07-02,2
E10,D03,,cat,cosell,2026-07-01,1
E11,D03,,cat,cosell,2026-07-08,1
E12,D03,,ben,closed,2026-07-08,1
E13,D03,,dan,cosell,2026-07-05,1
E14,D03,,eve,cosell,2026-07-05,1
E15,D03,,eve,cosell,2026-07-06,1
E16,D04,,dan,adoption,2026-08-10,2
E17,D04,,cat,adoption,2026-08-12,3
E18,D04,,ann,closed,2026-08-20,1
E19,,A1,cat,review,2026-05-05,1
E20,,A1,cat,review,2026-08-05,1
E21,,A1,dan,review,2026-08-05,1
E22,D07,,ann,closed,2026-09-01,1
E23,D08,,ann,closed,2026-09-04,1
E24,D08,,nobody,sourced,2026-09-01,1
E25,D09,,ann,closed,2026-09-10,1
E26,D09,,eve,demo,2026-09-01,1
E27,D09,,cat,cosell,2026-09-09,0
E28,D12,,ann,closed,2026-09-15,1
E29,D12,,dan,cosell,2026-09-10,1
E30,D13,,eve,adoption,2026-09-12,2
E31,D13,,fay,closed,2026-09-19,1
E32,D14,,fay,closed,,1
E33,D14,,dan,sourced,2026-09-20,1
E34,L1,,cat,sourced,2026-07-01,1
";

const PAYEES: &str = "\
payee_id,name,kind,tier,manager_id
ann,Ann Ames,employee,,mia
ben,Ben Bo,employee,,mia
cat,Cat GmbH,partner,gold,
dan,Dan & Co,partner,silver,
eve,Eve SARL,partner,,
fay,Fay Fox,employee,,
mia,Mia Moss,employee,,zoe
zoe,Zoe Zorn,employee,,
";

const SPLITS: &str = "\
deal_id,payee_id,percent,role
D05,ann,33.33,ae
D05,ben,33.33,se
D05,cat,33.34,se
D06,ann,50,ae
D06,ben,40,ae
";

const QUOTAS: &str = "\
payee_id,period,amount
ann,2026-Q3,3000
ben,2026-Q3,80000
";

const RATES: &str = "date,currency,rate\n2026-06-15,EUR,1.09\n2026-07-01,EUR,1.10\n";

/// Writes the project into a folder.
pub fn write(folder: &Path) {
    for (name, text) in [
        ("apportion.toml", PROJECT),
        ("rules.toml", RULES),
        ("deals.csv", DEALS),
        ("engagements.csv", ENGAGEMENTS),
        ("payees.csv", PAYEES),
        ("splits.csv", SPLITS),
        ("quotas.csv", QUOTAS),
        ("fx_rates.csv", RATES),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

/// A new folder with the project.
pub fn fresh() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path());
    folder
}
