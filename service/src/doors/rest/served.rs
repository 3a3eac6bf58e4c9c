//! A text that is the same for everybody: sent packed to whoever takes that, and not at all to
//! whoever has it.

use std::io::Write as _;

use actix_web::http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, ETAG, HeaderMap, IF_NONE_MATCH, VARY,
};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::digest;

/// A text as it is sent.
#[derive(Debug, Clone)]
pub(super) struct Served {
    plain: Bytes,
    /// Nothing, where it is only sent as it is.
    packed: Option<Bytes>,
    /// What tells it from every other.
    mark: String,
}

impl Served {
    /// Packs it.
    pub(super) fn of(plain: Bytes) -> Self {
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        let packed = packer.write_all(&plain).and_then(|()| packer.finish());
        Self {
            packed: packed.ok().map(Bytes::from),
            ..Self::unpacked(plain)
        }
    }

    /// For what is sent once.
    pub(super) fn unpacked(plain: Bytes) -> Self {
        Self {
            mark: digest::hexadecimal(&digest::of_bytes(&plain)[..12]),
            plain,
            packed: None,
        }
    }

    /// The text.
    pub(super) fn text(&self) -> &[u8] {
        &self.plain
    }

    /// The answer to a request for it, which is of this media type and has what the caller adds.
    pub(super) fn answer(
        &self,
        request: &HttpRequest,
        kind: &str,
        add: impl FnOnce(&mut HttpResponseBuilder),
    ) -> HttpResponse {
        let packed = self.packed.as_ref();
        let packed = packed.filter(|_| takes_gzip(request.headers()));
        let form = if packed.is_some() { "-gzip" } else { "" };
        let mark = format!("\"{}{form}\"", self.mark);
        let known = request.headers().get_all(IF_NONE_MATCH);
        let is_known = known
            .filter_map(|it| it.to_str().ok())
            .flat_map(|it| it.split(','))
            .any(|it| it.trim().trim_start_matches("W/") == mark);
        let mut response = if is_known {
            HttpResponse::NotModified()
        } else {
            HttpResponse::Ok()
        };
        response
            .insert_header((ETAG, mark))
            .insert_header((VARY, "accept-encoding"));
        add(&mut response);
        if is_known {
            return response.finish();
        }
        response.content_type(kind);
        if let Some(packed) = packed {
            response.insert_header((CONTENT_ENCODING, "gzip"));
            return response.body(packed.clone());
        }
        response.body(self.plain.clone())
    }
}

/// Whether a caller takes what is packed by gzip (RFC 9110 section 12.5.3).
fn takes_gzip(headers: &HeaderMap) -> bool {
    let given = headers.get_all(ACCEPT_ENCODING);
    let mut codings = given
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split(','));
    codings.any(|it| {
        let (coding, parameters) = it.split_once(';').unwrap_or((it, ""));
        let quality = parameters.trim().strip_prefix("q=");
        let refused = quality.is_some_and(|it| it.trim().parse::<f32>().is_ok_and(|it| it <= 0.0));
        coding.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}
