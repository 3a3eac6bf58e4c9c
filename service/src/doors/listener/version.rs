//! An answer in the version of HTTP that was spoken.
//!
//! HTTP/1.0 knows no chunks: the end of a body that does not say its length is the end of the
//! connection. nginx speaks it to what is behind it unless it is told otherwise, and the library
//! sends chunks to everybody.

use actix_http::{ConnectionType, ResponseHead};
use actix_web::body::BodySize;
use actix_web::http::Version;

/// Makes an answer one that this version knows. Its head says afterwards that the connection ends
/// if somebody has said so, and not otherwise.
pub(super) fn suit(version: Version, size: BodySize, head: &mut ResponseHead) {
    // The library keeps heads for further use, with the version that they had; one of 1.0 would end
    // a connection that nobody has spoken 1.0 on.
    head.version = Version::HTTP_11;
    if version < Version::HTTP_11 && size == BodySize::Stream && head.chunked() {
        head.no_chunking(true);
        head.set_connection_type(ConnectionType::Close);
    }
}
