//! The arguments of `apportion report`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};

use super::super::options::{AsOf, parse_day, parse_period};
use apportion_book::Period;

pub(in crate::cli) const EXAMPLES: &str = "\
Reports read what a run reads and change no amount. They are made by a program of its own,
apportion-insight, which is built once: cargo install --locked --path programs/insight

Examples:
  apportion report scorecard --period 2026-Q3                    by channel
  apportion report scorecard --period 2026-Q3 --by segment,month
  apportion report scorecard --close 2026-07                     as that month was closed
  apportion report lift --period 2026                            does work with a partner win more?
  apportion report health --period 2026-07 --as-of 2026-07-20    what is open, and what is wrong with it

Exit codes:
  0  written
  2  nothing was written: usage, rules, data files, disk, or no such program";

const SCORECARD_EXAMPLES: &str = "\
What it writes, into <project>/out/scorecard-<period> unless --out says otherwise:
  scorecard.csv    a row for each metric and group: period, the columns of --by, metric, value,
                   numerator, denominator, n
  price_gaps.csv   unit prices of products sold directly and through partners, by quarter
  outliers.csv     deals with a discount unlike those of their like
  matrix.csv       with --matrix: who worked first on a won deal, and who last

Examples:
  apportion report scorecard --period 2026-Q3
  apportion report scorecard --period 2026-Q3 --by channel,region --out reports/q3
  apportion report scorecard --result out/2026-Q3 --exclude duplicate,test --format csv";

const LIFT_EXAMPLES: &str = "\
It compares decided deals with a partner's work on or before the close with deals like them
without: of one stratum. A comparison of like with like is no proof of cause.

What it writes, into <project>/out/lift-<period> unless --out says otherwise:
  lift.csv      the sums over all strata, with their interval, and the naive difference beside them
  strata.csv    a row for each stratum

Examples:
  apportion report lift --period 2026
  apportion report lift --period 2026 --strata segment,size,region --at-least 10";

const HEALTH_EXAMPLES: &str = "\
What it writes, into <project>/out/health-<period> unless --out says otherwise:
  health.csv    a row for each open opportunity: health, and the reasons

Examples:
  apportion report health --period 2026-07
  apportion report health --period 2026-07 --as-of 2026-07-20 --format csv";

const PAGE_EXAMPLES: &str = "\
What it writes, into <project>/out/page-<period> unless --out says otherwise:
  page.html    contribution by channel and month, revenue by what partners did, win rates, lift, what
               is open, hand-overs, registrations and conflicts, prices, incentives, joint wins, what
               changed in the rules, what is to be done
  page.xlsx    with --format xlsx: the same tables, with filters and charts

Examples:
  apportion report page --period 2026-Q3
  apportion report page --period 2026-Q3 --for P-10            what this partner may see
  apportion report page --period 2026-Q3 --format xlsx
  apportion report page --period 2026-Q3 --draws 1000          with what the year may cost
  apportion report page --close 2026-07 --out reports/july";

const REVIEW_EXAMPLES: &str = "\
What it writes, into <project>/out/review-<period> unless --out says otherwise:
  review.html    results against the period before and the plan, what is open, registrations,
                 conflicts and decisions, milestones of both sides, joint wins, inquiries, changes of
                 policy that touch this payee, what is to be done
  review.xlsx    with --format xlsx

Examples:
  apportion report review --period 2026-Q3 --for P-10 --since 2026-06-30";

/// Which report.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The report.
    #[command(subcommand)]
    pub report: Report,
}

/// A report.
#[derive(Debug, Subcommand)]
pub enum Report {
    /// Metrics of a period by channel, segment, month and the like
    #[command(after_help = SCORECARD_EXAMPLES)]
    Scorecard(ScorecardArgs),
    /// Whether deals with a partner's work are won more often than deals like them without
    #[command(after_help = LIFT_EXAMPLES)]
    Lift(LiftArgs),
    /// What is open, and what is wrong with it
    #[command(after_help = HEALTH_EXAMPLES)]
    Health(HealthArgs),
    /// All of it as one page that opens offline
    #[command(after_help = PAGE_EXAMPLES)]
    Page(PageArgs),
    /// The agenda of a business review with one payee
    #[command(after_help = REVIEW_EXAMPLES)]
    Review(ReviewArgs),
}

/// What a report is about, and where it goes.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("source").required(true))]
pub struct ReportSubject {
    /// A month (2026-07), a fiscal quarter (2026-Q3) or a fiscal year (2026), settled now
    #[arg(long, value_name = "PERIOD", value_parser = parse_period, group = "source")]
    pub period: Option<Period>,

    /// A month that is closed, over the inputs that the ledger kept
    #[arg(long, value_name = "MONTH", value_parser = parse_period, group = "source", conflicts_with = "as_of")]
    pub close: Option<Period>,

    /// Folder of the result of a run, whose inputs must be what they were
    #[arg(long, value_name = "DIR", group = "source", conflicts_with = "as_of")]
    pub result: Option<PathBuf>,

    /// The day at whose end things are known.
    #[command(flatten)]
    pub known: AsOf,

    /// Folder to write to, whole or not at all [default: <project>/out/<report>-<period>]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// Whose view of it is wanted.
#[derive(Debug, Args)]
pub struct Viewer {
    /// What this payee may see, by the [[access]] rules
    #[arg(long = "for", value_name = "PAYEE")]
    pub payee: Option<String>,
}

/// How a report is shown on stdout.
#[derive(Debug, Args)]
pub struct Shown {
    /// How it is shown on stdout
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: ShownFormat,
}

/// How a report is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ShownFormat {
    /// For people
    Table,
    /// The file itself
    Csv,
}

/// What a page is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PageFormat {
    /// A page that opens offline
    Html,
    /// A workbook with the same tables, with filters and charts
    Xlsx,
}

impl PageFormat {
    /// How the name of its file ends.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Xlsx => "xlsx",
        }
    }
}

/// What is wanted of a scorecard.
#[derive(Debug, Args)]
pub struct ScorecardArgs {
    /// What it is about, and where it goes.
    #[command(flatten)]
    pub subject: ReportSubject,

    /// Whose view of it is wanted.
    #[command(flatten)]
    pub viewer: Viewer,

    /// How it is shown on stdout.
    #[command(flatten)]
    pub shown: Shown,

    /// What rows are grouped by: `month`, `kind` of payees, columns of deals
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', default_value = "channel")]
    pub by: Vec<String>,

    /// Reasons for which a deal was lost that are no loss: such deals are decided for no metric
    #[arg(long, value_name = "REASONS", value_delimiter = ',')]
    pub exclude: Vec<String>,

    /// Write matrix.csv as well: who worked first on a won deal, and who last
    #[arg(long)]
    pub matrix: bool,
}

/// What is wanted of lift.
#[derive(Debug, Args)]
pub struct LiftArgs {
    /// What it is about, and where it goes.
    #[command(flatten)]
    pub subject: ReportSubject,

    /// Whose view of it is wanted.
    #[command(flatten)]
    pub viewer: Viewer,

    /// How it is shown on stdout.
    #[command(flatten)]
    pub shown: Shown,

    /// What deals of a stratum have in common: columns of deals, and `size` [default: those of segment,
    /// size, deal_type and country that are there]
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub strata: Vec<String>,

    /// How many decided deals a stratum needs, with and without a partner each
    #[arg(long, value_name = "N", default_value_t = 5)]
    #[arg(value_parser = clap::value_parser!(u32).range(2..))]
    pub at_least: u32,

    /// Reasons for which a deal was lost that are no loss
    #[arg(long, value_name = "REASONS", value_delimiter = ',')]
    pub exclude: Vec<String>,
}

/// What is wanted of a page.
#[derive(Debug, Args)]
pub struct PageArgs {
    /// What it is about, and where it goes.
    #[command(flatten)]
    pub subject: ReportSubject,

    /// Whose view of it is wanted.
    #[command(flatten)]
    pub viewer: Viewer,

    /// What is written
    #[arg(long, value_name = "FORMAT", default_value = "html")]
    pub format: PageFormat,

    /// Forecast the fiscal year as well, with so many draws of what is open
    #[arg(long, value_name = "N", conflicts_with = "payee")]
    pub draws: Option<u32>,
}

/// What is wanted of a review.
#[derive(Debug, Args)]
pub struct ReviewArgs {
    /// What it is about, and where it goes.
    #[command(flatten)]
    pub subject: ReportSubject,

    /// With whom
    #[arg(long = "for", value_name = "PAYEE")]
    pub payee: String,

    /// Changes of policy since the end of this day are on the agenda
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub since: i32,

    /// What is written
    #[arg(long, value_name = "FORMAT", default_value = "html")]
    pub format: PageFormat,
}

/// What is wanted of health.
#[derive(Debug, Args)]
pub struct HealthArgs {
    /// What it is about, and where it goes.
    #[command(flatten)]
    pub subject: ReportSubject,

    /// Whose view of it is wanted.
    #[command(flatten)]
    pub viewer: Viewer,

    /// How it is shown on stdout.
    #[command(flatten)]
    pub shown: Shown,
}

impl Report {
    /// What it is about, and where it goes.
    pub fn subject(&self) -> &ReportSubject {
        match self {
            Self::Scorecard(args) => &args.subject,
            Self::Lift(args) => &args.subject,
            Self::Health(args) => &args.subject,
            Self::Page(args) => &args.subject,
            Self::Review(args) => &args.subject,
        }
    }

    /// Whose view of it is wanted; `None` is all of it, and a review has its own.
    pub fn viewer(&self) -> Option<&str> {
        match self {
            Self::Scorecard(args) => args.viewer.payee.as_deref(),
            Self::Lift(args) => args.viewer.payee.as_deref(),
            Self::Health(args) => args.viewer.payee.as_deref(),
            Self::Page(args) => args.viewer.payee.as_deref(),
            Self::Review(_) => None,
        }
    }

    /// How it is shown on stdout.
    pub fn format(&self) -> ShownFormat {
        match self {
            Self::Scorecard(args) => args.shown.format,
            Self::Lift(args) => args.shown.format,
            Self::Health(args) => args.shown.format,
            Self::Page(_) | Self::Review(_) => ShownFormat::Table,
        }
    }

    /// Its word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Scorecard(_) => "scorecard",
            Self::Lift(_) => "lift",
            Self::Health(_) => "health",
            Self::Page(_) => "page",
            Self::Review(_) => "review",
        }
    }
}
