//! What entries are about: the keys of lines, with their ids as codes.

use std::collections::HashMap;

use foldhash::fast::FixedState;

/// A hash table whose order nothing may depend on.
pub type Map<K, V> = HashMap<K, V, FixedState>;

/// The code of an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Name(u32);

/// An id or none.
pub type MaybeName = Option<Name>;

/// All ids that entries name, each once.
#[derive(Debug, Default)]
pub struct Names {
    texts: Vec<Box<str>>,
    codes: Map<Box<str>, u32>,
}

impl Names {
    /// The code of an id, which gets one where it has none.
    pub fn code(&mut self, text: &str) -> Name {
        if let Some(code) = self.codes.get(text) {
            return Name(*code);
        }
        // Ids are those of deals, payees, rules and roles, each of which is numbered in fewer bits.
        let code = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push(text.into());
        self.codes.insert(text.into(), code);
        Name(code)
    }

    /// The same of a cell that may be empty.
    pub fn maybe(&mut self, text: Option<&str>) -> MaybeName {
        text.map(|text| self.code(text))
    }

    /// The code of an id, if it has one.
    pub fn find(&self, text: &str) -> MaybeName {
        self.codes.get(text).map(|code| Name(*code))
    }

    /// The id of a code.
    pub fn text(&self, name: Name) -> &str {
        &self.texts[name.0 as usize]
    }

    /// The same of a code that may be none.
    pub fn maybe_text(&self, name: MaybeName) -> Option<&str> {
        name.map(|name| self.text(name))
    }
}

/// What identifies a line, and all entries of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// The payee.
    pub payee: Name,
    /// The rule.
    pub rule: Name,
    /// The deal.
    pub deal: Name,
    /// The role, of rules that share by role.
    pub role: MaybeName,
    /// The credited payee, of an override or a team.
    pub from_payee: MaybeName,
    /// The rule whose line it takes back, of a clawback.
    pub of_rule: MaybeName,
    /// The deal whose line it takes back, of a clawback.
    pub of_deal: MaybeName,
}

impl Key {
    /// The rule and the deal that holds ask about: those of the line that it takes back, of a clawback.
    pub fn asked(&self) -> (Name, Name) {
        (self.of_rule.unwrap_or(self.rule), self.of_deal.unwrap_or(self.deal))
    }

    /// Whether it takes a line back.
    pub fn is_clawback(&self) -> bool {
        self.of_deal.is_some()
    }

    /// Its place among the entries of a close: by payee, rule, deal, role, from_payee, of_rule and of_deal, by bytes, null first.
    pub fn place<'n>(&self, names: &'n Names) -> [Option<&'n str>; 7] {
        [
            Some(names.text(self.payee)),
            Some(names.text(self.rule)),
            Some(names.text(self.deal)),
            names.maybe_text(self.role),
            names.maybe_text(self.from_payee),
            names.maybe_text(self.of_rule),
            names.maybe_text(self.of_deal),
        ]
    }
}

/// An adjustment and a payee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AdjustmentKey {
    /// The adjustment.
    pub adjustment: Name,
    /// The payee.
    pub payee: Name,
}
