//! Reads all sources, checks them and builds [`Tables`].

use std::collections::BTreeSet;
use std::sync::Arc;

use apportion_base::diagnostic::Diagnostic;
use apportion_book::{Book, Source, TableName};

use super::column::{Column, ColumnRole};
use super::column_plan::ColumnPlan;
use super::contract::{self, ColumnSpec, Kind};
use super::currencies::Marks;
use super::engagements::ReadEngagements;
use super::fx::Rates;
use super::hashed_keys::{self, Reread};
use super::intake::{FilePlan, named_by};
use super::intern::Names;
use super::keys;
use super::mapping::{Binding, FileOf, From};
use super::nulls::Nulls;
use super::open::{OpenSources, attribute_kinds};
use super::open_file::OpenFile;
use super::origins::{self, Origins};
use super::parsed::ParsedChunk;
use super::part::{self, Part};
use super::progress::Progress;
use super::read::chunk::FileSummary;
use super::read::request::Projection;
use super::references::{self, KeyIndex};
use super::reversals::Conversion;
use super::staging::{StagingFile, StagingTable};
use super::tables::catalogue::{ORDER_OF_WORK, UsedColumns};
use super::tables::counts::{Input, LinesInCell};
use super::tables::{Deals, Engagements, Tables};
use super::{
    accept, accounts, adjustments, assignments, channel, combine, deals, engagements, frames, left_out,
    payees, quotas, receipts, rejects, repeats, splits,
};

impl OpenSources {
    /// Reads all rows, checks them, and builds the dense tables. `used` are the columns that rules name.
    ///
    /// # Errors
    /// A file that can't be read, an expression without a value, a bad default, too many rows, or columns with mixed
    /// types.
    pub fn load(
        &self,
        book: &Book,
        used: &UsedColumns,
        progress: &dyn Progress,
    ) -> Result<Tables, Vec<Diagnostic>> {
        let all = Reading { used, part: None, grouped_up_to: usize::MAX };
        self.load_and(book, all, progress, |_, _, _, _| ()).map(|(tables, ())| tables)
    }

    /// Like [`load`](Self::load), of a project without the channel. Where there are more engagements than so many, they are read and checked and not
    /// grouped by deal yet, and the tables have their roles alone.
    ///
    /// # Errors
    /// As for [`load`](Self::load).
    pub fn load_ungrouped(
        &self,
        book: &Book,
        used: &UsedColumns,
        grouped_up_to: usize,
        progress: &dyn Progress,
    ) -> Result<(Tables, Option<ReadEngagements>), Vec<Diagnostic>> {
        let all = Reading { used, part: None, grouped_up_to };
        let wanted = channel::widened(used);
        let own = named_in(&wanted, TableName::Engagements);
        let (mut tables, read) = self.load_and(book, all, progress, |staging, names, _, checked| {
            Some(ReadEngagements::new(staging.engagements?, names, own.clone(), checked?))
        })?;
        if let Some(read) = &read {
            let roles = read.roles().to_vec();
            tables.engagements = Arc::new(Engagements { roles, ..Engagements::default() });
        }
        Ok((tables, read))
    }

    /// Like [`load`](Self::load), of a part of the data or of all, and returns the origin of each row of the tables, for explanations.
    ///
    /// # Errors
    /// As for [`load`](Self::load).
    pub fn load_traced(
        &self,
        book: &Book,
        (used, part): (&UsedColumns, Option<&Part>),
        progress: &dyn Progress,
    ) -> Result<(Tables, Origins), Vec<Diagnostic>> {
        let wanted = Reading { used, part, grouped_up_to: usize::MAX };
        self.load_and(book, wanted, progress, |staging_tables, names, tables, _| {
            staging_tables.origins(book, &names, tables)
        })
    }

    fn load_and<T>(
        &self,
        book: &Book,
        Reading { used, part, grouped_up_to }: Reading<'_>,
        progress: &dyn Progress,
        then: impl FnOnce(StagingTables, Names, &Tables, Option<engagements::Checked>) -> T,
    ) -> Result<(Tables, T), Vec<Diagnostic>> {
        let used = &channel::widened(used);
        self.check_mixed(used)?;
        let mut load = Load { part, ..Load::new(book, self, used, progress) };
        // Rates come first: they decide which amounts of deals may become too large.
        let mut fx_rates = load.staging(TableName::FxRates, &Rates::default())?;
        check_keys(&mut fx_rates, &load.names);
        let rates = fx_rates.as_ref().map(|staging| Rates::new(staging, &load.names));
        let no_rates = Rates::default();
        let mut read = |table| load.staging(table, rates.as_ref().unwrap_or(&no_rates));
        let payees = read(TableName::Payees)?;
        let assignments = read(TableName::Assignments)?;
        let deals = read(TableName::Deals)?;
        let engagements = read(TableName::Engagements)?;
        let splits = read(TableName::Splits)?;
        let quotas = read(TableName::Quotas)?;
        let receipts = read(TableName::Receipts)?;
        let adjustments = read(TableName::Adjustments)?;
        let acceptances = read(TableName::Acceptances)?;
        let mut of_channel = channel::Staged::new();
        for table in TableName::ALL.into_iter().filter(|table| table.is_of_channel()) {
            if let Some(staging) = read(table)? {
                of_channel.insert(table, staging);
            }
        }
        let Load { mut names, mut files, .. } = load;
        let mut deals = deals;
        if let Some(deals) = &mut deals {
            deals.filtered_deals.resolve(&names);
        }
        names.close();
        files.inputs.sort_by(|a, b| a.path.cmp(&b.path).then(a.table.cmp(&b.table)));
        progress.phase("checking keys and references", None);
        let mut staging_tables = StagingTables {
            deals,
            engagements,
            payees,
            assignments,
            splits,
            quotas,
            fx_rates,
            receipts,
            adjustments,
            acceptances,
            channel: of_channel,
        };
        let again = Reread { book, opened: self };
        let setting = Setting { book, used, names: &names, rates: rates.as_ref(), again, grouped_up_to };
        let (tables, checked) = staging_tables.settle(setting, files).map_err(|mistake| vec![mistake])?;
        let added = then(staging_tables, names, &tables, checked);
        Ok((tables, added))
    }
}

/// What is read: the columns that rules name, of all rows or of a part of them.
#[derive(Clone, Copy)]
struct Reading<'a> {
    used: &'a UsedColumns,
    part: Option<&'a Part>,
    /// Engagements are grouped by deal, unless there are more.
    grouped_up_to: usize,
}

static NO_NAMES: BTreeSet<String> = BTreeSet::new();

/// The columns of a table that rules name.
fn named_in(used: &UsedColumns, table: TableName) -> &BTreeSet<String> {
    used.get(&table).unwrap_or(&NO_NAMES)
}

fn check_keys(staging: &mut Option<StagingTable>, names: &Names) {
    if let Some(staging) = staging {
        keys::check(staging, names);
    }
}

/// The tables as parsed; `None` where no source feeds one.
struct StagingTables {
    deals: Option<StagingTable>,
    engagements: Option<StagingTable>,
    payees: Option<StagingTable>,
    assignments: Option<StagingTable>,
    splits: Option<StagingTable>,
    quotas: Option<StagingTable>,
    fx_rates: Option<StagingTable>,
    receipts: Option<StagingTable>,
    adjustments: Option<StagingTable>,
    acceptances: Option<StagingTable>,
    /// Those that have a source.
    channel: channel::Staged,
}

/// What the tables are settled with.
#[derive(Clone, Copy)]
struct Setting<'s> {
    book: &'s Book,
    /// The columns that rules name.
    used: &'s UsedColumns,
    names: &'s Names,
    /// `None` where the project has no source of rates.
    rates: Option<&'s Rates>,
    again: Reread<'s>,
    /// Engagements are grouped by deal, unless there are more.
    grouped_up_to: usize,
}

impl StagingTables {
    /// Keys, then references, then the tables that the rest of the engine sees; with what is known of engagements that are not grouped.
    ///
    /// # Errors
    /// More rejects than can be listed, or a file that can't be read again.
    fn settle(
        &mut self,
        setting: Setting<'_>,
        files: ReadFiles,
    ) -> Result<(Tables, Option<engagements::Checked>), Diagnostic> {
        let Setting { book, used, names, rates, again, grouped_up_to } = setting;
        channel::check_cells(&mut self.channel, names);
        hashed_keys::tell_apart(self.engagements.as_mut(), again)?;
        // Engagements are most of the rows: their keys are checked beside everything that needs no engagement.
        let ((), (amounts, (deal_rows, id_rank), payee_rows, managers)) = rayon::join(
            || check_keys(&mut self.engagements, names),
            || {
                for staging in [
                    &mut self.deals,
                    &mut self.payees,
                    &mut self.assignments,
                    &mut self.splits,
                    &mut self.quotas,
                    &mut self.receipts,
                    &mut self.adjustments,
                    &mut self.acceptances,
                ] {
                    check_keys(staging, names);
                }
                self.channel.values_mut().for_each(|staging| keys::check(staging, names));
                assignments::overlaps(self.assignments.as_mut(), names);
                channel::lines_differ(self.deals.as_mut(), &self.channel, names);
                let amounts = deals::convert(self.deals.as_mut(), names, book, rates);
                let (id, day) = (contract::deals::DEAL_ID, contract::deals::CLOSE_DATE);
                let deal_rows = KeyIndex::by_day(self.deals.as_ref(), id, day, &names.deals);
                let payee_rows =
                    KeyIndex::by_id(self.payees.as_ref(), contract::payees::PAYEE_ID, &names.payees);
                let managers = payees::managers(self.payees.as_mut(), names, &payee_rows);
                (amounts, deal_rows, payee_rows, managers)
            },
        );
        let deal_of = references::engagements(self.engagements.as_mut(), names, &deal_rows, &payee_rows);
        let with_channel = book.sources.iter().any(|source| source.with_channel);
        let opportunities = if with_channel { names.opportunities.len() } else { 0 };
        let deals_of = channel::DealsOf::new(self.deals.as_ref(), &deal_rows, opportunities);
        let known = channel::Known { names, deals: &deal_rows, payees: &payee_rows };
        channel::check_references(&mut self.channel, known);
        references::splits(self.splits.as_mut(), names, &deal_rows, &payee_rows);
        references::quotas(self.quotas.as_mut(), names, &payee_rows);
        references::receipts(self.receipts.as_mut(), names, &deal_rows);
        adjustments::approvals(self.adjustments.as_mut(), names);
        references::adjustments(self.adjustments.as_mut(), names, &payee_rows);
        references::assignments(self.assignments.as_mut(), names, &payee_rows);
        let mut assigned = assignments::in_order(self.assignments.as_ref(), &payee_rows);
        assignments::drop_managers(self.assignments.as_mut(), names, &mut assigned, &managers);
        let left_out = left_out::left_out(self.deals.as_ref(), names, book, rates);
        for staging in [
            &mut self.deals,
            &mut self.engagements,
            &mut self.payees,
            &mut self.assignments,
            &mut self.splits,
            &mut self.quotas,
            &mut self.receipts,
            &mut self.adjustments,
            &mut self.acceptances,
        ] {
            combine::follow(staging, names);
        }
        self.channel.values_mut().for_each(|staging| combine::follow_in(staging, names));
        let deal_of = engagements::DealsNamed::new(self.engagements.as_ref(), deal_of, &deals_of)?;
        for staging in self.in_order().into_iter().flatten() {
            staging.check_rejects()?;
        }
        let repeated_engagements = self
            .engagements
            .as_ref()
            .map(|staging| repeats::keyless(staging, &deal_of.first))
            .unwrap_or_default();
        let accepted =
            self.in_order().into_iter().flatten().map(|staging| accept::accepted(staging, book)).sum();

        let counts = self.in_order().into_iter().flatten().map(|staging| staging.counts()).collect();
        let unread =
            self.in_order().into_iter().flatten().flat_map(|staging| staging.unread_texts()).collect();
        let beyond =
            self.in_order().into_iter().flatten().flat_map(|staging| staging.dates_beyond()).collect();
        hashed_keys::name_rejected(self.engagements.as_mut(), again)?;
        let rejects = rejects::rejects(self.in_order().into_iter().flatten(), names);
        let (accounts, by_others) = match with_channel {
            true => rayon::join(
                || channel::all_accounts(&self.channel, names, used),
                || channel::incomplete(&self.channel, self.engagements.as_ref(), &deal_rows, &deals_of),
            ),
            false => Default::default(),
        };
        for staging in
            self.in_order().into_iter().flatten().filter(|staging| !staging.table().is_of_channel())
        {
            let is_ordered = named_in(used, staging.table()).contains(ORDER_OF_WORK);
            staging.forget_texts(is_ordered.then_some(contract::engagements::ENGAGEMENT_ID));
        }
        let receipts = receipts::build(self.receipts.as_ref(), self.deals.as_ref(), &deal_rows);
        let adjustments = adjustments::build(self.adjustments.as_ref(), names, &payee_rows);
        let acceptances = adjustments::acceptances(self.acceptances.as_ref(), names);
        let [deals, payees, assignments, splits, quotas] =
            [&self.deals, &self.payees, &self.assignments, &self.splits, &self.quotas].map(Option::as_ref);
        let people = (managers.kept, assigned.as_slice());
        let payees = payees::build([payees, assignments], names, &payee_rows, people, used)?;
        let all_used = used;
        let used = |table| named_in(all_used, table);
        let mut incomplete = references::IncompleteDeals::new(self.engagements.as_ref(), splits, &deal_rows);
        incomplete.also(&by_others.deals);
        let deal_ids = frames::ids(&deal_rows.codes, &names.deals);
        let keys = engagements::Keys {
            deals: &deal_rows,
            payees: &payee_rows,
            deal_ids: &deal_ids,
            payee_ids: &payees.ids,
        };
        let (staging, of_channel) = (self.engagements.as_mut(), &self.channel);
        let build_deals = || {
            let ids = deal_ids.clone();
            let conversion = Conversion { names, book, rates };
            let facts = deals::DealFacts { index: &deal_rows, ids, id_rank, amounts, incomplete, conversion };
            deals::build(deals, names, facts, used(TableName::Deals))
        };
        // What the channel has needs deals and no engagements.
        let build_channel = |deals: &mut Deals| {
            accounts::join(
                &mut deals.frame,
                used(TableName::Deals),
                &accounts.frame,
                deals.account.iter().copied(),
            );
            let ground = channel::Ground {
                names,
                used: all_used,
                deal_rows: &deal_rows,
                payees: &payee_rows,
                deals: &*deals,
                deals_of: &deals_of,
                incomplete: &by_others.opportunities,
            };
            channel::build(of_channel, ground, accounts)
        };
        let added = channel::work_expected(of_channel, deal_rows.codes.len());
        let build_engagements = || {
            if staging.as_ref().is_none_or(|staging| staging.len() <= grouped_up_to) {
                return (
                    engagements::build((staging, added), names, keys, deal_of, used(TableName::Engagements)),
                    None,
                );
            }
            (Engagements::default(), Some(deal_of))
        };
        let ((engagements, ungrouped), (deals, channel)) = rayon::join(build_engagements, || {
            let mut deals = build_deals();
            let channel = with_channel.then(|| build_channel(&mut deals));
            (deals, channel)
        });
        let splits = splits::build(splits, names, keys, used(TableName::Splits));
        let quotas = quotas::build(quotas, names, &payee_rows);
        let tables = Tables {
            deals,
            engagements: Arc::new(engagements),
            payees,
            splits: Arc::new(splits),
            quotas,
            receipts,
            adjustments,
            acceptances,
            rates: rates.cloned().unwrap_or_default(),
            channel: Arc::new(channel.unwrap_or_default()),
            effects: Arc::default(),
            period_end: None,
            rejects,
            counts,
            accepted,
            repeated_engagements,
            unread,
            beyond,
            left_out,
            inputs: files.inputs,
            lines_in_cells: files.lines_in_cells,
        };
        let checked = ungrouped.map(|deals| {
            let payee_ids = tables.payees.ids.clone();
            engagements::Checked { deals, payees: payee_rows, deal_ids, payee_ids }
        });
        Ok((tables, checked))
    }

    fn origins(&self, book: &Book, names: &Names, tables: &Tables) -> Origins {
        let staging_tables = origins::StagingTables {
            deals: self.deals.as_ref(),
            engagements: self.engagements.as_ref(),
            payees: self.payees.as_ref(),
            assignments: self.assignments.as_ref(),
            splits: self.splits.as_ref(),
            quotas: self.quotas.as_ref(),
            fx_rates: self.fx_rates.as_ref(),
            channel: &self.channel,
        };
        origins::origins(&staging_tables, book, names, tables)
    }

    /// In the order of [`TableName`].
    fn in_order(&mut self) -> Vec<Option<&mut StagingTable>> {
        let own = [
            self.deals.as_mut(),
            self.engagements.as_mut(),
            self.payees.as_mut(),
            self.assignments.as_mut(),
            self.splits.as_mut(),
            self.quotas.as_mut(),
            self.fx_rates.as_mut(),
            self.receipts.as_mut(),
            self.adjustments.as_mut(),
            self.acceptances.as_mut(),
        ];
        own.into_iter().chain(self.channel.values_mut().map(Some)).collect()
    }
}

/// What is known of the files once they are read.
#[derive(Default)]
struct ReadFiles {
    inputs: Vec<Input>,
    lines_in_cells: BTreeSet<LinesInCell>,
}

/// The reading of files into staging tables.
pub(super) struct Load<'a> {
    book: &'a Book,
    opened: &'a OpenSources,
    used: &'a UsedColumns,
    /// The deals whose rows alone are read; `None` is all.
    part: Option<&'a Part>,
    progress: &'a dyn Progress,
    names: Names,
    files: ReadFiles,
}

impl<'a> Load<'a> {
    /// A reading of these columns that has not begun.
    pub(super) fn new(
        book: &'a Book,
        opened: &'a OpenSources,
        used: &'a UsedColumns,
        progress: &'a dyn Progress,
    ) -> Self {
        let (names, files) = (Names::default(), ReadFiles::default());
        Self { book, opened, used, part: None, progress, names, files }
    }

    /// The ids of everything that was read.
    pub(super) fn into_names(self) -> Names {
        self.names
    }

    /// The rows of a table from all its sources; `None` without a source.
    pub(super) fn staging(
        &mut self,
        table: TableName,
        rates: &Rates,
    ) -> Result<Option<StagingTable>, Vec<Diagnostic>> {
        let (book, opened) = (self.book, self.opened);
        let sources: Vec<_> =
            opened.sources.iter().filter(|open| book.sources[open.index].table == table).collect();
        if sources.is_empty() {
            return Ok(None);
        }
        self.progress.phase(&format!("reading {}", table.word()), None);
        let mut columns = self.columns(table);
        let mut plans = Vec::new();
        for open in &sources {
            for file in &open.files {
                let plan =
                    plan(book, &book.sources[open.index], file, &columns).map_err(|mistake| vec![mistake])?;
                let part = self.part.filter(|_| part::names_deals(table));
                plans.push((open.index, &book.sources[open.index], FilePlan { part, ..plan }));
            }
        }
        let is_ordered = named_in(self.used, table).contains(ORDER_OF_WORK);
        if let [key] = *contract::spec_in_book(book, table).key
            && table == TableName::Engagements
            && !is_ordered
            && plans.iter().all(|(_, source, plan)| hashed_keys::can_be_hashed(source, plan, key))
        {
            columns[key].keep_hashes();
        }
        prepare(&mut columns, &plans, rates);
        let mut staging = StagingTable::new(contract::spec_in_book(book, table), columns);
        for (position, source, plan) in &plans {
            self.file(&mut staging, (*position, source), plan).map_err(|mistake| vec![mistake])?;
        }
        staging.check_texts(&self.names, i32::MAX as usize).map_err(|mistake| vec![mistake])?;
        Ok(Some(staging))
    }

    /// The columns of a table's staging table: those of `docs/reference/inputs.md`, the attributes that rules name, and
    /// columns of the files that expressions name.
    fn columns(&self, table: TableName) -> Vec<Column> {
        let spec = contract::spec_in_book(self.book, table);
        // What was in the file before it was converted rests on the column that is converted.
        let named = named_in(self.used, table).iter();
        let named = named.map(|name| self.opened.source_of(table, name).unwrap_or(name));
        let named: BTreeSet<&str> = named.map(String::as_str).collect();
        let contract = |column: &ColumnSpec| Column::contract(column, named.contains(column.name));
        let mut columns: Vec<Column> = spec.columns.iter().map(contract).collect();
        for name in named.iter().copied() {
            let listed = spec.columns.iter().any(|column| column.name == name)
                || contract::derived(table).any(|(derived, _)| derived == name);
            let kinds = attribute_kinds(self.book, &self.opened.sources, table, name);
            if let Some((_, kind)) = kinds.first()
                && !listed
            {
                columns.push(Column::new(name, *kind, ColumnRole::Attribute));
            }
        }
        let of_table = self.opened.sources.iter().filter(|open| self.book.sources[open.index].table == table);
        let named: BTreeSet<&str> = of_table
            .flat_map(|open| &open.files)
            .flat_map(|file| {
                named_columns(file).into_iter().map(|position| file.header.columns[position].name.as_str())
            })
            .collect();
        columns.extend(named.into_iter().map(|name| Column::new(name, Kind::Text, ColumnRole::File)));
        columns
    }

    /// Reads one file into the staging table: chunks are parsed in parallel and appended in order.
    fn file(
        &mut self,
        staging: &mut StagingTable,
        (position, source): (usize, &Source),
        plan: &FilePlan,
    ) -> Result<(), Diagnostic> {
        let file = &plan.file.file;
        self.progress.file(&file.shown);
        let unread = staging.columns().zip(&plan.bindings).enumerate().filter(|(_, (column, binding))| {
            column.role == ColumnRole::File && matches!(binding.from, From::Nowhere)
        });
        let unread = unread.map(|(position, _)| position).collect();
        let money = staging.columns().zip(&plan.bindings).enumerate().filter(|(_, (column, binding))| {
            column.role == ColumnRole::Attribute && binding.kind == Kind::Money
        });
        let money = money.map(|(position, _)| position).collect();
        let sum = source.reshape.sum.iter().filter_map(|column| staging.place(&column.value)).collect();
        staging.begin_file(StagingFile {
            shown: file.shown.clone(),
            quoted: source.quoted,
            unread,
            money,
            source: position,
            distinct: source.reshape.distinct,
            sum,
            sheet: None,
            first: 0,
        });
        let mut added = Names::default();
        if plan.part.is_none() {
            staging.reserve(file.rows_said(), &mut added);
        }
        let columns: Vec<ColumnPlan> = staging.columns().map(ColumnPlan::new).collect();
        let (names, progress) = (&self.names, self.progress);
        let parse = |chunk| plan.parse(chunk, &columns, names);
        let append = |chunk: ParsedChunk| {
            progress.rows(chunk.read);
            staging.append(chunk, names, &mut added)
        };
        let done = {
            let picked = plan.part.and_then(|part| part.rows_of(position, plan.file));
            let wanted = Projection::whole(source, &plan.file.header, &plan.wanted);
            let wanted = Projection { picked, ..wanted };
            file.rows_taken(wanted, parse, append)?
        };
        self.names.absorb(added);
        let FileSummary { sha256, passed_over, lines_in_cells, sheet, .. } = done;
        staging.end_file(passed_over, sheet);
        let of_file = |(first, last)| LinesInCell { file: file.shown.clone(), first, last };
        self.files.lines_in_cells.extend(lines_in_cells.into_iter().map(of_file));
        let mut input = |path: String, sha256: String| {
            let input = Input { path, table: source.table, sha256 };
            if !self.files.inputs.contains(&input) {
                self.files.inputs.push(input);
            }
        };
        input(file.shown.clone(), sha256);
        file.joined_files().into_iter().for_each(|(path, sha256)| input(path, sha256));
        Ok(())
    }
}

/// Places in the header of all columns that the file's expressions name, in order.
pub(super) fn named_columns(file: &OpenFile) -> BTreeSet<usize> {
    let exprs = file.exprs.values().map(|(expr, _)| expr);
    exprs.chain(&file.condition).flat_map(named_by).collect()
}

/// How one file is read into these columns.
fn plan<'a>(
    book: &'a Book,
    source: &'a Source,
    file: &'a OpenFile,
    columns: &[Column],
) -> Result<FilePlan<'a>, Diagnostic> {
    let spec = contract::spec_of(source);
    let named = named_columns(file);
    let mut bindings = Vec::with_capacity(columns.len());
    for (position, column) in columns.iter().enumerate() {
        bindings.push(match column.role {
            ColumnRole::Contract => {
                let spec = spec.columns.get(position);
                Binding::new(book, FileOf { source, file }, &column.name, column.kind, spec)?
            }
            ColumnRole::Attribute => {
                let kind = super::mapping::attribute_kind(source, file, &column.name).unwrap_or(column.kind);
                Binding::new(book, FileOf { source, file }, &column.name, kind, None)?
            }
            ColumnRole::File => {
                let place = file.place(&column.name).filter(|place| named.contains(place));
                Binding::raw(source, place.map_or(From::Nowhere, From::File))
            }
        });
    }
    let from_file = |binding: &Binding| match binding.from {
        From::File(position) | From::Marks(position) => Some(position),
        From::Expr(..) | From::Nowhere => None,
    };
    let wanted: BTreeSet<usize> =
        bindings.iter().filter_map(from_file).chain(named.iter().copied()).collect();
    Ok(FilePlan {
        spec,
        file,
        nulls: Nulls::new(source),
        wanted: wanted.into_iter().collect(),
        bindings,
        marks: Marks { source, book: book.currency.code() },
        named: named.into_iter().collect(),
        part: None,
    })
}

/// What the columns must keep besides their values, now that it is known how all files are read.
fn prepare(columns: &mut [Column], plans: &[(usize, &Source, FilePlan)], rates: &Rates) {
    for (position, column) in columns.iter_mut().enumerate() {
        column.present = plans.iter().any(|(_, _, plan)| {
            plan.bindings[position].gives_something() || plan.bindings[position].required
        });
        let spec = plans.first().and_then(|(_, source, _)| contract::spec_of(source).columns.get(position));
        if column.role != ColumnRole::Contract || spec.is_none_or(|spec| spec.later.is_empty()) {
            continue;
        }
        match column.kind {
            Kind::Money => column.long_from = Some(rates.safe_below()),
            _ => {
                let changes = plans.iter().any(|(_, _, plan)| plan.bindings[position].changes());
                column.raw_text = changes.then(Vec::new);
            }
        }
    }
}
