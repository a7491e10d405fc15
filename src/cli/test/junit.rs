//! The report as JUnit XML, which review pipelines read. Without times: the same cases give the same bytes.

use std::path::Path;

use quick_junit::{NonSuccessKind, Report as Xml, TestCase, TestCaseStatus, TestSuite};

use super::{CaseRun, Report, Verdict, text};
use crate::cli::output::{ProtectedPaths, to_file};
use apportion_base::diagnostic::{Code, Diagnostic};

/// Writes the report, whole or not at all.
pub fn write(path: &Path, report: &Report, protected: &ProtectedPaths) -> Result<(), Diagnostic> {
    let cannot = |why: String| Diagnostic::error(Code::CannotWrite, format!("{}: {why}", path.display()));
    let xml = xml(report).to_string().map_err(|error| cannot(error.to_string()))?;
    to_file(path, protected, |sink| sink.write_all(xml.as_bytes()))
}

/// A suite for each file.
fn xml(report: &Report) -> Xml {
    let mut xml = Xml::new("apportion");
    for of_file in report.cases.chunk_by(|a, b| a.file == b.file) {
        let mut suite = TestSuite::new(of_file[0].file.as_str());
        suite.add_test_cases(of_file.iter().map(case));
        xml.add_test_suite(suite);
    }
    xml
}

fn case(ran: &CaseRun) -> TestCase {
    let status = match ran.result {
        Verdict::Passed | Verdict::Updated => TestCaseStatus::success(),
        Verdict::Failed => {
            let differs = text::what_differs(ran);
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(format!("{}:{}: {}", ran.file, ran.line, first_line(&differs)));
            status.set_description(differs);
            status
        }
    };
    let mut case = TestCase::new(ran.case.name.as_str(), status);
    case.set_classname(ran.file.as_str());
    case
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
