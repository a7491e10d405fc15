//! Mistakes in policies of the channel, each with the tables that show it.

use super::{Edit, JULY, PlantedMistake};
use apportion::diagnostic::Code;

use Edit::{Append, Replace};

const PROJECT: &str = "apportion.toml";
const RULES: &str = "rules/channel.toml";

const REGISTRATIONS: Edit = Append(PROJECT, "\n[sources.registrations]\npath = \"data/registrations.csv\"\n");

const REGISTERED: Edit = Append(
    "data/registrations.csv",
    "registration_id,payee_id,submitted_at,deal_id,decision,decided_at\nREG-1,gil,2026-07-01,D2,approved,2026-07-02\n",
);

const PRICES: Edit = Append(PROJECT, "\n[sources.price_entries]\npath = \"data/price_entries.csv\"\n");

/// One for each code, in byte order.
pub const PLANTED: [PlantedMistake; 10] = [
    PlantedMistake {
        code: Code::ClassWithoutLead,
        todo: "Add a line to `lead` for them, or one that is true for all at the end.",
        edits: &[
            Append(PROJECT, "\n[sources.accounts]\npath = \"data/accounts.csv\"\n"),
            Append("data/accounts.csv", "account_id,class\nA1,house\nA2,smb\n"),
            Replace("data/deals.csv", "deal_type,list_amount", "deal_type,account_id"),
            Replace("data/deals.csv", "3000.00,new,", "3000.00,new,A1"),
            Append(
                RULES,
                "[[channel_model]]\nid = \"who-leads\"\neffective = { from = 2026-01-01 }\nlead = [ { when = \"accounts.class <> 'house'\", by = \"partner\" } ]\n",
            ),
        ],
        period: JULY,
        found: &["warning[class-without-lead]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::DecisionWithoutConflict,
        todo: "Mend `conflict_id`, or look why nobody finds the conflict any more.",
        edits: &[
            Append(
                PROJECT,
                "\n[sources.decisions]\npath = \"data/decisions.csv\"\n\n[sources.decision_shares]\npath = \"data/decision_shares.csv\"\n",
            ),
            Append(
                "data/decisions.csv",
                "decision_id,conflict_id,level,decided_at,decided_by,outcome,why\nDEC-1,undercut:D1:ann:ben,lead,2026-07-10,max,award,Ann was first\n",
            ),
            Append("data/decision_shares.csv", "decision_id,payee_id,percent\nDEC-1,ann,100\n"),
            Append(RULES, RESOLUTION),
        ],
        period: JULY,
        found: &["warning[decision-without-conflict]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::LevelWithoutPeople,
        todo: "Correct `who`, or give somebody the role that it names.",
        edits: &[Append(
            RULES,
            "[[conflict]]\nid = \"resolution\"\neffective = { from = 2026-01-01 }\ndetect = [\"undercut\"]\nrole = \"cosell\"\n\
             levels = [\n  { name = \"lead\", who = \"payee_id = 'max'\", within = \"3 business days\" },\n  { name = \"sponsor\", who = \"kind = 'executive'\", within = \"10 business days\" },\n]\n",
        )],
        period: JULY,
        found: &["warning[level-without-people]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::PaidDecider,
        todo: "Let somebody decide who earns nothing by it, or take the override from those who decide.",
        edits: &[Append(
            RULES,
            "[[conflict]]\nid = \"resolution\"\neffective = { from = 2026-01-01 }\ndetect = [\"undercut\"]\nrole = \"sourced\"\n\
             levels = [ { name = \"lead\", who = \"payee_id = 'max'\", within = \"5 business days\" } ]\n",
        )],
        period: JULY,
        found: &["warning[paid-decider]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::PastReview,
        todo: "Look whether the policy still does what it is for, and give it a later `review`.",
        edits: &[Append(
            RULES,
            "[[channel_model]]\nid = \"who-leads\"\neffective = { from = 2026-01-01 }\nreview = 2026-06-30\nlead = [ { when = \"TRUE\", by = \"shared\" } ]\n",
        )],
        period: JULY,
        found: &["note[past-review]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::PriceGap,
        todo: "Bring the books together, or say with `max_gap` how far apart they may be.",
        edits: &[
            PRICES,
            Append(
                "data/price_entries.csv",
                "price_book,product_id,from,unit_price\nDIRECT,core,2026-01-01,100.00\nPARTNER,core,2026-01-01,80.00\n",
            ),
            Append(RULES, PRICE_BOOKS),
            Append(RULES, "max_gap = \"15%\"\n"),
        ],
        period: JULY,
        found: &["warning[price-gap]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::PriceStep,
        todo: "Look for a price with a digit too many; a step that is meant may come in two.",
        edits: &[
            PRICES,
            Append(
                "data/price_entries.csv",
                "price_book,product_id,from,unit_price\nDIRECT,core,2026-01-01,100.00\nDIRECT,core,2026-07-01,125.00\n",
            ),
            Append(RULES, PRICE_BOOKS),
            Append(RULES, "max_step = \"10%\"\n"),
        ],
        period: JULY,
        found: &["warning[price-step]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::RegistrationWithoutPolicy,
        todo: "Let a policy be for them, or tell their payees that they protect nothing.",
        edits: &[
            REGISTRATIONS,
            REGISTERED,
            Append(
                RULES,
                "[[registration]]\nid = \"deal-registration\"\neffective = { from = 2026-07-15 }\nprotect = \"90 days\"\nrole = \"referral\"\n",
            ),
        ],
        period: JULY,
        found: &["warning[registration-without-policy]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::ShortProtection,
        todo: "Protect for longer, or let protection be extended while somebody works.",
        edits: &[
            REGISTRATIONS,
            REGISTERED,
            Replace("data/deals.csv", "deal_type,list_amount", "deal_type,created_on"),
            Replace("data/deals.csv", "2000.00,expansion,", "2000.00,expansion,2026-01-10"),
            Replace("data/deals.csv", "5000.00,renewal,", "5000.00,renewal,2026-03-17"),
            Append(
                RULES,
                "[[registration]]\nid = \"deal-registration\"\neffective = { from = 2026-01-01 }\nprotect = { by = \"payees.tier\", is = { gold = \"120 days\" }, else = \"60 days\" }\nrole = \"referral\"\n",
            ),
        ],
        period: JULY,
        found: &["warning[short-protection]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::TerritoryTie,
        todo: "Fill in a cell that tells them apart, match by another column, or rank them.",
        edits: &[
            Append(PROJECT, "\n[sources.territories]\npath = \"data/territories.csv\"\n"),
            Append(
                "data/territories.csv",
                "territory_id,payee_id,deal_type\nwest,ann,renewal\nnorth,ben,renewal\n",
            ),
            Append(
                RULES,
                "[[coverage]]\nid = \"territory-owners\"\neffective = { from = 2026-01-01 }\nwhen = \"deal_type = 'renewal'\"\nmatch = [\"deal_type\"]\nrole = \"territory\"\n",
            ),
        ],
        period: JULY,
        found: &["warning[territory-tie]"],
        exit_code: 0,
    },
];

/// Conflicts about a role in which nobody is paid.
const RESOLUTION: &str = "[[conflict]]\nid = \"resolution\"\neffective = { from = 2026-01-01 }\ndetect = [\"undercut\"]\nrole = \"cosell\"\n\
    levels = [ { name = \"lead\", who = \"payee_id = 'max'\", within = \"5 business days\" } ]\n";

const PRICE_BOOKS: &str = "[[price]]\nid = \"books\"\neffective = { from = 2026-01-01 }\nbook = { by = \"deals.deal_type\", is = { renewal = \"PARTNER\" }, else = \"DIRECT\" }\nallowed = \"15%\"\n";
