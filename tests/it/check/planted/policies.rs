//! Mistakes in holds, draws, payment terms and access.

use super::{Edit, JULY, PlantedMistake};
use apportion::diagnostic::Code;

use Edit::{Append, Replace};

/// The sound project closes its months.
const LEDGER: Edit = Append("apportion.toml", "\n[ledger]\nfirst = \"2026-01\"\n");

/// One for each code, in byte order.
pub const PLANTED: [PlantedMistake; 16] = [
    PlantedMistake {
        code: Code::CapitalisesNothing,
        todo: "Correct `rules`, `when` or `months`. Nothing if there just was no such deal in the period.",
        edits: &[
            LEDGER,
            Append(
                "rules/pay.toml",
                "\n[[capitalise]]\nid = \"large-deals\"\neffective = { from = 2026-01-01 }\nrules = [\"new-business\"]\nwhen = \"amount > 10000\"\nmonths = 36\n",
            ),
        ],
        period: None,
        found: &["warning[capitalises-nothing]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::ConstantRelease,
        todo: "Let `release` name what decides: `deals.received_share`, a date of the deal, `period_end`.",
        edits: &[
            LEDGER,
            Append(
                "rules/pay.toml",
                "\n[[hold]]\nid = \"holdback\"\neffective = { from = 2026-01-01 }\nrelease = \"0.8\"\n",
            ),
        ],
        period: JULY,
        found: &["warning[constant-release]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::DaysWithinMonth,
        todo: "Begin with the first day of a month, and end with the last day of one; `prorate` makes a draw less in a month that is not whole.",
        edits: &[
            LEDGER,
            Append(
                "rules/pay.toml",
                "\n[[draw]]\nid = \"ramp\"\neffective = { from = 2026-01-01, until = 2026-08-15 }\npayees = \"kind = 'employee'\"\namount = 500\n",
            ),
        ],
        period: JULY,
        found: &["note[days-within-month]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::ForNobody,
        todo: "Correct `payees`, or look whether those whom it is for have left; end a draw that nobody has any more.",
        edits: &[
            LEDGER,
            Append(
                "rules/pay.toml",
                "\n[[draw]]\nid = \"ramp\"\neffective = { from = 2026-01-01 }\npayees = \"kind = 'employee' AND tier = 'gold'\"\namount = 500\n",
            ),
        ],
        period: JULY,
        found: &["warning[for-nobody]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::HoldsNothing,
        todo: "Correct `rules`, `when` or `payees`. Nothing if there just was no such deal in the period.",
        edits: &[
            LEDGER,
            Append(
                "rules/pay.toml",
                "\n[[hold]]\nid = \"large-deals\"\neffective = { from = 2026-01-01 }\nrules = [\"new-business\"]\nwhen = \"amount > 10000\"\nrelease = \"CASE WHEN period_end >= close_date + 90 THEN 1 ELSE 0 END\"\n",
            ),
        ],
        period: None,
        found: &["warning[holds-nothing]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::LimitBelowAmount,
        todo: "Raise the limit: it is of all that is owed, not of a month.",
        edits: &[
            LEDGER,
            Append(
                "rules/pay.toml",
                "\n[[draw]]\nid = \"ramp\"\neffective = { from = 2026-01-01 }\npayees = \"kind = 'employee'\"\namount = 3500\nrecoverable = true\nlimit = 1200\n",
            ),
        ],
        period: JULY,
        found: &["warning[limit-below-amount]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::MinimumAboveMaximum,
        todo: "Exchange the two, or leave one of them out.",
        edits: &[
            LEDGER,
            Append(
                "rules/pay.toml",
                "\n[[payment]]\nid = \"partners\"\neffective = { from = 2026-01-01 }\nminimum = 2000\nmaximum = 500\n",
            ),
        ],
        period: JULY,
        found: &["warning[minimum-above-maximum]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::NoRateToPay,
        todo: "Add the rate to [fx_rates](reference/inputs.md#fx_rates). A close carries what it can't convert.",
        edits: &[
            LEDGER,
            Replace("data/payees.csv", "end_date", "currency"),
            Replace(
                "data/payees.csv",
                "ann,Ann,employee,,max,2020-01-01,",
                "ann,Ann,employee,,max,2020-01-01,EUR",
            ),
            Append(
                "rules/pay.toml",
                "\n[[payment]]\nid = \"abroad\"\neffective = { from = 2026-01-01 }\ncurrency = \"payee\"\n",
            ),
        ],
        period: JULY,
        found: &["warning[no-rate-to-pay]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::NoOwnCurrency,
        todo: "Map the column of payees in which their currency is to `currency`, or take `currency = \"payee\"` out of the terms.",
        edits: &[
            LEDGER,
            Append(
                "rules/pay.toml",
                "\n[[payment]]\nid = \"abroad\"\neffective = { from = 2026-01-01 }\ncurrency = \"payee\"\n",
            ),
        ],
        period: JULY,
        found: &["note[no-own-currency]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::ReleaseBeyond,
        todo: "Write a part of one: 0.8, and not 80.",
        edits: &[
            LEDGER,
            Append(
                "rules/pay.toml",
                "\n[[hold]]\nid = \"holdback\"\neffective = { from = 2026-01-01 }\nrelease = \"CASE WHEN period_end >= close_date + 90 THEN 100 ELSE 80 END\"\n",
            ),
        ],
        period: JULY,
        found: &["warning[release-beyond]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::ReleaseEmpty,
        todo: "Say what becomes of the others: `ELSE` in a CASE, `coalesce` around a column with empty cells.",
        edits: &[
            LEDGER,
            Append(
                "rules/pay.toml",
                "\n[[hold]]\nid = \"holdback\"\neffective = { from = 2026-01-01 }\nrelease = \"CASE WHEN deal_type = 'new' THEN 0.8 END\"\n",
            ),
        ],
        period: JULY,
        found: &["warning[release-empty]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::SeesAll,
        todo: "Nothing if that is intended; otherwise narrow `who`, or let them see a team.",
        edits: &[Append(
            "rules/pay.toml",
            "\n[[access]]\nid = \"finance\"\nwho = \"kind = 'employee'\"\nsees = \"all\"\n",
        )],
        period: JULY,
        found: &["note[sees-all]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::TinyShare,
        todo: "Write `\"25%\"` or 0.25.",
        edits: &[
            LEDGER,
            Append(
                "rules/pay.toml",
                "\n[[payment]]\nid = \"partners\"\neffective = { from = 2026-01-01 }\ndebt_share = \"0.25%\"\n",
            ),
        ],
        period: JULY,
        found: &["warning[tiny-share]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::TwoDraws,
        todo: "Let the `payees` of the draws, or their days, exclude each other.",
        edits: &[
            LEDGER,
            Append(
                "rules/pay.toml",
                "\n[[draw]]\nid = \"ramp\"\neffective = { from = 2026-01-01 }\npayees = \"kind = 'employee'\"\namount = 500\n\n[[draw]]\nid = \"house\"\neffective = { from = 2027-01-01 }\npayees = \"manager_id = 'max'\"\namount = 100\n",
            ),
        ],
        period: JULY,
        found: &["warning[two-draws]", "note[never-in-force]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::TwoPayments,
        todo: "Let the `payees` of the terms, or their days, exclude each other.",
        edits: &[
            LEDGER,
            Append(
                "rules/pay.toml",
                "\n[[payment]]\nid = \"all\"\neffective = { from = 2026-01-01 }\nmaximum = 50000\n\n[[payment]]\nid = \"partners\"\neffective = { from = 2026-01-01 }\npayees = \"kind = 'partner'\"\nminimum = 200\n",
            ),
        ],
        period: JULY,
        found: &["warning[two-payments]"],
        exit_code: 0,
    },
    PlantedMistake {
        code: Code::VersionGap,
        todo: "Let the earlier version end on the day before the later one begins, or leave its `until` out.",
        edits: &[
            LEDGER,
            Append(
                "rules/pay.toml",
                "\n[[draw]]\nid = \"ramp\"\neffective = { from = 2026-01-01, until = 2026-06-30 }\npayees = \"kind = 'employee'\"\namount = 500\n\n[[draw]]\nid = \"ramp\"\neffective = { from = 2026-09-01 }\npayees = \"kind = 'employee'\"\namount = 400\n",
            ),
        ],
        period: Some("2026-Q3"),
        found: &["warning[version-gap]"],
        exit_code: 0,
    },
];
