//! What is open: by stage and lead, and how healthy it is.

use std::collections::BTreeMap;

use apportion::Settlement;
use apportion::page::scrolling;
use maud::{Markup, html};

use crate::Fault;
use crate::frames::Values;
use crate::health;

/// By stage and by who leads, with the number of what is good, to be watched and at risk.
pub(super) fn section(settlement: &Settlement) -> Result<Markup, Fault> {
    let open = &settlement.as_close().tables.channel.opportunities;
    let (stages, leads) = (Values::of(&open.frame, "stage"), Values::of(&open.frame, "lead"));
    let mut counts: BTreeMap<(String, String), [usize; 3]> = BTreeMap::new();
    for (place, health) in health::of_all(settlement) {
        let word = |values: Values<'_>| {
            values.text(place).map_or_else(|| "-".to_owned(), std::borrow::Cow::into_owned)
        };
        let count = counts.entry((word(stages), word(leads))).or_default();
        if let Some(count) = count.get_mut(health as usize) {
            *count += 1;
        }
    }
    if counts.is_empty() {
        return Ok(html! {});
    }
    let table = html! {
        table.sortable {
            thead { tr { th { "stage" } th { "lead" } th.num { "open" } th.num { "good" } th.num { "watch" } th.num { "at risk" } } }
            tbody {
                @for ((stage, lead), counts) in &counts {
                    tr { td.id { (stage) } td.id { (lead) } td.num { (counts.iter().sum::<usize>()) } @for count in counts { td.num { (count) } } }
                }
            }
        }
    };
    Ok(html! { section { h2 { "What is open" } (scrolling("What is open, by stage and lead", &table)) } })
}
