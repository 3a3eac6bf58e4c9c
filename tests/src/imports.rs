//! Who imports whom among the files of a crate, as its sources say.
//!
//! A file imports another when a path in it, in a `use` or anywhere else, leads to something in
//! there. A path that a parent file only hands on (`pub use`) leads to the parent. Unit tests are
//! passed over: they may look wherever they like.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{Attribute, File, Item, ItemMod, ItemUse, Macro, Meta, UseTree, VisRestricted};

/// The name of a file's module from the crate's root on; the root's is empty.
type Module = Vec<String>;

/// The imports among the files of a crate.
#[derive(Debug, Default)]
pub struct Imports(BTreeMap<Module, BTreeSet<Module>>);

impl Imports {
    /// Reads the sources in this folder, whose root is `lib.rs`.
    ///
    /// # Panics
    /// When they cannot be read, or are no Rust.
    #[must_use]
    pub fn read(folder: &Path) -> Self {
        let mut files = BTreeMap::new();
        collect(folder, folder, &mut files);
        let modules: BTreeSet<Module> = files.keys().cloned().collect();
        let read = |(module, path): (Module, PathBuf)| {
            let text = std::fs::read_to_string(&path).expect("a source");
            let file: File = syn::parse_file(&text).expect("Rust");
            let mut paths = Paths {
                modules: &modules,
                here: module.clone(),
                found: BTreeSet::new(),
            };
            paths.visit_file(&file);
            paths.found.remove(&module);
            (module, paths.found)
        };
        Self(files.into_iter().map(read).collect())
    }

    /// How many files there are.
    #[must_use]
    pub fn files(&self) -> usize {
        self.0.len()
    }

    /// Files that reach themselves again along their imports, each with those that it goes round
    /// with. The root, which declares everything, is passed over.
    #[must_use]
    pub fn circles(&self) -> BTreeSet<String> {
        let own = self.0.keys().filter(|it| !it.is_empty());
        own.filter(|it| self.reach(it).contains(it))
            .map(|it| it.join("/"))
            .collect()
    }

    /// Every file that one leads to along the imports.
    fn reach<'a>(&'a self, from: &'a Module) -> BTreeSet<&'a Module> {
        let mut seen = BTreeSet::new();
        let mut next = vec![from];
        while let Some(module) = next.pop() {
            let to = self.0.get(module).into_iter().flatten();
            next.extend(to.filter(|it| !it.is_empty() && seen.insert(*it)));
        }
        seen
    }

    /// Which rooms, the modules of the root, import which others.
    #[must_use]
    pub fn rooms(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut rooms: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (module, imports) in &self.0 {
            let Some(room) = module.first() else { continue };
            let to = imports.iter().filter_map(|it| it.first());
            let others = rooms.entry(room.clone()).or_default();
            others.extend(to.filter(|it| *it != room).cloned());
        }
        rooms
    }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<Module, PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|it| it == "rs") {
            let within = path.strip_prefix(root).expect("within").with_extension("");
            let mut module: Module = within
                .iter()
                .map(|it| it.to_string_lossy().into_owned())
                .collect();
            match module.iter().map(String::as_str).collect::<Vec<_>>()[..] {
                // Another crate, which uses this one.
                ["main"] | ["bin", ..] => continue,
                ["lib"] => module.clear(),
                [..] => {}
            }
            files.insert(module, path);
        }
    }
}

/// Finds the files that the paths of one file lead to.
struct Paths<'a> {
    modules: &'a BTreeSet<Module>,
    here: Module,
    found: BTreeSet<Module>,
}

impl Paths<'_> {
    fn note(&mut self, segments: &[String]) {
        let Some(first) = segments.first() else {
            return;
        };
        let mut module = match first.as_str() {
            "crate" => Module::new(),
            "self" => self.here.clone(),
            "super" => {
                let ups = segments.iter().take_while(|it| *it == "super").count();
                self.here[..self.here.len().saturating_sub(ups)].to_vec()
            }
            name => {
                let child: Module = self.here.iter().cloned().chain([name.to_owned()]).collect();
                if !self.modules.contains(&child) {
                    return;
                }
                self.here.clone()
            }
        };
        let rest = segments
            .iter()
            .skip_while(|it| matches!(it.as_str(), "crate" | "self" | "super"));
        for segment in rest {
            module.push(segment.clone());
            if !self.modules.contains(&module) {
                module.pop();
                break;
            }
        }
        self.found.insert(module);
    }

    fn note_tree(&mut self, tree: &UseTree, before: &[String]) {
        let with = |name: String| -> Vec<String> { before.iter().cloned().chain([name]).collect() };
        match tree {
            UseTree::Path(it) => self.note_tree(&it.tree, &with(it.ident.to_string())),
            UseTree::Group(it) => {
                for item in &it.items {
                    self.note_tree(item, before);
                }
            }
            UseTree::Name(it) if it.ident == "self" => self.note(before),
            UseTree::Name(it) => self.note(&with(it.ident.to_string())),
            UseTree::Rename(it) => self.note(&with(it.ident.to_string())),
            UseTree::Glob(_) => self.note(before),
        }
    }
}

impl<'ast> Visit<'ast> for Paths<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if !attributes(item).iter().any(is_of_tests) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        // A declaration is no import.
        if module.content.is_some() {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.note_tree(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path
            .segments
            .iter()
            .map(|it| it.ident.to_string())
            .collect();
        self.note(&segments);
        visit::visit_path(self, path);
    }

    fn visit_vis_restricted(&mut self, _: &'ast VisRestricted) {
        // Who may see it, and nothing that is used.
    }

    fn visit_macro(&mut self, it: &'ast Macro) {
        // What stands in a macro has no form of its own: its paths are found by their beginnings.
        let text = it.tokens.to_string().replace(' ', "");
        for start in ["crate::", "super::"] {
            for (at, _) in text.match_indices(start) {
                let is_whole = !text[..at]
                    .ends_with(|it: char| it.is_alphanumeric() || it == '_' || it == ':');
                let end = |it: char| !(it.is_alphanumeric() || it == '_' || it == ':');
                let path = &text[at..];
                let path = &path[..path.find(end).unwrap_or(path.len())];
                let segments: Vec<String> = path
                    .split("::")
                    .filter(|it| !it.is_empty())
                    .map(str::to_owned)
                    .collect();
                if is_whole {
                    self.note(&segments);
                }
            }
        }
        visit::visit_macro(self, it);
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Mod(it) => &it.attrs,
        Item::Use(it) => &it.attrs,
        Item::Fn(it) => &it.attrs,
        Item::Impl(it) => &it.attrs,
        Item::Const(it) => &it.attrs,
        Item::Enum(it) => &it.attrs,
        Item::Struct(it) => &it.attrs,
        Item::Trait(it) => &it.attrs,
        Item::Type(it) => &it.attrs,
        Item::Static(it) => &it.attrs,
        Item::Macro(it) => &it.attrs,
        Item::ExternCrate(_)
        | Item::ForeignMod(_)
        | Item::TraitAlias(_)
        | Item::Union(_)
        | Item::Verbatim(_)
        | _ => &[],
    }
}

fn is_of_tests(attribute: &Attribute) -> bool {
    matches!(&attribute.meta, Meta::List(it) if it.path.is_ident("cfg") && it.tokens.to_string().contains("test"))
}
