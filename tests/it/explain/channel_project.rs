//! A small project with registrations, conflicts, gates and prices: deals that are registered, disputed, decided, held and gated.

use std::path::Path;

const FILES: [(&str, &str); 19] = [
    (
        "apportion.toml",
        r#"[book]
name = "Alpine partner programme"
currency = "CHF"
fiscal_year_starts = 1
timezone = "Europe/Zurich"
rules = ["rules.toml"]

[sources.deals]
path = "deals.csv"

[sources.engagements]
path = "engagements.csv"

[sources.payees]
path = "payees.csv"

[sources.accounts]
path = "accounts.csv"

[sources.opportunities]
path = "opportunities.csv"

[sources.registrations]
path = "registrations.csv"

[sources.registration_members]
path = "registration_members.csv"

[sources.registration_events]
path = "registration_events.csv"

[sources.conflicts]
path = "conflicts.csv"

[sources.conflict_events]
path = "conflict_events.csv"

[sources.decisions]
path = "decisions.csv"

[sources.decision_shares]
path = "decision_shares.csv"

[sources.price_entries]
path = "price_entries.csv"

[sources.deal_lines]
path = "deal_lines.csv"

[sources.price_approvals]
path = "price_approvals.csv"

[sources.certificates]
path = "certificates.csv"

[sources.territories]
path = "territories.csv"
"#,
    ),
    (
        "rules.toml",
        r#"[[registration]]
id = "deal-registration"
title = "Deal registration"
why = "Charter 3: who registers a deal first leads it."
effective = { from = 2026-01-01 }
protect = "90 days"
extend = { by = "30 days", times = 1 }
lapse = "60 days"
grace = "30 days"
role = "sourced"
others = "cosell"

[[conflict]]
id = "resolution"
title = "Conflict resolution"
why = "Charter 6: who is nearest decides first."
effective = { from = 2026-01-01 }
detect = ["raised", "duplicate", "registration-tie"]
role = "sourced"
hold = "share"
levels = [
    { name = "frontline", who = "role = 'channel-manager'", when = "amount <= 50000", within = "3 business days" },
    { name = "mediation", who = "role = 'channel-lead'", within = "5 business days" },
]
criteria = [
    { name = "first in", weight = 40, score = "CASE WHEN claim.first THEN 1 ELSE 0 END" },
    { name = "touches", weight = 60, score = "claim.touches / 4" },
]

[[coverage]]
id = "territory-owners"
why = "Charter 1.3"
effective = { from = 2026-01-01 }
when = "deal_type = 'territory'"
match = ["country"]
role = "territory"

[[price]]
id = "books"
title = "Price books"
why = "Charter 5"
effective = { from = 2026-01-01 }
book = "DIRECT"
allowed = "10%"
approve = [{ over = "0%", who = "role = 'channel-lead'" }]

[[gate]]
id = "certified"
title = "Certified people"
why = "Charter 7.2: who sells with us knows the product."
effective = { from = 2026-01-01 }
rules = ["new-business", "cosell-stipend"]
payees = "payees.kind = 'partner'"
need = { table = "certificates", where = "earned_on <= close_date", at_least = 1 }
otherwise = "50%"

[[shared_credit]]
id = "new-business"
title = "Shared credit for new business"
why = "Charter 2.1"
effective = { from = 2026-01-01 }
when = "deal_type = 'new'"
engaged = "payees.programme = 'yes'"
rate = "10%"
roles = [
    { role = "sourced", share = "40%" },
    { role = "cosell", share = "20%" },
    { role = "closed", share = "40%" },
]

[[stipend]]
id = "cosell-stipend"
title = "Co-selling stipend"
why = "Charter 4"
effective = { from = 2026-01-01 }
when = "deal_type = 'new'"
engaged = "engagements.role = 'cosell'"
amount = "333.33"

[[commission]]
id = "accelerator"
title = "Commission on credit"
why = "Charter 5"
effective = { from = 2026-01-01 }
credits = ["new-business"]
payees = "kind = 'employee'"
every = "quarter"
tiers = [{ from = "0", rate = "1%" }, { from = "8000", rate = "3%" }]
"#,
    ),
    (
        "deals.csv",
        "deal_id,outcome,close_date,amount,list_amount,deal_type,account_id,opportunity_id,created_on,registration_id
D1,won,2026-07-10,10000.01,12500.00,new,A1,O-1,2026-05-04,R-1
D2,won,2026-07-15,9000.00,9000.00,new,A2,O-2,2026-05-05,
D3,won,2026-07-20,8000.00,8000.00,new,A3,O-3,2026-05-06,
D4,won,2026-07-21,7000.00,7000.00,new,A4,O-4,2026-05-07,
D5,won,2026-07-22,6000.00,6000.00,new,A5,O-5,2026-05-08,
D6,won,2026-07-23,5000.00,5000.00,territory,A6,O-6,2026-05-09,
D7,won,2026-07-24,4000.00,4000.00,new,A7,O-7,2026-05-10,
D8,won,2026-07-27,3000.00,3000.00,new,A8,,2026-05-11,
",
    ),
    (
        "engagements.csv",
        "engagement_id,deal_id,opportunity_id,payee_id,role,occurred_on,weight
E1,D1,,pat,sourced,2026-05-10,2
E2,D1,,zed,sourced,2026-05-12,3
E3,D1,,ann,closed,2026-07-10,1
E4,D1,,quinn,cosell,2026-06-20,1
E5,D2,,pat,sourced,2026-05-11,1
E6,D2,,ann,sourced,2026-05-13,2
E7,D2,,zed,sourced,2026-05-14,4
E8,D2,,ann,closed,2026-07-15,1
E9,D3,,pat,sourced,2026-05-15,1
E10,D3,,ann,closed,2026-07-20,1
E11,D3,,ann,sourced,2026-07-18,1
E12,D4,,pat,sourced,2026-05-16,1
E13,D4,,ann,sourced,2026-05-17,1
E14,D4,,ann,closed,2026-07-21,1
E15,D5,,pat,sourced,2026-05-18,1
E16,D5,,ann,closed,2026-07-22,1
E17,D5,,rex,sourced,2026-05-19,1
E18,D7,,pat,sourced,2026-05-20,1
E19,D7,,zed,sourced,2026-05-21,1
E20,D8,,ann,closed,2026-07-27,1
E21,,O-9,pat,sourced,2026-07-01,1
E22,,O-9,ann,sourced,2026-07-02,1
E23,,O-9,ann,closed,2026-07-03,1
",
    ),
    (
        "payees.csv",
        "payee_id,name,kind,role,programme
ann,Ann Field,employee,rep,yes
bob,Bob Desk,employee,channel-manager,no
lea,Lea Lead,employee,channel-lead,no
mia,,employee,rep,yes
pat,Pat GmbH,partner,,yes
quinn,Quinn SA,partner,,yes
rex,Rex AG,partner,,no
zed,Zed Sàrl,partner,,yes
",
    ),
    (
        "accounts.csv",
        "account_id,country
A1,CH
A2,CH
A3,CH
A4,CH
A5,CH
A6,AT
A7,CH
A8,CH
A9,CH
",
    ),
    (
        "opportunities.csv",
        "opportunity_id,account_id,channel,stage,amount,currency,probability,created_on,expected_close,deal_type
O-9,A9,direct,proposal,5000.00,CHF,0.5,2026-06-01,2026-09-30,new
",
    ),
    (
        "registrations.csv",
        "registration_id,payee_id,submitted_at,account_id,opportunity_id,deal_id,decision,decided_at,decided_by,reason
R-1,pat,2026-05-05T09:00:00,A1,,,approved,2026-05-06T10:00:00,bob,
R-2,zed,2026-05-20T09:00:00,A1,,,denied,2026-05-22T10:00:00,bob,registered before
R-3,zed,2026-05-01T08:00:00,,O-7,,approved,2026-05-02T08:00:00,bob,
R-4,pat,2026-05-01T09:00:00,,O-7,,approved,2026-05-02T08:30:00,bob,
R-5,zed,2026-03-02T09:00:00,A3,,,approved,2026-03-03T09:00:00,bob,
",
    ),
    (
        "registration_members.csv",
        "registration_id,payee_id,percent
R-1,pat,70
R-1,mia,30
",
    ),
    (
        "registration_events.csv",
        "registration_id,at,event,by,why
R-1,2026-07-01T09:00:00,extended,pat,the customer waits for its board
R-4,2026-06-01T09:00:00,customer-choice,A7,they asked for Pat
",
    ),
    (
        "conflicts.csv",
        "conflict_id,raised_at,deal_id,opportunity_id,role,claimant_a,claimant_b,raised_by,note
C-1,2026-07-15T09:00:00,D2,,sourced,pat,ann,pat,both opened the door
C-2,2026-07-29T09:00:00,D3,,sourced,pat,ann,ann,
C-3,2026-07-21T09:00:00,D4,,sourced,pat,ann,ann,
C-4,2026-07-22T09:00:00,D5,,sourced,pat,rex,rex,
C-9,2026-07-28T09:00:00,,O-9,sourced,pat,ann,ann,
",
    ),
    ("conflict_events.csv", "conflict_id,at,event,by\n"),
    (
        "decisions.csv",
        "decision_id,conflict_id,level,decided_at,decided_by,outcome,why,evidence
Z-0,C-1,frontline,2026-07-15T12:00:00,ann,award,mine,
Z-1,C-1,frontline,2026-07-16T10:00:00,bob,split,Pat opened the door and Ann kept it open,minutes of 16 July
Z-3,C-3,frontline,2026-07-22T10:00:00,bob,void,neither was there,
Z-4,C-4,frontline,2026-07-23T10:00:00,bob,split,Rex brought the name,
",
    ),
    (
        "decision_shares.csv",
        "decision_id,payee_id,percent
Z-0,ann,100
Z-1,pat,62.5
Z-1,ann,37.5
Z-4,pat,75
Z-4,rex,25
",
    ),
    (
        "price_entries.csv",
        "price_book,product_id,currency,from,until,unit_price,floor_price
DIRECT,suite,CHF,2026-01-01,,125.00,105.00
",
    ),
    (
        "deal_lines.csv",
        "deal_id,line_no,product_id,quantity,amount
D1,1,suite,100,10000.01
",
    ),
    (
        "price_approvals.csv",
        "approval_id,deal_id,discount,approved_by,approved_at,expires_on,why
P-1,D1,0.2,lea,2026-07-08T09:00:00,,a first customer of its kind
",
    ),
    (
        "certificates.csv",
        "certificate_id,payee_id,person,course,earned_on,expires_on
K-1,pat,Pia,sales-core,2026-02-01,
",
    ),
    (
        "territories.csv",
        "territory_id,payee_id,country
T-1,ann,AT
T-2,mia,AT
",
    ),
];

/// Writes the project into a folder.
pub fn write(folder: &Path) {
    for (name, text) in FILES {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

/// A folder with the project.
pub fn fresh() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path());
    folder
}
