use portal_core::directory::{ImportRow, ImportedDetails, RowOutcome};

use super::*;

fn read(text: &str) -> ClientList {
    ClientList::read(text.as_bytes()).unwrap()
}

fn refused(bytes: impl AsRef<[u8]>) -> String {
    ClientList::read(bytes.as_ref()).unwrap_err().to_string()
}

/// What is wrong with each line.
fn wrong(list: &ClientList) -> Vec<(u64, String)> {
    list.lines.iter().filter_map(|line| Some((line.number, line.read.as_ref().err()?.clone()))).collect()
}

/// The rows in a few words.
fn rows(list: &ClientList) -> Vec<String> {
    let row = |row: ImportRow| match row {
        ImportRow::Client(row) => format!("{} {}", row.external_id.as_str(), row.name),
        ImportRow::Contact(row) => {
            let email = row.email.flatten().map(|email| email.to_string()).unwrap_or_default();
            let details = match &row.details {
                ImportedDetails::OfTheirKinds(details) => details.emails().len() + details.phones().len(),
                _ => 0,
            };
            format!("{}@{} {} {email} {details}", row.external_id.as_str(), row.client.as_str(), row.name)
        }
    };
    list.rows().into_iter().map(row).collect()
}

#[test]
fn the_sample_is_a_list_that_can_be_brought_in() {
    let list = read(SAMPLE);
    assert_eq!(wrong(&list), []);
    assert!(list.passed_over.is_empty());
    let expected = [
        "C-1001 Acme Carpentry LLC",
        "P-1@C-1001 Ana Ruiz ana@acme.example 1",
        "P-2@C-1001 Ben Ortiz ben@acme.example 2",
        "C-1002 Bolt Family Trust",
    ];
    assert_eq!(rows(&list), expected);
    assert_eq!(list.lines.iter().map(|line| line.number).collect::<Vec<_>>(), [2, 3, 4]);
}

#[test]
fn a_list_is_read_as_spreadsheets_save_it() {
    let plain = "Client ID,Client name,Contact ID,Contact name,Email\nC1,\"Smith, Zoë\",P1,Zoë,zoe@x.test\n";
    let expected = rows(&read(plain));
    assert_eq!(expected, ["C1 Smith, Zoë", "P1@C1 Zoë zoe@x.test 0"]);
    let semicolons =
        "Client ID;Client name;Contact ID;Contact name;Email\r\nC1;Smith, Zoë;P1;Zoë;zoe@x.test\r\n;;;;\r\n";
    for same in [
        format!("\u{feff}{plain}"),
        semicolons.to_owned(),
        format!("\u{feff}sep=;\r\n{semicolons}"),
        semicolons.replace(';', "\t"),
        plain.replace("Client ID", " CLIENT_ID ").replace("Contact name", "contact-name"),
        plain.replace('\n', "\n\n"),
    ] {
        assert_eq!(rows(&read(&same)), expected, "{same}");
        assert_eq!(read(&same).lines.len(), 1, "{same}");
    }
    assert_eq!(read(&format!("sep=;\r\n{semicolons}")).lines[0].number, 3, "as an editor counts");
}

#[test]
fn what_is_no_list_is_refused_as_a_whole_and_says_what_to_do() {
    assert!(refused("").contains("empty"));
    assert!(refused("Client ID,Client name\n,,\n").contains("empty"));
    assert!(refused("PK\x03\x04 a workbook").contains("Excel workbook"));
    assert!(refused(b"Client ID,Client name\nC1,Zo\xeb\n").contains("UTF-8"));
    let utf16: Vec<u8> = "Client ID,x\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(refused(utf16).contains("UTF-8"));
    let nameless = refused("Client ID,Firm\nC1,Acme\n");
    assert!(nameless.contains("no column “Client name”") && nameless.contains("“Client ID”, “Firm”"), "{nameless}");
    assert!(refused("Client ID,Client name,Client-ID\nC1,Acme,C2\n").contains("“Client ID” twice"));
    assert!(refused("Client ID,Client name,Email\nC1,Acme,a@x.test\n").contains("“Contact ID”"));
    assert!(refused(vec![b'x'; MAX_BYTES + 1]).contains("larger than 2 MB"));
    let long = "Client ID,Client name\n".to_owned() + &"C,Acme\n".repeat(MAX_LINES + 1);
    assert!(refused(long).contains("more than 10000 lines"));
}

#[test]
fn what_is_wrong_with_a_line_is_said_of_it_and_holds_up_no_other() {
    let list = read(
        "Client ID,Client name,Contact ID,Contact name,Email,Mobile phone,Notes\n\
         C1,Acme,P1,Ana,ana@,,\n\
         ,Bolt,,,,,\n\
         C1,Acme,P2,Ben,ben@x.test,0512 555,\n\
         C1,Acme,,Cy,cy@x.test,,\n\
         C1,Acme,P4,,dee@x.test,,\n\
         C1,Acme,P5,Eve,eve@x.test,,,and more\n\
         C1,Acme Inc,P6,Fay,,,\n\
         C1,Acme,P7,Gil,,,hello\n\
         C1,Other,P8,Hal,,,\n\
         C2,,P9,Ida,,,\n",
    );
    let wrong = wrong(&list);
    let said: Vec<(u64, &str)> = wrong.iter().map(|(line, why)| (*line, why.as_str())).collect();
    assert_eq!(
        said,
        [
            (2, "“ana@” is no email address."),
            (3, "The client ID is missing."),
            (4, "“0512 555” is no phone number with its country, such as +1 512 555 0100."),
            (5, "The contact ID is missing."),
            (6, "The contact’s name is missing."),
            (7, "The line has more cells than the first one: put quotes around what has a comma in it."),
            (9, "Line 8 calls this client “Acme Inc”. Which of the two holds?"),
            (10, "Line 8 calls this client “Acme Inc”. Which of the two holds?"),
        ]
    );
    // The client stands where the first good line names it, and of one without a name there is the contact alone.
    assert_eq!(rows(&list), ["C1 Acme Inc", "P6@C1 Fay  0", "P9@C2 Ida  0"]);
    assert_eq!(list.passed_over, ["Notes"]);
    let outcomes = list.outcomes(&[RowOutcome::Created, RowOutcome::Updated, RowOutcome::Unchanged]);
    assert_eq!(outcomes[6], Ok((Some(RowOutcome::Created), Some(RowOutcome::Updated))));
    assert_eq!(outcomes[9], Ok((None, Some(RowOutcome::Unchanged))));
    assert!(outcomes[0].is_err());
}
