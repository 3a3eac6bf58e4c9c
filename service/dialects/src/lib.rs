//! The published document in the dialects that importers and generators read.
//!
//! OpenAPI 3.1 is what the gateway writes and checks requests against. Few tools read it: some know
//! 3.0, some Swagger 2.0, and some want things that others choke on. Each of those is made of the
//! same document here, without IO. By what can be said of the whole of it, as far as that goes; what
//! single tools need beyond names operations and members of the gateway's ([`tailored`]).
//!
//! * [`Dialect`]: which there are, where each is served, and how each is made.
//!
//! What is left out of all of them is the vendor's own form of a request: it needs `oneOf`, and what
//! it asks for can be asked for by the routes of the single actions.

mod openapi_3_0;
mod schema;
mod swagger_2_0;
mod tailored;

use serde_json::Value;

/// A dialect of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// OpenAPI 3.1, as it is.
    OpenApi31,
    /// OpenAPI 3.0.
    OpenApi30,
    /// Swagger 2.0.
    Swagger20,
    /// OpenAPI 3.0 for Shuffle, which sends every header that it finds, and needs an absolute server.
    Shuffle,
    /// Swagger 2.0 for `demisto-sdk openapi-codegen` of Cortex XSOAR.
    Xsoar,
    /// OpenAPI 3.0 for the generator of a PowerShell module, whose functions would otherwise hide
    /// cmdlets of the same names.
    PowerShell,
}

impl Dialect {
    /// All.
    pub const ALL: [Self; 6] = [
        Self::OpenApi31,
        Self::OpenApi30,
        Self::Swagger20,
        Self::Shuffle,
        Self::Xsoar,
        Self::PowerShell,
    ];

    /// Where it is served.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::OpenApi31 => "/openapi.json",
            Self::OpenApi30 | Self::Shuffle | Self::PowerShell => "/openapi-3.0.json",
            Self::Swagger20 | Self::Xsoar => "/swagger-2.0.json",
        }
    }

    /// The tool that it is for: the value of the parameter `for`. Nothing, where it is for any.
    #[must_use]
    pub const fn tool(self) -> Option<&'static str> {
        match self {
            Self::OpenApi31 | Self::OpenApi30 | Self::Swagger20 => None,
            Self::Shuffle => Some("shuffle"),
            Self::Xsoar => Some("xsoar"),
            Self::PowerShell => Some("powershell"),
        }
    }

    /// The name of its file.
    #[must_use]
    pub fn file(self) -> String {
        let name = self.path().trim_start_matches('/');
        match self.tool() {
            Some(tool) => name.replace(".json", &format!(".{tool}.json")),
            None => name.to_owned(),
        }
    }

    /// Whether its server must be written with host and scheme.
    #[must_use]
    pub const fn needs_absolute_server(self) -> bool {
        matches!(self, Self::Shuffle)
    }

    /// The document, of which the original is OpenAPI 3.1, in this dialect.
    #[must_use]
    pub fn of(self, original: &Value) -> Value {
        match self {
            Self::OpenApi31 => original.clone(),
            Self::OpenApi30 => openapi_3_0::of(original),
            Self::Swagger20 => swagger_2_0::of(original),
            Self::Shuffle => tailored::shuffle(openapi_3_0::of(original)),
            Self::Xsoar => tailored::xsoar(swagger_2_0::of(original)),
            Self::PowerShell => tailored::powershell(openapi_3_0::of(original)),
        }
    }
}
