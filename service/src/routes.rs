//! The contents page: every path, its guard, its handler.

mod answer;
mod budget;
pub mod docs;
mod fallback;
mod health;
mod misspelt;
pub mod hosts;
mod negotiate;
pub mod tasks;
mod whoami;

use actix_web::middleware::from_fn;
use actix_web::{Either, HttpResponse, web};
use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::config::PublicUrl;
use crate::problem::Problem;
use crate::{admission, auth};

/// What a handler answers.
type Answer = Either<HttpResponse, Problem>;

fn answer(result: Result<HttpResponse, Problem>) -> Answer {
    result.map_or_else(Either::Right, Either::Left)
}

/// The operations, listed once for whoever collects them: the server, or the published document.
macro_rules! operations {
    ($scope:expr) => {
        $scope
            .service(tasks::create_task)
            .service(tasks::get_file)
            .service(tasks::delete_file)
            .service(tasks::quarantine_file)
            .service(tasks::ioc_scan)
            .service(tasks::start_process)
            .service(tasks::terminate_process)
            .service(tasks::isolate_host)
            .service(tasks::prevent_execution)
            .service(tasks::on_demand_scan)
            .service(tasks::batch::create_task_batch)
            .service(tasks::list::list_tasks)
            .service(tasks::read::get_task)
            .service(tasks::events::watch_task)
            .service(tasks::cancel::cancel_task)
            .service(budget::get_budget)
            .service(hosts::find_hosts)
            .service(hosts::get_host)
            .service(whoami::who_am_i)
    };
}

/// The API: everything under `/v1` stands behind the guard.
pub fn api(config: &mut web::ServiceConfig) {
    config.service(
        operations!(web::scope("/v1"))
            .default_service(web::to(fallback::no_such_route))
            .wrap(from_fn(negotiate::negotiate))
            .wrap(from_fn(admission::admit))
            .wrap(from_fn(auth::guard)),
    );
}

/// The same operations, for the document. Collecting it takes megabytes for a moment, which each
/// of the server's threads would keep.
pub fn described(config: &mut ServiceConfig<'_>) {
    config.service(operations!(scope::scope("/v1")));
}

/// The contract, for everybody.
pub fn public(config: &mut web::ServiceConfig, public_url: Option<&PublicUrl>) {
    config
        .configure(|it| docs::routes(it, public_url))
        .default_service(web::to(fallback::no_such_route));
}

/// The admin listener: metrics and health, for the cluster alone.
pub fn admin(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/metrics").route(web::get().to(health::metrics)))
        .service(web::resource("/health/live").route(web::get().to(health::live)))
        .service(web::resource("/health/ready").route(web::get().to(health::ready)))
        .service(web::resource("/health/startup").route(web::get().to(health::startup)));
}
