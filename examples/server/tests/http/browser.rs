//! A browser as far as tests need one: cookies, forms, and what it says of where it comes from.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// What stands before the token of a form.
const TOKEN: &str = "name=\"_csrf\" value=\"";

/// A browser with its cookies.
#[derive(Debug, Clone)]
pub struct Browser {
    pub address: SocketAddr,
    pub cookies: BTreeMap<String, String>,
    /// What it says in `Origin` when it posts.
    pub origin: Option<String>,
    pub agent: &'static str,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Browser {
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            cookies: BTreeMap::new(),
            origin: Some(format!("http://{address}")),
            agent: "Firefox/142.0 Windows",
        }
    }

    /// Looks at a page, without following where it leads.
    pub async fn get(&mut self, path: &str) -> Page {
        self.send(Method::GET, path, &[], Bytes::new()).await
    }

    /// Looks at a page with headers of one's own.
    pub async fn get_with(&mut self, path: &str, headers: &[(HeaderName, &str)]) -> Page {
        self.send(Method::GET, path, headers, Bytes::new()).await
    }

    /// Looks at a page, and at where it leads.
    pub async fn visit(&mut self, path: &str) -> Page {
        let page = self.get(path).await;
        self.follow(page).await
    }

    /// Goes on to where an answer leads, as often as it does.
    pub async fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..5 {
            let Some(place) = page.leads_to() else { return page };
            page = self.get(&place).await;
        }
        panic!("it leads on and on");
    }

    /// Posts a form as it is.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let kind = [(header::CONTENT_TYPE, "application/x-www-form-urlencoded")];
        self.send(Method::POST, path, &kind, body.into()).await
    }

    /// Posts the form of a page: with the page's token.
    pub async fn submit(&mut self, page: &Page, path: &str, fields: &[(&str, &str)]) -> Page {
        let token = page.token();
        let fields: Vec<(&str, &str)> =
            std::iter::once(("_csrf", token.as_str())).chain(fields.iter().copied()).collect();
        self.post(path, &fields).await
    }

    /// Posts files by the form of a page; as a script does when `by_script`.
    pub async fn upload(&mut self, page: &Page, path: &str, files: &[(&str, &[u8])], by_script: bool) -> Page {
        let body = multipart(&page.token(), files);
        let accept = if by_script { "application/json" } else { "text/html" };
        let kind = [(header::CONTENT_TYPE, "multipart/form-data; boundary=edge"), (header::ACCEPT, accept)];
        self.send(Method::POST, path, &kind, body.into()).await
    }

    pub async fn send(&mut self, method: Method, path: &str, headers: &[(HeaderName, &str)], body: Bytes) -> Page {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let mut request = Request::builder().method(&method).uri(path).header(header::HOST, self.address.to_string());
        request = request.header(header::USER_AGENT, self.agent);
        if !self.cookies.is_empty() {
            let line: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(header::COOKIE, line.join("; "));
        }
        if let Some(origin) = self.origin.as_ref().filter(|_| method != Method::GET && method != Method::HEAD) {
            request = request.header(header::ORIGIN, origin);
        }
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let answer = sender.send_request(request.body(Full::new(body)).unwrap()).await.unwrap();
        let (parts, body) = answer.into_parts();
        self.keep(&parts.headers);
        let body = body.collect().await.unwrap().to_bytes();
        Page { status: parts.status, headers: parts.headers, body }
    }

    fn keep(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (pair, attributes) = line.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// What a script says of a file of five bytes that it sends part by part.
pub fn announced(token: &str) -> [(HeaderName, &str); 4] {
    [
        (HeaderName::from_static("x-form-token"), token),
        (HeaderName::from_static("tus-resumable"), "1.0.0"),
        (HeaderName::from_static("upload-length"), "5"),
        // new.pdf, application/pdf
        (HeaderName::from_static("upload-metadata"), "filename bmV3LnBkZg==,filetype YXBwbGljYXRpb24vcGRm"),
    ]
}

/// What it says of bytes of it.
pub fn part<'a>(token: &'a str, offset: &'a str) -> [(HeaderName, &'a str); 5] {
    [
        (HeaderName::from_static("x-form-token"), token),
        (HeaderName::from_static("tus-resumable"), "1.0.0"),
        (HeaderName::from_static("upload-offset"), offset),
        (header::CONTENT_TYPE, "application/offset+octet-stream"),
        (header::ACCEPT, "application/json"),
    ]
}

/// A form with files: its token first.
pub fn multipart(token: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = format!("--edge\r\nContent-Disposition: form-data; name=\"_csrf\"\r\n\r\n{token}\r\n").into_bytes();
    for (name, bytes) in files {
        let head = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/pdf\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    body
}

impl Page {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Where it leads, if it leads elsewhere.
    pub fn leads_to(&self) -> Option<String> {
        self.status.is_redirection().then(|| self.header(header::LOCATION).to_owned())
    }

    pub fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value: &HeaderValue| value.to_str().unwrap())
    }

    /// The form token of the page.
    pub fn token(&self) -> String {
        let text = self.text();
        let (_, rest) = text.split_once(TOKEN).unwrap_or_else(|| panic!("no form on {text}"));
        rest.split('"').next().unwrap().to_owned()
    }

    /// Whether a text stands anywhere in the answer: in its body, or in a header.
    pub fn mentions(&self, text: &str) -> bool {
        let within = |bytes: &[u8]| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        within(&self.body) || self.headers.values().any(|value| within(value.as_bytes()))
    }

    /// The text of the page, without the numbers that no two of them share: its nonce and the tokens of its forms.
    pub fn without_numbers(&self) -> String {
        let policy = self.header(header::CONTENT_SECURITY_POLICY);
        let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next());
        let text = self.text().replace(nonce.unwrap_or_else(|| panic!("no nonce in {policy}")), "");
        let (first, rest) = text.split_once(TOKEN).unwrap_or((&text, ""));
        let after = |rest: &str| rest.split_once('"').map_or(String::new(), |(_, after)| after.to_owned());
        first.to_owned() + &rest.split(TOKEN).map(after).collect::<String>()
    }

    /// The page, which must be one.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text());
        self
    }

    #[track_caller]
    pub fn shows(self, text: &str) -> Self {
        assert!(self.text().contains(text), "`{text}` is not on the page: {}", self.text());
        self
    }

    #[track_caller]
    pub fn hides(self, text: &str) -> Self {
        assert!(!self.text().contains(text), "`{text}` is on the page: {}", self.text());
        self
    }

    /// The first address on the page that begins and ends so, without what HTML escapes.
    #[track_caller]
    pub fn link(&self, begins: &str, ends: &str) -> String {
        let text = self.text();
        let links = text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let mut found = links.filter(|link| link.starts_with(begins) && link.ends_with(ends));
        found.next().unwrap_or_else(|| panic!("no link to {begins}…{ends} on {text}")).to_owned()
    }

    /// The addresses on the page that begin so and end with the id that follows, each once, in order.
    pub fn items(&self, begins: &str) -> Vec<String> {
        let text = self.text();
        let links = text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let item = |link: &&str| link.strip_prefix(begins).is_some_and(|id| !id.contains(['/', '?']));
        let mut found: Vec<String> = Vec::new();
        for link in links.filter(item) {
            if !found.iter().any(|known| known == link) {
                found.push(link.to_owned());
            }
        }
        found
    }
}
