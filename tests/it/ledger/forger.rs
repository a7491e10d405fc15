//! Somebody who changes a ledger and makes every digest fit again: what an identity or a second settlement has to find.

use std::fs;
use std::path::{Path, PathBuf};

use apportion::digest::sha256_hex;
use apportion::ledger::folder::{Approval, CloseRecord, seal};

use crate::verify::lines::Lines;

/// A ledger in the hands of a forger.
pub struct Forger {
    ledger: PathBuf,
}

impl Forger {
    pub fn new(ledger: &Path) -> Self {
        Self { ledger: ledger.to_owned() }
    }

    /// The folder of a close, by its number from 1 on.
    pub fn close(&self, number: usize) -> PathBuf {
        let closes = fs::read_dir(self.ledger.join("closes")).unwrap().map(|close| close.unwrap().path());
        let start = format!("{number:04}-");
        closes
            .into_iter()
            .find(|path| path.file_name().unwrap().to_str().unwrap().starts_with(&start))
            .unwrap()
    }

    /// Changes a text.
    pub fn text(&self, close: usize, file: &str, change: impl FnOnce(String) -> String) {
        let path = self.close(close).join(file);
        let before = fs::read_to_string(&path).unwrap();
        let after = change(before.clone());
        assert_ne!(before, after, "{file} was not changed");
        fs::write(path, after).unwrap();
    }

    /// Changes a cell of a CSV file: in the first row that has these cells, the column gets another text.
    pub fn cell(
        &self,
        close: usize,
        file: &str,
        (row, column): (&[(&str, &str)], &str),
        change: impl Fn(&str) -> String,
    ) {
        self.text(close, file, |text| {
            let mut rows = csv_rows(&text);
            let header = rows[0].clone();
            let place = |name: &str| header.iter().position(|column| column == name).unwrap();
            let is_it = |cells: &Vec<String>| row.iter().all(|(name, value)| cells[place(name)] == *value);
            let found =
                rows.iter().skip(1).position(is_it).unwrap_or_else(|| panic!("{row:?} in {text}")) + 1;
            let cell = &mut rows[found][place(column)];
            *cell = change(cell);
            csv_text(&rows)
        });
    }

    /// Changes the rows of a CSV file below its header.
    pub fn rows(&self, close: usize, file: &str, change: impl FnOnce(&mut Vec<Vec<String>>)) {
        self.text(close, file, |text| {
            let mut rows = csv_rows(&text);
            let mut below = rows.split_off(1);
            change(&mut below);
            rows.extend(below);
            csv_text(&rows)
        });
    }

    /// Changes the entries.
    pub fn entries(&self, close: usize, change: impl FnOnce(&mut Lines)) {
        self.parquet(close, "entries.parquet", change);
    }

    /// Changes a file of rows.
    pub fn parquet(&self, close: usize, file: &str, change: impl FnOnce(&mut Lines)) {
        let path = self.close(close).join(file);
        let mut lines = Lines::read(&path);
        change(&mut lines);
        lines.write(&path);
    }

    /// What close.json says.
    pub fn read(&self, close: usize) -> CloseRecord {
        let text = fs::read_to_string(self.close(close).join("close.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// Changes what close.json says.
    pub fn record(&self, close: usize, change: impl FnOnce(&mut CloseRecord)) {
        let mut record = self.read(close);
        change(&mut record);
        fs::write(self.close(close).join("close.json"), seal(&record).unwrap().text).unwrap();
    }

    /// Changes who approved a close.
    pub fn approvals(&self, close: usize, change: impl FnOnce(&mut Vec<Approval>)) {
        let path = self.close(close).join("approvals.json");
        let mut approvals: Vec<Approval> = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        change(&mut approvals);
        fs::write(path, seal(&approvals).unwrap().text).unwrap();
    }

    /// Makes all digests fit: those of files, those that approvals sign, and the chain.
    pub fn reseal(&self) {
        let mut previous = None;
        for number in 1..=self.closes() {
            let mut record = self.read(number);
            record.previous = previous;
            let digest_of = |file: &str| {
                let bytes = fs::read(self.close(number).join(file)).unwrap();
                (sha256_hex(&bytes), bytes.len() as u64)
            };
            record.files.retain(|file| file.file != "approvals.json");
            let exchanged = record.files.iter().map(|file| (file.sha256.clone(), digest_of(&file.file).0));
            self.reseal_run(number, exchanged.filter(|(was, is)| was != is));
            for file in &mut record.files {
                (file.sha256, file.bytes) = digest_of(&file.file);
            }
            let draft = seal(&record).unwrap().digest;
            self.approvals(number, |approvals| {
                for approval in approvals {
                    approval.digest.clone_from(&draft);
                }
            });
            let mut approvals = record.files[0].clone();
            approvals.file = "approvals.json".to_owned();
            (approvals.sha256, approvals.bytes) = digest_of("approvals.json");
            record.files.push(approvals);
            let sealed = seal(&record).unwrap();
            fs::write(self.close(number).join("close.json"), sealed.text).unwrap();
            previous = Some(sealed.digest);
        }
    }

    /// Puts the new digests of files into run.json, and a seal that fits.
    fn reseal_run(&self, close: usize, exchanged: impl Iterator<Item = (String, String)>) {
        let path = self.close(close).join("run.json");
        let before = fs::read_to_string(&path).unwrap();
        let after = exchanged.fold(before.clone(), |text, (was, is)| text.replace(&was, &is));
        if after != before {
            let open = after.rsplit_once(",\n  \"seal\"").unwrap().0;
            fs::write(path, apportion::results::sealed(&format!("{open}\n}}"))).unwrap();
        }
    }

    /// How many closes there are.
    fn closes(&self) -> usize {
        fs::read_dir(self.ledger.join("closes")).unwrap().count()
    }
}

fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn csv_text(rows: &[Vec<String>]) -> String {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}
