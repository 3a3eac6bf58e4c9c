//! A file with columns: a line of names, then a request a line.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use vocabulary::requests::fields::{Kind, fields};
use vocabulary::task::Action;

/// A request a line, with the line that it stands in; or why that is none.
pub(super) type Objects = Vec<(usize, Result<Map<String, Value>, String>)>;

/// The requests of a sheet.
pub(super) fn objects(text: &str) -> Result<Objects, String> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::Headers)
        .from_reader(text.as_bytes());
    let names = reader.headers().map_err(|it| it.to_string())?.clone();
    for (at, name) in names.iter().enumerate() {
        if names.iter().take(at).any(|it| it == name) {
            return Err(format!("the column `{name}` is there twice"));
        }
    }
    let mut objects = Objects::new();
    for record in reader.records() {
        let record = record.map_err(|it| it.to_string())?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells = names
            .iter()
            .zip(record.iter())
            .filter(|(_, cell)| !cell.is_empty());
        let cells: Vec<(&str, &str)> = cells.collect();
        if !cells.is_empty() {
            objects.push((usize::try_from(line).unwrap_or(0), object(&cells)));
        }
    }
    Ok(objects)
}

fn object(cells: &[(&str, &str)]) -> Result<Map<String, Value>, String> {
    let task = cells
        .iter()
        .find(|(name, _)| *name == "task")
        .map(|(_, it)| *it);
    let fields = task.and_then(Action::named).map(fields).unwrap_or_default();
    let mut object = Map::new();
    for (name, cell) in cells {
        let kind = fields.iter().find(|it| it.name == *name).map(|it| &it.kind);
        let value = value(name, kind, cell).map_err(|it| format!("`{name}`: {it}"))?;
        object.insert((*name).to_owned(), value);
    }
    Ok(object)
}

/// What a cell says. Where it does not fit, it goes as it stands, and the gateway says why not.
fn value(name: &str, kind: Option<&Kind>, cell: &str) -> Result<Value, String> {
    let as_json = || serde_json::from_str(cell).unwrap_or_else(|_| cell.into());
    Ok(match kind {
        Some(Kind::Text) if name == "ioc" => {
            let archive = std::fs::read(cell).map_err(|it| format!("{cell}: {it}"))?;
            STANDARD.encode(archive).into()
        }
        Some(Kind::Number | Kind::Objects) => as_json(),
        Some(Kind::Flag) => match cell.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => true.into(),
            "false" | "no" | "0" => false.into(),
            _ => cell.into(),
        },
        Some(Kind::Texts | Kind::Words(_)) if cell.starts_with('[') => as_json(),
        Some(Kind::Texts | Kind::Words(_)) => {
            let parts = cell.split(';').map(str::trim).filter(|it| !it.is_empty());
            parts.map(Value::from).collect()
        }
        None if name == "params" => as_json(),
        Some(Kind::Text | Kind::Word(_)) | None => cell.into(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn cells_are_what_their_columns_want_and_empty_ones_are_left_out() {
        let text = "task, targetHost,action,scanAreas,durationSeconds,caseSensitive,path,comment\n\
                    isolateHost,ws-1,isolate,,3600,,,\"a, \"\"b\"\"\"\n\
                    onDemandScan,ws-2,,email; systemMemory,,,,\n\
                    terminateProcess,ws-3,,,,yes,C:\\x.exe,\n";
        let objects = objects(text).expect("a sheet");
        let objects: Vec<(usize, Value)> = objects
            .into_iter()
            .map(|(line, it)| (line, Value::Object(it.expect("an object"))))
            .collect();
        assert_eq!(
            objects,
            [
                (
                    2,
                    json!({"task": "isolateHost", "targetHost": "ws-1", "action": "isolate", "durationSeconds": 3600, "comment": "a, \"b\""})
                ),
                (
                    3,
                    json!({"task": "onDemandScan", "targetHost": "ws-2", "scanAreas": ["email", "systemMemory"]})
                ),
                (
                    4,
                    json!({"task": "terminateProcess", "targetHost": "ws-3", "caseSensitive": true, "path": "C:\\x.exe"})
                ),
            ]
        );
    }

    #[test]
    fn a_line_with_more_cells_than_names_is_told() {
        let error = objects("task,targetHost\nisolateHost,a,b\n").expect_err("it does not fit");
        assert!(error.contains("line: 2"), "{error}");
        let twice = objects("task,targetHost,targetHost\nisolateHost,a,b\n").expect_err("which");
        assert!(twice.contains("`targetHost` is there twice"), "{twice}");
    }
}
