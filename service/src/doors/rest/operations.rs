//! The contents page: every path, its guard, its handler.

use actix_web::middleware::from_fn;
use actix_web::web;
use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{
    actions, backends, budget, docs, documents, fallback, hosts, negotiate, settings_check, tasks,
    whoami,
};
use crate::config::Server;
use crate::doors::admit::admit;
use crate::doors::guard::guard;

/// The operations, listed once for whoever collects them: the server, or the published document. The
/// server goes through them in this order for each request, so what is seldom asked for comes last.
macro_rules! operations {
    ($scope:expr) => {
        $scope
            .service(tasks::flat::isolate_host)
            .service(tasks::flat::release_host)
            .service(tasks::flat::terminate_process)
            .service(tasks::flat::quarantine_file)
            .service(tasks::flat::delete_file)
            .service(tasks::flat::get_file)
            .service(tasks::flat::prevent_execution)
            .service(tasks::flat::allow_execution)
            .service(tasks::flat::start_process)
            .service(tasks::flat::ioc_scan)
            .service(tasks::flat::on_demand_scan)
            .service(tasks::native::create_task)
            .service(tasks::batch::create_task_batch)
            .service(tasks::list::list_tasks)
            .service(tasks::read::get_task)
            .service(tasks::events::watch_task)
            .service(tasks::cancel::cancel_task)
            .service(actions::list_actions)
            .service(actions::get_action)
            .service(backends::list_backends)
            .service(budget::get_budget)
            .service(hosts::find_hosts)
            .service(hosts::get_host)
            .service(whoami::who_am_i)
            .service(settings_check::check_kataedr_settings)
            .service(tasks::flat::dry_run_isolate_host)
            .service(tasks::flat::dry_run_release_host)
            .service(tasks::flat::dry_run_terminate_process)
            .service(tasks::flat::dry_run_quarantine_file)
            .service(tasks::flat::dry_run_delete_file)
            .service(tasks::flat::dry_run_get_file)
            .service(tasks::flat::dry_run_prevent_execution)
            .service(tasks::flat::dry_run_allow_execution)
            .service(tasks::flat::dry_run_start_process)
            .service(tasks::flat::dry_run_ioc_scan)
            .service(tasks::flat::dry_run_on_demand_scan)
            .service(tasks::native::dry_run_task)
    };
}

/// The API: everything under `/v1` stands behind the guard.
pub fn api(config: &mut web::ServiceConfig) {
    config.service(
        operations!(web::scope("/v1"))
            .default_service(web::to(fallback::no_such_route))
            .wrap(from_fn(negotiate::negotiate))
            .wrap(from_fn(admit))
            .wrap(from_fn(guard)),
    );
}

/// The same operations, for the document. Collecting it takes megabytes for a moment, which each of
/// the server's threads would keep.
pub fn described(config: &mut ServiceConfig<'_>) {
    config.service(operations!(scope::scope("/v1")));
}

/// The contract, for everybody.
pub fn public(config: &mut web::ServiceConfig, server: &Server) {
    config
        .configure(documents::routes)
        .configure(|it| docs::routes(it, server))
        .default_service(web::to(fallback::no_such_route));
}
