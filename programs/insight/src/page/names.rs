//! What people and deals are called on a page.

use apportion::data::{DealIx, OpenIx, PayeeIx};

use super::Ground;

impl Ground<'_> {
    /// A payee's name and id.
    pub fn name(&self, payee: PayeeIx) -> String {
        let tables = &self.sight.settlement.as_close().tables;
        let id = tables.payees.id(payee);
        match tables.payees.frame.text("name", payee.at()).filter(|name| !name.is_empty()) {
            Some(name) if name != id => format!("{name} ({id})"),
            _ => id.to_owned(),
        }
    }

    /// The kind of a payee when a deal closed.
    pub fn kind(&self, payee: PayeeIx, deal: DealIx) -> String {
        let tables = &self.sight.settlement.as_close().tables;
        let state = tables.state(payee, deal).at();
        tables.payees.states.frame.text("kind", state).unwrap_or("unknown").to_owned()
    }

    /// The id of a deal.
    pub fn deal(&self, deal: DealIx) -> String {
        self.sight.settlement.as_close().tables.deals.id(deal).to_owned()
    }

    /// The id of what is open.
    pub fn open(&self, open: OpenIx) -> String {
        self.sight.settlement.as_close().tables.channel.opportunities.ids.value(open.at()).to_owned()
    }
}
