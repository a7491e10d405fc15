//! Exports of a close: who is in which, what is written, and the proof that it is what the close pays.

use std::collections::{BTreeMap, BTreeSet};

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::digest::sha256_hex;
use apportion_base::money::{Currency, Minor, format_scaled};
use apportion_book::exports::{Scheme, TextRule};
use apportion_book::{ExportFamily, ExportFormat, ExportSettings, display_day};
use apportion_data::PaymentDetails;

use crate::account::{self, masked};
use crate::close::{ClosedMonth, ClosedPayee};
use crate::job::{Job, Occasion, OutputFile, Payment, Written};
use crate::manifest::{Arguments, LeftOut, Manifest, ManifestFile, ManifestPayment, Total};
use crate::notes::Notes;
use crate::people::{People, cells, matching};
use crate::read::by_payee;
use crate::{nacha, writers};

/// Days before a payment within which another account is told.
const RECENT_DAYS: i32 = 14;

/// What exports are made of.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// The close.
    pub month: &'a ClosedMonth,
    /// The payees of its project, as of its last day.
    pub people: &'a People,
    /// Payment details, as they are now.
    pub details: &'a PaymentDetails,
    /// The book's exports, with the keys that were replaced.
    pub exports: &'a [ExportSettings],
}

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// The exports that are wanted; all that pay without any.
    pub names: Vec<String>,
    /// When, and of which month.
    pub occasion: Occasion,
    /// Payees who are left out.
    pub leave_out: BTreeSet<String>,
    /// The only payees who are wanted; all without any.
    pub only: BTreeSet<String>,
    /// Whether payees may be in no export.
    pub allow_unexported: bool,
    /// Keys that were replaced, as `NAME.key=value`.
    pub set: Vec<String>,
}

/// An export that can be written.
#[derive(Debug, Clone)]
pub struct PreparedExport {
    /// What its manifest says.
    pub manifest: Manifest,
    /// Its files.
    pub files: Vec<OutputFile>,
    /// What somebody should know.
    pub warnings: Vec<Diagnostic>,
}

/// Whether an export pays.
pub fn pays(export: &ExportSettings) -> bool {
    match export.format.value.family() {
        ExportFamily::Payroll | ExportFamily::Payment => true,
        ExportFamily::Template => export.keys.flag("pays").unwrap_or(true),
        ExportFamily::Journal => false,
    }
}

/// The day as of which an export asks for payment details.
fn details_day(export: &ExportSettings, occasion: &Occasion) -> i32 {
    match export.format.value.family() {
        ExportFamily::Payroll | ExportFamily::Journal => occasion.month.1,
        ExportFamily::Payment | ExportFamily::Template => occasion.execution,
    }
}

/// The currency that an export pays.
fn currency(export: &ExportSettings, book: Currency) -> Currency {
    if let Some(said) = export.keys.plain("currency").and_then(Currency::from_code) {
        return said;
    }
    let is_sepa = export.keys.choice::<Scheme>("scheme").unwrap_or(Scheme::Sepa) == Scheme::Sepa;
    let code = match export.format.value {
        ExportFormat::AdpWorkforceNow
        | ExportFormat::AdpRun
        | ExportFormat::PaychexFlex
        | ExportFormat::Gusto
        | ExportFormat::Paylocity
        | ExportFormat::NachaPpd
        | ExportFormat::NachaCcd => "USD",
        ExportFormat::DatevLodas | ExportFormat::DatevLohnUndGehalt => "EUR",
        ExportFormat::Pain00100109 | ExportFormat::Pain00100103 if is_sepa => "EUR",
        _ => book.code(),
    };
    Currency::from_code(code).unwrap_or(book)
}

/// Whether a file may pay several currencies.
fn takes_any_currency(export: &ExportSettings) -> bool {
    let is_pain = matches!(export.format.value, ExportFormat::Pain00100109 | ExportFormat::Pain00100103);
    is_pain
        && export.keys.choice::<Scheme>("scheme") == Some(Scheme::Cgi)
        && export.keys.plain("currency").is_none()
}

/// By export that pays, and those that are wanted beside them: the payees whom it has.
type Members<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// Prepares the exports that are asked for. Nothing is written.
///
/// # Errors
/// Everything that stops one of them.
pub fn prepare(ground: Ground<'_>, request: &Request) -> Result<Vec<PreparedExport>, Vec<Diagnostic>> {
    let wanted = wanted(ground, request)?;
    known_payees(ground, request)?;
    let members = members(ground, request, &wanted)?;
    one_each(ground, request, &members)?;
    let mut prepared = Vec::new();
    let mut failures = Vec::new();
    for export in wanted {
        match one(ground, request, export, &members[export.name.as_str()]) {
            Ok(one) => prepared.push(one),
            Err(found) => failures.extend(found),
        }
    }
    if failures.is_empty() { Ok(prepared) } else { Err(failures) }
}

/// The exports that are asked for.
fn wanted<'a>(ground: Ground<'a>, request: &Request) -> Result<Vec<&'a ExportSettings>, Vec<Diagnostic>> {
    let writes = |export: &&ExportSettings| export.format.value.family() != ExportFamily::Journal;
    if request.names.is_empty() {
        let all: Vec<&ExportSettings> = ground.exports.iter().filter(writes).collect();
        if all.is_empty() {
            let error = Diagnostic::error(Code::BadExport, "the project has no export");
            return Err(vec![error.help("add one to apportion.toml: [exports.NAME] with its format")]);
        }
        return Ok(all);
    }
    let mut wanted: Vec<&ExportSettings> = Vec::new();
    let mut unknown = Vec::new();
    for name in &request.names {
        match ground.exports.iter().find(|export| export.name == *name) {
            Some(export) if export.format.value.family() == ExportFamily::Journal => {
                let message = format!("`{name}` is a journal, which pays nobody");
                unknown.push(
                    Diagnostic::error(Code::BadExport, message).help("`apportion journal` writes journals"),
                );
            }
            Some(_) if wanted.iter().any(|known| known.name == *name) => {}
            Some(export) => wanted.push(export),
            None => {
                let names: Vec<&str> = ground.exports.iter().map(|export| export.name.as_str()).collect();
                let message = format!("the project has no export `{name}`");
                unknown.push(
                    Diagnostic::error(Code::BadExport, message).help(format!("it has: {}", names.join(", "))),
                );
            }
        }
    }
    if unknown.is_empty() { Ok(wanted) } else { Err(unknown) }
}

/// That payees who are named are paid by the close.
fn known_payees(ground: Ground<'_>, request: &Request) -> Result<(), Vec<Diagnostic>> {
    let paid: BTreeSet<&str> = ground.month.payees.iter().map(|payee| payee.payee_id.as_str()).collect();
    let named = request.leave_out.iter().chain(&request.only);
    let unknown: Vec<Diagnostic> = named
        .filter(|payee| !paid.contains(payee.as_str()))
        .map(|payee| {
            let message = format!("{} pays payee `{payee}` nothing", ground.month.close);
            Diagnostic::error(Code::NoSuchPayee, message)
                .help("ids are compared as they are written, capitals included")
        })
        .collect();
    if unknown.is_empty() { Ok(()) } else { Err(unknown) }
}

/// Whom each export has, of everybody who has a row in the close's balances.
fn members<'a>(
    ground: Ground<'a>,
    request: &Request,
    wanted: &[&'a ExportSettings],
) -> Result<Members<'a>, Vec<Diagnostic>> {
    let paid = ground.month.payees.iter().map(|payee| payee.payee_id.as_str());
    let all: Vec<&str> = paid.chain(ground.month.unpaid.iter().map(String::as_str)).collect();
    let mut members = Members::new();
    let mut failures = Vec::new();
    for export in ground.exports {
        if !pays(export) && !wanted.iter().any(|other| other.name == export.name) {
            continue;
        }
        let own = match &export.payees {
            None => Ok(vec![true; all.len()]),
            Some(condition) => {
                let day = details_day(export, &request.occasion);
                matching(condition, (ground.people, ground.details), (&all, day))
            }
        };
        match own {
            Ok(own) => {
                let own = all.iter().zip(own).filter(|(_, own)| *own).map(|(payee, _)| *payee).collect();
                members.insert(&export.name, own);
            }
            Err(found) => failures.extend(found),
        }
    }
    if failures.is_empty() { Ok(members) } else { Err(failures) }
}

/// That everybody who is paid is in one export that pays, and in no other.
fn one_each(ground: Ground<'_>, request: &Request, members: &Members<'_>) -> Result<(), Vec<Diagnostic>> {
    let paying: Vec<&ExportSettings> = ground.exports.iter().filter(|export| pays(export)).collect();
    let mut twice: Vec<String> = Vec::new();
    let mut never: Vec<String> = Vec::new();
    for payee in &ground.month.payees {
        let has = |export: &&&ExportSettings| {
            members.get(export.name.as_str()).is_some_and(|own| own.contains(payee.payee_id.as_str()))
        };
        let own: Vec<String> = paying.iter().filter(has).map(|export| format!("`{}`", export.name)).collect();
        match own.len() {
            0 => never.push(format!(
                "`{}`: {} {}",
                payee.payee_id,
                payee.currency.code(),
                payee.amount.text(payee.currency.digits())
            )),
            1 => {}
            _ => twice.push(format!("`{}`: {}", payee.payee_id, own.join(", "))),
        }
    }
    let listed = |code: Code, what: &str, of: Vec<String>, help: &str| {
        let noun = if of.len() == 1 { "payee is" } else { "payees are" };
        let error = Diagnostic::error(code, format!("{} {noun} {what}; nothing was written", of.len()));
        of.into_iter().fold(error, Diagnostic::help).help(help)
    };
    let mut failures = Vec::new();
    if !twice.is_empty() {
        let help =
            "let their `payees` exclude each other, or say `pays = false` of a template that is only read";
        failures.push(listed(Code::TwoExports, "in two exports", twice, help));
    }
    if !never.is_empty() && !request.allow_unexported && request.only.is_empty() {
        let help = "add them to the `payees` of an export; --allow-unexported writes the others all the same";
        failures.push(listed(Code::Unexported, "in no export", never, help));
    }
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}

/// A payee whom the close pays, with all that is known of it.
fn payment(ground: Ground<'_>, export: &ExportSettings, occasion: &Occasion, payee: &ClosedPayee) -> Payment {
    let row = ground.details.on(&payee.payee_id, details_day(export, occasion));
    Payment {
        payee_id: payee.payee_id.clone(),
        name: payee.name.clone(),
        amount: payee.amount,
        currency: payee.currency,
        items: payee.items.clone(),
        own: ground.people.cells(&payee.payee_id),
        details: row.map(|row| cells(&ground.details.frame, row)).unwrap_or_default(),
        rows: (ground.people.row(&payee.payee_id), row.and_then(|row| u32::try_from(row).ok())),
    }
}

fn one(
    ground: Ground<'_>,
    request: &Request,
    export: &ExportSettings,
    members: &BTreeSet<&str>,
) -> Result<PreparedExport, Vec<Diagnostic>> {
    let job = Job { export, occasion: &request.occasion, currency: currency(export, ground.month.currency) };
    let mut notes = Notes::default();
    check_settings(&job, &mut notes);
    let of_export = ground.month.payees.iter().filter(|payee| members.contains(payee.payee_id.as_str()));
    let of_export: Vec<Payment> =
        of_export.map(|payee| payment(ground, export, &request.occasion, payee)).collect();
    let is_wanted = |payment: &Payment| {
        (request.only.is_empty() || request.only.contains(&payment.payee_id))
            && !request.leave_out.contains(&payment.payee_id)
    };
    let (payments, others): (Vec<Payment>, Vec<Payment>) = of_export.into_iter().partition(is_wanted);
    check_currencies(&job, &payments, &mut notes);
    changed_accounts(ground, &job, &payments, &mut notes);
    unclear_details(ground, &payments, &mut notes);
    let tables = (ground.people, ground.details);
    let written = writers::write(&job, &payments, tables, &mut notes);
    if !notes.is_fine() {
        return Err(notes.failures(&export.name));
    }
    let files = proved(&job, &written, &payments).map_err(|error| vec![error])?;
    let left_out = others.iter().map(|payment| left_out(&job, request, payment, tables)).collect();
    let zero: Vec<String> =
        ground.month.unpaid.iter().filter(|payee| members.contains(payee.as_str())).cloned().collect();
    Ok(PreparedExport {
        manifest: manifest(ground, request, (&job, &written), (&payments, files), (left_out, zero, &notes)),
        files: written.files,
        warnings: notes.warnings,
    })
}

/// Keys that several formats share.
fn check_settings(job: &Job<'_>, notes: &mut Notes) {
    let prefix = job.prefix();
    if prefix.is_empty() || prefix.len() > 6 || !prefix.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        notes.error(job.error("reference", "`reference` is at most 6 letters or digits"));
    }
    let is_plain = job.export.format.value.family() == ExportFamily::Payroll;
    if is_plain && job.currency.digits() != 2 {
        let message = format!(
            "the format writes two decimals, and {} has {}",
            job.currency.code(),
            job.currency.digits()
        );
        notes.error(job.error("currency", message));
    }
    for key in ["earnings", "company_code"] {
        if let Some(TextRule::By { by, .. }) = job.export.keys.text(key).map(|text| &text.value)
            && by == "account"
        {
            notes.error(
                job.error(key, format!("`{key}` can't depend on `account`, which only journals have")),
            );
        }
    }
}

/// That everybody is paid in the export's currency.
fn check_currencies(job: &Job<'_>, payments: &[Payment], notes: &mut Notes) {
    if takes_any_currency(job.export) {
        return;
    }
    for payment in payments.iter().filter(|payment| payment.currency != job.currency) {
        let (own, wanted) = (payment.currency.code(), job.currency.code());
        notes.unfit(&payment.payee_id, format!("it is paid in {own}, and the export pays {wanted}"));
    }
}

/// Tells accounts that changed shortly before the payment.
fn changed_accounts(ground: Ground<'_>, job: &Job<'_>, payments: &[Payment], notes: &mut Notes) {
    if job.export.format.value.family() == ExportFamily::Payroll || !pays(job.export) {
        return;
    }
    for payment in payments {
        let Some(row) = ground.details.on(&payment.payee_id, job.occasion.execution) else { continue };
        let own = ground.details.of(&payment.payee_id);
        let from = ground.details.rows[row].from;
        if row == own.start || job.occasion.execution - from > RECENT_DAYS {
            continue;
        }
        let (now, before) = (&payment.details, cells(&ground.details.frame, row - 1));
        let mut columns = account::COLUMNS.into_iter().chain(["bic"]);
        if columns.any(|column| now.get(column) != before.get(column)) {
            let message = format!(
                "payee `{}` has another account since {}, and is paid on {}",
                payment.payee_id,
                display_day(from),
                display_day(job.occasion.execution)
            );
            notes.warn(
                Code::AccountChanged,
                message,
                "fraud begins with an account that somebody asks to change: call the payee on a number that you knew before",
            );
        }
    }
}

/// Tells rows of payment details that can't be used, and of payees whom this export pays what is wrong with theirs.
fn unclear_details(ground: Ground<'_>, payments: &[Payment], notes: &mut Notes) {
    let paid: BTreeMap<&str, &Payment> =
        payments.iter().map(|payment| (payment.payee_id.as_str(), payment)).collect();
    for reject in &ground.details.rejects {
        let column = reject.column.as_ref().map_or(String::new(), |column| format!(" in `{column}`"));
        let what = format!("{} can't be used: {}{column}", reject.place, reject.code.word());
        match reject.payee_id.as_deref().and_then(|payee| paid.get(payee)) {
            Some(payment) if payment.details.is_empty() => notes.bad(&payment.payee_id, what),
            _ => notes.warn(
                Code::UnclearDetails,
                format!("payment_details: {what}"),
                "correct the row; its cells are not shown, because any of them may be an account",
            ),
        }
    }
}

/// Why a payee is not in the file.
fn left_out(
    job: &Job<'_>,
    request: &Request,
    payment: &Payment,
    tables: (&People, &PaymentDetails),
) -> LeftOut {
    let mut own = Notes::default();
    check_currencies(job, std::slice::from_ref(payment), &mut own);
    let _ = writers::write(job, std::slice::from_ref(payment), tables, &mut own);
    let found = own.bad_details.into_values().chain(own.unfit.into_values()).flatten();
    let reasons: Vec<String> = found.collect();
    let by = if request.leave_out.contains(&payment.payee_id) {
        "left out with --leave-out"
    } else {
        "not named by --only"
    };
    let why = if reasons.is_empty() { by.to_owned() } else { format!("{by}: {}", reasons.join("; ")) };
    LeftOut {
        payee_id: payment.payee_id.clone(),
        amount: payment.amount.text(payment.currency.digits()),
        currency: payment.currency.code().to_owned(),
        why,
    }
}

/// What a file pays whom, in minor units, by payee and currency.
type Sums = BTreeMap<(String, String), i64>;

/// Reads every file again and holds its sums against the payments.
fn proved(job: &Job<'_>, written: &Written, payments: &[Payment]) -> Result<Vec<Sums>, Diagnostic> {
    let differs = |message: String| {
        Diagnostic::error(Code::ControlDiffers, message)
            .help("nothing was written; please report this: the program wrote a file that its own reader does not take")
    };
    let mut of_files = Vec::new();
    let mut all = Sums::new();
    for file in &written.files {
        let rows = writers::read(job, written, &file.bytes).map_err(|why| {
            differs(format!("{} of export `{}` can't be read back: {why}", file.name, job.export.name))
        })?;
        let sums = by_payee(&rows, &written.keys, job.currency.code())
            .map_err(|why| differs(format!("{} of export `{}`: {why}", file.name, job.export.name)))?;
        for (key, amount) in &sums {
            *all.entry(key.clone()).or_default() += amount;
        }
        of_files.push(sums);
    }
    let wanted: Sums = payments
        .iter()
        .map(|payment| ((payment.payee_id.clone(), payment.currency.code().to_owned()), payment.amount.raw()))
        .collect();
    if all == wanted {
        return Ok(of_files);
    }
    let differing = wanted.iter().find(|(key, amount)| all.get(*key) != Some(*amount)).map(|(key, _)| key);
    let payee = differing.or_else(|| all.keys().find(|key| !wanted.contains_key(*key)));
    let payee = payee.map_or("", |(payee, _)| payee.as_str());
    Err(differs(format!(
        "the files of export `{}` do not pay `{payee}` what the close pays",
        job.export.name
    )))
}

fn totals(sums: &Sums) -> Vec<Total> {
    let mut by_currency: BTreeMap<&str, i128> = BTreeMap::new();
    for ((_, currency), amount) in sums {
        *by_currency.entry(currency).or_default() += i128::from(*amount);
    }
    let total = |(currency, sum): (&str, i128)| {
        let digits = Currency::from_code(currency).map_or(2, Currency::digits);
        Total { amount: format_scaled(sum, digits), currency: currency.to_owned() }
    };
    by_currency.into_iter().map(total).collect()
}

/// A key that was replaced, as the manifest has it: of an account no more than its end.
fn without_account(set: &str) -> String {
    match set.split_once('=') {
        Some((key, value)) if ["iban", "account", "routing"].iter().any(|part| key.ends_with(part)) => {
            format!("{key}={}", masked(value))
        }
        _ => set.to_owned(),
    }
}

/// Who is left out, who has nothing, and what was noted.
type Remarks<'n> = (Vec<LeftOut>, Vec<String>, &'n Notes);

fn manifest(
    ground: Ground<'_>,
    request: &Request,
    (job, written): (&Job<'_>, &Written),
    (payments, of_files): (&[Payment], Vec<Sums>),
    (left_out, zero, notes): Remarks<'_>,
) -> Manifest {
    let file = |(file, sums): (&OutputFile, &Sums)| ManifestFile {
        file: file.name.clone(),
        sha256: sha256_hex(&file.bytes),
        bytes: file.bytes.len() as u64,
        payees: sums.len(),
        totals: totals(sums),
    };
    let all: Sums = payments
        .iter()
        .map(|payment| ((payment.payee_id.clone(), payment.currency.code().to_owned()), payment.amount.raw()))
        .collect();
    let paid = |payment: &Payment| ManifestPayment {
        payee_id: payment.payee_id.clone(),
        amount: Minor::text(payment.amount, payment.currency.digits()),
        currency: payment.currency.code().to_owned(),
        reference: written.references.get(&payment.payee_id).cloned(),
    };
    let name = &job.export.name;
    let own = request.set.iter().filter_map(|set| set.strip_prefix(name.as_str())?.strip_prefix('.'));
    let is_nacha = matches!(job.export.format.value, ExportFormat::NachaPpd | ExportFormat::NachaCcd);
    Manifest {
        export: name.clone(),
        format: job.export.format.value.word().to_owned(),
        pays: pays(job.export),
        close: ground.month.close.clone(),
        close_sha256: ground.month.digest.clone(),
        period: ground.month.period.clone(),
        execution_date: display_day(request.occasion.execution),
        created: request.occasion.created.iso(),
        arguments: Arguments {
            set: own.map(without_account).collect(),
            leave_out: request.leave_out.iter().cloned().collect(),
            only: request.only.iter().cloned().collect(),
            allow_unexported: request.allow_unexported,
        },
        files: written.files.iter().zip(&of_files).map(file).collect(),
        payees: payments.len(),
        totals: totals(&all),
        payments: payments.iter().map(paid).collect(),
        left_out,
        zero,
        changes: notes.changes.iter().cloned().collect(),
        netted: notes.netted.clone(),
        warnings: notes.warnings.iter().map(|warning| warning.message.clone()).collect(),
        identities: if is_nacha { nacha::identity(job, written.files.len()) } else { Vec::new() },
    }
}
