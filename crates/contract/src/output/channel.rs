//! The files of a result about the channel: claims, conflicts and prices.

use super::super::Words;
use super::OutputType::{Count, Date, Flag, Money, Number, Rate, Sum, Text, Word};
use super::{CLAIMS, CONFLICTS, OutputColumn, OutputFile, PRICE_AUDIT};

/// claims.csv.
pub static CLAIM_FILE: OutputFile = OutputFile {
    name: CLAIMS,
    meaning: "A registration that claims a deal of the period, won or lost: one row for each. Only in results of projects with \
              registrations.",
    columns: &[
        OutputColumn::new("deal_id", Text, "The deal."),
        OutputColumn::new("registration_id", Text, "The registration."),
        OutputColumn::new("payee_id", Text, "The payee of the registration."),
        OutputColumn::new("state", Word(Words::ClaimStates), "Its state on the day on which the deal closed."),
        OutputColumn::new(
            "rank",
            Count,
            "Its place among the claims on the deal, from 1: by state, the customer’s choice, submission and id.",
        ),
        OutputColumn::new("holder", Flag, "Whether it holds the deal."),
        OutputColumn::new(
            "until",
            Date,
            "The last day of its protection, where it is approved and the list does not deny it.",
        )
        .or_null(),
        OutputColumn::new(
            "reason",
            Text,
            "Why it is denied or returned; `registration-tie` where it ties; `two-policies` where two are for it.",
        )
        .or_null(),
    ],
    sorted_by: &["deal_id", "rank"],
};

/// conflicts.csv.
pub static CONFLICT_FILE: OutputFile = OutputFile {
    name: CONFLICTS,
    meaning: "A conflict of two payees on a deal of the period or on an open opportunity: one row for each. Only in results of \
              projects with conflicts.",
    columns: &[
        OutputColumn::new("conflict_id", Text, "`kind:subject:a:b`, or its own where it was raised."),
        OutputColumn::new("kind", Word(Words::ConflictKinds), "What it is about."),
        OutputColumn::new("deal_id", Text, "The deal; empty for what is open.").or_null(),
        OutputColumn::new("opportunity_id", Text, "The opportunity.").or_null(),
        OutputColumn::new("role", Text, "The disputed role.").or_null(),
        OutputColumn::new("claimant_a", Text, "One of the two payees."),
        OutputColumn::new("claimant_b", Text, "The other one."),
        OutputColumn::new("day", Date, "Since when it is."),
        OutputColumn::new("level", Text, "The level that decided, else the one that it has reached.")
            .or_null(),
        OutputColumn::new("due", Date, "Until when that level is to decide.").or_null(),
        OutputColumn::new("state", Word(Words::ConflictStates), "What has become of it."),
        OutputColumn::new("decision_id", Text, "The decision that holds.").or_null(),
        OutputColumn::new("outcome", Word(Words::Outcomes), "What it says.").or_null(),
        OutputColumn::new(
            "held",
            Money,
            "The sum of the period’s amounts that it holds until it is decided.",
        ),
        OutputColumn::new("value", Sum, "The amount of the deal or the opportunity, in the book’s currency.")
            .or_null(),
        OutputColumn::new("score_a", Number(6), "What the criteria give the first payee.").or_null(),
        OutputColumn::new("score_b", Number(6), "What they give the other one.").or_null(),
        OutputColumn::new("why", Text, "Why it was decided so; else why the latest decision does not count.")
            .or_null(),
    ],
    sorted_by: &["conflict_id", "deal_id"],
};

/// price_audit.csv.
pub static PRICE_AUDIT_FILE: OutputFile = OutputFile {
    name: PRICE_AUDIT,
    meaning: "What a won deal of the period was sold at: one row for each with a price policy. Only in results of projects with \
              price books or price policies.",
    columns: &[
        OutputColumn::new("deal_id", Text, "The deal."),
        OutputColumn::new("channel", Text, "How it was sold.").or_null(),
        OutputColumn::new("price_book", Text, "The price book that is for it.").or_null(),
        OutputColumn::new("list", Sum, "Its list price, in the book’s currency.").or_null(),
        OutputColumn::new("amount", Sum, "Its amount, in the book’s currency."),
        OutputColumn::new("given", Number(6), "The discount that was given, as a fraction.").or_null(),
        OutputColumn::new("allowed", Rate, "The discount that is allowed, as a fraction.").or_null(),
        OutputColumn::new("over", Rate, "What was given beyond that.").or_null(),
        OutputColumn::new("approval_id", Text, "The earliest approval that serves.").or_null(),
        OutputColumn::new("breach", Flag, "Whether more was given than is allowed, and nobody approved it."),
        OutputColumn::new("below_floor", Money, "How far its lines are below their floor prices."),
    ],
    sorted_by: &["deal_id"],
};
