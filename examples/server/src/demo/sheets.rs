//! Spreadsheets of the demo.

use rust_xlsxwriter::{Format, Formula, Workbook, XlsxError};

use super::DemoError;

/// A sheet with a heading, columns, rows of figures, and their sums.
pub(super) fn workbook(title: &str, columns: &[&str], rows: &[(&str, &[f64])]) -> Result<Vec<u8>, DemoError> {
    written(title, columns, rows).map_err(|error| DemoError::Document(error.to_string()))
}

fn written(title: &str, columns: &[&str], rows: &[(&str, &[f64])]) -> Result<Vec<u8>, XlsxError> {
    let (bold, money) = (Format::new().set_bold(), Format::new().set_num_format("#,##0.00"));
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_column_width(0, 34)?;
    sheet.write_with_format(0, 0, title, &bold)?;
    for (column, name) in (0_u16..).zip(columns) {
        sheet.write_with_format(2, column, *name, &bold)?;
    }
    for (row, (label, figures)) in (3_u32..).zip(rows) {
        sheet.write(row, 0, *label)?;
        for (column, figure) in (1_u16..).zip(*figures) {
            sheet.write_with_format(row, column, *figure, &money)?;
        }
    }
    let sums = 3 + u32::try_from(rows.len()).unwrap_or(0);
    sheet.write_with_format(sums, 0, "Total", &bold)?;
    for (column, letter) in (1_u16..).zip("BCDEFG".chars()).take(columns.len().saturating_sub(1)) {
        let sum = Formula::new(format!("=SUM({letter}4:{letter}{sums})"));
        sheet.write_formula_with_format(sums, column, sum, &money)?;
    }
    workbook.save_to_buffer()
}

/// A year's transactions as CSV, by RFC 4180.
pub(super) fn transactions() -> String {
    let mut csv = String::from("Date,Description,Debit,Credit\r\n");
    for (day, what, debit, credit) in [
        (2, "Opening balance", "", "48,210.55"),
        (5, "Stripe payout", "", "12,904.00"),
        (6, "Rent, January", "4,200.00", ""),
        (9, "Payroll", "18,644.21", ""),
        (12, "Parts: \"Nordlicht\" motors", "6,310.80", ""),
        (15, "Invoice 1042, Halden Co.", "", "21,500.00"),
        (19, "Insurance", "1,120.00", ""),
        (23, "Payroll", "18,644.21", ""),
        (26, "Travel, trade fair", "2,087.45", ""),
        (30, "Interest", "", "31.12"),
    ] {
        let what = what.replace('"', "\"\"");
        csv.push_str(&format!("2026-01-{day:02},\"{what}\",\"{debit}\",\"{credit}\"\r\n"));
    }
    csv
}
