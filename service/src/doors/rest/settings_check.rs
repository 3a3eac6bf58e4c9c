//! Check the settings of the KATAEDR task of Kaspersky Endpoint Security for Linux.

mod parameters;
mod report;

use actix_web::{HttpRequest, HttpResponse, post, web};
use kataedr::Draft;

use self::parameters::SettingsQuery;
use super::desk::Desk;
use crate::auth::Caller;
use crate::doors::answer::{Answer, Rejection, answer};
use crate::doors::rest::body;
use crate::doors::rest::responses::CheckKataedrSettingsResponses;
use vocabulary::settings_check::TaskSettings;

/// Longest settings, bytes: a file with every key has a thousand. What is to be said of them grows
/// with their entries, and is worked out while nobody else is served by this thread.
const LONGEST: usize = 16 * 1024;

/// Check settings of the KATAEDR task.
///
/// The task that connects Kaspersky Endpoint Security for Linux to KATA or to EDR Expert. Send its
/// settings as `kesl-control --get-settings 24` writes them: INI as `text/plain`, or JSON. Every
/// mistake and every risk is answered at once, also of settings that cannot be used; then both
/// forms and the commands, of those that can. Nothing is changed and no server is asked.
#[utoipa::path(
    operation_id = "checkKataedrSettings", tag = "settings", params(SettingsQuery),
    request_body(content((TaskSettings = "application/json"), (String = "text/plain"))),
    responses(CheckKataedrSettingsResponses), security(("BearerAuth" = ["settings.check"]))
)]
#[post("/kataedr/settings/check")]
pub(super) async fn check_kataedr_settings(
    desk: web::Data<Desk>,
    request: HttpRequest,
    caller: Caller,
    payload: web::Payload,
) -> Answer {
    let check = async {
        desk.authority.check_settings(&caller)?;
        let facts = parameters::read(request.query_string())?;
        let (bytes, format) = body::settings(&desk.server, LONGEST, &request, payload).await?;
        let draft = Draft::read(&bytes, format);
        let report = report::of(&draft, &facts);
        Ok::<_, Rejection>(HttpResponse::Ok().json(report))
    };
    answer(check.await)
}
