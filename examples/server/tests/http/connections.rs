//! Connections: how long one may say nothing, how many one peer may hold, and how they end.

use std::io::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use super::office::Office;

/// How long something may take that happens at once: machines are busy at times.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection from an address of this machine.
async fn connect(office: &Office, from: [u8; 4]) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from((from, 0))).unwrap();
    socket.connect(office.address).await.unwrap()
}

/// Whether the server hung up without a word.
async fn is_hung_up(stream: &mut TcpStream) -> bool {
    let read = timeout(PATIENCE, stream.read(&mut [0; 1])).await.expect("nothing comes");
    !matches!(read, Ok(1..))
}

/// Whether the server answers a request on this connection.
async fn is_served(office: &Office, stream: &mut TcpStream) -> bool {
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", office.address);
    if stream.write_all(request.as_bytes()).await.is_err() {
        return false;
    }
    let (mut answer, mut piece) = (Vec::new(), [0; 1024]);
    while !answer.ends_with(b"ok\n") {
        match timeout(PATIENCE, stream.read(&mut piece)).await.expect("nothing comes") {
            Ok(read @ 1..) => answer.extend_from_slice(&piece[..read]),
            _ => return false,
        }
    }
    answer.starts_with(b"HTTP/1.1 200")
}

#[tokio::test]
async fn l10_one_peer_holds_a_quarter_of_the_connections_and_others_are_served() {
    let office = Office::open_with(|_, options| {
        options.limits.connections = 8;
        // Whoever says nothing stays for as long as a test may take.
        options.limits.head = Duration::from_secs(3600);
    })
    .await;
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut stream = connect(&office, [127, 0, 0, 2]).await;
        assert!(is_served(&office, &mut stream).await);
        held.push(stream);
    }
    for _ in 0..20 {
        assert!(is_hung_up(&mut connect(&office, [127, 0, 0, 2]).await).await);
    }
    assert!(is_served(&office, &mut connect(&office, [127, 0, 0, 3]).await).await);
    assert!(is_served(&office, &mut held[0]).await);
}

#[tokio::test]
async fn l10_behind_proxies_of_ours_everybody_comes_from_one_peer_and_is_served() {
    let office = Office::open_with(|_, options| {
        options.limits.connections = 8;
        options.proxies = 1;
    })
    .await;
    let mut held = Vec::new();
    for _ in 0..8 {
        let mut stream = connect(&office, [127, 0, 0, 2]).await;
        assert!(is_served(&office, &mut stream).await);
        held.push(stream);
    }
}

#[tokio::test]
async fn l10_whoever_does_not_say_what_they_want_is_hung_up_on() {
    let office = Office::open_with(|_, options| options.limits.head = Duration::from_millis(50)).await;
    for begins in ["", "GET /healthz HTTP/1.1\r\nHost:"] {
        let mut stream = connect(&office, [127, 0, 0, 2]).await;
        stream.write_all(begins.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let _ = timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("it is waited for");
        assert!(!answer.starts_with(b"HTTP/1.1 200"));
    }
}

/// What comes on a connection until the server closes it.
async fn read_to_end(stream: std::net::TcpStream) -> String {
    stream.set_nonblocking(true).unwrap();
    let mut stream = TcpStream::from_std(stream).unwrap();
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("it stays open");
    read.unwrap_or_else(|error| panic!("{error} after {}", String::from_utf8_lossy(&answer)));
    String::from_utf8(answer).unwrap()
}

/// Server and test share one thread here, so that the server hears of all that happens between two waits at once.
#[tokio::test]
async fn a_request_that_was_sent_before_the_server_was_told_to_stop_is_answered() {
    for is_taken in [false, true] {
        for _ in 0..4 {
            let mut office = Office::open().await;
            let mut stream = std::net::TcpStream::connect(office.address).unwrap();
            if is_taken {
                // Who came later is served, so this one is waited for.
                office.browser().get("/healthz").await.ok();
            }
            write!(stream, "GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", office.address).unwrap();
            office.stop();
            let answer = read_to_end(stream).await;
            assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("ok\n"), "{is_taken}: {answer}");
        }
    }
}

#[tokio::test]
async fn who_says_nothing_is_hung_up_on_when_the_server_stops() {
    let mut office = Office::open_with(|_, options| options.limits.head = Duration::from_secs(3600)).await;
    let mut silent = connect(&office, [127, 0, 0, 2]).await;
    let mut idle = connect(&office, [127, 0, 0, 3]).await;
    assert!(is_served(&office, &mut idle).await);
    office.stop();
    assert!(is_hung_up(&mut silent).await);
    assert!(is_hung_up(&mut idle).await);
}
