//! What can be wrong with `apportion.toml`, and with TOML at all.

use apportion::diagnostic::Code;

use crate::findings::entry::{Entry, Place, entry};
use crate::findings::project::Change;

const BOOK: &str = "apportion.toml";

fn code(code: Code, remedy: &'static str) -> Entry {
    entry(code.family(), code.word(), code.meaning(), remedy)
}

pub fn entries() -> Vec<Entry> {
    vec![
        code(
            Code::TomlSyntax,
            "Correct the line that is shown: most often a quote, a comma or a bracket is missing, or a text is not in quotes.",
        )
        .when(BOOK, "currency = \"USD\"", "currency = USD")
        .when("rules/new-business.toml", "rate = \"10%\"", "rate = 10%"),
        code(
            Code::UnknownKey,
            "Take the name that is suggested, or remove the key.",
        )
        .when(BOOK, "incomplete = \"hold\"", "incomplet = \"hold\"")
        .when(BOOK, "[sources.splits]\n", "[sources.splits]\ncolumn = {}\n")
        .when("rules/stipend.toml", "amount = \"250\"\n", "amount = \"250\"\nmount = \"250\"\n"),
        code(Code::MissingKey, "Add it; the help shows how it is written.")
            .when(BOOK, "currency = \"USD\"\n", "")
            .when("rules/stipend.toml", "id = \"cosell-stipend\"\n", "")
            .when("rules/new-business.toml", "roles = [ { role = \"sourced\", share = \"40%\" }, { role = \"closed\", share = \"60%\" } ]", ""),
        code(
            Code::MisplacedKey,
            "Remove it, or move it to where it belongs.",
        )
        .when(BOOK, "[sources.quotas]\n", "[sources.quotas]\nquoted = \"unit-per-book\"\n")
        .when("rules/declared.toml", "model = \"declared\"", "model = \"equal\"\noverlay = true"),
        code(
            Code::WrongType,
            "Write the type that the message names. Numbers and dates have no quotes in expressions; a column of an untyped file is text unless `types` of its source says otherwise.",
        )
        .when("rules/new-business.toml", "deal_type = 'new' AND coalesce(seats, 1) > 0", "deal_type = 'new' AND coalesce(seats, 1) > 'many'")
        .when(BOOK, "fiscal_year_starts = 1", "fiscal_year_starts = \"January\"")
        .when("rules/new-business.toml", "deal_type = 'new' AND coalesce(seats, 1) > 0", "deal_type")
        .when("rules/stipend.toml", "amount = \"250\"", "amount = { by = \"seats\", is = { x = \"500\" } }"),
        code(Code::BadPath, "Name a folder below that of the project, such as \"ledger\".").when_added(
            BOOK,
            "\n[ledger]\nfirst = \"2026-01\"\npath = \"../ledger\"\n",
        ),
        code(Code::EmptyText, "Fill it in.").when(
            BOOK,
            "name = \"Northwind channel programme\"",
            "name = \"\"",
        ),
        code(Code::EmptyList, "Name at least one, or remove the key where it may be left out.")
            .when(BOOK, "rules = [\"rules/*.toml\"]", "rules = []")
            .when("rules/override.toml", "credits = [\"new-business\"]", "credits = []"),
        code(Code::UnknownChoice, "Take one of the words in the help.")
            .when(BOOK, "rounding = \"half-away-from-zero\"", "rounding = \"half-up\"")
            .when("rules/commission.toml", "every = \"quarter\"", "every = \"week\"")
            .when("rules/stipend.toml", "amount = \"250\"", "amount = \"250\"\nper = \"deals\""),
        code(Code::InvalidNumber, "Write a number in the range that the message names.")
            .when(BOOK, "fiscal_year_starts = 1", "fiscal_year_starts = 13")
            .when("rules/renewal.toml", "from = 3", "from = -3"),
        code(Code::InvalidDate, "Write year-month-day, as in 2026-01-01; quotes are optional.")
            .when("rules/stipend.toml", "from = 2026-01-01", "from = \"1.1.2026\"")
            .when("rules/stipend.toml", "from = 2026-01-01", "from = 2026-01-01T10:00:00"),
        code(Code::UnknownCurrency, "Write its three-letter code, as in USD, EUR or JPY.").when(
            BOOK,
            "currency = \"USD\"",
            "currency = \"USX\"",
        ),
        code(Code::BadGlob, "Close the bracket, or write the path without wildcards.").when(
            BOOK,
            "rules = [\"rules/*.toml\"]",
            "rules = [\"rules/[a.toml\"]",
        ),
        code(
            Code::BadDateFormat,
            "Use strftime letters: `%Y-%m-%d`, `%d.%m.%Y`, `%m/%d/%y`.",
        )
        .when(BOOK, "path = \"data/quotas.csv\"", "path = \"data/quotas.csv\"\ndates = \"%d.%m\""),
        code(Code::BadDelimiter, "Write one character; a tab is `\"\\t\"`.")
            .when(BOOK, "path = \"data/quotas.csv\"", "path = \"data/quotas.csv\"\ndelimiter = \";;\"")
            .when(BOOK, "path = \"data/quotas.csv\"", "path = \"data/quotas.csv\"\nquote = \"“\""),
        code(
            Code::BadDefault,
            "Write it as a cell of that column would be written, with a decimal point.",
        )
        .when(BOOK, "path = \"data/engagements.csv\"", "path = \"data/engagements.csv\"\ndefaults = { weight = \"much\" }"),
        code(Code::MissingSource, "Add a `[sources.…]` table with a `path`, or take the rule out.")
            .when(BOOK, "[sources.payees]\npath = \"data/payees.csv\"\n", "")
            .refused(vec![Change::Replace(BOOK, "[sources.splits]\npath = \"data/splits.csv\"\n", "")], Place::In("rules/declared.toml"))
            .refused(vec![Change::Replace(BOOK, "[sources.quotas]\npath = \"data/quotas.csv\"\n", "")], Place::In("rules/commission.toml")),
        code(
            Code::ComputedColumn,
            "Give the column another name in the file, or leave it out of the export.",
        )
        .refused(vec![Change::Replace("data/deals.csv", "close_date", "close_date,nth_of_account")], Place::In(BOOK)),
        code(
            Code::MissingColumn,
            "Say in `columns` what the file calls it, for example `close_date = \"Closed On\"`; or give a value for every row in `defaults`.",
        )
        .refused(vec![Change::Replace("data/deals.csv", "close_date", "closed_on")], Place::In(BOOK))
        .when(BOOK, "path = \"data/splits.csv\"", "path = \"data/splits.csv\"\ncolumns = { percent = \"Percent\" }"),
        code(Code::MixedTypes, "Give it one type in `types` of the untyped source, or convert it with `{ expr = … }`.").refused(
            vec![
                Change::Replace(BOOK, "[sources.quotas]", "[[sources.quotas]]"),
                Change::Replace(BOOK, "[sources.deals]\npath = \"data/deals.csv\"\ntypes = { seats = \"number\", fee = \"money\", signed_on = \"date\", strategic = \"boolean\" }\n", "[[sources.deals]]\npath = \"data/deals.csv\"\ntypes = { seats = \"number\", fee = \"money\", signed_on = \"date\", strategic = \"boolean\" }\n\n[[sources.deals]]\npath = \"data/more.csv\"\n"),
                Change::Write("data/more.csv", b"deal_id,outcome,close_date,amount,seats\n".to_vec()),
            ],
            Place::Changed,
        ),
        code(Code::NoProject, "Go to the project's folder, or name it with `--project`.").commanded(
            &["run", "--period", "2026-07", "--project", "elsewhere"],
            vec![],
        ),
        code(Code::CannotRead, "Save it as UTF-8 and look at its permissions.")
            .refused(vec![Change::Write("rules/latin.toml", b"# caf\xe9\n".to_vec())], Place::Nowhere),
        code(Code::NoRuleFiles, "Paths are relative to the folder of the project file; look at the spelling.").when(
            BOOK,
            "rules = [\"rules/*.toml\"]",
            "rules = [\"rules/*.toml\", \"more/*.toml\"]",
        ),
    ]
}
