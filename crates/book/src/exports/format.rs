//! The words of exports.

use crate::choices;

choices! {
    /// What an export writes.
    pub enum ExportFormat {
        AdpWorkforceNow = "adp-workforce-now", "ADP Workforce Now: paydata for import";
        AdpRun = "adp-run", "ADP RUN: time sheet import";
        PaychexFlex = "paychex-flex", "Paychex Flex: standard payroll import";
        Gusto = "gusto", "Gusto: earnings by employee";
        Paylocity = "paylocity", "Paylocity: pay entry";
        DatevLodas = "datev-lodas", "DATEV LODAS: ASCII import";
        DatevLohnUndGehalt = "datev-lohn-und-gehalt", "DATEV Lohn und Gehalt: Bewegungsdaten";
        Pain00100109 = "pain.001.001.09", "ISO 20022 credit transfers, version of 2019";
        Pain00100103 = "pain.001.001.03", "ISO 20022 credit transfers, version of 2009";
        NachaPpd = "nacha-ppd", "NACHA file of credits to persons";
        NachaCcd = "nacha-ccd", "NACHA file of credits to companies";
        Template = "template", "A file whose columns the project lists";
        DoubleEntry = "double-entry", "Our own journal: two rows a movement";
        NetSuite = "netsuite", "NetSuite: journal import";
        QuickBooksOnline = "quickbooks-online", "QuickBooks Online: journal import";
        Xero = "xero", "Xero: manual journal import";
        Dynamics365 = "dynamics-365", "Dynamics 365 Finance: entity General journal";
        SapF2548 = "sap-f2548", "SAP S/4HANA: Upload General Journal Entries";
        DatevExtf = "datev-extf", "DATEV: Buchungsstapel";
        Beancount = "beancount", "Beancount";
        Hledger = "hledger", "hledger and Ledger";
    }
}

/// What sort of file a format is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFamily {
    /// Payroll pays it.
    Payroll,
    /// A bank pays it.
    Payment,
    /// A file of the project's own layout; it pays, unless it says that it does not.
    Template,
    /// Accounting books it; it pays nothing.
    Journal,
}

impl ExportFormat {
    /// What sort of file it is.
    pub const fn family(self) -> ExportFamily {
        match self {
            Self::AdpWorkforceNow
            | Self::AdpRun
            | Self::PaychexFlex
            | Self::Gusto
            | Self::Paylocity
            | Self::DatevLodas
            | Self::DatevLohnUndGehalt => ExportFamily::Payroll,
            Self::Pain00100109 | Self::Pain00100103 | Self::NachaPpd | Self::NachaCcd => {
                ExportFamily::Payment
            }
            Self::Template => ExportFamily::Template,
            Self::DoubleEntry
            | Self::NetSuite
            | Self::QuickBooksOnline
            | Self::Xero
            | Self::Dynamics365
            | Self::SapF2548
            | Self::DatevExtf
            | Self::Beancount
            | Self::Hledger => ExportFamily::Journal,
        }
    }
}

choices! {
    /// Whether a payee has one sum or items.
    pub enum Detail {
        Payee = "payee", "One sum for each payee";
        Rule = "rule", "Items: by rule, adjustments, guarantee, advance, recovery and what is carried";
    }
}

choices! {
    /// What happens to an item below 0.
    pub enum Negative {
        Keep = "keep", "It stands in the file";
        Net = "net", "It comes off the payee's other items, the last first";
        Error = "error", "It is an error";
    }
}

choices! {
    /// What happens to a name that is too long.
    pub enum LongNames {
        Error = "error", "It is an error";
        Cut = "cut", "It is cut, and the manifest says so";
    }
}

choices! {
    /// Which rules a transfer follows.
    pub enum Scheme {
        Sepa = "sepa", "SEPA: euros, by IBAN";
        Cgi = "cgi", "CGI: other currencies and countries";
    }
}

choices! {
    /// Where a cell stands in its width.
    pub enum Alignment {
        Left = "left", "At the beginning";
        Right = "right", "At the end";
    }
}

choices! {
    /// Which cells are quoted.
    pub enum QuoteStyle {
        Needed = "needed", "Those that need it";
        All = "all", "All";
        None = "none", "None: a cell that would need it is an error";
    }
}

choices! {
    /// How a file is encoded.
    pub enum TextEncoding {
        Utf8 = "utf-8", "UTF-8";
        Utf8Bom = "utf-8-bom", "UTF-8 with a byte-order mark";
        Windows1252 = "windows-1252", "Windows code page 1252";
        Ascii = "ascii", "ASCII";
    }
}

choices! {
    /// How an amount below 0 is written.
    pub enum Sign {
        Before = "before", "A minus before it";
        After = "after", "A minus after it";
        Parentheses = "parentheses", "In parentheses";
        Opposite = "opposite", "With the opposite sign: what is paid has the minus";
    }
}
