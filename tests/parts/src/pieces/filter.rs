//! Search conditions, as hosts and incidents are looked for with.

use std::hint::black_box;

use ksc::{Filter, SafeText};
use time::macros::datetime;

use super::piece::Piece;

pub(super) fn pieces() -> Vec<Piece> {
    vec![
        piece("filter, a host by its name", 4, || {
            host("ws-042.corp.example")
        }),
        piece("filter, a host in Cyrillic", 4, || {
            host("бухгалтерия-042.кадры.пример")
        }),
        piece("filter, a host's incidents", 2, incidents),
        piece("filter, 100 incidents", 100, hundred).counted(300),
        Piece::again("filter, a text refused", |_| {
            let text = "ws-042.corp.example* and more of it";
            assert!(SafeText::parse(text).is_err());
            move || {
                black_box(SafeText::parse(black_box(text)).is_err());
            }
        }),
    ]
}

fn piece(name: &str, conditions: usize, make: impl Fn() -> Filter + 'static) -> Piece {
    Piece::again(name, move |_| {
        let text = make();
        assert_eq!(
            text.as_str().matches(" = ").count() + text.as_str().matches(" > ").count(),
            conditions,
            "{text}"
        );
        move || {
            black_box(make());
        }
    })
}

fn host(name: &str) -> Filter {
    const NAMES: [&str; 4] = [
        "KLHST_WKS_DN",
        "KLHST_WKS_FQDN",
        "KLHST_WKS_DNSNAME",
        "KLHST_WKS_WINHOSTNAME",
    ];
    let name = SafeText::parse(black_box(name)).expect("harmless");
    let any = NAMES.map(|it| Filter::text(it, &name));
    Filter::any(any.into()).expect("some")
}

fn incidents() -> Filter {
    let host = SafeText::parse(black_box(super::incident::HOST)).expect("harmless");
    let since = datetime!(2026-01-02 03:04:05 UTC);
    Filter::text("KLHST_WKS_HOSTNAME", &host).and(&Filter::after("KLINCDT_ADDED", since))
}

fn hundred() -> Filter {
    let numbers = 1_000..black_box(1_100);
    Filter::any(numbers.map(|it| Filter::number("KLINCDT_ID", it)).collect()).expect("some")
}
