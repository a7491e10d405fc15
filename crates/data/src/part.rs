//! A part of the data: some deals, and every row that names one of them. A question about one payee or one deal is answered from it.
//!
//! Which deals these are is found by reading the columns of ids alone, once. Ids are told apart by their hashes: where two ids share one, the
//! part has a deal more, and a deal more changes no answer. Nothing of a part says how many rows there are.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, ArrayRef, BooleanArray};
use foldhash::HashSet;

use apportion_base::diagnostic::Diagnostic;
use apportion_book::{Book, Source, TableName};

use super::cells::array::Cells;
use super::cells::cell::is_marked;
use super::contract::{self, Kind};
use super::intern::hash_of;
use super::mapping::{Binding, FileOf, From};
use super::open::OpenSources;
use super::open_file::OpenFile;
use super::read::chunk::Chunk;
use super::read::request::Projection;

/// The hash of an id; [`NO_ID`] where there is none. 31 bits: of some thousand ids among millions of rows, some rows more are taken for theirs.
type IdHash = u32;

const NO_ID: IdHash = 0;

fn id_hash(id: &str) -> IdHash {
    // The upper half, and no id is none.
    (hash_of(id) >> 32) as IdHash | 1
}

/// The column by which rows belong to deals.
pub(super) const DEAL_ID: &str = "deal_id";

const PAYEE_ID: &str = "payee_id";
const ACCOUNT_ID: &str = "account_id";

/// The columns of ids that are read: the first says which deal a row belongs to.
const OF_DEALS: [&str; 4] = [DEAL_ID, "renews_deal_id", "reverses_deal_id", ACCOUNT_ID];
const OF_WORK: [&str; 3] = [DEAL_ID, PAYEE_ID, ACCOUNT_ID];

/// The tables whose rows name deals, and are left out with them.
const WITH_DEALS: [TableName; 4] =
    [TableName::Deals, TableName::Engagements, TableName::Splits, TableName::Receipts];

/// Whether rows of a table are left out with their deals.
pub(super) fn names_deals(table: TableName) -> bool {
    WITH_DEALS.contains(&table)
}

/// Ids of one kind: those that were put in, and perhaps a few more.
#[derive(Debug, Clone, Default)]
pub struct IdSet(HashSet<IdHash>);

impl IdSet {
    /// Puts an id in.
    pub fn insert(&mut self, id: &str) {
        self.0.insert(id_hash(id));
    }

    /// Whether it has an id.
    pub fn has(&self, id: &str) -> bool {
        self.0.contains(&id_hash(id))
    }
}

impl<'i> FromIterator<&'i str> for IdSet {
    fn from_iter<T: IntoIterator<Item = &'i str>>(ids: T) -> Self {
        Self(ids.into_iter().map(id_hash).collect())
    }
}

/// Some deals of a project: with those that renew or reverse one of them, and those that they renew or reverse.
#[derive(Debug, Clone, Default)]
pub struct Part {
    deals: HashSet<IdHash>,
    /// By source and file: places of the rows that are of the part, ascending.
    rows: BTreeMap<FileKey, Vec<u64>>,
}

/// A source by its place in the book, and a file of it as it is shown.
type FileKey = (usize, String);

impl Part {
    /// Whether it has no deal at all.
    pub fn is_empty(&self) -> bool {
        self.deals.is_empty()
    }

    /// Rows of a table that are of the part, by the cells that name their deals.
    pub(super) fn mask(&self, table: TableName, binding: &Binding<'_>, array: &ArrayRef) -> BooleanArray {
        let hashes = hashes(binding, array);
        BooleanArray::from(hashes.iter().map(|deal| self.takes(table, *deal)).collect::<Vec<bool>>())
    }

    /// The places of a file's rows that are of the part, ascending; `None` where that is not known beforehand.
    pub(super) fn rows_of(&self, source: usize, file: &OpenFile) -> Option<&[u64]> {
        self.rows.get(&(source, file.file.shown.clone())).map(Vec::as_slice)
    }

    /// Whether a row of a deal is of the part; one of no deal is, unless it should be a deal.
    fn takes(&self, table: TableName, deal: IdHash) -> bool {
        if deal == NO_ID { table != TableName::Deals } else { self.deals.contains(&deal) }
    }
}

impl OpenSources {
    /// Reads the ids by which parts are told; those of accounts where they are wanted. `None` where a table of the channel has a say, or a file
    /// has such an id in no column of its own.
    ///
    /// # Errors
    /// A file that can't be read.
    pub fn ids(&self, book: &Book, with_accounts: bool) -> Result<Option<RowIds>, Diagnostic> {
        let is_plain = |table: &TableName| match table {
            TableName::Deals => self.id_files(book, *table, &OF_DEALS).is_some(),
            TableName::Receipts => self.id_files(book, *table, &[DEAL_ID]).is_some(),
            _ => self.id_files(book, *table, &OF_WORK).is_some(),
        };
        if book.sources.iter().any(|source| source.with_channel) || !WITH_DEALS.iter().all(is_plain) {
            return Ok(None);
        }
        let last = |columns: usize| if with_accounts { columns } else { columns - 1 };
        let deals = self.scan(book, TableName::Deals, &OF_DEALS[..last(OF_DEALS.len())])?;
        let work = self.scan(book, TableName::Engagements, &OF_WORK[..last(OF_WORK.len())])?;
        let splits = self.scan(book, TableName::Splits, &OF_WORK[..last(OF_WORK.len())])?;
        Ok(Some(RowIds { deals, work, splits }))
    }

    /// Reads columns of ids of a table.
    fn scan(&self, book: &Book, table: TableName, columns: &[&str]) -> Result<Vec<FileIds>, Diagnostic> {
        let files = self.id_files(book, table, columns).unwrap_or_default();
        files.iter().map(IdFile::read).collect()
    }

    /// How the files of a table give some columns; `None` where one is made by an expression or has a default.
    fn id_files<'a>(&'a self, book: &'a Book, table: TableName, columns: &[&str]) -> Option<Vec<IdFile<'a>>> {
        let of_table = self.sources.iter().filter(|open| book.sources[open.index].table == table);
        let files = of_table.flat_map(|open| open.files.iter().map(move |file| (open.index, file)));
        files.map(|(source, file)| IdFile::new(book, (source, file), columns)).collect()
    }
}

/// The ids of all rows that name deals.
#[derive(Debug)]
pub struct RowIds {
    deals: Vec<FileIds>,
    work: Vec<FileIds>,
    splits: Vec<FileIds>,
}

impl RowIds {
    /// Payees with work on a deal, on one that is tied to it by renewals and reversals, or with a split of one; with accounts also those with
    /// work on its account.
    pub fn payees_on(&self, deal: &str) -> IdSet {
        let mut deals: HashSet<IdHash> = [id_hash(deal)].into_iter().collect();
        self.follow(&mut deals);
        let accounts = self.accounts_of(&deals);
        self.add_deals_of(&accounts, &mut deals);
        let on = |row: &[IdHash; 3]| deals.contains(&row[0]) || accounts.contains(&row[2]);
        IdSet(self.work().filter(on).map(|[_, payee, _]| payee).filter(|payee| *payee != NO_ID).collect())
    }

    /// The deals on which payees worked or of which they have a split, and one more where it is asked for, with those that are tied to them.
    /// With accounts: all deals of the accounts of these, and those with work that names such an account.
    pub fn part(self, payees: &IdSet, deal: Option<&str>) -> Part {
        let mut deals: HashSet<IdHash> = deal.map(id_hash).into_iter().collect();
        let mut accounts = HashSet::default();
        for [deal, _, account] in self.work().filter(|[_, payee, _]| payees.0.contains(payee)) {
            deals.insert(deal);
            accounts.insert(account);
        }
        deals.remove(&NO_ID);
        self.follow(&mut deals);
        accounts.extend(self.accounts_of(&deals));
        accounts.remove(&NO_ID);
        self.add_deals_of(&accounts, &mut deals);
        self.follow(&mut deals);
        deals.extend(self.work().filter(|row| accounts.contains(&row[2])).map(|[deal, ..]| deal));
        deals.remove(&NO_ID);
        let mut part = Part { deals, rows: BTreeMap::new() };
        for (table, files) in [
            (TableName::Deals, self.deals),
            (TableName::Engagements, self.work),
            (TableName::Splits, self.splits),
        ] {
            for FileIds { key, columns } in files {
                let of_part = (0_u64..).zip(&columns[0]).filter(|(_, deal)| part.takes(table, **deal));
                let rows = of_part.map(|(row, _)| row).collect();
                part.rows.insert(key, rows);
            }
        }
        part
    }

    /// Work and splits: deal, payee and account of each row.
    fn work(&self) -> impl Iterator<Item = [IdHash; 3]> + '_ {
        let files = self.work.iter().chain(&self.splits);
        files.flat_map(|file| (0..file.rows()).map(|row| [0, 1, 2].map(|column| file.id(column, row))))
    }

    /// Adds the deals that are tied to some by renewals and reversals, however far away.
    fn follow(&self, deals: &mut HashSet<IdHash>) {
        loop {
            let before = deals.len();
            for file in &self.deals {
                for row in 0..file.rows() {
                    let own = file.id(0, row);
                    for other in [file.id(1, row), file.id(2, row)].into_iter().filter(|id| *id != NO_ID) {
                        if deals.contains(&own) {
                            deals.insert(other);
                        } else if deals.contains(&other) {
                            deals.insert(own);
                        }
                    }
                }
            }
            if deals.len() == before {
                return;
            }
        }
    }

    /// The accounts of some deals.
    fn accounts_of(&self, deals: &HashSet<IdHash>) -> HashSet<IdHash> {
        let own = self.deal_accounts().filter(|(deal, _)| deals.contains(deal));
        own.map(|(_, account)| account).collect()
    }

    /// Adds the deals of some accounts.
    fn add_deals_of(&self, accounts: &HashSet<IdHash>, deals: &mut HashSet<IdHash>) {
        if !accounts.is_empty() {
            let theirs = self.deal_accounts().filter(|(_, account)| accounts.contains(account));
            deals.extend(theirs.map(|(deal, _)| deal));
        }
    }

    /// Deals with their accounts; empty where those were not wanted.
    fn deal_accounts(&self) -> impl Iterator<Item = (IdHash, IdHash)> + '_ {
        let files = self.deals.iter().filter(|file| file.columns.len() > 3);
        let rows = files.flat_map(|file| (0..file.rows()).map(|row| (file.id(0, row), file.id(3, row))));
        rows.filter(|(_, account)| *account != NO_ID)
    }
}

/// The ids of a file.
#[derive(Debug)]
struct FileIds {
    key: FileKey,
    /// By column: of each row; empty where the file has no such column.
    columns: Vec<Vec<IdHash>>,
}

impl FileIds {
    /// Every row has a deal, or says that it has none.
    fn rows(&self) -> usize {
        self.columns[0].len()
    }

    fn id(&self, column: usize, row: usize) -> IdHash {
        self.columns.get(column).and_then(|ids| ids.get(row)).copied().unwrap_or(NO_ID)
    }
}

/// A file, and where it has columns of ids.
struct IdFile<'a> {
    key: FileKey,
    source: &'a Source,
    file: &'a OpenFile,
    /// Places in the header of the columns that are read, ascending.
    wanted: Vec<usize>,
    /// By column: how it is read, and its place among those that are; `None` where the file has no such column.
    columns: Vec<(Binding<'a>, Option<usize>)>,
}

impl<'a> IdFile<'a> {
    fn new(book: &'a Book, (index, file): (usize, &'a OpenFile), columns: &[&str]) -> Option<Self> {
        let source = &book.sources[index];
        let spec = |name: &str| contract::spec_of(source).columns.iter().find(|column| column.name == name);
        let binding = |name: &&str| {
            let binding = Binding::new(book, FileOf { source, file }, name, Kind::Text, spec(name)).ok()?;
            let is_plain = matches!(binding.from, From::File(_) | From::Nowhere) && binding.default.is_none();
            is_plain.then_some(binding)
        };
        let bindings = columns.iter().map(binding).collect::<Option<Vec<_>>>()?;
        let in_file = |binding: &Binding| match binding.from {
            From::File(place) => Some(place),
            _ => None,
        };
        let wanted: BTreeSet<usize> = bindings.iter().filter_map(in_file).collect();
        let wanted: Vec<usize> = wanted.into_iter().collect();
        let place = |binding: &Binding| wanted.binary_search(&in_file(binding)?).ok();
        let columns = bindings.into_iter().map(|binding| (place(&binding), binding));
        let columns = columns.map(|(place, binding)| (binding, place)).collect();
        Some(Self { key: (index, file.file.shown.clone()), source, file, wanted, columns })
    }

    /// Reads the ids.
    fn read(&self) -> Result<FileIds, Diagnostic> {
        let said = self.file.file.rows_said();
        let room = |(column, (_, place)): (usize, &(Binding<'_>, Option<usize>))| {
            // Every row says which deal it has, or that it has none.
            Vec::with_capacity(if column == 0 || place.is_some() { said } else { 0 })
        };
        let mut columns: Vec<Vec<IdHash>> = self.columns.iter().enumerate().map(room).collect();
        let of_chunk = |chunk: Chunk| {
            let of_column = |(binding, place): &(Binding<'_>, Option<usize>)| {
                place.and_then(|place| chunk.columns.get(place)).map(|array| hashes(binding, array))
            };
            let mut found: Vec<Vec<IdHash>> =
                self.columns.iter().map(|column| of_column(column).unwrap_or_default()).collect();
            found[0].resize(chunk.rows, NO_ID);
            Ok(found)
        };
        let append = |found: Vec<Vec<IdHash>>| {
            columns.iter_mut().zip(found).for_each(|(all, more)| all.extend(more));
            Ok(())
        };
        let wanted = Projection::whole(self.source, &self.file.header, &self.wanted);
        // The rows themselves are read afterwards, and what is read then has its digest.
        let wanted = Projection { digest: false, ..wanted };
        self.file.file.rows_taken(wanted, of_chunk, append)?;
        Ok(FileIds { key: self.key.clone(), columns })
    }
}

/// The hashes of the ids of a column.
fn hashes(binding: &Binding<'_>, array: &ArrayRef) -> Vec<IdHash> {
    let hash = |text: Option<&str>| text.map_or(NO_ID, id_hash);
    match Cells::new(array) {
        Cells::Text(texts) if !binding.replaces() && !texts.iter().flatten().any(is_marked) => {
            texts.iter().map(hash).collect()
        }
        Cells::Dictionary(keys, texts) if !binding.replaces() => {
            let of_texts: Vec<IdHash> = texts.iter().map(hash).collect();
            keys.iter().map(|key| key.map_or(NO_ID, |key| of_texts[key as usize])).collect()
        }
        cells => {
            let (mut buffer, mut other) = (String::new(), String::new());
            let of_row = |row| hash(binding.mapped(cells.cell(row), &mut buffer).text(&mut other));
            (0..array.len()).map(of_row).collect()
        }
    }
}
