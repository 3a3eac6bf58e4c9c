//! What no document knows: kept, and written again.

use crate::draft::Written;
use crate::ini::Text;
use crate::json::Node;

/// A key that no document knows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Extra {
    /// The section, as the normal form names it where it is a documented one.
    pub(crate) section: String,
    pub(crate) name: String,
    pub(crate) written: Written,
}

/// All of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Extras {
    pub(crate) keys: Vec<Extra>,
    /// Sections that no document knows, each once, in order.
    pub(crate) sections: Vec<String>,
}

impl Extra {
    /// Its value as a text, where it is a single one.
    pub(crate) fn text(&self) -> Option<String> {
        match &self.written {
            Written::Ini { raw } => Some(Text::read(raw).text),
            Written::Json(Node::Bool(it)) => Some(if *it { "Yes" } else { "No" }.to_owned()),
            Written::Json(Node::Number(it)) => Some(it.to_string()),
            Written::Json(Node::Text(it)) => Some(it.clone()),
            Written::Json(Node::Null | Node::List(_) | Node::Object(_)) => None,
        }
    }

    /// Its value as a text for people.
    pub(crate) fn shown(&self) -> String {
        self.text().unwrap_or_else(|| match &self.written {
            Written::Ini { raw } => raw.clone(),
            Written::Json(node) => serde_json::to_string(node).unwrap_or_default(),
        })
    }
}
