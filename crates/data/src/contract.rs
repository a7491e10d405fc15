//! The columns of the six input tables, as the contract's table in section 2 lists them.
//!
//! One description drives opening, reading, checking, keys and rejects of all six tables alike.

use apportion_book::TableName;
use apportion_expr::Type;

/// What a cell of a column must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// `won` or `lost`.
    Outcome,
    Date,
    /// A text that names a period.
    Period,
    /// Millionths; below 10^12.
    Money,
    /// Money above 0.
    Quota,
    /// Billionths, at least 0.
    Weight,
    /// Billionths, 0 to 1000.
    Percent,
    /// Billionths, above 0.
    Rate,
    /// A number among the attributes: billionths.
    Number,
    Boolean,
}

impl Kind {
    /// What expressions see.
    pub(super) fn expr_type(self) -> Type {
        match self {
            Self::Text | Self::Outcome | Self::Period => Type::Text,
            Self::Date => Type::Date,
            Self::Money | Self::Quota | Self::Weight | Self::Percent | Self::Rate | Self::Number => {
                Type::Number
            }
            Self::Boolean => Type::Boolean,
        }
    }

    /// Decimals of the integers in which a column of this kind is held.
    pub(super) fn scale(self) -> u32 {
        match self {
            Self::Money | Self::Quota => 6,
            Self::Weight | Self::Percent | Self::Rate | Self::Number => 9,
            Self::Text | Self::Outcome | Self::Date | Self::Period | Self::Boolean => 0,
        }
    }
}

/// Which ids share one numbering: columns of several tables that name the same things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Domain {
    Deal,
    Payee,
    Account,
    /// The column's own texts.
    Own,
}

/// What stands for a null once `defaults` has been applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standard {
    Null,
    Text(&'static str),
    /// The code of the book's currency.
    BookCurrency,
}

/// One column of the contract.
#[derive(Debug, Clone, Copy)]
pub(super) struct ColumnSpec {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) domain: Domain,
    pub(super) required: bool,
    pub(super) standard: Standard,
    /// A finding after the cells may quote the cell, so it is kept as it stood.
    pub(super) quoted: bool,
    /// The engine itself asks nothing of it: where no rule names it, rows are only compared by it.
    pub(super) for_rules: bool,
}

/// One table of the contract.
#[derive(Debug)]
pub(super) struct TableSpec {
    pub(super) table: TableName,
    pub(super) columns: &'static [ColumnSpec],
    /// Columns whose parts make the key.
    pub(super) key: &'static [usize],
    /// Two columns of which a row needs one; a row without is reported at the first.
    pub(super) one_of: Option<[usize; 2]>,
}

const fn column(name: &'static str, kind: Kind) -> ColumnSpec {
    ColumnSpec {
        name,
        kind,
        domain: Domain::Own,
        required: false,
        standard: Standard::Null,
        quoted: false,
        for_rules: false,
    }
}

const fn text(name: &'static str) -> ColumnSpec {
    column(name, Kind::Text)
}

impl ColumnSpec {
    const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    const fn of(self, domain: Domain) -> Self {
        Self { domain, ..self }
    }

    const fn standing_for_null(self, standard: Standard) -> Self {
        Self { standard, ..self }
    }

    const fn quoted(self) -> Self {
        Self { quoted: true, ..self }
    }

    const fn for_rules(self) -> Self {
        Self { for_rules: true, ..self }
    }
}

/// Positions of the columns of deals that later steps name.
pub(super) mod deals {
    pub(crate) const DEAL_ID: usize = 0;
    pub(crate) const OUTCOME: usize = 1;
    pub(crate) const CLOSE_DATE: usize = 2;
    pub(crate) const AMOUNT: usize = 3;
    pub(crate) const CURRENCY: usize = 4;
    pub(crate) const ACCOUNT_ID: usize = 6;
    pub(crate) const LIST_AMOUNT: usize = 8;
    pub(crate) const RENEWS_DEAL_ID: usize = 10;
}

/// Positions of the columns of engagements that later steps name.
pub(super) mod engagements {
    pub(crate) const ENGAGEMENT_ID: usize = 0;
    pub(crate) const DEAL_ID: usize = 1;
    pub(crate) const ACCOUNT_ID: usize = 2;
    pub(crate) const PAYEE_ID: usize = 3;
    pub(crate) const ROLE: usize = 4;
    pub(crate) const OCCURRED_ON: usize = 5;
    pub(crate) const WEIGHT: usize = 6;
}

/// Positions of the columns of payees that later steps name.
pub(super) mod payees {
    pub(crate) const PAYEE_ID: usize = 0;
    pub(crate) const MANAGER_ID: usize = 4;
}

/// Positions of the columns of splits that later steps name.
pub(super) mod splits {
    pub(crate) const DEAL_ID: usize = 0;
    pub(crate) const PAYEE_ID: usize = 1;
    pub(crate) const PERCENT: usize = 2;
    pub(crate) const ROLE: usize = 3;
}

/// Positions of the columns of quotas that later steps name.
pub(super) mod quotas {
    pub(crate) const PAYEE_ID: usize = 0;
    pub(crate) const PERIOD: usize = 1;
    pub(crate) const AMOUNT: usize = 2;
}

/// Positions of the columns of fx_rates that later steps name.
pub(super) mod fx_rates {
    pub(crate) const DATE: usize = 0;
    pub(crate) const CURRENCY: usize = 1;
    pub(crate) const RATE: usize = 2;
}

static DEALS: TableSpec = TableSpec {
    table: TableName::Deals,
    columns: &[
        text("deal_id").of(Domain::Deal).required(),
        column("outcome", Kind::Outcome).required(),
        column("close_date", Kind::Date).required(),
        column("amount", Kind::Money).required().quoted(),
        text("currency").standing_for_null(Standard::BookCurrency).quoted(),
        text("deal_type").for_rules(),
        text("account_id").of(Domain::Account),
        text("channel").for_rules(),
        column("list_amount", Kind::Money).quoted(),
        text("registration_id").for_rules(),
        text("renews_deal_id").of(Domain::Deal),
        text("reverses_deal_id").of(Domain::Deal),
    ],
    key: &[0],
    one_of: None,
};

static ENGAGEMENTS: TableSpec = TableSpec {
    table: TableName::Engagements,
    columns: &[
        text("engagement_id").for_rules(),
        text("deal_id").of(Domain::Deal).quoted(),
        text("account_id").of(Domain::Account),
        text("payee_id").of(Domain::Payee).required().quoted(),
        text("role").required(),
        column("occurred_on", Kind::Date),
        column("weight", Kind::Weight).standing_for_null(Standard::Text("1")),
        text("activity").for_rules(),
    ],
    key: &[0],
    one_of: Some([1, 2]),
};

static PAYEES: TableSpec = TableSpec {
    table: TableName::Payees,
    columns: &[
        text("payee_id").of(Domain::Payee).required(),
        text("name"),
        text("kind").for_rules(),
        text("tier").for_rules(),
        text("manager_id").of(Domain::Payee).quoted(),
        text("currency").standing_for_null(Standard::BookCurrency),
        column("start_date", Kind::Date),
        column("end_date", Kind::Date),
    ],
    key: &[0],
    one_of: None,
};

static SPLITS: TableSpec = TableSpec {
    table: TableName::Splits,
    columns: &[
        text("deal_id").of(Domain::Deal).required().quoted(),
        text("payee_id").of(Domain::Payee).required().quoted(),
        column("percent", Kind::Percent).required(),
        text("role"),
    ],
    key: &[0, 1, 3],
    one_of: None,
};

static QUOTAS: TableSpec = TableSpec {
    table: TableName::Quotas,
    columns: &[
        text("payee_id").of(Domain::Payee).required().quoted(),
        column("period", Kind::Period).required(),
        column("amount", Kind::Quota).required(),
    ],
    key: &[0, 1],
    one_of: None,
};

static FX_RATES: TableSpec = TableSpec {
    table: TableName::FxRates,
    columns: &[
        column("date", Kind::Date).required(),
        text("currency").required(),
        column("rate", Kind::Rate).required(),
    ],
    key: &[0, 1],
    one_of: None,
};

/// The columns of a table.
pub(super) fn spec(table: TableName) -> &'static TableSpec {
    match table {
        TableName::Deals => &DEALS,
        TableName::Engagements => &ENGAGEMENTS,
        TableName::Payees => &PAYEES,
        TableName::Splits => &SPLITS,
        TableName::Quotas => &QUOTAS,
        TableName::FxRates => &FX_RATES,
    }
}

/// The columns that the contract lists for a table; any other is an attribute.
pub fn contract_columns(table: TableName) -> impl Iterator<Item = &'static str> {
    spec(table).columns.iter().map(|column| column.name)
}

/// Columns that rules may name although no file has them.
pub(super) fn derived(table: TableName) -> &'static [(&'static str, Type)] {
    match table {
        TableName::Deals => &[("source_amount", Type::Number), ("discount", Type::Number)],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_those_of_the_names() {
        let name = |table, at: usize| spec(table).columns[at].name;
        for (at, expected) in [
            (deals::DEAL_ID, "deal_id"),
            (deals::OUTCOME, "outcome"),
            (deals::CLOSE_DATE, "close_date"),
            (deals::AMOUNT, "amount"),
            (deals::CURRENCY, "currency"),
            (deals::ACCOUNT_ID, "account_id"),
            (deals::LIST_AMOUNT, "list_amount"),
            (deals::RENEWS_DEAL_ID, "renews_deal_id"),
        ] {
            assert_eq!(name(TableName::Deals, at), expected);
        }
        for (at, expected) in [
            (engagements::ENGAGEMENT_ID, "engagement_id"),
            (engagements::DEAL_ID, "deal_id"),
            (engagements::ACCOUNT_ID, "account_id"),
            (engagements::PAYEE_ID, "payee_id"),
            (engagements::ROLE, "role"),
            (engagements::OCCURRED_ON, "occurred_on"),
            (engagements::WEIGHT, "weight"),
        ] {
            assert_eq!(name(TableName::Engagements, at), expected);
        }
        assert_eq!(name(TableName::Payees, payees::PAYEE_ID), "payee_id");
        assert_eq!(name(TableName::Payees, payees::MANAGER_ID), "manager_id");
        assert_eq!(name(TableName::Splits, splits::DEAL_ID), "deal_id");
        assert_eq!(name(TableName::Splits, splits::PAYEE_ID), "payee_id");
        assert_eq!(name(TableName::Splits, splits::PERCENT), "percent");
        assert_eq!(name(TableName::Splits, splits::ROLE), "role");
        assert_eq!(name(TableName::Quotas, quotas::PAYEE_ID), "payee_id");
        assert_eq!(name(TableName::Quotas, quotas::PERIOD), "period");
        assert_eq!(name(TableName::Quotas, quotas::AMOUNT), "amount");
        assert_eq!(name(TableName::FxRates, fx_rates::DATE), "date");
        assert_eq!(name(TableName::FxRates, fx_rates::CURRENCY), "currency");
        assert_eq!(name(TableName::FxRates, fx_rates::RATE), "rate");
    }
}
