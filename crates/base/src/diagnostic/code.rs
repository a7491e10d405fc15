//! The registry of codes: what an error, a finding of `check` or a finding of `verify` is called, and what it means.
//!
//! A word means one thing wherever it is shown. The words of rejects and of uncredited deals are fixed by the files that
//! they are written to; they are the enums `RejectCode` and `Reason` of the crates that find them.

use std::fmt;

/// The page that explains every code with an example and what to do, from the repository's top.
pub const PAGE: &str = "docs/findings.md";

/// Findings of `check` that have the same word as a reason of uncredited.csv. They count the deals or payees to which a run
/// would give that reason.
pub const OF_REASONS: [Code; 6] =
    [Code::NoBasis, Code::NoQuota, Code::NoRule, Code::SplitsNot100, Code::TerritoryTie, Code::TwoRules];

/// Errors of rules that have the same word as a reject: shares of roles and of decisions.
pub const OF_REJECTS: [Code; 1] = [Code::SharesNot100];

/// Where on the page a code is explained: what was being looked at when it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Of `apportion.toml`, and of TOML files at all.
    Configuration,
    /// Of rule files.
    Rules,
    /// Of expressions in rules and sources.
    Expressions,
    /// Of a file of data as a whole.
    Files,
    /// Rows of the data that can't be used. None of [`Code`].
    Rejects,
    /// Deals without a payment. None of [`Code`].
    Uncredited,
    /// Of case files.
    Cases,
    /// Of closing months, and of the ledger.
    Ledger,
    /// Of payment details and of files for payroll, banks and books.
    Exports,
    /// Of commands and result folders.
    Results,
    /// Findings of `apportion check`.
    Checks,
    /// Findings of `apportion verify`.
    Verification,
}

/// From one line per code: the enum, its words, meanings and families, and the list of all.
macro_rules! codes {
    ($($family:ident { $($code:ident = $word:literal: $meaning:literal,)* })*) => {
        /// What was found, for people who look it up and programs that act on it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[doc = $meaning] $code,)*)*
        }

        impl Code {
            /// Every code, family by family.
            pub const ALL: &[Self] = &[$($(Self::$code,)*)*];

            /// As it is shown and given to `--allow`: kebab-case.
            pub const fn word(self) -> &'static str {
                match self { $($(Self::$code => $word,)*)* }
            }

            /// What was found, in a sentence or two.
            pub const fn meaning(self) -> &'static str {
                match self { $($(Self::$code => $meaning,)*)* }
            }

            /// Where it is explained.
            pub const fn family(self) -> Family {
                match self { $($(Self::$code => Family::$family,)*)* }
            }
        }
    };
}

impl Code {
    /// The code that is written with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.word() == word)
    }

    /// Where it is explained: `docs/findings.md#bad-glob`.
    pub fn page(self) -> String {
        format!("{PAGE}#{}", self.anchor())
    }

    /// Its heading on the page, as links name it.
    pub fn anchor(self) -> String {
        match self.elsewhere() {
            Some(where_found) => format!("{}-{where_found}", self.word()),
            None => self.word().to_owned(),
        }
    }

    /// What sets it apart on the page, where a reject or a reason has the same word: `check`, `rule`.
    pub fn elsewhere(self) -> Option<&'static str> {
        let of_check = OF_REASONS.contains(&self).then_some("check");
        of_check.or_else(|| OF_REJECTS.contains(&self).then_some("rule"))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

codes! {
    Configuration {
        BadDateFormat = "bad-date-format":
            "A format of dates that does not name year, month and day, so that two dates could look \
             alike.",
        BadDefault = "bad-default": "A default that its column can't take.",
        BadDelimiter = "bad-delimiter": "A delimiter or a quote that is not one ASCII character.",
        BadGlob = "bad-glob": "A pattern of paths that can't be read.",
        CannotRead = "cannot-read":
            "A file of the project, of rules, cases or a result can't be read: it is not UTF-8, or this \
             user may not read it.",
        EmptyList = "empty-list": "A list that must name something is empty.",
        EmptyText = "empty-text": "A text that must say something is empty.",
        BadPath = "bad-path": "A folder that a command would write to is not one of the project.",
        InvalidDate = "invalid-date": "A value that is no date of the calendar.",
        InvalidNumber = "invalid-number":
            "A number that the key can't take: not whole, out of its range, or not a number at all.",
        MisplacedKey = "misplaced-key": "A key that is known, in a place where it can't mean anything.",
        ComputedColumn = "computed-column":
            "A file has a column of the name of one that is computed, such as `nth_of_account`.",
        MissingColumn = "missing-column":
            "A file lacks a required column, or one that `columns` names.",
        MissingKey = "missing-key": "A key is not there that has no default.",
        MissingSource = "missing-source":
            "A source that is needed is not there: deals and payees always are, the others where a rule \
             rests on them.",
        MixedTypes = "mixed-types":
            "One column has different types in two files of a table: text here, a number there.",
        NoProject = "no-project": "There is no `apportion.toml` in this folder or above it.",
        NoRuleFiles = "no-rule-files": "A pattern under `rules` finds no file.",
        TomlSyntax = "toml-syntax": "A project file or a rule file is not TOML.",
        UnknownChoice = "unknown-choice": "A word that is none of those the key knows.",
        UnknownCurrency = "unknown-currency": "A currency that ISO 4217 does not have.",
        UnknownKey = "unknown-key":
            "A key that is not known in this place. It is refused because a misspelled key would silently \
             not apply.",
        WrongType = "wrong-type":
            "A value is of another type than the key takes; or, in an expression, an operator gets what \
             it can't take: a number beside a text, a number where a condition belongs.",
    }
    Rules {
        AmbiguousRate = "ambiguous-rate":
            "Two rows of a rate table match with as many cells as each other, so that nothing decides which one counts.",
        BadAmount = "bad-amount":
            "An amount that can't be one: not a number, negative, with a percent sign, or finer than the \
             currency where it is paid out.",
        BadId = "bad-id": "The id of a rule is not kebab-case.",
        BadRate = "bad-rate":
            "A rate that can't be one. A bare number is a fraction: 0.10 is 10%, and 10 would be 1,000%.",
        BadRateTable = "bad-rate-table":
            "A rate table can't be used as one: it has no rows, a row has more or fewer cells than the header, or a cell is \
             not of the type of the column that it is compared with.",
        DuplicateCap = "duplicate-cap": "Two caps of one kind in one rule.",
        DuplicateCredit = "duplicate-credit": "`credits` names a rule twice; its credit would count double.",
        DuplicateRole = "duplicate-role": "A role is listed twice.",
        DuplicateRule = "duplicate-rule": "Rules of different kinds share an id.",
        DuplicatePolicy = "duplicate-policy":
            "Two policies of the channel say what only one can: who leads, or how a kind of conflict is settled.",
        ListedTwice = "listed-twice": "A list names something twice.",
        MisplacedCap = "misplaced-cap": "A cap per deal on a kind of rule that has none.",
        BonusFromZero = "bonus-from-zero": "A tier from 0 has a bonus, which everyone would have from the start.",
        MixedTiers = "mixed-tiers": "Some tiers of a rule are in percent of quota and others in amounts.",
        NotAscending = "not-ascending": "The `from`s of tiers or rates don't ascend.",
        NumberTooLarge = "number-too-large":
            "A result has more digits than are possible: 18 for an amount, 38 for an intermediate result. \
             The message names the rule and the deal.",
        OverlappingVersions = "overlapping-versions":
            "A version of a rule has an `until` on or after the day on which the next one begins: two \
             formulas would be in force.",
        RateTableTooLarge = "rate-table-too-large":
            "A rate table has more bytes, rows or columns than are taken: 64 MiB, 1,000,000 rows, 60 columns.",
        RolesAndModel = "roles-and-model": "A rule has `roles` and a `model`: it can share in one way only.",
        SharesNot100 = "shares-not-100": "The shares of the roles don't add up to 100%.",
        TooManyLevels = "too-many-levels": "An override has more levels than are taken.",
        TooManyRules = "too-many-rules":
            "More rules, versions of one rule, or roles of one version than can be numbered: 65,535.",
        UnknownRule = "unknown-rule":
            "`credits` or a case names a rule that does not exist, or `credits` one that credits nothing.",
        UntilBeforeFrom = "until-before-from": "A version of a rule ends before it begins.",
        VersionsDisagree = "versions-disagree":
            "Versions of one rule differ in what its running totals rest on: `credits`, `every`, `mode`, \
             or the unit of tiers.",
    }
    Expressions {
        AmbiguousColumn = "ambiguous-column": "A bare name that two tables in scope have.",
        BadLiteral = "bad-literal":
            "A literal that has no value: a date that is not in the calendar, a number of more than 38 \
             digits.",
        ExpressionFailed = "expression-failed":
            "An expression of a source has no value on a row of its file: a number of more than 38 \
             digits, a text that is too long.",
        Syntax = "syntax": "An expression that can't be read.",
        UnknownColumn = "unknown-column": "A name that is no column of a table in scope.",
        UnknownFunction = "unknown-function": "A function that the language does not have.",
        UnknownTable = "unknown-table":
            "A table that the expression can't see. What is in scope depends on the key: `when` sees \
             deals, `engaged` sees engagements, payees and deals.",
        UnsupportedExpression = "unsupported-expression":
            "A part of SQL that the expression language leaves out.",
        WrongArguments = "wrong-arguments":
            "A function with too many arguments, too few, or others than it takes.",
    }
    Files {
        BadEncoding = "bad-encoding": "A file has bytes that are no text in the encoding of its source.",
        DuplicateColumn = "duplicate-column": "Two columns of a file have one name.",
        EmptyFile = "empty-file": "A file without a header.",
        MissingHeader = "missing-header":
            "No row of a file is the one that `header` says.",
        MissingFile = "missing-file": "A path or glob of a source finds no file.",
        OverlookedFile = "overlooked-file":
            "A file fits a pattern of paths but for upper and lower case, so that it would not be read.",
        RecordTooLong = "record-too-long":
            "A record of a text file, or a text of a typed one, is longer than 16 MiB.",
        TooManyRejects = "too-many-rejects":
            "More than 1,000,000 rows of a table can't be used, or their values are more than 256 MiB: that is another \
             file than the source says, and no list that anybody would read.",
        TooManyRows = "too-many-rows":
            "A table has more rows than can be numbered, 4,294,967,294, or a column more different texts than can be held: 2 GiB.",
        UnclosedQuote = "unclosed-quote":
            "A quote that opens in a record and never closes: all that follows would be one cell.",
        UnknownFormat = "unknown-format": "The extension of a file says no format that can be read.",
        UnknownRange = "unknown-range":
            "A workbook has no cells, table or defined name of the name in `range`.",
        UnknownSheet = "unknown-sheet": "A workbook has no sheet of the name in `sheet`.",
        UnreadableFile = "unreadable-file":
            "A file that can't be read as what its extension says: cut off, damaged, or something else.",
        UnpacksTooLarge = "unpacks-too-large":
            "A compressed file unpacks to more than the `max_unpacked` of its source, or to a multiple of its size that no table has.",
        UnsupportedColumn = "unsupported-column":
            "A column of a typed file that is in use holds what no rule can use: bytes, lists, \
             structures.",
    }
    Cases {
        BadPeriod = "bad-period": "The period of a case is none.",
        BadTable = "bad-table":
            "A table of a case is none: a row has more or fewer cells than the header, or a column has no \
             name or the name of another.",
        DuplicateCase = "duplicate-case":
            "Two cases of a file have the same name, so that it would not be clear which one failed.",
        NoCases = "no-cases":
            "There is no case file where one was looked for, or no case with the text of `--case` in its \
             name.",
    }
    Ledger {
        AlreadyApproved = "already-approved": "Somebody approves a draft for the second time, and a name counts once.",
        ApprovalMissing = "approval-missing": "A draft is to be posted, and not as many people have approved it as the project asks for.",
        BadOpening = "bad-opening": "The balances of the system before can't be used as they are.",
        BrokenLedger = "broken-ledger": "A ledger is not as it was written: a close, a file, an approval or a copy is missing, or is another one.",
        BadAccounts = "bad-accounts": "A table of accounts can't be used as it is.",
        ClosesDiffer = "closes-differ": "The ledger is not what it was when the draft was made, or its closes do not follow each other.",
        DraftOutdated = "draft-outdated": "A draft rests on files that have changed since, so what it says may not be so any more.",
        InputsNotKept = "inputs-not-kept": "A month is to be looked into as it was when it was closed, and its ledger keeps no copies of the data.",
        JournalDiffers = "journal-differs": "What was read back from a journal is not what the close posted. Nothing is written.",
        JournalDoesNotFit = "journal-does-not-fit": "A journal does not fit into its format: an account, a text, a reference, or a key that the format needs.",
        LargeTrueUps = "large-true-ups": "The differences for closed months add up to more than the project lets pass without a decision.",
        LedgerInUse = "ledger-in-use": "Another process works on the ledger.",
        EarlierAsOf = "earlier-as-of": "A close is to know less than the close before it knew.",
        MonthNotOpen = "month-not-open": "A month is to be closed that is not the first one that is still open.",
        NoAccount = "no-account": "The project names no account for something that a close moves.",
        NoDraft = "no-draft": "There is no draft to approve or to post.",
        NoLedger = "no-ledger": "The project has no ledger, and the command needs one.",
        NotReplayed = "not-replayed": "A close that is settled again from what its ledger kept comes to something else than was posted.",
        RewrittenBook = "rewritten-book": "A setting that closed months rest on is another now.",
        RewrittenRule = "rewritten-rule": "A rule gives something else for a day of a closed month than it gave when the month was posted.",
        SelfApproval = "self-approval": "Whoever prepared a draft can't approve it.",
        TwoDraws = "two-draws": "Two draws are in force for one payee.",
        TwoPayments = "two-payments": "Two payment terms are in force for one payee.",
        UnreadableLedger = "unreadable-ledger": "A file of the ledger is missing, damaged, or not what the ledger wrote.",
        WrongPosting = "wrong-posting": "An entry, a balance or a total of a ledger does not follow from what was posted.",
        Vanished = "vanished": "The ledger rests on something that the data no longer have.",
    }
    Exports {
        AccountChanged = "account-changed":
            "A payee's account changed at most 14 days before the payment. Fraud begins there.",
        BadExport = "bad-export": "An export, one of its keys or an argument for it can't be used.",
        BadPaymentDetails = "bad-payment-details":
            "Payment details of payees are missing or can't be used. All of them are listed, and nothing is written.",
        BankMayRefuse = "bank-may-refuse":
            "Something about a file is allowed, and some banks do not take it.",
        ControlDiffers = "control-differs":
            "What was read back from a file is not what the close pays. The file is not written.",
        EarlierFile = "earlier-file": "The same close or day has another file already, and the system that takes it may pay twice.",
        ExportSent = "export-sent":
            "A file was marked as sent, and what would be written now differs from it.",
        NoBankingDay = "no-banking-day": "Banks do not work on the execution date.",
        NotSent = "not-sent": "There is no export, or no mark, that this could be about.",
        PaymentDoesNotFit = "payment-does-not-fit":
            "A payment does not fit into the format: its amount, its currency, a name or a character. Nothing is cut or rounded.",
        RepeatedPayment = "repeated-payment": "Two payments of a file have the same account, amount and day.",
        TwoExports = "two-exports": "A payee is in two exports, which would pay it twice.",
        UnclearDetails = "unclear-details":
            "Rows of payment details can't be used; payees who are paid by them are errors of their own.",
        Unexported = "unexported": "A payee has an amount and is in no export.",
    }
    Results {
        AnotherPeriod = "another-period":
            "The period that `explain` is given is not that of the result it is given.",
        BadDraws = "bad-draws":
            "`forecast` is asked for fewer or more draws than it makes, or for more than can be held.",
        CannotWrite = "cannot-write":
            "A file can't be written: no space, no permission, or a file where a folder should be. An \
             earlier result stays as it was.",
        CurrenciesDiffer = "currencies-differ":
            "The two books that `diff` should compare are in different currencies, so that amounts can not \
             be compared.",
        DaysReversed = "days-reversed":
            "The two days between which `charter` looks for changes are in the wrong order.",
        DoesNotAddUp = "does-not-add-up":
            "The totals proven before writing don't agree: a cent was lost or made. Nothing is written.",
        InTheWay = "in-the-way":
            "A new project would overwrite files that are there, or a schema one that is no schema; nothing \
             was written.",
        Internal = "internal":
            "Something happened that can't: a mistake in apportion. Nothing that was not finished is \
             written.",
        LettersMissing = "letters-missing":
            "A PDF has question marks in place of letters that none of its fonts has.",
        Leftover = "leftover":
            "A result was written, and an earlier one of the same name could not be removed. It has a \
             hidden name beside the result now, and no run reads it.",
        NoAsOfDay = "no-as-of-day":
            "`forecast` is given no as-of day, and no month is closed whose as-of day it could take.",
        NoInsightProgram = "no-insight-program":
            "Reports are made by a program of its own, `apportion-insight`, and it can't be started.",
        NoMoreThreads = "no-more-threads":
            "The system lets this process start no more threads. Nothing is written.",
        NoPdfProgram = "no-pdf-program":
            "PDF files are made by a program of its own, `apportion-pdf`, and it can't be started.",
        NoPeriod = "no-period": "`explain` is given no period.",
        NoSuchConflict = "no-such-conflict":
            "`explain` is asked about a conflict that is not found as of the day.",
        NoSuchDeal = "no-such-deal":
            "`explain` is asked about a deal_id that is not among the deals, or whose row was rejected.",
        NoSuchPayee = "no-such-payee":
            "`explain` is asked about a payee_id that is not among the payees, or whose row was rejected.",
        NoSuchRule = "no-such-rule": "`explain` is asked about a rule that is in none of the rule files.",
        NotAForecast = "not-a-forecast":
            "A forecast can't be written to a folder that holds something else.",
        NotAResult = "not-a-result":
            "A folder is not the result of a run: nothing can be read from it, and no result will take \
             the place of what it holds.",
        NotStatements = "not-statements":
            "A folder holds something other than statements, or the statements of another close, and nothing takes its place.",
        NotRules = "not-rules": "`diff --rules` names a whole project, and it compares rules alone.",
        NotShown = "not-shown":
            "A result was written, and its summary could not be written to stdout.",
        OtherResult = "other-result":
            "The folder has the result of another book or period, and nobody said that it may go.",
        OutOfMemory = "out-of-memory":
            "The system gives this process no more memory. Nothing is written, and an earlier result stays as it was.",
        OverflowUnchecked = "overflow-unchecked":
            "The program was compiled so that an amount that is too large would come out wrong without a \
             word. Nothing is computed.",
        ProjectFile = "project-file":
            "What should be written would take the place of something that the project is made of: its \
             project file, rules, cases, data, or the file of a result.",
        ResultInUse = "result-in-use": "Another run is writing to the same folder at this moment.",
        Unconfirmed = "unconfirmed":
            "A result was written, and the disk did not confirm that it is kept after a crash of the \
             machine.",
        UnknownCommand = "unknown-command": "There is no command of that name.",
        Usage = "usage":
            "The command line can't be understood: an argument that is not known, is missing, or has a value that it can't \
             take.",
        UnsortedLines = "unsorted-lines":
            "The lines to be written are not in their order. Nothing is written.",
    }
    Checks {
        AlwaysTrue = "always-true":
            "A `when` is true for every won deal of the data that closed while the rule was in force: it \
             keeps nothing out.",
        AssignmentChangesNothing = "assignment-changes-nothing":
            "An assignment says nothing that a rule asks of a payee and that differs from the payee's own row.",
        AssignmentGap = "assignment-gap":
            "A few days are between two assignments of a payee: on these the payee is what its own row says.",
        AssignmentOutsideContract = "assignment-outside-contract":
            "All days of an assignment are before the payee's `start_date` or after their `end_date`.",
        BelowFirstTier = "below-first-tier":
            "More than half of the payees with credit that counts for a commission do not reach its first \
             tier.",
        CapBelowAmount = "cap-below-amount":
            "A stipend's amount for one deal is more than one of its caps: a deal never earns the whole \
             amount.",
        CapitalisesNothing = "capitalises-nothing": "By a policy that capitalises costs, none is an asset.",
        ClassWithoutLead = "class-without-lead":
            "By the channel model, nobody leads on any won deal of a class of accounts.",
        ConstantRelease = "constant-release":
            "`release` of a hold is the same for ever: what it holds is never paid, or it holds nothing.",
        CreditsNothing = "credits-nothing":
            "A commission or override pays on the credit of a rule that gives no credit in the period.",
        DateBeyondCalendar = "date-beyond-calendar":
            "An expression moves a date outside of the years 1 to 9999, where it is null: an open end is written as \
             9999-12-31 in many exports.",
        DaysWithinMonth = "days-within-month":
            "A draw or payment terms begin or end within a month, which goes by what is in force on its last day.",
        DecisionWithoutConflict = "decision-without-conflict":
            "A decision names a conflict that no policy finds and nobody raised: it decides nothing.",
        EarlierOriginal = "earlier-original":
            "A clawback by `recompute` matches reversals of deals of earlier fiscal years, which a run does not compute again.",
        EndedPayee = "ended-payee": "A payee earns on deals that closed after their `end_date`.",
        FallingRate = "falling-rate": "A higher tier or step has a lower rate than the one before.",
        ForNobody = "for-nobody": "A draw or payment terms are for no payee, on the last day of any month.",
        GivesAway = "gives-away":
            "All rules that match a deal pay more of its amount together, before caps, than `warn_over` of the book.",
        HeldDeals = "held-deals":
            "Deals would be held, because a row of engagements or splits that names them was rejected.",
        HoldsNothing = "holds-nothing": "A hold matches no line.",
        IdleCap = "idle-cap": "A cap can't be reached, because another cap of the rule is reached before it.",
        LevelWithoutPeople = "level-without-people":
            "The `who` of a level that decides conflicts is true for nobody: what comes to it stays held.",
        LimitBelowAmount = "limit-below-amount":
            "Less may be owed of a draw than it is in a month: it never advances the whole amount.",
        LinesInCell = "lines-in-cell":
            "A quoted cell of a text file has lines that look like records of it: two stray quotes make one record of all \
             between them, and its rows are lost in a cell.",
        LookAlikeIds = "look-alike-ids":
            "Ids of several payees differ by upper and lower case, by characters that can't be seen, by how an accent is \
             composed, or by letters of other scripts alone: people take them for one.",
        MatchesNothing = "matches-nothing":
            "A `when` is true for no won deal of all the data that closed while the rule was in force.",
        MatchesNothingInPeriod = "matches-nothing-in-period":
            "A `when` is true for no won deal of the period, though it is for deals of other days.",
        MinimumAboveMaximum = "minimum-above-maximum":
            "Payment terms pay nothing below an amount that is more than the most they pay.",
        MostlyBelowFirstRate = "mostly-below-first-rate":
            "More than half of the deals with work that counts for a renewal_bonus stay below its first \
             rate.",
        NeverInForce = "never-in-force": "No version of a rule is in force on any day of the period.",
        NoBasis = "no-basis": "A rule's `basis` is null for deals that it matches: they pay nothing.",
        NoRateToPay = "no-rate-to-pay":
            "Payees are to be paid in their own currency, and it has no rate that may be used.",
        NoOwnCurrency = "no-own-currency":
            "Payment terms pay in the payee's own currency, and nobody whom they are for has another than the book's.",
        NoQuota = "no-quota":
            "Payees have credit that counts for a commission on quota, and no quota for the period: it \
             pays them nothing.",
        NoRule = "no-rule": "Won deals match no shared_credit, stipend or renewal_bonus rule.",
        NoWonDeals = "no-won-deals":
            "No won deal closed in the period; there are no other findings about the rules then.",
        OverlappingRules = "overlapping-rules":
            "Two paying rules of one kind pay the same payee for the same deals, or set two pools aside \
             on them.",
        OverReversed = "over-reversed":
            "Reversals take more of a deal than it still had: what is beyond the whole takes nothing.",
        NotConverted = "not-converted":
            "A condition or a basis has a plain number of deals beside amounts, and some deals are in another currency: the \
             amounts are converted and the number is not.",
        PaidDecider = "paid-decider":
            "Somebody who decides conflicts is paid by the rules that split by the disputed role, or on their credit. A decision by \
             somebody who has a line on the deal does not count.",
        PaidOnLeave = "paid-on-leave":
            "A payee has lines on deals that closed while their `fte` was 0.",
        PastReview = "past-review": "A policy is past the day by which somebody should look at it again.",
        PayeeWithoutWork = "payee-without-work":
            "A payee has no engagement and no split, and manages no other payee.",
        PaysNobody = "pays-nobody":
            "A rule matches deals of the period and makes no amount (or, for one that only credits, no \
             line).",
        PaysZero = "pays-zero": "A rate, amount, share or cap is 0, so that it pays nothing.",
        PriceGap = "price-gap":
            "Two price books of a policy have prices of a product that are further apart than its `max_gap`.",
        PriceStep = "price-step":
            "A unit price moves by more than the `max_step` of its policy from one entry to the next.",
        QuotaMissing = "quota-missing":
            "The `payees` of a commission on quota selects payees who have no quota for the period, and \
             no credit yet.",
        RangeGap = "range-gap":
            "Between two ranges of a rate table there are values that no row has: deals with them are paid nothing.",
        RegistrationWithoutPolicy = "registration-without-policy":
            "Registrations are under no policy, or match two and so are under none: they protect nothing.",
        ReleaseBeyond = "release-beyond":
            "`release` of a hold is below 0 or above 1 on some deals, and is kept within.",
        ReleaseEmpty = "release-empty":
            "`release` of a hold has no value on some deals: nothing of what they earned may be paid.",
        RepeatedEngagements = "repeated-engagements":
            "Engagements without an id equal another one in all columns that are read. Each of them counts, so \
             work that was exported twice counts twice.",
        RoleNeverFilled = "role-never-filled":
            "A role of a shared_credit rule that makes lines is filled on none of its deals in the \
             period.",
        ScheduleTooShort = "schedule-too-short":
            "The schedule of a clawback has ended before every reversal that the rule matches, so that it takes nothing back.",
        SeesAll = "sees-all": "A rule lets somebody see everything of everybody.",
        SharedDeals = "shared-deals":
            "Two paying rules of one kind match the same deals, though no payee is paid by both on one of \
             them.",
        ShortProtection = "short-protection":
            "The protection of a registration is shorter than three quarters of the days that half of the won deals took from \
             created_on to close.",
        SplitsNot100 = "splits-not-100":
            "The declared percents of a deal don't add up to 100: a `declared` rule does not pay it.",
        TerritoryTie = "territory-tie":
            "Several territories fit won deals equally well, so that nobody covers them.",
        TinyPercents = "tiny-percents":
            "No percent of the declared splits is above 1: fractions were probably meant, and 0.6 pays 0.6 percent.",
        TinyShare = "tiny-share":
            "A share of what is taken for a debt or a draw is below 1 percent: a fraction was probably meant.",
        TinyTiers = "tiny-tiers":
            "The tiers of a commission are amounts below 10, and quotas are in the millions: percents were probably \
             meant.",
        TwoRules = "two-rules":
            "Two shared_credit rules of one `one_of` match the same deals: neither pays them.",
        TwoReadings = "two-readings":
            "More than half of the numbers in a column of texts would be others with point and comma the \
             other way round: `1.234` is 1.234 or 1234. The notation of the source decides.",
        TakenByName = "taken-by-name":
            "The currency of deals is read from a column only because a file calls it `currency`, while their \
             amount is mapped from another column. It may be the currency of another amount of the file.",
        UnevenFiles = "uneven-files":
            "Some files of a source have a column and others do not: their rows are as if its cells were empty, so that deals without \
             a currency are in the book's.",
        UnknownValue = "unknown-value":
            "A rule names a text that its column never has, and the column has one that is spelled nearly \
             so.",
        UnmatchedReversal = "unmatched-reversal":
            "There are clawback rules, and reversals that none of them matches: they are deals like any other.",
        UnreachableRow = "unreachable-row":
            "A row of a rate table can match no deal, by its own dates and ranges.",
        UnusedCase = "unused-case": "A value by a column has a case that no row of the data has.",
        UnusedColumn = "unused-column":
            "A source says something about a column that `apportion` does not know and no rule names.",
        UnusedRole = "unused-role": "The data has engagements in a role that no rule counts.",
        UnusedSource = "unused-source": "No rule uses the rows of a source.",
        ValueWithoutRate = "value-without-rate":
            "A value by a column has no case and no `else` for what deals, or payees engaged on them, \
             have in it: they are paid nothing.",
        VersionGap = "version-gap":
            "Between two versions of a hold, a draw or payment terms there are days on which none is in force.",
        VersionWithoutDeals = "version-without-deals":
            "A version of a rule is in force on days of the period, and no won deal of the period closed \
             on them.",
        WideReach = "wide-reach":
            "A rule that reaches for all work of an account looks at more than 1,000,000 pairs of a deal and an engagement.",
        WholeDeal = "whole-deal": "The rate of a pool is 100% or more: it pays the whole deal out.",
    }
    Verification {
        BadCsv = "bad-csv": "A CSV file of the result has another header, or a row of another length.",
        BadReject = "bad-reject":
            "A row of rejects.csv has a code, a source, a file or an action that no run writes there.",
        BadRunJson = "bad-run-json":
            "run.json lacks a key, has one that no run writes, or a value that means nothing. Nothing \
             else can be proved then.",
        BadUncredited = "bad-uncredited":
            "A row of uncredited.csv gives a reason that there is not, or that its rule can't have.",
        BrokenSeal = "broken-seal":
            "run.json ends with a digest of itself, and is not what it was when that was written.",
        CapAdds = "cap-adds":
            "An amount after caps is more than it was before, or of the other sign. Caps only take.",
        ChangedFile = "changed-file":
            "A file is not the one that was written. Opening a CSV in a spreadsheet and saving it is \
             enough.",
        ChangedInput = "changed-input":
            "A data file is not what the run read. The result may well be right: it is that of the \
             earlier file.",
        ChangedRuleFile = "changed-rule-file": "A rule file or the project file is not what the run read.",
        ChangedSetting = "changed-setting":
            "run.json says something of the book that the project file does not, although it is the very \
             file that was read.",
        ContradictedReason = "contradicted-reason":
            "A deal is listed as uncredited by a rule, and there are lines of it.",
        DealDiffers = "deal-differs":
            "Lines of one rule and deal disagree about what is the same for all of them: its basis, its \
             rate, its pool.",
        DuplicateLine = "duplicate-line":
            "Two lines have the same rule, deal, payee, role and credited payee, and take back no other line: one \
             amount would be paid twice.",
        ExtraFile = "extra-file":
            "The folder has something in it that the run did not write. A reader of the folder could \
             take it for a part of the result.",
        IncompleteResult = "incomplete-result": "A result is all of its files or none, and one is not there.",
        LineTooLarge = "line-too-large":
            "A line holds numbers so large that its amount can't be computed from them. No run writes \
             such a line.",
        LinesOutOfOrder = "lines-out-of-order":
            "Lines are in order of payee, rule, close date, deal, role and credited payee, and these are \
             not.",
        MissingRow = "missing-row": "There are lines of a payee and rule, and no row that sums them up.",
        NotAtHand = "not-at-hand": "With `--inputs`, everything that the run read has to be there.",
        NotConserved = "not-conserved":
            "What the lines of a deal come to, with what was kept back, is not what its rule set aside: \
             money was lost or made.",
        OtherDigest = "other-digest":
            "The result is complete and consistent, but it is not the one whose digest was noted when it \
             was written: the period was run again, or the folder was exchanged.",
        OtherEngine = "other-engine":
            "run.json and lines.parquet say that different versions of the program wrote them.",
        OutsidePeriod = "outside-period": "A line's deal did not close in the period.",
        RowWithoutLines = "row-without-lines": "A row sums up lines that are not there.",
        RowsLost = "rows-lost":
            "For a source, the rows used, filtered and rejected are not the rows read, or not as many are \
             rejected as rejects.csv lists.",
        RowsOutOfOrder = "rows-out-of-order": "The rows of a file are not in its order.",
        TwoCloseDates = "two-close-dates": "Two lines of one deal say that it closed on different days.",
        TwoManagers = "two-managers": "By one line a payee has this manager, by another line that one.",
        TwoNames = "two-names": "One payee has two names in the files. Payroll goes by payee_id.",
        UnexplainedBasis = "unexplained-basis":
            "The basis of a commission or an override is not the sum of credited lines.",
        UnlistedRule = "unlisted-rule": "A line is of a rule that run.json does not list.",
        UnreadableLines = "unreadable-lines": "lines.parquet is cut off or damaged.",
        WrongAmount = "wrong-amount": "An amount is not what its own basis and rate give.",
        WrongAttainment = "wrong-attainment":
            "A row of attainment.csv does not follow from its own numbers, or not from the lines.",
        WrongClawback = "wrong-clawback":
            "A clawback does not take back a part of the line that it names.",
        WrongColumn = "wrong-column":
            "lines.parquet has other columns, or columns of other types, than a run writes.",
        WrongCurrency = "wrong-currency": "An amount is in another currency than the book.",
        WrongGovernance = "wrong-governance":
            "A row of claims.csv, conflicts.csv or price_audit.csv contradicts another one, its own numbers or the lines.",
        WrongKind = "wrong-kind": "A line calls its rule another kind than run.json does.",
        WrongLevel = "wrong-level": "A manager's level counts from 1.",
        WrongNulls = "wrong-nulls":
            "A column says something that lines of its kind do not have, or nothing where they do.",
        WrongPrior = "wrong-prior":
            "The months of the fiscal year before the period, as run.json lists them, are not those that \
             there are.",
        WrongReconciliation = "wrong-reconciliation":
            "The parts of the won deals that were read do not add up, or are not those of the other files.",
        WrongSplit = "wrong-split":
            "A pool or a credit is not split over its payees by their units, to the last cent.",
        WrongSum = "wrong-sum": "A statement or a payout is not the sum of its lines.",
        WrongTotal = "wrong-total": "A total of run.json is not the sum over the files.",
        WrongUnits = "wrong-units":
            "The units of the payees of a deal (and role) do not add up to their total, or are not above \
             0.",
        WrongVersion = "wrong-version":
            "A line names a rule version that was not in force when its deal closed.",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_word_is_kebab_case_and_of_one_code() {
        let words: BTreeSet<&str> = Code::ALL.iter().map(|code| code.word()).collect();
        assert_eq!(words.len(), Code::ALL.len());
        for word in words {
            let of_part = |part: &str| {
                !part.is_empty()
                    && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            };
            assert!(word.split('-').all(of_part), "{word}");
        }
    }

    #[test]
    fn a_variant_is_named_as_its_word() {
        for code in Code::ALL {
            let name = format!("{code:?}").to_lowercase();
            assert_eq!(name, code.word().replace('-', ""));
            assert_eq!(Code::from_word(code.word()), Some(*code));
        }
        assert_eq!(Code::from_word("no-such-code"), None);
    }

    #[test]
    fn meanings_are_sentences_of_one_code() {
        let meanings: BTreeSet<&str> = Code::ALL.iter().map(|code| code.meaning()).collect();
        assert_eq!(meanings.len(), Code::ALL.len());
        assert!(meanings.iter().all(|meaning| meaning.ends_with('.')));
    }
}
