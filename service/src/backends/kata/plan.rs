//! From a request to an order, and to the call that gives it: everything that only reads.

use std::sync::Arc;
use std::time::Duration;

use kata::{
    Basis, Change, Client, CreateTask, DeleteIsolation, GetIsolation, GetPrevention, GetTask,
    Isolation, NoBasis, OsFamily, Prevention, Program, PutIsolation, Revision, Scope, SensorId,
};
use uuid::Uuid;

use super::fault;
use super::hosts::HostFinder;
use super::isolation;
use super::order::{IsolationTerms, Order, PlacedOrder, file_hash};
use super::order_call::OrderCall;
use super::records::OrderBook;
use super::rule_before::RuleBefore;
use super::standing::{self, Standing};
use super::task_id::OrderIds;
use super::warnings;
use crate::authority::Protection;
use crate::host::Host;
use crate::problem::Problem;
use vocabulary::code::Code;
use vocabulary::task::isolate_host::IsolateHostParams;
use vocabulary::task::start_process::StartProcessParams;
use vocabulary::task::values::{Arguments, ProgramFolderOrEmpty};
use vocabulary::task::{Params, PathSystem, Request, Violation};

/// Makes plans.
pub(super) struct Planner {
    pub(super) client: Arc<Client>,
    pub(super) hosts: Arc<HostFinder>,
    pub(super) protection: Arc<Protection>,
    pub(super) ids: OrderIds,
    pub(super) records: Arc<OrderBook>,
    /// What the settings say of isolations.
    pub(super) terms: IsolationTerms,
    /// The longest that it may say.
    pub(super) most: Duration,
}

/// An order that may be given.
pub(super) struct Plan {
    pub(super) order: Order,
    pub(super) call: OrderCall,
    /// The isolation rule that stands before an order that is about isolation.
    pub(super) replaces: Option<RuleBefore>,
    pub(super) warnings: Vec<String>,
}

impl Planner {
    /// Refuses what KATA has no place for, and what the settings leave no room for.
    pub(super) fn accept(&self, request: &Request) -> Result<(), Problem> {
        let most = self.most.as_secs();
        let mut violations = Vec::new();
        match request.params() {
            Params::IsolateHost(it) => {
                let lasts = it.duration_seconds.map(|it| u64::from(it.get()));
                if lasts.is_some_and(|it| it > most) {
                    let rule = format!(
                        "Must be at most {most} seconds at this gateway (`isolation_max`)."
                    );
                    violations.push(Violation::new("/params/durationSeconds", "too_large", rule));
                }
                violations.extend(self.unknown_presets(it));
            }
            Params::PreventExecution(it) => {
                let members = [
                    ("path", it.path.is_some()),
                    ("caseSensitive", it.case_sensitive.is_some()),
                ];
                let there = members.into_iter().filter(|(_, is_there)| *is_there);
                violations.extend(there.map(|(member, _)| {
                    Violation::new(
                        format!("/params/{member}"),
                        "not_of_this_back_end",
                        "Must be absent: KATA goes by the hash alone.",
                    )
                }));
            }
            Params::StartProcess(_) | Params::AllowExecution(_) => {}
            Params::GetFile(_)
            | Params::DeleteFile(_)
            | Params::QuarantineFile(_)
            | Params::IocScan(_)
            | Params::TerminateProcess(_)
            | Params::OnDemandScan(_) => return Err(not_supported(request)),
        }
        if violations.is_empty() {
            return Ok(());
        }
        Err(Problem::invalid(violations))
    }

    /// The names of presets that mean nothing here.
    fn unknown_presets(&self, isolation: &IsolateHostParams) -> Vec<Violation> {
        let presets = &self.terms.presets;
        let known: Vec<&str> = presets.names().collect();
        let rule = if known.is_empty() {
            "Must be absent: this gateway has no presets (`exclusion_presets`).".to_owned()
        } else {
            format!("Must be one of {}.", known.join(", "))
        };
        let named = isolation.exclusion_presets.iter().flatten().enumerate();
        let unknown = named.filter(|(_, it)| presets.of(it).is_none());
        unknown
            .map(|(place, _)| {
                let at = format!("/params/exclusionPresets/{place}");
                Violation::new(at, "unknown_preset", rule.clone())
            })
            .collect()
    }

    /// What is to be ordered for this host, and what stands before. A request that is known by a
    /// name for good has one task, however often it comes.
    pub(super) async fn plan(
        &self,
        request: &Request,
        host: &Host,
        action: Option<&str>,
        request_id: &str,
    ) -> Result<Plan, Problem> {
        if self.protection.may_cover(host) {
            return Err(Problem::new(
                Code::HostProtected,
                "What the Central Node tells of the host does not show that it is not a protected one: it tells no groups, and may tell no name or no domain. Ask for the host by its name, or at another back end.",
            ));
        }
        let task = action.map_or_else(Uuid::new_v4, |it| task_of(it, &host.id));
        let order = Order::of(request.params(), task, &self.terms);
        let order = order.ok_or_else(|| not_supported(request))?;
        let sensor = sensor(&host.id)?;
        match &order {
            Order::Isolate { .. } | Order::Release => {
                let before = self.isolation(sensor.clone(), request_id).await;
                let before = before.map_err(|it| fault::problem(&it, request_id))?;
                Ok(of_isolation(order, sensor, &before))
            }
            Order::Forbid { hash } => {
                let change = Change::Forbid(file_hash(hash));
                self.change(order, change, sensor, request_id).await
            }
            Order::Allow { hash } => {
                let change = Change::Allow(file_hash(hash));
                self.change(order, change, sensor, request_id).await
            }
            Order::Run { .. } => {
                let Params::StartProcess(start) = request.params() else {
                    return Err(not_supported(request));
                };
                let create = CreateTask {
                    id: kata::TaskId::new(task),
                    host: sensor,
                    program: program(start),
                };
                self.demand_system(start, &host.id, request_id).await?;
                self.of_program(order, create, action.is_some(), request_id)
                    .await
            }
        }
    }

    /// How what stands compares with an order that was given.
    pub(super) async fn standing(
        &self,
        placed: &PlacedOrder,
        host_id: &str,
        request_id: &str,
    ) -> Result<Standing, kata::Error> {
        let order = &placed.order;
        if let Order::Run { task } = order {
            let question = GetTask {
                id: kata::TaskId::new(*task),
                with_settings: false,
            };
            let task = self.client.call(&question, request_id).await?;
            return Ok(standing::of_program(&task.found));
        }
        let Ok(host) = SensorId::new(host_id) else {
            return Ok(Standing::Unreadable);
        };
        let hash = match order {
            Order::Forbid { hash } | Order::Allow { hash } => file_hash(hash),
            Order::Isolate { .. } | Order::Release | Order::Run { .. } => {
                let stands = self.isolation(host, request_id).await?;
                let replaces = placed.replaces.as_ref();
                return Ok(standing::of_isolation(order, replaces, &stands));
            }
        };
        let stands = self.prevention(Scope::Host(host), request_id).await?;
        let is_forbidden = matches!(order, Order::Forbid { .. });
        Ok(standing::of_prevention(is_forbidden, hash, &stands))
    }

    /// The prevention rules of a scope.
    pub(super) async fn prevention(
        &self,
        scope: Scope,
        request_id: &str,
    ) -> Result<Prevention, kata::Error> {
        let question = GetPrevention { scope };
        let found = self.client.call(&question, request_id).await?;
        Ok(found.found)
    }

    async fn isolation(&self, host: SensorId, request_id: &str) -> Result<Isolation, kata::Error> {
        let found = self.client.call(&GetIsolation { host }, request_id).await?;
        Ok(found.found)
    }

    /// The same change of what stands by now, of an order that has not been given yet.
    pub(super) async fn plan_again(
        &self,
        revision: &Revision,
        order: &Order,
        host_id: &str,
        request_id: &str,
    ) -> Result<Plan, Problem> {
        let sensor = sensor(host_id)?;
        self.change(order.clone(), revision.change(), sensor, request_id)
            .await
    }

    /// Each write replaces every rule of the host, whoever made it: so it is made of what stands.
    async fn change(
        &self,
        order: Order,
        change: Change,
        sensor: SensorId,
        request_id: &str,
    ) -> Result<Plan, Problem> {
        let failed = |it: kata::Error| fault::problem(&it, request_id);
        let row = self.hosts.by_id(sensor.as_str(), request_id).await?;
        let presence = match &row {
            Some(_) => kata::Presence::Confirmed,
            None => kata::Presence::NotConfirmed,
        };
        let scope = Scope::Host(sensor);
        let stands = self.prevention(scope.clone(), request_id).await;
        let basis = Basis::of(&stands.map_err(failed)?, &scope, presence);
        let basis = basis.map_err(|it| no_basis(&it))?;
        let revision = change.apply(&basis);
        let is_so = revision.is_idle();
        if is_so && matches!(change, Change::Allow(_)) {
            self.demand_no_rule_for_all(change, request_id).await?;
        }
        let system = row.as_ref().and_then(kata::Sensor::os);
        Ok(Plan {
            warnings: warnings::of_prevention(&order, system, is_so),
            order,
            call: if is_so {
                OrderCall::Nothing
            } else {
                OrderCall::Prevent(revision)
            },
            replaces: None,
        })
    }

    /// A file that is forbidden for every host is not allowed by anything that is done for one.
    async fn demand_no_rule_for_all(
        &self,
        change: Change,
        request_id: &str,
    ) -> Result<(), Problem> {
        let everywhere = self.prevention(Scope::All, request_id).await;
        let everywhere = everywhere.map_err(|it| fault::problem(&it, request_id))?;
        match standing::of_prevention(true, change.hash(), &everywhere) {
            Standing::AsOrdered => Err(Problem::new(
                Code::PreventionConflict,
                "A prevention rule for every host forbids the file, and none of this host alone: take it away in the console of the Central Node. Nothing was written.",
            )),
            Standing::Missing
            | Standing::Before
            | Standing::Another
            | Standing::Unreadable
            | Standing::Program(_) => Ok(()),
        }
    }

    /// A program's path is one of the host's own system.
    async fn demand_system(
        &self,
        start: &StartProcessParams,
        host_id: &str,
        request_id: &str,
    ) -> Result<(), Problem> {
        let row = self.hosts.by_id(host_id, request_id).await?;
        let (of_host, name) = match row.as_ref().and_then(kata::Sensor::os) {
            Some(OsFamily::Windows) => (PathSystem::Windows, "Windows"),
            Some(OsFamily::Linux) => (PathSystem::Linux, "Linux"),
            None => return Ok(()),
        };
        if start.executable_path.system() == of_host {
            return Ok(());
        }
        let rule = format!("Must be a path of {name}: KATA says that the host runs it.");
        let at = "/params/executablePath";
        Err(Problem::invalid(vec![Violation::new(
            at,
            "other_system",
            rule,
        )]))
    }

    /// A task whose id stands for a key may be there already: then it is not run again.
    async fn of_program(
        &self,
        order: Order,
        create: CreateTask,
        may_be_there: bool,
        request_id: &str,
    ) -> Result<Plan, Problem> {
        let there = may_be_there && self.has_program(&create, request_id).await?;
        Ok(Plan {
            order,
            call: if there {
                OrderCall::Nothing
            } else {
                OrderCall::Run(create)
            },
            replaces: None,
            warnings: warnings::of_program(there),
        })
    }

    /// Whether KATA has the task already, or has had it: one that was removed must not come back.
    async fn has_program(&self, create: &CreateTask, request_id: &str) -> Result<bool, Problem> {
        let id = self.ids.encode(create.id.uuid());
        let record = self.records.recall(&id).await?;
        if record.as_ref().is_some_and(|it| it.removed.is_some()) {
            return Err(Problem::new(
                Code::IdempotencyKeyReused,
                "The task of this key was removed from KATA. To run the program, use another key. Nothing was sent.",
            ));
        }
        if record.as_ref().is_some_and(|it| it.has_ended()) {
            return Ok(true);
        }
        // It has arrived, and may have run: that it is there no longer is no leave to run it again.
        let has_arrived = record.is_some_and(|it| !it.unheard);
        let question = GetTask {
            id: create.id,
            with_settings: true,
        };
        let found = self.client.call(&question, request_id).await;
        match found.map_err(|it| fault::problem(&it, request_id))?.found {
            kata::Task::NotFound => Ok(has_arrived),
            kata::Task::Known(report) if create.program.is_told_by(&report) => Ok(true),
            kata::Task::Known(_) => Err(Problem::new(
                Code::IdempotencyKeyReused,
                "KATA has a task of this key that runs another program, or does not say which. Nothing was sent.",
            )),
            kata::Task::Unknown(_) => Err(Problem::new(
                Code::KataProtocol,
                "The Central Node tells of the task of this key in a form that is not known. Nothing was sent.",
            )),
        }
    }
}

/// The id of the one task that an action has on a host.
fn task_of(action: &str, host_id: &str) -> Uuid {
    let named = format!("{action}\n{}", host_id.to_ascii_lowercase());
    kata::TaskId::of_action(&named).uuid()
}

fn of_isolation(order: Order, host: SensorId, before: &Isolation) -> Plan {
    let call = match &order {
        Order::Isolate {
            seconds,
            exclusions,
        } => OrderCall::Isolate(PutIsolation {
            host,
            lasts: isolation::lasts(*seconds),
            exclusions: isolation::exclusions(exclusions),
            replaces: match before {
                Isolation::Rule(rule) => Some(rule.clone()),
                Isolation::NoRuleOrHost | Isolation::Unknown(_) => None,
            },
        }),
        Order::Release | Order::Run { .. } | Order::Forbid { .. } | Order::Allow { .. } => {
            OrderCall::Release(DeleteIsolation { host })
        }
    };
    Plan {
        replaces: RuleBefore::of(before),
        warnings: warnings::of_isolation(&order, before),
        call,
        order,
    }
}

/// Why nothing may be written.
fn no_basis(why: &NoBasis) -> Problem {
    match why {
        NoBasis::UnknownForm(_) => Problem::new(
            Code::KataProtocol,
            "The Central Node tells the host's prevention rules in a form that is not known. To write one would take all others away, so nothing was written.",
        ),
        NoBasis::HostNotConfirmed => Problem::new(
            Code::HostNotFound,
            "The Central Node does not know the host any more. Nothing was written.",
        ),
    }
}

fn program(start: &StartProcessParams) -> Program {
    let arguments = start.arguments.as_ref().map(Arguments::as_str);
    let folder = start
        .working_folder
        .as_ref()
        .map(ProgramFolderOrEmpty::as_str);
    let text = |it: Option<&str>| it.filter(|it| !it.is_empty()).map(str::to_owned);
    Program {
        command: start.executable_path.as_str().to_owned(),
        parameters: text(arguments),
        working_directory: text(folder),
    }
}

fn sensor(host_id: &str) -> Result<SensorId, Problem> {
    SensorId::new(host_id).map_err(|_| {
        Problem::new(
            Code::KataProtocol,
            "The Central Node has named the host in a way that cannot be asked for.",
        )
    })
}

fn not_supported(request: &Request) -> Problem {
    let detail = format!("KATA has no task {}.", request.task());
    Problem::new(Code::TaskNotSupported, detail)
}
