//! The demo's documents, each by its name.

use super::DemoError;
use super::paper::Paper;
use super::{pictures, sheets};

const FIRM: &str = "Harbor & Lane Accounting";

/// The bytes of the document called `name`.
pub(super) fn make(name: &str) -> Result<Vec<u8>, DemoError> {
    Ok(match name {
        "Form 1120-S 2024.pdf" => form_1120s(),
        "Schedule K-1 Ana Flores.pdf" => schedule_k1(),
        "State return 2024.pdf" => state_return(),
        "Engagement letter 2025.pdf" => engagement_letter(),
        "Tax organizer 2025.pdf" => organizer(),
        "Bank statement January 2026.pdf" => bank_statement(),
        "W-2 Chidi Okafor.pdf" => w2(),
        "Form 1098 mortgage interest.pdf" => form_1098(),
        "Lease agreement.pdf" => lease(),
        "Donation receipt.jpg" => pictures::photograph(&donation_receipt())?,
        "Floor plan.png" => pictures::floor_plan()?,
        "Trial balance 2025.xlsx" => trial_balance()?,
        "Payroll fourth quarter.xlsx" => payroll()?,
        "Transactions January 2026.csv" => sheets::transactions().into_bytes(),
        other => return Err(DemoError::Document(format!("nobody knows how to make `{other}`"))),
    })
}

fn form_1120s() -> Vec<u8> {
    let mut paper =
        Paper::new(FIRM, "Form 1120-S for 2024", "U.S. income tax return for an S corporation: client copy");
    paper
        .heading("Income")
        .row("1a  Gross receipts or sales", "1,284,300.00")
        .row("1b  Returns and allowances", "8,412.00");
    paper.row("2   Cost of goods sold", "612,744.00").total("6   Total income", "663,144.00");
    paper
        .heading("Deductions")
        .row("7   Compensation of officers", "180,000.00")
        .row("8   Salaries and wages", "214,880.00");
    paper.row("11  Rents", "50,400.00").row("12  Taxes and licenses", "31,206.00").row("14  Depreciation", "22,150.00");
    paper.row("16  Advertising", "9,800.00").row("19  Other deductions", "41,377.00");
    paper.total("20  Total deductions", "549,813.00").total("21  Ordinary business income", "113,331.00");
    paper.turn();
    paper.heading("Schedule B: other information");
    paper.paragraph("Accounting method: accrual. Business activity: industrial automation. Product or service: robot cells for small workshops.");
    paper.paragraph("At the end of the tax year the corporation was not a shareholder of another corporation, and held no interest in a partnership, trust or disregarded entity.");
    paper.heading("Schedule K: shareholders’ pro rata share items").row("1   Ordinary business income", "113,331.00");
    paper
        .row("4   Interest income", "371.00")
        .row("12a Charitable contributions", "2,500.00")
        .row("16d Distributions", "60,000.00");
    paper.signature("Signature of officer").signature("Paid preparer: Olivia Lane, CPA");
    paper.finish()
}

fn schedule_k1() -> Vec<u8> {
    let mut paper = Paper::new(FIRM, "Schedule K-1 for 2024", "Shareholder: Ana Flores, 60%");
    paper.heading("Part III: shareholder’s share of current year income");
    paper.row("1   Ordinary business income", "67,998.60").row("4   Interest income", "222.60");
    paper.row("12A Charitable contributions", "1,500.00").row("16D Distributions", "36,000.00");
    paper.paragraph(
        "Keep this with your records. Report these amounts on your own return; do not attach this copy to it.",
    );
    paper.finish()
}

fn state_return() -> Vec<u8> {
    let mut paper = Paper::new(FIRM, "State return for 2024", "Franchise and income tax: client copy");
    paper
        .row("Net income from the federal return", "113,331.00")
        .row("Apportionment", "100%")
        .row("Tax at 1.5%", "1,699.97");
    paper.row("Estimated payments", "1,600.00").total("Balance due, paid on 14 March 2025", "99.97");
    paper.finish()
}

fn engagement_letter() -> Vec<u8> {
    let mut paper = Paper::new(FIRM, "Engagement letter", "Acme Robotics LLC, tax year 2025");
    paper.paragraph("Dear Ana, dear Ben,");
    paper.paragraph("Thank you for letting us prepare your returns again. This letter says what we will do, what we need from you, and what it costs. Please read it, and tell us if something is not as you expect.");
    paper.heading("What we will do");
    paper.paragraph("We will prepare the federal and state income tax returns of Acme Robotics LLC for 2025, and the Schedules K-1 of its shareholders. We work from what you give us and do not audit it.");
    paper.heading("What we need from you");
    paper.paragraph("The tax organizer, filled in; bank and card statements; the trial balance; payroll reports; and whatever is new this year. Upload them into the folder “2025 Tax” by 20 February, so that we can file in time.");
    paper.heading("What it costs");
    paper
        .row("Federal and state returns", "$2,900.00")
        .row("Schedules K-1, each", "$150.00")
        .total("Estimate for 2025", "$3,200.00");
    paper.paragraph("Work beyond this is billed by the hour, and only after we have talked about it.");
    paper.signature("For Harbor & Lane Accounting: Olivia Lane").signature("For Acme Robotics LLC");
    paper.finish()
}

fn organizer() -> Vec<u8> {
    let mut paper = Paper::new(FIRM, "Tax organizer for 2025", "Acme Robotics LLC: what changed, and what to send us");
    for (heading, questions) in [
        (
            "The business",
            [
                "Did ownership change in 2025?",
                "Did you open or close a location?",
                "Did you begin to sell in another state?",
            ],
        ),
        (
            "Assets",
            [
                "Did you buy or sell equipment above $2,500?",
                "Did you buy or lease a vehicle?",
                "Did you scrap anything on the list?",
            ],
        ),
        (
            "People",
            [
                "Did you pay contractors more than $600?",
                "Did the health plan change?",
                "Were there family members on the payroll?",
            ],
        ),
        (
            "Money",
            [
                "Were there new loans, or loans paid off?",
                "Did you hold digital assets?",
                "Were there gifts or donations?",
            ],
        ),
        (
            "Next year",
            [
                "Do you expect income to differ by more than a tenth?",
                "Do you plan to hire?",
                "Do you plan large purchases?",
            ],
        ),
    ] {
        paper.heading(heading);
        for question in questions {
            paper.row(question, "Yes / No");
        }
    }
    paper.finish()
}

fn bank_statement() -> Vec<u8> {
    let mut paper = Paper::new("First Harbor Bank", "Account statement", "Acme Robotics LLC, 1 to 31 January 2026");
    paper
        .row("Opening balance", "48,210.55")
        .row("5 Jan   Stripe payout", "12,904.00")
        .row("6 Jan   Rent", "-4,200.00");
    paper
        .row("9 Jan   Payroll", "-18,644.21")
        .row("12 Jan  Nordlicht motors", "-6,310.80")
        .row("15 Jan  Halden Co.", "21,500.00");
    paper.row("19 Jan  Insurance", "-1,120.00").row("23 Jan  Payroll", "-18,644.21").row("26 Jan  Travel", "-2,087.45");
    paper.row("30 Jan  Interest", "31.12").total("Closing balance", "31,639.00");
    paper.finish()
}

fn w2() -> Vec<u8> {
    let mut paper = Paper::new("Seaview Hospital", "Form W-2 for 2025", "Wage and tax statement: Chidi Okafor");
    paper.row("1   Wages, tips, other compensation", "96,420.00").row("2   Federal income tax withheld", "13,310.00");
    paper.row("3   Social security wages", "101,920.00").row("4   Social security tax withheld", "6,319.04");
    paper.row("5   Medicare wages and tips", "101,920.00").row("6   Medicare tax withheld", "1,477.84");
    paper
        .row("12a D: elective deferrals", "5,500.00")
        .row("16  State wages", "96,420.00")
        .row("17  State income tax", "4,106.00");
    paper.finish()
}

fn form_1098() -> Vec<u8> {
    let mut paper =
        Paper::new("Tidewater Mortgage", "Form 1098 for 2025", "Mortgage interest statement: Chidi and Amara Okafor");
    paper.row("1   Mortgage interest received", "14,882.17").row("2   Outstanding principal", "412,300.00");
    paper.row("5   Mortgage insurance premiums", "0.00").row("10  Real estate taxes paid", "5,940.00");
    paper.finish()
}

fn lease() -> Vec<u8> {
    let mut paper = Paper::new("Quayside Properties", "Commercial lease", "Blue Door Bakery, 14 Quay Street");
    for (number, (heading, text)) in (1..).zip([
        ("Premises", "The landlord lets to the tenant the shop on the ground floor and the cellar below it, as drawn on the attached plan, with the right to use the yard for deliveries."),
        ("Term", "The lease begins on 1 April 2025 and runs for five years. The tenant may extend it once, for five years, by letter six months before it ends."),
        ("Rent", "The rent is $3,150 a month, due on the first. It rises by 2.5 percent each April."),
        ("Use", "The tenant uses the premises as a bakery and shop. Ovens and ventilation are the tenant’s, and are kept as the fire code asks."),
        ("Repairs", "Roof, walls and pipes are the landlord’s to keep; everything inside them the tenant’s."),
        ("Insurance", "Each party insures what is theirs and shows the policy when asked."),
        ("End", "At the end the tenant leaves the premises swept, with fixtures removed and walls made good."),
    ]) {
        paper.heading(&format!("{number}. {heading}")).paragraph(text);
    }
    paper.signature("For Quayside Properties").signature("For Blue Door Bakery: Lena Petrov");
    paper.finish()
}

fn donation_receipt() -> Vec<u8> {
    let mut paper = Paper::new("Harbour Food Bank", "Thank you", "Receipt 20251204-118");
    paper.paragraph("We received from Amara Okafor on 4 December 2025 a gift for which nothing was given in return.");
    paper.row("Cash", "$250.00").row("Groceries, by the donor’s list", "$85.00").total("In all", "$335.00");
    paper.signature("For the Harbour Food Bank, a 501(c)(3) organization");
    paper.finish()
}

fn trial_balance() -> Result<Vec<u8>, DemoError> {
    let rows: &[(&str, &[f64])] = &[
        ("Cash", &[48_210.55, 0.0]),
        ("Accounts receivable", &[86_400.00, 0.0]),
        ("Inventory", &[121_730.00, 0.0]),
        ("Equipment", &[240_000.00, 0.0]),
        ("Accumulated depreciation", &[0.0, 96_150.00]),
        ("Accounts payable", &[0.0, 54_310.25]),
        ("Loan, First Harbor Bank", &[0.0, 110_000.00]),
        ("Common stock", &[0.0, 50_000.00]),
        ("Retained earnings", &[0.0, 72_540.30]),
        ("Sales", &[0.0, 1_402_118.00]),
        ("Cost of goods sold", &[655_208.00, 0.0]),
        ("Salaries and wages", &[421_900.00, 0.0]),
        ("Rent", &[50_400.00, 0.0]),
        ("Other expenses", &[161_270.00, 0.0]),
    ];
    sheets::workbook("Acme Robotics LLC: trial balance, 31 December 2025", &["Account", "Debit", "Credit"], rows)
}

fn payroll() -> Result<Vec<u8>, DemoError> {
    let rows: &[(&str, &[f64])] = &[
        ("Lena Petrov", &[5_200.0, 5_200.0, 5_200.0]),
        ("Sam Whitlock", &[3_140.0, 3_310.0, 3_680.0]),
        ("Ines Duarte", &[2_870.0, 2_870.0, 3_050.0]),
        ("Seasonal help", &[0.0, 640.0, 1_920.0]),
    ];
    sheets::workbook(
        "Blue Door Bakery: payroll, fourth quarter",
        &["Employee", "October", "November", "December"],
        rows,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pdf_of_the_demo_can_be_shown() {
        for (name, pages) in [
            ("Form 1120-S 2024.pdf", 2),
            ("Schedule K-1 Ana Flores.pdf", 1),
            ("State return 2024.pdf", 1),
            ("Engagement letter 2025.pdf", 1),
            ("Tax organizer 2025.pdf", 1),
            ("Bank statement January 2026.pdf", 1),
            ("W-2 Chidi Okafor.pdf", 1),
            ("Form 1098 mortgage interest.pdf", 1),
            ("Lease agreement.pdf", 1),
        ] {
            let drawn = portal_pdf::render(&make(name).unwrap().into(), 0, 200).unwrap();
            assert_eq!(drawn.pages, pages, "{name}");
        }
    }

    #[test]
    fn pictures_and_sheets_are_what_their_names_say() {
        assert!(make("Floor plan.png").unwrap().starts_with(b"\x89PNG"));
        assert!(make("Donation receipt.jpg").unwrap().starts_with(&[0xff, 0xd8, 0xff]));
        assert!(make("Trial balance 2025.xlsx").unwrap().starts_with(b"PK"));
        assert!(make("Transactions January 2026.csv").unwrap().starts_with(b"Date,"));
        assert!(make("unheard of.pdf").is_err());
    }
}
