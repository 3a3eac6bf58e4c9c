//! Every link of every document leads to a file and a heading that are there. Addresses outside
//! the repository are not asked.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::markdown::{Document, files};

/// Why a link leads nowhere, if it does.
fn complaint(documents: &BTreeMap<PathBuf, Document>, from: &Path, link: &str) -> Option<String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = link
        .split_once('#')
        .map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let target = if path.is_empty() {
        from.to_path_buf()
    } else {
        let beside = from.parent().expect("a folder").join(path);
        match beside.canonicalize() {
            Ok(path) => path,
            Err(_) => return Some(format!("{path} is not there")),
        }
    };
    let anchor = anchor?;
    let known = documents
        .get(&target)
        .is_some_and(|it| it.anchors.contains(anchor));
    (!known).then(|| format!("{} has no heading #{anchor}", target.display()))
}

#[test]
fn every_link_between_the_documents_leads_somewhere() {
    let documents: BTreeMap<PathBuf, Document> = files(&["md"])
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("a text");
            (path.canonicalize().expect("a path"), Document::parse(&text))
        })
        .collect();

    let mut links = 0;
    let mut broken = Vec::new();
    for (path, document) in &documents {
        for link in &document.links {
            links += 1;
            if let Some(complaint) = complaint(&documents, path, link) {
                broken.push(format!("{}: {link}: {complaint}", path.display()));
            }
        }
    }

    assert!(
        documents.len() > 6 && links > 30,
        "{} {links}",
        documents.len()
    );
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn a_link_that_leads_nowhere_is_found_out() {
    let here = acceptance::repository::root().join("README.md");
    let here = here.canonicalize().expect("a path");
    let documents = BTreeMap::from([(here.clone(), Document::parse("# A heading\n"))]);

    for good in [
        "#a-heading",
        "README.md#a-heading",
        "deploy",
        "https://example.com/#x",
    ] {
        assert_eq!(complaint(&documents, &here, good), None, "{good}");
    }
    for bad in ["#heading", "READYOU.md", "deploy/alerts.yaml#groups"] {
        assert!(complaint(&documents, &here, bad).is_some(), "{bad}");
    }
}
