//! Milestones that were done become rows of the deals, before anything is made that numbers deals: their lines have a place in time among
//! those of deals.

use apportion_base::diagnostic::Diagnostic;
use apportion_data::{AddedDeal, Frame};

use super::Stages;
use crate::milestones::{AskedSides, among_deals, as_deal, done};

impl Stages<'_> {
    /// Adds those that rules of the book ask for. Tables that have them keep them.
    pub(super) fn milestones(&mut self) -> Result<(), Vec<Diagnostic>> {
        self.effects.milestones.clone_from(&self.tables.effects.milestones);
        let milestones = &self.tables.channel.milestones;
        let done = done(milestones, AskedSides::of(self.ground.rules));
        if done.is_empty() || !self.effects.milestones.is_empty() {
            return Ok(());
        }
        let added: Vec<AddedDeal> = done.iter().map(|done| as_deal(milestones, done)).collect();
        let with = self.tables.with_added_deals(&added, &Frame::default()).map_err(|error| vec![error])?;
        self.effects.milestones = among_deals(&done, &with.added);
        self.moved = with.moved;
        self.tables = with.tables;
        Ok(())
    }
}
