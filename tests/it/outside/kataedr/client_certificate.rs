//! `connect` as a device with a client certificate.

use serde_json::{Value, json};

use super::files::{FLAT, Files, kataedr, kataedr_of};
use super::tls_server::{Authority, TlsServer, settings};

/// A server that lets in the clients of its own authority alone.
struct Place {
    files: Files,
    authority: Authority,
    server: TlsServer,
    ca: String,
}

impl Place {
    async fn new() -> Self {
        let files = Files::new();
        let authority = Authority::new();
        let own = authority.good("127.0.0.1", "kata");
        Self {
            server: TlsServer::start(&own, Some(&authority)).await,
            ca: files.write("ca.pem", &authority.pem),
            files,
            authority,
        }
    }

    /// Certificate and key of a client of an authority.
    fn client(&self, of: &Authority) -> [String; 2] {
        let made = of.good("client.example", "client");
        [
            self.files.write("client.crt", &made.certificate),
            self.files.write("client.key", &made.key),
        ]
    }

    async fn connect(&self, client: Option<[String; 2]>, in_file: bool) -> (Option<i32>, Value) {
        let file = self
            .files
            .write("kata.ini", settings(&[self.server.address], in_file));
        let mut options = vec!["connect", &file, "--ca", &self.ca, "--json"];
        if let Some([certificate, key]) = &client {
            options.extend(["--client-certificate", certificate, "--client-key", key]);
        }
        let answer = kataedr(&options).await;
        let told = answer.json();
        (answer.code, told["servers"][0]["clientCertificate"].clone())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_the_server_takes_is_told_to_be_taken() {
    let place = Place::new().await;
    let client = place.client(&place.authority);

    let (code, told) = place.connect(Some(client), true).await;

    assert_eq!(code, Some(0), "{told}");
    assert_eq!(
        told,
        json!({
            "inFile": true, "asked": true, "shown": true, "outcome": "wentOn",
            "word": "the server takes it in the handshake; whether it lets the device in by it is seen only when the device speaks",
        })
    );
    assert_eq!(place.server.heard_in(1).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_the_server_refuses_is_told_in_its_word() {
    let place = Place::new().await;
    let stranger = place.client(&Authority::new());

    let (code, told) = place.connect(Some(stranger), true).await;

    assert_eq!(code, Some(1), "{told}");
    assert_eq!(
        (&told["shown"], &told["outcome"]),
        (&json!(true), &json!("refused"))
    );
    let word = told["word"].as_str().expect("a word");
    assert!(word.starts_with("the server refuses it ("), "{word}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_insists_on_one_is_told_and_what_the_file_says_of_it() {
    let place = Place::new().await;
    let client = place.client(&place.authority);

    let (none_given, without) = place.connect(None, true).await;
    let (not_in_file, kept) = place.connect(Some(client), false).await;

    assert_eq!((none_given, not_in_file), (Some(1), Some(1)));
    assert_eq!(
        without["word"],
        "the server insists on one (CertificateRequired); give the one that the devices have with --client-certificate"
    );
    assert_eq!(
        kept["word"],
        "the server insists on one (CertificateRequired); the file says UseClientPinnedCertificate=No, so that a device shows none"
    );
    assert_eq!(
        (&without["shown"], &kept["shown"]),
        (&json!(false), &json!(false))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pfx_is_answered_with_the_commands_that_take_it_apart() {
    let files = Files::new();
    let pfx = files.write("it's.pfx", [0x30, 0x82, 0x09, 0x00, 0x02, 0x01, 0x03]);
    let pinned = files.write("pin.pem", &Authority::new().pem);

    let answer = kataedr_of(
        &[
            "connect",
            "-",
            "--pinned",
            &pinned,
            "--client-certificate",
            &pfx,
        ],
        FLAT,
    )
    .await;

    assert_eq!(answer.code, Some(2));
    let quoted = format!("'{}'", pfx.replace('\'', r"'\''"));
    for line in [
        format!("openssl pkcs12 -in {quoted} -clcerts -nokeys -out client.crt\n"),
        format!("openssl pkcs12 -in {quoted} -nocerts -nodes -out client.key\n"),
    ] {
        assert!(answer.errors.contains(&line), "{}", answer.errors);
    }
}
