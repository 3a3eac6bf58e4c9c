//! For how long a host is isolated.

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

/// For how long a host is isolated, in seconds: what KATA takes, 1 to 9,999 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct IsolationSeconds(u32);

impl IsolationSeconds {
    /// One hour.
    pub const LEAST: u32 = 3_600;
    /// 9,999 hours.
    pub const MOST: u32 = 35_996_400;

    /// The seconds.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<i64> for IsolationSeconds {
    type Error = &'static str;

    fn try_from(seconds: i64) -> Result<Self, Self::Error> {
        u32::try_from(seconds)
            .ok()
            .filter(|it| (Self::LEAST..=Self::MOST).contains(it))
            .map(Self)
            .ok_or("Must be from 3600 (an hour) to 35996400 (9,999 hours) seconds.")
    }
}

impl From<IsolationSeconds> for i64 {
    fn from(seconds: IsolationSeconds) -> Self {
        seconds.0.into()
    }
}

impl PartialSchema for IsolationSeconds {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::Integer))
            .description(Some(
                "For how long the host is isolated, in seconds: from an hour to 9,999 hours.",
            ))
            .minimum(Some(Self::LEAST))
            .maximum(Some(Self::MOST))
            .examples([14_400]);
        RefOr::T(Schema::Object(object.build()))
    }
}

impl ToSchema for IsolationSeconds {}
