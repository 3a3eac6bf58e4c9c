//! A sitting: every scenario that is wanted, its table, and what all of it comes to.

use serde_json::{Map, json};

use crate::goals::{self, Tables};
use crate::options::{Options, Scenario};
use crate::rounds::{Bench, Row};
use crate::screen::say;
use crate::{machine, program, record, scenarios, table};

/// Measures; gives whether every row counts.
pub(crate) async fn sit(options: &Options) -> Result<bool, String> {
    program::many_files();
    let folder = tempfile::tempdir().map_err(|it| it.to_string())?;
    let workshop = program::workshop(options, folder.path()).await?;
    let machine = machine::describe(&workshop, options).await;
    say(&format!("{machine:#}"));
    let mut bench = Bench::new(&workshop, options);
    let (mut tables, mut memory, mut bad) = (Tables::new(), None, false);
    for scenario in Scenario::ALL {
        if !options.wants(scenario) {
            continue;
        }
        let cells = match scenario {
            Scenario::Throughput => scenarios::throughput(options),
            Scenario::Hosts => scenarios::hosts(options),
            Scenario::Tokens => scenarios::tokens(options),
            Scenario::Store => scenarios::store(options),
            Scenario::Replicas => scenarios::replicas(options),
            Scenario::Slow => scenarios::slow(options),
            Scenario::OpenLoop => open_loop(&mut bench).await,
            Scenario::Memory => {
                let (found, is_bad) = scenarios::memory(&mut bench).await;
                bad = bad || is_bad;
                memory = Some(found);
                continue;
            }
        };
        say(&format!("\n{}: {} cells", scenario.name(), cells.len()));
        let rows = bench.rounds(cells, options.rounds()).await;
        table::show(scenario.name(), &rows);
        bad = bad || rows.iter().any(Row::is_bad);
        tables.insert(scenario, rows);
    }
    bench.end().await;
    goals::show_before(&tables);
    let goals = goals::show(&tables, options.many());
    let rows: Map<_, _> = tables
        .iter()
        .map(|(scenario, rows)| (scenario.name().to_owned(), record::rows(rows)))
        .collect();
    let record = json!({"machine": machine, "tables": rows, "memory": memory, "goals": goals});
    let path = record::write(&program::target()?, &record)?;
    say(&format!("\nrecord: {}", path.display()));
    if bad {
        say("bench: not every row was measured as it should have been");
    } else {
        let all: Vec<&Row> = tables.values().flatten().collect();
        let absent = all.iter().filter(|it| it.absent).count();
        let measured = all.len() - absent;
        say(&format!(
            "bench: {measured} rows measured, {absent} without their program"
        ));
    }
    Ok(!bad)
}

/// What the gateways can do first, and then half of it.
async fn open_loop(bench: &mut Bench<'_>) -> Vec<crate::cell::Cell> {
    let most = bench.rounds(scenarios::saturation(bench.options), 1).await;
    let most: Vec<_> = most
        .iter()
        .filter_map(|row| Some((row.cell.lane, row.median(|it| it.rate)?)))
        .collect();
    scenarios::open_loop(bench.options, &most)
}
