//! What the fuzz targets share: a world in memory to put files into, a reading in which every record is accounted
//! for, and what must hold for every diagnostic.

pub mod reading;
pub mod sql;
pub mod diagnostics;
pub mod workbook;

use std::sync::{Arc, Mutex, PoisonError};

use apportion::data::Tables;
use apportion::world::{Memory, World};

/// The files of this process.
static FILES: Mutex<Option<Memory>> = Mutex::new(None);

/// The files that were put, as a world.
pub fn world() -> Arc<dyn World> {
    FILES.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or_default().shared()
}

/// Puts a file into that world.
pub fn put(name: &str, bytes: impl AsRef<[u8]>) {
    let mut files = FILES.lock().unwrap_or_else(PoisonError::into_inner);
    files.get_or_insert_default().insert(name, bytes);
}

/// Every row that was read is used, filtered, repeated or rejected, and no more deals are left out than rows.
pub fn accounted(tables: &Tables) {
    for counts in &tables.counts {
        let parts = counts.used + counts.filtered + counts.repeated + counts.rejected;
        assert_eq!(counts.read, parts, "{}", counts.table.word());
        if counts.table.word() == "deals" {
            let deals = |days: &[apportion::data::LeftOutDay]| days.iter().map(|day| day.deals).sum::<u64>();
            assert!(deals(&tables.left_out.rejected) + tables.left_out.unplaced <= counts.rejected);
            assert!(deals(&tables.left_out.filtered) <= counts.filtered);
        }
    }
}

/// A small project with all six tables, all in order.
pub fn put_project() {
    for (name, text) in DATA {
        put(name, text);
    }
    put("apportion.toml", PROJECT);
    put("rules.toml", "");
}

/// The files of [`put_project`].
pub const DATA: [(&str, &str); 6] = [
    (
        "deals.csv",
        "deal_id,outcome,close_date,amount,currency,deal_type,account_id,channel,list_amount,renews_deal_id,seats\n\
         D1,won,2026-01-15,1000.00,,new,A1,direct,1250.00,,3\n\
         D2,won,2026-02-03,250000.01,EUR,renewal,A1,partner,,D1,250\n\
         D3,lost,2026-02-09,70,,new,A2,,,,\n\
         D4,won,2026-02-20,-50.05,,renewal,A2,partner,,D3,1\n\
         D5,won,2026-03-31,999999999999.999999,,expansion,,,,,999999999\n",
    ),
    (
        "engagements.csv",
        "engagement_id,deal_id,account_id,payee_id,role,occurred_on,weight,activity\n\
         E1,D1,,ann,sourced,2026-01-02,1,call\nE2,D1,,ben,cosell,2026-01-03,2.5,\nE3,D1,,cat,closed,,0,\n\
         E4,D2,,ben,cosell,2026-01-20,3,demo\nE5,D2,,ann,closed,2026-02-01,0.000000001,\n\
         E6,,A1,cat,cosell,2026-01-31,999999999,\nE7,D4,,cat,cosell,2026-02-10,4,\nE8,D5,,ben,closed,2026-03-30,,\n",
    ),
    (
        "payees.csv",
        "payee_id,name,kind,tier,manager_id,start_date\nann,Ann,employee,gold,cat,2020-02-29\n\
         ben,Ben,partner,silver,,\ncat,Cat,employee,,,2026-01-01\n",
    ),
    ("splits.csv", "deal_id,payee_id,percent,role\nD1,ann,60,ae\nD1,ben,40,se\nD2,cat,100,\nD4,ann,33.3,\n"),
    (
        "quotas.csv",
        "payee_id,period,amount\nann,2026-Q1,1000\nben,2026-Q1,0.01\ncat,2026,1000000\nann,2026-01,500\nann,2026,9\n",
    ),
    ("fx_rates.csv", "date,currency,rate\n2026-02-01,EUR,1.085\n2026-01-01,EUR,0.000000001\n"),
];

/// Its project file.
pub const PROJECT: &str = r#"[book]
name = "Fuzzed"
currency = "USD"
rules = ["rules.toml"]

[sources.deals]
path = "deals.csv"
types = { seats = "number" }

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
