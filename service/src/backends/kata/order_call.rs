//! The call that gives an order.

use kata::{
    Client, CreateTask, DeleteIsolation, ExternalSystemId, PutIsolation, Request, Revision,
};
use serde_json::{Value, json};

/// The call that gives an order.
pub(super) enum OrderCall {
    /// Writes the isolation rule.
    Isolate(PutIsolation),
    /// Takes the isolation rule away.
    Release(DeleteIsolation),
    /// Has a program run.
    Run(CreateTask),
    /// Writes all prevention rules anew.
    Prevent(Revision),
    /// It is so already.
    Nothing,
}

impl OrderCall {
    /// Makes it. Whether its answer was lost, and the order found standing.
    pub(super) async fn give(
        &self,
        client: &Client,
        request_id: &str,
    ) -> Result<bool, kata::Error> {
        Ok(match self {
            Self::Isolate(put) => client.call(put, request_id).await?.read_back,
            // That there is no rule is all that is wanted, whoever has taken it away.
            Self::Release(delete) => {
                client.call(delete, request_id).await?;
                false
            }
            Self::Run(create) => client.call(create, request_id).await?.read_back,
            Self::Prevent(revision) => client.call(&revision.call(), request_id).await?.read_back,
            Self::Nothing => false,
        })
    }

    /// The very request, but for the end of the external system's id; nothing where none is made.
    pub(super) fn shown(&self, system: &ExternalSystemId) -> Option<Value> {
        let request = self.request()?;
        let mut shown = json!({
            "method": request.method.as_str(),
            "target": request.masked_target(system),
        });
        if let Some(body) = &request.body {
            shown["body"] = body.clone();
        }
        Some(shown)
    }

    fn request(&self) -> Option<Request> {
        use kata::Call as _;
        let dialect = kata::Dialect::default();
        match self {
            Self::Isolate(put) => Some(put.request(&dialect)),
            Self::Release(delete) => Some(delete.request(&dialect)),
            Self::Run(create) => Some(create.request(&dialect)),
            Self::Prevent(revision) => Some(revision.call().request(&dialect)),
            Self::Nothing => None,
        }
    }
}
