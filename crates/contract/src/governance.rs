//! The words of claims.csv and conflicts.csv, each with its meaning.

/// A word and what it says, in a sentence.
pub type MeantWord = (&'static str, &'static str);

/// The states of a claim, in the order in which claims are ranked.
pub const CLAIM_STATES: [MeantWord; 10] = [
    ("protected", "It protects."),
    ("grace", "Its protection is over; it still pays, and gives way to every protected claim."),
    ("pending", "It waits for a decision, or for its protection to begin."),
    ("lapsed", "Nobody worked on it for too long."),
    ("expired", "Its protection is over."),
    ("returned", "It was sent back."),
    ("denied", "It was denied, by the list of the policy or by a decision."),
    ("withdrawn", "It was given up."),
    ("no-policy", "No policy is for it, or two are."),
    ("late", "It was submitted after the day."),
];

/// The kinds of conflict.
pub const CONFLICT_KINDS: [MeantWord; 6] = [
    ("registration-tie", "Two payees registered it at the same second."),
    ("duplicate", "Two payees have a protected claim."),
    ("direct-overlap", "It is sold directly, and somebody else holds a protected registration."),
    ("boundary", "It is sold through another channel than the one that leads."),
    ("undercut", "It is sold directly at a larger discount than a partner gives the same account."),
    ("raised", "Somebody raised it."),
];

/// The states of a conflict.
pub const CONFLICT_STATES: [MeantWord; 4] = [
    ("open", "It waits for a decision."),
    ("overdue", "It waits, and its last level is overdue."),
    ("decided", "A decision holds."),
    ("withdrawn", "It was withdrawn."),
];

/// What decisions say.
pub const DECISION_OUTCOMES: [MeantWord; 4] = [
    ("award", "One of the two has it all."),
    ("split", "The two share it."),
    ("void", "Neither has it."),
    ("withdrawn", "Nothing changes."),
];
