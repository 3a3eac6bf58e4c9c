//! Find hosts, and show one.

mod query;

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::backends::{self, BackendsQuery};
use super::desk::Desk;
use super::query::Query;
use crate::auth::Caller;
use crate::doors::answer::{Answer, Rejection, answer};
use crate::doors::edge::request_id;
use crate::doors::edge::trail;
use crate::doors::rest::responses::{FindHostsResponses, GetHostResponses};
use query::{AskedHosts, FindHostsQuery};

/// Find hosts.
///
/// All, or those of a name, an address or an id, each compared as a whole; those with a name that
/// begins so; those that can take a task; those that say that they are isolated. All that is given
/// must hold. The list is over all back ends; one that could not be asked stands in `unavailable`. A
/// page may have few hosts or none while more follow: the last one has no `nextCursor`.
#[utoipa::path(
    operation_id = "findHosts", tag = "hosts", params(FindHostsQuery, BackendsQuery),
    responses(FindHostsResponses), security(("BearerAuth" = ["hosts.read"]))
)]
#[get("/hosts")]
pub(super) async fn find_hosts(
    desk: web::Data<Desk>,
    request: HttpRequest,
    caller: Caller,
) -> Answer {
    let find = async {
        let permit = desk.authority.see_hosts(&caller)?;
        let AskedHosts {
            backends,
            search,
            after,
        } = query::read(request.query_string())?;
        trail::note(&request, |trail| {
            let name = search.name.as_ref().or(search.prefix.as_ref());
            let name = name.map(|it| it.as_str().to_owned());
            let ip = search.ip.map(|it| it.to_string());
            let id = search.id.as_ref().map(|it| it.as_str().to_owned());
            trail.host = name.or(ip).or(id);
        });
        let found = desk
            .directory
            .find(&permit, &backends, search, after, &request_id::of(&request))
            .await?;
        Ok::<_, Rejection>(HttpResponse::Ok().json(found))
    };
    answer(find.await)
}

/// Show a host.
///
/// What KSC knows of it now, and whether it can take an EDR task: `ready` names what is missing in
/// `checks`.
#[utoipa::path(
    operation_id = "getHost", tag = "hosts",
    params(BackendsQuery, ("id" = String, Path, description = "KSC's id of the host. A name or an address is searched for with `GET /v1/hosts`.")),
    responses(GetHostResponses), security(("BearerAuth" = ["hosts.read"]))
)]
#[get("/hosts/{id}")]
pub(super) async fn get_host(
    desk: web::Data<Desk>,
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
) -> Answer {
    trail::note(&request, |trail| {
        trail.host = Some(id.chars().take(64).collect());
    });
    let show = async {
        let permit = desk.authority.see_hosts(&caller)?;
        let mut query = Query::of(request.query_string(), &["backend"]);
        let backends = backends::read(&mut query);
        query.finish()?;
        let host = desk
            .directory
            .details(&permit, &backends, &id, &request_id::of(&request))
            .await?;
        trail::note(&request, |trail| trail.host_id = Some(host.id.clone()));
        Ok::<_, Rejection>(HttpResponse::Ok().json(host))
    };
    answer(show.await)
}
